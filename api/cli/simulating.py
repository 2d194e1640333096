"""`binrounds simulate`: policies on a city's digital twin."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click
from rich.console import Console

from api.cli.common import json_option, say_errors, settings, show
from api.cli.twin_city import read_city
from api.cli.twin_options import (
    Seeds,
    bar_of_days,
    compile_search,
    names_of,
    options_of_the_twin,
    params_of,
    refusals_of_the_twin,
)
from optimiser.simulator import Record, Settings, compare
from optimiser.simulator.report import write_page, write_tables
from optimiser.simulator.table import rows_of, table_of


@click.command()
@click.option("--city", "folder", required=True, type=click.Path(path_type=Path),
              help="Folder with the city's files, as for `binrounds import`.")  # fmt: skip
@click.option("--days", type=click.IntRange(1, 3650), default=60, show_default=True)
@click.option("--policies", default="prize,clairvoyant", show_default=True,
              help="Names with commas between; module:function names your own.")  # fmt: skip
@click.option("--seeds", type=Seeds(), default="5", show_default=True,
              help="How many, or which: 5, 11-15 or 3,7,9.")  # fmt: skip
@click.option("--seconds", type=click.FloatRange(0, 86_400, min_open=True), help="Search time of "
              "a day's plan.  [default: 10]")  # fmt: skip
@click.option("--rounds", type=click.IntRange(1, 10**9), help="Instead of time: rounds of the "
              "search. The same seeds then give the same figures on any machine.")  # fmt: skip
@click.option("--set", "params", multiple=True, metavar="NAME=VALUE",
              help="A parameter of the choice; repeat for more.")  # fmt: skip
@options_of_the_twin
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
    names = names_of(policies)
    city = read_city(folder, settings())
    with refusals_of_the_twin(folder):
        chosen = Settings(
            first=first or city.first_date(),
            days=days,
            seconds=None if rounds else seconds or 10.0,
            rounds=rounds,
            without_sensor=without_sensor,
            warm_up=warm_up,
            params=params_of(params),
        )
        compile_search(quiet=as_json)
        with bar_of_days(quiet=as_json) as on_progress:
            runs = compare(
                city, names, seeds, chosen, out, on_progress=on_progress, processes=processes
            )
    files = [*write_tables(runs, out), write_page(runs, city, chosen, _title(folder), out)]
    _tell(runs, files, as_json=as_json)


def _title(folder: Path) -> str:
    return folder.resolve().name or "The city"


def _tell(runs: Sequence[Record], files: Sequence[Path], *, as_json: bool) -> None:
    if as_json:
        show({"measures": rows_of(runs), "files": [str(each) for each in files]})
        return
    Console().print(table_of(runs))
    for each in files:
        click.echo(f"written: {each}")
