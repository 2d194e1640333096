"""The thread of a worker that keeps fill states fresh, so that a plan need not wait for them."""

import logging
from collections.abc import Callable
from functools import partial
from zoneinfo import ZoneInfo

from api.jobs.fleets import for_each_fleet
from api.store.database import Database
from api.store.errors import StoreUnavailable
from api.usecases.ports import Clock
from api.usecases.states import keep_fill_states

log = logging.getLogger(__name__)

LOOK_S = 30.0


def keep_states_fresh(
    db: Database,
    zone: ZoneInfo,
    *,
    stopping: Callable[[], bool],
    wait: Callable[[float], object],
    clock: Clock,
) -> None:
    """Take what came in into the states, every half minute until `stopping()`; nothing else ends
    it. Two workers that do so at once only do it twice.
    """
    wait(LOOK_S)
    while not stopping():
        try:
            for_each_fleet(db, partial(keep_fill_states, now=clock(), zone=zone))
        except StoreUnavailable as error:
            log.warning("%s; trying again", error.detail)
        except Exception:
            log.exception("this should not happen; trying again")
        wait(LOOK_S)
