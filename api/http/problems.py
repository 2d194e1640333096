"""Errors as `application/problem+json` (RFC 9457), one shape for every failing path."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from flask import Response, g

from api.http.codes import CODES
from api.usecases.errors import RowProblem
from optimiser.domain.plan import Violation
from optimiser.wire import FieldProblem

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class WrongField:
    """What is wrong where: `row` only for a file, from 1; `value` what was given, shortened."""

    field: str
    message: str
    value: str = ""
    row: int | None = None


@dataclass(frozen=True)
class ProblemDetails:
    """The shape of every error, for the OpenAPI document. `problems` and `violations` are left
    out when empty, and so are members of `problems`.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    problems: tuple[WrongField, ...] = ()
    violations: tuple[Violation, ...] = ()


class Refused(Exception):  # noqa: N818  # it says what happened to the request
    """The HTTP layer itself refuses a request, with a code of the table."""

    def __init__(
        self,
        code: str,
        detail: str,
        problems: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.problems = tuple(problems)
        self.headers = dict(headers or {})


def problem(
    code: str,
    detail: str,
    *,
    problems: Sequence[FieldProblem | RowProblem] = (),
    violations: Sequence[Violation] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer for a code of the table; `problems` only where fields are to blame."""
    row = CODES[code]
    body: dict[str, Any] = {
        "type": f"/v1/problems/{code}",
        "title": row.title,
        "status": row.status,
        "detail": detail,
        "code": code,
        "request_id": g.get("request_id", ""),
    }
    if problems:
        body["problems"] = [_shown(wrong(each)) for each in problems]
    if violations:
        body["violations"] = [asdict(each) for each in violations]
    return Response(dump(body), row.status, dict(headers or {}), content_type=MEDIA_TYPE)


def wrong(each: FieldProblem | RowProblem) -> WrongField:
    """A wrong field or cell as the answer shows it."""
    row = each.row if isinstance(each, RowProblem) else None
    return WrongField(each.field, each.message, each.value, row)


def _shown(each: WrongField) -> dict[str, Any]:
    """Without what is empty; a problem of the whole body has the field ""."""
    return {
        name: value
        for name, value in asdict(each).items()
        if value is not None and (value != "" or name == "field")
    }


def dump(value: Any) -> bytes:
    """JSON text in UTF-8. A lone surrogate, which UTF-8 cannot hold, becomes its JSON escape."""
    text = json.dumps(
        value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain
    )
    return text.encode("utf-8", "backslashreplace")


def _plain(value: Any) -> str:
    """What json does not know: ids that are UUIDs. Anything else is a mistake of ours."""
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no JSON")
