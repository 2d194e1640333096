"""gunicorn's worker with our errors: what it refuses before the app sees it is problem+json too."""

import json
from typing import Any
from uuid import uuid4

from gunicorn.http.errors import (  # type: ignore[attr-defined]  # some are newer than the types
    ConfigurationProblem,
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from api.http.codes import CODES
from api.http.problems import MEDIA_TYPE

_DETAILS: dict[type[Exception], str] = {
    LimitRequestLine: "the request line is too long",
    LimitRequestHeaders: "the headers are too long or too many",
}
_OURS = (ConfigurationProblem, InvalidResponseHeader, InvalidResponseHeaderName)
_PLAIN = {400: "Bad Request", 500: "Internal Server Error"}


class Worker(ThreadWorker):
    """As gthread. Requests that are no HTTP are 400 `bad_request`, whatever is wrong with them."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:  # noqa: ARG002  # gunicorn's signature
        """Log the error, and answer in the one shape of all errors."""
        request_id = uuid4().hex
        if isinstance(exc, ParseException) and not isinstance(exc, _OURS):
            self.log.warning("no valid HTTP: %s (%s)", type(exc).__name__, request_id)
            code = "bad_request"
            detail = _DETAILS.get(type(exc), "the request is not valid HTTP")
        else:
            self.log.error("a request failed (%s)", request_id, exc_info=exc)
            code = "internal"
            detail = "an error in the service; it is logged under the request_id"
        try:
            write_nonblock(client, refusal(code, detail, request_id))
        except Exception as error:  # noqa: BLE001  # the client is gone or hears nothing
            self.log.debug("the refusal was not sent: %s", error)


def refusal(code: str, detail: str, request_id: str) -> bytes:
    """A whole answer, after which the connection is closed."""
    row = CODES[code]
    body = json.dumps(
        {
            "type": f"/v1/problems/{code}",
            "title": row.title,
            "status": row.status,
            "detail": detail,
            "code": code,
            "request_id": request_id,
        }
    ).encode()
    head = (
        f"HTTP/1.1 {row.status} {_PLAIN[row.status]}\r\n"
        "Connection: close\r\n"
        f"Content-Type: {MEDIA_TYPE}\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        f"X-Request-Id: {request_id}\r\n\r\n"
    )
    return head.encode("latin-1") + body
