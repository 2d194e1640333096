"""Rows of fill states, and of what the bins of a kind have in common."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from api.store.documents import dump, load
from api.store.statements import add_new, batches
from api.store.tables import fill_states, pools
from optimiser.forecast import FillState, Pool

_BIN = fill_states.c.bin_id


def born(tx: Connection, bin_ids: Iterable[str]) -> None:
    """Rows for new bins, stale from the start."""
    rows = [{"bin_id": each, "changes": 1, "seen": 0} for each in bin_ids]
    add_new(tx, fill_states, ["bin_id"], rows)


def mark_stale(tx: Connection, bin_ids: Iterable[str]) -> None:
    """Say that something happened to bins that their states do not know."""
    for part in batches(sorted(set(bin_ids))):
        # Held in order of id, so that two writers never wait for each other in a ring.
        tx.execute(select(_BIN).where(_BIN.in_(part)).order_by(_BIN).with_for_update())
        more = {"changes": fill_states.c.changes + 1}
        tx.execute(update(fill_states).where(_BIN.in_(part)).values(more))


def stale_bins(tx: Connection, older_than: datetime) -> dict[str, int]:
    """Bins whose state is stale or was computed long ago, and the changes counted so far."""
    columns = fill_states.c
    due = (
        (columns.changes != columns.seen)
        | columns.computed_at.is_(None)
        | (columns.computed_at < older_than)
    )
    rows = tx.execute(select(columns.bin_id, columns.changes).where(due))
    return {row.bin_id: row.changes for row in rows}


def fetch_states(tx: Connection) -> dict[str, FillState]:
    """States by bin, stale or not; bins without any are left out."""
    rows = tx.execute(
        select(_BIN, fill_states.c.state).where(fill_states.c.computed_at.is_not(None))
    )
    return {row.bin_id: load(FillState, row.state) for row in rows}


def write_states(
    tx: Connection, states: Sequence[FillState], changes: Mapping[str, int], now: datetime
) -> None:
    """Keep states that know of so many changes; one that knows less than the row's is dropped."""
    values = [
        {
            "key": each.bin_id,
            "seen": changes[each.bin_id],
            "state": dump(FillState, each),
            "computed_at": now,
        }
        for each in states
    ]
    if values:
        names = ("seen", "state", "computed_at")
        not_newer = fill_states.c.seen <= bindparam("seen")
        statement = update(fill_states).where(bindparam("key") == _BIN, not_newer)
        tx.execute(statement.values({name: bindparam(name) for name in names}), values)


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
