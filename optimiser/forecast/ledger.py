"""What the filter keeps of a city's bins and their sensors, and how it tells it as fill states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from optimiser.domain.bins import Bin
from optimiser.forecast.arrays import FloatArray, IntArray
from optimiser.forecast.belief import Belief, predicted, unknown
from optimiser.forecast.clock import DepositTime, LocalDays, deposit_time, local_days
from optimiser.forecast.pools import Pool, pool_for
from optimiser.forecast.profile import Profile
from optimiser.forecast.report import as_states
from optimiser.forecast.sensing import Sensing, unheard
from optimiser.forecast.state import FillState
from optimiser.forecast.told import Told
from optimiser.forecast.track import Nature

DRIFT_SHARE = 0.01
"""A bin's rate wanders by this share of its kind's rate in a day: a twentieth in a month."""
DEPOSIT_SHARES = (0.001, 0.12)
"""However small or large a deposit, its share of the bin is taken to lie within these."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What is given of bins before anything is heard: pools, nature, and their deposit time."""

    bins: Sequence[Bin]
    zone: ZoneInfo
    pools: tuple[Pool, ...]
    nature: Nature
    days: LocalDays
    time: DepositTime
    profile_of: IntArray

    def deposit_days(self, bin_index: IntArray, time_s: FloatArray) -> FloatArray:
        """Deposit days of instants at bins, shapes alike."""
        return self.time.days(self.days.number(time_s), self.profile_of[bin_index])

    def start(self) -> Belief:
        """Before anything was heard."""
        return unknown(np.array([each.rate_per_day for each in self.pools]), self.nature)


def setting(
    bins: Sequence[Bin], pools: Mapping[str, Pool], *, until: datetime, zone: ZoneInfo
) -> Setting:
    """The setting of bins with pools by kind; good for decades after `until`."""
    of_bins = tuple(pool_for(each, pools) for each in bins)
    rows: dict[Profile, int] = {}
    profile_of = [rows.setdefault(each.profile, len(rows)) for each in of_bins]
    days = local_days(zone.key, until.timestamp())
    volume_l = np.array([each.volume_l for each in bins])
    rate = np.array([each.rate_per_day for each in of_bins])
    nature = Nature(
        deposit_share=np.clip(
            np.array([each.deposit_l for each in of_bins]) / volume_l, *DEPOSIT_SHARES
        ),
        drift=(DRIFT_SHARE * rate) ** 2,
        most_rate_var=np.array([each.rate_sd for each in of_bins]) ** 2,
        found_level=np.array([each.found_level for each in of_bins]),
        found_sd=np.array([each.found_sd for each in of_bins]),
    )
    return Setting(
        bins=bins,
        zone=zone,
        pools=of_bins,
        nature=nature,
        days=days,
        time=deposit_time(tuple(rows), days),
        profile_of=np.array(profile_of, dtype=np.int64),
    )


def told_states(
    given: Setting, belief: Belief, sensing: Sensing, last: Told, until: datetime
) -> tuple[FillState, ...]:
    """Fill states at an instant not before any event; `last` (bins,) is each one's reading."""
    every = np.arange(len(given.bins))
    now_day = given.deposit_days(every, np.full(len(every), until.timestamp()))
    later = predicted(belief, now_day, given.nature)
    return as_states(
        given.bins, given.pools, later, sensing,
        last=last, until=until, timezone=given.zone.key,
    )  # fmt: skip


def nothing_heard(bins: int) -> Sensing:
    """Sensors by row, the last one nobody's: emptyings use it."""
    return unheard(bins + 1)
