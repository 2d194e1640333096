"""From exceptions to problem+json: the one place where a refusal becomes an answer."""

from collections.abc import Sequence
from traceback import format_exception

import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from api.http.codes import CODES
from api.http.etags import etag
from api.http.problems import Refused, problem
from api.usecases.errors import (
    Busy,
    FieldProblem,
    Invalid,
    InvalidImport,
    PreconditionRequired,
    ProviderDown,
    RowProblem,
    StoreUnavailable,
    TooMany,
    UsecaseError,
    VersionMismatch,
    Violates,
)
from optimiser.planning import PlanningFailed

_BY_STATUS = {
    404: ("unknown_path", "there is nothing under this path"),
    405: ("method_not_allowed", "this path does not know this method"),
    413: ("body_too_large", "the body is too large"),
    415: ("unsupported_media_type", "the media type is not taken here"),
}


def answer_failures(app: Flask) -> None:
    """Install the handlers. Whatever is not known by class is a 500 without internals."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(UsecaseError, _usecase)
    app.register_error_handler(StoreUnavailable, _store)
    app.register_error_handler(PlanningFailed, _planning)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def _refused(error: Refused) -> Response:
    return problem(error.code, error.detail, problems=error.problems, headers=error.headers)


def _usecase(error: UsecaseError) -> Response:
    if error.code not in CODES:
        return _unforeseen(error)
    headers = {}
    if isinstance(error, VersionMismatch | PreconditionRequired) and error.current is not None:
        headers["ETag"] = etag(error.current)
    if isinstance(error, Busy | ProviderDown | TooMany):
        headers["Retry-After"] = str(error.retry_after_s)
    if CODES[error.code].status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    broken = error.violations if isinstance(error, Violates) else ()
    return problem(
        error.code, error.detail, problems=_wrong(error), violations=broken, headers=headers
    )


def _wrong(error: UsecaseError) -> Sequence[FieldProblem | RowProblem]:
    if isinstance(error, Invalid):
        return error.problems
    return error.rows if isinstance(error, InvalidImport) else ()


def _store(error: StoreUnavailable) -> Response:
    structlog.get_logger().warning("store_unavailable", code=error.code, request_id=g.request_id)
    code = error.code if error.code in CODES else "database_unavailable"
    return problem(code, error.detail, headers={"Retry-After": str(error.retry_after_s)})


def _planning(error: PlanningFailed) -> Response:
    """A search with nothing to show, as its code says; the service's own faults are logged."""
    if error.code not in CODES:
        return _unforeseen(error)
    if CODES[error.code].status >= 500:
        structlog.get_logger().error("search_failed", code=error.code, request_id=g.request_id)
    return problem(error.code, error.detail)


def _http(error: HTTPException) -> Response:
    """Werkzeug's own refusals; its HTML and its wording stay inside."""
    if (error.code or 500) >= 500:
        return _unforeseen(error)
    code, detail = _BY_STATUS.get(error.code or 400, ("bad_request", "the request is not valid"))
    kept = {name: value for name, value in error.get_headers() if name == "Allow"}
    return problem(code, detail, headers=kept)


def _unforeseen(error: Exception) -> Response:
    """The trace is logged as plain text: a prettier one shows local variables, secrets too."""
    structlog.get_logger().error(
        "request_failed",
        request_id=g.get("request_id", ""),
        method=request.method,
        path=request.path,
        trace="".join(format_exception(error)),
    )
    return problem("internal", "an error in the service; it is logged under the request_id")
