"""What a worker does with a plan that it has claimed: solve it, and store the outcome."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from time import sleep

from api.config import Settings
from api.store import plans as rows
from api.store.database import Database
from api.store.errors import StoreUnavailable
from api.usecases.claims import Claim, claim_plan, heartbeat
from api.usecases.errors import UsecaseError
from api.usecases.heart import Heart
from api.usecases.plans import PlanProgress, PlanRecord, get_plan
from api.usecases.ports import Clock, Planner
from api.usecases.problems import build_problem
from api.usecases.publishing import make_public
from api.usecases.searching import solve_claimed
from api.usecases.states import refresh_fill_states
from api.usecases.trail import WORKER, note
from optimiser.domain.plan import Plan
from optimiser.planning import PlanningFailed, Progress, make_plan

__all__ = [
    "Claim",
    "build_problem",
    "claim_plan",
    "heartbeat",
    "refresh_fill_states",
    "run_claimed",
    "run_plan",
]

log = logging.getLogger(__name__)

_TRANSIENT = ("solver_crashed",)
"""Failures that another attempt may not meet: somebody killed the solver's process."""
_DETAIL_LENGTH = 2000
_STORE_AGAIN_S = 0.5


def run_plan(
    db: Database,
    plan_id: str,
    *,
    settings: Settings,
    clock: Clock,
    planner: Planner = make_plan,
    give_back: Callable[[], bool] = lambda: False,
) -> PlanRecord:
    """Claim one plan and run it, as `run_claimed` does. A plan that is not to be had, because it
    is somebody else's or at its end, is left as it is.

    Raises NotFound, StoreUnavailable.
    """
    claim = claim_plan(db, now=clock(), settings=settings, plan_id=plan_id)
    if claim is None:
        return get_plan(db, plan_id)
    return run_claimed(
        db, claim, settings=settings, clock=clock, planner=planner, give_back=give_back
    )


def run_claimed(
    db: Database,
    claim: Claim,
    *,
    settings: Settings,
    clock: Clock,
    planner: Planner = make_plan,
    give_back: Callable[[], bool] = lambda: False,
    wait: Callable[[float], object] = sleep,
) -> PlanRecord:
    """Solve a claimed plan and store the outcome, if it is still ours to store.

    When `give_back` turns true the solver is stopped and the plan goes back to the queue,
    as if it had not been tried. A database that is away when the plan is done is tried again,
    with `wait(seconds)` between, for as long as the lease. Raises StoreUnavailable: the plan then
    waits for its lease to end.
    """
    run = _Run(db, claim, settings, clock, planner, give_back)
    try:
        plan = run.solve()
        if not give_back():
            run.store_patiently(plan, wait)
    except StoreUnavailable:
        raise
    except KeyboardInterrupt:
        run.release()
        raise
    except (PlanningFailed, UsecaseError) as failure:
        run.fail(failure.code, failure.detail)
    except MemoryError:
        run.fail("out_of_memory", "there was not enough memory for this plan")
    except Exception:
        log.exception("plan %s", claim.plan_id)
        run.fail("internal", "an error of the service itself, which its log explains")
    if give_back():
        run.release()
    return get_plan(db, claim.plan_id)


@dataclass(frozen=True)
class _Run:
    db: Database
    claim: Claim
    settings: Settings
    clock: Clock
    planner: Planner
    give_back: Callable[[], bool]

    def solve(self) -> Plan:
        latest: list[PlanProgress] = []

        def beat() -> bool:
            progress = latest[-1] if latest else None
            return heartbeat(
                self.db,
                self.claim,
                progress=progress,
                now=self.clock(),
                settings=self.settings,
            )

        def note(progress: Progress) -> None:
            latest[:] = [PlanProgress(progress.seconds, progress.solutions, progress.cost_eur)]

        every_s, lease_s = self.settings.heartbeat_s, self.settings.lease_s
        with Heart(beat, every_s=every_s, lease_s=lease_s) as heart:
            return solve_claimed(
                self.db,
                self.claim,
                settings=self.settings,
                now=self.clock(),
                planner=self.planner,
                on_progress=note,
                cancelled=lambda: heart.stopped() or self.give_back(),
            )

    def store_patiently(self, plan: Plan, wait: Callable[[float], object]) -> None:
        """Store it, also if the database is away for a while. Another worker may have the plan
        by then: `store` finds out. Raises StoreUnavailable.
        """
        for _ in range(round(self.settings.lease_s / _STORE_AGAIN_S)):
            try:
                return self.store(plan)
            except StoreUnavailable as error:
                log.warning("plan %s is not stored yet: %s", self.claim.plan_id, error.detail)
                wait(_STORE_AGAIN_S)
        return self.store(plan)

    def store(self, plan: Plan) -> None:
        """Keep the plan as done if it is ours still, or beside its row if it was cancelled."""
        now, plan_id = self.clock(), self.claim.plan_id
        with self.db.write() as tx:
            if self.claim.request.publish:
                rows.hold_date(tx, plan.service_date)
            end = {"status": "done", "finished_at": now, "lease_until": None}
            mine = rows.change(tx, self.claim.lease, **end)
            row = rows.fetch(tx, plan_id, for_update=True)
            stopped = row is not None and row.status == "cancelled"
            if row is not None and (mine or (stopped and row.token == self.claim.token)):
                rows.write_plan(tx, plan_id, plan)
                rows.price(tx, plan_id, plan.cost.total_eur)
            else:
                log.warning("plan %s is another worker's by now; this result is dropped", plan_id)
            if mine and row is not None:
                told = {"cost_eur": plan.cost.total_eur}
                note(tx, plan_id, "done", by=WORKER, now=now, detail=told)
                if self.claim.request.publish:
                    make_public(tx, row, by=row.created_by, now=now)

    def release(self) -> None:
        """Put the plan back into the queue, if it is still ours and not at its end."""
        back = {"status": "queued", "attempt": self.claim.attempt - 1}
        with self.db.write() as tx:
            rows.change(tx, self.claim.lease, **back, lease_until=None, progress=None)

    def fail(self, code: str, detail: str) -> None:
        """Say why there is no plan, or let another attempt try."""
        if self.give_back():
            return  # it was stopped, so whatever it says is no failure of the plan
        with self.db.write() as tx:
            if code in _TRANSIENT and self.claim.attempt < self.settings.attempts:
                rows.change(tx, self.claim.lease, status="queued", lease_until=None, progress=None)
                return
            now = self.clock()
            mine = rows.change(
                tx,
                self.claim.lease,
                status="failed",
                finished_at=now,
                lease_until=None,
                error_code=code,
                error_detail=detail[:_DETAIL_LENGTH].replace("\0", ""),
            )
            if mine:
                plan_id = self.claim.plan_id
                note(tx, plan_id, "failed", by=WORKER, now=now, detail={"code": code})
