"""Publishing: one plan a date, which the drivers see, and who did what to it."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from fake_planner import SETTINGS, TUESDAY, FakePlanner, ask
from fake_planner import run as run_empty

from api.store import plans as rows
from api.store.database import Database
from api.usecases.errors import (
    Conflict,
    NotFound,
    PreconditionRequired,
    VersionMismatch,
    Violates,
)
from api.usecases.idempotency import Once
from api.usecases.planning import run_plan
from api.usecases.plans import PlanRecord, cancel_plan, get_plan, list_plans
from api.usecases.publishing import publish_plan
from api.usecases.trail import plan_changes
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.schedule import build_plan
from optimiser.travel import travel_matrix
from small_city import NOW, fill_city


def all_on_one(problem: Problem, **_: Any) -> Plan:
    """A planner that gives every bin to the first truck."""
    visits = tuple(Action("visit", each.id) for each in problem.visits)
    order = TruckOrder(problem.trucks[0].id, (*visits, Action("unload", "amager")))
    return build_plan(problem, travel_matrix(problem), Solution((order,)))


def done(db: Database, **changes: Any) -> PlanRecord:
    asked = ask(db, **changes)
    return run_plan(db, asked.id, settings=SETTINGS, clock=lambda: NOW, planner=all_on_one)


def publish(
    db: Database, plan_id: str, expected: Any = "any", once: Once | None = None
) -> PlanRecord:
    now = NOW + timedelta(hours=1)
    return publish_plan(db, plan_id, expected=expected, by="k2", now=now, once=once)


def test_publishing_another_plan_supersedes_the_one_before(db: Database) -> None:
    fill_city(db)
    first, second, tomorrow = done(db), done(db), done(db, service_date=TUESDAY + timedelta(1))
    assert publish(db, first.id).status == "published"
    assert publish(db, tomorrow.id).status == "published"
    found = publish(db, second.id, expected=1)
    assert (found.status, found.version) == ("published", 2)
    assert found.published_at == NOW + timedelta(hours=1)
    old = get_plan(db, first.id)
    assert (old.status, old.version) == ("superseded", 3)
    assert get_plan(db, tomorrow.id).status == "published"
    assert [each.id for each in list_plans(db, status="superseded").items] == [first.id]


def test_a_superseded_plan_can_be_published_again(db: Database) -> None:
    fill_city(db)
    first, second = done(db), done(db)
    for each in (first, second, first):
        publish(db, each.id)
    assert get_plan(db, first.id).status == "published"
    assert get_plan(db, second.id).status == "superseded"


def test_publishing_twice_is_publishing_once(db: Database) -> None:
    fill_city(db)
    plan = done(db)
    assert publish(db, plan.id) == publish(db, plan.id)
    assert [each.kind for each in plan_changes(db, plan.id)].count("published") == 1


def test_publishing_sent_again_with_its_key_leaves_alone_what_was_published_since(
    db: Database,
) -> None:
    fill_city(db)
    first, second = done(db), done(db)
    once = Once("key-1", "k2", "hash")
    published = publish(db, first.id, once=once)
    publish(db, second.id)
    again = publish(db, first.id, expected=1, once=once)
    assert (again.id, again.status) == (published.id, "superseded")
    assert get_plan(db, second.id).status == "published"
    with pytest.raises(Conflict) as reused:
        publish(db, second.id, once=replace(once, request_hash="another"))
    assert reused.value.code == "idempotency_key_reused"


def test_a_publisher_says_which_version_was_looked_at(db: Database) -> None:
    fill_city(db)
    plan = done(db)
    with pytest.raises(PreconditionRequired) as unsaid:
        publish(db, plan.id, expected=None)
    with pytest.raises(VersionMismatch) as stale:
        publish(db, plan.id, expected=7)
    assert (unsaid.value.current, stale.value.current) == (1, 1)
    assert get_plan(db, plan.id).status == "done"


def test_what_has_no_routes_or_was_stopped_is_not_published(db: Database) -> None:
    fill_city(db)
    queued, stopped = ask(db), ask(db)
    cancel_plan(db, stopped.id, by="k", now=NOW)
    for plan_id, code in ((queued.id, "plan_not_done"), (stopped.id, "plan_cancelled")):
        with pytest.raises(Conflict) as caught:
            publish(db, plan_id)
        assert caught.value.code == code
    with pytest.raises(NotFound):
        publish(db, "none")


def test_a_published_plan_cannot_be_stopped(db: Database) -> None:
    fill_city(db)
    plan = publish(db, done(db).id)
    with pytest.raises(Conflict) as caught:
        cancel_plan(db, plan.id, by="k", now=NOW)
    assert caught.value.code == "plan_finished"


def test_a_plan_that_the_verifier_does_not_pass_is_not_published(db: Database) -> None:
    fill_city(db)
    plan = done(db)
    with db.write() as tx:
        kept = rows.fetch_plan(tx, plan.id)
        assert kept is not None
        cheaper = replace(kept.routes[0], distance_m=1)
        rows.write_plan(tx, plan.id, replace(kept, routes=(cheaper,)))
    with pytest.raises(Violates) as caught:
        publish(db, plan.id)
    assert "route_total" in {each.code for each in caught.value.violations}
    assert get_plan(db, plan.id).status == "done"


def test_a_plan_asked_for_with_publish_is_published_when_done(db: Database) -> None:
    fill_city(db)
    before = publish(db, done(db).id)
    plan = done(db, publish=True)
    assert plan.status == "published"
    assert get_plan(db, before.id).status == "superseded"


def test_an_empty_plan_can_be_published(db: Database) -> None:
    fill_city(db, bins=0)
    plan = run_empty(db, ask(db).id, FakePlanner())
    assert publish(db, plan.id).status == "published"


def test_the_trail_tells_who_did_what(db: Database) -> None:
    fill_city(db)
    first, second = done(db), done(db)
    publish(db, first.id)
    publish(db, second.id)
    told = [(each.kind, each.by, each.version, each.detail) for each in plan_changes(db, first.id)]
    assert told == [
        ("queued", "k1", 1, {}),
        ("started", "worker", 1, {"attempt": 1}),
        ("done", "worker", 1, {"cost_eur": first.cost_eur}),
        ("published", "k2", 2, {"instead_of": None}),
        ("superseded", "k2", 3, {"by_plan": second.id}),
    ]
    assert plan_changes(db, second.id)[-1].detail == {"instead_of": first.id}
    with pytest.raises(NotFound):
        plan_changes(db, "none")


def test_stopping_and_failing_are_in_the_trail(db: Database) -> None:
    fill_city(db)
    stopped, failed = ask(db), ask(db)
    cancel_plan(db, stopped.id, by="k7", now=NOW)
    cancel_plan(db, stopped.id, by="k7", now=NOW)
    run_empty(db, failed.id, FakePlanner(lambda *_: 1 / 0))
    assert [(each.kind, each.by) for each in plan_changes(db, stopped.id)][1:] == [
        ("cancelled", "k7")
    ]
    assert [each.detail for each in plan_changes(db, failed.id)][-1] == {"code": "internal"}


def test_of_plans_published_at_once_one_stays_published(db: Database) -> None:
    fill_city(db)
    plans = [done(db) for _ in range(4)]
    together = Barrier(len(plans))

    def act(plan: PlanRecord) -> None:
        together.wait()
        publish(db, plan.id)

    threads = [Thread(target=act, args=(each,)) for each in plans]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    states = sorted(get_plan(db, each.id).status for each in plans)
    assert states == ["published", "superseded", "superseded", "superseded"]
