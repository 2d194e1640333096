"""What a worker and a sweeper do beside plans."""

from threading import Event
from zoneinfo import ZoneInfo

import pytest

from api.config import Settings
from api.jobs import sweeper, worker
from api.jobs.beside import start_beside
from api.store.database import Database
from api.store.states import stale_bins
from api.usecases.keys import LOCAL_ADMIN
from api.usecases.readings import ingest_readings
from api.usecases.states import refresh_fill_states
from small_city import NOW, a_reading, fill_city


def stale(db: Database) -> set[str]:
    with db.read() as tx:
        return set(stale_bins(tx, NOW).versions)


def test_states_become_fresh_while_no_plan_asks_for_them(db: Database) -> None:
    fill_city(db)
    refresh_fill_states(db, now=NOW, zone=ZoneInfo("Europe/Copenhagen"))
    ingest_readings(db, [a_reading(1)], principal=LOCAL_ADMIN, now=NOW)
    assert stale(db) == {"bin-1"}
    over = Event()
    threads = start_beside(
        db, Settings(), stopping=over.is_set, wait=lambda _: over.wait(0.01), clock=lambda: NOW
    )
    try:
        for _ in range(2000):
            if not stale(db):
                break
            over.wait(0.01)
    finally:
        over.set()
        for each in threads:
            each.join()
    assert stale(db) == set()


def test_a_sweeper_starts_it_as_a_worker_does(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr("api.jobs.worker.get_ready", lambda: None)
    for module, loop in ((sweeper, "keep_sweeping"), (worker, "work")):
        monkeypatch.setattr(module, loop, lambda *_, **__: None)
        monkeypatch.setattr(
            module, "start_beside", lambda *_, name=module.__name__, **__: started.append(name)
        )
    settings = Settings(database_url=sqlite_url, broker_url="redis://127.0.0.1:9/0")
    sweeper.run_sweeper(settings)
    worker.run_worker(settings)
    assert started == ["api.jobs.sweeper", "api.jobs.worker"]
