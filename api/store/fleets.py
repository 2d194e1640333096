"""Rows of fleets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from api.store.statements import add_new
from api.store.tables import fleets


def add(tx: Connection, fleet_id: str, *, name: str, now: datetime) -> bool:
    """Add a fleet; False if there is one of that id."""
    return add_new(tx, fleets, ["id"], [{"id": fleet_id, "name": name, "created_at": now}]) == 1


def fetch_all(tx: Connection) -> Sequence[Row[Any]]:
    """All fleets in order of id."""
    return tx.execute(select(fleets).order_by(fleets.c.id)).all()
