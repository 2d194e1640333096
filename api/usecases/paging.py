"""Lists page by cursor: an opaque text that says where the page before ended."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from api.usecases.errors import Invalid

T = TypeVar("T")

MOST = 1000
"""A page holds so many items, no more."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some items and the cursor of the next page, None at the end."""

    items: tuple[T, ...]
    next_cursor: str | None


def encode(last: str) -> str:
    """The cursor after an item with this sort key."""
    return base64.urlsafe_b64encode(last.encode()).decode().rstrip("=")


def decode(cursor: str | None) -> str | None:
    """The sort key in a cursor. Raises Invalid with code `bad_cursor`."""
    if cursor is None:
        return None
    try:
        raw = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        last = base64.b64decode(raw, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        last = ""
    if not last or not last.isprintable():
        raise Invalid("the cursor is none that a list gave", code="bad_cursor")
    return last


def checked_limit(limit: int) -> int:
    """Raises Invalid unless 1 <= limit <= MOST."""
    if not 1 <= limit <= MOST:
        raise Invalid(f"limit is from 1 to {MOST}, not {limit}")
    return limit


def page_of(found: Sequence[T], limit: int, sort_key: Callable[[T], str]) -> Page[T]:
    """A page of what was asked for one more than `limit`: the one more tells of a next page."""
    items = tuple(found[:limit])
    more = len(found) > limit
    return Page(items, encode(sort_key(items[-1])) if more else None)
