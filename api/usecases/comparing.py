"""Two plans side by side: which stops differ, and what that costs."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from api.store.database import Database
from api.usecases.plans import get_plan, plan_document, plan_problem
from optimiser.domain.plan import Plan, PlanCost, Totals


@dataclass(frozen=True)
class Difference:
    """A number of plan a and of plan b; `change` is b less a."""

    a: float
    b: float
    change: float


@dataclass(frozen=True)
class StopChange:
    """A stop that differs. `from_truck_id` has it in plan a, `to_truck_id` in plan b."""

    visit_id: str
    name: str
    from_truck_id: str | None
    to_truck_id: str | None


@dataclass(frozen=True)
class Comparison:
    """From plan `a` to plan `b`. `added`: stops that only b has; `dropped`: only a; `moved`: on
    another truck; `settled`: in one plan, and no longer or not yet to be done when the other was
    made, as what was done before a replan. `same`: how many stops are on the same truck. `cost`
    and `totals` have every line of a plan's own `cost` and `totals`: euros, metres, seconds, grams
    of CO2e, counts.
    """

    a: str
    b: str
    added: tuple[StopChange, ...]
    dropped: tuple[StopChange, ...]
    moved: tuple[StopChange, ...]
    settled: tuple[StopChange, ...]
    same: int
    cost: dict[str, Difference]
    totals: dict[str, Difference]


def compare_plans(db: Database, a: str, b: str) -> Comparison:
    """What changes from plan a to plan b. Raises NotFound; Conflict with `plan_not_done`."""
    before, after = plan_document(db, a), plan_document(db, b)
    return compared(a, before, b, after, replanned=_replanned(db, a, b))


def _replanned(db: Database, a: str, b: str) -> frozenset[str] | None:
    """What the later plan still had to do, if it is a replan of the other; None if it is not."""
    for base, later in ((a, b), (b, a)):
        if base in _bases(db, later):
            return frozenset(plan_problem(db, later).visit_by_id)
    return None


def _bases(db: Database, plan_id: str) -> Iterator[str]:
    """The plan that this one goes on from, the one before that, and so on."""
    base = get_plan(db, plan_id).base_plan_id
    while base is not None:
        yield base
        base = get_plan(db, base).base_plan_id


def compared(
    a: str, before: Plan, b: str, after: Plan, *, replanned: frozenset[str] | None = None
) -> Comparison:
    """As `compare_plans`, of plans at hand; one is of `replanned` visits, the rest of the other's
    are done.
    """
    had, has = _stops(before), _stops(after)
    changes = [
        StopChange(visit, _name(had, has, visit), _truck(had, visit), _truck(has, visit))
        for visit in sorted(had.keys() | has.keys())
    ]
    both = [each for each in changes if each.from_truck_id and each.to_truck_id]
    one = [each for each in changes if not (each.from_truck_id and each.to_truck_id)]
    settled = [each for each in one if replanned is not None and each.visit_id not in replanned]
    open_ = [each for each in one if each not in settled]
    moved = tuple(each for each in both if each.from_truck_id != each.to_truck_id)
    return Comparison(
        a=a,
        b=b,
        added=tuple(each for each in open_ if each.from_truck_id is None),
        dropped=tuple(each for each in open_ if each.to_truck_id is None),
        moved=moved,
        settled=tuple(settled),
        same=len(both) - len(moved),
        cost=_differences(before.cost, after.cost),
        totals=_differences(before.totals, after.totals),
    )


Stops = dict[str, tuple[str, str]]
"""Visit id -> its truck and its name."""


def _stops(plan: Plan) -> Stops:
    return {
        step.ref: (route.truck_id, step.name)
        for route in plan.routes
        for step in route.steps
        if step.kind == "visit"
    }


def _name(had: Stops, has: Stops, visit: str) -> str:
    return (has.get(visit) or had[visit])[1]


def _truck(stops: Stops, visit: str) -> str | None:
    return stops[visit][0] if visit in stops else None


def _differences(before: PlanCost | Totals, after: PlanCost | Totals) -> dict[str, Difference]:
    return {
        each.name: _difference(getattr(before, each.name), getattr(after, each.name))
        for each in fields(before)
    }


def _difference(a: float, b: float) -> Difference:
    return Difference(a, b, round(b - a, 4))
