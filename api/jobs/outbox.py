"""The thread of a worker that empties the outbox, so that a long solve holds up no webhook."""

import logging
from collections.abc import Callable
from functools import partial

from api.jobs.fleets import for_each_fleet
from api.store.database import Database
from api.store.errors import StoreUnavailable
from api.usecases.ports import Clock
from api.usecases.webhooks.delivering import Sender, deliver_next

log = logging.getLogger(__name__)

LOOK_S = 1.0


def empty_outbox(
    db: Database,
    send: Sender,
    *,
    stopping: Callable[[], bool],
    wait: Callable[[float], object],
    clock: Clock,
) -> None:
    """Deliver what is due until `stopping()`; nothing else ends it."""
    while not stopping():
        try:
            if any(for_each_fleet(db, partial(deliver_next, send=send, now=clock()))):
                continue
        except StoreUnavailable as error:
            log.warning("%s; trying again", error.detail)
        except Exception:
            log.exception("this should not happen; trying again")
        wait(LOOK_S)
