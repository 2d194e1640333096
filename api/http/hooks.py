"""What happens around every request: its id, and the headers that make answers safe."""

import re
from uuid import uuid4

from flask import Flask, Response, g, request

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

CSP = "default-src 'none'; frame-ancestors 'none'"
"""For data: nothing may be loaded or framed. A page brings a policy of its own."""


def around_requests(app: Flask) -> None:
    """Install the hooks. The id comes first, so that every later refusal can name it."""
    app.before_request(_give_an_id)
    app.after_request(_harden)


def _give_an_id() -> None:
    """Keep the caller's X-Request-Id if it is a plain word, else make one."""
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex


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
