"""Answers that are kept ready: made for the first who asks, and then only sent."""

import gzip
from dataclasses import dataclass
from typing import Any, Self
from zoneinfo import ZoneInfo

from api.http.etags import etag
from api.http.problems import dump
from api.usecases.kept import Kept
from optimiser.wire import to_json

_WORTH_ZIPPING = 1000
"""Below so many bytes an answer fits into one packet anyway."""


@dataclass(frozen=True, slots=True)
class Ready:
    """JSON in UTF-8 with its ETag, and gzipped too where that is worth it."""

    tag: str
    body: bytes
    zipped: bytes | None

    @classmethod
    def of(cls, value: Any, *, zone: ZoneInfo, version: int | str) -> Self:
        """`value` with instants in `zone`; its ETag is that of `version`."""
        body = dump(to_json(value, zone))
        return cls(etag(version), body, zip_worth_it(body))

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return len(self.body) + len(self.zipped or b"")


def room_for_answers(most_bytes: int) -> Kept[Ready]:
    """Room for the answers that were asked for last."""
    return Kept(most_bytes, lambda each: each.size)


def zip_worth_it(body: bytes) -> bytes | None:
    """The body gzipped, or None if it is too short for that; the same bytes each time."""
    return gzip.compress(body, compresslevel=5, mtime=0) if len(body) >= _WORTH_ZIPPING else None
