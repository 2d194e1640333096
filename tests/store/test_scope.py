"""Whatever is asked in a transaction is asked of its fleet alone."""

from typing import Any

import pytest
from sqlalchemy import delete, exists, func, insert, join, select, union_all, update
from sqlalchemy.exc import StatementError

from api.store.catalogue import DEPOTS, fetch
from api.store.catalogue import insert as add
from api.store.database import Database
from api.store.scope import NoFleet
from api.store.tables import bins, depots, is_of_fleets, metadata, plan_documents, plans, trucks
from api.usecases.fleets import add_fleet
from small_city import DEPOT, NOW

SHARED = {"fleets", "workers"}
"""Tables of the service itself, which hold nothing of anybody's."""
_SAME = trucks.c.start_depot_id == depots.c.id
OTHER = depots.alias("other")
READS: dict[str, Any] = {
    "a select": select(depots.c.fleet_id),
    "a count": select(func.count()).select_from(depots).having(func.count() > 0),
    "an alias": select(OTHER.c.id),
    "a join": select(depots.c.id).select_from(join(depots, OTHER, depots.c.id == OTHER.c.id)),
    "two tables": select(depots.c.id).where(OTHER.c.id == depots.c.id),
    "a subquery": select(select(depots.c.id).subquery().c.id),
    "a scalar": select(select(depots.c.id).limit(1).scalar_subquery().label("id")).where(
        exists().where(depots.c.id == DEPOT.id)
    ),
    "a table expression": select(select(depots.c.id).cte().c.id),
    "a union": union_all(select(depots.c.id), select(OTHER.c.id)),
    "one that is locked": select(depots.c.id).with_for_update(skip_locked=True),
}
WRITES: dict[str, Any] = {
    "an update": update(depots).values(version=9),
    "a delete": delete(depots),
    "an update by another table": update(depots)
    .where(depots.c.id.in_(select(OTHER.c.id)))
    .values(version=9),
}


@pytest.fixture
def two(db: Database) -> tuple[Database, Database]:
    """The main fleet with a depot, and another that has nothing."""
    add_fleet(db, "other", now=NOW)
    with db.write() as tx:
        assert add(tx, DEPOTS, [DEPOT], now=NOW)
    return db, db.of("other")


def test_every_table_is_one_of_fleets_or_the_service_s_own() -> None:
    assert {each.name for each in metadata.tables.values() if not is_of_fleets(each)} == SHARED


def test_every_key_and_index_of_a_fleet_s_table_begins_with_the_fleet() -> None:
    """So that one fleet's ids are never taken by another's, and none slows another down."""
    own = {"quarantine", "fill_news", "plan_changes", "api_keys", "audit"}
    for table in (each for each in metadata.tables.values() if is_of_fleets(each)):
        first = [next(iter(each.columns)).name for each in table.indexes]
        if table.name not in own:
            first.append(next(iter(table.primary_key)).name)
        assert set(first) <= {"fleet_id"}, table.name


@pytest.mark.parametrize("name", READS)
def test_a_read_finds_what_the_fleet_has(two: tuple[Database, Database], name: str) -> None:
    mine, theirs = two
    with mine.write() as tx:
        assert tx.execute(READS[name]).all()
    with theirs.write() as tx:
        assert not tx.execute(READS[name]).all()


@pytest.mark.parametrize("name", WRITES)
def test_a_write_changes_nothing_of_another_fleet(
    two: tuple[Database, Database], name: str
) -> None:
    mine, theirs = two
    with theirs.write() as tx:
        assert tx.execute(WRITES[name]).rowcount == 0
    with mine.write() as tx:
        assert fetch(tx, DEPOTS, DEPOT.id) is not None
        assert tx.execute(WRITES[name]).rowcount == 1


def test_two_fleets_may_use_the_same_id(two: tuple[Database, Database]) -> None:
    mine, theirs = two
    with theirs.write() as tx:
        assert add(tx, DEPOTS, [DEPOT], now=NOW)
        assert tx.execute(delete(depots)).rowcount == 1
    with mine.read() as tx:
        assert fetch(tx, DEPOTS, DEPOT.id) is not None


def test_a_row_is_the_fleet_s_of_its_transaction_whatever_it_says(
    two: tuple[Database, Database],
) -> None:
    mine, theirs = two
    row = {"id": "E", "document": {}, "version": 1, "created_at": NOW, "updated_at": NOW}
    with theirs.write() as tx:
        tx.execute(insert(depots).values(row | {"fleet_id": "main"}))
        tx.execute(insert(depots), [row | {"fleet_id": "main", "id": "F"}])
        assert set(tx.execute(select(depots.c.fleet_id)).scalars()) == {"other"}
    with mine.read() as tx:
        assert list(tx.execute(select(depots.c.id)).scalars()) == [DEPOT.id]


@pytest.mark.parametrize(
    "statement",
    [
        *READS.values(),
        *WRITES.values(),
        insert(plans).values(id="p"),
        insert(bins).from_select(["id"], select(depots.c.id)),
        select(plan_documents.c.plan_id),
    ],
)
def test_a_transaction_of_no_fleet_cannot_touch_the_tables_of_fleets(
    sqlite_db: Database, statement: Any
) -> None:
    closed = pytest.raises((NoFleet, StatementError), match="for no fleet")
    with closed, sqlite_db.of(None).write() as tx:
        tx.execute(statement)


def test_an_outer_join_is_refused_as_it_would_lose_rows(sqlite_db: Database) -> None:
    outer = select(trucks.c.id).select_from(trucks.outerjoin(depots, _SAME))
    with pytest.raises(NotImplementedError, match="outer join"), sqlite_db.read() as tx:
        tx.execute(outer)
