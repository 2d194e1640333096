"""The OpenAPI document is valid, whole, and true."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from http_scene import TODAY, Callers, a_bin, a_problem, a_reading, an_event, truck
from jsonschema import Draft202012Validator
from test_http_roles import routes
from werkzeug.test import TestResponse

EXCLUDE = {"kind": "exclude", "visit_id": "B3"}
MOVE = {"kind": "move", "visit_id": "B1", "truck_id": "T2", "position": None}
PHOTO = "/v1/photos/0190b6a0-0000-7000-8000-00000000000f"
JPEG = {"Content-Type": "image/jpeg"}
HOOK = {"url": "https://hooks.example/plans"}
JSON_TYPES = ("application/json", "application/problem+json", "application/geo+json")

Answers = Iterator[tuple[str, str, TestResponse]]
"""Real answers: method and path as the document has them, and what came."""


@pytest.fixture(scope="module")
def document(standing: Callers) -> dict[str, Any]:
    found = standing.nobody.get("/openapi/openapi.json").get_json()
    assert isinstance(found, dict)
    return found


def test_the_document_says_3_1_and_has_every_route_of_the_app(
    app: Flask, document: dict[str, Any]
) -> None:
    assert document["openapi"].startswith("3.1.")
    told = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert told == {(method, template(rule)) for method, rule in routes(app)}


def test_every_schema_of_the_document_is_a_json_schema(document: dict[str, Any]) -> None:
    schemas = [each["schema"] for each in walk(document) if "schema" in each]
    schemas += document["components"]["schemas"].values()
    assert len(schemas) > 100
    for schema in schemas:
        Draft202012Validator.check_schema(schema)


def test_every_reference_of_the_document_leads_somewhere(document: dict[str, Any]) -> None:
    names = {each["$ref"] for each in walk(document) if "$ref" in each}
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert names <= known
    assert len(names) > 50


def test_operations_have_unique_names_summaries_and_path_parameters(
    document: dict[str, Any],
) -> None:
    seen = set()
    for path, item in document["paths"].items():
        for operation in item.values():
            seen.add(operation["operationId"])
            assert operation["summary"]
            assert {"200", "201", "202", "204"} & set(operation["responses"])
            given = {
                each["name"] for each in operation.get("parameters", ()) if each["in"] == "path"
            }
            assert given == set(re.findall(r"{(\w+)}", path))
    assert len(seen) == sum(len(item) for item in document["paths"].values())


def test_a_live_stream_is_not_said_to_be_one_text(document: dict[str, Any]) -> None:
    """A schema would be read as that of each of its events."""
    told = document["paths"]["/v1/plans/{id}/events"]["get"]["responses"]["200"]
    assert told["content"] == {"text/event-stream": {"schema": {}}}


def test_a_route_with_roles_says_that_it_needs_a_key(document: dict[str, Any]) -> None:
    assert document["paths"]["/v1/bins"]["get"]["security"] == [{"key": []}]
    assert "security" not in document["paths"]["/livez"]["get"]
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


def catalogue_answers(callers: Callers, plan_id: str) -> Answers:
    who = callers.dispatcher
    yield "get", "/livez", callers.nobody.get("/livez")
    yield "get", "/readyz", callers.nobody.get("/readyz")
    yield "get", "/v1/bins", who.get("/v1/bins?limit=2")
    yield "get", "/v1/bins/{id}", who.get("/v1/bins/B1")
    yield "get", "/v1/bins/{id}", who.get("/v1/bins/B9")
    yield "put", "/v1/bins/{id}", who.put("/v1/bins/B9", a_bin("B9"))
    yield "put", "/v1/bins/{id}", who.put("/v1/bins/B9", a_bin("B9"))
    yield "put", "/v1/bins/{id}", who.put("/v1/bins/B9", a_bin("B9", colour="red"))
    yield "delete", "/v1/bins/{id}", who.delete("/v1/bins/B9", headers={"If-Match": "*"})
    yield "get", "/v1/trucks/{id}", who.get("/v1/trucks/T1")
    yield "put", "/v1/trucks/{id}", who.put("/v1/trucks/T3", truck("T3"))
    yield "get", "/v1/depots", who.get("/v1/depots")
    yield "get", "/v1/disposal-sites", who.get("/v1/disposal-sites")
    yield "post", "/v1/bins/import", who.post("/v1/bins/import", [a_bin("B1")])
    yield "post", "/v1/bins/import", who.post("/v1/bins/import", [{}])
    yield "post", "/v1/readings", callers.sensor.post("/v1/readings", [a_reading(), {}])
    yield "get", "/v1/quarantine", who.get("/v1/quarantine")
    yield "post", "/v1/webhooks", callers.admin.post("/v1/webhooks", HOOK)
    yield "get", "/v1/webhooks", callers.admin.get("/v1/webhooks")
    yield "get", "/v1/webhooks/{id}", callers.admin.get("/v1/webhooks/none")
    yield "put", "/v1/schedules/{id}", who.put("/v1/schedules/n", {"id": "n", "at": "04:00"})
    yield "put", "/v1/schedules/{id}", who.put("/v1/schedules/n", {"id": "n", "at": "4"})
    yield "get", "/v1/schedules/{id}", who.get("/v1/schedules/n")
    yield "get", "/v1/schedules", who.get("/v1/schedules")
    yield "get", "/v1/schedules/{id}/runs", who.get("/v1/schedules/n/runs")
    yield "delete", "/v1/schedules/{id}", who.delete("/v1/schedules/n")


def plan_answers(callers: Callers, plan_id: str) -> Answers:
    who = callers.dispatcher
    plan = "/v1/plans/{id}"
    yield "post", "/v1/plans", who.post("/v1/plans", {"service_date": TODAY})
    yield "get", "/v1/plans", who.get("/v1/plans")
    yield "get", plan, who.get(f"/v1/plans/{plan_id}")
    yield "delete", plan, who.delete(f"/v1/plans/{plan_id}")
    yield "get", f"{plan}/plan", who.get(f"/v1/plans/{plan_id}/plan")
    yield "get", f"{plan}/problem", who.get(f"/v1/plans/{plan_id}/problem")
    yield "get", f"{plan}/geojson", who.get(f"/v1/plans/{plan_id}/geojson")
    yield "get", f"{plan}/changes", who.get(f"/v1/plans/{plan_id}/changes")


def change_answers(callers: Callers, plan_id: str) -> Answers:
    who = callers.dispatcher
    plan = "/v1/plans/{id}"
    yield "post", f"{plan}/replan", replan(callers, plan_id, freeze_until=None)
    yield "post", f"{plan}/replan", replan(callers, plan_id)
    yield "post", "/v1/plans/evaluate", evaluate(callers)
    yield "post", "/v1/plans/evaluate", who.post("/v1/plans/evaluate", {})
    yield "post", f"{plan}/recommend", recommend(callers, plan_id, "B2")
    yield "post", f"{plan}/recommend", recommend(callers, plan_id, "B7")
    yield "get", "/v1/plans/{a}/compare/{b}", who.get(f"/v1/plans/{plan_id}/compare/{plan_id}")
    yield "post", f"{plan}/publish", publish(callers, plan_id, "*")
    yield "post", f"{plan}/edits", edit(callers, plan_id, EXCLUDE)
    yield "post", f"{plan}/edits", edit(callers, plan_id, MOVE)
    yield "post", f"{plan}/edits", edit(callers, plan_id, EXCLUDE | {"visit_id": "none"})
    yield "post", f"{plan}/publish", publish(callers, plan_id, '"77"')


def driver_answers(callers: Callers, plan_id: str) -> Answers:
    who = callers.dispatcher
    event = an_event(plan_id, "B1")
    plan = "/v1/plans/{id}"
    yield "post", "/v1/solve", who.post("/v1/solve?seconds=1", a_problem())
    yield "post", "/v1/drivers/me/events", send_event(callers, event)
    yield "post", "/v1/drivers/me/events", send_event(callers, event | {"kind": "skipped"})
    yield "get", "/v1/drivers/me/route", callers.driver.get("/v1/drivers/me/route")
    yield "get", "/v1/drivers/me/changes", callers.driver.get("/v1/drivers/me/changes?since=0-0")
    yield "get", "/v1/drivers/me/changes", callers.driver.get("/v1/drivers/me/changes")
    yield "get", f"{plan}/progress", who.get(f"/v1/plans/{plan_id}/progress")
    yield "get", "/v1/driver-events", who.get(f"/v1/driver-events?service_date={TODAY}")
    yield "put", "/v1/photos/{id}", callers.driver.put(PHOTO, data=b"GIF", headers=JPEG)
    yield "post", "/v1/keys", callers.admin.post("/v1/keys", {"role": "admin"})
    yield "get", "/v1/keys", callers.admin.get("/v1/keys")
    yield "get", "/v1/audit", callers.admin.get("/v1/audit")
    yield "get", "/v1/keys", callers.nobody.get("/v1/keys")
    yield "get", "/v1/problems/{code}", who.get("/v1/problems/busy")


@pytest.mark.parametrize(
    "answers", [catalogue_answers, plan_answers, change_answers, driver_answers]
)
def test_real_answers_are_as_the_document_says(
    callers: Callers,
    plan_id: str,
    document: dict[str, Any],
    answers: Callable[[Callers, str], Answers],
) -> None:
    for method, path, response in answers(callers, plan_id):
        check(document, method, path, response)


def test_what_the_tests_send_is_as_the_document_says(
    document: dict[str, Any], plan_id: str
) -> None:
    bodies: list[tuple[str, str, Any]] = [
        ("put", "/v1/bins/{id}", a_bin("B1")),
        ("put", "/v1/trucks/{id}", truck("T1")),
        ("post", "/v1/bins/import", [a_bin("B1")]),
        ("post", "/v1/readings", {"readings": [a_reading()]}),
        ("post", "/v1/solve", a_problem()),
        ("post", "/v1/drivers/me/events", {"events": [an_event(plan_id, "B1")]}),
        ("post", "/v1/plans", {"service_date": TODAY, "seconds": 5}),
        ("post", "/v1/plans/evaluate", {"problem": a_problem(), "orders": []}),
        ("post", "/v1/plans/{id}/edits", {"edits": [MOVE, EXCLUDE]}),
    ]
    for method, path, body in bodies:
        content = document["paths"][path][method]["requestBody"]["content"]
        validate(document, content["application/json"]["schema"], body)


def send_event(callers: Callers, event: dict[str, Any]) -> TestResponse:
    return callers.driver.post("/v1/drivers/me/events", {"events": [event]})


def publish(callers: Callers, plan_id: str, version: str) -> TestResponse:
    return callers.dispatcher.post(f"/v1/plans/{plan_id}/publish", headers={"If-Match": version})


def evaluate(callers: Callers) -> TestResponse:
    asked = {"problem": a_problem(), "orders": [{"truck_id": "T1", "actions": []}]}
    return callers.dispatcher.post("/v1/plans/evaluate", asked)


def replan(callers: Callers, plan_id: str, **asked: Any) -> TestResponse:
    return callers.dispatcher.post(f"/v1/plans/{plan_id}/replan", asked)


def recommend(callers: Callers, plan_id: str, bin_id: str) -> TestResponse:
    return callers.dispatcher.post(f"/v1/plans/{plan_id}/recommend", {"bin_id": bin_id})


def edit(callers: Callers, plan_id: str, *edits: dict[str, Any]) -> TestResponse:
    return callers.dispatcher.post(
        f"/v1/plans/{plan_id}/edits", {"edits": edits}, headers={"If-Match": "*"}
    )


def check(document: dict[str, Any], method: str, path: str, response: TestResponse) -> None:
    """The answer's status, media type and body are among those declared."""
    told = document["paths"][path][method]["responses"]
    assert str(response.status_code) in told, (method, path, response.get_data()[:500])
    declared = told[str(response.status_code)]
    if response.status_code == 204:
        assert "content" not in declared
        return
    assert response.mimetype in declared["content"], (path, response.mimetype)
    if response.mimetype == "application/problem+json":
        assert response.get_json()["code"] in declared["description"]
    validate(document, declared["content"][response.mimetype]["schema"], response.get_json())
    for name in declared.get("headers", ()):
        assert name in response.headers


def validate(document: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    whole = {**schema, "components": document["components"]}
    checker = Draft202012Validator.FORMAT_CHECKER
    Draft202012Validator(whole, format_checker=checker).validate(value)


def template(rule: str) -> str:
    return re.sub(r"<(\w+)>", r"{\1}", rule)


def walk(value: Any) -> Iterator[dict[str, Any]]:
    """Every object within a document."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, dict | list):
            yield from walk(each)


def test_the_page_loads_scripts_and_styles_from_this_server_only(callers: Callers) -> None:
    page = callers.nobody.get("/openapi/")
    text = page.get_data(as_text=True)
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "//" not in text.replace("<!doctype", "")
    assert "<script>" not in text
    for path in re.findall(r'(?:src|href)="([^"]+)"', text):
        response = callers.nobody.get(f"/openapi/{path}")
        assert response.status_code == 200, path
        assert len(response.get_data()) > 50
    assert callers.nobody.get("/openapi/assets/secrets.txt").status_code == 404
    assert callers.nobody.get("/openapi/assets/..%2f__init__.py").status_code == 404


def test_every_address_in_the_guide_is_one_of_the_app(app: Flask) -> None:
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    addresses = {each.split("?")[0] for each in re.findall(r"\$URL(/[^\s\"`]*)", text)}
    assert len(addresses) > 12
    routing = app.url_map.bind("localhost")
    unknown = [each for each in addresses if not list(routing.allowed_methods(each))]
    assert unknown == []
