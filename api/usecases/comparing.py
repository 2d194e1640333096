"""Two plans side by side: which stops differ, and what that costs."""

from dataclasses import dataclass, fields

from api.store.database import Database
from api.usecases.plans import plan_document
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
    another truck. `same`: how many stops are on the same truck. `cost` and `totals` have every
    line of a plan's own `cost` and `totals`: euros, metres, seconds, grams of CO2e, counts.
    """

    a: str
    b: str
    added: tuple[StopChange, ...]
    dropped: tuple[StopChange, ...]
    moved: tuple[StopChange, ...]
    same: int
    cost: dict[str, Difference]
    totals: dict[str, Difference]


def compare_plans(db: Database, a: str, b: str) -> Comparison:
    """What changes from plan a to plan b. Raises NotFound; Conflict with `plan_not_done`."""
    return compared(a, plan_document(db, a), b, plan_document(db, b))


def compared(a: str, before: Plan, b: str, after: Plan) -> Comparison:
    """As `compare_plans`, of plans at hand."""
    had, has = _stops(before), _stops(after)
    changes = [
        StopChange(visit, _name(had, has, visit), _truck(had, visit), _truck(has, visit))
        for visit in sorted(had.keys() | has.keys())
    ]
    both = [each for each in changes if each.from_truck_id and each.to_truck_id]
    moved = tuple(each for each in both if each.from_truck_id != each.to_truck_id)
    return Comparison(
        a=a,
        b=b,
        added=tuple(each for each in changes if each.from_truck_id is None),
        dropped=tuple(each for each in changes if each.to_truck_id is None),
        moved=moved,
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
