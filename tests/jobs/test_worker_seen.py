"""A worker says every few seconds that it is there, and is forgotten when it is long gone."""

from datetime import timedelta
from itertools import count

from sqlalchemy import select

from api.config import Settings
from api.jobs.worker import work
from api.store import workers
from api.store.database import Database
from api.store.tables import workers as table
from api.usecases.health import readiness
from api.usecases.names import worker_name
from small_city import NOW


def test_an_idle_worker_is_seen_and_a_long_silent_one_forgotten(db: Database) -> None:
    with db.write() as tx:
        workers.seen(tx, "long-gone", NOW - timedelta(days=2))
    seconds, turns = count(), count()
    work(
        db,
        settings=Settings(),
        stopping=lambda: next(turns) >= 3,
        wait=lambda _seconds: None,
        clock=lambda: NOW + timedelta(seconds=next(seconds)),
    )
    last = NOW + timedelta(seconds=next(seconds) - 1)
    with db.read() as tx:
        (row,) = tx.execute(select(table)).all()
    assert row.name == worker_name()
    assert last - timedelta(seconds=15) < row.seen_at <= last
    assert readiness(db, now=row.seen_at).workers == 1
