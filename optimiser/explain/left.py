"""Why each visit was left, found out by trying to insert it after the solve, never guessed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from math import inf

from optimiser.domain.plan import Left, Plan
from optimiser.domain.problem import Problem, Visit
from optimiser.explain.fits import Misfit
from optimiser.explain.here import prize_in_words, what_is_known
from optimiser.explain.insertion import Inserter, Try
from optimiser.explain.never import able_trucks, never, out_today
from optimiser.explain.reason import Reason
from optimiser.explain.survey import Found, Option, Survey
from optimiser.travel import TravelMatrix

SUGGESTIONS = {
    "no_capacity": "Add an unloading, a truck, or room in the compartment.",
    "no_time": "Allow overtime, widen its window, or send another truck.",
    "unload_by": "Let it be unloaded later, or send a truck earlier.",
    "no_rest": "Give its truck fewer bins, or send another truck.",
    "daily_limit": "Raise the limit, or send another truck.",
    "unreachable": "Check its place and the travel matrix.",
}
WORTH_TRYING = 1.5
"""A place guessed dearer than so many prizes is not looked at."""
TRIES = 3
"""Places of a visit that are worked out exactly: the cheapest of those that seem to fit."""
EXACT = 300
"""Places of a plan, at most, that are worked out to tell what they cost, beyond that they fit."""
FURTHER = 300
"""Places of a plan, at most, that are worked out to tell whether they fit: a second or two."""


def why_left(
    problem: Problem,
    travel: TravelMatrix,
    plan: Plan,
    *,
    cancelled: Callable[[], bool] = lambda: False,
    on_progress: Callable[[int, int], None] | None = None,
) -> tuple[Left, ...]:
    """Every visit on no route, with its true reason and what would change it.

    `on_progress` is told how many visits have their reason, and of how many. Once `cancelled`,
    those without one stay `unexplained`.
    """
    reasons = Reasons(problem, travel, plan, cancelled)
    found = []
    for left in plan.left:
        found.append(_explained(problem, left, reasons.of(problem.visit_by_id[left.visit_id])))
        if on_progress is not None:
            on_progress(len(found), len(plan.left))
    return tuple(found)


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


class Reasons:
    """Finds the reasons of one plan's left visits."""

    def __init__(
        self, problem: Problem, travel: TravelMatrix, plan: Plan, cancelled: Callable[[], bool]
    ) -> None:
        self._out = out_today(problem)
        self._inserter = Inserter(problem, travel, plan)
        self._cancelled, self._exact, self._further = cancelled, EXACT, FURTHER
        left = [problem.visit_by_id[each.visit_id] for each in plan.left]
        self._never = {visit.id: never(problem, self._out, visit) for visit in left}
        possible = [visit for visit in left if self._never[visit.id] is None]
        self._trucks = {visit.id: able_trucks(self._out, visit) for visit in possible}
        self._found = {visit.id: Found() for visit in possible}
        self._surveyed = self._survey(Survey(problem, travel, plan, self._inserter), possible)

    def _survey(self, survey: Survey, visits: Sequence[Visit]) -> bool:
        """Look into every truck's route; False if that was cancelled."""
        most = {visit.id: _most_eur(visit) for visit in visits}
        able = {ident: {truck.id for truck in each} for ident, each in self._trucks.items()}
        for truck in self._out:
            if self._cancelled():
                return False
            mine = [visit for visit in visits if truck.id in able[visit.id]]
            for ident, note in survey.of(truck, mine, most):
                note(self._found[ident])
        return True

    def of(self, visit: Visit) -> Reason:
        """Why one of the visits was left."""
        impossible = self._never[visit.id]
        if impossible is not None:
            return impossible
        if not self._surveyed or self._cancelled():
            return Reason(
                "unexplained",
                "Planning was stopped before the reason was found.",
                "Let planning end by itself.",
            )
        found = self._found[visit.id]
        if not visit.required and _most_eur(visit) < found.least_eur < inf:
            return _not_worth(visit, found.least_eur, (found.least_truck,))
        return self._taken(visit, found) or self._nothing_fits(visit, found)

    def _taken(self, visit: Visit, found: Found) -> Reason | None:
        """A reason from a place that fits, or None if there is none."""
        options = sorted(found.options, key=lambda each: each.guess_eur)
        sure = tuple(sorted({each.truck_id for each in options if each.surely}))
        cheapest, tries = inf, TRIES
        for option in options:
            if tries == 0 or (option.guess_eur >= cheapest and not visit.required):
                break
            extra_eur = self._extra_eur(option, found)
            if extra_eur is None:
                tries -= 1
                continue
            trucks = sure if option.truck_id in sure else (*sure, option.truck_id)
            if visit.required or extra_eur <= visit.prize_eur:
                known = option.surely or self._further > 0
                return _not_found(option.truck_id, extra_eur, trucks, known=known)
            cheapest, tries = min(cheapest, extra_eur), tries - 1
        if cheapest < inf:
            return _not_worth(visit, cheapest, sure)
        return self._further_on(visit, options)

    def _further_on(self, visit: Visit, options: Sequence[Option]) -> Reason | None:
        """Whether a required visit has a dearer place on a truck for which this is unclear."""
        unclear = {option.truck_id for option in options}
        trucks = [truck for truck in self._trucks[visit.id] if truck.id in unclear]
        if not visit.required or not trucks:
            return None
        for tried in self._inserter.look_further(visit, trucks):
            if tried.misfit is None:
                return _not_found(tried.truck_id, tried.extra_eur, (tried.truck_id,), known=True)
        return None

    def _extra_eur(self, option: Option, found: Found) -> float | None:
        """What an option adds, exactly as long as there is time for that; None if it fits not."""
        if (self._exact if option.surely else self._further) <= 0:
            return option.guess_eur
        self._exact -= option.surely
        self._further -= not option.surely
        tried = self._inserter.attempt(option.candidate())
        if tried.misfit is not None:
            found.misfits.append((tried.misfit, option.truck_id))
            return None
        return tried.extra_eur

    def _nothing_fits(self, visit: Visit, found: Found) -> Reason:
        alone = self._alone(visit)
        if alone:
            return _nearest(alone, "on no truck, even as its only stop")
        if not found.misfits:
            return _not_worth(visit, found.least_eur, (found.least_truck,))
        where = "into no round as it is"
        if not visit.required:
            where += ", at a price that its prize would pay"
        return _nearest(found.misfits, where)

    def _alone(self, visit: Visit) -> list[tuple[Misfit, str]]:
        """What forbids the visit even alone on each truck; nothing if it could be done alone."""
        found: list[tuple[Misfit, str]] = []
        tried: Iterable[Try] = self._inserter.alone(visit, self._trucks[visit.id])
        for each in tried:
            if each.misfit is None:
                return []
            found.append((each.misfit, each.truck_id))
        return found


def _most_eur(visit: Visit) -> float:
    return inf if visit.required else WORTH_TRYING * visit.prize_eur


def _nearest(misfits: Sequence[tuple[Misfit, str]], where: str) -> Reason:
    """No place fits: the rule that most of them break, with the nearest miss."""
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


def _not_found(truck_id: str, extra_eur: float, trucks: tuple[str, ...], *, known: bool) -> Reason:
    could = "could take it" if known else "seems to have room for it"
    return Reason(
        "not_found_in_time",
        f"Truck {truck_id} {could}, for about {extra_eur:.2f} EUR more; "
        "the search ended before it found that.",
        "Give the search more seconds.",
        tuple(sorted(trucks)),
    )


def _not_worth(visit: Visit, extra_eur: float, trucks: tuple[str, ...]) -> Reason:
    return Reason(
        "not_worth_it",
        f"Emptying it today would add about {extra_eur:.2f} EUR; leaving it costs "
        f"{prize_in_words(visit)}.",
        "Require it, or raise its overflow cost.",
        trucks,
    )
