"""Successful answers: domain data as JSON, with its entity tag."""

import hashlib
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, request

from api.http.body import JSON
from api.http.etags import etag
from api.http.ports import ports
from api.http.problems import dump
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
    """A GET's answer with an ETag of its content; 304 if the caller has it already."""
    response.headers["ETag"] = etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    return unless_known(response)


def unless_known(response: Response) -> Response:
    """304 without a body if If-None-Match names the answer's ETag."""
    response.headers["Cache-Control"] = ASK_AGAIN
    response.make_conditional(request)
    return response


def nothing() -> Response:
    """204."""
    return Response(status=204)
