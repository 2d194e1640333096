"""A database as one file, and back. The file is checked before it counts as a backup, and again
before anything is replaced by it.
"""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import inspect

from api.store.database import EVERY_FLEET, Database
from api.store.schema import knows


class NoBackup(Exception):  # noqa: N818  # it says what is the case
    """The file, the database or the machine does not allow it; `code` is for machines."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def back_up(db: Database, to: Path) -> str:
    """Write the whole database, pictures and all, as of one instant; its revision.

    The service goes on meanwhile. Raises NoBackup (`file_exists`, `missing_program`,
    `copy_failed`, `backup_failed`); the file is there only if it is whole.
    """
    if to.exists():
        raise NoBackup("file_exists", f"{to} is there already; name a new file")
    to.parent.mkdir(parents=True, exist_ok=True)
    part = to.with_name(f"{to.name}.part")
    part.unlink(missing_ok=True)
    try:
        if db.is_sqlite:
            _copy(_file(db), part)
            _without_log(part)
        else:
            whole = ("--format=custom", "--enable-row-security", f"--file={part}")
            _run_postgresql(db, "pg_dump", *whole)
        revision = revision_of(db, part)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.rename(to)
    finally:
        part.unlink(missing_ok=True)
    return revision


def restore(db: Database, backup: Path, *, replace: bool = False) -> str:
    """Make the database what the backup holds, all at once or not at all; its revision.

    Raises NoBackup: `not_empty` (there is a database, and `replace` was not said), `not_a_backup`,
    `backup_is_newer`, `missing_program`, `copy_failed`, `restore_failed`.
    """
    if not backup.is_file():
        raise NoBackup("not_a_backup", f"there is no file {backup}")
    revision = revision_of(db, backup)
    if not replace and _has_tables(db):
        raise NoBackup("not_empty", "the database holds something; --replace overwrites it")
    if db.is_sqlite:
        db.close()
        _file(db).parent.mkdir(parents=True, exist_ok=True)
        _copy(backup, _file(db))
    else:
        _restore_postgresql(db, backup)
    return revision


def revision_of(db: Database, backup: Path) -> str:
    """The revision of the tables in a backup for this kind of database.

    Raises NoBackup: `not_a_backup` if it is no whole backup, `backup_is_newer` if this version of
    the code does not know the tables.
    """
    found = _sqlite_revision(backup) if db.is_sqlite else _dumped_revision(db, backup)
    if not knows(found):
        text = f"{backup} has the tables of a newer version ({found}); install that one"
        raise NoBackup("backup_is_newer", text)
    return found


def _has_tables(db: Database) -> bool:
    if db.is_sqlite and not _file(db).exists():
        return False
    return bool(inspect(db.engine).get_table_names())


def _file(db: Database) -> Path:
    return Path(db.url.database or "")


def _copy(source: Path, target: Path) -> None:
    """SQLite's own backup, in one step: readers and writers of the source go on, and those of the
    target see either all of it or nothing.
    """
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    except sqlite3.Error as error:
        text = f"{source} cannot be copied to {target}: {error}"
        raise NoBackup("copy_failed", text) from None


def _without_log(path: Path) -> None:
    """One file, with no log of writes beside it."""
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode=DELETE")


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as found:
            yield found
    except sqlite3.Error as error:
        raise NoBackup("not_a_backup", f"{path} cannot be read: {error}") from None


def _sqlite_revision(path: Path) -> str:
    with _opened(path) as found:
        state = found.execute("PRAGMA integrity_check(1)").fetchone()[0]
        loose = found.execute("PRAGMA foreign_key_check").fetchone()
        if state != "ok" or loose is not None:
            raise NoBackup("not_a_backup", f"{path} is damaged: {state}, loose rows: {loose}")
        row = found.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None:
        raise NoBackup("not_a_backup", f"{path} has no tables of this service")
    return str(row[0])


def _dumped_revision(db: Database, path: Path) -> str:
    """Read without a database: a dump names the revision as its table of one row."""
    listed = ("--data-only", "--table=alembic_version", "--file=-", str(path))
    text = _run_postgresql(db, "pg_restore", *listed, code="not_a_backup")
    found = re.search(r"^COPY \S*alembic_version .*;\n(\w+)\n", text, flags=re.MULTILINE)
    if found is None:
        raise NoBackup("not_a_backup", f"{path} has no tables of this service")
    return found[1]


def _restore_postgresql(db: Database, backup: Path) -> None:
    """One transaction drops what is there, whatever its version, and makes what was."""
    quoted = db.engine.dialect.identifier_preparer.quote
    tables = [quoted(name) for name in inspect(db.engine).get_table_names()]
    db.close()
    with TemporaryDirectory(dir=backup.parent) as folder:
        script = Path(folder) / "restore.sql"
        whole = ("--no-owner", "--no-acl", f"--file={script}", str(backup))
        _run_postgresql(db, "pg_restore", *whole)
        drop = [f"--command=DROP TABLE {', '.join(tables)} CASCADE"] if tables else []
        once = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
        _run_postgresql(db, "psql", *once, *drop, f"--file={script}", f"--dbname={_plain(db)}")


def _plain(db: Database) -> str:
    """The address without the password, which would show in the list of processes."""
    url = db.url.set(drivername="postgresql", password=None)
    return url.render_as_string(hide_password=False)


def _run_postgresql(db: Database, program: str, *options: str, code: str = "") -> str:
    """What a program of PostgreSQL's client prints. Raises NoBackup."""
    if shutil.which(program) is None:
        text = f"the program {program} is missing; install PostgreSQL's client (postgresql-client)"
        raise NoBackup("missing_program", text)
    password = {} if db.url.password is None else {"PGPASSWORD": str(db.url.password)}
    everything = {"PGOPTIONS": f"-c binrounds.fleet={EVERY_FLEET}"}
    around = {**os.environ, **everything, **password}
    what = [program, *options] + ([_plain(db)] if program == "pg_dump" else [])
    done = subprocess.run(  # noqa: S603  # the program by its own name, options of ours
        what,
        env=around,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        failed = "backup_failed" if program == "pg_dump" else "restore_failed"
        said = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
        raise NoBackup(code or failed, f"{program}: {said[0]}")
    return done.stdout
