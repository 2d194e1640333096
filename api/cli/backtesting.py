"""`binrounds backtest`: how good the forecast was on a city's own history."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from math import isnan
from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from api.cli.common import Refused, database, fleet_option, json_option, say_errors, settings, show
from api.cli.importing import database_of
from api.config import Settings
from api.store.catalogue import BINS, fetch_all
from api.store.database import Database
from api.store.history import fetch_arrays
from api.store.readings import fetch_emptyings
from api.usecases.fleets import MAIN
from optimiser.forecast.backtest import Cases, calibration, coverage, errors
from optimiser.forecast.baselines import LastValue, Persistence
from optimiser.forecast.past import TIMES, History, cases, make_history

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@click.command()
@click.option("--city", "folder", type=click.Path(path_type=Path),
              help="Folder with the city's files, as for `binrounds import`.  [default: what the "
              "service's own database holds]")  # fmt: skip
@click.option("--times", type=click.IntRange(1, 1000), default=TIMES, show_default=True,
              help="Instants of the past to forecast from.")  # fmt: skip
@fleet_option
@json_option
@say_errors
def backtest(*, folder: Path | None, times: int, fleet_id: str, as_json: bool) -> None:
    """Forecast from instants of the past, by what was known then, and compare with what came true.

    Tells the mean absolute error by hours ahead beside simple forecasts, how often the 90 %
    interval held, and whether chances of overflow came true as often as they say.
    """
    found = settings()
    past = read_history(folder, found, fleet_id)
    scored = Cases.together(
        list(cases(past, found.zone, [LastValue(), Persistence()], times=times))
    )
    if not len(scored.level):
        raise Refused("no_cases", "no bin has a reading near a time that was forecast")
    if as_json:
        show(scores(scored))
    else:
        _tell(scored, Console())


def read_history(folder: Path | None, service: Settings, fleet_id: str = MAIN) -> History:
    """The history of a folder, or of a fleet in the service's database.

    Raises Refused, UsecaseError.
    """
    with _opened(folder, service, fleet_id) as db:
        try:
            return _history(db)
        except ValueError as error:
            raise Refused("not_usable", f"{folder or 'the database'}: {error}") from error


@contextmanager
def _opened(folder: Path | None, service: Settings, fleet_id: str) -> Iterator[Database]:
    if folder is not None:
        opened = database_of(folder, service)
    else:
        opened = database(service, fleet_id=fleet_id)
    with opened as db:
        yield db


def _history(db: Database) -> History:
    until = datetime.now(UTC)
    with db.read() as tx:
        bins = fetch_all(tx, BINS)
        readings = fetch_arrays(tx, bins, since=_EVER, until=until).arrays
        emptyings = fetch_emptyings(tx, [each.id for each in bins], since=_EVER, until=until)
    return make_history(bins, readings, emptyings)


def scores(found: Cases) -> dict[str, Any]:
    """All scores as JSON: levels as shares of a full bin, shares and chances from 0 to 1, null
    where there is no case.
    """
    return {
        "errors": [asdict(each) for each in errors(found.where(found.heard))],
        "coverage": _rows(coverage(found)),
        "calibration": _rows(calibration(found)),
    }


def _rows(found: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {name: None if _is_nan(value) else value for name, value in asdict(each).items()}
        for each in found
    ]


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and isnan(value)


def _tell(found: Cases, console: Console) -> None:
    wrong = errors(found.where(found.heard))
    rivals = list(found.rivals)
    table = _table("Mean absolute error of the level, % of a full bin", "hours ahead", "cases")
    for name in ("forecast", *rivals):
        table.add_column(name, justify="right")
    for each in wrong:
        ours = f"{100 * each.ours:.2f}"
        others = [f"{100 * each.rivals[name]:.2f}" for name in rivals]
        table.add_row(str(each.horizon_h), str(each.cases), ours, *others)
    console.print(table)
    table = _table("The 90 % interval held", "cases of", "cases", "%")
    for cover in coverage(found):
        if cover.cases:
            table.add_row(cover.group, str(cover.cases), f"{100 * cover.inside:.1f}")
    console.print(table)
    table = _table("Chance of overflow", "from", "cases", "said %", "happened %")
    for tenth in calibration(found):
        if tenth.cases:
            said, happened = f"{100 * tenth.said:.1f}", f"{100 * tenth.happened:.1f}"
            table.add_row(f"{tenth.lower:.0%}", str(tenth.cases), said, happened)
    console.print(table)


def _table(title: str, first: str, *columns: str) -> Table:
    table = Table(title=title, box=SIMPLE_HEAD, title_justify="left")
    table.add_column(first)
    for each in columns:
        table.add_column(each, justify="right")
    return table
