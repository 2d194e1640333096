"""The verifier: whether a plan keeps every rule of its problem, found out independently.

It imports the domain only and shares no arithmetic with what makes plans. Every stated
number is recomputed: legs from coordinates, times from legs, loads from visits, money
from rates. Each rule family is a file; each yields every violation that it finds.
"""

from optimiser.domain.plan import Plan, Violation
from optimiser.domain.problem import Problem
from optimiser.verifier.breaks import breaks
from optimiser.verifier.codes import Code
from optimiser.verifier.compatibility import compatibility
from optimiser.verifier.costs import costs
from optimiser.verifier.coverage import coverage
from optimiser.verifier.document import document
from optimiser.verifier.energy import energy
from optimiser.verifier.hours import hours
from optimiser.verifier.legs import legs
from optimiser.verifier.limits import limits
from optimiser.verifier.loads import loads
from optimiser.verifier.order import order
from optimiser.verifier.plan_sums import plan_costs, plan_saving, plan_totals
from optimiser.verifier.reading import Case
from optimiser.verifier.rests import rests
from optimiser.verifier.times import times
from optimiser.verifier.totals import totals
from optimiser.verifier.unloading import unloading

__all__ = ["Code", "verify"]

_OF_THE_PLAN = (document, coverage, plan_totals, plan_costs, plan_saving)
_OF_A_ROUTE = (
    order,
    legs,
    times,
    breaks,
    rests,
    hours,
    compatibility,
    loads,
    unloading,
    limits,
    totals,
    energy,
    costs,
)


def verify(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Every rule that the plan breaks; empty if it is good. Never raises on a `Plan`.

    A required visit that is left breaks no rule: that it cannot be done is an answer.
    """
    case = Case(problem, plan)
    found = [violation for rule in _OF_THE_PLAN for violation in rule(case)]
    found += [
        violation for trip in case.trips for rule in _OF_A_ROUTE for violation in rule(case, trip)
    ]
    return tuple(found)
