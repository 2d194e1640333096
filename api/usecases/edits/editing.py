"""An edit of a stored plan: all of it, judged by the verifier, or none."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from api.store import plans as rows
from api.store.database import Database
from api.store.documents import dump, load
from api.usecases.edits.apply import applied
from api.usecases.edits.draft import Draft, actions_of, draft_of
from api.usecases.edits.kinds import Edit, Edits
from api.usecases.edits.placing import scheduled
from api.usecases.errors import Conflict, Violates
from api.usecases.plan_request import PlanRequest
from api.usecases.plans import required_plan
from api.usecases.problems import visit_of_bin
from api.usecases.publishing import refuse_unless_usable
from api.usecases.trail import note
from api.usecases.versions import ExpectedVersion, check_version
from optimiser.domain.plan import Plan, Route
from optimiser.domain.problem import Visit
from optimiser.domain.solution import Action
from optimiser.planning import explain, judge


def edit_plan(
    db: Database,
    plan_id: str,
    edits: Sequence[Edit],
    *,
    expected: ExpectedVersion,
    by: str,
    now: datetime,
) -> tuple[Plan, int]:
    """The plan after these edits, in this order, and its new version.

    The orders are scheduled anew and judged by the verifier; if it finds anything, nothing is
    changed. Drivers see an edit of a published plan at once.

    Raises NotFound, VersionMismatch, PreconditionRequired; Conflict (`plan_not_done`,
    `plan_cancelled`); Invalid (an edit that names what is not there); Violates.
    """
    with db.read() as tx:
        row = required_plan(rows.fetch(tx, plan_id), plan_id)
        check_version("the plan", row.version, expected)
        refuse_unless_usable(row)
        before, problem = rows.fetch_plan(tx, plan_id), rows.fetch_problem(tx, plan_id)
    if before is None or problem is None:
        raise Conflict("the plan was made without bins; ask for another", code="plan_not_done")
    request = load(PlanRequest, row.request)

    def find_visit(bin_id: str) -> Visit | None:
        return visit_of_bin(db, request, bin_id, now=now, timezone=problem.timezone)

    draft = tidied(applied(draft_of(problem, before), edits, find_visit), before)
    plan = judged(draft, before)
    with db.write() as tx:
        held = required_plan(rows.fetch(tx, plan_id, for_update=True), plan_id)
        check_version("the plan", held.version, row.version)
        rows.write_problem(tx, plan_id, draft.problem)
        rows.write_plan(tx, plan_id, plan)
        version = rows.revise(tx, held, cost_eur=plan.cost.total_eur)
        told = dump(Edits, Edits(edits=tuple(edits)))
        note(tx, plan_id, "edited", by=by, now=now, version=version, detail=told)
    return plan, version


def judged(draft: Draft, before: Plan) -> Plan:
    """The draft as a plan with reasons. Raises Violates with all that the verifier finds."""
    plan, violations = judge(draft.problem, draft.solution)
    if violations:
        raise Violates("nothing was changed, for the plan would break rules", violations)
    return explain(draft.problem, plan, before=before)


def tidied(draft: Draft, before: Plan) -> Draft:
    """Without unloadings that empty nothing, on routes that were changed.

    They are left behind where a stop was taken away; the schedule tells by the loads.
    """
    old = draft_of(draft.problem, before).orders
    for route in scheduled(draft).routes:
        if draft.orders.get(route.truck_id) != old.get(route.truck_id):
            locked = len(draft.problem.truck_by_id[route.truck_id].first)
            draft = draft.with_order(route.truck_id, tuple(_useful(route, locked)))
    return draft


def _useful(route: Route, locked: int) -> Iterator[Action]:
    """All but unloadings that change no load; what is locked stays in any case."""
    actions = iter(actions_of(route))
    for number, (step, action) in enumerate(
        (each, next(actions))
        for each in pairwise(route.steps)
        if each[1].kind in ("visit", "unload")
    ):
        empties = action.kind == "unload" and step[0].load != step[1].load
        if action.kind == "visit" or empties or number < locked:
            yield action
