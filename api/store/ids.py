"""Ids that sort by the time they were made: 48 bits of milliseconds, 80 random ones."""

import secrets
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(now: datetime) -> str:
    """26 characters of Crockford's base 32, as a ULID has (https://github.com/ulid/spec)."""
    number = int(now.timestamp() * 1000) << 80 | secrets.randbits(80)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
