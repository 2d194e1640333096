"""Keys: 256 random bits, shown once, kept as a SHA-256 hash; and who their bearer is."""

import hashlib
import hmac
import re
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, select, update

from api.store.catalogue import TRUCKS, fetch, hold
from api.store.database import Database
from api.store.ids import new_id
from api.store.tables import api_keys
from api.usecases.errors import Conflict, FieldProblem, Invalid, NotFound, Unauthenticated
from api.usecases.idempotency import Once, once_only

Role = Literal["dispatcher", "driver", "sensor", "monitor", "admin"]
ROLES: tuple[Role, ...] = ("dispatcher", "driver", "sensor", "monitor", "admin")


@dataclass(frozen=True)
class Principal:
    """Who is asking. A driver has a `truck_id`; a sensor key its devices."""

    key_id: str
    role: Role
    name: str
    truck_id: str | None = None
    sensor_prefix: str | None = None
    sensor_ids: frozenset[str] = frozenset()

    def may_write_readings_of(self, sensor_id: str) -> bool:
        """Admins write for every device, sensor keys for their own, others for none."""
        if self.role != "sensor":
            return self.role == "admin"
        by_prefix = self.sensor_prefix is not None and sensor_id.startswith(self.sensor_prefix)
        return by_prefix or sensor_id in self.sensor_ids


@dataclass(frozen=True)
class Key:
    """A key without its secret."""

    id: str
    role: Role
    name: str
    truck_id: str | None
    sensor_prefix: str | None
    sensor_ids: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True)
class CreatedKey:
    """A new key with its secret, `br_<id>_<43 characters>`, which is never shown again."""

    key: Key
    secret: str


LOCAL_ADMIN = Principal(key_id="cli", role="admin", name="command line")
"""Whoever can run the command on the server may do everything."""


_SECRET = re.compile(r"br_([0-9a-z]{26})_([A-Za-z0-9_-]{43})")


def create_key(
    db: Database,
    *,
    role: Role,
    name: str = "",
    truck_id: str | None = None,
    sensor_prefix: str | None = None,
    sensor_ids: tuple[str, ...] = (),
    now: datetime,
    once: Once | None = None,
) -> CreatedKey:
    """A new key. An empty `sensor_prefix` ("") means all devices.

    Raises Invalid: a driver without a truck, a truck that is not there, a sensor key without
    devices, devices or a truck on a key of another role; Conflict with code
    `secret_shown_once`: this request was answered before, and its secret is not kept.
    """
    _check_scope(role, name, truck_id, sensor_prefix, sensor_ids)
    key = Key(new_id(now), role, name, truck_id, sensor_prefix, sensor_ids, now, None)
    secret = f"br_{key.id}_{secrets.token_urlsafe(32)}"
    with db.write() as tx:
        kept = once_only(tx, once, Key, lambda: _add(tx, key, secret), now=now)
    if kept.id != key.id:
        text = f"this request made the key {kept.id!r}; its secret was shown once"
        raise Conflict(text, code="secret_shown_once")
    return CreatedKey(key, secret)


def _add(tx: Connection, key: Key, secret: str) -> Key:
    hold(tx)
    if key.truck_id is not None and fetch(tx, TRUCKS, key.truck_id) is None:
        raise _wrong("truck_id", f"there is no truck {key.truck_id!r}")
    values = asdict(key) | {"hash": _hash(secret), "sensor_ids": list(key.sensor_ids)}
    tx.execute(insert(api_keys).values(values))
    return key


def authenticate(db: Database, secret: str | None) -> Principal:
    """Who bears this secret. Raises Unauthenticated."""
    match = _SECRET.fullmatch(secret or "")
    if match is None:
        raise Unauthenticated("give a key: Authorization: Bearer br_...")
    with db.read() as tx:
        row = tx.execute(select(api_keys).where(api_keys.c.id == match[1])).first()
    # Compared even when there is no such key, so that the time taken tells nothing.
    same = hmac.compare_digest(row.hash if row else "", _hash(match[0]))
    if row is None or not same or row.revoked_at is not None:
        raise Unauthenticated("this key is unknown or revoked")
    return Principal(
        row.id, row.role, row.name, row.truck_id, row.sensor_prefix, frozenset(row.sensor_ids)
    )


def revoke_key(db: Database, key_id: str, *, now: datetime) -> Key:
    """End a key at once; again is the same. Raises NotFound."""
    with db.write() as tx:
        live = update(api_keys).where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
        tx.execute(live.values(revoked_at=now))
        row = tx.execute(select(api_keys).where(api_keys.c.id == key_id)).first()
    if row is None:
        raise NotFound(f"there is no key {key_id!r}")
    return _key(row)


def list_keys(db: Database) -> tuple[Key, ...]:
    """All keys in order of their creation, revoked ones too."""
    with db.read() as tx:
        return tuple(_key(row) for row in tx.execute(select(api_keys).order_by(api_keys.c.id)))


def _hash(secret: str) -> str:
    # 256 random bits cannot be guessed, so a plain fast hash is enough.
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: Row[Any]) -> Key:
    return Key(
        id=row.id,
        role=row.role,
        name=row.name,
        truck_id=row.truck_id,
        sensor_prefix=row.sensor_prefix,
        sensor_ids=tuple(row.sensor_ids),
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )


def _wrong(field: str, message: str) -> Invalid:
    return Invalid(message, [FieldProblem(field, message)])


def _check_scope(
    role: Role,
    name: str,
    truck_id: str | None,
    sensor_prefix: str | None,
    sensor_ids: tuple[str, ...],
) -> None:
    if role not in ROLES:
        raise _wrong("role", f"a role is one of {', '.join(ROLES)}, not {role!r}")
    if len(name) > 200 or not name.isprintable():
        raise _wrong("name", "a name is at most 200 printable characters")
    if len(sensor_prefix or "") > 64:
        raise _wrong("sensor_prefix", "a sensor prefix is at most 64 characters")
    if (role == "driver") != (truck_id is not None):
        raise _wrong("truck_id", "a driver's key, and no other, is for one truck")
    has_sensors = sensor_prefix is not None or bool(sensor_ids)
    if (role == "sensor") != has_sensors:
        raise _wrong("sensor_ids", "a sensor key, and no other, names its devices")
