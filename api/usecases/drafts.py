"""Is what a sensor sent a reading? If not, why not."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any, Literal, NamedTuple

from api.store.arrivals import Key
from optimiser.domain.readings import EYES

Reason = Literal[
    "malformed",
    "unknown_field",
    "missing_field",
    "wrong_type",
    "not_finite",
    "negative",
    "over_full",
    "future",
    "ancient",
    "unknown_sensor",
    "foreign_device",
    "conflicting",
]
"""Why a reading is in quarantine. `conflicting`: same time, sensor and sequence as a reading
that is there already, with another value. The first one stays."""

FUTURE = timedelta(minutes=5)
ANCIENT = timedelta(days=400)
FULLEST = 1.5
"""Levels above are no waste but a wrong unit or a broken sensor."""

_FIELDS = {"sensor_id", "time", "fill", "fill_percent", "sequence", "quality"}
_SHARE, _PERCENT = ("fill", 1), ("fill_percent", 100)
_NEEDED = ("sensor_id", "time")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:\-]{0,63}")


@dataclass(frozen=True)
class Bad:
    """What keeps a reading out."""

    reason: Reason
    detail: str


class Draft(NamedTuple):
    """A reading before its bin is known."""

    time: datetime
    sensor_id: str
    sequence: int
    fill: float
    quality: int

    @property
    def key(self) -> Key:
        return self[:3]


class _Refused(Exception):  # noqa: N818  # never leaves this file
    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.bad = Bad(reason, detail)


def check_readings(raw: Sequence[Any], now: datetime) -> list[Draft | Bad]:
    """The readings that JSON objects are, or what is wrong with each. Never raises."""
    latest, earliest = now + FUTURE, now - ANCIENT
    return [_checked(each, latest, earliest) for each in raw]


def check_reading(raw: Any, now: datetime) -> Draft | Bad:
    """One of them."""
    return check_readings([raw], now)[0]


def _checked(raw: Any, latest: datetime, earliest: datetime) -> Draft | Bad:
    try:
        if not isinstance(raw, dict):
            raise _Refused("malformed", "a reading is a JSON object")  # noqa: TRY301  # one way out
        _check_fields(raw)
        sensor_id = _sensor_id(raw["sensor_id"])
        time = _time(raw["time"], latest, earliest)
        fill = _fill(raw)
        sequence = _whole(raw, "sequence", 2**62) if "sequence" in raw else 0
        quality = _whole(raw, "quality", 4) if "quality" in raw else 0
    except _Refused as refused:
        return refused.bad
    return Draft(time, sensor_id, sequence, fill, quality)


def _check_fields(raw: dict[str, Any]) -> None:
    if not raw.keys() <= _FIELDS:
        unknown = min(raw.keys() - _FIELDS)
        text = f"there is no field {unknown[:80]!r}; there are {', '.join(sorted(_FIELDS))}"
        raise _Refused("unknown_field", text)
    for name in _NEEDED:
        if name not in raw:
            raise _Refused("missing_field", f"{name} is missing")
    if ("fill" in raw) == ("fill_percent" in raw):
        reason: Reason = "malformed" if "fill" in raw else "missing_field"
        raise _Refused(reason, "give the level once: fill 0..1 or fill_percent 0..100")


def _sensor_id(value: Any) -> str:
    if not isinstance(value, str):
        raise _Refused("wrong_type", "sensor_id is text")
    if not _ID.fullmatch(value):
        raise _Refused("malformed", "sensor_id is 1 to 64 letters, digits and . _ : -")
    if value == EYES:
        raise _Refused("malformed", f"{EYES!r} is no sensor: it stands for levels that drivers saw")
    return value


def _time(value: Any, latest: datetime, earliest: datetime) -> datetime:
    if not isinstance(value, str):
        raise _Refused("wrong_type", "time is text, as 2026-11-24T06:30:00+01:00")
    try:
        local = datetime.fromisoformat(value)
        if local.tzinfo is None:
            raise _Refused("wrong_type", "time needs an offset, or Z for UTC")
        time = local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _Refused("wrong_type", "time is ISO 8601, as 2026-11-24T06:30:00+01:00") from None
    if time > latest:
        raise _Refused("future", f"{time.isoformat()} is more than 5 minutes from now")
    if time < earliest:
        raise _Refused("ancient", f"{time.isoformat()} is more than 400 days ago")
    return time


def _fill(raw: dict[str, Any]) -> float:
    name, full = _SHARE if "fill" in raw else _PERCENT
    value = raw[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Refused("wrong_type", f"{name} is a number")
    if isinstance(value, float) and not isfinite(value):
        raise _Refused("not_finite", f"{name} is not finite")
    if value < 0:
        raise _Refused("negative", f"{name} is below 0")
    if value > FULLEST * full:
        hint = "; a percentage goes into fill_percent" if name == "fill" else ""
        raise _Refused("over_full", f"{name} is above {FULLEST * full:g}{hint}")
    return value / full + 0.0  # + 0.0 so that -0.0 is 0.0


def _whole(raw: dict[str, Any], name: str, most: int) -> int:
    value = raw[name]
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Refused("wrong_type", f"{name} is a whole number")
    if not 0 <= value <= most:
        raise _Refused("malformed", f"{name} is from 0 to {most}")
    return value
