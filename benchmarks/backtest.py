"""How good the forecast is: `python -m benchmarks backtest --seeds 11,12,13`."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from api.cli.backtesting import read_history
from api.cli.common import Refused
from api.config import Settings
from api.usecases.errors import UsecaseError
from benchmarks.backtest_city import cases, city_of, origins, sensors_at, states_at
from optimiser.forecast.backtest import (
    Cases,
    Faults,
    all_faults,
    calibration,
    coverage,
    errors,
    faults,
)
from optimiser.forecast.baselines import LastValue, Rival
from optimiser.forecast.past import cases as past_cases


@click.command("backtest")
@click.option("--seeds", default="11,12,13", show_default=True, help="Cities to make, by seed.")
@click.option("--bins", default=400, show_default=True, type=click.IntRange(1, 20_000))
@click.option(
    "--ets",
    default=0,
    show_default=True,
    type=click.IntRange(0),
    help="Compare with AutoETS on so many bins of a city; all tables are of these then.",
)
@click.option(
    "--history",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A city's own files, as `binrounds import` takes them, instead of generated cities.",
)
@click.option("--zone", default="Europe/Copenhagen", show_default=True, help="Of --history.")
def command(*, seeds: str, bins: int, ets: int, folder: Path | None, zone: str) -> None:
    """Forecast from instants of the past and compare with what came true."""
    rivals: list[Rival] = [LastValue(), *_ets(ets)]
    if folder:
        tell(Cases.together(list(_of_history(folder, zone, rivals))))
        return
    parts, sensors = [], []
    for seed in map(int, seeds.split(",")):
        for origin in origins(city_of(seed, bins)):
            states = states_at(origin)
            parts.append(cases(origin, states, rivals))
            true, ripe = sensors_at(origin, seed)
            sensors.append(faults(states, true, ripe=ripe))
    tell(Cases.together(parts))
    tell_faults(all_faults(sensors))


def _of_history(folder: Path, zone: str, rivals: list[Rival]) -> Iterator[Cases]:
    try:
        past = read_history(folder, Settings(timezone=zone))
    except (Refused, UsecaseError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    yield from past_cases(past, ZoneInfo(zone), rivals)


def _ets(most: int) -> list[Rival]:
    if not most:
        return []
    try:
        from benchmarks.backtest_ets import Ets  # noqa: PLC0415  # of the optional extra
    except ImportError as error:
        text = f"AutoETS is not installed ({error.name}): pip install 'binrounds[bench]'"
        raise click.ClickException(text) from error
    return [Ets(6, 4, most), Ets(24, 7, most)]


def tell(found: Cases) -> None:
    """Print the tables of a backtest."""
    with_sensor = found.where(found.heard)
    click.echo("mean absolute error of the level, bins with a sensor")
    for each in errors(with_sensor):
        click.echo(f"  {each.horizon_h:3d} h {each.cases:7d} ours {each.ours:.4f}")
        for name, error in each.rivals.items():
            click.echo(f"      {name}: {error:.4f}  ours {100 * (each.ours / error - 1):+.1f} %")
    click.echo("90 % interval covers")
    for cover in coverage(found):
        click.echo(f"  {cover.group:10s}{cover.cases:7d}  {100 * cover.inside:5.1f} %")
    click.echo("chance of overflow: said, happened")
    for tenth in calibration(found.where(found.horizon_h > 0)):
        click.echo(
            f"  {tenth.lower:.1f} {tenth.cases:7d}  {100 * tenth.said:5.1f} "
            f"{100 * tenth.happened:5.1f}  {100 * (tenth.happened - tenth.said):+5.1f}"
        )


def tell_faults(found: Faults) -> None:
    """Print how faulty sensors were found."""
    share = 100 * found.found / max(found.ripe, 1)
    click.echo(f"faults of three days or more found: {found.found} of {found.ripe}, {share:.1f} %")
    for kind, (known, ripe) in found.kinds.items():
        click.echo(f"  {kind:10s}{known:5d} of {ripe}")
    click.echo(
        f"good sensors taken for faulty: {found.false} of {found.good}, "
        f"{100 * found.false / max(found.good, 1):.2f} %"
    )
