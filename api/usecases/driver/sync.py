"""A phone's events, sent when it has a connection: any order and repetition gives one state.

What a day amounts to is worked out from all its events whenever it is asked for (`state`). What
they feed, emptyings and seen levels of bins, is brought in line here, from all events of the
bins concerned and not from the new ones alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Row

from api.store import arrivals, events, plans
from api.store import readings as levels
from api.store.arrivals import Arrival
from api.store.catalogue import BINS, fetch_items
from api.store.database import Database
from api.store.errors import StoreUnavailable
from api.store.states import mark_stale
from api.usecases.drafts import ANCIENT, FUTURE
from api.usecases.driver.access import check_truck, plan_in_force
from api.usecases.driver.events import (
    DriverEvent,
    FillSeen,
    StopDone,
    StopSkipped,
    stop_of,
    to_document,
    visit_of,
)
from api.usecases.driver.state import in_order, recorded
from api.usecases.keys import Principal
from optimiser.domain.readings import EYES, Quality

Outcome = Literal["recorded", "duplicate", "conflicting", "rejected"]

_BEFORE_EMPTYING = timedelta(seconds=1)
_SEQUENCE = 2**62 - 1


@dataclass(frozen=True)
class EventOutcome:
    """What became of one event.

    `conflicting`: another event with this id is there, which stays. `rejected`: in the future,
    long past, or of an unknown plan; `detail` says so. `off_route`: kept, although the named
    plan's route of the truck has no such stop. `outdated`: kept, although another plan holds now.
    """

    id: UUID
    outcome: Outcome
    off_route: bool = False
    outdated: bool = False
    detail: str = ""


@dataclass(frozen=True)
class _Named:
    """A plan that events name: its day, whether it holds now, the stops of the trucks asked for."""

    service_date: date
    holds: bool
    stops: frozenset[tuple[str, str]]


def record_events(
    db: Database, reported: Sequence[DriverEvent], *, principal: Principal, now: datetime
) -> tuple[EventOutcome, ...]:
    """Keep events, an outcome for each, in one transaction. Safe to repeat, in any order.

    Raises NotFound if a driver reports for another truck, Forbidden for a sensor key.
    """
    for each in reported:
        check_truck(principal, each.truck_id)
    with db.write() as tx:
        named = _named_plans(tx, reported)
        seq = {day: events.hold_day(tx, day) for day in sorted(_days(named))}
        known = events.fetch_many(tx, {str(each.id) for each in reported})
        outcomes, fresh = _sorted_out(reported, named, known, now)
        rows = []
        for event, off_route in fresh:
            day = named[event.plan_id].service_date
            seq[day] += 1
            more = {"seq": seq[day], "received_at": now, "key_id": principal.key_id}
            rows.append(_row(event) | {"service_date": day, "off_route": off_route, **more})
        if events.add(tx, rows) < len(rows):
            text = "one of these ids is being recorded elsewhere; nothing was kept, send again"
            raise StoreUnavailable("database_busy", text, retry_after_s=1)
        for day, last in seq.items():
            events.count_on(tx, day, last)
            _feed(tx, day, [e for e, _ in fresh if named[e.plan_id].service_date == day])
    return outcomes


def _named_plans(tx: Connection, reported: Sequence[DriverEvent]) -> dict[str, _Named]:
    """The plans that there are among those named."""
    found: dict[str, _Named] = {}
    for plan_id in sorted({each.plan_id for each in reported}):
        row = plans.fetch(tx, plan_id)
        if row is None:
            continue
        current = plan_in_force(tx, row.service_date)
        trucks = {each.truck_id for each in reported if each.plan_id == plan_id}
        found[plan_id] = _Named(
            service_date=row.service_date,
            holds=current is not None and current.id == plan_id,
            stops=frozenset(
                (truck_id, step.ref)
                for truck_id in sorted(trucks)
                if (route := plans.fetch_route(tx, plan_id, truck_id)) is not None
                for step in route.steps
                if step.kind in ("visit", "unload")
            ),
        )
    return found


def _days(named: dict[str, _Named]) -> set[date]:
    return {each.service_date for each in named.values()}


def _sorted_out(
    reported: Sequence[DriverEvent],
    named: dict[str, _Named],
    known: dict[str, Row[Any]],
    now: datetime,
) -> tuple[tuple[EventOutcome, ...], list[tuple[DriverEvent, bool]]]:
    """An outcome for each event; and those that are new, with whether they are off the route."""
    kept: dict[UUID, DriverEvent] = {UUID(each): recorded(row).event for each, row in known.items()}
    outcomes: list[EventOutcome] = []
    fresh: list[tuple[DriverEvent, bool]] = []
    for event in reported:
        plan = named.get(event.plan_id)
        complaint = _complaint(event, plan, now)
        if plan is None or complaint:
            outcomes.append(EventOutcome(event.id, "rejected", detail=complaint))
            continue
        stop = stop_of(event)
        off_route = stop is not None and (event.truck_id, stop) not in plan.stops
        kept_so = partial(EventOutcome, event.id, off_route=off_route, outdated=not plan.holds)
        if event.id not in kept:
            kept[event.id] = event
            fresh.append((event, off_route))
            outcomes.append(kept_so(outcome="recorded"))
        elif kept[event.id] == event:
            outcomes.append(kept_so(outcome="duplicate"))
        else:
            text = "another event with this id is kept already"
            outcomes.append(EventOutcome(event.id, "conflicting", detail=text))
    return tuple(outcomes), fresh


def _complaint(event: DriverEvent, plan: _Named | None, now: datetime) -> str:
    """Why an event cannot be kept, or nothing."""
    if plan is None:
        return f"there is no plan {event.plan_id!r}"
    if not now - ANCIENT <= event.time <= now + FUTURE:
        side = "ahead of" if event.time > now else "far behind"
        told = event.time.isoformat()
        return f"its time {told} is {side} the service's clock; see the phone's"
    return ""


def _row(event: DriverEvent) -> dict[str, Any]:
    return {
        "id": str(event.id),
        "plan_id": event.plan_id,
        "truck_id": event.truck_id,
        "kind": event.kind,
        "visit_id": visit_of(event),
        "document": to_document(event),
        "time": event.time,
    }


def _feed(tx: Connection, day: date, fresh: Sequence[DriverEvent]) -> None:
    """Tell the bins' history what the new events say, or take back."""
    visits = {visit for each in fresh if (visit := visit_of(each)) is not None}
    bins = {each.id for each in fetch_items(tx, BINS, sorted(visits))}
    about = [each for each in fresh if visit_of(each) in bins]
    seen = [row for each in about if (row := _level(each)) is not None]
    known = arrivals.add(tx, seen)
    stops = {each.visit_id for each in about if isinstance(each, StopDone | StopSkipped)}
    times = [each.time for each in about]
    if stops:
        times += _emptyings(tx, day, stops)
    if len(known) < len(seen) or stops:
        since = min(times) - _BEFORE_EMPTYING
        mark_stale(tx, {str(visit_of(each)) for each in about}, since=since)


def _level(event: DriverEvent) -> Arrival | None:
    """A seen level as a reading; one seen on emptying counts as seen just before.

    An eye is no ultrasonic sensor: the reading counts as suspicious, a third as exact.
    """
    if not isinstance(event, StopDone | StopSkipped | FillSeen) or event.fill is None:
        return None
    early = _BEFORE_EMPTYING if event.kind == "done" else timedelta()
    return Arrival(
        time=event.time - early,
        sensor_id=EYES,
        sequence=event.id.int & _SEQUENCE,
        bin_id=event.visit_id,
        fill=event.fill,
        quality=int(Quality.SUSPICIOUS),
    )


def _emptyings(tx: Connection, day: date, bin_ids: set[str]) -> list[datetime]:
    """A bin was emptied when the latest of a truck's events on it says so, and only then.

    Gives the times of what was said of these bins on the day, now or before.
    """
    rows = events.fetch_of_visits(tx, day, bin_ids)
    latest: dict[tuple[str, str], StopDone | StopSkipped] = {}
    said: set[tuple[str, datetime]] = set()
    for each in in_order(recorded(row) for row in rows if row.kind in ("done", "skipped")):
        if isinstance(each.event, StopDone | StopSkipped):
            latest[each.event.truck_id, each.event.visit_id] = each.event
            said.add((each.event.visit_id, each.event.time))
    true = {(each.visit_id, each.time) for each in latest.values() if each.kind == "done"}
    levels.remove_emptyings(tx, said - true)
    told = [{"bin_id": bin_id, "time": time, "source": "driver"} for bin_id, time in sorted(true)]
    levels.add_emptyings(tx, told)
    return [time for _, time in said]
