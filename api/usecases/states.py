"""Keeps fill states fresh: those that something happened to are computed again when needed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.store.catalogue import BINS, fetch_all
from api.store.database import Database
from api.store.history import fetch_arrays
from api.store.readings import bins_heard_after, fetch_emptyings
from api.store.states import fetch_pools, mark_stale, stale_bins, write_pools, write_states
from optimiser.domain.bins import Bin
from optimiser.forecast import (
    FillState,
    Pool,
    fill_states_from_arrays,
    history,
    kind_of,
    pools_of,
)

SPAN = timedelta(days=35)
"""So much history makes a state: five weeks, enough for weekdays and slow bins."""
KEPT = timedelta(hours=6)
"""A state is computed again after so long even without readings: silence is news too."""
POOLS_KEPT = timedelta(hours=24)
"""What the bins of a kind have in common is learned again once a day."""


def refresh_fill_states(db: Database, *, now: datetime, zone: ZoneInfo) -> int:
    """Recompute the fill states of bins with new readings; how many.

    Nothing is locked while it computes; a reading that comes in meanwhile leaves its bin stale.
    """
    with db.read() as tx:
        stale = stale_bins(tx, now - KEPT)
        if not stale.versions:
            return 0
        bins = fetch_all(tx, BINS)
        pools, learned_at = fetch_pools(tx)
        old = learned_at is None or learned_at < now - POOLS_KEPT
        if old or not {kind_of(each) for each in bins} <= set(pools):
            pools = _learned(tx, bins, now, zone)
            learned_at = None
        due = [each for each in bins if each.id in stale]
        states = states_of(tx, due, pools, now=now, zone=zone)
        ahead = bins_heard_after(tx, now)
    with db.write() as tx:
        if learned_at is None:
            write_pools(tx, pools, now)
        write_states(tx, states, stale, now)
        mark_stale(tx, ahead & stale.versions.keys())  # their time comes within minutes
    return len(states)


def states_of(
    tx: Connection,
    bins: Sequence[Bin],
    pools: Mapping[str, Pool],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[FillState, ...]:
    """States of some bins from their history, with what is known of their kinds."""
    since = now - SPAN
    return fill_states_from_arrays(
        bins,
        fetch_arrays(tx, bins, since=since, until=now).arrays,
        fetch_emptyings(tx, [each.id for each in bins], since=since, until=now),
        until=now,
        zone=zone,
        pools=pools,
    )


def _learned(tx: Connection, bins: Sequence[Bin], now: datetime, zone: ZoneInfo) -> dict[str, Pool]:
    since = now - SPAN
    past = history(
        bins,
        fetch_arrays(tx, bins, since=since, until=now).arrays,
        fetch_emptyings(tx, [each.id for each in bins], since=since, until=now),
        until=now,
        zone=zone,
    )
    return dict(pools_of(past)) if bins else {}
