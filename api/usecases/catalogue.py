"""Bins, trucks, depots and disposal sites: get, list, put, delete, each with a version."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, NoReturn

from sqlalchemy import Connection, func, select, update
from sqlalchemy.exc import IntegrityError

from api.store import catalogue as rows
from api.store import tables
from api.store.catalogue import (
    BINS,
    DEPOTS,
    DISPOSAL_SITES,
    TRUCKS,
    Item,
    Kind,
    KindName,
    T,
    Versioned,
)
from api.store.database import Database
from api.store.documents import dump
from api.store.errors import StoreUnavailable
from api.usecases.audit import COMMAND_LINE, differences, note
from api.usecases.checks import problems_between
from api.usecases.errors import (
    Conflict,
    Invalid,
    NotFound,
    PreconditionRequired,
    VersionMismatch,
)
from api.usecases.paging import Page, checked_limit, decode, page_of
from optimiser.domain.readings import EYES

__all__ = [
    "BINS",
    "DEPOTS",
    "DISPOSAL_SITES",
    "TRUCKS",
    "Expected",
    "Kind",
    "KindName",
    "Put",
    "T",
    "Versioned",
    "delete",
    "get",
    "list_page",
    "put",
]

NO_VERSION = -1
"""What no stored thing has: stands for a tag that is none of ours."""

Expected = int | Literal["any", "absent"] | None
"""What a put expects: this version, any existing one (`If-Match: *`), none there
(`If-None-Match: *`), or None: nothing was said, which is right for a new thing only."""


@dataclass(frozen=True)
class Put(Generic[T]):
    """What a put left behind; `created` tells 201 from 200."""

    stored: Versioned[T]
    created: bool


def get(db: Database, kind: Kind[T], item_id: str) -> Versioned[T]:
    """One thing. Raises NotFound."""
    with db.read() as tx:
        return _required(rows.fetch(tx, kind, item_id), kind, item_id)


def list_page(
    db: Database, kind: Kind[T], *, cursor: str | None = None, limit: int = 100
) -> Page[Versioned[T]]:
    """Things in order of id. Raises Invalid (also `bad_cursor`)."""
    last, limit = decode(cursor), checked_limit(limit)
    with db.read() as tx:
        found = rows.fetch_after(tx, kind, last, limit + 1)
    return page_of(found, limit, lambda each: each.item.id)


def put(
    db: Database,
    kind: Kind[T],
    item: T,
    *,
    expected: Expected = None,
    now: datetime,
    by: str = COMMAND_LINE,
) -> Put[T]:
    """Create or replace; `by` is the id of the key that asks.

    Raises VersionMismatch (412; also when `absent` was expected or nothing is there to match),
    PreconditionRequired (428: it exists and `expected` is None), Invalid (422: a depot that
    is not there, coordinates out of reach of every depot, a place that is not lon, lat),
    Conflict (409: `sensor_taken`).
    """
    with db.write() as tx:
        rows.hold(tx)
        current = rows.fetch(tx, kind, item.id, for_update=True)
        _check_expected(kind, item.id, current.version if current else None, expected)
        _check_between(tx, item)
        done = _write(tx, kind, item, current, now)
        detail: dict[str, Any] = {"version": done.stored.version}
        if current is not None:
            before, after = dump(kind.cls, current.item), dump(kind.cls, item)
            detail["changes"] = differences(before, after)
        action = "created" if current is None else "replaced"
        note(tx, action, kind.name, item.id, by=by, now=now, detail=detail)
        return done


def delete(
    db: Database,
    kind: Kind[T],
    item_id: str,
    *,
    expected: int | Literal["any"] | None = None,
    now: datetime,
    by: str = COMMAND_LINE,
) -> None:
    """Remove. A bin's readings and emptyings stay: its history belongs to the place.

    Raises NotFound, VersionMismatch, PreconditionRequired (`expected` None), Conflict with
    code `in_use`: a depot that trucks start or end at, a truck that a driver's key is for.
    """
    with db.write() as tx:
        rows.hold(tx)
        current = _required(rows.fetch(tx, kind, item_id, for_update=True), kind, item_id)
        _check_expected(kind, item_id, current.version, expected)
        _check_unused(tx, kind, item_id)
        with no_collision():
            rows.remove(tx, kind, item_id)
        detail = {"version": current.version, "item": dump(kind.cls, current.item)}
        note(tx, "deleted", kind.name, item_id, by=by, now=now, detail=detail)


@contextmanager
def no_collision() -> Iterator[None]:
    """Raises StoreUnavailable where another writer came between a check and its write."""
    try:
        yield
    except IntegrityError as error:
        raise collision() from error


def collision() -> StoreUnavailable:
    """What is told to the one who came second."""
    text = "this collides with an edit made just now; nothing was written, try again"
    return StoreUnavailable("database_busy", text, retry_after_s=1)


def _required(found: Versioned[T] | None, kind: Kind[T], item_id: str) -> Versioned[T]:
    if found is None:
        raise NotFound(f"there is no {item_id!r} among the {_words(kind)}")
    return found


def _words(kind: Kind[T]) -> str:
    return kind.name.replace("_", " ")


def _check_expected(kind: Kind[T], item_id: str, current: int | None, expected: Expected) -> None:
    if expected == "absent" or current is None:
        wanted_absent = expected in ("absent", None)
        if wanted_absent != (current is None):
            state = "is there already" if wanted_absent else "is not there"
            raise VersionMismatch(f"{item_id!r} {state} among the {_words(kind)}", current=current)
        return
    if expected is None:
        text = f"{item_id!r} exists; say which version you edit (its ETag, in If-Match)"
        raise PreconditionRequired(text, current=current)
    if expected not in ("any", current):
        given = "what If-Match says" if expected == NO_VERSION else expected
        text = f"{item_id!r} is at version {current}, not {given}"
        raise VersionMismatch(text, current=current)


def _check_between(tx: Connection, item: Item) -> None:
    problems = tuple(problem for _, problem in problems_between(tx, [item]))
    taken = [each for each in problems if each.field == "sensor_id"]
    if taken and taken[0].value != repr(EYES):  # a name that no sensor has is nobody's
        raise Conflict(f"sensor {taken[0].value}: {taken[0].message}", code="sensor_taken")
    if problems:
        raise Invalid("; ".join(str(each) for each in problems), problems)


def _write(
    tx: Connection, kind: Kind[T], item: T, current: Versioned[T] | None, now: datetime
) -> Put[T]:
    with no_collision():
        if current is None:
            if not rows.insert(tx, kind, [item], now=now):
                _raced(item.id)
            return Put(Versioned(item, 1, now, now), created=True)
        rows.replace(tx, kind, [item], now=now)
    return Put(Versioned(item, current.version + 1, current.created_at, now), created=False)


def _raced(item_id: str) -> NoReturn:
    raise VersionMismatch(f"{item_id!r} was created by someone else just now", current=1)


def _check_unused(tx: Connection, kind: Kind[T], item_id: str) -> None:
    if kind.name == "depots":
        trucks = tables.trucks.c
        users = select(trucks.id).where(
            (trucks.start_depot_id == item_id) | (trucks.end_depot_id == item_id)
        )
        _refuse_if_used(item_id, "truck", list(tx.execute(users.order_by(trucks.id)).scalars()))
    if kind.name == "trucks":
        keys = tables.api_keys.c
        users = select(keys.id).where(keys.truck_id == item_id, keys.revoked_at.is_(None))
        _refuse_if_used(item_id, "driver's key", list(tx.execute(users).scalars()))
        tx.execute(update(tables.api_keys).where(keys.truck_id == item_id).values(truck_id=None))


def _refuse_if_used(item_id: str, user: str, ids: list[str]) -> None:
    if ids:
        shown = ", ".join(ids[:3]) + (", ..." if len(ids) > 3 else "")
        text = f"{item_id!r} is in use by {len(ids)} {user}{'s' if len(ids) > 1 else ''}: {shown}"
        raise Conflict(text, code="in_use")


def count(db: Database, kind: Kind[T]) -> int:
    """How many there are of a kind."""
    with db.read() as tx:
        return tx.execute(select(func.count()).select_from(kind.table)).scalar_one()
