"""Rows of fill states, of what makes them stale, and of what the bins of a kind have in common."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from api.store.documents import dump, load
from api.store.statements import add_new, batches
from api.store.tables import fill_news, fill_states, pools
from optimiser.forecast import FillState, Pool

_BIN = fill_states.c.bin_id


@dataclass(frozen=True)
class Stale:
    """Bins whose states are to be computed, with the versions of these, and the rows of news that
    say so.
    """

    versions: Mapping[str, int]
    news: Sequence[int]

    def __contains__(self, bin_id: str) -> bool:
        return bin_id in self.versions


def born(tx: Connection, bin_ids: Iterable[str]) -> None:
    """Rows for new bins, stale from the start."""
    add_new(tx, fill_states, ["bin_id"], [{"bin_id": each, "version": 0} for each in bin_ids])


def mark_stale(tx: Connection, bin_ids: Iterable[str]) -> None:
    """Say that something happened to bins that their states do not know."""
    if found := sorted(set(bin_ids)):
        tx.execute(insert(fill_news).values(bin_ids=found))


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
    return Stale(old, [row.id for row in news])


def fold_news(tx: Connection) -> None:
    """Make one row of all news: where sensors send one by one there would be too many."""
    news = tx.execute(select(fill_news)).all()
    if len(news) > 1:
        _drop_news(tx, [row.id for row in news])
        mark_stale(tx, (bin_id for row in news for bin_id in row.bin_ids))


def fetch_states(tx: Connection) -> dict[str, FillState]:
    """States by bin, stale or not; bins without any are left out."""
    rows = tx.execute(
        select(_BIN, fill_states.c.state).where(fill_states.c.computed_at.is_not(None))
    )
    return {row.bin_id: load(FillState, row.state) for row in rows}


def write_states(tx: Connection, states: Sequence[FillState], stale: Stale, now: datetime) -> None:
    """Keep states that know of all that `stale` tells of.

    One that somebody else wrote meanwhile is left, and the news too: theirs may know less.
    """
    values = [
        {
            "key": each.bin_id,
            "version_was": stale.versions[each.bin_id],
            "state": dump(FillState, each),
            "computed_at": now,
        }
        for each in states
    ]
    if not values:
        return
    unchanged = fill_states.c.version == bindparam("version_was")
    statement = update(fill_states).where(bindparam("key") == _BIN, unchanged)
    changes: dict[str, Any] = {name: bindparam(name) for name in ("state", "computed_at")}
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


def write_pools(tx: Connection, found: Mapping[str, Pool], now: datetime) -> None:
    """Replace all pools. Of two who learned them at once the first is kept."""
    tx.execute(delete(pools))
    rows = [
        {"fraction": kind, "pool": dump(Pool, pool), "learned_at": now}
        for kind, pool in found.items()
    ]
    add_new(tx, pools, ["fraction"], rows)
