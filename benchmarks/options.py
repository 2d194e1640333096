"""Options that several benchmarks have."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click


def instances_folder() -> Path:
    """Where benchmark instances are: `BINROUNDS_BENCHMARKS`, else beside the project."""
    return Path(os.environ.get("BINROUNDS_BENCHMARKS", "../shared/benchmarks"))


Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def names_option(
    name: str, default: str, known: Callable[[], Sequence[str]], text: str
) -> Decorator:
    """Names separated by commas, each one of those `known`."""

    def read(_context: click.Context, _parameter: click.Parameter, value: str) -> list[str]:
        names = [each.strip() for each in value.split(",") if each.strip()]
        strange = [each for each in names if each not in known()]
        if strange or not names:
            raise click.BadParameter(f"no {', '.join(strange)}; there are {', '.join(known())}")
        return names

    return click.option(name, default=default, show_default=True, callback=read, help=text)


def numbers_option(name: str, default: str, text: str) -> Decorator:
    """Whole numbers above 0 separated by commas."""

    def read(_context: click.Context, _parameter: click.Parameter, value: str) -> list[int]:
        try:
            numbers = [int(each) for each in value.split(",")]
        except ValueError as error:
            raise click.BadParameter(f"{value!r} is no list of whole numbers") from error
        if min(numbers) < 1:
            raise click.BadParameter(f"{min(numbers)} is below 1")
        return numbers

    return click.option(name, default=default, show_default=True, callback=read, help=text)


def _cores(
    _context: click.Context, _parameter: click.Parameter, value: int | None
) -> tuple[int, ...]:
    if value is None:
        return ()
    if sys.platform != "linux":
        raise click.BadParameter("only Linux can keep a process to some cores")
    mine = sorted(os.sched_getaffinity(0))
    if not 1 <= value <= len(mine):
        raise click.BadParameter(f"{value} is not between 1 and the {len(mine)} there are")
    return tuple(mine[:value])


cores_option = click.option(
    "--cores", type=int, callback=_cores, help="Keep each run to so many cores; all by default."
)
memory_option = click.option(
    "--memory-mb",
    default=4096,
    show_default=True,
    type=click.IntRange(min=100),
    help="The most that each of our searches may use.",
)
out_option = click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Append JSON lines to this file."
)
