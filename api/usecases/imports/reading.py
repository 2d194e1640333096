"""Records of a file as domain objects, with every bad row named."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, Literal

from api.store.catalogue import Kind, T
from api.usecases.errors import RowProblem
from api.usecases.imports.columns import columns_of
from api.usecases.imports.features import read_features, read_list
from api.usecases.imports.tables import Record, read_table
from optimiser.wire import InvalidDocument, read

Format = Literal["csv", "geojson", "json"]


@dataclass
class Parsed(Generic[T]):
    """What a file holds: good items with their rows, and problems of the bad ones."""

    items: list[T] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


def parse(kind: Kind[T], raw: bytes, format: Format) -> Parsed[T]:  # noqa: A002  # the word for it
    """Read a file of one kind. Raises InvalidImport if it cannot be read as a whole."""
    parsed: Parsed[T] = Parsed()
    first_row: dict[str, int] = {}
    for record in _records(kind, raw, format):
        if record.problems:
            parsed.problems += record.problems
            continue
        try:
            item = read(kind.cls, json.dumps(record.values).encode())
        except InvalidDocument as error:
            parsed.problems += row_problems(record.row, error)
            continue
        earlier = first_row.setdefault(item.id, record.row)
        if earlier != record.row:
            text = f"this id is in row {earlier} already"
            parsed.problems.append(RowProblem(record.row, "id", repr(item.id), text))
            continue
        parsed.items.append(item)
        parsed.rows.append(record.row)
    return parsed


def _records(kind: Kind[T], raw: bytes, format: Format) -> Iterator[Record]:  # noqa: A002  # as above
    match format:
        case "csv":
            return (_nested(each) for each in read_table(raw, columns_of(kind.cls)))
        case "geojson":
            return read_features(raw, kind)
        case "json":
            return read_list(raw, kind.name)


def _nested(record: Record) -> Record:
    """Dotted columns as objects, lon and lat as the place."""
    values: dict[str, Any] = {}
    clashes: list[RowProblem] = []
    for name, value in record.values.items():
        path = ("place", name) if name in ("lon", "lat") else tuple(name.split("."))
        inner = values
        for part in path[:-1]:
            inner = inner.setdefault(part, {})
            if not isinstance(inner, dict):
                break
        if not isinstance(inner, dict) or path[-1] in inner:
            text = "this column and another give the same field"
            clashes.append(RowProblem(record.row, name, "", text))
        else:
            inner[path[-1]] = value
    return Record(record.row, values, (*record.problems, *clashes))


def row_problems(row: int, error: InvalidDocument) -> list[RowProblem]:
    """What is wrong with a row, by its columns' names."""
    return [
        RowProblem(row, each.field.removeprefix("place."), each.value, each.message)
        for each in error.problems
    ]
