"""Databases for tests: a fresh SQLite file, and a PostgreSQL database where one answers.

`db` has the tables and nothing in them, `empty_db` has not even those; both run a test once
on each database. `sqlite_db` is for tests about something else.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import delete, make_url

from api.store.database import Database
from api.store.schema import migrate
from api.store.tables import metadata

SERVER = make_url(
    os.environ.get(
        "BINROUNDS_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
    )
)
BOTH = ("sqlite", "postgresql")


def _run(statement: str) -> None:
    psycopg = import_module("psycopg")
    plain = SERVER.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True, connect_timeout=2) as connection:
        connection.execute(statement)


@pytest.fixture(scope="session")
def new_postgresql() -> Iterator[Callable[[], str]]:
    """Makes databases of the session's own, and drops them at its end."""
    psycopg = pytest.importorskip("psycopg", reason="PostgreSQL's driver is not installed")
    try:
        _run("SELECT 1")
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL answers at {SERVER} (BINROUNDS_TEST_POSTGRESQL): {error}")
    made: list[str] = []

    def make() -> str:
        name = f"binrounds_test_{uuid4().hex}"
        _run(f"CREATE DATABASE {name}")
        made.append(name)
        return SERVER.set(database=name).render_as_string(hide_password=False)

    yield make
    for name in made:
        _run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "binrounds.sqlite3"
    _migrated(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def postgresql_url(new_postgresql: Callable[[], str]) -> str:
    """One database with tables for the whole session; `db` empties it for each test."""
    url = new_postgresql()
    _migrated(url).close()
    return url


def _migrated(url: str) -> Database:
    db = Database(url)
    migrate(db)
    return db


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "binrounds.sqlite3"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def sqlite_db(sqlite_url: str) -> Iterator[Database]:
    db = Database(sqlite_url)
    yield db
    db.close()


@pytest.fixture(params=BOTH)
def db_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database with tables."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    url = str(request.getfixturevalue("postgresql_url"))
    _empty(url)
    return url


def _empty(url: str) -> None:
    db = Database(url)
    with db.write() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
    db.close()


@pytest.fixture
def db(db_url: str) -> Iterator[Database]:
    made = Database(db_url)
    yield made
    made.close()


@pytest.fixture(params=BOTH)
def empty_db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path / 'new' / 'empty.sqlite3'}")
        (tmp_path / "new").mkdir()
    else:
        made = Database(request.getfixturevalue("new_postgresql")())
    yield made
    made.close()
