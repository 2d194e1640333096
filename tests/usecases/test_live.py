"""What those who watch a plan are told: what is new, once, and nothing lost on coming back."""

from datetime import timedelta

import pytest
from driver_scene import event, plan_again, planned, report
from fake_planner import ask, run

from api.store.database import Database
from api.usecases import live
from api.usecases.driver.log import LoggedEvent
from api.usecases.driver.progress import DrivingProgress
from api.usecases.errors import NotFound
from api.usecases.live import Watch
from api.usecases.plans import PlanRecord, cancel_plan
from small_city import NOW, fill_city


@pytest.fixture(autouse=True)
def progress_at_every_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PROGRESS_EVERY_S", 0.0)


def told(watch: Watch) -> list[tuple[str, int]]:
    return [(each.kind, each.seq) for each in watch.look()]


def test_one_who_has_just_come_is_told_how_things_stand_and_then_what_is_new(
    db: Database,
) -> None:
    plan_id = planned(db)
    report(db, event(plan_id, 1))
    watch = Watch(db, plan_id, since=None)
    plan, progress = watch.look()
    assert isinstance(plan.data, PlanRecord)
    assert isinstance(progress.data, DrivingProgress)
    assert (plan.data.status, plan.seq, progress.data.done) == ("published", 1, 1)
    assert told(watch) == []
    report(db, event(plan_id, 2, "problem"), event(plan_id, 3, visit_id="bin-2"))
    first, second, progress = watch.look()
    assert isinstance(first.data, LoggedEvent)
    assert (first.seq, first.data.event.kind, second.seq) == (2, "problem", 3)
    assert isinstance(progress.data, DrivingProgress)
    assert (progress.data.done, progress.data.problems) == (2, 1)
    assert told(watch) == []


def test_one_who_comes_back_is_told_what_happened_meanwhile_and_once(db: Database) -> None:
    plan_id = planned(db)
    report(db, *(event(plan_id, number, "problem") for number in range(1, 6)))
    watch = Watch(db, plan_id, since=2)
    assert told(watch) == [
        ("plan", 2), ("report", 3), ("report", 4), ("report", 5), ("progress", 5)
    ]  # fmt: skip
    assert told(watch) == []


def test_long_absences_are_told_in_parts(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    plan_id = planned(db)
    report(db, *(event(plan_id, number, "problem") for number in range(1, 6)))
    monkeypatch.setattr(live, "MOST_AT_ONCE", 2)
    watch = Watch(db, plan_id, since=0)
    parts = [[seq for kind, seq in told(watch) if kind == "report"] for _ in range(4)]
    assert parts == [[1, 2], [3, 4], [5], []]


def test_a_number_of_another_database_counts_from_now_on(db: Database) -> None:
    plan_id = planned(db)
    watch = Watch(db, plan_id, since=999)
    assert [kind for kind, _ in told(watch)] == ["plan", "progress"]
    report(db, event(plan_id, 1, "problem"))
    assert ("report", 1) in told(watch)


def test_the_search_is_told_whenever_the_plans_record_changes(db: Database) -> None:
    fill_city(db)
    asked = ask(db)
    watch = Watch(db, asked.id, since=None)
    statuses = []

    def look(*_: object) -> None:
        statuses.extend(e.data.status for e in watch.look() if isinstance(e.data, PlanRecord))

    look()
    from fake_planner import FakePlanner

    run(db, asked.id, FakePlanner(look))
    look()
    look()
    assert statuses == ["queued", "running", "done"]
    other = ask(db)
    cancel_plan(db, other.id, by="k1", now=NOW)
    (plan, *_) = Watch(db, other.id, since=None).look()
    assert isinstance(plan.data, PlanRecord)
    assert plan.data.status == "cancelled"


def test_progress_is_not_told_at_every_look(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PROGRESS_EVERY_S", 60.0)
    plan_id = planned(db)
    watch = Watch(db, plan_id, since=None)
    told(watch)
    report(db, event(plan_id, 1, "problem"))
    assert told(watch) == [("report", 1)]


def test_a_superseded_plan_says_so_and_reports_become_outdated(db: Database) -> None:
    old = planned(db)
    watch = Watch(db, old, since=None)
    told(watch)
    plan_again(db, NOW + timedelta(minutes=1))
    report(db, event(old, 1), now=NOW + timedelta(minutes=2))
    plan, reported, progress = watch.look()
    assert isinstance(plan.data, PlanRecord)
    assert isinstance(reported.data, LoggedEvent)
    assert isinstance(progress.data, DrivingProgress)
    assert (plan.data.status, reported.data.outdated) == ("superseded", True)
    assert progress.data.in_force is False


def test_no_plan_no_watch(db: Database) -> None:
    with pytest.raises(NotFound):
        list(Watch(db, "nothing", since=None).look())
