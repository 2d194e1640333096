"""How good the forecast is: `python -m benchmarks backtest --seeds 11,12,13`."""

import click

from benchmarks.backtest_city import cases, city_of, origins
from benchmarks.backtest_rivals import LastValue, Rival
from optimiser.forecast.backtest import Cases, calibration, coverage, errors


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
def command(seeds: str, bins: int, ets: int) -> None:
    """Forecast generated cities and compare with their true levels."""
    rivals: list[Rival] = [LastValue(), *_ets(ets)]
    parts = []
    for seed in map(int, seeds.split(",")):
        parts += [cases(each, rivals) for each in origins(city_of(seed, bins))]
    tell(Cases.together(parts))


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
