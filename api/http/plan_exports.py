"""Plans and single routes as files: map, navigation, spreadsheet, calendar, paper. /v1/plans."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response

from api.http.answers import answer, tagged
from api.http.blueprints import APIBlueprint, resource
from api.http.contract import DISPATCHERS, Media, contract
from api.http.exports.geojson import GEOJSON, FeatureCollection, plan_features
from api.http.exports.gpx import GPX, gpx
from api.http.exports.ical import ICAL, ical
from api.http.exports.sheet import HTML, policy, sheet
from api.http.exports.table import CSV, table
from api.http.parameters import IdPath, Parameters
from api.http.ports import ports
from api.usecases.exporting import Export, export_of
from optimiser.domain.base import Id


class RoutePath(Parameters):
    """A plan, and the truck of one of its routes."""

    id: Id
    truck_id: Id


@dataclass(frozen=True)
class Form:
    """A format: the end of its path, its media type, what writes it, and a word about it."""

    name: str
    media: Media
    write: Callable[[Export], Response]
    about: str


def _geojson(export: Export) -> Response:
    return answer(plan_features(export.plan), zone=export.zone, media_type=GEOJSON)


def _sheet(export: Export) -> Response:
    safe = {"Content-Security-Policy": policy()}
    return Response(sheet(export), content_type=f"{HTML}; charset=utf-8", headers=safe)


def _saved(
    media_type: str, ending: str, write: Callable[[Export], bytes]
) -> Callable[[Export], Response]:
    """What browsers save instead of showing it."""

    def written(export: Export) -> Response:
        name = f"routes-{export.plan.service_date}.{ending}"
        saved = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(write(export), content_type=f"{media_type}; charset=utf-8", headers=saved)

    return written


FORMS = (
    Form(
        "geojson",
        Media(GEOJSON, FeatureCollection),
        _geojson,
        "as a map shows them: a line a route, a point a step; lon before lat",
    ),
    Form("gpx", Media(GPX), _saved(GPX, "gpx", gpx), "for navigation devices (GPX 1.1)"),
    Form("csv", Media(CSV), _saved(CSV, "csv", table), "for spreadsheets, a row a step"),
    Form("ical", Media(ICAL), _saved(ICAL, "ics", ical), "for calendars, an event a truck"),
    Form("sheet", Media(HTML), _sheet, "to print, a page or more a truck"),
)


def blueprint() -> APIBlueprint:
    """Each format for a whole plan and for one of its routes."""
    made = resource("plan_exports", "/v1/plans", tag="plans")
    for form in FORMS:
        _add(made, form)
    return made


def _add(made: APIBlueprint, form: Form) -> None:
    promised = contract(
        *DISPATCHERS,
        gives={200: form.media, 304: None},
        headers={200: ("ETag",)},
        accepts=("If-None-Match",),
        refuses=("not_found", "plan_not_done"),
    )

    def get_plan(path: IdPath) -> Response:
        return tagged(form.write(export_of(ports().db, path.id)))

    def get_route(path: RoutePath) -> Response:
        return tagged(form.write(export_of(ports().db, path.id, path.truck_id)))

    get_plan.__name__, get_route.__name__ = f"plan_{form.name}", f"route_{form.name}"
    made.get(f"/<id>/{form.name}", summary=f"The routes {form.about}")(promised(get_plan))
    one = made.get(f"/<id>/routes/<truck_id>/{form.name}", summary=f"One route {form.about}")
    one(promised(get_route))
