"""Rows of bins, trucks, depots and disposal sites."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from sqlalchemy import (
    Connection,
    Row,
    Table,
    Text,
    bindparam,
    cast,
    delete,
    func,
    select,
    update,
)

from api.store import states, tables
from api.store.documents import dump, load
from api.store.scope import fleet_of
from api.store.statements import add_new, batches, one_of
from optimiser.domain.bins import Bin
from optimiser.domain.fleet import Depot, DisposalSite, Truck

Item = Bin | Truck | Depot | DisposalSite
T = TypeVar("T", bound=Item)

KindName = Literal["bins", "trucks", "depots", "disposal_sites"]


@dataclass(frozen=True)
class Kind(Generic[T]):
    """One of the four kinds; `name` is its table and its collection in /v1."""

    name: KindName
    cls: type[T]

    @property
    def table(self) -> Table:
        return tables.metadata.tables[self.name]


BINS: Kind[Bin] = Kind("bins", Bin)
TRUCKS: Kind[Truck] = Kind("trucks", Truck)
DEPOTS: Kind[Depot] = Kind("depots", Depot)
DISPOSAL_SITES: Kind[DisposalSite] = Kind("disposal_sites", DisposalSite)


@dataclass(frozen=True)
class Versioned(Generic[T]):
    """A thing of the catalogue; `version` counts from 1 and is its ETag."""

    item: T
    version: int
    created_at: datetime
    updated_at: datetime


_CATALOGUE_LOCK = 0x62_69_6E_73
"""First number of the lock that `hold` takes; the second is the fleet's."""


def hold(tx: Connection) -> None:
    """Be the only one who edits the fleet's catalogue until the transaction ends.

    What an edit checks first (that a sensor is free, a depot there) then still holds when it
    writes. SQLite has one writer at a time anyway.
    """
    if tx.dialect.name == "postgresql":
        mine = func.hashtext(fleet_of(tx))
        tx.execute(select(func.pg_advisory_xact_lock(_CATALOGUE_LOCK, mine)))


def fetch(
    tx: Connection, kind: Kind[T], item_id: str, *, for_update: bool = False
) -> Versioned[T] | None:
    """One thing, or None. `for_update` holds its row until the transaction ends."""
    if not item_id.isprintable():  # PostgreSQL refuses to look for such text
        return None
    statement = select(kind.table).where(kind.table.c.id == item_id)
    row = tx.execute(statement.with_for_update() if for_update else statement).first()
    return _versioned(kind, row) if row else None


def fetch_many(tx: Connection, kind: Kind[T], ids: Sequence[str]) -> dict[str, Versioned[T]]:
    """Those of the ids that are there; their rows are held until the transaction ends."""
    found: dict[str, Versioned[T]] = {}
    for part in batches(sorted(ids)):
        wanted = select(kind.table).where(kind.table.c.id.in_(part)).order_by(kind.table.c.id)
        rows = tx.execute(wanted.with_for_update())
        found.update((row.id, _versioned(kind, row)) for row in rows)
    return found


def fetch_items(tx: Connection, kind: Kind[T], ids: Sequence[str]) -> tuple[T, ...]:
    """Those of the ids that are there, in order of id; nothing is held."""
    found: list[T] = []
    for part in batches(sorted(set(ids))):
        wanted = select(kind.table.c.document).where(kind.table.c.id.in_(part))
        rows = tx.execute(wanted.order_by(kind.table.c.id))
        found += (load(kind.cls, row.document) for row in rows)
    return tuple(found)


def fetch_texts(tx: Connection, kind: Kind[T], ids: Sequence[str]) -> tuple[str, ...]:
    """As `fetch_items`, but word for word as the database has them, which is sooner read than
    understood; whether they are still the same is all that they tell.
    """
    if not ids:
        return ()
    columns = kind.table.c
    wanted = select(cast(columns.document, Text)).where(one_of(tx, columns.id, ids))
    return tuple(tx.execute(wanted.order_by(columns.id)).scalars())


def fetch_after(
    tx: Connection, kind: Kind[T], last: str | None, limit: int
) -> tuple[Versioned[T], ...]:
    """Things in order of id, after `last`."""
    statement = select(kind.table).order_by(kind.table.c.id).limit(limit)
    if last is not None:
        statement = statement.where(kind.table.c.id > last)
    return tuple(_versioned(kind, row) for row in tx.execute(statement))


def fetch_all(tx: Connection, kind: Kind[T]) -> tuple[T, ...]:
    """Everything of a kind, in order of id."""
    rows = tx.execute(select(kind.table.c.document).order_by(kind.table.c.id))
    return tuple(load(kind.cls, row.document) for row in rows)


def insert(tx: Connection, kind: Kind[T], items: Sequence[T], *, now: datetime) -> bool:
    """Add new things; False if some id is there already."""
    born = {"version": 1, "created_at": now, "updated_at": now}
    values = [_values(kind, each) | born for each in items]
    added = add_new(tx, kind.table, ["id"], values)
    if kind.name == "bins":
        states.born(tx, [each.id for each in items])
    return added == len(items)


def replace(tx: Connection, kind: Kind[T], items: Sequence[T], *, now: datetime) -> None:
    """Write edits of things whose rows `fetch` or `fetch_many` hold `for_update`."""
    if not items:
        return
    table = kind.table
    values = [
        {("key" if k == "id" else k): v for k, v in _values(kind, each).items()} for each in items
    ]
    statement = update(table).where(table.c.id == bindparam("key"))
    changes: dict[str, Any] = {name: bindparam(name) for name in values[0] if name != "key"}
    edited = statement.values(changes | {"version": table.c.version + 1, "updated_at": now})
    tx.execute(edited, values)
    if kind.name == "bins":
        states.mark_stale(tx, [each.id for each in items], since=None)


def remove(tx: Connection, kind: Kind[T], item_id: str) -> None:
    """Delete one row. What refers to it by a foreign key must be gone."""
    tx.execute(delete(kind.table).where(kind.table.c.id == item_id))


def release_sensors(tx: Connection, bin_ids: Sequence[str]) -> None:
    """Take bins' sensors away, so that an import may give them to one another."""
    for part in batches(bin_ids):
        tx.execute(update(tables.bins).where(tables.bins.c.id.in_(part)).values(sensor_id=None))


def bins_of_sensors(tx: Connection, sensor_ids: Iterable[str]) -> dict[str, str]:
    """Sensor id -> id of the bin it sits in, for those that sit in one."""
    columns = tables.bins.c
    wanted = select(columns.sensor_id, columns.id).where(one_of(tx, columns.sensor_id, sensor_ids))
    return {sensor_id: bin_id for sensor_id, bin_id in tx.execute(wanted)}  # noqa: C416  # rows are no pairs to mypy


def existing_ids(tx: Connection, kind: Kind[T]) -> set[str]:
    """Ids of everything of a kind."""
    return set(tx.execute(select(kind.table.c.id)).scalars())


def _versioned(kind: Kind[T], row: Row[Any]) -> Versioned[T]:
    item = load(kind.cls, row.document)
    return Versioned(item, row.version, row.created_at, row.updated_at)


def _values(kind: Kind[T], item: T) -> dict[str, Any]:
    values: dict[str, Any] = {"id": item.id, "document": dump(kind.cls, item)}
    if isinstance(item, Bin):
        values |= {"fraction": item.fraction, "sensor_id": item.sensor_id}
    if isinstance(item, Truck):
        values |= {"start_depot_id": item.start_depot_id, "end_depot_id": item.end_depot_id}
    return values
