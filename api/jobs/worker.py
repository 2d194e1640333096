"""The local worker: one process that takes queued plans, oldest first.

Run as `binrounds worker`, or `python -m api.jobs`. Any number of them may share a
database; each plan is run by one at a time. SIGTERM and SIGINT end it within a second or
so: a plan it was solving goes back to the queue.
"""

import logging
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event
from types import FrameType

from api.config import Settings
from api.jobs.beside import start_beside
from api.jobs.chores import TELL_EVERY, Chores, tell
from api.logs import set_up_logs
from api.store.database import Database
from api.store.errors import StoreUnavailable
from api.usecases.claims import claim_any
from api.usecases.planning import run_claimed
from api.usecases.ports import Clock, Planner, utc_now
from optimiser.planning import make_plan
from optimiser.solvers import get_ready

log = logging.getLogger(__name__)

_AFTER_FAILURE_S = 1.0


def work(
    db: Database,
    *,
    settings: Settings,
    stopping: Callable[[], bool],
    wait: Callable[[float], object],
    clock: Clock = utc_now,
    planner: Planner = make_plan,
) -> None:
    """Run queued plans until `stopping()`; `wait(seconds)` passes the time when there is none.

    A database that is busy or gone is tried again: nothing ends this loop but `stopping`.
    """
    chores, told = Chores(db, settings), datetime.min.replace(tzinfo=UTC)
    while not stopping():
        try:
            chores.do(clock())
            if clock() > told + TELL_EVERY:
                tell(db, clock())
                told = clock()
            ran = _run_next(db, settings, stopping, clock, planner)
        except StoreUnavailable as error:
            log.warning("%s; trying again", error.detail)
            wait(_AFTER_FAILURE_S)
            continue
        except Exception:
            log.exception("this should not happen; trying again")
            wait(_AFTER_FAILURE_S)
            continue
        if not ran:
            wait(settings.poll_s)


def _run_next(
    db: Database,
    settings: Settings,
    stopping: Callable[[], bool],
    clock: Clock,
    planner: Planner,
) -> bool:
    found = claim_any(db, now=clock(), settings=settings)
    if found is None:
        return False
    mine, claim = found
    log.info("plan %s for %s, attempt %s", claim.plan_id, claim.request.service_date, claim.attempt)
    ended = run_claimed(
        mine, claim, settings=settings, clock=clock, planner=planner, give_back=stopping
    )
    log.info("plan %s is %s %s", ended.id, ended.status, ended.error_code or "")
    return True


def run_worker(settings: Settings, *, with_parent: bool = False) -> None:
    """Work until SIGTERM or SIGINT; with `with_parent` also until the parent process is gone."""
    asked = Event()
    parent = os.getppid()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        asked.set()

    def stopping() -> bool:
        return asked.is_set() or (with_parent and os.getppid() != parent)

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stop)
    db = Database(settings.database_url, busy_timeout_s=10)
    start_beside(db, settings, stopping=stopping, wait=asked.wait)
    compiling = get_ready()
    try:
        work(db, settings=settings, stopping=stopping, wait=asked.wait)
    finally:
        db.close()
        if compiling is not None:
            compiling.kill()
            compiling.wait()


def main() -> None:
    """Entry point of `python -m api.jobs [--with-parent]`."""
    found = Settings()
    set_up_logs(found.log_format, found.log_level or "warning")
    run_worker(found, with_parent="--with-parent" in sys.argv[1:])
