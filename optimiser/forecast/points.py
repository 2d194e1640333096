"""Points to go on from: what was believed of a bin once all up to an instant was taken in.

A bin keeps a few of them, the newest and some older ones, so that a reading that comes late is
put in its place by going on from the last point before it. They are packed into bytes, a row of
a database a bin; numbers keep their last bit.
"""

import json
from dataclasses import dataclass, fields, replace
from typing import Any, Self, TypeVar

import numpy as np

from optimiser.forecast.arrays import FloatArray
from optimiser.forecast.belief import Belief
from optimiser.forecast.sensing import STEPS, Sensing
from optimiser.forecast.track import Track

VERSION = 1
"""To be raised when the filter or these bytes change: nobody goes on from points of before then."""
APART_S = 3 * 86_400
MOST = 4
"""The newest point, and older ones that lie so far apart: together a week at least, over which
some backends send and change their readings again."""

_TRACK = len(fields(Track))
_BELIEF = 3 * _TRACK + len(fields(Belief)) - 3
_SENSING = len(fields(Sensing)) - 1 + len(STEPS)
T = TypeVar("T", Belief, Sensing, Track)


@dataclass(frozen=True, slots=True)
class Point:
    """One bin when all up to `through_s` was taken in.

    `belief` are its numbers, `sensing` (sensors, numbers) those of the sensors named `sensors`;
    `last` and `device` are the rows of the sensor that was heard last, people's eyes included
    and not, -1 if none was; `quality` is what the last reading was taken for.
    """

    through_s: float
    belief: FloatArray
    sensors: tuple[str, ...]
    sensing: FloatArray
    last: int
    device: int
    quality: int


@dataclass(frozen=True, slots=True)
class Points:
    """A bin's points, newest first. `basis` tells what they rest on, such as its kind's habits:
    on another basis they are worth nothing.
    """

    basis: str
    points: tuple[Point, ...] = ()

    def before(self, basis: str, time_s: float) -> Point | None:
        """The newest point on this basis in which nothing is at the instant or after it."""
        if basis != self.basis:
            return None
        return next((each for each in self.points if each.through_s < time_s), None)

    def going_on(self, basis: str, start: Point | None, newest: Point) -> Self:
        """With a point that was reached from `start`; those after the start do not hold any more.

        A former newest one is kept only if it lies far from the next, so that they spread out.
        """
        held = [each for each in self.points if start and each.through_s <= start.through_s]
        if len(held) > 1 and held[0].through_s - held[1].through_s < APART_S:
            held = held[1:]
        return type(self)(basis, (newest, *held[: MOST - 1]))


NO_POINTS = Points("")


def packed(points: Points) -> bytes:
    """A bin's points as bytes: a line of JSON, then all numbers."""
    head = {
        "version": VERSION,
        "basis": points.basis,
        "points": [
            [each.through_s, each.last, each.device, each.quality, *each.sensors]
            for each in points.points
        ],
    }
    numbers = [part for each in points.points for part in (each.belief, each.sensing.ravel())]
    body = np.concatenate(numbers).astype("<f8").tobytes() if numbers else b""
    return json.dumps(head, separators=(",", ":")).encode() + b"\n" + body


def unpacked(data: bytes | None) -> Points:
    """The points of some bytes; none if they are of another version, or not whole."""
    if not data:
        return NO_POINTS
    line, _, body = data.partition(b"\n")
    head = json.loads(line)
    if head["version"] != VERSION:
        return NO_POINTS
    numbers = np.frombuffer(body, dtype="<f8")
    found, at = [], 0
    for through_s, last, device, quality, *sensors in head["points"]:
        middle, end = at + _BELIEF, at + _BELIEF + len(sensors) * _SENSING
        if end > len(numbers):
            return NO_POINTS
        sensing = numbers[middle:end].reshape(len(sensors), _SENSING)
        belief = numbers[at:middle]
        found.append(Point(through_s, belief, tuple(sensors), sensing, last, device, quality))
        at = end
    return Points(head["basis"], tuple(found))


def as_table(of: Belief | Sensing) -> FloatArray:
    """All numbers, a row of a bin or of a sensor."""
    columns = []
    for each in fields(of):
        value = getattr(of, each.name)
        if isinstance(value, Track):
            columns += [getattr(value, part.name)[:, None] for part in fields(value)]
        else:
            columns.append(value.reshape(len(value), -1))
    return np.concatenate([each.astype(np.float64) for each in columns], axis=1)


def from_table(like: T, table: FloatArray) -> T:
    """What `as_table` told; `like` shows of which fields, and whole numbers or not."""
    found: dict[str, Any] = {}
    at = 0
    for each in fields(like):
        value = getattr(like, each.name)
        if isinstance(value, Track):
            found[each.name] = from_table(value, table[:, at : at + _TRACK])
            at += _TRACK
            continue
        width = value.shape[1] if value.ndim > 1 else 1
        part = table[:, at : at + width].astype(value.dtype)
        found[each.name] = part if value.ndim > 1 else part[:, 0]
        at += width
    return replace(like, **found)
