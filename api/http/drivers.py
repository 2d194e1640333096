"""A driver's day: the route, what changed on it, and what happened. /v1/drivers/me."""

from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from flask import Response
from pydantic import Field
from pydantic.dataclasses import dataclass

from api.http.answers import answer, send
from api.http.blueprints import APIBlueprint, resource
from api.http.body import JSON, read_body
from api.http.contract import DRIVERS, contract
from api.http.parameters import IsoDate, Parameters
from api.http.ports import ports, principal
from api.http.ready import Ready
from api.usecases.driver.day import DayChanges, DriverDay, day_changes
from api.usecases.driver.events import DriverEvent
from api.usecases.driver.ready import day_under_way, ready_day
from api.usecases.driver.sync import EventOutcome, record_events
from optimiser.domain.base import CONFIG


class DayQuery(Parameters):
    """Which day."""

    date: IsoDate | None = Field(
        default=None,
        description="service date; left out: today, or yesterday while its route still lasts",
    )


class ChangesQuery(DayQuery):
    """Which day, and what is known of it."""

    since: str = Field(max_length=40, description="the `version` that the phone has")


@dataclass(frozen=True, slots=True, config=CONFIG)
class EventBatch:
    """Events of a phone that may have been offline, in any order."""

    events: Annotated[tuple[DriverEvent, ...], Field(min_length=1, max_length=1000)]


@dataclass(frozen=True, slots=True, config=CONFIG)
class EventOutcomes:
    """One for each event sent, in their order."""

    outcomes: tuple[EventOutcome, ...]


def blueprint() -> APIBlueprint:
    """Three routes, all for the truck of the driver's key."""
    made = resource("drivers", "/v1/drivers/me", tag="driver")
    made.get("/route", summary="My day: route, places, and what happened so far")(get_route)
    made.get("/changes", summary="What changed on my day since a version")(get_changes)
    made.post("/events", summary="What happened on the way")(post_events)
    return made


@contract(
    *DRIVERS,
    gives={200: DriverDay, 304: None},
    headers={200: ("ETag",)},
    accepts=("If-None-Match",),
    refuses=("not_found",),
)
def get_route(query: DayQuery) -> Response:
    """Everything that the day needs, from the published plan. The ETag is that of `version`."""
    at = ports()
    found = ready_day(
        at.db,
        _truck(),
        query.date,
        now=at.clock(),
        zone=at.settings.zone,
        principal=principal(),
        outlines=at.outlines,
        kept=at.answers,
        make=_ready,
    )
    return send(found)


def _ready(day: DriverDay) -> Ready:
    return Ready.of(day, zone=ZoneInfo(day.timezone), version=day.version)


@contract(*DRIVERS, gives={200: DayChanges}, refuses=("not_found",))
def get_changes(query: ChangesQuery) -> Response:
    """Little where little changed: the stops with news; the whole day if the plan is another."""
    found = day_changes(ports().db, _truck(), _day(query), since=query.since, principal=principal())
    return answer(found, zone=ZoneInfo(found.timezone))


@contract(
    *DRIVERS,
    gives={200: EventOutcomes},
    takes={JSON: EventBatch},
    refuses=("invalid", "not_found"),
)
def post_events() -> Response:
    """Each event has an id made by the phone: sent twice it counts once."""
    at = ports()
    batch = read_body(EventBatch, at.settings.max_body_bytes)
    found = record_events(at.db, batch.events, principal=principal(), now=at.clock())
    for each in found:
        at.meters.driver_event(principal().fleet_id, each.outcome)
    return answer(EventOutcomes(found))


def _truck() -> str:
    return principal().truck_id or ""


def _day(query: DayQuery) -> date:
    at = ports()
    if query.date is not None:
        return query.date
    now, zone = at.clock(), at.settings.zone
    with at.db.read() as tx:
        return day_under_way(tx, _truck(), now=now, zone=zone, outlines=at.outlines)
