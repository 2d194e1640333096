"""`binrounds tune`: parameters with which policies serve well enough and cost least on the twin."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from api.cli.common import Refused, json_option, say_errors, settings, show
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
from optimiser.simulator import Settings, Trial, best
from optimiser.simulator import tune as try_all
from optimiser.simulator.measures import MEASURES
from optimiser.simulator.summary import Estimate, estimate
from optimiser.simulator.table import shown

SHOWN = tuple(
    each
    for each in MEASURES
    if each.name in {"km", "service_level", "service_level_kept", "cost_eur"}
)


@click.command()
@click.option("--city", "folder", required=True, type=click.Path(path_type=Path),
              help="Folder with the city's files, as for `binrounds import`.")  # fmt: skip
@click.option("--policies", default="fixed,threshold,prize", show_default=True,
              help="Names with commas between; module:function names your own.")  # fmt: skip
@click.option("--try", "tried", multiple=True, metavar="NAME=V,V,...",
              help="Values to try of a parameter, not the usual; repeat for more.")  # fmt: skip
@click.option("--service-level", type=click.FloatRange(0, 100), default=99.5, show_default=True,
              help="Percent of pickups in time, bins that can be kept.")  # fmt: skip
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True)
@click.option("--seeds", type=Seeds(), default="3", show_default=True,
              help="How many, or which: 3, 11-15 or 3,7,9.")  # fmt: skip
@click.option("--rounds", type=click.IntRange(1, 10**9), default=2000, show_default=True,
              help="Rounds of the search of a day's plan.")  # fmt: skip
@click.option("--set", "params", multiple=True, metavar="NAME=VALUE",
              help="A parameter of the choice that is not tried; repeat for more.")  # fmt: skip
@options_of_the_twin
@json_option
@say_errors
def tune(
    *,
    folder: Path,
    policies: str,
    tried: tuple[str, ...],
    service_level: float,
    days: int,
    seeds: tuple[int, ...],
    rounds: int,
    without_sensor: float,
    warm_up: int,
    params: tuple[str, ...],
    first: date | None,
    out: Path,
    processes: int | None,
    as_json: bool,
) -> None:
    """Find the parameters of each policy that reach a service level and cost least.

    All combinations of values are tried on the twin, in the same worlds. Every run is kept in OUT;
    a second call makes the missing ones only. See docs/twin.md.
    """
    names, given = names_of(policies), _values(tried)
    city = read_city(folder, settings())
    with refusals_of_the_twin(folder):
        chosen = Settings(
            first=first or city.first_date(),
            days=days,
            seconds=None,
            rounds=rounds,
            without_sensor=without_sensor,
            warm_up=warm_up,
            params=params_of(params),
        )
        compile_search(quiet=as_json)
        with bar_of_days(quiet=as_json) as on_progress:
            trials = try_all(
                city, names, seeds, chosen, out,
                given=given, on_progress=on_progress, processes=processes,
            )  # fmt: skip
    _tell(trials, names, service_level, as_json=as_json)


def _values(tried: Sequence[str]) -> dict[str, tuple[float, ...]]:
    found = {}
    for each in tried:
        name, _, values = each.partition("=")
        try:
            found[name] = tuple(float(value) for value in values.split(","))
        except ValueError:
            text = f"--try {each!r} is not a name and numbers, as in threshold=0.5,0.6"
            raise Refused("bad_parameter", text) from None
    return found


def _tell(
    trials: Sequence[Trial], names: Sequence[str], service_level: float, *, as_json: bool
) -> None:
    chosen = [
        best([each for each in trials if each.policy == name], service_level) for name in names
    ]
    if as_json:
        show({
            "trials": [_row(each) for each in trials],
            "best": [_row(each) | {"reached": each.service >= service_level} for each in chosen],
        })  # fmt: skip
        return
    Console().print(_table(trials, chosen))
    for each in chosen:
        words = " ".join(f"--set {name}={value:g}" for name, value in each.values.items())
        missed = "" if each.service >= service_level else (
            f"  (none reaches {service_level:g} %; this comes nearest)")  # fmt: skip
        click.echo(f"{each.policy}: {words}{missed}")


def _row(trial: Trial) -> dict[str, Any]:
    return {
        "policy": trial.policy,
        "values": dict(trial.values),
        "seeds": len(trial.runs),
        "service": round(trial.service, 6),
        **{name: round(each.mean, 6) for name, each in _means(trial).items()},
    }


def _table(trials: Sequence[Trial], chosen: Sequence[Trial]) -> Table:
    """A line a trial; the best of each policy has a star."""
    table = Table(box=SIMPLE_HEAD)
    for column in ("policy", "values"):
        table.add_column(column, overflow="fold")
    for measure in SHOWN:
        table.add_column(measure.words, justify="right")
    table.add_column("best")
    for each in trials:
        values = ", ".join(f"{name}={value:g}" for name, value in each.values.items())
        cells = [shown(found, measure) for found, measure in zip(
            _means(each).values(), SHOWN, strict=True)]  # fmt: skip
        table.add_row(each.policy, values, *cells, "*" if each in chosen else "")
    return table


def _means(trial: Trial) -> dict[str, Estimate]:
    """The measures shown, over the seeds."""
    return {each.name: estimate([each.of(run) for run in trial.runs]) for each in SHOWN}
