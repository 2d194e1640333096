"""CSV files as records, however the spreadsheet wrote them."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from api.usecases.errors import InvalidImport, RowProblem
from api.usecases.imports.cells import value_of
from api.usecases.imports.columns import Columns

_DELIMITERS = ",;\t"
SHOWN = 80
"""So many characters of a wrong value are repeated in its error."""


@dataclass(frozen=True)
class Record:
    """One record of a file: its number, its values by column, and what is wrong with cells.

    `cells` are those of a row that does not fit the header.
    """

    row: int
    values: dict[str, Any]
    problems: tuple[RowProblem, ...] = ()
    cells: tuple[str, ...] = ()


def text_of(raw: bytes) -> str:
    """The text of a file, with or without a byte-order mark. Raises InvalidImport."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _file_problem("the file is UTF-16; save it as UTF-8")
    if raw.startswith(b"PK\x03\x04"):
        raise _file_problem("the file is a workbook or a zip archive; save it as CSV in UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _file_problem(
            f"not UTF-8: byte 0x{raw[error.start]:02x} at offset {error.start}, line {line}"
        ) from None
    if not text.strip():
        raise _file_problem("the file is empty")
    return text


def read_table(raw: bytes, columns: Columns) -> Iterator[Record]:
    """Records of a CSV file. Raises InvalidImport for the file as a whole.

    Between columns comma, semicolon or tab, whichever gives the header the most known names;
    decimal commas count where the delimiter is not a comma.
    """
    text = text_of(raw)
    delimiter = max(_DELIMITERS, key=lambda each: _known(text, each, columns))
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    yielded = False
    try:
        header = _checked_header([each.strip() for each in next(lines)], columns)
        for row, cells in enumerate(lines, start=1):
            if any(each.strip() for each in cells):
                yielded = True
                yield _record(row, header, cells, columns, decimal_comma=delimiter != ",")
    except csv.Error as error:
        raise _file_problem(f"line {lines.line_num}: {error}") from None
    if not yielded:
        raise _file_problem("there is a header, and no row below it")


def _known(text: str, delimiter: str, columns: Columns) -> int:
    try:
        header = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return 0
    return sum(each.strip() in columns.meanings for each in header)


def _checked_header(header: list[str], columns: Columns) -> list[str]:
    if columns.meanings.keys().isdisjoint(header):
        raise _file_problem(
            "the first row names no known column; known are "
            f"{_names(columns.meanings)}, with commas, semicolons or tabs between them"
        )
    problems = [
        RowProblem(0, name, "", "there is no such column; known are " + _names(columns.meanings))
        for name in header
        if name not in columns.meanings
    ]
    problems += [
        RowProblem(0, name, "", "this column is there twice")
        for name in sorted({each for each in header if header.count(each) > 1})
    ]
    problems += [
        RowProblem(0, " or ".join(sorted(group)), "", "this column is missing")
        for group in columns.required
        if group.isdisjoint(header)
    ]
    if problems:
        raise InvalidImport(problems)
    return header


def _names(names: dict[str, Any]) -> str:
    return ", ".join(sorted(names))


def _record(
    row: int, header: list[str], cells: list[str], columns: Columns, *, decimal_comma: bool
) -> Record:
    if len(cells) != len(header):
        text = f"this row has {len(cells)} cells, the header has {len(header)}"
        return Record(row, {}, (RowProblem(row, "", "", text),), tuple(cells))
    values: dict[str, Any] = {}
    problems: list[RowProblem] = []
    for name, cell in zip(header, cells, strict=True):
        text = cell.strip()
        if not text:
            continue
        try:
            values[name] = value_of(text, columns.meanings[name], decimal_comma=decimal_comma)
        except ValueError as error:
            values[name] = text
            problems.append(RowProblem(row, name, repr(text[:SHOWN]), str(error)))
    return Record(row, values, tuple(problems))


def _file_problem(message: str) -> InvalidImport:
    return InvalidImport([RowProblem(0, "", "", message)])
