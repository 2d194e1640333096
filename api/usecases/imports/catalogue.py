"""Import of bins, trucks, depots and disposal sites."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from api.store import catalogue as rows
from api.store.database import Database
from api.usecases.audit import COMMAND_LINE, note
from api.usecases.catalogue import Kind, T, collision, no_collision
from api.usecases.checks import problems_between
from api.usecases.errors import InvalidImport, RowProblem
from api.usecases.idempotency import Once, once_only
from api.usecases.imports.reading import Format, Parsed, parse
from optimiser.domain.bins import Bin

__all__ = ["Format", "ImportResult", "import_file", "import_many"]


@dataclass(frozen=True)
class ImportResult:
    """How many were new, changed, and there already just so."""

    created: int
    updated: int
    unchanged: int


def import_file(
    db: Database,
    kind: Kind[T],
    raw: bytes,
    *,
    format: Format,  # noqa: A002  # the word for it
    now: datetime,
    by: str = COMMAND_LINE,
    once: Once | None = None,
) -> ImportResult:
    """Read a file of one kind and put all of it, replacing what has the same id.

    CSV: a header with the fields' names; `lon` and `lat` for the place; dots for nested fields
    (`shift.starts`, `energy.kind`); JSON text in cells of lists and objects; sets of words
    (`access`, `fractions`, `abilities`) separated by spaces. Comma, semicolon or tab; with
    the latter two decimal commas too. GeoJSON: a FeatureCollection of points, fields in the
    properties. JSON: a list of objects as in /v1. Raises InvalidImport with every bad row.
    """
    return _put_all(db, kind, parse(kind, raw, format), now=now, by=by, once=once)


def import_many(
    db: Database,
    kind: Kind[T],
    items: Sequence[T],
    *,
    now: datetime,
    by: str = COMMAND_LINE,
    once: Once | None = None,
) -> ImportResult:
    """Put all items or none. Row n is items[n - 1]. Raises InvalidImport."""
    parsed: Parsed[T] = Parsed(list(items), list(range(1, len(items) + 1)))
    first: dict[str, int] = {}
    for row, item in zip(parsed.rows, items, strict=True):
        if first.setdefault(item.id, row) != row:
            text = f"this id is in row {first[item.id]} already"
            parsed.problems.append(RowProblem(row, "id", repr(item.id), text))
    return _put_all(db, kind, parsed, now=now, by=by, once=once)


def _put_all(
    db: Database, kind: Kind[T], parsed: Parsed[T], *, now: datetime, by: str, once: Once | None
) -> ImportResult:
    with db.write() as tx:
        return once_only(
            tx, once, ImportResult, lambda: _checked_put(tx, kind, parsed, now, by), now=now
        )


def _checked_put(
    tx: Connection, kind: Kind[T], parsed: Parsed[T], now: datetime, by: str
) -> ImportResult:
    rows.hold(tx)
    between = [
        RowProblem(parsed.rows[index], each.field, each.value, each.message)
        for index, each in problems_between(tx, parsed.items)
    ]
    problems = sorted([*parsed.problems, *between], key=lambda each: each.row)
    if problems:
        raise InvalidImport(problems)
    known = rows.fetch_many(tx, kind, [each.id for each in parsed.items])
    new = [each for each in parsed.items if each.id not in known]
    changed = [each for each in parsed.items if each.id in known and known[each.id].item != each]
    with no_collision():
        _write(tx, kind, changed, new, now)
    if new or changed:
        ids = {"created": [each.id for each in new], "updated": [each.id for each in changed]}
        note(tx, "imported", kind.name, "", by=by, now=now, detail=ids)
    return ImportResult(len(new), len(changed), len(known) - len(changed))


def _write(
    tx: Connection, kind: Kind[T], changed: Sequence[T], new: Sequence[T], now: datetime
) -> None:
    if kind.name == "bins":
        moved = [each for each in changed if isinstance(each, Bin)]
        rows.release_sensors(tx, [each.id for each in moved])
    rows.replace(tx, kind, changed, now=now)
    if not rows.insert(tx, kind, new, now=now):
        raise collision()
