"""Keys: 256 random bits, shown once, kept as a SHA-256 hash; and who their bearer is."""

import hashlib
import hmac
import re
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from api.store.catalogue import TRUCKS, fetch, hold
from api.store.database import Database
from api.store.ids import new_id
from api.store.key_rows import fetch_key
from api.store.tables import api_keys
from api.usecases.audit import COMMAND_LINE, differences, note
from api.usecases.errors import Conflict, NotFound, Unauthenticated
from api.usecases.fleets import MAIN
from api.usecases.idempotency import Once, once_only
from api.usecases.key_scope import ROLES, Role, check_scope, wrong_field
from api.usecases.paging import Page, checked_limit, decode, page_of

__all__ = [
    "LOCAL_ADMIN",
    "LONGEST_GRACE",
    "ROLES",
    "CreatedKey",
    "Key",
    "Principal",
    "Role",
    "authenticate",
    "create_key",
    "get_key",
    "list_keys",
    "list_page",
    "revoke_key",
    "rotate_key",
    "set_devices",
]


@dataclass(frozen=True)
class Principal:
    """Who is asking, and of which fleet. A driver has a `truck_id`; a sensor key its devices."""

    key_id: str
    role: Role
    name: str
    truck_id: str | None = None
    sensor_prefix: str | None = None
    sensor_ids: frozenset[str] = frozenset()
    fleet_id: str = MAIN

    def may_write_readings_of(self, sensor_id: str) -> bool:
        """Admins write for every device, sensor keys for their own, others for none."""
        if self.role != "sensor":
            return self.role == "admin"
        by_prefix = self.sensor_prefix is not None and sensor_id.startswith(self.sensor_prefix)
        return by_prefix or sensor_id in self.sensor_ids


@dataclass(frozen=True)
class Key:
    """A key without its secret. From `expires_at` on it is dead. `replaces`: the key whose place
    it took.
    """

    id: str
    role: Role
    name: str
    truck_id: str | None
    sensor_prefix: str | None
    sensor_ids: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None
    expires_at: datetime | None = None
    replaces: str | None = None


@dataclass(frozen=True)
class CreatedKey:
    """A new key with its secret, `br_<id>_<43 characters>`, which is never shown again."""

    key: Key
    secret: str


LOCAL_ADMIN = Principal(key_id=COMMAND_LINE, role="admin", name="command line")
"""Whoever can run the command on the server may do everything."""


LONGEST_GRACE = timedelta(days=30)
"""For no longer do two secrets open the same door."""

_SECRET = re.compile(r"br_([0-9a-z]{26})_([A-Za-z0-9_-]{43})")


def create_key(
    db: Database,
    *,
    role: Role,
    name: str = "",
    truck_id: str | None = None,
    sensor_prefix: str | None = None,
    sensor_ids: tuple[str, ...] = (),
    expires_at: datetime | None = None,
    now: datetime,
    by: str = COMMAND_LINE,
    once: Once | None = None,
) -> CreatedKey:
    """A new key. An empty `sensor_prefix` ("") means all devices.

    Raises Invalid: an end that is past, a driver without a truck, a truck that is not there, a
    sensor key without devices, devices or a truck on a key of another role; Conflict with code
    `secret_shown_once`: this request was answered before, and its secret is not kept.
    """
    check_scope(role, name, truck_id, sensor_prefix, sensor_ids)
    if expires_at is not None and expires_at <= now:
        raise wrong_field("expires_at", "a key ends in the future")
    scope = (role, name, truck_id, sensor_prefix, sensor_ids)
    key = Key(new_id(now), *scope, now, None, expires_at)
    secret = _new_secret(key)

    def make() -> Key:
        _add(tx, key, secret)
        note(tx, "created", "keys", key.id, by=by, now=now, detail=_told(key))
        return key

    with db.write() as tx:
        kept = once_only(tx, once, Key, make, now=now)
    if kept.id != key.id:
        text = f"this request made the key {kept.id!r}; its secret was shown once"
        raise Conflict(text, code="secret_shown_once")
    return CreatedKey(key, secret)


def rotate_key(
    db: Database, key_id: str, *, grace: timedelta, now: datetime, by: str = COMMAND_LINE
) -> CreatedKey:
    """A new key for the same role and scope; the old one lives on for `grace`, at most
    LONGEST_GRACE, so that its bearer can change over, and ends at once without.

    Raises NotFound; Conflict with code `key_ended` for a key that is revoked or over.
    """
    if not timedelta() <= grace <= LONGEST_GRACE:
        raise wrong_field("grace_s", f"from 0 to {LONGEST_GRACE.total_seconds():.0f} seconds")
    with db.write() as tx:
        old = _living(tx, key_id, now)
        key = replace(old, id=new_id(now), created_at=now, expires_at=None, replaces=old.id)
        secret = _new_secret(key)
        _add(tx, key, secret)
        over = now + grace if old.expires_at is None else min(old.expires_at, now + grace)
        end = {"expires_at": over} if grace else {"revoked_at": now}
        tx.execute(update(api_keys).where(api_keys.c.id == key_id).values(end))
        told = {"by_key": key.id, "ends_at": over.isoformat()}
        note(tx, "rotated", "keys", key_id, by=by, now=now, detail=told)
        note(tx, "created", "keys", key.id, by=by, now=now, detail=_told(key))
    return CreatedKey(key, secret)


def set_devices(
    db: Database,
    key_id: str,
    *,
    sensor_prefix: str | None,
    sensor_ids: tuple[str, ...],
    now: datetime,
    by: str = COMMAND_LINE,
) -> Key:
    """Give a sensor's key another set of devices; its secret stays.

    Raises NotFound; Conflict (`key_ended`); Invalid: no devices, or a key of another role.
    """
    with db.write() as tx:
        old = _living(tx, key_id, now)
        new = replace(old, sensor_prefix=sensor_prefix, sensor_ids=sensor_ids)
        check_scope(new.role, new.name, new.truck_id, sensor_prefix, sensor_ids)
        if new.role != "sensor":
            raise wrong_field("sensor_ids", f"a {new.role}'s key has no devices")
        values = {"sensor_prefix": sensor_prefix, "sensor_ids": list(sensor_ids)}
        tx.execute(update(api_keys).where(api_keys.c.id == key_id).values(values))
        changes = differences(_told(old), _told(new))
        note(tx, "devices", "keys", key_id, by=by, now=now, detail={"changes": changes})
    return new


def _living(tx: Connection, key_id: str, now: datetime) -> Key:
    """A key that is neither revoked nor over; its row is held."""
    row = tx.execute(select(api_keys).where(api_keys.c.id == key_id).with_for_update()).first()
    if row is None:
        raise NotFound(f"there is no key {key_id!r}")
    if not _lives(row, now):
        raise Conflict(f"the key {key_id!r} has ended; create another", code="key_ended")
    return _key(row)


def _lives(row: Row[Any], now: datetime) -> bool:
    return row.revoked_at is None and (row.expires_at is None or now < row.expires_at)


def _new_secret(key: Key) -> str:
    return f"br_{key.id}_{secrets.token_urlsafe(32)}"


def _told(key: Key) -> dict[str, Any]:
    """What the audit trail says of a key: its role and scope."""
    scope = {"truck_id": key.truck_id, "sensor_prefix": key.sensor_prefix}
    more = {"sensor_ids": list(key.sensor_ids), "replaces": key.replaces}
    return {"role": key.role, "name": key.name, **scope, **more}


def _add(tx: Connection, key: Key, secret: str) -> None:
    hold(tx)
    if key.truck_id is not None and fetch(tx, TRUCKS, key.truck_id) is None:
        raise wrong_field("truck_id", f"there is no truck {key.truck_id!r}")
    values = asdict(key) | {"hash": _hash(secret), "sensor_ids": list(key.sensor_ids)}
    tx.execute(insert(api_keys).values(values))


def authenticate(db: Database, secret: str | None, *, now: datetime) -> Principal:
    """Who bears this secret, of whichever fleet. Raises Unauthenticated."""
    match = _SECRET.fullmatch(secret or "")
    if match is None:
        raise Unauthenticated("give a key: Authorization: Bearer br_...")
    with db.of(None).read() as tx:
        row = fetch_key(tx, match[1])
    # Compared even when there is no such key, so that the time taken tells nothing.
    same = hmac.compare_digest(row.hash if row else "", _hash(match[0]))
    if row is None or not same or not _lives(row, now):
        raise Unauthenticated("this key is unknown, revoked or over")
    devices = (row.sensor_prefix, frozenset(row.sensor_ids))
    return Principal(row.id, row.role, row.name, row.truck_id, *devices, fleet_id=row.fleet_id)


def revoke_key(db: Database, key_id: str, *, now: datetime, by: str = COMMAND_LINE) -> Key:
    """End a key at once; again is the same. Raises NotFound."""
    with db.write() as tx:
        live = update(api_keys).where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
        if tx.execute(live.values(revoked_at=now)).rowcount:
            note(tx, "revoked", "keys", key_id, by=by, now=now)
        row = tx.execute(select(api_keys).where(api_keys.c.id == key_id)).first()
    if row is None:
        raise NotFound(f"there is no key {key_id!r}")
    return _key(row)


def list_keys(db: Database) -> tuple[Key, ...]:
    """All keys in order of their creation, revoked ones too."""
    with db.read() as tx:
        return tuple(_key(row) for row in tx.execute(select(api_keys).order_by(api_keys.c.id)))


def list_page(db: Database, *, cursor: str | None = None, limit: int = 100) -> Page[Key]:
    """Keys as in `list_keys`, some at a time. Raises Invalid (also `bad_cursor`)."""
    last, limit = decode(cursor), checked_limit(limit)
    wanted = select(api_keys).order_by(api_keys.c.id).limit(limit + 1)
    with db.read() as tx:
        rows = tx.execute(wanted if last is None else wanted.where(api_keys.c.id > last))
        return page_of([_key(row) for row in rows], limit, lambda each: each.id)


def get_key(db: Database, key_id: str) -> Key:
    """One key, also one that is revoked. Raises NotFound."""
    with db.read() as tx:
        row = tx.execute(select(api_keys).where(api_keys.c.id == key_id)).first()
    if row is None:
        raise NotFound(f"there is no key {key_id!r}")
    return _key(row)


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
        expires_at=row.expires_at,
        replaces=row.replaces,
    )
