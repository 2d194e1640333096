"""Rows of fill states, of what makes them stale, and of what the bins of a kind have in common."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from api.store.documents import dump, load
from api.store.statements import add_new, batches, one_of
from api.store.tables import fill_news, fill_states, pools
from optimiser.forecast import FillState, Points, Pool, packed, unpacked

_BIN = fill_states.c.bin_id
NO_BINS: Mapping[str, Points] = {}


@dataclass(frozen=True)
class Stale:
    """Bins whose states are to be computed, with the versions of these, and the rows of news that
    say so; `since`: the earliest thing that happened to bins, of those that something did.
    """

    versions: Mapping[str, int]
    news: Sequence[int]
    since: Mapping[str, datetime] = field(default_factory=dict)

    def __contains__(self, bin_id: str) -> bool:
        return bin_id in self.versions


def born(tx: Connection, bin_ids: Iterable[str]) -> None:
    """Rows for new bins, stale from the start."""
    add_new(tx, fill_states, ["bin_id"], [{"bin_id": each, "version": 0} for each in bin_ids])


def mark_stale(tx: Connection, bin_ids: Iterable[str], *, since: datetime | None) -> None:
    """Say that something happened to bins, at `since` or later, that their states do not know.

    None: it has no time, for nothing was heard of the bin; it was edited.
    """
    if found := sorted(set(bin_ids)):
        tx.execute(insert(fill_news).values(bin_ids=found, since=since))


def stale_bins(tx: Connection, older_than: datetime) -> Stale:
    """Bins whose state is stale or was computed before that."""
    columns = fill_states.c
    news = tx.execute(select(fill_news)).all()
    told = {bin_id for row in news for bin_id in row.bin_ids}
    old = {
        row.bin_id: row.version
        for row in tx.execute(select(_BIN, columns.version, columns.computed_at))
        if row.computed_at is None or row.computed_at < older_than or row.bin_id in told
    }
    return Stale(old, [row.id for row in news], _since(news))


def fetch_since(tx: Connection) -> dict[str, datetime]:
    """The earliest thing that happened to bins, of those that something did."""
    return _since(tx.execute(select(fill_news)).all())


def _since(news: Sequence[Row[Any]]) -> dict[str, datetime]:
    since: dict[str, datetime] = {}
    for row in sorted((each for each in news if each.since), key=lambda each: each.since):
        for bin_id in row.bin_ids:
            since.setdefault(bin_id, row.since)
    return since


def fold_news(tx: Connection) -> None:
    """Make one row of all news: where sensors send one by one there would be too many."""
    news = tx.execute(select(fill_news)).all()
    if len(news) > 1:
        _drop_news(tx, [row.id for row in news])
        since = min((row.since for row in news if row.since), default=None)
        mark_stale(tx, (bin_id for row in news for bin_id in row.bin_ids), since=since)


def fetch_states(tx: Connection) -> dict[str, FillState]:
    """States by bin, stale or not; bins without any are left out."""
    rows = tx.execute(
        select(_BIN, fill_states.c.state).where(fill_states.c.computed_at.is_not(None))
    )
    return {row.bin_id: load(FillState, row.state) for row in rows}


def fetch_points(tx: Connection, bin_ids: Sequence[str]) -> dict[str, Points]:
    """What to go on from, by bin; bins without any are left out."""
    columns = select(_BIN, fill_states.c.points).where(fill_states.c.points.is_not(None))
    rows = tx.execute(columns.where(one_of(tx, _BIN, bin_ids)))
    return {row.bin_id: unpacked(row.points) for row in rows}


def write_states(
    tx: Connection,
    states: Sequence[FillState],
    stale: Stale,
    now: datetime,
    points: Mapping[str, Points] = NO_BINS,
) -> None:
    """Keep states that know of all that `stale` tells of, and what to go on from.

    One that somebody else wrote meanwhile is left, and the news too: theirs may know less.
    """
    values = [
        {
            "key": each.bin_id,
            "version_was": stale.versions[each.bin_id],
            "state": dump(FillState, each),
            "computed_at": now,
            "points": packed(points[each.bin_id]) if each.bin_id in points else None,
        }
        for each in states
    ]
    if not values:
        return
    unchanged = fill_states.c.version == bindparam("version_was")
    statement = update(fill_states).where(bindparam("key") == _BIN, unchanged)
    changes: dict[str, Any] = {name: bindparam(name) for name in ("state", "computed_at", "points")}
    changes["version"] = fill_states.c.version + 1
    counted = {"preserve_rowcount": True}
    written = tx.execute(statement.values(changes), values, execution_options=counted)
    if written.rowcount == len(values):
        _drop_news(tx, stale.news)


def _drop_news(tx: Connection, ids: Sequence[int]) -> None:
    for part in batches(ids):
        tx.execute(delete(fill_news).where(fill_news.c.id.in_(part)))


def fetch_pools(tx: Connection) -> tuple[dict[str, Pool], datetime | None]:
    """Pools by kind (the column says fraction), and when they were learned."""
    rows = tx.execute(select(pools)).all()
    learned_at = min((row.learned_at for row in rows), default=None)
    return {row.fraction: load(Pool, row.pool) for row in rows}, learned_at


def forget_pools(tx: Connection) -> None:
    """Have them learned again at the next use: history came in that they do not know."""
    tx.execute(delete(pools))


def write_pools(tx: Connection, found: Mapping[str, Pool], now: datetime) -> None:
    """Replace all pools. Of two who learned them at once the first is kept."""
    tx.execute(delete(pools))
    rows = [
        {"fraction": kind, "pool": dump(Pool, pool), "learned_at": now}
        for kind, pool in found.items()
    ]
    add_new(tx, pools, ["fraction"], rows)
