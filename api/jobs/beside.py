"""What goes on beside plans in every worker and sweeper: webhooks sent, fill states kept fresh."""

from collections.abc import Callable
from threading import Thread

from api.config import Settings
from api.jobs.freshness import keep_states_fresh
from api.jobs.outbox import empty_outbox
from api.jobs.sending import PinnedSender
from api.store.database import Database
from api.usecases.ports import Clock, utc_now


def start_beside(
    db: Database,
    settings: Settings,
    *,
    stopping: Callable[[], bool],
    wait: Callable[[float], object],
    clock: Clock = utc_now,
) -> tuple[Thread, ...]:
    """Start both, each in a thread of its own, until `stopping()`.

    They are daemons: a call under way has its delivery leased, so another process sends it, and
    states that were not written are computed again.
    """
    common = {"stopping": stopping, "wait": wait, "clock": clock}
    threads = (
        Thread(target=empty_outbox, args=(db, PinnedSender()), kwargs=common, daemon=True),
        Thread(target=keep_states_fresh, args=(db, settings.zone), kwargs=common, daemon=True),
    )
    for each in threads:
        each.start()
    return threads
