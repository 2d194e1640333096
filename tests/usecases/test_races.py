"""Two at once: each pair of threads ends in a state that one after the other could give."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

from fake_planner import SETTINGS, TUESDAY, FakePlanner, ask, clock
from sqlalchemy import delete

from api.store.database import Database
from api.store.states import fetch_pools, mark_stale
from api.store.tables import pools
from api.usecases.errors import Conflict
from api.usecases.idempotency import Once
from api.usecases.plan_request import PlanRequest
from api.usecases.planning import Claim, claim_plan, run_claimed
from api.usecases.plans import cancel_plan, get_plan, list_plans, request_plan
from api.usecases.states import refresh_fill_states
from small_city import NOW, fill_city

ONE_SEARCH = SETTINGS.model_copy(update={"counterfactual_share": 0.0})


def both(*acts: Callable[[], object]) -> list[object]:
    """What each gives, or the Conflict that it raises."""

    def do(act: Callable[[], object]) -> object:
        try:
            return act()
        except Conflict as conflict:
            return conflict

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def test_one_key_sent_many_times_at_once_queues_one_plan(db: Database) -> None:
    fill_city(db)
    once = Once("key-1", "k1", "hash")
    start = Barrier(6)

    def request() -> str:
        wanted = PlanRequest(service_date=TUESDAY)
        start.wait()
        return request_plan(db, wanted, created_by="k1", now=NOW, once=once).id

    answers = both(*[request] * 6)
    assert len(set(answers)) == 1
    assert [each.id for each in list_plans(db).items] == [answers[0]]


def test_two_workers_that_learn_pools_at_once_do_not_stumble_over_each_other(
    db: Database,
) -> None:
    fill_city(db)
    for minute in range(8):
        with db.write() as tx:
            tx.execute(delete(pools))
            mark_stale(tx, ["bin-1"], since=None)
        now = NOW + timedelta(minutes=minute)

        def learn(now: datetime = now) -> str:
            refresh_fill_states(db, now=now, zone=ZoneInfo("Europe/Copenhagen"))
            return "learned"

        assert both(learn, learn) == ["learned", "learned"]
    with db.read() as tx:
        assert len(fetch_pools(tx)[0]) == 1


def test_a_plan_cancelled_while_it_finishes_is_done_or_cancelled_and_never_both(
    db: Database,
) -> None:
    fill_city(db)
    for _ in range(8):
        plan_id = ask(db).id
        claim = claim_plan(db, now=NOW, settings=SETTINGS)
        assert claim is not None
        found = Barrier(2, timeout=60)
        planner = FakePlanner(lambda *_, found=found: found.wait())

        def finish(claim: Claim = claim, planner: FakePlanner = planner) -> object:
            return run_claimed(db, claim, settings=ONE_SEARCH, clock=clock, planner=planner)

        def cancel(plan_id: str = plan_id, found: Barrier = found) -> object:
            found.wait()
            return cancel_plan(db, plan_id, by="k", now=NOW)

        _, cancelled = both(finish, cancel)
        ended = get_plan(db, plan_id)
        assert ended.status == ("done" if isinstance(cancelled, Conflict) else "cancelled")
        assert ended.has_plan
