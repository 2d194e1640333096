"""What the database alone does with a batch: a table of the same columns and key, nothing else."""

from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Engine, create_engine

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
Row = tuple[datetime, str, int, str, float, int]


class Raw(Protocol):
    """Writes a batch in one transaction."""

    def write(self, rows: list[Row]) -> None: ...
    def close(self) -> None: ...


def open_raw(url: str) -> Raw:
    """The driver itself, connected to the database of the service."""
    return _Sqlite(url) if url.startswith("sqlite") else _Postgresql(url)


def _driver_of(engine: Engine) -> Any:
    return engine.raw_connection().driver_connection


class _Sqlite:
    """`executemany` under synchronous=FULL."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url)
        self._connection = _driver_of(self._engine)
        self._connection.isolation_level = None
        for line in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"):
            self._connection.execute(line)
        self._connection.execute(
            "CREATE TABLE bench_raw (time BIGINT, sensor_id VARCHAR(64), sequence BIGINT, "
            "bin_id VARCHAR(64) NOT NULL, fill FLOAT NOT NULL, quality SMALLINT NOT NULL, "
            "PRIMARY KEY (time, sensor_id, sequence)) WITHOUT ROWID"
        )

    def write(self, rows: list[Row]) -> None:
        plain = [((time - _EPOCH) // timedelta(microseconds=1), *rest) for time, *rest in rows]
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("INSERT INTO bench_raw VALUES (?, ?, ?, ?, ?, ?)", plain)
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._engine.dispose()


class _Postgresql:
    """`COPY`."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url)
        self._connection = _driver_of(self._engine)
        self._connection.execute("CREATE TABLE bench_raw (LIKE readings INCLUDING ALL)")
        self._connection.commit()

    def write(self, rows: list[Row]) -> None:
        cursor = self._connection.cursor()
        with cursor, cursor.copy("COPY bench_raw FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        self._connection.commit()

    def close(self) -> None:
        self._engine.dispose()
