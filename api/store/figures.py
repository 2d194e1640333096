"""Counts and sums over whole tables, for those who watch the service."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Float, case, cast, extract, func, select, type_coerce

from api.store.tables import fill_states, plans, quarantine, readings

_SOLVED = ("done", "published", "superseded")


def plans_by_status(tx: Connection) -> dict[str, int]:
    """How many plans are in each state."""
    rows = tx.execute(select(plans.c.status, func.count()).group_by(plans.c.status))
    return {status: count for status, count in rows}  # noqa: C416  # rows are no pairs to mypy


def solve_times(tx: Connection, bounds: Sequence[float]) -> tuple[list[int], int, float]:
    """Of all plans that were solved: how many took at most each of the seconds, the number of all,
    and their seconds together.
    """
    seconds = _epoch_s(tx, plans.c.finished_at) - _epoch_s(tx, plans.c.started_at)
    within = [func.sum(case((seconds <= bound, 1), else_=0)) for bound in bounds]
    wanted = select(*within, func.count(), func.sum(seconds)).where(
        plans.c.status.in_(_SOLVED), plans.c.started_at.is_not(None)
    )
    *counts, number, total = tx.execute(wanted).one()
    return [int(each or 0) for each in counts], number, float(total or 0.0)


def published_cost(tx: Connection, service_date: date) -> float | None:
    """What the published plan of a date costs, None without one."""
    wanted = select(plans.c.cost_eur).where(
        plans.c.service_date == service_date, plans.c.status == "published"
    )
    return tx.execute(wanted).scalar()


def sensors_by_state(tx: Connection) -> dict[str, int]:
    """How many bins have a sensor that is ok, silent, stuck or never heard, as last computed."""
    state = fill_states.c.state["sensor"].as_string()
    known = select(state, func.count()).where(fill_states.c.computed_at.is_not(None))
    return {name: count for name, count in tx.execute(known.group_by(state))}  # noqa: C416  # as above


def last_reading_at(tx: Connection, now: datetime) -> datetime | None:
    """The time of the newest reading that is not ahead of the clock, None before the first."""
    past = select(readings.c.time).where(readings.c.time <= now)
    return tx.execute(past.order_by(readings.c.time.desc()).limit(1)).scalar()


def quarantined_by_reason(tx: Connection) -> dict[str, int]:
    """How many readings are kept aside, for each reason."""
    rows = tx.execute(select(quarantine.c.reason, func.count()).group_by(quarantine.c.reason))
    return {reason: count for reason, count in rows}  # noqa: C416  # as above


def _epoch_s(tx: Connection, instant: Any) -> Any:
    if tx.dialect.name == "sqlite":
        return type_coerce(instant, BigInteger) / 1e6
    return cast(extract("epoch", instant), Float)
