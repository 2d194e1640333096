"""What every domain class shares: the decorator and the bounded number types.

The upper bounds are far above any real value. They exist so that whole-number
sums inside a solver can never overflow 64 bits.
"""

from collections.abc import Hashable, Iterable
from typing import Annotated, TypeVar

from pydantic import ConfigDict, Field, StringConstraints

T = TypeVar("T", bound=Hashable)

CONFIG = ConfigDict(extra="forbid", allow_inf_nan=False, ser_json_inf_nan="null")
"""Unknown fields and numbers that are not finite are refused everywhere."""

ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._:\-]*$"
NAME_PATTERN = r"^[^\x00-\x1f\x7f]*$"
SLUG_PATTERN = r"^[a-z][a-z0-9_]*$"

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, min_length=1, max_length=64)]
Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=200)]
Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN, max_length=32)]
Text = Annotated[str, StringConstraints(max_length=2000)]

Seconds = Annotated[int, Field(ge=0, le=7 * 86_400)]
Metres = Annotated[int, Field(ge=0, le=50_000_000)]
Kilograms = Annotated[float, Field(ge=0, le=1e6)]
Litres = Annotated[float, Field(ge=0, le=1e7)]
Euros = Annotated[float, Field(ge=0, le=1e6)]
Share = Annotated[float, Field(ge=0, le=1)]
"""A fraction of one: chances and confidence."""
Fill = Annotated[float, Field(ge=0, le=1.5)]
"""Level of a bin, 1.0 = full; up to 1.5 because waste piles up beside a full bin."""


def repeated(values: Iterable[T]) -> T | None:
    """The first value that occurs twice, or None."""
    seen: set[T] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None
