"""Solves a busy day with our search or one engine alone, and says what the answer is worth."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.points import Watch, whole_plans
from fixtures.busy_day import busy_day
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution
from optimiser.planning import PlanningFailed, make_plan
from optimiser.schedule import build_plan
from optimiser.solvers import ENGINES, SolverFailed, Stop, solve_in_process
from optimiser.travel import travel_matrix
from optimiser.verifier import verify

PORTFOLIO = "portfolio"

Point = tuple[float, float]
"""Seconds since the search was asked for, and the cost in euros of the best verified plan then."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The last verified plan of a run, in numbers. `violations` counts those of the plan itself;
    `broken` the solutions on the way that the verifier did not pass.
    """

    cost_eur: float
    required_left: int
    optional_left: int
    trucks: int
    stops: int
    unloads: int
    km: float
    hours: float
    co2e_kg: float
    first_plan_s: float
    asked_to_answer_s: float
    violations: int
    broken: int
    points: tuple[Point, ...]
    note: str = ""


def solver_names() -> tuple[str, ...]:
    """Our search, and our engines by name."""
    return (PORTFOLIO, *sorted(ENGINES))


def solve(
    solver: str, visits: int, *, city_seed: int, seconds: float, seed: int, memory_mb: int
) -> Answer:
    """Make the day and solve it. Raises PlanningFailed where there is no verified plan."""
    problem = busy_day(city_seed, visits)
    way = with_portfolio if solver == PORTFOLIO else with_engine(solver)
    return way(problem, seconds, seed, memory_mb)


def with_portfolio(problem: Problem, seconds: float, seed: int, memory_mb: int) -> Answer:
    """The service's own way to a plan; the reasons of what is left are in its time."""
    watch = Watch()
    plan = make_plan(
        problem, stop=Stop(seconds=seconds), seed=seed, on_progress=watch, memory_mb=memory_mb
    )
    took_s, note = watch.seconds, plan.made.engine if plan.made else ""
    return answer_of(problem, plan, watch.points, took_s, note=note)


def with_engine(engine: str) -> Callable[[Problem, float, int, int], Answer]:
    """An engine alone, one core if it has one thread; its solutions are verified as they come."""

    def solve_with(problem: Problem, seconds: float, seed: int, memory_mb: int) -> Answer:
        judge = Judge(problem)
        note = ""
        try:
            solve_in_process(
                engine, problem, Stop(seconds=seconds), seed=seed, warm_start=None,
                on_solution=judge.offer, cancelled=lambda: False, memory_mb=memory_mb,
            )  # fmt: skip
        except SolverFailed as failure:
            note = str(failure)
        took_s = judge.watch.seconds
        if judge.best is None:
            raise PlanningFailed("unverified" if judge.broken else "no_solution", note)
        return answer_of(
            problem, judge.best, judge.watch.points, took_s, broken=judge.broken, note=note
        )

    return solve_with


class Judge:
    """Schedules and verifies solutions, and keeps the best plan that passes."""

    def __init__(self, problem: Problem) -> None:
        self.watch = Watch()
        self._problem, self._travel = problem, travel_matrix(problem)
        self.best: Plan | None = None
        self.broken = 0

    def offer(self, solution: Solution) -> None:
        """An engine has an improvement."""
        plan = build_plan(self._problem, self._travel, solution)
        if verify(self._problem, plan):
            self.broken += 1
        elif self.best is None or _rank(plan) < _rank(self.best):
            self.best = plan
            self.watch.points.append((self.watch.seconds, plan.cost.total_eur))


def answer_of(
    problem: Problem, plan: Plan, points: list[Point], took_s: float, *, broken: int = 0, note: str
) -> Answer:
    """A plan in numbers, verified once more."""
    totals = plan.totals
    return Answer(
        cost_eur=plan.cost.total_eur,
        required_left=sum(left.required for left in plan.left),
        optional_left=sum(not left.required for left in plan.left),
        trucks=totals.trucks,
        stops=totals.stops,
        unloads=totals.unloads,
        km=totals.distance_m / 1000,
        hours=round(totals.duration_s / 3600, 2),
        co2e_kg=round(totals.co2e_g / 1000, 1),
        first_plan_s=points[0][0] if points else round(took_s, 3),
        asked_to_answer_s=round(took_s, 3),
        violations=len(verify(problem, plan)),
        broken=broken,
        points=whole_plans(points),
        note=note,
    )


def _rank(plan: Plan) -> tuple[int, float]:
    return sum(left.required for left in plan.left), plan.cost.total_eur
