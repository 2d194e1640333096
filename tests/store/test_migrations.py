"""The tables in code and the tables that migrations make are the same, on both databases."""

import pytest
from alembic import command
from sqlalchemy import inspect

from api.store.database import Database
from api.store.schema import configured, downgrade, is_current, migrate
from api.store.tables import metadata


def test_the_migrations_make_exactly_the_tables_of_the_code(empty_db: Database) -> None:
    migrate(empty_db)
    with configured(empty_db) as config:
        command.check(config)  # raises when they differ


def test_migrating_again_changes_nothing(empty_db: Database) -> None:
    migrate(empty_db)
    migrate(empty_db)
    assert is_current(empty_db)


def test_an_empty_database_is_not_current(empty_db: Database) -> None:
    assert not is_current(empty_db)


def test_the_way_down_leaves_nothing_and_the_way_up_works_again(empty_db: Database) -> None:
    migrate(empty_db)
    downgrade(empty_db, "base")
    assert set(inspect(empty_db.engine).get_table_names()) == {"alembic_version"}
    migrate(empty_db)
    made = set(inspect(empty_db.engine).get_table_names())
    assert made == {"alembic_version", *metadata.tables}


def test_a_migration_that_fails_leaves_the_database_as_it_was(empty_db: Database) -> None:
    migrate(empty_db)
    with pytest.raises(Exception, match="0002"):
        migrate(empty_db, "0002")
    assert is_current(empty_db)
