"""Routes as GPX 1.1 (https://www.topografix.com/GPX/1/1/): what navigation devices read."""

import re
from xml.etree.ElementTree import Element, SubElement, tostring

from api.usecases.exporting import Export
from optimiser.domain.places import GeoPoint
from optimiser.domain.plan import Route, Step

GPX = "application/gpx+xml"
_NAMESPACE = "http://www.topografix.com/GPX/1/1"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, even escaped."""


def gpx(export: Export) -> bytes:
    """A `rte` a truck, with a `rtept` for each place that it calls at."""
    root = Element("gpx", {"version": "1.1", "creator": "binrounds", "xmlns": _NAMESPACE})
    about = SubElement(root, "metadata")
    _text(about, "name", f"Plan of {export.plan.service_date}")
    _text(about, "time", export.made_at.isoformat())
    for route in export.plan.routes:
        _route(root, export, route)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _route(root: Element, export: Export, route: Route) -> None:
    made = SubElement(root, "rte")
    _text(made, "name", f"{route.truck_id}, {export.plan.service_date}")
    _text(made, "src", f"plan {export.plan_id}, version {export.version}")
    for step in route.steps:
        if step.kind != "break" and isinstance(step.place, GeoPoint):
            _point(made, export, step, step.place)


def _point(route: Element, export: Export, step: Step, at: GeoPoint) -> None:
    point = SubElement(route, "rtept", {"lat": f"{at.lat:.6f}", "lon": f"{at.lon:.6f}"})
    _text(point, "time", step.arrival.astimezone(export.zone).isoformat())
    _text(point, "name", step.name or step.ref)
    if step.why:
        _text(point, "desc", step.why)
    _text(point, "type", step.kind)


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _NOT_XML.sub("\ufffd", text)
