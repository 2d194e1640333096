"""What all tables are made with, and whose their rows are."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    String,
    Table,
)
from sqlalchemy.schema import SchemaItem

from api.store.types import Document, UtcInstant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(64)
SERIAL = BigInteger().with_variant(Integer(), "sqlite")
FLEET = "fleet_id"
_APART = "of_fleets"


def of_fleets(name: str, *items: SchemaItem, in_key: bool = True, **options: Any) -> Table:
    """A table each of whose rows is one fleet's, which `fleet_id` says. `api.store.scope` keeps
    fleets apart in these.

    `in_key`: the fleet is the first part of the key, so that two fleets may use the same ids.
    """
    whose = Column(FLEET, ID, primary_key=in_key, nullable=False)
    return Table(name, metadata, whose, *items, info={_APART: True}, **options)


def is_of_fleets(table: object) -> bool:
    """Whether this is such a table."""
    return isinstance(table, Table) and _APART in table.info


def refers(column: str, table: str, **options: Any) -> ForeignKeyConstraint:
    """A reference to a row of the same fleet."""
    return ForeignKeyConstraint([FLEET, column], [f"{table}.{FLEET}", f"{table}.id"], **options)


def instant(name: str, *, nullable: bool = False) -> Column[Any]:
    """A column of instants."""
    return Column(name, UtcInstant(), nullable=nullable)


def versioned(name: str, *items: SchemaItem) -> Table:
    """A table of documents that are put, edited and deleted by id."""
    return of_fleets(
        name,
        Column("id", ID, primary_key=True),
        *items,
        Column("document", Document, nullable=False),
        Column("version", Integer, nullable=False),
        instant("created_at"),
        instant("updated_at"),
    )
