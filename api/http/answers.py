"""Successful answers: domain data as JSON, with its entity tag."""

import gzip
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
_WORTH_ZIPPING = 1000
"""Below so many bytes an answer fits into one packet anyway."""


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


def tagged(response: Response, tag: str | None = None) -> Response:
    """A GET's answer with an ETag, by default of its content, and gzipped where that is taken;
    304 if the caller has it already.
    """
    tag = tag or etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    response.headers["ETag"] = tag
    response.vary.add("Accept-Encoding")
    if len(response.get_data()) >= _WORTH_ZIPPING and _takes_gzip():
        # A strong tag is one of bytes: other bytes, another tag.
        response.headers["ETag"] = f'{tag[:-1]}-gzip"'
        response.set_data(gzip.compress(response.get_data(), compresslevel=5, mtime=0))
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
