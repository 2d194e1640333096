"""Celery workers and the sweeper as real processes over real brokers, and what they survive."""

import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from brokers import OwnRedis
from kombu import Connection
from sqlalchemy import select
from worker_scene import LONG_S, ask, check_done, hurry, is_done, is_solving, tomorrow, until

from api.app import create_app
from api.config import Settings
from api.jobs.broker import CeleryBroker
from api.jobs.celery_app import celery_app
from api.jobs.celery_worker import plan_runner
from api.jobs.sweeper import BrokerUnavailable, sweep
from api.store.database import Database
from api.store.tables import workers
from api.usecases.fleets import MAIN
from api.usecases.health import readiness
from api.usecases.keys import create_key
from api.usecases.plans import PlanRecord, get_plan
from optimiser.domain.plan import Plan
from small_city import NOW, fill_city

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from api.cli import main; main()"]
NOBODY = "redis://127.0.0.1:9/0"

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(sqlite_db: Database, queue: str) -> Iterator[Start]:
    """Starts `binrounds` commands on the test's database and queue; they are killed at its end."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(url: str, *command: str) -> subprocess.Popen[bytes]:
        settings = {
            "DATABASE_URL": sqlite_db.url.render_as_string(hide_password=False),
            "BROKER_URL": url,
            "BROKER_QUEUE": queue,
            "LEASE_S": "1.5",
            "HEARTBEAT_S": "0.1",
            "POLL_S": "0.05",
        }
        environment = {f"BINROUNDS_{name}": value for name, value in settings.items()}
        process = subprocess.Popen(
            [*COMMAND, *command], env={**os.environ, **environment}, cwd=ROOT
        )
        started.append(process)
        return process

    yield begin
    for each in started:
        each.kill()
        each.wait()


def _junk(url: str, settings: Settings) -> None:
    """Messages that nobody should have sent."""
    name = settings.broker_queue
    options = celery_app(settings).conf.broker_transport_options
    with Connection(url, transport_options=options) as connection:
        producer = connection.Producer()
        task = {"task": "binrounds.run_plan", "id": "x", "lang": "py"}
        for headers, body, kind in (
            ({}, b"\xff\x00 not json", "application/json"),
            (task, pickle.dumps(([["a"]], {}, {})), "application/x-python-serialize"),
            (task, json.dumps([[{"no": "id"}], {}, {}]).encode(), "application/json"),
            (task, json.dumps([["of no plan"], {}, {}]).encode(), "application/json"),
            (task, json.dumps([[], {"wrong": 1}, {}]).encode(), "application/json"),
            ({**task, "task": "os.system"}, b'[["true"], {}, {}]', "application/json"),
        ):
            encoding = "utf-8" if kind.endswith("json") else "binary"
            producer.publish(
                body,
                headers=headers,
                content_type=kind,
                content_encoding=encoding,
                routing_key=name,
                exchange="",
            )


def test_each_plan_is_done_once_though_a_worker_dies_and_messages_are_doubled_or_junk(
    sqlite_db: Database,
    start: Start,
    broker_url: str,
    queue: str,
) -> None:
    db = sqlite_db
    fill_city(db, bins=12)
    long = ask(db, seconds=LONG_S)
    short = ask(db, seconds=5, solutions=1)
    settings = Settings(broker_url=broker_url, broker_queue=queue)
    broker = CeleryBroker(settings)
    assert sweep(db, broker, now=datetime.now(UTC)) == broker.waiting() == 2
    _junk(broker_url, settings)
    for _ in range(2):
        broker.send(long)
        broker.send(short)
    first = start(broker_url, "worker", "--celery")
    until(db, long, is_solving)
    first.kill()
    first.wait()
    hurry(db, long)
    start(broker_url, "worker", "--celery")

    def swept(record: PlanRecord) -> bool:
        sweep(db, broker, now=datetime.now(UTC))
        return is_done(record)

    until(db, long, swept)
    check_done(db, short)
    check_done(db, long, attempt=2)
    broker.close()


def test_while_the_broker_is_down_plans_are_taken_and_when_it_is_back_they_are_made(
    sqlite_db: Database,
    start: Start,
    own_redis: OwnRedis,
) -> None:
    db = sqlite_db
    fill_city(db, bins=12)
    own_redis.start()
    start(own_redis.url, "worker", "--celery")
    start(own_redis.url, "sweep")
    under_way = ask(db, seconds=3)
    until(db, under_way, lambda record: record.status == "running")
    own_redis.kill()
    check_done(db, under_way)  # and its message cannot be confirmed
    settings = Settings(
        database_url=db.url.render_as_string(hide_password=False), broker_url=own_redis.url
    )
    key = create_key(db, role="dispatcher", now=datetime.now(UTC)).secret
    answer = create_app(settings).test_client().post(
        "/v1/plans",
        json={"service_date": tomorrow().isoformat(), "seconds": 5, "solutions": 1},
        headers={"Authorization": f"Bearer {key}"},
    )  # fmt: skip
    assert answer.status_code == 202
    own_redis.start()
    check_done(db, answer.json["id"])


def test_sigterm_puts_the_plan_back_and_ends_worker_and_sweeper(
    sqlite_db: Database,
    start: Start,
    rabbitmq_url: str,
) -> None:
    db = sqlite_db
    fill_city(db, bins=12)
    plan_id = ask(db, seconds=LONG_S)
    worker, sweeper = start(rabbitmq_url, "worker", "--celery"), start(rabbitmq_url, "sweep")
    until(db, plan_id, is_solving)
    assert readiness(db, now=datetime.now(UTC)).workers == 1
    with db.read() as tx:
        assert tx.execute(select(workers.c.name)).scalars().all()
    for each in (sweeper, worker):
        each.send_signal(signal.SIGTERM)
        assert each.wait(timeout=20) == 0
    back = get_plan(db, plan_id)
    assert (back.status, back.attempt) == ("queued", 0)


def test_a_message_that_names_no_plan_of_ours_is_dropped(sqlite_db: Database) -> None:
    run = _runner(sqlite_db)
    for junk in (None, 7, ["x"], {"id": 1}, "of no plan", "a\0b", "x" * 100_000):
        run(junk)


def test_a_database_that_is_gone_leaves_the_plan_to_the_sweeper_and_takes_its_time() -> None:
    waits: list[float] = []
    run = _runner(
        Database("postgresql+psycopg://postgres@127.0.0.1:9/none").of(MAIN), wait=waits.append
    )
    run("01m85x0vt64048z8ayjqpstggk")
    assert waits == [1.0]


def test_a_doubled_message_does_not_run_a_plan_again(sqlite_db: Database) -> None:
    fill_city(sqlite_db)
    made: list[str] = []

    def planner(problem: Any, **_: Any) -> Plan:
        made.append("plan")
        run(plan_id)  # the double comes while the plan is being made
        return Plan(service_date=problem.service_date, timezone=problem.timezone)

    plan_id = ask(sqlite_db, seconds=1)
    run = _runner(sqlite_db, planner=planner)
    run(plan_id)
    run(plan_id)
    assert made == ["plan"]
    assert get_plan(sqlite_db, plan_id).status == "done"


def test_nobody_at_the_brokers_address_is_told_in_time(queue: str) -> None:
    for url in (NOBODY, "amqp://127.0.0.1:9//"):
        broker = CeleryBroker(Settings(broker_url=url, broker_queue=queue))
        with pytest.raises(BrokerUnavailable):
            broker.waiting()
        with pytest.raises(BrokerUnavailable):
            broker.send("x")


def _runner(db: Database, **given: Any) -> Callable[[Any], None]:
    options = {"stopping": lambda: False, "wait": lambda _: None, "clock": lambda: NOW}
    return plan_runner(db, settings=Settings(heartbeat_s=0.02), **(options | given))
