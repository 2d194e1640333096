"""The routes that bins, trucks, depots and disposal sites have alike."""

from flask import Response, request

from api.http.answers import answer, nothing, unless_known
from api.http.blueprints import APIBlueprint, resource
from api.http.body import JSON, parse_json, read_raw
from api.http.contract import DISPATCHERS, contract
from api.http.etags import expected_for_put, expected_version
from api.http.parameters import IdPath, PageQuery, once
from api.http.ports import ports, principal
from api.http.problems import Refused
from api.usecases import catalogue
from api.usecases.catalogue import Kind, T, Versioned
from api.usecases.imports import Format, ImportResult, import_file
from api.usecases.paging import Page
from optimiser.wire import FieldProblem

FORMATS: dict[str, Format] = {"text/csv": "csv", "application/geo+json": "geojson", JSON: "json"}


def blueprint_for(kind: Kind[T]) -> APIBlueprint:
    """A blueprint with list, put, delete and import; the resource adds its own get."""
    name = kind.name.replace("_", "-")
    made = resource(kind.name, f"/v1/{name}", tag=name.replace("-", " "))
    _add_list(made, kind)
    _add_put(made, kind)
    _add_delete(made, kind)
    _add_import(made, kind)
    return made


def add_get(made: APIBlueprint, kind: Kind[T]) -> None:
    """GET one, for kinds without a detail view of their own."""

    @made.get("/<id>", summary=f"One of the {kind.name}")
    @contract(
        *DISPATCHERS,
        gives={200: Versioned[kind.cls], 304: None},  # type: ignore[name-defined]
        headers={200: ("ETag",)},
        accepts=("If-None-Match",),
        refuses=("not_found",),
    )
    def get_one(path: IdPath) -> Response:
        found = catalogue.get(ports().db, kind, path.id)
        return unless_known(answer(found, version=found.version))


def _add_list(made: APIBlueprint, kind: Kind[T]) -> None:
    @made.get("", summary=f"{kind.name} in order of id")
    @contract(
        *DISPATCHERS,
        gives={200: Page[Versioned[kind.cls]]},  # type: ignore[name-defined]
        refuses=("bad_cursor",),
    )
    def list_all(query: PageQuery) -> Response:
        page = catalogue.list_page(ports().db, kind, cursor=query.cursor, limit=query.limit)
        return answer(page)


def _add_put(made: APIBlueprint, kind: Kind[T]) -> None:
    shape = Versioned[kind.cls]  # type: ignore[name-defined]

    @made.put("/<id>", summary=f"Create or replace one of the {kind.name}")
    @contract(
        *DISPATCHERS,
        gives={200: shape, 201: shape},
        takes={JSON: kind.cls},
        headers={200: ("ETag",), 201: ("ETag", "Location")},
        accepts=("If-Match", "If-None-Match: *"),
        refuses=("invalid", "sensor_taken", "version_mismatch", "precondition_required"),
    )
    def put_one(path: IdPath) -> Response:
        raw, _ = read_raw(ports().settings.max_body_bytes, {JSON})
        item = _same_id(parse_json(kind.cls, raw), path.id)
        expected = expected_for_put()
        db, now, by = ports().db, ports().clock(), principal().key_id
        put = catalogue.put(db, kind, item, expected=expected, now=now, by=by)
        headers = {"Location": request.path} if put.created else {}
        status = 201 if put.created else 200
        return answer(put.stored, status, version=put.stored.version, headers=headers)


def _same_id(item: T, path_id: str) -> T:
    if item.id != path_id:
        wrong = FieldProblem("id", f"the path says {path_id!r}", repr(item.id))
        raise Refused("invalid", "the id of the body is not that of the path", [wrong])
    return item


def _add_delete(made: APIBlueprint, kind: Kind[T]) -> None:
    @made.delete("/<id>", summary=f"Remove one of the {kind.name}")
    @contract(
        *DISPATCHERS,
        gives={204: None},
        accepts=("If-Match",),
        refuses=("not_found", "in_use", "version_mismatch", "precondition_required"),
    )
    def delete_one(path: IdPath) -> Response:
        db, now, by = ports().db, ports().clock(), principal().key_id
        catalogue.delete(db, kind, path.id, expected=expected_version(), now=now, by=by)
        return nothing()


def _add_import(made: APIBlueprint, kind: Kind[T]) -> None:
    @made.post("/import", summary=f"Import a file of {kind.name}, all or nothing")
    @contract(
        *DISPATCHERS,
        gives={200: ImportResult},
        takes={"text/csv": str, "application/geo+json": dict, JSON: list[kind.cls]},  # type: ignore[name-defined]
        accepts=("Idempotency-Key",),
        refuses=("invalid_import", "idempotency_key_reused"),
    )
    def import_all() -> Response:
        raw, media_type = read_raw(ports().settings.max_body_bytes, FORMATS)
        how, now, by = FORMATS[media_type], ports().clock(), principal().key_id
        done = import_file(ports().db, kind, raw, format=how, now=now, by=by, once=once(raw))
        return answer(done)
