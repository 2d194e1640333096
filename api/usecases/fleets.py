"""Fleets that share the service, and see nothing of each other.

A key is of one fleet, and so is all that is done with it. What runs without anybody asking does
one fleet after another.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from api.config import MAIN_FLEET
from api.store import fleets as rows
from api.store.database import Database
from api.usecases.errors import Conflict, FieldProblem, Invalid, NotFound
from optimiser.domain.base import Id, Name

MAIN = MAIN_FLEET


@dataclass(frozen=True)
class Fleet:
    """Whose bins, trucks, plans and keys are kept apart from everybody else's."""

    id: str
    name: str
    created_at: datetime


def add_fleet(db: Database, fleet_id: str, *, name: str = "", now: datetime) -> Fleet:
    """A new fleet, which has nothing yet. Raises Invalid; Conflict with code `id_taken`."""
    _check("id", Id, fleet_id)
    _check("name", Name, name)
    with db.of(None).write() as tx:
        if not rows.add(tx, fleet_id, name=name, now=now):
            raise Conflict(f"there is a fleet {fleet_id!r} already", code="id_taken")
    return Fleet(fleet_id, name, now)


def list_fleets(db: Database) -> tuple[Fleet, ...]:
    """All fleets in order of id."""
    with db.of(None).read() as tx:
        return tuple(Fleet(row.id, row.name, row.created_at) for row in rows.fetch_all(tx))


def each_fleet(db: Database) -> Iterator[Database]:
    """The database for one fleet after another. Raises StoreUnavailable."""
    return (db.of(each.id) for each in list_fleets(db))


def database_of(db: Database, fleet_id: str) -> Database:
    """The database for a fleet that there is. Raises NotFound."""
    if all(each.id != fleet_id for each in list_fleets(db)):
        raise NotFound(f"there is no fleet {fleet_id!r}; `binrounds fleets list` names those there")
    return db.of(fleet_id)


def _check(field: str, kind: Any, value: str) -> None:
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        text = error.errors()[0]["msg"]
        raise Invalid(f"the fleet's {field}: {text}", [FieldProblem(field, text, value)]) from None
