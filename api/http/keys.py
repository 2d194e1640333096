"""API keys, for admins: /v1/keys."""

from datetime import timedelta
from typing import Annotated, Self

from flask import Response
from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from api.http.answers import answer
from api.http.blueprints import APIBlueprint, resource
from api.http.body import JSON, parse_json, read_body, read_raw
from api.http.contract import ADMINS, contract
from api.http.parameters import IdPath, PageQuery, once
from api.http.ports import ports, principal
from api.usecases import keys
from api.usecases.keys import CreatedKey, Key, Role
from api.usecases.paging import Page
from optimiser.domain.base import CONFIG, Id, Name
from optimiser.domain.readings import Instant


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class KeyRequest:
    """A driver needs `truck_id`; a sensor `sensor_ids`, or the `sensor_prefix` its devices share
    ("" for all devices).
    """

    role: Role
    name: Name = ""
    truck_id: Id | None = None
    sensor_prefix: Annotated[str, Field(max_length=64)] | None = None
    sensor_ids: Annotated[tuple[Id, ...], Field(max_length=10_000)] = ()
    expires_at: Instant | None = None


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Devices:
    """The set of devices that a sensor's key may write for, in place of the one it has."""

    sensor_prefix: Annotated[str, Field(max_length=64)] | None = None
    sensor_ids: Annotated[tuple[Id, ...], Field(max_length=10_000)] = ()

    @model_validator(mode="after")
    def _names_some(self) -> Self:
        if self.sensor_prefix is None and not self.sensor_ids:
            raise ValueError("name devices: sensor_prefix, sensor_ids or both")
        return self


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Rotation:
    """For so many seconds the old secret works beside the new one, 30 days at most."""

    grace_s: Annotated[int, Field(ge=0, le=2_592_000)]


def blueprint() -> APIBlueprint:
    """Create, list, get, revoke."""
    made = resource("keys", "/v1/keys")
    made.post("", summary="Create a key")(post_key)
    made.get("", summary="Keys, without their secrets")(list_keys)
    made.get("/<id>", summary="One key, without its secret")(get_key)
    made.delete("/<id>", summary="Revoke a key")(delete_key)
    made.post("/<id>/rotate", summary="Give a key a new secret")(post_rotate)
    made.put("/<id>/devices", summary="Give a sensor's key other devices")(put_devices)
    return made


@contract(
    *ADMINS,
    gives={201: CreatedKey},
    takes={JSON: KeyRequest},
    headers={201: ("Location",)},
    accepts=("Idempotency-Key",),
    refuses=("invalid", "idempotency_key_reused", "secret_shown_once"),
)
def post_key() -> Response:
    """The secret is shown in this answer and never again, not even to a repeated request."""
    at, raw = ports(), read_raw(ports().settings.max_body_bytes, {JSON})[0]
    wanted = parse_json(KeyRequest, raw)
    made = keys.create_key(
        at.db,
        role=wanted.role,
        name=wanted.name,
        truck_id=wanted.truck_id,
        sensor_prefix=wanted.sensor_prefix,
        sensor_ids=wanted.sensor_ids,
        expires_at=wanted.expires_at,
        now=at.clock(),
        by=principal().key_id,
        once=once(raw),
    )
    return answer(made, 201, headers={"Location": f"/v1/keys/{made.key.id}"})


@contract(*ADMINS, gives={200: Page[Key]}, refuses=("bad_cursor",))
def list_keys(query: PageQuery) -> Response:
    """In order of creation, revoked ones too; never a secret."""
    return answer(keys.list_page(ports().db, **query.model_dump()))


@contract(*ADMINS, gives={200: Key}, refuses=("not_found",))
def get_key(path: IdPath) -> Response:
    return answer(keys.get_key(ports().db, path.id))


@contract(*ADMINS, gives={200: Key}, refuses=("not_found",))
def delete_key(path: IdPath) -> Response:
    """At once and for good. The key stays in the list, with the time of its end."""
    now, by = ports().clock(), principal().key_id
    return answer(keys.revoke_key(ports().db, path.id, now=now, by=by))


@contract(
    *ADMINS,
    gives={201: CreatedKey},
    takes={JSON: Rotation},
    headers={201: ("Location",)},
    refuses=("invalid", "not_found", "key_ended"),
)
def post_rotate(path: IdPath) -> Response:
    """A new key of the same role and scope, its secret in this answer only; the old one ends."""
    at = ports()
    grace = timedelta(seconds=read_body(Rotation, at.settings.max_body_bytes).grace_s)
    made = keys.rotate_key(at.db, path.id, grace=grace, now=at.clock(), by=principal().key_id)
    return answer(made, 201, headers={"Location": f"/v1/keys/{made.key.id}"})


@contract(
    *ADMINS,
    gives={200: Key},
    takes={JSON: Devices},
    refuses=("invalid", "not_found", "key_ended"),
)
def put_devices(path: IdPath) -> Response:
    """The secret stays. Holds from the next batch of readings on."""
    at = ports()
    wanted = read_body(Devices, at.settings.max_body_bytes)
    found = keys.set_devices(
        at.db,
        path.id,
        sensor_prefix=wanted.sensor_prefix,
        sensor_ids=wanted.sensor_ids,
        now=at.clock(),
        by=principal().key_id,
    )
    return answer(found)
