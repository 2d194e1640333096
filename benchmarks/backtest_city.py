"""Generated cities as cases of a backtest: what the forecast said, and what then came true.

The truth is the level had nobody emptied the bin, which only the maker of a city knows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from fixtures.city import ZONE, City, make_city
from optimiser.domain.readings import Emptying
from optimiser.forecast import FillState, ReadingArrays, fill_states_from_arrays
from optimiser.forecast.arrays import FloatArray
from optimiser.forecast.backtest import HORIZONS_H, Cases, cases_of
from optimiser.forecast.baselines import Rival
from optimiser.forecast.past import MEMORY
from optimiser.simulator.world.randomness import block_of, day_of
from optimiser.simulator.world.sensors import device, fault

UNTILS = ("2026-11-24T04:00:00+01:00", "2026-07-14T04:00:00+02:00", "2027-01-06T04:00:00+01:00")
"""Autumn, summer, and Christmas with New Year: seeds take them in turn."""
ORIGINS = 8
KNOWN_S, MENDED_S = 3 * 86_400, 10 * 86_400
"""A fault is to be known after three days; a sensor mended ten days ago counts as good."""
APART = timedelta(hours=58)
"""So that origins fall on all hours and weekdays."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What was known of a city at an instant."""

    city: City
    at: datetime
    readings: ReadingArrays
    emptyings: Sequence[Emptying]


def city_of(seed: int, bins: int) -> City:
    """The city of a seed, with history enough for all origins."""
    until = datetime.fromisoformat(UNTILS[seed % len(UNTILS)])
    days = (MEMORY + ORIGINS * APART).days + max(HORIZONS_H) // 24 + 2
    return make_city(seed, until, bins=bins, days=days)


def origins(city: City) -> Iterator[Origin]:
    """Instants to forecast from, oldest first, the last three days before the city's end."""
    last = city.until - timedelta(hours=max(HORIZONS_H))
    table = city.readings
    columns = (table.time_s.astype(np.float64), table.fill, table.quality, table.bin_index)
    readings = ReadingArrays(table.bin_index, *columns, table.sequence)
    for step in reversed(range(ORIGINS)):
        at = (last - step * APART).astimezone(UTC)
        begins = at - MEMORY
        heard = (readings.time_s > begins.timestamp()) & (readings.time_s <= at.timestamp())
        told = [each for each in city.emptyings if begins < each.time <= at]
        yield Origin(city, at, readings.where(heard), told)


def true_levels(origin: Origin, horizon_h: int) -> FloatArray:
    """Levels so many hours on had nobody emptied a bin since, shape (bins,)."""
    now = np.array([round(origin.at.timestamp())])
    then = now + horizon_h * 3600
    return np.array([each.unemptied(now, then)[0] for each in origin.city.levels])


def states_at(origin: Origin) -> tuple[FillState, ...]:
    """What the forecast makes of all that was known."""
    return fill_states_from_arrays(
        origin.city.bins, origin.readings, origin.emptyings, until=origin.at, zone=ZoneInfo(ZONE)
    )


def sensors_at(origin: Origin, seed: int) -> tuple[list[str], list[bool]]:
    """Each sensor's true condition, and whether a fault of it is old enough to be known.

    Good ("ok") are those without a fault since ten days; those of a bin without a sensor and
    those lately mended are "".
    """
    now_s = origin.at.timestamp()
    names, ripe = [], []
    for each in origin.city.truth:
        name, due = "ok" if each.bin.sensor_id else "", False
        sensor = device(seed, each.number)
        block = block_of(day_of(now_s))
        drawn = (fault(seed, each.number, sensor, block + step) for step in (-2, -1, 0))
        for found in drawn if each.bin.sensor_id else ():
            if found and found.begins_s <= now_s < found.ends_s + MENDED_S:
                name = found.kind if now_s < found.ends_s else ""
                due = now_s < found.ends_s and now_s - found.begins_s >= KNOWN_S
        names.append(name)
        ripe.append(due)
    return names, ripe


def cases(origin: Origin, states: Sequence[FillState], rivals: Sequence[Rival]) -> Cases:
    """Forecasts from an origin for all bins and horizons, rivals' beside them."""
    truth = {horizon: true_levels(origin, horizon) for horizon in HORIZONS_H}
    others = {
        each.name: each.levels(
            origin.readings, origin.emptyings, origin.city.bins, origin.at, HORIZONS_H
        )
        for each in rivals
    }
    return cases_of(states, truth, others)
