"""States of bins from the points they go on from, and readings since; from history without one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.store.history import fetch_arrays
from api.store.readings import fetch_emptyings
from api.store.states import fetch_points
from optimiser.domain.bins import Bin
from optimiser.forecast import (
    NO_POINTS,
    FillState,
    Point,
    Points,
    Pool,
    Resumed,
    history,
    kind_of,
    pools_of,
    resume,
)

SPAN = timedelta(days=35)
"""So much history makes a state: five weeks, enough for weekdays and slow bins."""
_LATELY = timedelta(hours=12)


@dataclass(frozen=True)
class Known:
    """What the bins of each kind have in common, and when it was learned, None if it never was.

    History begins `SPAN` before that, whenever it is read, so that a state that goes on and one
    from history are the same.
    """

    pools: Mapping[str, Pool]
    learned_at: datetime | None

    def since(self, now: datetime) -> datetime:
        return (self.learned_at or now) - SPAN

    def basis(self, each: Bin, zone: ZoneInfo) -> str:
        """What the points of a bin rest on."""
        learned = self.learned_at.isoformat() if self.learned_at else ""
        return f"{learned} {zone.key} {kind_of(each)} {each.volume_l!r}"


@dataclass(frozen=True)
class Fresh:
    """States in the order of the bins, and by bin what the next ones go on from."""

    states: tuple[FillState, ...]
    points: Mapping[str, Points]


def go_on(
    tx: Connection,
    bins: Sequence[Bin],
    known: Known,
    *,
    since: Mapping[str, datetime],
    now: datetime,
    zone: ZoneInfo,
) -> Fresh:
    """States of some bins at `now`, to whom things happened at `since` or later that no point
    knows.
    """
    kept = fetch_points(tx, [each.id for each in bins])
    starts: dict[str, Point | None] = {}
    for each in bins:
        happened_s = since[each.id].timestamp() if each.id in since else inf
        # a point of a clock that is ahead of ours knows too much
        before_s = min(happened_s, now.timestamp() + 1e-6)
        points = kept.get(each.id, NO_POINTS)
        starts[each.id] = points.before(known.basis(each, zone), before_s)
    states: dict[str, FillState] = {}
    fresh: dict[str, Points] = {}
    for group in _by_age(bins, starts, now):
        found = _resumed(tx, group, [starts[each.id] for each in group], known, now=now, zone=zone)
        for each, state, newest in zip(group, found.states, found.points, strict=True):
            points, basis = kept.get(each.id, NO_POINTS), known.basis(each, zone)
            states[each.id] = state
            fresh[each.id] = points.going_on(basis, starts[each.id], newest)
    return Fresh(tuple(states[each.id] for each in bins), fresh)


def _by_age(
    bins: Sequence[Bin], starts: Mapping[str, Point | None], now: datetime
) -> list[list[Bin]]:
    """Bins with a fresh point, with an old one, with none: the readings of each group are read at
    once, since the oldest of its points.
    """
    groups: tuple[list[Bin], list[Bin], list[Bin]] = ([], [], [])
    lately_s = (now - _LATELY).timestamp()
    for each in bins:
        start = starts[each.id]
        groups[2 if start is None else 0 if start.through_s >= lately_s else 1].append(each)
    return [group for group in groups if group]


def _resumed(
    tx: Connection,
    bins: Sequence[Bin],
    starts: Sequence[Point | None],
    known: Known,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Resumed:
    points = [each for each in starts if each]
    since = known.since(now)
    if points:
        since = datetime.fromtimestamp(min(each.through_s for each in points), UTC)
    return resume(
        bins,
        starts,
        fetch_arrays(tx, bins, since=since, until=now),
        fetch_emptyings(tx, [each.id for each in bins], since=since, until=now),
        until=now,
        zone=zone,
        pools=known.pools,
    )


def learned(
    tx: Connection, bins: Sequence[Bin], *, now: datetime, zone: ZoneInfo
) -> tuple[Mapping[str, Pool], Fresh]:
    """What the bins of each kind have in common, and all states with it, from history."""
    if not bins:
        return {}, Fresh((), {})
    since = now - SPAN
    readings = fetch_arrays(tx, bins, since=since, until=now)
    told = fetch_emptyings(tx, [each.id for each in bins], since=since, until=now)
    pools = pools_of(history(bins, readings.arrays, told, until=now, zone=zone))
    found = resume(bins, [None] * len(bins), readings, told, until=now, zone=zone, pools=pools)
    known = Known(pools, now)
    points = {
        each.id: NO_POINTS.going_on(known.basis(each, zone), None, newest)
        for each, newest in zip(bins, found.points, strict=True)
    }
    return pools, Fresh(found.states, points)
