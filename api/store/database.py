"""The one way to the database: short transactions, reading or writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url

from api.store.failures import unavailable
from api.store.scope import fleet_or_none, keep_fleets_apart, options_for

_ONE_SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

EVERY_FLEET = "*"
"""What is said to PostgreSQL's policies by what concerns all fleets: migrations and backups. It is
no fleet's id."""
_LOG_KEPT = 16 * 1024 * 1024
"""So many bytes SQLite's log of writes keeps when it starts over; the rest goes to the disk."""


class Database:
    """A database by URL. Connects on first use; safe to share between threads.

    Its transactions are for no fleet: `of` gives the same database for one.

    `read` and `write` raise StoreUnavailable when it is locked, full or gone, after
    `busy_timeout_s` at the latest where another writer holds it.
    """

    def __init__(self, url: str, *, busy_timeout_s: float = 1.5) -> None:
        self.url: URL = make_url(url)
        self.engine = _engine(self.url, busy_timeout_s)
        keep_fleets_apart(self.engine)
        self._rebuilder = self.engine.execution_options(writes=True, rebuilds=True)
        self._bind(None)

    def of(self, fleet_id: str | None) -> Self:
        """The same database, connections and all, for the transactions of one fleet; or of none.

        Nothing is asked: a fleet that there is not has nothing.
        """
        made = copy(self)
        made._bind(fleet_id)  # noqa: SLF001  # of its own class
        return made

    def _bind(self, fleet_id: str | None) -> None:
        self.fleet_id = fleet_id
        whose = options_for(fleet_id)
        one_state = {} if self.is_sqlite else _ONE_SNAPSHOT
        self._writer = self.engine.execution_options(writes=True, **whose)
        self._reader = self.engine.execution_options(**one_state, **whose)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state and writes nothing."""
        with _transaction(self._reader) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is committed at the end, or rolled back on any exception."""
        with _transaction(self._writer) as connection:
            yield connection

    @contextmanager
    def rebuild(self) -> Iterator[Connection]:
        """As `write`, for migrations: SQLite alters a table by copying and dropping it, which
        with foreign keys on would delete all that refers to it. They are checked at the end.
        """
        with _transaction(self._rebuilder) as connection:
            yield connection
            if self.is_sqlite:
                loose = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if loose:
                    raise ValueError(f"{len(loose)} rows would refer to nothing: {loose[:3]}")

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.begin() as connection:
            yield connection
    except Exception as error:
        failure = unavailable(error)
        if failure is None:
            raise
        raise failure from error


def _engine(url: URL, busy_timeout_s: float) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url, connect_args={"timeout": busy_timeout_s}, pool_size=8, pool_timeout=2
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    milliseconds = int(busy_timeout_s * 1000)
    engine = create_engine(
        url,
        connect_args={"connect_timeout": 2, "options": f"-c lock_timeout={milliseconds}"},
        pool_size=8,
        pool_timeout=2,
        pool_pre_ping=True,
    )
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself; _begin_sqlite does
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    if pages == 0:  # pages can then be given back; later it only waits for whoever writes
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
    # A log of writes that has grown is cut again.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"journal_size_limit={_LOG_KEPT}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_postgresql(connection: Connection) -> None:
    """Name the fleet to the policies of the tables, until the transaction ends."""
    rebuilds = connection.get_execution_options().get("rebuilds")
    fleet_id = EVERY_FLEET if rebuilds else fleet_or_none(connection)
    if fleet_id is not None:
        named = "SELECT set_config('binrounds.fleet', %s, true)"
        connection.exec_driver_sql(named, (fleet_id,))


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: one that only read first would fail half-way
    # (SQLITE_BUSY_SNAPSHOT) whenever another wrote in between.
    options = connection.get_execution_options()
    # Outside transactions only, so it is set anew before each, and never leaks into the next.
    connection.exec_driver_sql(f"PRAGMA foreign_keys={'OFF' if options.get('rebuilds') else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")
