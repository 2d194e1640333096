"""How good forecasts were: error by horizon, coverage of intervals, calibration of chances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Self

import numpy as np

from optimiser.forecast.arrays import BoolArray, FloatArray, IntArray
from optimiser.forecast.outlook import FULL, NINETY_SD, forecast, overflow_chance
from optimiser.forecast.state import FillState

HORIZONS_H = (0, 24, 48, 72)
CLASSES = ("low", "medium", "high")
TENTHS = 10
FAULTY = ("stuck", "silent", "tilted")


@dataclass(frozen=True, slots=True)
class Cases:
    """Forecasts beside what came true, all arrays of shape (cases,).

    `level` and `sd` are the forecast's, `chance` that of overflow; `reliability` indexes
    `CLASSES`; `heard` says whether the bin has a sensor that was ever heard; `rivals` are
    levels that simpler forecasts gave, NaN where they had nothing to say.
    """

    horizon_h: IntArray
    level: FloatArray
    sd: FloatArray
    chance: FloatArray
    reliability: IntArray
    heard: BoolArray
    truth: FloatArray
    rivals: Mapping[str, FloatArray]

    @classmethod
    def together(cls, parts: Sequence[Self]) -> Self:
        """All cases of some backtests with the same rivals. Raises ValueError if there is none."""
        names = [field.name for field in fields(cls) if field.name != "rivals"]
        columns = {name: np.concatenate([getattr(each, name) for each in parts]) for name in names}
        rivals = {
            name: np.concatenate([each.rivals[name] for each in parts]) for name in parts[0].rivals
        }
        return cls(**columns, rivals=rivals)

    def where(self, rows: BoolArray) -> Self:
        names = [field.name for field in fields(self) if field.name != "rivals"]
        columns = {name: getattr(self, name)[rows] for name in names}
        return type(self)(
            **columns, rivals={name: each[rows] for name, each in self.rivals.items()}
        )


def cases_of(
    states: Sequence[FillState],
    truth: Mapping[int, FloatArray],
    rivals: Mapping[str, Mapping[int, FloatArray]],
) -> Cases:
    """Cases of states by horizon in hours; `truth` and `rivals` hold levels (states,), NaN
    where nobody knows what came true.
    """
    parts = [
        _at(states, horizon, levels, {name: each[horizon] for name, each in rivals.items()})
        for horizon, levels in truth.items()
    ]
    return Cases.together(parts)


def _at(
    states: Sequence[FillState],
    horizon_h: int,
    truth: FloatArray,
    rivals: Mapping[str, FloatArray],
) -> Cases:
    at = states[0].at + timedelta(hours=horizon_h)
    said = forecast(states, at)
    made = Cases(
        horizon_h=np.full(len(states), horizon_h),
        level=said.level,
        sd=said.sd,
        chance=overflow_chance(states, at),
        reliability=np.array([CLASSES.index(each.reliability) for each in states]),
        heard=np.array([each.last_reading is not None for each in states]),
        truth=truth,
        rivals=rivals,
    )
    return made.where(~np.isnan(truth))


@dataclass(frozen=True, slots=True)
class Error:
    """Mean absolute error of levels at a horizon: ours, and rivals' on the same cases."""

    horizon_h: int
    cases: int
    ours: float
    rivals: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often the truth lay in the 90 % interval, of so many cases."""

    group: str
    cases: int
    inside: float


@dataclass(frozen=True, slots=True)
class Tenth:
    """Cases whose chance of overflow lay in one tenth: what was said, and what happened."""

    lower: float
    cases: int
    said: float
    happened: float


def errors(cases: Cases) -> tuple[Error, ...]:
    """By horizon, over the cases for which every rival had an answer."""
    known = np.ones(len(cases.level), dtype=bool)
    for each in cases.rivals.values():
        known &= ~np.isnan(each)
    return tuple(
        _error(cases.where(known & (cases.horizon_h == horizon)), int(horizon))
        for horizon in np.unique(cases.horizon_h)
    )


def _error(cases: Cases, horizon: int) -> Error:
    return Error(
        horizon_h=horizon,
        cases=len(cases.level),
        ours=_mean(np.abs(cases.level - cases.truth)),
        rivals={name: _mean(np.abs(each - cases.truth)) for name, each in cases.rivals.items()},
    )


def coverage(cases: Cases) -> tuple[Coverage, ...]:
    """Overall, by reliability and by horizon."""
    inside = np.abs(cases.truth - cases.level) <= NINETY_SD * cases.sd
    groups = {"overall": np.ones(len(inside), dtype=bool)}
    groups |= {name: cases.reliability == row for row, name in enumerate(CLASSES)}
    groups |= {f"{each} h": cases.horizon_h == each for each in np.unique(cases.horizon_h)}
    return tuple(
        Coverage(name, int(rows.sum()), _mean(inside[rows])) for name, rows in groups.items()
    )


def calibration(cases: Cases) -> tuple[Tenth, ...]:
    """Chances of overflow in tenths: 0 to 0.1, 0.1 to 0.2, ..."""
    tenth = np.minimum((cases.chance * TENTHS).astype(np.int64), TENTHS - 1)
    return tuple(
        Tenth(
            row / TENTHS,
            int(rows.sum()),
            _mean(cases.chance[rows]),
            _mean(cases.truth[rows] > FULL),
        )
        for row in range(TENTHS)
        for rows in [tenth == row]
    )


def _mean(values: FloatArray | BoolArray) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


@dataclass(frozen=True, slots=True)
class Faults:
    """How faulty sensors were told from good ones.

    `found`: of those `ripe`, faulty for so long that they should be known; `false`: of the
    `good`, which were taken for stuck, silent or tilted; `kinds`: found and ripe by fault.
    """

    ripe: int
    found: int
    good: int
    false: int
    kinds: Mapping[str, tuple[int, int]]


def faults(states: Sequence[FillState], true: Sequence[str], *, ripe: Sequence[bool]) -> Faults:
    """Compare sensors as the states have them with the truth, "ok" or the name of a fault.

    `ripe` marks those for which the time to find a fault is over; "" is a sensor that counts as
    neither faulty nor good, such as one just mended.
    """
    flagged = [each.sensor in FAULTY for each in states]
    rows = list(zip(flagged, true, ripe, strict=True))
    kinds = sorted({fault for _, fault, due in rows if due and fault not in ("ok", "")})
    by_kind = {
        kind: (
            sum(flag for flag, fault, due in rows if due and fault == kind),
            sum(due and fault == kind for _, fault, due in rows),
        )
        for kind in kinds
    }
    return Faults(
        ripe=sum(count for _, count in by_kind.values()),
        found=sum(count for count, _ in by_kind.values()),
        good=sum(fault == "ok" for _, fault, _ in rows),
        false=sum(flag and fault == "ok" for flag, fault, _ in rows),
        kinds=by_kind,
    )


def all_faults(parts: Sequence[Faults]) -> Faults:
    """The sum of some."""
    kinds: dict[str, tuple[int, int]] = {}
    for part in parts:
        for kind, (found, ripe) in part.kinds.items():
            before = kinds.get(kind, (0, 0))
            kinds[kind] = (before[0] + found, before[1] + ripe)
    return Faults(
        ripe=sum(each.ripe for each in parts),
        found=sum(each.found for each in parts),
        good=sum(each.good for each in parts),
        false=sum(each.false for each in parts),
        kinds=kinds,
    )
