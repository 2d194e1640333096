"""`binrounds simulate`: policies on a city's digital twin."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from subprocess import Popen
from tempfile import TemporaryDirectory

import click
import numpy as np
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from api.cli.common import Refused, database, json_option, say_errors, settings, show
from api.cli.importing import files_to_import, import_one
from api.config import Settings as ServiceSettings
from api.store.catalogue import BINS, DEPOTS, DISPOSAL_SITES, TRUCKS, fetch_all
from api.store.database import Database
from api.store.history import fetch_arrays
from api.store.readings import fetch_emptyings
from optimiser.forecast.arrays import NO_DEVICE
from optimiser.selection import SelectionParams
from optimiser.simulator import City, OtherRuns, Record, Settings, UnknownPolicy, compare
from optimiser.simulator.report import write_page, write_tables
from optimiser.simulator.table import rows_of, table_of
from optimiser.solvers import get_ready
from optimiser.wire import field_problems

MOST_SEEDS = 1000
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class _Seeds(click.ParamType[tuple[int, ...]]):
    name = "N|A-B|A,B,..."

    def convert(
        self,
        value: str | tuple[int, ...],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        found = self._seeds(value)
        if not 1 <= len(found) <= MOST_SEEDS or len(set(found)) < len(found):
            self.fail(
                f"{value!r} is not a number of seeds from 1 to {MOST_SEEDS}, a span as 11-15, or a "
                "list as 3,7,9",
                param,
                ctx,
            )
        return found

    def _seeds(self, value: str) -> tuple[int, ...]:
        if re.fullmatch(r"\d{1,6}", value):
            return tuple(range(1, min(int(value), MOST_SEEDS + 1) + 1))
        if span := re.fullmatch(r"(\d{1,9})-(\d{1,9})", value):
            first, last = int(span[1]), int(span[2])
            return tuple(range(first, min(last, first + MOST_SEEDS) + 1))
        if re.fullmatch(r"\d{1,9}(,\d{1,9})+", value):
            return tuple(int(each) for each in value.split(","))
        return ()


class _Date(click.ParamType[date]):
    name = "YYYY-MM-DD"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date as 2026-11-24", param, ctx)


@click.command()
@click.option("--city", "folder", required=True, type=click.Path(path_type=Path),
              help="Folder with the city's files, as for `binrounds import`.")  # fmt: skip
@click.option("--days", type=click.IntRange(1, 3650), default=60, show_default=True)
@click.option("--policies", default="prize,clairvoyant", show_default=True,
              help="Names with commas between; module:function names your own.")  # fmt: skip
@click.option("--seeds", type=_Seeds(), default="5", show_default=True,
              help="How many, or which: 5, 11-15 or 3,7,9.")  # fmt: skip
@click.option("--seconds", type=click.FloatRange(0, 86_400, min_open=True), help="Search time of "
              "a day's plan.  [default: 10]")  # fmt: skip
@click.option("--rounds", type=click.IntRange(1, 10**9), help="Instead of time: rounds of the "
              "search. The same seeds then give the same figures on any machine.")  # fmt: skip
@click.option("--without-sensor", type=click.FloatRange(0, 1), default=0.0, show_default=True,
              help="Share of the bins whose sensors are taken away.")  # fmt: skip
@click.option("--warm-up", type=click.IntRange(0, 365), default=7, show_default=True,
              help="Days simulated before those that are measured.")  # fmt: skip
@click.option("--set", "params", multiple=True, metavar="NAME=VALUE",
              help="A parameter of the choice; repeat for more.")  # fmt: skip
@click.option("--from", "first", type=_Date(), help="First day.  [default: the first after the "
              "city's latest reading or emptying]")  # fmt: skip
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path),
              help="Folder for runs and report. Runs found there are not made again.")  # fmt: skip
@click.option("--processes", type=click.IntRange(1, 256), help="[default: one a core]")
@json_option
@say_errors
def simulate(
    *,
    folder: Path,
    days: int,
    policies: str,
    seeds: tuple[int, ...],
    seconds: float | None,
    rounds: int | None,
    without_sensor: float,
    warm_up: int,
    params: tuple[str, ...],
    first: date | None,
    out: Path,
    processes: int | None,
    as_json: bool,
) -> None:
    """Try policies on the twin of a city: the same random deposits for all of them.

    Every run (a policy and a seed) is kept in OUT; a second call makes the missing ones only. See
    docs/twin.md.
    """
    names = _names(policies)
    city = read_city(folder, settings())
    try:
        chosen = Settings(
            first=first or city.first_date(),
            days=days,
            seconds=None if rounds else seconds or 10.0,
            rounds=rounds,
            without_sensor=without_sensor,
            warm_up=warm_up,
            params=_params(params),
        )
        _compile(quiet=as_json)
        with _bar(quiet=as_json) as on_progress:
            runs = compare(
                city, names, seeds, chosen, out, on_progress=on_progress, processes=processes
            )
    except UnknownPolicy as error:
        raise Refused("unknown_policy", str(error)) from error
    except OtherRuns as error:
        raise Refused("other_runs", str(error)) from error
    except ValueError as error:
        raise Refused("not_usable", f"{folder}: {error}") from error
    files = [*write_tables(runs, out), write_page(runs, city, chosen, _title(folder), out)]
    _tell(runs, files, as_json=as_json)


def read_city(folder: Path, service: ServiceSettings) -> City:
    """The city of a folder, read as `binrounds import` reads it. Raises Refused, UsecaseError."""
    if not folder.is_dir():
        raise Refused("not_usable", f"{folder}: there is no such folder")
    files = files_to_import([folder])
    with TemporaryDirectory() as beside:
        found = service.model_copy(update={"database_url": f"sqlite:///{beside}/city.sqlite3"})
        with database(found, migrated=True) as db:
            for path, kind in files:
                import_one(db, path, kind, quiet=True)
            try:
                return _city(db, service.timezone)
            except ValueError as error:
                raise Refused("not_usable", f"{folder}: {error}") from error


def _city(db: Database, timezone: str) -> City:
    until = datetime.now(UTC)
    with db.read() as tx:
        bins = fetch_all(tx, BINS)
        readings = fetch_arrays(tx, bins, since=_EVER, until=until).arrays
        return City(
            bins=bins,
            depots=fetch_all(tx, DEPOTS),
            disposal_sites=fetch_all(tx, DISPOSAL_SITES),
            trucks=fetch_all(tx, TRUCKS),
            # one sensor a bin, numbered as the bin is, so that the twin's goes on where it was
            readings=replace(
                readings,
                sensor=np.where(readings.sensor == NO_DEVICE, NO_DEVICE, readings.bin_index),
            ),
            emptyings=fetch_emptyings(tx, [each.id for each in bins], since=_EVER, until=until),
            timezone=timezone,
        )


def _params(given: Sequence[str]) -> SelectionParams:
    pairs = dict(each.partition("=")[::2] for each in given)
    try:
        return TypeAdapter(SelectionParams).validate_python(pairs)
    except ValidationError as error:
        wrong = "; ".join(str(each) for each in field_problems(error))
        raise Refused("bad_parameter", f"--set: {wrong}") from error


def _names(policies: str) -> list[str]:
    names = [each.strip() for each in policies.split(",") if each.strip()]
    if not names:
        raise Refused("unknown_policy", f"--policies {policies!r} names no policy")
    return list(dict.fromkeys(names))


def _compile(*, quiet: bool) -> None:
    """Wait until the search is compiled, which happens once."""
    running: Popen[bytes] | None = get_ready()
    if running is None:
        return
    if not quiet:
        click.echo("Compiling the search (once, a minute or two) ...", err=True)
    try:
        running.wait()
    finally:
        running.kill()


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A progress bar of days on stderr, gone when done; nothing where nobody would see it."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _days, _all: None
        return
    columns = (
        TextColumn("days"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("days", total=None)
        yield lambda days, every: progress.update(task, completed=days, total=every)


def _title(folder: Path) -> str:
    return folder.resolve().name or "The city"


def _tell(runs: Sequence[Record], files: Sequence[Path], *, as_json: bool) -> None:
    if as_json:
        show({"measures": rows_of(runs), "files": [str(each) for each in files]})
        return
    Console().print(table_of(runs))
    for each in files:
        click.echo(f"written: {each}")
