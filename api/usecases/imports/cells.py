"""A CSV cell's text as the value it means."""

import re
from typing import Any

from api.usecases.documents import parse_json
from api.usecases.errors import Invalid
from api.usecases.imports.columns import Meaning

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")
_LINE_BREAK = re.compile(r"\s*[\r\n]\s*")
_LONGEST_NUMBER = 40


def value_of(text: str, meaning: Meaning, *, decimal_comma: bool) -> Any:
    """The value of a cell that is not empty. Raises ValueError with words for people."""
    match meaning:
        case "text":
            return _LINE_BREAK.sub(" ", text)  # spreadsheets break lines within a cell
        case "words":
            return text.split()
        case "json":
            return _json(text)
        case "number":
            return _number(text, decimal_comma=decimal_comma)


def _json(text: str) -> Any:
    try:
        return parse_json(text.encode())
    except Invalid as error:
        why = error.detail.removeprefix("the body cannot be read: ")
        raise ValueError(f"this cell must hold JSON, and does not: {why}") from None


def _number(text: str, *, decimal_comma: bool) -> float | int:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError(f"a number has at most {_LONGEST_NUMBER} characters, not {len(text)}")
    if _DECIMAL_COMMA.fullmatch(text):
        if not decimal_comma:
            raise ValueError("write a decimal point, or put semicolons between the columns")
        text = text.replace(",", ".")
    elif decimal_comma and _THOUSANDS.fullmatch(text):
        raise ValueError(_two_meanings(text))
    if not _NUMBER.fullmatch(text):
        raise ValueError("this is no number")
    return int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)


def _two_meanings(text: str) -> str:
    """Where commas are decimal, a point may be of thousands; but many write one for both."""
    whole, decimal = text.replace(".", ""), text.replace(".", ",")
    if text.count(".") > 1:
        return f"write thousands without points: {whole}"
    return f"{text} may be {whole} or {decimal}; write it as one of these"
