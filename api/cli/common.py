"""What commands share: settings, the database, and errors in one clear line."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, NoReturn, ParamSpec

import click
from pydantic import ValidationError
from pydantic_settings import SettingsError

from api.config import Settings
from api.store.database import Database
from api.store.errors import StoreUnavailable
from api.usecases.errors import Invalid, InvalidImport, UsecaseError
from api.usecases.fleets import MAIN, database_of
from optimiser.wire import field_problems

P = ParamSpec("P")

_ROWS_SHOWN = 50
_BUSY_TIMEOUT_S = 15.0
"""A command waits longer for the database than a request does."""

fleet_option = click.option(
    "--fleet", "fleet_id", default=MAIN, show_default=True, help="Whose; see `binrounds fleets`."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Answer, and errors, as JSON.")


class Refused(Exception):  # noqa: N818  # it says what is the case
    """An error of the command line itself, with a code for machines."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def say_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Turns every expected error into one line on stderr and exit code 1."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        as_json = bool(kwargs.get("as_json", False))
        try:
            command(*args, **kwargs)
        except (UsecaseError, StoreUnavailable, Refused) as error:
            _fail(error.code, error.detail, _problems(error), as_json=as_json)
        except ValidationError as error:
            wrong = "; ".join(str(each) for each in field_problems(error))
            _fail("invalid", wrong, [], as_json=as_json)
        except OSError as error:
            _fail(
                "not_usable", f"{error.filename or 'file'}: {error.strerror}", [], as_json=as_json
            )

    return wrapped


def settings() -> Settings:
    """Settings of the environment. Raises Refused that names the wrong variables."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(str(each) for each in field_problems(error))
        raise Refused("bad_settings", f"settings: {wrong}") from None
    except SettingsError as error:
        raise Refused("bad_settings", f"settings: {error}") from None


@contextmanager
def database(
    found: Settings, *, migrated: bool = False, fleet_id: str | None = None
) -> Iterator[Database]:
    """The database of the settings, for a fleet if one is named; with `migrated`, brought to this
    version's tables first. Raises Refused, NotFound.
    """
    from api.store.schema import is_current, migrate  # noqa: PLC0415  # alembic is slow to import

    db = Database(found.database_url, busy_timeout_s=_BUSY_TIMEOUT_S)
    try:
        if migrated:
            migrate(db)
        elif not is_current(db):
            text = "the database has not this version's tables; run `binrounds migrate`"
            raise Refused("not_migrated", text)
        yield db if fleet_id is None else database_of(db, fleet_id)
    finally:
        db.close()


def show(value: Any) -> None:
    """Print JSON."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def _problems(error: Exception) -> list[dict[str, Any]]:
    if isinstance(error, InvalidImport):
        return [vars(each) | {"text": str(each)} for each in error.rows]
    if isinstance(error, Invalid):
        return [vars(each) | {"text": str(each)} for each in error.problems]
    return []


def _fail(code: str, detail: str, problems: list[dict[str, Any]], *, as_json: bool) -> NoReturn:
    if as_json:
        found = {"code": code, "detail": detail, "problems": problems}
        click.echo(json.dumps({"error": found}, ensure_ascii=False), err=True)
    else:
        click.echo(f"Error: {detail}", err=True)
        for each in problems[:_ROWS_SHOWN]:
            click.echo(f"  {each['text']}", err=True)
        if len(problems) > _ROWS_SHOWN:
            more = len(problems) - _ROWS_SHOWN
            click.echo(f"  ... and {more} more; --json lists them all", err=True)
    raise SystemExit(1)
