"""A bin as a dispatcher wants to see it: level, forecast, chance of overflow, readings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from api.store.catalogue import BINS, fetch
from api.store.database import Database
from api.store.readings import fetch_emptyings, fetch_readings
from api.store.states import fetch_pools, fetch_since
from api.usecases.catalogue import Versioned
from api.usecases.errors import NotFound
from api.usecases.going_on import SPAN, Known, go_on
from optimiser.domain.bins import Bin
from optimiser.domain.readings import Emptying, Reading
from optimiser.forecast import FillState, FullAt, forecast, full_at, overflow_chance

__all__ = ["BinDetail", "FillState", "FullAt", "Outlook", "bin_detail"]

Reliability = Literal["low", "medium", "high"]

_HOURS_ON = (0, 24, 48, 72)


@dataclass(frozen=True)
class Outlook:
    """The forecast for one instant.

    Expected level, its standard deviation, and the chance that the bin is over full by then.
    """

    at: datetime
    level: float
    level_sd: float
    overflow_chance: float


@dataclass(frozen=True)
class BinDetail:
    """`outlook` holds now and 24, 48 and 72 hours on; readings newest first.

    `full_at`: when the bin is expected to be full, and the 90 % interval of that instant.
    `state` has more, such as what is wrong with the sensor.
    """

    bin: Versioned[Bin]
    reliability: Reliability
    fill_per_day: float
    state: FillState
    outlook: tuple[Outlook, ...]
    full_at: FullAt
    last_emptying: Emptying | None
    readings: tuple[Reading, ...]


def bin_detail(
    db: Database, bin_id: str, *, now: datetime, zone: ZoneInfo, readings: int = 20
) -> BinDetail:
    """One bin with its forecast, from everything known by now. Raises NotFound."""
    with db.read() as tx:
        found = fetch(tx, BINS, bin_id)
        if found is None:
            raise NotFound(f"there is no {bin_id!r} among the bins")
        known, since = Known(*fetch_pools(tx)), fetch_since(tx)
        (state,) = go_on(tx, [found.item], known, since=since, now=now, zone=zone).states
        past = fetch_readings(tx, bin_id, since=now - SPAN, until=now)
        emptied = fetch_emptyings(tx, [bin_id], since=now - SPAN, until=now)
    return BinDetail(
        bin=found,
        reliability=state.reliability,
        fill_per_day=state.rate_per_day,
        state=state,
        outlook=tuple(_outlook(state, now + timedelta(hours=each)) for each in _HOURS_ON),
        full_at=full_at([state])[0],
        last_emptying=_last_emptying(state, emptied),
        readings=past[::-1][:readings],
    )


def _outlook(state: FillState, at: datetime) -> Outlook:
    expected = forecast([state], at)
    chance = overflow_chance([state], at)
    return Outlook(at, float(expected.level[0]), float(expected.sd[0]), float(chance[0]))


def _last_emptying(state: FillState, told: Sequence[Emptying]) -> Emptying | None:
    """The latest: what drivers said, or what the readings showed."""
    last = told[-1] if told else None
    found = state.last_emptied_at
    if found is None or (last is not None and last.time >= found):
        return last
    return Emptying(bin_id=state.bin_id, time=found, source="readings")
