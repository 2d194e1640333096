"""Each edit, done to a draft. Whether the outcome is allowed is for the verifier to say."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from api.usecases.edits.draft import Draft
from api.usecases.edits.kinds import Add, Close, Edit, Exclude, Lock, Move, Pin
from api.usecases.edits.placing import cheapest, inserter_of, trucks_for
from api.usecases.errors import FieldProblem, Invalid
from optimiser.domain.problem import Visit
from optimiser.domain.solution import Action

FindVisit = Callable[[str], Visit | None]
"""The visit that a bin of the catalogue would be today; None if there is no such bin."""


class Wrong(Exception):  # noqa: N818  # never leaves this file
    """A field of an edit that names what is not there, or what stands in its way."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


def applied(draft: Draft, edits: Sequence[Edit], find_visit: FindVisit) -> Draft:
    """The draft after all edits. Raises Invalid that names the field of the edit at fault."""
    for index, edit in enumerate(edits):
        try:
            draft = _apply(draft, edit, find_visit)
        except Wrong as wrong:
            field = f"edits[{index}].{wrong.field}"
            value = repr(getattr(edit, wrong.field))
            raise Invalid(wrong.message, [FieldProblem(field, wrong.message, value)]) from None
    return draft


def _apply(draft: Draft, edit: Edit, find_visit: FindVisit) -> Draft:
    match edit:
        case Move():
            return _move(draft, edit.visit_id, edit.truck_id, edit.position)
        case Pin():
            return _pin(draft, edit)
        case Lock():
            return _lock(draft, edit)
        case Exclude():
            return _exclude(draft, edit.visit_id)
        case Add():
            return _add(draft, edit, find_visit)
        case Close():
            return _close(draft, edit.truck_id)


def _move(draft: Draft, visit_id: str, truck_id: str, position: int | None) -> Draft:
    _known_truck(draft, truck_id)
    if draft.truck_of(_known_visit(draft, visit_id).id) is None:
        raise Wrong("visit_id", f"{visit_id!r} is on no route; add it instead")
    return _put(draft.without_stop(visit_id), visit_id, truck_id, position)


def _put(draft: Draft, visit_id: str, truck_id: str, position: int | None) -> Draft:
    """The stop on a truck, at a position or where it costs least."""
    actions = draft.orders.get(truck_id, ())
    stops = [at for at, each in enumerate(actions) if each.kind == "visit"]
    stop = Action("visit", visit_id)
    if position is not None and stops:
        at = stops[position] if position < len(stops) else stops[-1] + 1
        return draft.with_order(truck_id, (*actions[:at], stop, *actions[at:]))
    visit, truck = draft.problem.visit_by_id[visit_id], draft.problem.truck_by_id[truck_id]
    place = cheapest(inserter_of(draft), visit, [truck])
    order = (*actions, stop) if place is None else place.candidate.order.actions
    return draft.with_order(truck_id, order)


def _pin(draft: Draft, edit: Pin) -> Draft:
    _known_visit(draft, edit.visit_id)
    if edit.truck_id is not None:
        _known_truck(draft, edit.truck_id)
        _refuse_locked(draft, edit.visit_id, edit.truck_id)
    pinned = draft.with_visit(edit.visit_id, pinned_truck_id=edit.truck_id)
    if edit.truck_id is None or draft.truck_of(edit.visit_id) in (None, edit.truck_id):
        return pinned
    return _put(pinned.without_stop(edit.visit_id), edit.visit_id, edit.truck_id, None)


def _lock(draft: Draft, edit: Lock) -> Draft:
    _known_truck(draft, edit.truck_id)
    actions = draft.orders.get(edit.truck_id, ())
    ends = [at + 1 for at, each in enumerate(actions) if each.kind == "visit"]
    if edit.stops == 0:
        return draft.with_truck(edit.truck_id, first=())
    if not ends:
        raise Wrong("truck_id", f"truck {edit.truck_id!r} has no route to lock")
    if edit.stops is not None and edit.stops > len(ends):
        raise Wrong("stops", f"the route has {len(ends)} stops")
    until = len(actions) if edit.stops is None else ends[edit.stops - 1]
    return draft.with_truck(edit.truck_id, first=actions[:until])


def _exclude(draft: Draft, visit_id: str) -> Draft:
    _known_visit(draft, visit_id)
    _refuse_locked(draft, visit_id, None)
    left = draft.without_stop(visit_id)
    visits = tuple(each for each in left.problem.visits if each.id != visit_id)
    return replace(left, problem=replace(left.problem, visits=visits))


def _add(draft: Draft, edit: Add, find_visit: FindVisit) -> Draft:
    if edit.position is not None and edit.truck_id is None:
        raise Wrong("position", "a position is on a truck: name it too")
    if edit.truck_id is not None:
        _known_truck(draft, edit.truck_id)
    on = draft.truck_of(edit.bin_id)
    if on is not None:
        raise Wrong("bin_id", f"{edit.bin_id!r} is on truck {on!r} already; move it instead")
    known = draft if edit.bin_id in draft.problem.visit_by_id else _found(draft, edit, find_visit)
    wanted = known.with_visit(edit.bin_id, required=True)
    truck_id = edit.truck_id or _best_truck(wanted, edit.bin_id)
    return _put(wanted, edit.bin_id, truck_id, edit.position)


def _found(draft: Draft, edit: Add, find_visit: FindVisit) -> Draft:
    visit = find_visit(edit.bin_id)
    if visit is None:
        raise Wrong("bin_id", f"there is no bin {edit.bin_id!r}")
    return draft.with_new(visit)


def _best_truck(draft: Draft, visit_id: str) -> str:
    visit = draft.problem.visit_by_id[visit_id]
    place = cheapest(inserter_of(draft), visit, trucks_for(draft.problem, visit))
    if place is None:
        raise Wrong("bin_id", f"no truck that is out could take {visit_id!r}; name one to see why")
    return place.candidate.order.truck_id


def _close(draft: Draft, truck_id: str) -> Draft:
    """Required stops choose their new places first, then those with the highest prize."""
    _known_truck(draft, truck_id)
    if len(draft.problem.trucks) == 1:
        raise Wrong("truck_id", "it is the only truck; stop or replace the plan instead")
    homeless = [each.ref for each in draft.orders.get(truck_id, ()) if each.kind == "visit"]
    draft = _without_truck(draft, truck_id)
    inserter, orders = inserter_of(draft), dict(draft.orders)
    visits = (draft.problem.visit_by_id[each] for each in homeless)
    for visit in sorted(visits, key=lambda each: (not each.required, -each.prize_eur)):
        place = cheapest(inserter, visit, trucks_for(draft.problem, visit))
        if place is None or not place.fits:
            continue
        if visit.required or place.tried.extra_eur <= visit.prize_eur:
            inserter.take(place.candidate, place.tried)
            orders[place.candidate.order.truck_id] = place.candidate.order.actions
    return replace(draft, orders=orders)


def _without_truck(draft: Draft, truck_id: str) -> Draft:
    problem = draft.problem
    visits = tuple(
        replace(each, pinned_truck_id=None) if each.pinned_truck_id == truck_id else each
        for each in problem.visits
    )
    trucks = tuple(each for each in problem.trucks if each.id != truck_id)
    orders = {each: actions for each, actions in draft.orders.items() if each != truck_id}
    return Draft(replace(problem, trucks=trucks, visits=visits), orders)


def _refuse_locked(draft: Draft, visit_id: str, but: str | None) -> None:
    """A stop that a truck does first, other than `but`, must be let go first."""
    stop = Action("visit", visit_id)
    locked = [each.id for each in draft.problem.trucks if stop in each.first and each.id != but]
    if locked:
        raise Wrong("visit_id", f"{visit_id!r} is locked on truck {locked[0]!r}; unlock it first")


def _known_visit(draft: Draft, visit_id: str) -> Visit:
    if visit_id not in draft.problem.visit_by_id:
        raise Wrong("visit_id", f"the plan has no visit {visit_id!r}")
    return draft.problem.visit_by_id[visit_id]


def _known_truck(draft: Draft, truck_id: str) -> None:
    if truck_id not in draft.problem.truck_by_id:
        raise Wrong("truck_id", f"the plan has no truck {truck_id!r}")
