"""Two at once: each pair of threads ends in a state that one after the other could give."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from fake_planner import SETTINGS, TUESDAY, FakePlanner, ask, clock

from api.store.database import Database
from api.usecases.errors import Conflict
from api.usecases.idempotency import Once
from api.usecases.planning import Claim, claim_plan, run_claimed
from api.usecases.plans import PlanRequest, cancel_plan, get_plan, list_plans, request_plan
from small_city import NOW, fill_city


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


def test_a_plan_cancelled_while_it_finishes_is_done_or_cancelled_and_never_both(
    db: Database,
) -> None:
    fill_city(db)
    for _ in range(8):
        plan_id = ask(db).id
        claim = claim_plan(db, now=NOW, settings=SETTINGS)
        assert claim is not None
        found = Barrier(2)
        planner = FakePlanner(lambda *_, found=found: found.wait())

        def finish(claim: Claim = claim, planner: FakePlanner = planner) -> object:
            return run_claimed(db, claim, settings=SETTINGS, clock=clock, planner=planner)

        def cancel(plan_id: str = plan_id, found: Barrier = found) -> object:
            found.wait()
            return cancel_plan(db, plan_id, now=NOW)

        _, cancelled = both(finish, cancel)
        ended = get_plan(db, plan_id)
        assert ended.status == ("done" if isinstance(cancelled, Conflict) else "cancelled")
        assert ended.has_plan
