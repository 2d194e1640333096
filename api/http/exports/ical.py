"""Routes as iCalendar (RFC 5545): an event a truck, for calendars of drivers and depots."""

from icalendar import Calendar, Event

from api.usecases.exporting import Export
from optimiser.domain.plan import Route

ICAL = "text/calendar"


def ical(export: Export) -> bytes:
    """A calendar with an event for each route, from leaving to coming home.

    A later version of the plan has the same UID and a higher SEQUENCE, so that a calendar
    which has the event already changes it.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//binrounds//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for route in export.plan.routes:
        calendar.add_component(_event(export, route))
    return bytes(calendar.to_ical())


def _event(export: Export, route: Route) -> Event:
    first, last = route.steps[0], route.steps[-1]
    event = Event()
    event.add("uid", f"{export.plan.service_date}-{route.truck_id}@binrounds")
    event.add("sequence", export.version)
    event.add("dtstamp", export.made_at)
    event.add("dtstart", first.departure)
    event.add("dtend", last.arrival)
    event.add("summary", f"{route.truck_id}: {route.stops} stops, {route.distance_m / 1000:.1f} km")
    event.add("location", first.name or first.ref)
    event.add("description", "\n".join(_lines(export, route)))
    return event


def _lines(export: Export, route: Route) -> list[str]:
    return [
        f"{step.begin.astimezone(export.zone):%H:%M} {step.kind} {step.name or step.ref}".rstrip()
        for step in route.steps
    ]
