"""One transaction, one fleet: every statement is held to the fleet that its transaction is for.

Nobody has to remember it. As a statement is spelled, each select, update and delete of a table of
fleets (`api.store.tables.of_fleets`) gets `fleet_id = :of_fleet`, wherever in the statement it
stands; an insert gets the fleet's id as a value. A transaction for no fleet cannot touch such a
table at all. Text that goes to the driver as it is names the fleet itself: see `fleet_of`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

from sqlalchemy import (
    Connection,
    Delete,
    Engine,
    FromClause,
    Insert,
    Join,
    Select,
    String,
    Update,
    bindparam,
    event,
    select,
)
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import Alias

from api.store.tables.base import FLEET, is_of_fleets

PARAMETER = "of_fleet"
_OPTION = "binrounds_fleet"


class NoFleet(Exception):  # noqa: N818  # it says what is the case
    """A table of fleets is asked for in a transaction that is for none."""


def keep_fleets_apart(engine: Engine) -> None:
    """Hold every statement of this engine to the fleet of its transaction."""
    dialect: Any = engine.dialect
    plain: type[SQLCompiler] = dialect.statement_compiler
    dialect.statement_compiler = type("ScopedCompiler", (_Scoped, plain), {})
    event.listen(engine, "before_execute", _name_the_fleet, retval=True)


def options_for(fleet_id: str | None) -> dict[str, Any]:
    """Options of an engine whose transactions are for that fleet, or for none."""
    return {_OPTION: fleet_id}


def fleet_or_none(tx: Connection) -> str | None:
    """The fleet of a transaction, None if it is for none."""
    found: str | None = tx.get_execution_options().get(_OPTION)
    return found


def fleet_of(tx: Connection) -> str:
    """The fleet of a transaction. Raises NoFleet."""
    found = fleet_or_none(tx)
    if found is None:
        _none()
    return found


def _none() -> NoReturn:
    text = "this transaction is for no fleet, and tables of fleets are closed to it; Database.of"
    raise NoFleet(text)


class _Scoped(SQLCompiler):
    """Spells statements with the fleet in them. What is spelled once is kept by SQLAlchemy."""

    def visit_select(self, select_stmt: Select[Any], *args: Any, **kwargs: Any) -> Any:
        mine = _conditions(select_stmt.get_final_froms())
        return _plain(super()).visit_select(select_stmt.where(*mine), *args, **kwargs)

    def visit_update(self, update_stmt: Update, *args: Any, **kwargs: Any) -> Any:
        return _plain(super()).visit_update(_narrowed(update_stmt), *args, **kwargs)

    def visit_delete(self, delete_stmt: Delete, *args: Any, **kwargs: Any) -> Any:
        return _plain(super()).visit_delete(_narrowed(delete_stmt), *args, **kwargs)

    def visit_insert(self, insert_stmt: Insert, *args: Any, **kwargs: Any) -> Any:
        named = insert_stmt.select is None and FLEET in (self.column_keys or ())
        if is_of_fleets(insert_stmt.table) and not named:
            _none()
        return _plain(super()).visit_insert(insert_stmt, *args, **kwargs)


def _plain(compiler: Any) -> Any:
    """SQLAlchemy's compilers say nothing of types."""
    return compiler


def _narrowed(statement: Any) -> Any:
    everything = select(statement.table)
    if statement.whereclause is not None:
        everything = everything.where(statement.whereclause)
    return statement.where(*_conditions(everything.get_final_froms()))


def _conditions(froms: Iterable[FromClause]) -> list[Any]:
    wanted = bindparam(PARAMETER, type_=String(), callable_=_none)
    return [table.c[FLEET] == wanted for each in froms for table in _tables(each)]


def _tables(of: FromClause) -> Iterator[FromClause]:
    """The tables of fleets that a FROM names. Those in selects of their own are found there."""
    if isinstance(of, Join):
        found = [*_tables(of.left), *_tables(of.right)]
        if found and (of.isouter or of.full):
            raise NotImplementedError("an outer join would lose rows to the fleet's condition")
        yield from found
    elif is_of_fleets(of) or (isinstance(of, Alias) and is_of_fleets(of.element)):
        yield of


def _name_the_fleet(
    tx: Connection,
    statement: Any,
    many: Sequence[Mapping[str, Any]],
    one: Mapping[str, Any],
    _options: Mapping[str, Any],
) -> tuple[Any, Sequence[Mapping[str, Any]], Mapping[str, Any]]:
    """Give the fleet to what `_Scoped` spelled. An insert's `fleet_id` is what it says here,
    whatever it said before.
    """
    fleet_id = fleet_or_none(tx)
    if fleet_id is None:
        return statement, many, one
    given = {PARAMETER: fleet_id}
    if isinstance(statement, Insert) and is_of_fleets(statement.table):
        given |= {FLEET: fleet_id}
    return statement, [{**each, **given} for each in many], {} if many else {**one, **given}
