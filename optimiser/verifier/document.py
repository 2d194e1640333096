"""The plan as a document: it is of this problem's day, and its numbers are numbers."""

from collections.abc import Iterable, Iterator
from math import isfinite

from optimiser.domain.plan import Plan, PlanCost, Route, RouteCost, Totals, Violation
from optimiser.verifier.codes import Code
from optimiser.verifier.reading import Case
from optimiser.verifier.wording import broken

_ROUTE_NUMBERS = (
    *("stops", "lifts", "distance_m", "duration_s", "driving_s", "service_s", "waiting_s"),
    *("break_s", "overtime_s", "mass_kg", "volume_l", "energy", "co2e_g"),
)
_STEP_NUMBERS = ("distance_m", "driving_s", "prize_eur")


def document(case: Case) -> Iterator[Violation]:
    """Date, zone, and every number of the plan that is not finite."""
    problem, plan = case.problem, case.plan
    if plan.service_date != problem.service_date:
        yield broken(
            Code.PLAN_DATE,
            f"The plan is for {plan.service_date}, the problem for {problem.service_date}.",
            expected=str(problem.service_date),
            found=str(plan.service_date),
        )
    if plan.timezone != problem.timezone:
        yield broken(
            Code.PLAN_TIMEZONE,
            f"The plan's time zone is {plan.timezone}, the problem's {problem.timezone}.",
            expected=problem.timezone,
            found=plan.timezone,
        )
    for name, value in _numbers(plan):
        if not isfinite(value):
            yield broken(
                Code.NOT_FINITE,
                f"The plan's {name} is {value}, not a finite number.",
                expected="a finite number",
                found=str(value),
            )


def _numbers(plan: Plan) -> Iterator[tuple[str, float]]:
    """Every number that a plan states, with its name as a reader would find it."""
    yield from _fields("cost", plan.cost, PlanCost.__dataclass_fields__)
    yield from _fields("totals", plan.totals, Totals.__dataclass_fields__)
    if plan.made is not None:
        yield "made.solve_s", plan.made.solve_s
    for index, left in enumerate(plan.left):
        yield f"left[{index}].prize_eur", left.prize_eur
    for index, route in enumerate(plan.routes):
        yield from _route_numbers(f"routes[{index}]", route)


def _route_numbers(name: str, route: Route) -> Iterator[tuple[str, float]]:
    yield from _fields(name, route, _ROUTE_NUMBERS)
    yield from _fields(f"{name}.cost", route.cost, RouteCost.__dataclass_fields__)
    for index, step in enumerate(route.steps):
        yield from _fields(f"{name}.steps[{index}]", step, _STEP_NUMBERS)
        for number, load in enumerate(step.load):
            yield from _fields(
                f"{name}.steps[{index}].load[{number}]", load, ("mass_kg", "volume_l")
            )


def _fields(name: str, thing: object, fields: Iterable[str]) -> Iterator[tuple[str, float]]:
    for field in fields:
        value = getattr(thing, field)
        if value is not None:
            yield f"{name}.{field}", value
