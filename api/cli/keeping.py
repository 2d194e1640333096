"""`binrounds backup`, `restore` and `prune`: what keeps the data of years."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import click

from api.cli.common import Refused, database, json_option, say_errors, settings, show
from api.store.database import Database
from api.store.files import bound_log, give_back
from api.usecases.fleets import each_fleet
from api.usecases.ports import utc_now
from api.usecases.upkeep import prune as prune_old


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@say_errors
def backup(file: Path, as_json: bool) -> None:
    """Write the whole database to FILE, which must be new, while the service goes on.

    PostgreSQL's needs the program pg_dump of its client.
    """
    from api.store import backups  # noqa: PLC0415  # alembic is slow to import

    with database(settings()) as db, _refusals():
        revision = backups.back_up(db, file)
    size = file.stat().st_size
    if as_json:
        show({"file": str(file), "bytes": size, "revision": revision})
    else:
        click.echo(f"{file}: {size / 1e6:.1f} MB, checked, tables of revision {revision}")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Overwrite what the database holds now.")
@json_option
@say_errors
def restore(file: Path, replace: bool, as_json: bool) -> None:
    """Make the database what FILE holds, then bring it to this version's tables.

    All of it or nothing. Stop the service first: what it took in since the backup is lost.
    """
    from api.store import backups  # noqa: PLC0415  # alembic is slow to import
    from api.store.schema import is_current, migrate  # noqa: PLC0415  # as above

    found = settings()
    db = Database(found.database_url, busy_timeout_s=15)
    try:
        with _refusals():
            revision = backups.restore(db, file, replace=replace)
        migrate(db)
        if not is_current(db):
            raise Refused("restore_failed", "the restored tables are not this version's")
    finally:
        db.close()
    if as_json:
        show({"file": str(file), "revision": revision, "current": True})
    else:
        click.echo(f"restored {file}, revision {revision}, now with this version's tables")


@click.command()
@click.option("--days", type=click.IntRange(42, 3650), help="Readings kept; else the setting's.")
@json_option
@say_errors
def prune(days: int | None, as_json: bool) -> None:
    """Drop readings that are older than they are kept, in small steps, and give room back.

    Workers do so by themselves every hour, except for giving room back.
    """
    found = settings()
    kept = found.readings_kept_days if days is None else days
    with database(found) as db:
        done = [
            prune_old(
                mine,
                now=utc_now(),
                readings_kept=timedelta(days=kept),
                quarantine_kept=timedelta(days=found.quarantine_kept_days),
            )
            for mine in each_fleet(db)
        ]
        give_back(db)
        bound_log(db, largest=0)
    readings = sum(each.readings for each in done)
    quarantined = sum(each.quarantined for each in done)
    if as_json:
        show({"readings": readings, "quarantined": quarantined, "kept_days": kept})
    else:
        click.echo(f"dropped {readings} readings and {quarantined} kept aside")


@contextmanager
def _refusals() -> Iterator[None]:
    from api.store.backups import NoBackup  # noqa: PLC0415  # alembic is slow to import

    try:
        yield
    except NoBackup as error:
        raise Refused(error.code, error.detail) from None
