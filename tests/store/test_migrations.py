"""The tables in code and the tables that migrations make are the same, on both databases."""

from datetime import date

import pytest
from alembic import command
from sqlalchemy import Date, bindparam, inspect, text
from sqlalchemy.exc import IntegrityError

from api.store.database import Database
from api.store.schema import configured, downgrade, is_current, migrate
from api.store.tables import metadata
from api.store.types import UtcInstant
from small_city import NOW


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


def test_plans_and_what_refers_to_them_outlive_the_way_down_and_up(empty_db: Database) -> None:
    migrate(empty_db, "0001")
    with empty_db.write() as tx:
        for plan_id in ("p1", "p2"):
            tx.execute(
                text(
                    "INSERT INTO plans (id, service_date, request, status, created_by, created_at) "
                    "VALUES (:id, :day, '{}', 'done', 'k', :at)"
                ).bindparams(bindparam("day", type_=Date), bindparam("at", type_=UtcInstant())),
                {"id": plan_id, "day": date(2026, 11, 24), "at": NOW},
            )
        tx.execute(text("INSERT INTO plan_documents VALUES ('p1', 'plan', '{}')"))
    migrate(empty_db)
    with empty_db.write() as tx:
        tx.execute(text("UPDATE plans SET status = 'published' WHERE id = 'p1'"))
    with pytest.raises(IntegrityError), empty_db.write() as tx:
        tx.execute(text("UPDATE plans SET status = 'published' WHERE id = 'p2'"))
    with pytest.raises(IntegrityError), empty_db.write() as tx:
        tx.execute(text("UPDATE plans SET status = 'lost' WHERE id = 'p2'"))
    downgrade(empty_db, "0001")
    with empty_db.read() as tx:
        assert set(tx.execute(text("SELECT status FROM plans")).scalars()) == {"done"}
        assert tx.execute(text("SELECT count(*) FROM plan_documents")).scalar() == 1
    with pytest.raises(IntegrityError), empty_db.write() as tx:
        tx.execute(text("UPDATE plans SET status = 'published' WHERE id = 'p2'"))


def test_a_rebuild_that_would_leave_rows_referring_to_nothing_is_undone(
    sqlite_db: Database,
) -> None:
    with pytest.raises(ValueError, match="refer to nothing"), sqlite_db.rebuild() as tx:
        tx.execute(text("INSERT INTO plan_documents VALUES ('none', 'plan', '{}')"))
    with sqlite_db.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM plan_documents")).scalar() == 0


def test_a_migration_that_fails_leaves_the_database_as_it_was(empty_db: Database) -> None:
    migrate(empty_db)
    with pytest.raises(Exception, match="9999"):
        migrate(empty_db, "9999")
    assert is_current(empty_db)
