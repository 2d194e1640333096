"""A driver's day: the route, and what happened at its stops. /v1/drivers/me."""

from typing import Annotated
from zoneinfo import ZoneInfo

from flask import Response
from pydantic import Field
from pydantic.dataclasses import dataclass

from api.http.answers import answer, tagged
from api.http.blueprints import APIBlueprint, resource
from api.http.body import JSON, read_body
from api.http.contract import DRIVERS, contract
from api.http.parameters import IsoDate, Parameters
from api.http.ports import ports, principal
from api.usecases.driver import (
    DriverRoute,
    EventOutcome,
    StopEvent,
    driver_route,
    record_stop_events,
)
from optimiser.domain.base import CONFIG


class DayQuery(Parameters):
    """Which day."""

    date: IsoDate | None = Field(default=None, description="service date; today if left out")


@dataclass(frozen=True, slots=True, config=CONFIG)
class EventBatch:
    """Events of a phone that may have been offline, in any order."""

    events: Annotated[tuple[StopEvent, ...], Field(min_length=1, max_length=1000)]


@dataclass(frozen=True, slots=True, config=CONFIG)
class EventOutcomes:
    """One for each event sent, in their order."""

    outcomes: tuple[EventOutcome, ...]


def blueprint() -> APIBlueprint:
    """Two routes, both for the truck of the driver's key."""
    made = resource("drivers", "/v1/drivers/me", tag="driver")
    made.get("/route", summary="The route of my truck")(get_route)
    made.post("/events", summary="What happened at the stops")(post_events)
    return made


@contract(
    *DRIVERS,
    gives={200: DriverRoute, 304: None},
    headers={200: ("ETag",)},
    accepts=("If-None-Match",),
    refuses=("not_found",),
)
def get_route(query: DayQuery) -> Response:
    """From the plan that is published, with how far it is."""
    at, who = ports(), principal()
    day = query.date or at.clock().astimezone(at.settings.zone).date()
    found = driver_route(at.db, who.truck_id or "", day, principal=who)
    return tagged(answer(found, zone=ZoneInfo(found.timezone)))


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
    found = record_stop_events(at.db, batch.events, principal=principal(), now=at.clock())
    return answer(EventOutcomes(found))
