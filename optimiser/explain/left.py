"""Why each visit was left, found out by trying to insert it after the solve, never guessed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf

from optimiser.domain.fleet import Truck
from optimiser.domain.plan import Left, Plan
from optimiser.domain.problem import Problem, Visit
from optimiser.explain.here import what_is_known
from optimiser.explain.insertion import Candidate, Inserter, Try
from optimiser.explain.never import able_trucks, never, out_today
from optimiser.explain.reason import Reason
from optimiser.travel import TravelMatrix

SUGGESTIONS = {
    "no_capacity": "Add an unloading, a truck, or room in the compartment.",
    "no_time": "Allow overtime, widen its window, or send another truck.",
    "daily_limit": "Raise the limit, or send another truck.",
    "unreachable": "Check its place and the travel matrix.",
}
OPTIONAL_TRIES = 6
"""Places, over all trucks, that are worked out exactly for a visit that is not required."""
WORTH_TRYING = 1.5
"""A candidate guessed dearer than so many prizes is not worked out exactly."""


def why_left(problem: Problem, travel: TravelMatrix, plan: Plan) -> tuple[Left, ...]:
    """Every visit on no route, with its true reason and what would change it."""
    inserter, out = Inserter(problem, travel, plan), out_today(problem)
    return tuple(
        _explained(
            problem, left, _reason(problem, inserter, out, problem.visit_by_id[left.visit_id])
        )
        for left in plan.left
    )


def _explained(problem: Problem, left: Left, reason: Reason) -> Left:
    known = ""
    if left.evidence is not None:
        noon = problem.day.instant(problem.day.seconds("12:00"))
        known = what_is_known(left.evidence, noon, problem.day.zone) + ". "
    return replace(
        left,
        code=reason.code,
        detail=known + reason.detail,
        trucks=reason.trucks,
        suggestion=reason.suggestion,
    )


def _reason(problem: Problem, inserter: Inserter, out: Sequence[Truck], visit: Visit) -> Reason:
    impossible = never(problem, out, visit)
    if impossible:
        return impossible
    trucks = able_trucks(out, visit)
    found = [each for truck in trucks for each in inserter.candidates(visit, truck)]
    if not found:
        return Reason("no_site", "No truck for it can unload today.", "Open a disposal site.")
    best = min(found, key=lambda each: each.guess_eur)
    if not visit.required and WORTH_TRYING * visit.prize_eur < best.guess_eur < inf:
        return _not_worth(visit, best.guess_eur, (best.order.truck_id,))
    tries = list(_tries(inserter, visit, _promising(visit, found) or [best]))
    if all(each.misfit for each in tries):
        alone = inserter.alone(visit, trucks)
        if all(each.misfit for each in alone):
            return _nothing_fits(alone, "on no truck, even as its only stop")
    if visit.required and all(each.misfit for each in tries):
        tries += inserter.look_further(visit, trucks)
    return _tried(visit, tries)


def _tries(inserter: Inserter, visit: Visit, candidates: list[Candidate]) -> Iterator[Try]:
    """Candidates worked out, cheapest guess first; a truck that could take it is tried no more."""
    taking: set[str] = set()
    for each in sorted(candidates, key=lambda each: each.guess_eur):
        if each.order.truck_id in taking:
            continue
        tried = inserter.attempt(each)
        yield tried
        if tried.misfit is None and (visit.required or tried.extra_eur <= visit.prize_eur):
            taking.add(tried.truck_id)


def _promising(visit: Visit, candidates: list[Candidate]) -> list[Candidate]:
    if visit.required:
        return candidates
    paying = [each for each in candidates if each.guess_eur <= WORTH_TRYING * visit.prize_eur]
    return sorted(paying, key=lambda each: each.guess_eur)[:OPTIONAL_TRIES]


def _tried(visit: Visit, tries: list[Try]) -> Reason:
    fitting = [each for each in tries if each.misfit is None]
    if not fitting:
        where = f"into none of {len(tries)} places tried"
        if not visit.required:
            where += " at a price that its prize would pay"
        return _nothing_fits(tries, where)
    cheapest = min(fitting, key=lambda each: each.extra_eur)
    trucks = tuple(sorted({each.truck_id for each in fitting}))
    if not visit.required and cheapest.extra_eur > visit.prize_eur:
        return _not_worth(visit, cheapest.extra_eur, trucks)
    return Reason(
        "not_found_in_time",
        f"Truck {cheapest.truck_id} could take it for {cheapest.extra_eur:.2f} EUR more; "
        "the search ended before it found that.",
        "Give the search more seconds.",
        trucks,
    )


def _nothing_fits(tries: list[Try], where: str) -> Reason:
    """No place tried fits: the rule that most of them break, with the nearest miss."""
    misfits = [(each.misfit, each.truck_id) for each in tries if each.misfit is not None]
    codes = [found.code for found, _ in misfits]
    code = max(sorted(set(codes)), key=codes.count)
    nearest, truck_id = min(
        ((found, truck) for found, truck in misfits if found.code == code),
        key=lambda pair: pair[0].amount,
    )
    return Reason(
        code,
        f"It fits {where}; nearest is truck {truck_id}, where {nearest.detail}.",
        SUGGESTIONS[code],
        tuple(sorted({truck for _, truck in misfits})),
    )


def _not_worth(visit: Visit, extra_eur: float, trucks: tuple[str, ...]) -> Reason:
    return Reason(
        "not_worth_it",
        f"Emptying it today would add about {extra_eur:.2f} EUR; leaving it costs "
        f"{visit.prize_eur:.2f} EUR in expectation.",
        "Require it, or raise its overflow cost.",
        trucks,
    )
