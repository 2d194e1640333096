"""What the sweeper sends, and that nothing ends it; the broker is a list."""

from datetime import datetime, timedelta

import pytest

from api.config import Settings
from api.jobs.sweeper import BrokerUnavailable, keep_sweeping, sweep
from api.store.database import Database
from api.usecases.claims import claim_plan
from api.usecases.fleets import MAIN
from api.usecases.plan_request import PlanRequest
from api.usecases.plans import cancel_plan, request_plan
from small_city import NOW, fill_city

SETTINGS = Settings(lease_s=10)


class FakeBroker:
    """Keeps messages until a test takes them."""

    def __init__(self, *, fails: int = 0) -> None:
        self.messages: list[str] = []
        self.fails = fails

    def waiting(self) -> int:
        return len(self.messages)

    def send(self, plan_id: str) -> None:
        if self.fails:
            self.fails -= 1
            raise BrokerUnavailable("it is down")
        self.messages.append(plan_id)


@pytest.fixture
def plans(db: Database) -> list[str]:
    """Three queued plans, the oldest first."""
    fill_city(db)
    request = PlanRequest(service_date=NOW.date() + timedelta(days=1))
    asked = [NOW + timedelta(milliseconds=each) for each in range(3)]
    return [request_plan(db, request, created_by="k", now=each).id for each in asked]


def test_what_is_queued_is_sent_once_and_the_oldest_first(db: Database, plans: list[str]) -> None:
    broker = FakeBroker()
    assert sweep(db, broker, now=NOW) == 3
    assert broker.messages == plans
    assert sweep(db, broker, now=NOW) == 0


def test_what_a_broker_lost_is_sent_again(db: Database, plans: list[str]) -> None:
    broker = FakeBroker()
    sweep(db, broker, now=NOW)
    broker.messages.clear()
    assert sweep(db, broker, now=NOW) == 3
    assert broker.messages == plans


def test_a_plan_under_way_is_sent_again_only_when_its_lease_is_over(
    db: Database, plans: list[str]
) -> None:
    broker = FakeBroker()
    running, cancelled, waiting = plans
    claim_plan(db, now=NOW, settings=SETTINGS, plan_id=running)
    cancel_plan(db, cancelled, by="k", now=NOW)
    sweep(db, broker, now=NOW + timedelta(seconds=9))
    assert broker.messages == [waiting]
    broker.messages.clear()
    sweep(db, broker, now=NOW + timedelta(seconds=11))
    assert broker.messages == [running, waiting]


def test_without_plans_the_broker_is_left_alone(db: Database) -> None:
    assert sweep(db, FakeBroker(fails=1), now=NOW) == 0


def test_a_broker_that_is_down_for_a_while_gets_all_of_them_later(
    sqlite_db: Database,
) -> None:
    fill_city(sqlite_db)
    request = PlanRequest(service_date=NOW.date() + timedelta(days=1))
    asked = request_plan(sqlite_db, request, created_by="k", now=NOW).id
    broker, waits = FakeBroker(fails=2), [0.0]
    keep_sweeping(
        sqlite_db,
        broker,
        settings=SETTINGS,
        stopping=lambda: len(waits) > 4,
        wait=waits.append,
        clock=lambda: NOW,
    )
    assert broker.messages == [asked]
    assert waits[1:] == [1.0, 1.0, SETTINGS.poll_s, SETTINGS.poll_s]


def test_the_sweeper_outlives_a_database_that_is_gone_and_what_nobody_thought_of() -> None:
    gone, waits = Database("postgresql+psycopg://postgres@127.0.0.1:9/none").of(MAIN), [0.0]

    def broken_clock() -> datetime:
        if len(waits) > 1:
            raise ZeroDivisionError
        return NOW

    keep_sweeping(
        gone,
        FakeBroker(),
        settings=SETTINGS,
        stopping=lambda: len(waits) > 2,
        wait=waits.append,
        clock=broken_clock,
    )
    assert waits[1:] == [1.0, 1.0]
