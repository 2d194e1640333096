"""JSON bodies from outside, read so that no body can do harm."""

import json
from math import isfinite
from typing import Any

from pydantic_core import from_json

from api.usecases.errors import Invalid
from optimiser.wire import unrepeated


def parse_json(raw: bytes, *, allow_nan: bool = False) -> Any:
    """Lists, dicts and scalars of a JSON text.

    Raises Invalid with code `malformed` for what is not UTF-8 or not JSON, is nested too
    deep, has a key twice, a lone surrogate or a number of thousands of digits; and for NaN
    and infinities unless `allow_nan`.
    """
    try:
        # Strict about nesting, UTF-8, surrogates and long numbers, which json is not.
        from_json(raw, allow_inf_nan=allow_nan, cache_strings=False)
        return json.loads(
            raw, object_pairs_hook=unrepeated, parse_float=None if allow_nan else _finite
        )
    except (ValueError, RecursionError) as error:
        raise Invalid(f"the body cannot be read: {error}", code="malformed") from None


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text[:80]} is too large a number")
    return number
