"""Successful answers: domain data as JSON, with its entity tag."""

import hashlib
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, request

from api.http.body import JSON
from api.http.etags import etag, zipped_tag
from api.http.ports import ports
from api.http.problems import dump
from api.http.ready import Ready, zip_worth_it
from optimiser.wire import to_json

ASK_AGAIN = "private, no-cache"
"""A browser may keep the answer, but must ask whether it still holds."""


def answer(
    value: Any,
    status: int = 200,
    *,
    version: int | None = None,
    zone: ZoneInfo | None = None,
    headers: Mapping[str, str] | None = None,
    media_type: str = JSON,
) -> Response:
    """`value` as JSON, instants in `zone` (None: the service's). `version` becomes the ETag."""
    body = dump(to_json(value, zone or ports().settings.zone))
    response = Response(body, status, dict(headers or {}), content_type=media_type)
    if version is not None:
        response.headers["ETag"] = etag(version)
    return response


def tagged(response: Response) -> Response:
    """A GET's answer with an ETag of its content, and gzipped where that is taken; 304 if the
    caller has it already.
    """
    body = response.get_data()
    tag = etag(hashlib.sha256(body).hexdigest()[:32])
    return _as_taken(response, tag, zip_worth_it(body) if _takes_gzip() else None)


def send(found: Ready) -> Response:
    """As `tagged`, of what is ready."""
    return _as_taken(Response(found.body, content_type=JSON), found.tag, found.zipped)


def _as_taken(response: Response, tag: str, zipped: bytes | None) -> Response:
    response.headers["ETag"] = tag
    response.vary.add("Accept-Encoding")
    if zipped is not None and _takes_gzip():
        response.set_data(zipped)
        response.headers["ETag"] = zipped_tag(tag)
        response.headers["Content-Encoding"] = "gzip"
    return unless_known(response)


def _takes_gzip() -> bool:
    """Only where it is asked for by name: `*` alone says little of a client."""
    asked = {name.lower(): quality for name, quality in request.accept_encodings}
    return asked.get("gzip", 0) > 0


def unless_known(response: Response) -> Response:
    """304 without a body if If-None-Match names the answer's ETag."""
    response.headers["Cache-Control"] = ASK_AGAIN
    response.make_conditional(request)
    return response


def nothing() -> Response:
    """204."""
    return Response(status=204)
