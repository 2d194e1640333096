"""Databases to measure in: bins with a sensor each, and as many old readings as wanted."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text

from api.store import catalogue
from api.store.catalogue import BINS
from api.store.database import Database
from api.store.schema import migrate
from optimiser.domain.bins import Bin
from optimiser.domain.places import GeoPoint

_AT_A_TIME = 1000
_OLD = {
    "sqlite": """
        INSERT INTO readings (fleet_id, time, sensor_id, sequence, bin_id, fill, quality)
        WITH RECURSIVE numbers (n) AS
          (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :rows)
        SELECT :of_fleet, :until - (:rows - n) / :bins * 3600000000, printf('s-%06d', n % :bins), 0,
               printf('b-%06d', n % :bins), 0.5, 0
        FROM numbers""",
    "postgresql": """
        INSERT INTO readings (fleet_id, time, sensor_id, sequence, bin_id, fill, quality)
        SELECT :of_fleet, to_timestamp(:until / 1e6) - make_interval(hours => (:rows - n) / :bins),
               's-' || lpad((n % :bins)::text, 6, '0'), 0,
               'b-' || lpad((n % :bins)::text, 6, '0'), 0.5, 0
        FROM generate_series(0, :rows - 1) AS n""",
}


def sensor(number: int) -> str:
    """The sensor of a bin."""
    return f"s-{number:06d}"


@contextmanager
def new_postgresql(server: str) -> Iterator[str]:
    """A database of its own on a server, dropped at the end."""
    name = f"binrounds_bench_{uuid4().hex[:12]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        engine.dispose()


def furnish(db: Database, *, bins: int, rows: int) -> None:
    """Tables, bins, and hourly readings of all of them until an hour ago, by the database alone."""
    now = datetime.now(UTC)
    migrate(db)
    with db.write() as tx:
        for start in range(0, bins, _AT_A_TIME):
            numbers = range(start, min(start + _AT_A_TIME, bins))
            catalogue.insert(tx, BINS, [_bin(number) for number in numbers], now=now)
        if rows:
            until = int((now - timedelta(hours=1)).timestamp() * 1e6)
            fill = text(_OLD[tx.dialect.name])
            tx.execute(fill, {"rows": rows, "bins": bins, "until": until})
    _settle(db)


def _bin(number: int) -> Bin:
    place = GeoPoint(lon=12.5 + number % 100 * 0.001, lat=55.6 + number // 100 * 0.001)
    return Bin(
        id=f"b-{number:06d}", place=place, fraction="residual", volume_l=1000,
        sensor_id=sensor(number),
    )  # fmt: skip


def _settle(db: Database) -> None:
    """Leave the database as one that has run for long: no work of filling it is put off."""
    with db.engine.connect() as connection:
        if db.is_sqlite:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
        else:
            connection.commit()
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("VACUUM ANALYZE")
            connection.exec_driver_sql("CHECKPOINT")
