"""Request bodies, read as bytes and handed to pydantic: strict, whole, and bounded.

Flask's get_json takes NaN and dies of deep nesting, so it is used nowhere.
"""

import zlib
from collections.abc import Collection
from typing import TypeVar

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from api.http.problems import Refused
from api.usecases.documents import parse_json as check_json
from optimiser.wire import InvalidDocument, read

T = TypeVar("T")

JSON = "application/json"
_GZIP = 16 + zlib.MAX_WBITS


def read_body(kind: type[T], most: int) -> T:
    """The JSON body as `kind`; `most` bytes at most. Raises Refused."""
    return parse_json(kind, read_raw(most, {JSON})[0])


def read_raw(most: int, media_types: Collection[str]) -> tuple[bytes, str]:
    """The whole body, decompressed, and its media type. Raises Refused."""
    media_type = _media_type(media_types)
    raw = _received(most)
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in {"gzip", "x-gzip"}:
        return _unzipped(raw, most), media_type
    if encoding != "identity":
        raise Refused("unsupported_encoding", f"Content-Encoding {encoding[:40]!r} is not taken")
    return raw, media_type


def parse_json(kind: type[T], raw: bytes) -> T:
    """JSON text as `kind`, strictly. Raises Invalid (malformed) and Refused (invalid).

    pydantic itself would take the last of two members with one name: so a check goes before.
    """
    check_json(raw)
    try:
        return read(kind, raw)
    except InvalidDocument as error:
        found = error.problems
        count = f"{len(found)} wrong value{'s' if len(found) != 1 else ''} in the body"
        raise Refused("invalid", count, found) from None


def _media_type(taken: Collection[str]) -> str:
    given = request.mimetype
    if given not in taken:
        wanted = " or ".join(sorted(taken))
        raise Refused("unsupported_media_type", f"send Content-Type {wanted}, not {given[:80]!r}")
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        raise Refused("unsupported_media_type", f"send UTF-8, not {charset[:40]!r}")
    return given


def _received(most: int) -> bytes:
    """All bytes of the body; one that is too long or too short is never cut or taken as whole."""
    request.max_content_length = most + 1  # werkzeug ends a stream at its limit, silently
    announced = request.content_length
    try:
        raw = request.stream.read()
    except RequestEntityTooLarge:
        raise _too_large(most) from None
    except Exception:  # noqa: BLE001  # a broken body: each server has an error of its own for it
        raise Refused("body_incomplete", "the connection or the body broke off") from None
    if len(raw) > most:
        raise _too_large(most)
    if announced is not None and len(raw) != announced:
        raise Refused("body_incomplete", f"{len(raw)} of {announced} bytes arrived")
    return raw


def _too_large(most: int) -> Refused:
    return Refused("body_too_large", f"the body is over {most} bytes")


def _unzipped(raw: bytes, most: int) -> bytes:
    """One gzip member; never more than `most` bytes are held, whatever it swells to."""
    unzip = zlib.decompressobj(_GZIP)
    try:
        text = unzip.decompress(raw, most + 1)
    except zlib.error:
        raise Refused("malformed", "the body is not gzip") from None
    if len(text) > most:
        raise Refused("body_too_large", f"the body is over {most} bytes when decompressed")
    if not unzip.eof:
        raise Refused("body_incomplete", "the gzip stream ends too soon")
    if unzip.unused_data:
        raise Refused("malformed", "there is more after the end of the gzip stream")
    return text
