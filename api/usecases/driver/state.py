"""What a truck's events of a day amount to: one state, in whatever order they came.

The latest event by its own time decides; at one time, the greater id.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row

from api.usecases.driver.events import (
    BreakTaken,
    DriverEvent,
    FillSeen,
    ProblemCode,
    ProblemSeen,
    SkipReason,
    StopDone,
    StopSkipped,
    Unloaded,
    from_document,
)
from optimiser.domain.places import GeoPoint


@dataclass(frozen=True)
class Recorded:
    """An event with its number in the day's record, and the key that sent it."""

    seq: int
    event: DriverEvent
    off_route: bool
    received_at: datetime
    key_id: str


@dataclass(frozen=True)
class StopState:
    """The latest that is known of a visit.

    `off_route`: the truck's route in the plan that holds now has no such visit. `outdated`: it
    was reported for an earlier plan. `fill`: how full the bin was found, `reason` and `forced`
    why it was skipped.
    """

    visit_id: str
    kind: Literal["done", "skipped"]
    time: datetime
    event_id: UUID
    plan_id: str
    off_route: bool
    outdated: bool
    reason: SkipReason | None = None
    forced: bool | None = None
    fill: float | None = None


@dataclass(frozen=True)
class UnloadState:
    """One unloading, with what the weighbridge said."""

    site_id: str
    time: datetime
    event_id: UUID
    mass_kg: float | None
    ticket: str
    outdated: bool


@dataclass(frozen=True)
class ProblemState:
    """A problem that was reported."""

    code: ProblemCode
    time: datetime
    event_id: UUID
    visit_id: str | None
    photo_id: UUID | None
    note: str
    outdated: bool


@dataclass(frozen=True)
class TruckPosition:
    """Where a truck was, and when."""

    place: GeoPoint
    time: datetime


@dataclass(frozen=True)
class TruckState:
    """What happened to a truck today. Lists in order of time; stops in order of visit.

    `break_since` is set while a rest lasts. `position` is the latest place that any event gave.
    """

    stops: tuple[StopState, ...] = ()
    unloads: tuple[UnloadState, ...] = ()
    problems: tuple[ProblemState, ...] = ()
    break_since: datetime | None = None
    position: TruckPosition | None = None
    last_event_at: datetime | None = None


def recorded(row: Row[Any]) -> Recorded:
    """An event's row as data."""
    return Recorded(
        row.seq, from_document(row.document), row.off_route, row.received_at, row.key_id
    )


def in_order(events: Iterable[Recorded]) -> list[Recorded]:
    """By time, and at one time by id."""
    return sorted(events, key=lambda each: (each.event.time, each.event.id))


def truck_state(
    events: Iterable[Recorded], *, plan_id: str, visit_ids: Collection[str]
) -> TruckState:
    """The state of one truck's events; `plan_id` is the plan that holds now, `visit_ids` those
    of the truck's route in it.
    """
    ordered = [each.event for each in in_order(events)]
    return TruckState(
        stops=_stops(ordered, plan_id, visit_ids),
        unloads=tuple(
            UnloadState(e.site_id, e.time, e.id, e.mass_kg, e.ticket, e.plan_id != plan_id)
            for e in ordered
            if isinstance(e, Unloaded)
        ),
        problems=tuple(
            ProblemState(e.code, e.time, e.id, e.visit_id, e.photo_id, e.note, e.plan_id != plan_id)
            for e in ordered
            if isinstance(e, ProblemSeen)
        ),
        break_since=_break_since(ordered),
        position=_position(ordered),
        last_event_at=ordered[-1].time if ordered else None,
    )


def _stops(
    ordered: list[DriverEvent], plan_id: str, visit_ids: Collection[str]
) -> tuple[StopState, ...]:
    latest: dict[str, StopDone | StopSkipped] = {}
    fills: dict[str, float] = {}
    for event in ordered:
        if isinstance(event, StopDone | StopSkipped):
            latest[event.visit_id] = event
        if isinstance(event, StopDone | StopSkipped | FillSeen) and event.fill is not None:
            fills[event.visit_id] = event.fill
    return tuple(
        StopState(
            visit_id=visit_id,
            kind=event.kind,
            time=event.time,
            event_id=event.id,
            plan_id=event.plan_id,
            off_route=visit_id not in visit_ids,
            outdated=event.plan_id != plan_id,
            reason=event.reason if isinstance(event, StopSkipped) else None,
            forced=event.was_forced if isinstance(event, StopSkipped) else None,
            fill=fills.get(visit_id),
        )
        for visit_id, event in sorted(latest.items())
    )


def _break_since(ordered: list[DriverEvent]) -> datetime | None:
    breaks = [each for each in ordered if isinstance(each, BreakTaken)]
    return breaks[-1].time if breaks and breaks[-1].phase == "began" else None


def _position(ordered: list[DriverEvent]) -> TruckPosition | None:
    last = next((each for each in reversed(ordered) if each.place is not None), None)
    return None if last is None or last.place is None else TruckPosition(last.place, last.time)
