"""Any plan judged against any problem, nothing stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass as plain_dataclass
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from api.usecases.errors import FieldProblem, Invalid
from optimiser.domain.base import CONFIG
from optimiser.domain.plan import Plan, Violation
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution, TruckOrder
from optimiser.planning import explain, judge
from optimiser.verifier import verify


@dataclass(frozen=True, config=CONFIG, kw_only=True)
class Evaluation:
    """A problem, and either a whole plan or only who does what in which order."""

    problem: Problem
    plan: Plan | None = None
    orders: Annotated[tuple[TruckOrder, ...], Field(max_length=2000)] | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.plan is None) == (self.orders is None):
            raise ValueError("give a plan or orders, one of the two")
        return self


@plain_dataclass(frozen=True)
class Verdict:
    """`valid`: no rule is broken. `violations`: every one that is. `plan`: the one that was
    judged; from orders, with the times, money and reasons that they come to.
    """

    valid: bool
    violations: tuple[Violation, ...]
    plan: Plan


def evaluate(asked: Evaluation) -> Verdict:
    """The verifier's word on a plan or on orders. Raises Invalid for orders with unknown ids."""
    if asked.plan is not None:
        found = verify(asked.problem, asked.plan)
        return Verdict(not found, found, asked.plan)
    orders = asked.orders or ()
    unknown = tuple(_unknown(asked.problem, orders))
    if unknown:
        raise Invalid(f"{unknown[0].message}", unknown)
    plan, found = judge(asked.problem, Solution(orders))
    return Verdict(not found, found, explain(asked.problem, plan))


def _unknown(problem: Problem, orders: tuple[TruckOrder, ...]) -> Iterator[FieldProblem]:
    known: dict[str, Mapping[str, object]] = {
        "visit": problem.visit_by_id,
        "unload": problem.site_by_id,
    }
    for place, order in enumerate(orders):
        at = f"orders[{place}]"
        if order.truck_id not in problem.truck_by_id:
            text = "the problem has no such truck"
            yield FieldProblem(f"{at}.truck_id", text, repr(order.truck_id))
        for index, action in enumerate(order.actions):
            if action.ref not in known[action.kind]:
                text = f"the problem has no such {action.kind}"
                yield FieldProblem(f"{at}.actions[{index}].ref", text, repr(action.ref))
