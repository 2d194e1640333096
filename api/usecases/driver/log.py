"""Events as they were recorded, for dispatchers: who said what, when, and about which plan."""

from datetime import date, datetime

from pydantic.dataclasses import dataclass

from api.store import events
from api.store.database import Database
from api.usecases.driver.access import plan_in_force
from api.usecases.driver.events import DriverEvent, EventKind
from api.usecases.driver.state import Recorded, recorded
from api.usecases.errors import Invalid
from api.usecases.paging import Page, checked_limit, decode, page_of


@dataclass(frozen=True)
class LoggedEvent:
    """An event with what the service knows of it.

    `seq` counts the day's events in the order in which they were recorded. `off_route`: the
    plan that it names had no such stop for the truck. `outdated`: another plan holds now.
    """

    seq: int
    event: DriverEvent
    off_route: bool
    outdated: bool
    received_at: datetime
    key_id: str


def list_events(
    db: Database,
    service_date: date,
    *,
    truck_id: str | None = None,
    kind: EventKind | None = None,
    cursor: str | None = None,
    limit: int = 100,
) -> Page[LoggedEvent]:
    """A day's events in the order in which they were recorded. Raises Invalid."""
    last, limit = decode(cursor), checked_limit(limit)
    if last is not None and not (last.isdecimal() and len(last) < 10):
        raise Invalid("the cursor is none that a list gave", code="bad_cursor")
    with db.read() as tx:
        rows = events.fetch_after(
            tx, service_date, int(last or 0), limit + 1, truck_id=truck_id, kind=kind
        )
        current = plan_in_force(tx, service_date)
    plan_id = None if current is None else current.id
    found = [logged(recorded(row), plan_id) for row in rows]
    return page_of(found, limit, lambda each: str(each.seq))


def logged(each: Recorded, plan_id: str | None) -> LoggedEvent:
    """An event beside the id of the plan that holds now."""
    return LoggedEvent(
        seq=each.seq,
        event=each.event,
        off_route=each.off_route,
        outdated=each.event.plan_id != plan_id,
        received_at=each.received_at,
        key_id=each.key_id,
    )
