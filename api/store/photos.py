"""Rows of pictures that drivers took."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from api.store.statements import add_new
from api.store.tables import photos

_HEAD = [column for column in photos.c if column.name != "data"]


def add(tx: Connection, row: dict[str, Any]) -> bool:
    """Add a picture; False if its id is there already."""
    return add_new(tx, photos, ["id"], [row]) == 1


def fetch_head(tx: Connection, photo_id: str) -> Row[Any] | None:
    """All of a picture's row but its bytes, or None."""
    return tx.execute(select(*_HEAD).where(photos.c.id == photo_id)).first()


def fetch(tx: Connection, photo_id: str) -> Row[Any] | None:
    """A picture's row, or None."""
    return tx.execute(select(photos).where(photos.c.id == photo_id)).first()


def count_since(tx: Connection, truck_id: str, since: datetime) -> int:
    """How many pictures a truck has sent since then."""
    mine = select(func.count()).select_from(photos).where(photos.c.truck_id == truck_id)
    return tx.execute(mine.where(photos.c.received_at > since)).scalar_one()
