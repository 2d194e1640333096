"""Routes as CSV: a row a step, for spreadsheets."""

import csv
from collections.abc import Iterator
from datetime import datetime
from io import StringIO

from api.usecases.exporting import Export
from optimiser.domain.places import GeoPoint
from optimiser.domain.plan import Route, Step

CSV = "text/csv"
COLUMNS = (
    "truck_id",
    "step",
    "kind",
    "ref",
    "name",
    "lon",
    "lat",
    "arrival",
    "begin",
    "departure",
    "distance_m",
    "driving_s",
    "load_kg",
    "required",
    "why",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets take UTF-8 for something else."""


def table(export: Export) -> bytes:
    """A header and a row for each step of each route."""
    out = StringIO()
    out.write(_BYTE_ORDER_MARK)
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for route in export.plan.routes:
        writer.writerows(_rows(export, route))
    return out.getvalue().encode("utf-8", "backslashreplace")


def quoted(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _rows(export: Export, route: Route) -> Iterator[tuple[object, ...]]:
    def local(instant: datetime) -> str:
        return instant.astimezone(export.zone).isoformat()

    for number, step in enumerate(route.steps):
        yield (
            quoted(route.truck_id),
            number,
            step.kind,
            quoted(step.ref),
            quoted(step.name),
            *_lon_lat(step),
            *(local(each) for each in (step.arrival, step.begin, step.departure)),
            step.distance_m,
            step.driving_s,
            round(sum(each.mass_kg for each in step.load), 3),
            {True: "yes", False: "no", None: ""}[step.required],
            quoted(step.why),
        )


def _lon_lat(step: Step) -> tuple[object, object]:
    return (step.place.lon, step.place.lat) if isinstance(step.place, GeoPoint) else ("", "")
