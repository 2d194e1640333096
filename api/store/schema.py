"""Bringing a database to this code's tables, and telling whether it is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from api.store.database import Database

_MIGRATIONS = Path(__file__).parent.parent / "migrations"
_LOCK = 0x62696E73
"""Names the advisory lock that lets one process migrate at a time on PostgreSQL."""


def migrate(db: Database, to: str = "head") -> None:
    """Upgrade to a revision, all in one transaction. Makes an SQLite file's directory."""
    if db.is_sqlite and db.url.database:
        Path(db.url.database).parent.mkdir(parents=True, exist_ok=True)
    with configured(db) as config:
        command.upgrade(config, to)


def downgrade(db: Database, to: str) -> None:
    """Go back to a revision; "base" is before the first."""
    with configured(db) as config:
        command.downgrade(config, to)


def is_current(db: Database) -> bool:
    """Whether the database is at this code's newest revision."""
    with db.read() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory.from_config(_config()).get_current_head()


def knows(revision: str) -> bool:
    """Whether this code has that revision, its newest or one before."""
    scripts = ScriptDirectory.from_config(_config())
    return any(each.revision == revision for each in scripts.walk_revisions())


@contextmanager
def configured(db: Database) -> Iterator[Config]:
    """Alembic's configuration within a writing transaction."""
    with db.rebuild() as connection:
        if not db.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config = _config()
        config.attributes["connection"] = connection
        yield config


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config
