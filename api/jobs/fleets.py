"""What a process does by itself, it does for one fleet after another."""

import logging
from collections.abc import Callable
from typing import TypeVar

from api.store.database import Database
from api.store.errors import StoreUnavailable
from api.usecases.fleets import each_fleet

log = logging.getLogger(__name__)

T = TypeVar("T")


def for_each_fleet(db: Database, do: Callable[[Database], T]) -> list[T]:
    """What it gave for each. What goes wrong for one fleet is logged, and the others go on.

    Raises StoreUnavailable: the database is all of theirs.
    """
    given: list[T] = []
    for mine in each_fleet(db):
        try:
            given.append(do(mine))
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("this should not happen; fleet %s waits for the next time", mine.fleet_id)
    return given
