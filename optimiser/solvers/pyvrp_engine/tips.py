"""Tips: how a whole truck is emptied, at one site or at several in turn.

PyVRP empties a truck altogether when it calls at a reload depot, so a reload depot is here a
tip: a site that takes everything that the truck can have on board, or for trucks whose holds
need different sites, a tour of two or three of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise, permutations

from optimiser.solvers.index import IndexModel, IndexTruck, Lunch, Window
from optimiser.solvers.ortools_engine.clock import working_windows
from optimiser.travel import UNREACHABLE

LONGEST = 3
"""Sites of a tour at most; a truck that needs more is left out of the fleet."""

MOST = 12
"""Tours of several sites that a truck can choose from."""


@dataclass(frozen=True, slots=True)
class Tip:
    """Sites in turn (positions in the model), and the window of the first one's unloading."""

    sites: tuple[int, ...]
    window: Window


def lunches_of(model: IndexModel) -> set[Lunch | None]:
    """Break rules of today's trucks, None among them if some has no rule."""
    return {truck.lunch for truck in model.trucks}


def used_holds(model: IndexModel, truck: int) -> tuple[int, ...]:
    """Holds that have something in them, or that some stop of this truck puts something into."""
    own = model.trucks[truck]
    loaded: set[int | None] = {n for n, amounts in enumerate(own.on_board) if any(amounts)}
    loaded |= {
        own.hold_of(stop.fraction)
        for stop in model.stops
        if truck in stop.trucks and (stop.mass_g or stop.volume_ml)
    }
    return tuple(sorted(hold for hold in loaded if hold is not None))


def tours_of(model: IndexModel, truck: int) -> tuple[tuple[int, ...], ...] | None:
    """The shortest kinds of tours that empty a truck: () if it is always empty, None if none."""
    holds = used_holds(model, truck)
    if not holds:
        return ()
    useful = [n for n, _ in enumerate(model.sites) if _emptied(model, truck, holds, (n,))]
    for length in range(1, LONGEST + 1):
        tours = [
            tour
            for tour in permutations(useful, length)
            if len(_emptied(model, truck, holds, tour)) == len(holds)
            and _inner_m(model, tour) < UNREACHABLE
        ]
        if tours:
            tours.sort(key=lambda tour: (_inner_m(model, tour), tour))
            return tuple(tours if length == 1 else tours[:MOST])
    return None


def tips_of(model: IndexModel, tours: Iterable[tuple[int, ...]]) -> tuple[Tip, ...]:
    """A tip for every window of every tour, on the working clock."""
    return tuple(Tip(tour, window) for tour in tours for window in _windows(model, tour))


def inside(model: IndexModel, tour: tuple[int, ...], factor: float) -> tuple[int, float]:
    """Metres and seconds from the first unloading's beginning to the last one's end."""
    seconds = sum(
        model.travel.leg(model.sites[a].row, model.sites[b].row)[1] * factor
        for a, b in pairwise(tour)
    )
    return _inner_m(model, tour), seconds + sum(model.sites[n].unload_s for n in tour)


def _windows(model: IndexModel, tour: tuple[int, ...]) -> list[Window]:
    """When the first unloading may begin so that the later ones begin in time too."""
    lunches, factor = lunches_of(model), max(truck.factor for truck in model.trucks)
    spans = list(working_windows(model.sites[tour[0]].windows, lunches))
    for length in range(2, len(tour) + 1):
        site = model.sites[tour[length - 1]]
        offset = round(inside(model, tour[:length], factor)[1]) - site.unload_s
        spans = [
            (max(a, c - offset), min(b, d - offset))
            for a, b in spans
            for c, d in working_windows(site.windows, lunches)
        ]
    return [(max(0, a), b) for a, b in spans if max(0, a) <= b]


def _emptied(
    model: IndexModel, truck: int, holds: tuple[int, ...], tour: tuple[int, ...]
) -> set[int]:
    own: IndexTruck = model.trucks[truck]
    return {h for h in holds if any(model.sites[n].empties(own.holds[h]) for n in tour)}


def _inner_m(model: IndexModel, tour: tuple[int, ...]) -> int:
    rows = [model.sites[n].row for n in tour]
    return int(model.travel.along(rows)[0].sum())
