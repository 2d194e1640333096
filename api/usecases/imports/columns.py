"""Which columns a CSV of a kind may have, and what their cells mean: read off the domain class."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, cast

from pydantic import TypeAdapter

from api.store.catalogue import Item

Meaning = Literal["text", "number", "words", "json"]


@dataclass(frozen=True)
class Columns:
    """Columns by name with the meaning of their cells; groups of which one must be there."""

    meanings: dict[str, Meaning]
    required: tuple[frozenset[str], ...]


READINGS = Columns(
    {
        "sensor_id": "text",
        "time": "text",
        "fill": "number",
        "fill_percent": "number",
        "sequence": "number",
        "quality": "number",
    },
    (frozenset({"sensor_id"}), frozenset({"time"}), frozenset({"fill", "fill_percent"})),
)
EMPTYINGS = Columns(
    {"bin_id": "text", "time": "text"}, (frozenset({"bin_id"}), frozenset({"time"}))
)


def columns_of(cls: Callable[..., Item]) -> Columns:
    """Columns of a file of bins, trucks, depots or disposal sites."""
    return _columns(cls)


@lru_cache(maxsize=8)
def _columns(cls: Callable[..., Item]) -> Columns:
    schema = TypeAdapter(cast("Any", cls)).json_schema()
    meanings: dict[str, Meaning] = {}
    _collect(schema, schema.get("$defs", {}), "", meanings)
    required = [_one_of(name, meanings) for name in schema["required"] if name != "place"]
    if "place" in schema["required"]:
        meanings |= {"lon": "number", "lat": "number"}
        required += [frozenset({"lon"}), frozenset({"lat"})]
    return Columns(meanings, tuple(required))


def _one_of(name: str, meanings: dict[str, Meaning]) -> frozenset[str]:
    return frozenset(each for each in meanings if each == name or each.startswith(f"{name}."))


def _collect(
    schema: dict[str, Any], defs: dict[str, Any], prefix: str, into: dict[str, Meaning]
) -> None:
    for name, found in schema["properties"].items():
        if name == "place":
            continue
        part = _plain(found, defs)
        into[prefix + name] = _meaning(part, defs)
        if "properties" in part:
            _collect(part, defs, f"{prefix}{name}.", into)


def _plain(schema: dict[str, Any], defs: dict[str, Any]) -> dict[str, Any]:
    """A schema without its references and without its `or null`."""
    for branch in schema.get("anyOf", ()):
        if branch.get("type") != "null":
            return _plain(branch, defs)
    if "$ref" in schema:
        return _plain(defs[schema["$ref"].rsplit("/", 1)[1]], defs)
    return schema


def _meaning(schema: dict[str, Any], defs: dict[str, Any]) -> Meaning:
    match schema.get("type"):
        case "number" | "integer":
            return "number"
        case "string":
            return "text"
        case "array" if _plain(schema.get("items", {}), defs).get("type") == "string":
            return "words"
        case _:
            return "json"
