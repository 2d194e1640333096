"""Several fleets share the service: each row of their tables says whose it is."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import NamedTuple

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from api.store.types import UtcInstant

revision = "0011"
down_revision = "0010"

_MAIN = "main"
_FLEET = "fleet_id"


class _Reference(NamedTuple):
    """A column that refers to the `id` of another table."""

    column: str
    to: str
    cascades: bool = False


class _Change(NamedTuple):
    """`key`: the primary key as it was, if the fleet becomes its first part. `checks`: conditions
    by name, which SQLite's copy of a table loses. `unique`: a column of which a fleet has one.
    """

    table: str
    key: tuple[str, ...] = ()
    refers: tuple[_Reference, ...] = ()
    checks: tuple[tuple[str, str], ...] = ()
    unique: str = ""


class _Index(NamedTuple):
    """`columns` are those after the fleet's. `name`: where it does not come from the columns.
    `born`: there was none before.
    """

    table: str
    columns: tuple[str, ...]
    unique: bool = False
    where: str = ""
    name: str = ""
    born: bool = False

    def named(self, *first: str) -> str:
        """Its name, if these come before its columns."""
        kind = "uq" if self.unique else "ix"
        return self.name or "_".join((kind, self.table, *first, *self.columns))


_STATES = (
    "status IN ('queued', 'running', 'done', 'failed', 'cancelled', 'published', 'superseded')"
)
_ROLES = "role IN ('dispatcher', 'driver', 'sensor', 'monitor', 'admin')"
_CHANGES = (
    _Change("depots", ("id",)),
    _Change("disposal_sites", ("id",)),
    _Change(
        "trucks",
        ("id",),
        (_Reference("start_depot_id", "depots"), _Reference("end_depot_id", "depots")),
    ),
    _Change("bins", ("id",), unique="sensor_id"),
    _Change("readings", ("time", "sensor_id", "sequence")),
    _Change("quarantine"),
    _Change("emptyings", ("bin_id", "time")),
    _Change("fill_states", ("bin_id",), (_Reference("bin_id", "bins", cascades=True),)),
    _Change("fill_news"),
    _Change("pools", ("fraction",)),
    _Change("plans", ("id",), (_Reference("base_plan_id", "plans"),), (("status", _STATES),)),
    _Change(
        "plan_documents",
        ("plan_id", "kind"),
        (_Reference("plan_id", "plans", cascades=True),),
        (("kind", "kind IN ('problem', 'plan')"),),
    ),
    _Change("plan_changes", (), (_Reference("plan_id", "plans", cascades=True),)),
    _Change("driver_events", ("id",), (_Reference("plan_id", "plans"),)),
    _Change("driver_days", ("service_date",)),
    _Change("photos", ("id",)),
    _Change("schedules", ("id",)),
    _Change(
        "schedule_runs",
        ("schedule_id", "due_at"),
        (_Reference("schedule_id", "schedules", cascades=True), _Reference("plan_id", "plans")),
    ),
    _Change("webhooks", ("id",)),
    _Change("deliveries", ("id",), (_Reference("webhook_id", "webhooks", cascades=True),)),
    _Change("api_keys", (), (_Reference("truck_id", "trucks"),), (("role", _ROLES),)),
    _Change("audit"),
    _Change("idempotency", ("principal", "key")),
)
_PUBLISHED = "status = 'published'"
_INDEXES = (
    _Index("trucks", ("start_depot_id",)),
    _Index("trucks", ("end_depot_id",)),
    _Index("bins", ("fraction",)),
    _Index("quarantine", ("raw_hash", "key_id", "reason"), unique=True, name="uq_quarantine_raw"),
    _Index("quarantine", ("id",), born=True),
    _Index("plans", ("service_date",)),
    _Index("plans", ("status", "id")),
    _Index("plans", ("service_date",), True, _PUBLISHED, "uq_plans_published"),
    _Index("plan_changes", ("plan_id", "id")),
    _Index("driver_events", ("service_date", "seq"), unique=True),
    _Index("driver_events", ("service_date", "truck_id")),
    _Index("driver_events", ("service_date", "visit_id")),
    _Index("photos", ("truck_id", "received_at")),
    _Index("schedule_runs", ("next_at",)),
    _Index("deliveries", ("webhook_id",)),
    _Index("deliveries", ("next_at",)),
    _Index("api_keys", ("truck_id",)),
    _Index("audit", ("id",), born=True),
    _Index("audit", ("key_id",)),
    _Index("audit", ("kind", "ref")),
    _Index("idempotency", ("created_at",)),
)


def upgrade() -> None:
    """All that there is becomes the main fleet's."""
    fleets = op.create_table(
        "fleets",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fleets"),
    )
    op.execute(fleets.insert().values(id=_MAIN, name="", created_at=datetime.now(UTC)))
    for each in _INDEXES:
        if not each.born:
            op.drop_index(each.named(), each.table)
    _loosen("")
    for change in _CHANGES:
        whose = sa.Column(_FLEET, sa.String(64), nullable=False, server_default=_MAIN)
        op.add_column(change.table, whose)
        with _rebuilt(change, first=True) as table:
            _drop_references(table, change, "")
            _drop_keys(table, change, "")
            table.alter_column(_FLEET, server_default=None)
            _make_keys(table, change, (_FLEET,))
            if change.table == "api_keys":
                table.create_foreign_key("fk_api_keys_fleet_id", "fleets", [_FLEET], ["id"])
    for each in _INDEXES:
        _make_index(each, _FLEET)


def downgrade() -> None:
    """Back to one fleet. Raises ValueError if another one has anything: it would become the main
    fleet's.
    """
    _refuse_others()
    for each in _INDEXES:
        op.drop_index(each.named(_FLEET), each.table)
    _loosen(f"{_FLEET}_")
    for change in _CHANGES:
        with _rebuilt(change, first=False) as table:
            if change.table == "api_keys":
                table.drop_constraint("fk_api_keys_fleet_id", type_="foreignkey")
            _drop_references(table, change, f"{_FLEET}_")
            _drop_keys(table, change, f"{_FLEET}_")
            table.drop_column(_FLEET)
            _make_keys(table, change, ())
    for each in _INDEXES:
        if not each.born:
            _make_index(each)
    op.drop_table("fleets")


def _refuse_others() -> None:
    tx = op.get_bind()
    for each in _CHANGES:
        table = sa.table(each.table, sa.column(_FLEET))
        other = tx.execute(sa.select(table.c[_FLEET]).where(table.c[_FLEET] != _MAIN).limit(1))
        if (found := other.scalar()) is not None:
            text = (
                f"{each.table} holds rows of the fleet {found!r}: there is no way back with those"
            )
            raise ValueError(text)


def _is_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def _rebuilt(change: _Change, *, first: bool) -> AbstractContextManager[BatchOperations]:
    """SQLite copies the table once, with all that is done within. Of a table without row ids its
    check of integrity (3.40) wants the key's columns first.
    """
    if change.table != "readings" or not _is_sqlite():
        return op.batch_alter_table(change.table)
    order = (*((_FLEET,) if first else ()), *change.key, "bin_id", "fill", "quality")
    return op.batch_alter_table(
        change.table,
        recreate="always",
        partial_reordering=[order],
        table_kwargs={"sqlite_with_rowid": False},
    )


def _loosen(prefix: str) -> None:
    """PostgreSQL keeps a key from being changed while something refers to it."""
    for change in () if _is_sqlite() else _CHANGES:
        for each in change.refers:
            op.drop_constraint(f"fk_{change.table}_{prefix}{each.column}", change.table)


def _drop_references(table: BatchOperations, change: _Change, prefix: str) -> None:
    for each in change.refers if _is_sqlite() else ():
        table.drop_constraint(f"fk_{change.table}_{prefix}{each.column}", type_="foreignkey")


def _drop_keys(table: BatchOperations, change: _Change, prefix: str) -> None:
    if change.key:
        table.drop_constraint(f"pk_{change.table}", type_="primary")
    if change.unique:
        table.drop_constraint(f"uq_{change.table}_{prefix}{change.unique}", type_="unique")


def _make_keys(table: BatchOperations, change: _Change, first: tuple[str, ...]) -> None:
    """Keys and references, each with `first` before its other columns; and the checks."""
    prefix = "".join(f"{each}_" for each in first)
    if change.key:
        table.create_primary_key(f"pk_{change.table}", [*first, *change.key])
    if change.unique:
        name = f"uq_{change.table}_{prefix}{change.unique}"
        table.create_unique_constraint(name, [*first, change.unique])
    for each in change.refers:
        table.create_foreign_key(
            f"fk_{change.table}_{prefix}{each.column}",
            each.to,
            [*first, each.column],
            [*first, "id"],
            ondelete="CASCADE" if each.cascades else None,
        )
    for name, condition in change.checks if _is_sqlite() else ():
        table.create_check_constraint(op.f(f"ck_{change.table}_{name}"), condition)


def _make_index(index: _Index, *first: str) -> None:
    where = sa.text(index.where) if index.where else None
    op.create_index(
        index.named(*first),
        index.table,
        [*first, *index.columns],
        unique=index.unique,
        postgresql_where=where,
        sqlite_where=where,
    )
