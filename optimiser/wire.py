"""Problems and plans as JSON: reading with errors that name the field, writing, schemas."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from optimiser.domain.base import ID_PATTERN, NAME_PATTERN, SLUG_PATTERN
from optimiser.domain.calendar import CLOCK_PATTERN, TIME_OF_DAY_PATTERN
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem

T = TypeVar("T")

_SHOWN = 80
"""So many characters of a wrong value are repeated in its error, no more."""


@dataclass(frozen=True)
class FieldProblem:
    """One wrong field: its path (`visits[3].volume_l`), what is wrong, the value given."""

    field: str
    message: str
    value: str = ""

    def __str__(self) -> str:
        shown = f" (given: {self.value})" if self.value else ""
        return f"{self.field or 'document'}: {self.message}{shown}"


class InvalidDocument(ValueError):  # noqa: N818  # it says what the document is, not what failed
    """A JSON document that is not what it should be; `problems` lists every wrong field."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__("; ".join(str(each) for each in problems))
        self.problems = tuple(problems)


def read_problem(raw: bytes) -> Problem:
    """Read a problem file. Raises InvalidDocument, also for a key that is there twice."""
    return read(Problem, _without_repeats(raw))


def read_plan(raw: bytes) -> Plan:
    """Read a plan file. Raises InvalidDocument, also for a key that is there twice."""
    return read(Plan, _without_repeats(raw))


def read(kind: Callable[..., T], raw: bytes) -> T:
    """Read any domain class from JSON, strictly. Raises InvalidDocument."""
    try:
        value: T = _adapter(kind).validate_json(raw, strict=True)
    except ValidationError as error:
        raise InvalidDocument(field_problems(error)) from None
    return value


def _without_repeats(raw: bytes) -> bytes:
    """Text whose objects have each key once; what is no JSON at all is for `read` to tell."""
    try:
        json.loads(raw, object_pairs_hook=unrepeated)
    except RepeatedKey as error:
        raise InvalidDocument([FieldProblem("", str(error))]) from None
    except (ValueError, RecursionError):
        return raw
    return raw


class RepeatedKey(ValueError):  # noqa: N818  # as above
    """A JSON object with the same key twice, of which only one could count."""


def unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The pairs of a JSON object, for `json.loads`. Raises RepeatedKey."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise RepeatedKey(f"key {twice[:80]!r} occurs twice in one object")
    return found


def field_problems(error: ValidationError) -> tuple[FieldProblem, ...]:
    """Every wrong field of a pydantic error, in words for people."""
    found = error.errors(include_url=False)
    return tuple(_field_problem(each) for each in found if not _is_echo(each, found))


def to_json(value: Any, zone: ZoneInfo | None = None) -> Any:
    """Domain data as JSON-ready lists, dicts and scalars; instants with the zone's offset.

    Sets become sorted lists so that equal data gives equal text.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: to_json(getattr(value, each.name), zone) for each in fields(value)}
    if isinstance(value, dict):
        return {str(key): to_json(each, zone) for key, each in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(to_json(each, zone) for each in value)
    if isinstance(value, list | tuple):
        return [to_json(each, zone) for each in value]
    if isinstance(value, date):
        zoned = value.astimezone(zone) if zone and isinstance(value, datetime) else value
        return zoned.isoformat()
    return value.value if isinstance(value, Enum) else value


def problem_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the problem file."""
    return _schema(Problem, "binrounds problem")


def plan_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the plan file."""
    return _schema(Plan, "binrounds plan")


def _schema(kind: Callable[..., Any], title: str) -> dict[str, Any]:
    schema = _adapter(kind).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": title}


@lru_cache(maxsize=64)
def _adapter(kind: Callable[..., Any]) -> TypeAdapter[Any]:
    return TypeAdapter(cast(Any, kind))


def _is_echo(details: ErrorDetails, found: Sequence[ErrorDetails]) -> bool:
    """Whether a list counts as too short only because its items were refused."""
    loc = details["loc"]
    return details["type"] == "too_short" and any(
        len(each["loc"]) > len(loc) and each["loc"][: len(loc)] == loc for each in found
    )


def _field_problem(details: ErrorDetails) -> FieldProblem:
    value = details.get("input")
    whole = isinstance(value, bytes | dict | list | tuple) or is_dataclass(value)
    shown = "" if whole else repr(value)[:_SHOWN]
    return FieldProblem(_path(details["loc"]), _message(details), shown)


_WORDS = {
    "unexpected_keyword_argument": "No such field",
    "extra_forbidden": "No such parameter",
    "timezone_aware": "Give the offset too, as in 2026-11-24T06:30:00+01:00, or Z for UTC",
    "too_short": "At least {min_length} wanted, {actual_length} given",
    "too_long": "At most {max_length} wanted, {actual_length} given",
}
"""Where pydantic speaks to programmers, other words."""

_PATTERNS = {
    ID_PATTERN: "Letters, digits and . _ : - only, and a letter or digit first",
    NAME_PATTERN: "No line breaks or other control characters",
    SLUG_PATTERN: "Small letters, digits and _ only, and a letter first",
    CLOCK_PATTERN: "A time is written HH:MM or HH:MM:SS, 26:30 for 02:30 of the next day",
    TIME_OF_DAY_PATTERN: "A time of day is written HH:MM, from 00:00 to 23:59",
}
"""What the domain's patterns mean."""


def _message(details: ErrorDetails) -> str:
    ctx = details.get("ctx", {})
    if details["type"] == "string_pattern_mismatch" and ctx["pattern"] in _PATTERNS:
        return _PATTERNS[ctx["pattern"]]
    if details["type"] in _WORDS:
        return _WORDS[details["type"]].format_map(ctx)
    return details["msg"].removeprefix("Value error, ")


_UNION_TAGS = {"geo", "planar", "great_circle", "manhattan", "euclidean", "matrix"}
"""Names of branches in the domain's unions; pydantic puts them into the path. Unions elsewhere
name theirs like `<done>`.
"""


def _path(loc: tuple[int | str, ...]) -> str:
    text = ""
    for part in loc:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part not in _UNION_TAGS and not part.startswith("<"):
            text += f".{part}" if text else part
    return text
