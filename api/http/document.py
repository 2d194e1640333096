"""The OpenAPI 3.1 document, made from the contracts of the routes that the app really has.

flask-openapi3 collects paths, parameters and summaries. Bodies, answers and refusals come
from the contracts, and the schemas straight from pydantic, whole: flask-openapi3's own model
of a schema drops the JSON Schema keywords it does not know.
"""

import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

from flask_openapi3.openapi import OpenAPI
from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode
from werkzeug.routing import Rule

from api.http.body import JSON
from api.http.codes import CODES
from api.http.contract import Contract, Media, contract_of
from api.http.problems import MEDIA_TYPE, ProblemDetails

Schemas = dict[tuple[Any, JsonSchemaMode], dict[str, Any]]

ANY = ("bad_request", "invalid_parameter", "internal")
KEYED = (
    "unauthenticated",
    "forbidden",
    "too_many_requests",
    "identity_provider_down",
    "database_busy",
    "database_unavailable",
    "disk_full",
)
BODIED = (
    "malformed",
    "body_incomplete",
    "body_too_large",
    "unsupported_media_type",
    "unsupported_encoding",
)
HEADER_TEXTS = {
    "ETag": "the version, for If-Match or If-None-Match",
    "Location": "the path of what was made",
    "If-Match": "the ETag of the version to change, or *; needed to change what exists",
    "If-None-Match": "the ETag held already: 304 if it still holds",
    "Last-Event-ID": "the id of the last event that was received",
    "If-None-Match: *": "there must be none yet",
    "Idempotency-Key": "a repeated request with the same key has one effect",
}
HEADER_PATTERNS = {
    "If-Match": r'^(\*|"[0-9]{1,18}")$',
    "Last-Event-ID": r"^[0-9]{1,9}$",
    "If-None-Match: *": r"^\*$",
    "Idempotency-Key": r"^[!-~]{1,128}$",
}


class DocumentedApp(OpenAPI):
    """A Flask app whose document tells of every route with a contract."""

    def generate_spec_json(self) -> None:
        """Called once, when the document is first asked for."""
        super().generate_spec_json()  # type: ignore[no-untyped-call]  # it is not annotated
        routes = list(_routes(self))
        schemas, components = _schemas(routes)
        self.spec_json["components"]["schemas"] = components
        for rule, declared, method in routes:
            operation = self.spec_json["paths"][_template(rule)][method]
            _describe(operation, declared, schemas)


def _routes(app: OpenAPI) -> Iterator[tuple[Rule, Contract, str]]:
    for rule in app.url_map.iter_rules():
        declared = contract_of(app.view_functions[rule.endpoint])
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            template = app.spec_json["paths"].get(_template(rule), {})
            if declared is not None and method.lower() in template:
                yield rule, declared, method.lower()


def _template(rule: Rule) -> str:
    return re.sub(r"<(?:[^<:>]+:)?([^<>]+)>", r"{\1}", rule.rule)


def _schemas(routes: list[tuple[Rule, Contract, str]]) -> tuple[Schemas, dict[str, Any]]:
    """For each class sent or received the reference to its schema; and all schemas by name."""
    wanted: dict[tuple[Any, JsonSchemaMode], TypeAdapter[Any]] = {}
    for _, declared, _ in routes:
        for kind in _classes(declared.gives.values()):
            wanted[kind, "serialization"] = TypeAdapter(kind)
        for kind in _classes(declared.takes.values()):
            wanted[kind, "validation"] = TypeAdapter(kind)
    wanted[ProblemDetails, "serialization"] = TypeAdapter(ProblemDetails)
    inputs = [(key[0], key[1], adapter) for key, adapter in wanted.items()]
    references, components = TypeAdapter.json_schemas(
        inputs, ref_template="#/components/schemas/{model}"
    )
    return references, components["$defs"]


def _classes(kinds: Iterable[Any]) -> Iterator[Any]:
    for each in kinds:
        if each is not None:
            yield each.kind if isinstance(each, Media) else each


def _describe(operation: dict[str, Any], declared: Contract, schemas: Schemas) -> None:
    if declared.roles:
        operation["security"] = [{"key": []}]
        allowed = ", ".join(sorted(declared.roles))
        told = operation.get("description", "").replace("<br/>", "\n").strip()
        operation["description"] = f"{told}\n\nRoles: {allowed}.".strip()
    if declared.takes:
        content = {
            media_type: {"schema": schemas[kind, "validation"]}
            for media_type, kind in declared.takes.items()
        }
        operation["requestBody"] = {"required": True, "content": content}
    if declared.accepts:
        heeded = [_header_parameter(name) for name in declared.accepts]
        operation["parameters"] = [*operation.get("parameters", []), *heeded]
    operation["responses"] = {
        **{str(status): _good(status, declared, schemas) for status in declared.gives},
        **_refusals(declared, schemas),
    }


def _header_parameter(name: str) -> dict[str, Any]:
    """`name` may say which value it takes, as in "If-None-Match: *"."""
    pattern = HEADER_PATTERNS.get(name)
    schema = {"type": "string", **({"pattern": pattern} if pattern else {})}
    told = {"description": HEADER_TEXTS[name], "required": False, "schema": schema}
    return {"name": name.split(":", maxsplit=1)[0], "in": "header", **told}


def _good(status: int, declared: Contract, schemas: Schemas) -> dict[str, Any]:
    kind = declared.gives[status]
    told: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if kind is not None:
        shown = kind if isinstance(kind, Media) else Media(JSON, kind)
        schema = schemas[shown.kind, "serialization"]
        told["content"] = {shown.media_type: {"schema": schema}}
    names = declared.headers.get(status, ())
    if names:
        told["headers"] = {
            name: {"description": HEADER_TEXTS[name], "schema": {"type": "string"}}
            for name in names
        }
    return told


def _refusals(declared: Contract, schemas: Schemas) -> dict[str, Any]:
    """An answer for each status of the codes that may come, naming the codes."""
    codes = (
        *ANY,
        *(KEYED if declared.roles else ()),
        *(BODIED if declared.takes else ()),
        *declared.refuses,
    )
    by_status: dict[str, list[str]] = {}
    for code in codes:
        by_status.setdefault(str(CODES[code].status), []).append(code)
    content = {MEDIA_TYPE: {"schema": schemas[ProblemDetails, "serialization"]}}
    return {
        status: {"description": "Problem: " + ", ".join(found), "content": content}
        for status, found in sorted(by_status.items())
    }
