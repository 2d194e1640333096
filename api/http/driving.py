"""How driving goes, for dispatchers: a plan's progress, and what drivers reported."""

from flask import Response
from pydantic import Field

from api.http.answers import answer
from api.http.blueprints import APIBlueprint, resource
from api.http.contract import DISPATCHERS, contract
from api.http.parameters import IdPath, IsoDate, PageQuery
from api.http.ports import ports
from api.usecases.driver.events import EventKind
from api.usecases.driver.log import LoggedEvent, list_events
from api.usecases.driver.progress import DrivingProgress, driving_progress
from api.usecases.paging import Page
from optimiser.domain.base import Id


class EventsQuery(PageQuery):
    """Which events."""

    service_date: IsoDate = Field(description="the day that they are of")
    truck_id: Id | None = None
    kind: EventKind | None = None


def blueprint() -> APIBlueprint:
    """Progress of a plan, events of a day."""
    made = resource("driving", "/v1", tag="driving")
    made.get("/plans/<id>/progress", summary="How far the trucks of a plan are")(get_progress)
    made.get("/driver-events", summary="What drivers reported on a day")(list_driver_events)
    return made


@contract(*DISPATCHERS, gives={200: DrivingProgress}, refuses=("not_found",))
def get_progress(path: IdPath) -> Response:
    """Counts a truck, how late it is, where it is, and what went wrong."""
    return answer(driving_progress(ports().db, path.id))


@contract(*DISPATCHERS, gives={200: Page[LoggedEvent]}, refuses=("bad_cursor",))
def list_driver_events(query: EventsQuery) -> Response:
    """In the order in which they were recorded, with the flags of those that fit no plan."""
    return answer(list_events(ports().db, **query.model_dump()))
