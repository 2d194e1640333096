"""Versions as entity tags, and the preconditions that edits carry."""

import re
from typing import Literal

from flask import request

from api.http.problems import Refused
from api.usecases.catalogue import NO_VERSION, Expected

_TAG = re.compile(r'"([0-9]{1,18})(?:-gzip)?"')


def etag(version: int | str) -> str:
    """A strong tag, as in the header: version 3 -> `"3"`."""
    return f'"{version}"'


def zipped_tag(tag: str) -> str:
    """The tag of the same answer gzipped. A strong tag is one of bytes: other bytes, another tag.

    In If-Match it names the version that it is of.
    """
    return f'{tag[:-1]}-gzip"'


def expected_version() -> int | Literal["any"] | None:
    """What If-Match expects: a version, `*` for any existing one, None if nothing is said.

    Raises Refused for a list of tags: an edit is of one version.
    """
    header = request.headers.get("If-Match")
    if header is None:
        return None
    if header.strip() == "*":
        return "any"
    if "," in header:
        raise Refused("invalid_parameter", "If-Match names one version, or is *")
    tag = _TAG.fullmatch(header.strip())
    return int(tag[1]) if tag else NO_VERSION


def expected_for_put() -> Expected:
    """As `expected_version`, and `absent` for `If-None-Match: *`."""
    header = request.headers.get("If-None-Match")
    if header is None:
        return expected_version()
    if header.strip() != "*" or "If-Match" in request.headers:
        raise Refused("invalid_parameter", "on a PUT If-None-Match is *, and without If-Match")
    return "absent"
