"""What may be believed of the past of some bins, and what their kinds have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from optimiser.domain.bins import Bin
from optimiser.domain.readings import Emptying, Quality
from optimiser.forecast.arrays import (
    EmptyingArrays,
    FloatArray,
    ReadingArrays,
    emptying_arrays,
    usable,
)
from optimiser.forecast.clock import LocalDays, local_days
from optimiser.forecast.growth import emptied_before
from optimiser.forecast.pools import Pool, learn_pools
from optimiser.forecast.sensors import noise_sd, spikes


@dataclass(frozen=True, slots=True)
class History:
    """Readings and told emptyings of `bins` up to `until`, both sorted by (bin, time).

    `number` are the day numbers of the readings.
    """

    bins: Sequence[Bin]
    until: datetime
    zone: ZoneInfo
    readings: ReadingArrays
    emptyings: EmptyingArrays
    days: LocalDays
    number: FloatArray


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
    days = local_days(zone.key, now_s)
    return History(
        bins=bins,
        until=until,
        zone=zone,
        readings=good,
        emptyings=told,
        days=days,
        number=days.number(good.time_s),
    )


MOST_LEARNED_FROM = 2_000_000
"""Of more readings, every other bin, or every third ..., tells enough of its kind."""


def pools_of(past: History) -> Mapping[str, Pool]:
    """What the bins of each kind have in common."""
    rows = past.readings
    every = 1 + len(rows.time_s) // MOST_LEARNED_FROM
    kept = (rows.quality != Quality.LIKELY_INVALID) & (rows.bin_index % every == 0)
    rows, number = rows.where(kept), past.number[kept]
    plain = ~spikes(rows.bin_index, rows.fill)
    of_bin, time_s, fill = rows.bin_index[plain], rows.time_s[plain], rows.fill[plain]
    emptied = emptied_before(of_bin, time_s, past.emptyings)
    noise = noise_sd(of_bin, fill, len(past.bins))
    return learn_pools(
        past.bins, past.days, of_bin, number[plain], fill, emptied=emptied, noise=noise
    )
