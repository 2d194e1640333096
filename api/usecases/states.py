"""Keeps fill states fresh: those that something happened to go on from what was believed before.

A state costs what came since the last one, not the bin's history: each bin keeps points to go on
from, and what comes late is put in its place by going on from the last point before it. History is
read for bins without such a point, and once a day for all, when what bins of a kind have in common
is learned again.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from api.store.catalogue import BINS, fetch_all, fetch_items
from api.store.database import Database
from api.store.readings import bins_heard_after, heard_anything
from api.store.states import fetch_pools, mark_stale, stale_bins, write_pools, write_states
from api.usecases.going_on import Known, go_on, learned
from optimiser.forecast import kind_of

KEPT = timedelta(hours=6)
"""A state is computed again after so long even without readings: silence is news too."""
POOLS_KEPT = timedelta(hours=24)
"""What the bins of a kind have in common is learned again once a day."""
_MOMENT = timedelta(microseconds=1)
_EVER_AFTER = datetime.max.replace(tzinfo=UTC)


def keep_fill_states(db: Database, *, now: datetime, zone: ZoneInfo) -> int:
    """What a worker does all the time: learn what is due to be learned, and refresh; how many."""
    with db.read() as tx:
        pools, learned_at = fetch_pools(tx)
        if learned_at is None and not heard_anything(tx):
            return 0  # there is nothing to learn from yet
        new_kinds = not {kind_of(each) for each in fetch_all(tx, BINS)} <= set(pools)
    if learned_at is None or learned_at < now - POOLS_KEPT or new_kinds:
        return _relearn(db, now=now, zone=zone)
    return refresh_fill_states(db, now=now, zone=zone)


def refresh_fill_states(db: Database, *, now: datetime, zone: ZoneInfo) -> int:
    """Bring the fill states of bins with news up to date; how many.

    Nothing is locked while it computes; a reading that comes in meanwhile leaves its bin stale.
    What kinds have in common is learned only if it never was.
    """
    with db.read() as tx:
        stale = stale_bins(tx, now - KEPT)
        if not stale.versions:
            return 0
        pools, learned_at = fetch_pools(tx)
        if learned_at is not None:
            due = fetch_items(tx, BINS, sorted(stale.versions))
            known = Known(pools, learned_at)
            found = go_on(tx, due, known, since=stale.since, now=now, zone=zone)
            ahead = bins_heard_after(tx, now)
    if learned_at is None:
        return _relearn(db, now=now, zone=zone)
    with db.write() as tx:
        write_states(tx, found.states, stale, now, found.points)
        # their time comes within minutes
        mark_stale(tx, ahead & stale.versions.keys(), since=now + _MOMENT)
    return len(found.states)


def _relearn(db: Database, *, now: datetime, zone: ZoneInfo) -> int:
    """Learn what kinds have in common, and all states anew, from history."""
    with db.read() as tx:
        stale = stale_bins(tx, _EVER_AFTER)
        bins = fetch_all(tx, BINS)
        pools, found = learned(tx, bins, now=now, zone=zone)
        ahead = bins_heard_after(tx, now)
    with db.write() as tx:
        write_pools(tx, pools, now)
        write_states(tx, found.states, stale, now, found.points)
        mark_stale(tx, ahead & stale.versions.keys(), since=now + _MOMENT)
    return len(found.states)
