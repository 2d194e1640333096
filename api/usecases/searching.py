"""The search for a claimed plan: its problem kept, then the plan, then its counterfactual."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from api.config import Settings
from api.store import plans as rows
from api.store.database import Database
from api.usecases.claims import Claim
from api.usecases.counterfactual import split, with_usual
from api.usecases.plan_request import PlanRequest
from api.usecases.ports import Planner
from api.usecases.problems import Day, look_up_day
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem
from optimiser.planning import Progress, Stop


def solve_claimed(
    db: Database,
    claim: Claim,
    *,
    settings: Settings,
    now: datetime,
    planner: Planner,
    on_progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> Plan:
    """The plan of a claim; an empty one at once if there are no bins.

    Raises Invalid (`no_trucks`, `no_depots`, `invalid_problem`), PlanningFailed,
    StoreUnavailable.
    """
    request, timezone = claim.request, settings.timezone
    day = None if claim.is_replan else look_up_day(db, request, now=now, timezone=timezone)
    problem = _problem(db, claim, day)
    if problem is None:
        return Plan(service_date=request.service_date, timezone=timezone)
    with db.write() as tx:
        if rows.change(tx, claim.lease, heartbeat_at=now):
            rows.write_problem(tx, claim.plan_id, problem)
    wanted = request.counterfactual and day is not None
    share = settings.counterfactual_share if wanted else 0.0
    stop, rest = split(_stop(request, settings), share)
    solve = partial(planner, seed=request.seed, memory_mb=settings.solve_memory_mb)
    plan = solve(problem, stop=stop, on_progress=on_progress, cancelled=cancelled)
    if rest is None or day is None:
        return plan
    return with_usual(plan, day, planner=solve, stop=rest, cancelled=cancelled)


def _problem(db: Database, claim: Claim, day: Day | None) -> Problem | None:
    """That of the day, or of the rest of it, which was stored when a replan was asked for."""
    if not claim.is_replan:
        return None if day is None else day.problem()
    with db.read() as tx:
        return rows.fetch_problem(tx, claim.plan_id)


def _stop(request: PlanRequest, settings: Settings) -> Stop:
    seconds = request.seconds
    if seconds is None and request.solutions is None:
        seconds = settings.solve_seconds
    return Stop(seconds=seconds, solutions=request.solutions)
