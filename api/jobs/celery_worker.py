"""A worker that takes plans from Celery's broker: `binrounds worker --celery`.

One plan at a time, in a thread: the search has processes of its own, and the main thread keeps
the broker's heartbeat. A kill -9 ends all of it: the plan's lease runs out, and it is sent again.
"""

import logging
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from celery import signals

from api.config import Settings
from api.jobs.celery_app import TASK, celery_app
from api.jobs.celery_request import EndedRequest
from api.jobs.chores import TELL_EVERY, tell
from api.store.database import Database
from api.store.errors import StoreUnavailable
from api.usecases.claims import database_of_plan
from api.usecases.errors import NotFound
from api.usecases.names import worker_name
from api.usecases.planning import run_plan
from api.usecases.ports import Clock, Planner, utc_now
from optimiser.planning import make_plan
from optimiser.solvers import get_ready

log = logging.getLogger(__name__)

_AFTER_FAILURE_S = 1.0


def plan_runner(
    db: Database,
    *,
    settings: Settings,
    stopping: Callable[[], bool],
    wait: Callable[[float], object],
    clock: Clock = utc_now,
    planner: Planner = make_plan,
) -> Callable[[Any], None]:
    """What is done with a message, which anybody may have written: run that plan if it waits."""

    def run(plan_id: Any) -> None:
        if not isinstance(plan_id, str):
            log.warning("a message that names no plan is dropped")
            return
        try:
            mine = database_of_plan(db, plan_id)
            ended = run_plan(
                mine, plan_id, settings=settings, clock=clock, planner=planner, give_back=stopping
            )
        except NotFound:
            log.warning("a message names plan %.40r, which there is not", plan_id)
        except StoreUnavailable as error:
            log.warning("%s; the plan waits for the sweeper", error.detail)
            wait(_AFTER_FAILURE_S)  # or it would take every message and run none
        else:
            log.info("plan %s is %s %s", ended.id, ended.status, ended.error_code or "")

    return run


def run_celery_worker(settings: Settings) -> int:
    """Work until SIGTERM or SIGINT, which put the plan under way back into the queue; exit code.

    Raises ValueError without a broker in the settings.
    """
    app, stop = celery_app(settings), _Stop()
    db = Database(settings.database_url, busy_timeout_s=10)
    run = plan_runner(db, settings=settings, stopping=stop.asked, wait=stop.over.wait)
    app.task(run, name=TASK, Request=EndedRequest)
    signals.worker_shutting_down.connect(stop.ask, weak=False)
    signals.setup_logging.connect(_keep_our_logs, weak=False)
    telling = Thread(target=_keep_telling, args=(db, stop), daemon=True)
    telling.start()
    compiling = get_ready()
    try:
        worker = app.Worker(
            hostname=f"binrounds@{worker_name()}",
            pool_cls="threads",
            concurrency=1,
            quiet=True,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
        worker.start()
        return int(worker.exitcode or 0)
    finally:
        stop.over.set()
        telling.join()
        db.close()
        if compiling is not None:
            compiling.kill()
            compiling.wait()


class _Stop:
    """Whether to stop. A plain flag: in a signal handler a lock could wait for itself."""

    def __init__(self) -> None:
        self._asked = False
        self.over = Event()

    def ask(self, **_: Any) -> None:
        self._asked = True

    def asked(self) -> bool:
        return self._asked


def _keep_our_logs(**_: Any) -> None:
    """A receiver of this signal keeps Celery from setting up logs of its own."""


def _keep_telling(db: Database, stop: _Stop) -> None:
    """Say every few seconds that this worker is there, also while it solves."""
    while not stop.over.is_set():
        try:
            tell(db, utc_now())
        except StoreUnavailable as error:
            log.warning("%s; trying again", error.detail)
        except Exception:
            log.exception("this should not happen; trying again")
        stop.over.wait(TELL_EVERY.total_seconds())
