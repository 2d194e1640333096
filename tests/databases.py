"""Databases for tests: a fresh SQLite file, and a PostgreSQL database where one answers.

`db` has the tables and nothing in them, `empty_db` has not even those; both run a test once
on each database. `sqlite_db` is for tests about something else. All but `empty_db` are for the
main fleet; `db.of` gives them for another. They do not wait for the disk: a test that kills
processes sees the same, and what a power cut leaves is the setting's business.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.event import listens_for

from api.store.database import Database
from api.store.schema import migrate
from api.store.tables import metadata
from api.usecases.fleets import MAIN

SERVER = make_url(
    os.environ.get(
        "BINROUNDS_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
    )
)
BOTH = ("sqlite", "postgresql")


def run_sql(statement: str) -> None:
    psycopg = import_module("psycopg")
    plain = SERVER.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True, connect_timeout=2) as connection:
        connection.execute(statement)


@pytest.fixture(scope="session")
def new_postgresql() -> Iterator[Callable[[], str]]:
    """Makes databases of the session's own, and drops them at its end."""
    psycopg = pytest.importorskip("psycopg", reason="PostgreSQL's driver is not installed")
    try:
        run_sql("SELECT 1")
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL answers at {SERVER} (BINROUNDS_TEST_POSTGRESQL): {error}")
    made: list[str] = []

    def make() -> str:
        name = f"binrounds_test_{uuid4().hex}"
        run_sql(f"CREATE DATABASE {name}")
        made.append(name)
        run_sql(f"ALTER DATABASE {name} SET synchronous_commit TO off")
        return SERVER.set(database=name).render_as_string(hide_password=False)

    yield make
    for name in made:
        run_sql(f"DROP DATABASE {name} WITH (FORCE)")


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


@pytest.fixture(scope="session")
def bare_postgresql_url(new_postgresql: Callable[[], str]) -> str:
    """One database for the whole session, which `empty_db` makes bare for each test."""
    return new_postgresql()


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
    db = opened(sqlite_url).of(MAIN)
    yield db
    db.close()


def opened(url: str) -> Database:
    """A database; SQLite's leaves it to the system when its file is on the disk."""
    db = Database(url)
    if db.is_sqlite:

        @listens_for(db.engine, "connect")
        def hurry(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA synchronous=OFF")

    return db


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
    names = [each.name for each in reversed(metadata.sorted_tables) if each.name != "fleets"]
    drops = [*(f"DELETE FROM {each}" for each in names), "DELETE FROM fleets WHERE id <> 'main'"]
    with db.write() as connection:
        connection.exec_driver_sql(";".join(drops))
    db.close()


@pytest.fixture
def db(db_url: str) -> Iterator[Database]:
    made = opened(db_url).of(MAIN)
    yield made
    made.close()


@pytest.fixture(params=BOTH)
def empty_db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        made = opened(f"sqlite:///{tmp_path / 'new' / 'empty.sqlite3'}")
        (tmp_path / "new").mkdir()
    else:
        made = Database(request.getfixturevalue("bare_postgresql_url"))
        with made.write() as connection:  # a database made anew would cost a second
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    yield made
    made.close()
