"""Routes as sheets to print: a page or more a truck, without anything from elsewhere."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from api.usecases.exporting import Export
from optimiser.domain.places import GeoPoint
from optimiser.domain.plan import Route, Step

HTML = "text/html"
_KINDS = {"start": "Leave", "unload": "Unload", "break": "Break", "end": "Home", "visit": ""}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the sheet; only visits are numbered and ticked off."""

    number: str
    time: str
    what: str
    ref: str
    place: str
    why: str
    km: str
    is_visit: bool
    must: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A route's sheet."""

    truck_id: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]


def sheet(export: Export) -> bytes:
    """The whole document. Every text of the plan is escaped."""
    day = f"{export.plan.service_date:%A %d %B %Y}"
    shown = {
        "title": f"Routes of {export.plan.service_date}",
        "style": Markup(_style()),  # noqa: S704  # our own file
        "day": day,
        "routes": [_page(export, route) for route in export.plan.routes],
        "plan_id": export.plan_id,
        "version": export.version,
        "made": f"{export.made_at.astimezone(export.zone):%d %b %Y %H:%M}",
    }
    return _template().render(shown).encode("utf-8", "backslashreplace")


def policy() -> str:
    """The Content-Security-Policy of a sheet: its own style, by its hash, and nothing else."""
    digest = b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )


@cache
def _style() -> str:
    return (files("api.http.exports") / "sheet.css").read_text(encoding="utf-8")


@cache
def _template() -> Template:
    text = (files("api.http.exports") / "sheet.html").read_text(encoding="utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(text)


def _page(export: Export, route: Route) -> Page:
    lines, number = [], 0
    for step in route.steps:
        number += step.kind == "visit"
        lines.append(_line(export, step, number))
    return Page(route.truck_id, _facts(export, route), tuple(lines))


def _facts(export: Export, route: Route) -> tuple[tuple[str, str], ...]:
    leaves, home = (
        f"{each.astimezone(export.zone):%H:%M}"
        for each in (route.steps[0].departure, route.steps[-1].arrival)
    )
    return (
        ("leaves", leaves),
        ("home", home),
        ("stops", str(route.stops)),
        ("lifts", str(route.lifts)),
        ("unloads", str(sum(step.kind == "unload" for step in route.steps))),
        ("distance", f"{route.distance_m / 1000:.1f} km"),
        ("waste", f"{route.mass_kg / 1000:.1f} t"),
    )


def _line(export: Export, step: Step, number: int) -> Line:
    is_visit = step.kind == "visit"
    return Line(
        number=str(number) if is_visit else "",
        time=f"{step.begin.astimezone(export.zone):%H:%M}",
        what=f"{_KINDS[step.kind]} {step.name or step.ref}".strip(),
        ref=step.ref if step.name else "",
        place=_shown(step) if is_visit else "",
        why=step.why,
        km=f"{step.distance_m / 1000:.1f}" if step.distance_m else "",
        is_visit=is_visit,
        must=bool(step.required),
    )


def _shown(step: Step) -> str:
    at = step.place
    return f"{at.lat:.5f}, {at.lon:.5f}" if isinstance(at, GeoPoint) else ""
