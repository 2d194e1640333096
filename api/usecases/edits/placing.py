"""Where a stop costs least: the candidates of optimiser.explain, tried cheapest guess first."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.usecases.edits.draft import Draft
from optimiser.domain.fleet import Truck
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem, Visit
from optimiser.explain.insertion import Candidate, Inserter, Try
from optimiser.explain.never import able_trucks, out_today
from optimiser.schedule import build_plan
from optimiser.travel import travel_matrix

MOST_TRIES = 24
"""So many places of a stop are worked out, over all trucks: those guessed cheapest."""


@dataclass(frozen=True)
class Place:
    """A place that was tried: the truck's whole order with the stop in it, and what came of it."""

    candidate: Candidate
    tried: Try

    @property
    def fits(self) -> bool:
        return self.tried.misfit is None


def scheduled(draft: Draft) -> Plan:
    """The draft with its times and money, neither judged nor explained."""
    return build_plan(draft.problem, travel_matrix(draft.problem), draft.solution)


def inserter_of(draft: Draft) -> Inserter:
    """Tries stops in the draft's routes."""
    return Inserter(draft.problem, travel_matrix(draft.problem), scheduled(draft))


def trucks_for(problem: Problem, visit: Visit) -> list[Truck]:
    """Trucks out today that could have it at all; only that one if it is pinned."""
    able = able_trucks(out_today(problem), visit)
    return [each for each in able if visit.pinned_truck_id in (None, each.id)]


def cheapest(inserter: Inserter, visit: Visit, trucks: Sequence[Truck]) -> Place | None:
    """The cheapest place that fits; if none does, the first that was tried; None without any."""
    found = [
        each
        for truck in trucks
        for each in inserter.candidates(visit, truck)
        if each.order.actions[: len(truck.first)] == truck.first
    ]
    best: Place | None = None
    for each in sorted(found, key=lambda one: one.guess_eur)[:MOST_TRIES]:
        if best is not None and best.fits and each.guess_eur > best.tried.extra_eur:
            break
        place = Place(each, inserter.attempt(each))
        if best is None or (place.fits, -place.tried.extra_eur) > (
            best.fits,
            -best.tried.extra_eur,
        ):
            best = place
    return best
