"""What may be believed of the past of some bins, and what their fractions have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from optimiser.domain.bins import Bin
from optimiser.domain.readings import Emptying
from optimiser.forecast.arrays import (
    EmptyingArrays,
    FloatArray,
    ReadingArrays,
    emptying_arrays,
    usable,
)
from optimiser.forecast.clock import LocalDays, local_days
from optimiser.forecast.growth import emptied_before, growth
from optimiser.forecast.pools import Pool, learn_pools
from optimiser.forecast.sensors import noise_sd, spikes, steps


@dataclass(frozen=True, slots=True)
class History:
    """Readings and told emptyings of `bins` up to `until`, and how their sensors behave.

    `readings` are usable and sorted by (bin, time), `number` are their day numbers; `noise`
    and `step` have shape (bins,).
    """

    bins: Sequence[Bin]
    until: datetime
    zone: ZoneInfo
    readings: ReadingArrays
    emptyings: EmptyingArrays
    days: LocalDays
    number: FloatArray
    noise: FloatArray
    step: FloatArray


def history(
    bins: Sequence[Bin],
    readings: ReadingArrays,
    emptyings: Sequence[Emptying],
    *,
    until: datetime,
    zone: ZoneInfo,
) -> History:
    """The history of bins. Raises ValueError if `until` has no offset from UTC."""
    if until.tzinfo is None:
        raise ValueError(f"until {until} has no offset from UTC")
    good = usable(readings, len(bins), until)
    told = emptying_arrays(bins, emptyings, until)
    now_s = until.timestamp()
    begins = [column.min() for column in (good.time_s, told.time_s) if column.size]
    days = local_days(min([now_s, *begins]), now_s, zone.key)
    return History(
        bins=bins,
        until=until,
        zone=zone,
        readings=good,
        emptyings=told,
        days=days,
        number=days.number(good.time_s),
        noise=noise_sd(good.bin_index, good.fill, len(bins)),
        step=steps(good.bin_index, good.fill, len(bins)),
    )


def pools_of(past: History) -> Mapping[str, Pool]:
    """What the bins of each fraction have in common."""
    rows = past.readings
    plain = ~spikes(rows.bin_index, rows.fill)
    of_bin, time_s = rows.bin_index[plain], rows.time_s[plain]
    emptied = emptied_before(of_bin, time_s, past.emptyings)
    grown = growth(of_bin, past.number[plain], rows.fill[plain], emptied, past.noise)
    return learn_pools(past.bins, grown)
