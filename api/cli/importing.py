"""`binrounds import`: files or a folder of them into the database."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from api.cli.common import Refused, database, fleet_option, json_option, say_errors, settings, show
from api.config import Settings
from api.store.catalogue import BINS, DEPOTS, DISPOSAL_SITES, TRUCKS, Kind
from api.store.database import Database
from api.usecases.errors import InvalidImport
from api.usecases.fleets import MAIN
from api.usecases.imports import (
    Format,
    OnProgress,
    import_emptyings,
    import_file,
    import_readings,
)
from api.usecases.ports import utc_now
from api.usecases.readings import ReadingProblem

KINDS = ("depots", "disposal_sites", "trucks", "bins", "readings", "emptyings")
"""In the order in which they need each other."""

_CATALOGUE: dict[str, Kind[Any]] = {
    each.name: each for each in (DEPOTS, DISPOSAL_SITES, TRUCKS, BINS)
}
_FORMATS: dict[str, Format] = {".csv": "csv", ".tsv": "csv", ".geojson": "geojson", ".json": "json"}


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice(KINDS), help="What the files hold, if not their name.")
@fleet_option
@json_option
@say_errors
def import_files(paths: tuple[Path, ...], kind: str | None, fleet_id: str, as_json: bool) -> None:
    """Import PATHS: files, or folders of them.

    A file's name says what it holds: depots, disposal_sites, trucks, bins, readings or
    emptyings, with .csv, .json or .geojson. Each file is imported whole or not at all;
    readings that make no sense go to quarantine.
    """
    files = files_to_import(paths, kind)
    with database(settings(), migrated=True, fleet_id=fleet_id) as db:
        done = [import_one(db, path, name, quiet=as_json) for path, name in files]
    if as_json:
        show({"imported": done})


def files_to_import(paths: Sequence[Path], kind: str | None = None) -> list[tuple[Path, str]]:
    """Files with what they hold, in the order in which they need each other. Raises Refused."""
    return _in_order([found for path in paths for found in _files(path, kind)])


def _files(path: Path, kind: str | None) -> list[tuple[Path, str]]:
    if not path.exists():
        raise Refused("not_usable", f"{path}: there is no such file or folder")
    if not path.is_dir():
        return [(path, kind or _kind_of(path) or _unknown(path))]
    found = [(each, _kind_of(each)) for each in sorted(path.iterdir()) if each.suffix in _FORMATS]
    known = [(each, name) for each, name in found if name is not None]
    if not known:
        raise Refused("nothing_to_import", f"{path}: no file is named {', '.join(KINDS)}")
    return known


def _unknown(path: Path) -> str:
    raise Refused("unknown_kind", f"{path}: its name is none of {', '.join(KINDS)}; give --kind")


def _kind_of(path: Path) -> str | None:
    """By name: bins.csv, and bins-north.csv too."""
    return next((each for each in KINDS if path.stem.split("-")[0].lower() == each), None)


def _in_order(files: Sequence[tuple[Path, str]]) -> list[tuple[Path, str]]:
    return sorted(files, key=lambda each: KINDS.index(each[1]))


def import_one(db: Database, path: Path, kind: str, *, quiet: bool) -> dict[str, Any]:
    """Import a file of a kind, and say what came of it. Raises InvalidImport, OSError."""
    raw = path.read_bytes()
    form = _format(path, raw)
    try:
        counts, aside = _counts(db, path.name, raw, kind, form, quiet=quiet)
    except InvalidImport as error:
        error.detail = f"{path}: {error.detail}"
        raise
    if not quiet:
        told = ", ".join(f"{count} {name}" for name, count in counts.items())
        click.echo(f"{path.name}: {told}")
        _tell_reasons(aside)
    rows = [{"row": each.index + 1, **_reason(each)} for each in aside]
    return {"file": str(path), "kind": kind, **counts, **({"problems": rows} if rows else {})}


@contextmanager
def database_of(folder: Path, service: Settings) -> Iterator[Database]:
    """A folder's files imported into a database that is gone afterwards.

    Raises Refused, InvalidImport.
    """
    if not folder.is_dir():
        raise Refused("not_usable", f"{folder}: there is no such folder")
    files = files_to_import([folder])
    with TemporaryDirectory() as beside:
        found = service.model_copy(update={"database_url": f"sqlite:///{beside}/city.sqlite3"})
        with database(found, migrated=True, fleet_id=MAIN) as db:
            for path, kind in files:
                import_one(db, path, kind, quiet=True)
            yield db


def _counts(
    db: Database, name: str, raw: bytes, kind: str, form: Format, *, quiet: bool
) -> tuple[dict[str, int], Sequence[ReadingProblem]]:
    now = utc_now()
    if kind in _CATALOGUE:
        return asdict(import_file(db, _CATALOGUE[kind], raw, format=form, now=now)), ()
    if kind == "emptyings":
        return asdict(import_emptyings(db, raw, format=form, now=now)), ()
    with _bar(name, quiet=quiet) as on_progress:
        result = import_readings(db, raw, format=form, now=now, on_progress=on_progress)
    counts = {
        "accepted": result.accepted,
        "duplicate": result.duplicate,
        "quarantined": result.quarantined,
    }
    return counts, result.problems


def _reason(problem: ReadingProblem) -> dict[str, str]:
    return {"reason": problem.reason, "detail": problem.detail}


def _tell_reasons(aside: Sequence[ReadingProblem]) -> None:
    """How many readings went to quarantine for which reason, each with its first row."""
    first: dict[str, ReadingProblem] = {}
    for each in aside:
        first.setdefault(each.reason, each)
    for reason, count in Counter(each.reason for each in aside).most_common():
        seen = first[reason]
        click.echo(f"  {count} {reason}, first in row {seen.index + 1}: {seen.detail}", err=True)


def _format(path: Path, raw: bytes) -> Format:
    form = _FORMATS.get(path.suffix.lower())
    if form is None:
        raise Refused("unknown_format", f"{path}: the name must end in {', '.join(_FORMATS)}")
    if form == "json" and raw.lstrip()[:1] == b"{" and b'"FeatureCollection"' in raw[:4096]:
        return "geojson"
    return form


@contextmanager
def _bar(name: str, *, quiet: bool) -> Iterator[OnProgress | None]:
    """A progress bar on stderr, gone when done; None where nobody would see it."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield None
        return
    columns = (TextColumn(name), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(name, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
