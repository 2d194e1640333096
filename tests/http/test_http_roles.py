"""Every route x every kind of caller. A route that is not in the table fails the first test."""

import re

import pytest
from flask import Flask
from http_planner import ports_of
from http_scene import Caller, Callers, refused

from api.app import create_app
from api.http.contract import contract_of

DISPATCH = "dispatcher admin"
EVERYONE = "nobody sensor driver dispatcher monitor admin revoked"
MAY: dict[tuple[str, str], str] = {
    ("POST", "/v1/readings"): "sensor admin",
    ("GET", "/v1/quarantine"): DISPATCH,
    ("POST", "/v1/plans"): DISPATCH,
    ("GET", "/v1/plans"): DISPATCH,
    ("GET", "/v1/plans/<id>"): DISPATCH,
    ("DELETE", "/v1/plans/<id>"): DISPATCH,
    ("GET", "/v1/plans/<id>/plan"): DISPATCH,
    ("GET", "/v1/plans/<id>/problem"): DISPATCH,
    ("POST", "/v1/plans/<id>/publish"): DISPATCH,
    ("GET", "/v1/plans/<id>/changes"): DISPATCH,
    ("POST", "/v1/plans/<id>/edits"): DISPATCH,
    ("POST", "/v1/plans/<id>/replan"): DISPATCH,
    ("POST", "/v1/plans/evaluate"): DISPATCH,
    ("POST", "/v1/plans/<id>/recommend"): DISPATCH,
    ("GET", "/v1/plans/<a>/compare/<b>"): DISPATCH,
    ("POST", "/v1/solve"): DISPATCH,
    ("GET", "/v1/drivers/me/route"): "driver",
    ("GET", "/v1/drivers/me/changes"): "driver",
    ("POST", "/v1/drivers/me/events"): "driver",
    ("PUT", "/v1/photos/<id>"): "driver",
    ("GET", "/v1/photos/<id>"): "driver " + DISPATCH,
    ("GET", "/v1/driver-events"): DISPATCH,
    ("GET", "/v1/plans/<id>/events"): DISPATCH,
    ("GET", "/v1/plans/<id>/progress"): DISPATCH,
    ("POST", "/v1/keys"): "admin",
    ("GET", "/v1/keys"): "admin",
    ("POST", "/v1/keys/<id>/rotate"): "admin",
    ("PUT", "/v1/keys/<id>/devices"): "admin",
    ("GET", "/v1/audit"): "admin",
    ("GET", "/v1/keys/<id>"): "admin",
    ("DELETE", "/v1/keys/<id>"): "admin",
    ("GET", "/metrics"): "monitor " + DISPATCH,
    ("GET", "/livez"): EVERYONE,
    ("GET", "/readyz"): EVERYONE,
    ("GET", "/v1/problems/<code>"): EVERYONE,
    ("GET", "/openapi/"): EVERYONE,
    ("GET", "/openapi/start.js"): EVERYONE,
    ("GET", "/openapi/openapi.json"): EVERYONE,
    ("GET", "/openapi/assets/<name>"): EVERYONE,
}
MAY |= {
    ("GET", "/v1/schedules"): DISPATCH,
    ("GET", "/v1/schedules/<id>"): DISPATCH,
    ("PUT", "/v1/schedules/<id>"): DISPATCH,
    ("DELETE", "/v1/schedules/<id>"): DISPATCH,
    ("GET", "/v1/schedules/<id>/runs"): DISPATCH,
}
MAY |= {
    ("POST", "/v1/webhooks"): "admin",
    ("GET", "/v1/webhooks"): "admin",
    ("GET", "/v1/webhooks/<id>"): "admin",
    ("DELETE", "/v1/webhooks/<id>"): "admin",
    ("GET", "/v1/webhooks/<id>/deliveries"): "admin",
}
for _form in ("geojson", "gpx", "csv", "ical", "sheet"):
    MAY |= {
        ("GET", f"/v1/plans/<id>/{_form}"): DISPATCH,
        ("GET", f"/v1/plans/<id>/routes/<truck_id>/{_form}"): DISPATCH,
    }
for _kind in ("bins", "trucks", "depots", "disposal-sites"):
    MAY |= {
        ("GET", f"/v1/{_kind}"): DISPATCH,
        ("POST", f"/v1/{_kind}/import"): DISPATCH,
        ("GET", f"/v1/{_kind}/<id>"): DISPATCH,
        ("PUT", f"/v1/{_kind}/<id>"): DISPATCH,
        ("DELETE", f"/v1/{_kind}/<id>"): DISPATCH,
    }


def routes(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_route_of_the_app_is_in_the_table_of_roles(app: Flask) -> None:
    assert routes(app) == set(MAY)


def test_every_route_declares_who_may_call_it(app: Flask) -> None:
    undeclared = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if contract_of(app.view_functions[rule.endpoint]) is None
    ]
    assert undeclared == []


def test_a_route_that_declares_nothing_lets_nobody_in(app: Flask, callers: Callers) -> None:
    own = create_app(ports_of(app).settings)
    own.add_url_rule("/v1/forgotten", view_func=lambda: "secret")
    refused(Caller(own, callers.admin.secret).get("/v1/forgotten"), 403, "forbidden")


@pytest.mark.parametrize("who", EVERYONE.split())
def test_each_caller_passes_the_guard_exactly_where_the_table_says(
    app: Flask, callers: Callers, who: str
) -> None:
    for (method, rule), allowed in MAY.items():
        path = re.sub(r"<(id|a|b|truck_id)>", "B1", rule).replace("<code>", "busy")
        caller = getattr(callers, who)
        body = {} if method in {"POST", "PUT"} else None
        response = caller.send(method, path.replace("<name>", "swagger.svg"), body)
        if who in allowed.split():
            assert response.status_code not in {401, 403, 500}, (method, rule)
        elif who in {"nobody", "revoked"}:
            refused(response, 401, "unauthenticated")
            assert response.headers["WWW-Authenticate"] == "Bearer"
        else:
            refused(response, 403, "forbidden")


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Basic YTpi", "br_x", "Bearer br_x y", "Bearer é", "Token br_x"]
)
def test_an_authorization_that_is_no_key_is_401(callers: Callers, header: str) -> None:
    response = callers.nobody.get("/v1/bins", headers={"Authorization": header})
    refused(response, 401, "unauthenticated")


def test_the_scheme_bearer_may_be_written_in_any_case(app: Flask, callers: Callers) -> None:
    header = {"Authorization": f"bEARER {callers.admin.secret}"}
    assert callers.nobody.get("/v1/keys", headers=header).status_code == 200
