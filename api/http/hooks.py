"""What happens around every request: its id, and the headers that make answers safe."""

import re
from time import perf_counter
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

from api.http.ports import ports

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

CSP = "default-src 'none'; frame-ancestors 'none'"
"""For data: nothing may be loaded or framed. A page brings a policy of its own."""


_PROBES = {"/livez", "/readyz", "/metrics"}
"""Asked for every few seconds: nobody wants to read of it."""


def around_requests(app: Flask) -> None:
    """Install the hooks. The id comes first, so that every later refusal can name it."""
    app.before_request(_give_an_id)
    app.after_request(_note)
    app.after_request(_harden)


def _give_an_id() -> None:
    """Keep the caller's X-Request-Id if it is a plain word, else make one."""
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
    g.began = perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _note(response: Response) -> Response:
    """Log and count the request: by its route, since a path may hold anything."""
    route = request.url_rule.rule if request.url_rule else ""
    seconds = perf_counter() - g.began
    who = g.get("principal")
    method = request.method if route else ""
    fleet_id = who.fleet_id if who else ""
    ports().meters.request(fleet_id, method, route, response.status_code, seconds)
    log = structlog.get_logger()
    (log.debug if route in _PROBES else log.info)(
        "request",
        method=request.method,
        route=route,
        status=response.status_code,
        ms=round(1000 * seconds, 1),
        key_id=who.key_id if who else "",
        role=who.role if who else "",
    )
    return response


def _harden(response: Response) -> Response:
    """Headers for all answers; `no-store` where the answer depends on a key.

    `no-cache` (keep, but ask again) is left to what sets it, such as answers with an ETag.
    """
    headers = response.headers
    headers["X-Request-Id"] = g.get("request_id", "")
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers.setdefault("Content-Security-Policy", CSP)
    headers.setdefault("Cache-Control", "no-store")
    return response
