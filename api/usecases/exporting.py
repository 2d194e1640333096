"""A plan, or one of its routes, with what a file of it should say of where it is from."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from api.store import plans as rows
from api.store.database import Database
from api.usecases.errors import Conflict, NotFound
from api.usecases.plans import required_plan
from optimiser.domain.plan import Plan


@dataclass(frozen=True)
class Export:
    """`plan` has the routes to be written, all or one. `version` and `made_at` are the plan's."""

    plan_id: str
    version: int
    made_at: datetime
    plan: Plan

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.plan.timezone)


def export_of(db: Database, plan_id: str, truck_id: str | None = None) -> Export:
    """A plan's routes, or the one of a truck.

    Raises NotFound (no such plan, no route of this truck in it); Conflict with `plan_not_done`.
    """
    with db.read() as tx:
        row = required_plan(rows.fetch(tx, plan_id), plan_id)
        plan = rows.fetch_plan(tx, plan_id)
    if plan is None:
        raise Conflict(f"the plan is {row.status} and has no routes", code="plan_not_done")
    if truck_id is not None:
        routes = tuple(each for each in plan.routes if each.truck_id == truck_id)
        if not routes:
            raise NotFound(f"the plan has no route of truck {truck_id!r}")
        plan = replace(plan, routes=routes)
    return Export(plan_id, row.version, row.finished_at, plan)
