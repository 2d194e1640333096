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
READINGS_A_DAY = 6


@click.command("forecast")
@click.option("--bins", default=10_000, show_default=True, type=click.IntRange(1, 200_000))
@click.option("--days", default=21, show_default=True, type=click.IntRange(1, 364))
@click.option("--seed", default=1, show_default=True)
@click.option("--shuffled", is_flag=True, help="Hand the readings over in random order.")
def command(bins: int, days: int, seed: int, *, shuffled: bool) -> None:
    """Time fill states from arrays, and forecast, chance of overflow and choice from states."""
    rng = np.random.default_rng(seed)
    places = made_up_bins(bins)
    readings = made_up_readings(rng, bins, days)
    if shuffled:
        readings = readings.where(rng.permutation(len(readings.time_s)))
    click.echo(f"{bins} bins, {days} days, {len(readings.time_s)} readings")
    day, next_day = (ServiceDay(date(2026, 6, number), ZONE.key) for number in (15, 16))

    began = perf_counter()
    states = fill_states_from_arrays(places, readings, (), until=UNTIL, zone=ZONE)
    _tell("fill states from arrays", began)
    began = perf_counter()
    forecast(states, UNTIL + timedelta(hours=24))
    _tell("forecast of one instant", began)
    began = perf_counter()
    overflow_chance(states, UNTIL + timedelta(hours=48))
    _tell("chance of overflow", began)
    began = perf_counter()
    visits = choose(places, states, day=day, next_day=next_day, params=SelectionParams())
    _tell("choice of visits (forecast and chance included)", began)
    began = perf_counter()
    full_at(states)
    _tell("time when full", began)
    click.echo(f"{sum(visit.required for visit in visits)} of {bins} bins required")


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


def made_up_readings(rng: np.random.Generator, bins: int, days: int) -> ReadingArrays:
    """Six readings a day of each bin: steady filling from a random level, emptied when full,
    5 points of noise, 2 % spikes, 4 % lost.
    """
    count = days * READINGS_A_DAY
    rate = np.clip(rng.normal(0.11, 0.045, (bins, 1)), 0.01, None)
    day = np.arange(count) / READINGS_A_DAY
    fill = (rng.uniform(0, 0.9, (bins, 1)) + rate * day) % 0.9 + rng.normal(0, 0.05, (bins, count))
    spike = rng.random((bins, count)) < 0.02
    fill = np.where(spike, rng.uniform(0, 1.3, (bins, count)), fill).clip(0, 1.5).round(2)
    time_s = UNTIL.timestamp() - (days - day) * 86_400 + rng.uniform(0, 3600, (bins, 1))
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
