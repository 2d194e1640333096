"""The break without a break: windows on a clock that stands still while a truck pauses.

Break intervals make OR-Tools' local search many times slower, and it lets a break interrupt
a leg, which nobody may do here. So where a rule's window is wide enough for some leg or
emptying to end in it, times are told by a clock that stops during the break (the idea: a
truck's working time). An event that the clock shows as w happens at w before the break and at
w + duration after it; windows are narrowed so that either is in time, where that is possible.

Where that does not suit, breaks stay intervals (see breaks.py) and the clock is plain.
"""

from collections.abc import Iterable, Sequence

from optimiser.solvers.index import IndexModel, Lunch, Window

LEAST_WIDTH_S = 1800
"""A rule whose start may vary less than this needs real break intervals."""


def clock_can_stop(model: IndexModel) -> bool:
    """Whether every break rule of today's trucks suits the stopping clock."""
    lunches = {truck.lunch for truck in model.trucks}
    windows = [stop.windows for stop in model.stops] + [site.windows for site in model.sites]
    longest_s = max((each.service_s for each in model.stops), default=0)
    longest_s = max([longest_s, *(site.unload_s for site in model.sites)])
    return all(
        lunch is None or lunch.latest_s - lunch.earliest_s >= max(LEAST_WIDTH_S, longest_s)
        for lunch in lunches
    ) and all(
        working_windows(each, lunches) for each in windows
    )  # fmt: skip


def working_windows(
    windows: Sequence[Window], lunches: Iterable[Lunch | None]
) -> tuple[Window, ...]:
    """Windows on the stopped clock that are right for trucks of every one of these rules."""
    spans = list(windows)
    for lunch in lunches:
        shifted = [working_window(each, lunch) for each in windows]
        spans = _common(spans, [each for each in shifted if each is not None])
    return tuple(spans)


def working_window(window: Window, lunch: Lunch | None) -> Window | None:
    """A window on the stopped clock of one rule; None where a truck with a break is never in time.

    A window that closes while a break could still be going on may have no span that is right
    whether the break is before or after; then it is one that is right with the break before,
    or else after it, and the true schedule has to tell.
    """
    if lunch is None:
        return window
    opens, closes = window
    pause = lunch.duration_s
    spans = (
        (max(min(opens, lunch.latest_s), opens - pause),
         max(min(closes, lunch.earliest_s), closes - pause)),
        (max(opens - pause, lunch.earliest_s), closes - pause),
        (opens, min(closes, lunch.latest_s)),
    )  # fmt: skip
    return next((span for span in spans if span[0] <= span[1]), None)


def working_end(end_s: int, lunch: Lunch | None) -> int:
    """A last second on the stopped clock of a rule, right with the break before or after it."""
    if lunch is None:
        return end_s
    return max(min(end_s, lunch.earliest_s), end_s - lunch.duration_s)


def _common(some: list[Window], others: list[Window]) -> list[Window]:
    """Spans that lie in one of either."""
    return sorted(
        (max(a[0], b[0]), min(a[1], b[1]))
        for a in some
        for b in others
        if max(a[0], b[0]) <= min(a[1], b[1])
    )
