"""Whose day it is, and which plan holds on it."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from api.store import plans
from api.usecases.errors import Forbidden, NotFound
from api.usecases.keys import Principal


def check_truck(principal: Principal, truck_id: str) -> None:
    """A driver's key is for one truck, and other trucks do not exist for it.

    Raises NotFound where a driver asks for another truck, Forbidden for a sensor's key.
    """
    if principal.role == "sensor":
        raise Forbidden("a sensor's key is for readings only")
    if principal.role == "driver" and truck_id != principal.truck_id:
        raise no_truck(truck_id)


def no_truck(truck_id: str) -> NotFound:
    """What is said of a truck that is not there, or not theirs."""
    return NotFound(f"there is no truck {truck_id!r}")


def plan_in_force(tx: Connection, service_date: date) -> Row[Any] | None:
    """The row of the plan that trucks drive on a date, None while none is published."""
    return plans.fetch_published(tx, service_date)
