"""Why each visit was left, found out by trying to insert it after the solve, never guessed."""

from dataclasses import replace

from optimiser.domain.plan import Left, Plan
from optimiser.domain.problem import Problem, Visit
from optimiser.explain.here import what_is_known
from optimiser.explain.insertion import Candidate, Inserter, Try
from optimiser.explain.never import able_trucks, never
from optimiser.explain.reason import Reason
from optimiser.travel import TravelMatrix

SUGGESTIONS = {
    "no_capacity": "Add an unloading, a truck, or room in the compartment.",
    "no_time": "Allow overtime, widen its window, or send another truck.",
    "daily_limit": "Raise the limit, or send another truck.",
    "unreachable": "Check its place and the travel matrix.",
}
WORTH_TRYING = 1.5
"""A candidate guessed dearer than so many prizes is not worked out exactly."""


def why_left(problem: Problem, travel: TravelMatrix, plan: Plan) -> tuple[Left, ...]:
    """Every visit on no route, with its true reason and what would change it."""
    inserter = Inserter(problem, travel, plan)
    return tuple(
        _explained(problem, left, _reason(problem, inserter, problem.visit_by_id[left.visit_id]))
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


def _reason(problem: Problem, inserter: Inserter, visit: Visit) -> Reason:
    impossible = never(problem, visit)
    if impossible:
        return impossible
    candidates = sorted(
        (
            candidate
            for truck in able_trucks(problem, visit)
            for candidate in inserter.candidates(visit, truck)
        ),
        key=lambda each: each.guess_eur,
    )
    if not candidates:
        return Reason("no_site", "No truck for it can unload today.", "Open a disposal site.")
    if not visit.required and candidates[0].guess_eur > WORTH_TRYING * visit.prize_eur:
        return _not_worth(visit, candidates[0].guess_eur, (candidates[0].order.truck_id,))
    return _tried(visit, [inserter.attempt(each) for each in _promising(visit, candidates)])


def _promising(visit: Visit, candidates: list[Candidate]) -> list[Candidate]:
    if visit.required:
        return candidates
    return [each for each in candidates if each.guess_eur <= WORTH_TRYING * visit.prize_eur]


def _tried(visit: Visit, tries: list[Try]) -> Reason:
    fitting = [each for each in tries if each.misfit is None]
    if not fitting:
        return _nothing_fits(visit, tries)
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


def _nothing_fits(visit: Visit, tries: list[Try]) -> Reason:
    """No place tried fits: the rule that most of them break, with the nearest miss."""
    where = "into no route" if visit.required else "nowhere at a price that its prize would pay"
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
