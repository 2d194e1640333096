"""How long the forecast takes: `python -m benchmarks forecast --bins 10000 --days 21`.

The bins and readings are made up, deterministic from a seed. Making them is not timed.
"""

from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import click
import numpy as np

from optimiser.domain.bins import Bin
from optimiser.domain.calendar import ServiceDay
from optimiser.domain.places import GeoPoint
from optimiser.forecast import (
    LiveStates,
    ReadingArrays,
    fill_states_from_arrays,
    forecast,
    full_at,
    overflow_chance,
)
from optimiser.selection import SelectionParams, choose

ZONE = ZoneInfo("Europe/Copenhagen")
UNTIL = datetime(2026, 6, 15, 3, tzinfo=UTC)
FRACTIONS = ("residual", "paper", "glass")
BATCH = 1000


@click.command("forecast")
@click.option("--bins", default=10_000, show_default=True, type=click.IntRange(1, 200_000))
@click.option("--days", default=21, show_default=True, type=click.IntRange(1, 364))
@click.option("--readings", default=6, show_default=True, help="Readings of a bin a day.")
@click.option("--live", default=200, show_default=True, help="Batches of 1,000 to update with.")
@click.option("--seed", default=1, show_default=True)
@click.option("--shuffled", is_flag=True, help="Hand the readings over in random order.")
def command(  # the command line's options
    *, bins: int, days: int, readings: int, live: int, seed: int, shuffled: bool
) -> None:
    """Time fill states from arrays and kept up to date, and what is forecast from states."""
    rng = np.random.default_rng(seed)
    places = made_up_bins(bins)
    table = made_up_readings(rng, bins, days, readings)
    if shuffled:
        table = table.where(rng.permutation(len(table.time_s)))
    click.echo(f"{bins} bins, {days} days, {len(table.time_s)} readings")
    dates = [ServiceDay(date(2026, 6, number), ZONE.key) for number in range(15, 23)]

    began = perf_counter()
    states = fill_states_from_arrays(places, table, (), until=UNTIL, zone=ZONE)
    _tell("fill states from arrays", began)
    _keep_up(places, table, live)
    began = perf_counter()
    forecast(states, UNTIL + timedelta(hours=24))
    _tell("forecast of one instant", began)
    began = perf_counter()
    overflow_chance(states, UNTIL + timedelta(hours=48))
    _tell("chance of overflow", began)
    began = perf_counter()
    visits = choose(places, states, days=dates, params=SelectionParams())
    _tell("choice of visits (forecast and chance included)", began)
    began = perf_counter()
    full_at(states)
    _tell("time when full", began)
    click.echo(f"{sum(visit.required for visit in visits)} of {bins} bins required")


def _keep_up(places: list[Bin], table: ReadingArrays, batches: int) -> None:
    """Time updates with the last readings, in the order of their times."""
    latest = table.where(np.argsort(table.time_s, kind="stable")[-batches * BATCH :])
    live = LiveStates(places, {}, since=UNTIL, zone=ZONE)
    parts = [latest.where(rows) for rows in np.array_split(np.arange(len(latest.time_s)), batches)]
    live.update(parts[0], (), until=UNTIL)
    began = perf_counter()
    for part in parts[1:]:
        live.update(part, (), until=UNTIL)
    seconds = perf_counter() - began
    count = sum(len(part.time_s) for part in parts[1:])
    click.echo(f"{count / seconds:8.0f} readings/s kept up to date in batches of {BATCH}")


def _tell(what: str, began: float) -> None:
    click.echo(f"{perf_counter() - began:8.3f} s  {what}")


def made_up_bins(count: int) -> list[Bin]:
    """Bins of three fractions around one point."""
    return [
        Bin(
            id=f"bin-{index}",
            place=GeoPoint(lon=12.5 + index % 100 / 1000, lat=55.6 + index // 100 / 1000),
            fraction=FRACTIONS[index % len(FRACTIONS)],
            volume_l=2500,
        )
        for index in range(count)
    ]


def made_up_readings(
    rng: np.random.Generator, bins: int, days: int, readings: int
) -> ReadingArrays:
    """So many readings a day of each bin: steady filling from a random level, emptied when full,
    5 points of noise, 2 % spikes, 4 % lost.
    """
    count = days * readings
    rate = np.clip(rng.normal(0.11, 0.045, (bins, 1)), 0.01, None)
    day = np.arange(count) / readings
    fill = (rng.uniform(0, 0.9, (bins, 1)) + rate * day) % 0.9 + rng.normal(0, 0.05, (bins, count))
    spike = rng.random((bins, count)) < 0.02
    fill = np.where(spike, rng.uniform(0, 1.3, (bins, count)), fill).clip(0, 1.5).round(2)
    time_s = UNTIL.timestamp() - (days - day) * 86_400 + rng.uniform(0, 3500, (bins, 1))
    rows = np.flatnonzero(rng.random(bins * count) > 0.04)
    owner = np.repeat(np.arange(bins), count)
    return ReadingArrays(
        bin_index=owner[rows],
        time_s=time_s.ravel()[rows],
        fill=fill.ravel()[rows],
        quality=np.zeros(len(rows), dtype=np.int64),
        sensor=owner[rows],
        sequence=np.zeros(len(rows), dtype=np.int64),
    )
