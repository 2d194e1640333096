"""Rows of what drivers reported."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from api.store.statements import add_new, batches
from api.store.tables import driver_days, driver_events

_COLUMNS = driver_events.c


def hold_day(tx: Connection, service_date: date) -> int:
    """The last `seq` given out on a day; the day is held until the transaction ends."""
    add_new(tx, driver_days, ["service_date"], [{"service_date": service_date, "seq": 0}])
    mine = select(driver_days.c.seq).filter_by(service_date=service_date)
    return int(tx.execute(mine.with_for_update()).scalar_one())


def count_on(tx: Connection, service_date: date, seq: int) -> None:
    """Note the last `seq` given out on a day that is held."""
    tx.execute(update(driver_days).filter_by(service_date=service_date).values(seq=seq))


def last_seq(tx: Connection, service_date: date) -> int:
    """The last `seq` given out on a day, 0 before the first."""
    return tx.execute(select(driver_days.c.seq).filter_by(service_date=service_date)).scalar() or 0


def add(tx: Connection, rows: Sequence[dict[str, Any]]) -> int:
    """Add those events whose id is new; how many they were."""
    return add_new(tx, driver_events, ["id"], rows)


def fetch_many(tx: Connection, ids: Collection[str]) -> dict[str, Row[Any]]:
    """Those of the events that are there, by id."""
    found: dict[str, Row[Any]] = {}
    for part in batches(sorted(ids)):
        rows = tx.execute(select(driver_events).where(_COLUMNS.id.in_(part)))
        found.update((row.id, row) for row in rows)
    return found


def fetch_of_truck(tx: Connection, service_date: date, truck_id: str) -> Sequence[Row[Any]]:
    """What happened to a truck on a day but its positions, in no order."""
    mine = select(driver_events).filter_by(service_date=service_date, truck_id=truck_id)
    return tx.execute(mine.where(_COLUMNS.kind != "position")).all()


def last_seq_of_truck(tx: Connection, service_date: date, truck_id: str) -> int:
    """The last `seq` of what `fetch_of_truck` gives, 0 if that is nothing."""
    mine = select(func.max(_COLUMNS.seq)).filter_by(service_date=service_date, truck_id=truck_id)
    return tx.execute(mine.where(_COLUMNS.kind != "position")).scalar() or 0


def fetch_position(tx: Connection, service_date: date, truck_id: str) -> Sequence[Row[Any]]:
    """The latest position of a truck on a day, if there is one."""
    mine = select(driver_events).filter_by(
        service_date=service_date, truck_id=truck_id, kind="position"
    )
    return tx.execute(mine.order_by(_COLUMNS.time.desc(), _COLUMNS.id.desc()).limit(1)).all()


def fetch_trucks(tx: Connection, service_date: date) -> set[str]:
    """Trucks that reported something on a day."""
    mine = select(_COLUMNS.truck_id).filter_by(service_date=service_date).distinct()
    return set(tx.execute(mine).scalars())


def fetch_of_visits(
    tx: Connection, service_date: date, visit_ids: Collection[str]
) -> Sequence[Row[Any]]:
    """All events of some bins on a day, of whichever truck, in no order."""
    found: list[Row[Any]] = []
    for part in batches(sorted(visit_ids)):
        about = select(driver_events).where(
            _COLUMNS.service_date == service_date, _COLUMNS.visit_id.in_(part)
        )
        found += tx.execute(about).all()
    return found


def fetch_after(
    tx: Connection,
    service_date: date,
    seq: int,
    limit: int | None = None,
    *,
    truck_id: str | None = None,
    kind: str | None = None,
) -> Sequence[Row[Any]]:
    """A day's events that were recorded after `seq`, in that order."""
    later = select(driver_events).where(_COLUMNS.service_date == service_date, _COLUMNS.seq > seq)
    if truck_id is not None:
        later = later.where(_COLUMNS.truck_id == truck_id)
    if kind is not None:
        later = later.where(_COLUMNS.kind == kind)
    return tx.execute(later.order_by(_COLUMNS.seq).limit(limit)).all()


def forget_positions(tx: Connection, before: datetime) -> int:
    """Drop positions of long ago; how many they were."""
    old = delete(driver_events).where(_COLUMNS.kind == "position", _COLUMNS.time < before)
    return tx.execute(old).rowcount
