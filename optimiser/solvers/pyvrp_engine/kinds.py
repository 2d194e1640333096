"""Kinds of equal trucks, and the times between which they may be out, on the working clock.

The working clock stands still during a break (see ortools_engine/clock.py), so that nothing
has to say when the break is.
"""

from dataclasses import dataclass, replace

from optimiser.solvers.index import IndexModel, IndexTruck, Window
from optimiser.solvers.ortools_engine.clock import working_windows
from optimiser.solvers.pyvrp_engine.tips import Tip, inside, tips_of, tours_of
from optimiser.travel import UNREACHABLE

MOST_CELLS = 50_000_000
"""Legs, over all trucks that have stops pinned to them, for which each has matrices of its own:
16 bytes each."""

LATE_OPENING_S = 4 * 3600
"""A tip that opens later than this after a truck may leave is no way home if another is."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Equal trucks (positions), their tips, those on the way home, and their hours.

    `home` is narrower than the truck's own hours where the tips on the way home open or close.
    `shift_s` is the time before overtime, for a truck that leaves as early as it may.
    """

    truck: IndexTruck
    trucks: tuple[int, ...]
    tips: tuple[Tip, ...]
    home_tips: tuple[Tip, ...]
    leave: Window
    home: Window
    shift_s: int
    longest_s: int


def kinds_of(model: IndexModel) -> tuple[Kind, ...]:
    """Today's trucks by kind. Trucks that cannot be emptied by one tour are left out.

    Trucks that others' pinned stops tell apart are of one kind where matrices for each of them
    would be too many; then the pins are kept afterwards.
    """
    alike: dict[object, list[int]] = {}
    told_apart = model.change > 0 and any(stop.published is not None for stop in model.stops)
    pinned = {stop.trucks[0] for stop in model.stops if len(stop.trucks) == 1}
    if len(pinned) * len(model.stops) ** 2 > MOST_CELLS:
        pinned = set()
    for position, truck in enumerate(model.trucks):
        alone = told_apart or position in pinned
        key = position if alone else replace(truck, id="any")
        alike.setdefault(key, []).append(position)
    kinds = (_kind(model, tuple(trucks)) for trucks in alike.values())
    return tuple(kind for kind in kinds if kind is not None)


def _kind(model: IndexModel, trucks: tuple[int, ...]) -> Kind | None:
    own = model.trucks[trucks[0]]
    tours = tours_of(model, trucks[0])
    if tours is None:
        return None
    tips = tips_of(model, tours)
    leave = _hull(working_windows(own.leave, {own.lunch}) or own.leave)
    home = _hull(working_windows(own.home, {own.lunch}) or own.home)
    home = (home[0], home[1] - _idle_before_break(model, own))
    if tours and not tips:
        return None
    home_tips, home = _ways_home(model, own, tips, leave, home)
    leave = (leave[0], min(leave[1], home[1]))
    if home[0] > home[1] or leave[0] > leave[1]:
        return None
    shift_s, longest_s = _lengths(own, leave, home)
    return Kind(own, trucks, tips, home_tips, leave, home, shift_s, longest_s)


def _hull(windows: tuple[Window, ...]) -> Window:
    return max(0, windows[0][0]), windows[-1][1]


def _idle_before_break(model: IndexModel, own: IndexTruck) -> int:
    """What a truck may lose by waiting for a break that begins in a narrow window."""
    if own.lunch is None:
        return 0
    longest = max((stop.service_s for stop in model.stops), default=0)
    longest = max([longest, *(site.unload_s for site in model.sites)])
    return max(0, longest - (own.lunch.latest_s - own.lunch.earliest_s))


def _ways_home(
    model: IndexModel, own: IndexTruck, tips: tuple[Tip, ...], leave: Window, home: Window
) -> tuple[tuple[Tip, ...], Window]:
    """Tips for the last unloading, and the hours of coming home that all of them allow."""
    after = {tip: _seconds_home(model, own, tip) for tip in tips}
    fit = [tip for tip in tips if after[tip] < UNREACHABLE]
    if not fit:
        return (), home if not tips else (1, 0)
    prompt = [tip for tip in fit if tip.window[0] <= leave[0] + LATE_OPENING_S]
    always = [tip for tip in prompt or fit if tip.window[1] + after[tip] >= home[1]]
    chosen = always or [max(prompt or fit, key=lambda tip: tip.window[1] + after[tip])]
    last = min(home[1], *(tip.window[1] + after[tip] for tip in chosen), home[1])
    opening = [tip.window[0] + after[tip] for tip in chosen if tip.window[0] > leave[0]]
    return tuple(chosen), (max([home[0], *opening]), last)


def _seconds_home(model: IndexModel, own: IndexTruck, tip: Tip) -> int:
    """From the beginning of the first unloading until the truck is home."""
    _, leg = model.travel.leg(model.sites[tip.sites[-1]].row, own.end_row)
    if leg >= UNREACHABLE:
        return UNREACHABLE
    return round(inside(model, tip.sites, own.factor)[1] + leg * own.factor)


def _lengths(own: IndexTruck, leave: Window, home: Window) -> tuple[int, int]:
    """Seconds from leaving before overtime begins, and at most."""
    pause_s = own.lunch.duration_s if own.lunch else 0
    pause_s = pause_s if own.lunch and own.lunch.earliest_s < own.shift_end_s else 0
    shift_s = max(0, own.shift_end_s - pause_s - leave[0])
    longest_s = home[1] - leave[0]
    if own.limits.duration_s is not None:
        longest_s = min(longest_s, max(0, own.limits.duration_s - pause_s))
    return min(shift_s, longest_s), longest_s
