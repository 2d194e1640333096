"""What the commands of the digital twin share: their options, and a bar of the days done."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from subprocess import Popen
from typing import Any

import click
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

from api.cli.common import Refused
from optimiser.selection import SelectionParams
from optimiser.simulator import OtherRuns, UnknownPolicy
from optimiser.solvers import get_ready
from optimiser.wire import field_problems

MOST_SEEDS = 1000
Command = Callable[..., Any]


class Seeds(click.ParamType[tuple[int, ...]]):
    """Random courses: how many, a span or a list."""

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


class Date(click.ParamType[date]):
    """A day."""

    name = "YYYY-MM-DD"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date as 2026-11-24", param, ctx)


def params_of(given: Sequence[str]) -> SelectionParams:
    """Parameters of the choice from NAME=VALUE. Raises Refused."""
    pairs = dict(each.partition("=")[::2] for each in given)
    try:
        return TypeAdapter(SelectionParams).validate_python(pairs)
    except ValidationError as error:
        wrong = "; ".join(str(each) for each in field_problems(error))
        raise Refused("bad_parameter", f"--set: {wrong}") from error


def names_of(policies: str) -> list[str]:
    """Names of policies, each once. Raises Refused if there are none."""
    names = [each.strip() for each in policies.split(",") if each.strip()]
    if not names:
        raise Refused("unknown_policy", f"--policies {policies!r} names no policy")
    return list(dict.fromkeys(names))


def compile_search(*, quiet: bool) -> None:
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
def bar_of_days(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
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


def options_of_the_twin(command: Command) -> Command:
    """The options by which every command says what is simulated, and where runs are kept."""
    for option in reversed((
        click.option("--without-sensor", type=click.FloatRange(0, 1), default=0.0,
                     show_default=True, help="Share of the bins whose sensors are taken away."),
        click.option("--warm-up", type=click.IntRange(0, 365), default=7, show_default=True,
                     help="Days simulated before those that are measured."),
        click.option("--from", "first", type=Date(), help="First day.  [default: the first after "
                     "the city's latest reading or emptying]"),
        click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path),
                     help="Folder for what is made. Runs found there are not made again."),
        click.option("--processes", type=click.IntRange(1, 256), help="[default: one a core]"),
    )):  # fmt: skip
        command = option(command)
    return command


@contextmanager
def refusals_of_the_twin(folder: Path) -> Iterator[None]:
    """What the twin of a city raises for wrong options, as the command line says it."""
    try:
        yield
    except UnknownPolicy as error:
        raise Refused("unknown_policy", str(error)) from error
    except OtherRuns as error:
        raise Refused("other_runs", str(error)) from error
    except ValidationError as error:
        wrong = "; ".join(f"{each['loc'][0]}: {each['msg']}" for each in error.errors())
        raise Refused("bad_parameter", wrong) from error
    except ValueError as error:
        raise Refused("not_usable", f"{folder}: {error}") from error
