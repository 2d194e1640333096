"""The HTTP interface: a file a resource, and what all of them share.

A view says in its contract who may call it, what it takes and gives; it calls one use case
and answers. Refusals become problem+json in `failures`, by the table in `codes`.
"""

from typing import Any

from flask import Flask
from flask_openapi3.models.info import Info

from api.http import (
    audit,
    bins,
    codes_page,
    depots,
    disposal_sites,
    drivers,
    driving,
    health,
    keys,
    live,
    metrics,
    photos,
    plan_exports,
    plan_life,
    plan_questions,
    plans,
    readings,
    schedules,
    solve,
    trucks,
    tryit,
    webhooks,
)
from api.http.document import DocumentedApp
from api.http.failures import answer_failures
from api.http.guard import guard_every_route
from api.http.hooks import around_requests
from api.http.parameters import refuse_parameters
from api.http.ports import Ports, set_ports

RESOURCES = (
    bins,
    trucks,
    depots,
    disposal_sites,
    readings,
    plans,
    plan_life,
    plan_questions,
    plan_exports,
    schedules,
    webhooks,
    solve,
    drivers,
    driving,
    live,
    photos,
    keys,
    audit,
    health,
    metrics,
    codes_page,
    tryit,
)
SECURITY: dict[str, Any] = {"key": {"type": "http", "scheme": "bearer", "bearerFormat": "br_..."}}


def http_app(ports: Ports, version: str) -> Flask:
    """A Flask app with all routes."""
    app = DocumentedApp(
        "api.http",
        info=Info(title="binrounds", version=version),
        security_schemes=SECURITY,
        validation_error_callback=refuse_parameters,
        doc_ui=False,
        static_folder=None,
    )
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.merge_slashes = False
    set_ports(app.extensions, ports)
    around_requests(app)
    guard_every_route(app)
    answer_failures(app)
    for resource in RESOURCES:
        app.register_api(resource.blueprint())
    return app
