"""Plans as files: read back with the readers of those formats, hostile names and all."""

import csv
import hashlib
import re
from base64 import b64encode
from html.parser import HTMLParser
from io import StringIO
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from http_planner import run
from http_scene import TODAY, Caller, Callers, a_bin, ok, refused
from icalendar import Calendar
from werkzeug.test import TestResponse

from api.http.exports.table import COLUMNS, quoted

FORMS = ("geojson", "gpx", "csv", "ical", "sheet")
GPX = {"g": "http://www.topografix.com/GPX/1/1"}
HOSTILE = """=cmd|'/C calc'!A1 </td><script src="//x.y"></script> "quoted", a\ufffe; b\\n&amp;"""


@pytest.fixture
def hostile(callers: Callers) -> str:
    """A published plan whose first bin has a name that no format may let loose."""
    town = callers.dispatcher
    ok(town.put("/v1/bins/B1", a_bin("B1", name=HOSTILE), headers={"If-Match": "*"}))
    plan_id = str(ok(town.post("/v1/plans", {"service_date": TODAY}), 202)["id"])
    run(town.app, plan_id)
    return plan_id


def rows(response: TestResponse) -> list[dict[str, str]]:
    assert response.content_type == "text/csv; charset=utf-8"
    text = response.get_data().decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline="")))


@pytest.mark.parametrize("form", FORMS)
def test_every_format_is_there_for_a_plan_and_for_one_route(
    town: Caller, plan_id: str, form: str
) -> None:
    plan = f"/v1/plans/{plan_id}"
    whole, one = town.get(f"{plan}/{form}"), town.get(f"{plan}/routes/T1/{form}")
    assert (whole.status_code, one.status_code) == (200, 200)
    assert whole.get_data() == one.get_data()
    assert whole.mimetype == one.mimetype
    again = town.get(f"{plan}/{form}", headers={"If-None-Match": whole.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    refused(town.get(f"{plan}/routes/T2/{form}"), 404, "not_found")
    refused(town.get(f"/v1/plans/none/{form}"), 404, "not_found")
    queued = ok(town.post("/v1/plans", {"service_date": TODAY}), 202)["id"]
    refused(town.get(f"/v1/plans/{queued}/{form}"), 409, "plan_not_done")


def test_gpx_has_a_route_with_a_point_a_call_and_local_times(town: Caller, plan_id: str) -> None:
    response = town.get(f"/v1/plans/{plan_id}/gpx")
    assert response.content_type == "application/gpx+xml; charset=utf-8"
    root = ET.fromstring(response.get_data())
    assert root.get("version") == "1.1"
    (route,) = root.findall("g:rte", GPX)
    points = route.findall("g:rtept", GPX)
    assert [each.findtext("g:type", None, GPX) for each in points] == [
        "start", "visit", "visit", "visit", "unload", "end",
    ]  # fmt: skip
    assert (points[0].get("lat"), points[0].get("lon")) == ("55.680000", "12.570000")
    assert points[1].findtext("g:name", None, GPX) == "Bin på hjørnet 1"
    assert str(points[0].findtext("g:time", None, GPX)).endswith("+01:00")


def test_csv_has_a_row_a_step(town: Caller, plan_id: str) -> None:
    response = town.get(f"/v1/plans/{plan_id}/csv")
    found = rows(response)
    assert tuple(found[0]) == COLUMNS
    assert [each["kind"] for each in found] == ["start", *["visit"] * 3, "unload", "end"]
    assert {each["truck_id"] for each in found} == {"T1"}
    assert found[1]["name"] == "Bin på hjørnet 1"
    assert float(found[4]["lon"]) == 12.62
    assert f'filename="routes-{TODAY}.csv"' in response.headers["Content-Disposition"]


def test_ical_has_an_event_a_truck_that_a_later_version_replaces(
    town: Caller, plan_id: str
) -> None:
    def event() -> Any:
        response = town.get(f"/v1/plans/{plan_id}/ical")
        assert response.content_type == "text/calendar; charset=utf-8"
        (found,) = Calendar.from_ical(response.get_data()).walk("VEVENT")
        return found

    steps = ok(town.get(f"/v1/plans/{plan_id}/plan"))["routes"][0]["steps"]
    before = event()
    assert before.start.isoformat() < before.end.isoformat()
    assert before.start.astimezone().timestamp() == _timestamp(steps[0]["departure"])
    assert before.end.astimezone().timestamp() == _timestamp(steps[-1]["arrival"])
    assert str(before["SUMMARY"]).startswith("T1: 3 stops")
    assert "visit Bin på hjørnet 2" in str(before["DESCRIPTION"])
    edit = {"edits": [{"kind": "exclude", "visit_id": "B2"}]}
    ok(town.post(f"/v1/plans/{plan_id}/edits", edit, headers={"If-Match": "*"}))
    after = event()
    assert (before["UID"], before["SEQUENCE"] + 1) == (after["UID"], after["SEQUENCE"])


def _timestamp(text: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(text).timestamp()


class Page(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_sheet_has_a_line_a_step_and_a_box_a_stop(town: Caller, plan_id: str) -> None:
    response = town.get(f"/v1/plans/{plan_id}/sheet")
    assert response.content_type == "text/html; charset=utf-8"
    text = response.get_data(as_text=True)
    page = Page(text)
    assert page.tags.count("section") == 1
    assert page.tags.count("tr") == 1 + 6
    assert text.count('<td class="tick"><span></span></td>') == 3
    assert "Tuesday 24 November 2026" in text
    assert "Bin på hjørnet 1" in text
    assert "Amager Bakke" in text


def test_the_sheet_loads_nothing_and_its_policy_allows_its_own_style_only(
    town: Caller, plan_id: str
) -> None:
    response = town.get(f"/v1/plans/{plan_id}/sheet")
    text = response.get_data(as_text=True)
    (style,) = re.findall(r"<style>(.*?)</style>", text, flags=re.DOTALL)
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = response.headers["Content-Security-Policy"]
    assert f"style-src 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    page = Page(text)
    assert {"script", "link", "img", "iframe", "form"} & set(page.tags) == set()
    assert {"src", "href", "style", "onload", "onclick"} & page.attributes == set()


def test_a_hostile_name_stays_a_name_in_every_format(town: Caller, hostile: str) -> None:
    plan = f"/v1/plans/{hostile}"
    page = Page(town.get(f"{plan}/sheet").get_data(as_text=True))
    assert "script" not in page.tags
    assert any(HOSTILE in each for each in page.texts)
    assert rows(town.get(f"{plan}/csv"))[1]["name"] == f"'{HOSTILE}"
    points = ET.fromstring(town.get(f"{plan}/gpx").get_data()).findall(".//g:rtept", GPX)
    assert points[1].findtext("g:name", None, GPX) == HOSTILE.replace("\ufffe", "\ufffd")
    (event,) = Calendar.from_ical(town.get(f"{plan}/ical").get_data()).walk("VEVENT")
    assert HOSTILE.split(";", maxsplit=1)[0] in str(event["DESCRIPTION"])
    assert [line for line in str(event["DESCRIPTION"]).splitlines() if "calc" in line]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_quoted(text: str) -> None:
    assert quoted(text) == f"'{text}"
    assert quoted(f"a{text}") == f"a{text}"
