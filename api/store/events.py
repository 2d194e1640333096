"""Rows of what drivers reported."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from api.store.statements import add_new
from api.store.tables import stop_events


def add(tx: Connection, values: dict[str, Any]) -> bool:
    """Add an event; False if its id is there already."""
    return add_new(tx, stop_events, ["id"], [values]) == 1


def fetch(tx: Connection, event_id: str) -> Row[Any]:
    """An event that is there."""
    return tx.execute(select(stop_events).where(stop_events.c.id == event_id)).one()


def fetch_of_route(tx: Connection, plan_id: str, truck_id: str) -> Sequence[Row[Any]]:
    """All events of a truck's route, earliest first; at one time in order of id."""
    mine = select(stop_events).filter_by(plan_id=plan_id, truck_id=truck_id)
    return tx.execute(mine.order_by(stop_events.c.time, stop_events.c.id)).all()
