"""Domain objects as JSON documents of a row, and back."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

T = TypeVar("T")


def dump(kind: Callable[..., T], value: T) -> Any:
    """The object as JSON-ready data, every field written out."""
    return _adapter(kind).dump_python(value, mode="json")


def load(kind: Callable[..., T], document: Any) -> T:
    """The object of a document that `dump` made; checked again, as nothing else checks rows."""
    loaded: T = _adapter(kind).validate_python(document)
    return loaded


@lru_cache(maxsize=64)
def _adapter(kind: Callable[..., Any]) -> TypeAdapter[Any]:
    return TypeAdapter(cast("Any", kind))
