"""Parameters of paths, queries and headers that several resources share."""

import re
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, NoReturn

from flask import request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from api.http.ports import principal
from api.http.problems import Refused
from api.usecases.idempotency import Once, request_hash
from api.usecases.paging import MOST
from optimiser.domain.base import Id
from optimiser.wire import field_problems

_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,128}")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _iso_only(value: Any) -> Any:
    """Pydantic would take the text "0" for the first day of 1970."""
    if isinstance(value, str) and not _ISO_DATE.fullmatch(value):
        raise ValueError("a date is written YYYY-MM-DD")
    return value


IsoDate = Annotated[date, BeforeValidator(_iso_only)]


class Parameters(BaseModel):
    """Base of them all: an unknown parameter is refused, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def model_json_schema(cls, *args: Any, **more: Any) -> dict[str, Any]:
        """Made once where it is asked for without options: flask-openapi3 does so at each request,
        which takes longer than all the rest of a short one.
        """
        return super().model_json_schema(*args, **more) if args or more else _schema_of(cls)


@lru_cache(maxsize=256)
def _schema_of(kind: type[Parameters]) -> dict[str, Any]:
    return super(Parameters, kind).model_json_schema()


class IdPath(Parameters):
    """The id in a path."""

    id: Id


class PageQuery(Parameters):
    """Which page of a list."""

    cursor: str | None = Field(
        default=None, max_length=500, description="`next_cursor` of the page before"
    )
    limit: int = Field(default=100, ge=1, le=MOST, description="items a page")


def refuse_parameters(error: ValidationError) -> NoReturn:
    """What flask-openapi3 calls for parameters that do not fit."""
    found = field_problems(error)
    names = ", ".join(each.field for each in found)
    raise Refused("invalid_parameter", f"wrong parameters: {names[:200]}", found) from None


def once(raw: bytes) -> Once | None:
    """The Idempotency-Key of this request, bound to its caller and to what it asks."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not _IDEMPOTENCY_KEY.fullmatch(key):
        raise Refused("invalid_parameter", "Idempotency-Key is 1 to 128 visible ASCII characters")
    return Once(key, principal().key_id, request_hash(request.method, request.full_path, raw))
