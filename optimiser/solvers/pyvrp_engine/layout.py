"""PyVRP's locations: stops, then tips, start depots, end depots and posts; and legs between them.

A post is where a truck begins that drives in any case: a stop without work that only it can do and
must, because PyVRP would take the route of a truck without stops for no route, at no cost.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimiser.domain.units import whole_array
from optimiser.solvers.index import IndexModel
from optimiser.solvers.ortools_engine.rests import with_rests
from optimiser.solvers.pyvrp_engine.kinds import MOST_CELLS, Kind
from optimiser.solvers.pyvrp_engine.tips import Tip, inside
from optimiser.travel import UNREACHABLE

Ints = NDArray[np.int64]

FORBIDDEN = 10**7
"""Metres and seconds of a leg that nobody may drive: no day is so long."""


@dataclass(frozen=True)
class Layout:
    """What stands at which location. `tips`, `starts`, `ends` and `posts` (trucks) follow the stops
    in this order.

    A tip of several sites is entered at its first and left from its last. `resting`: times of legs
    have the rests from driving in them.
    """

    model: IndexModel
    kinds: tuple[Kind, ...]
    tips: tuple[Tip, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    posts: tuple[int, ...]
    resting: bool

    @property
    def first_start(self) -> int:
        return len(self.model.stops) + len(self.tips)

    @property
    def first_end(self) -> int:
        return self.first_start + len(self.starts)

    @property
    def first_post(self) -> int:
        return self.first_end + len(self.ends)

    def posts_of(self, kind: Kind) -> list[int]:
        """Locations of the posts of a kind's trucks."""
        return [self.first_post + n for n, truck in enumerate(self.posts) if truck in kind.trucks]

    def rows(self, *, leaving: bool) -> Ints:
        """Matrix row of each location, where it is left or where it is entered."""
        sites, end = self.model.sites, -1 if leaving else 0
        return np.array(
            [stop.row for stop in self.model.stops]
            + [sites[tip.sites[end]].row for tip in self.tips]
            + [*self.starts, *self.ends]
            + [self.model.trucks[truck].start_row for truck in self.posts],
            dtype=np.int64,
        )


@dataclass(frozen=True)
class Legs:
    """Legs of a kind: metres and seconds, and for every stop the tip on its way home (-1: none).

    Seconds of a leg that leaves a tip have all in them that follows its first unloading; those
    of a leg from a stop to an end depot have the last unloading.
    """

    metres: Ints
    seconds: Ints
    way_home: Ints


def make_layout(model: IndexModel, kinds: tuple[Kind, ...], *, resting: bool = False) -> Layout:
    """Number the locations. There are no posts where matrices for each would be too many."""
    posts = [t for kind in kinds for t in kind.trucks if model.trucks[t].drives_anyway]
    if len(posts) * len(model.stops) ** 2 > MOST_CELLS:
        posts = []
    return Layout(
        model,
        kinds,
        tuple(dict.fromkeys(tip for kind in kinds for tip in (*kind.tips, *kind.home_tips))),
        tuple(sorted({kind.truck.start_row for kind in kinds})),
        tuple(sorted({kind.truck.end_row for kind in kinds})),
        tuple(posts),
        resting,
    )


def make_legs(layout: Layout, kind: Kind) -> Legs:
    """Legs between all locations for one kind of truck."""
    travel = layout.model.travel
    metres, plain_s = travel.block(layout.rows(leaving=True), layout.rows(leaving=False))
    seconds = _with_rests(layout, kind, stretched(plain_s, kind.truck.factor))
    stops = len(layout.model.stops)
    for number, tip in enumerate(layout.tips):
        inner_m, inner_s = inside(layout.model, tip.sites, kind.truck.factor)
        metres[stops + number] += inner_m
        seconds[stops + number] += round(inner_s) - layout.model.sites[tip.sites[0]].unload_s
    way_home = _fold(layout, kind, metres, seconds)
    _forbid(layout, kind, metres, seconds)
    np.fill_diagonal(metres, 0)
    np.fill_diagonal(seconds, 0)
    return Legs(np.minimum(metres, FORBIDDEN), np.minimum(seconds, FORBIDDEN), way_home)


def _with_rests(layout: Layout, kind: Kind, seconds: Ints) -> Ints:
    rule = kind.truck.driving
    if rule is None:
        return seconds
    starts = np.zeros(len(seconds), dtype=bool)
    starts[layout.first_start : layout.first_end] = True
    return with_rests(seconds, seconds, starts, rule, rests=layout.resting)


def _fold(layout: Layout, kind: Kind, metres: Ints, seconds: Ints) -> Ints:
    """Put the cheapest tip into every leg from a stop to this kind's end depot."""
    stops = len(layout.model.stops)
    if not kind.home_tips:
        return np.full(stops, -1, dtype=np.int64)
    end = layout.first_end + layout.ends.index(kind.truck.end_row)
    tips = np.array([stops + layout.tips.index(tip) for tip in kind.home_tips])
    first = [layout.model.sites[tip.sites[0]].unload_s for tip in kind.home_tips]
    loaded = any(map(any, kind.truck.on_board))
    places = np.array([*range(stops), *(layout.posts_of(kind) if loaded else ())], dtype=np.int64)
    by_m = metres[np.ix_(places, tips)] + metres[tips, end]
    by_s = seconds[np.ix_(places, tips)] + seconds[tips, end] + np.array(first)
    prices = kind.truck.prices
    best = (by_m * max(prices.per_m, 1e-3) + by_s * prices.per_paid_s).argmin(axis=1)
    every = np.arange(len(places))
    metres[places, end], seconds[places, end] = by_m[every, best], by_s[every, best]
    numbers: Ints = tips[best[:stops]] - stops
    return numbers


def _forbid(layout: Layout, kind: Kind, metres: Ints, seconds: Ints) -> None:
    """Close the legs to and from stops and posts that are not this kind's, and those to posts
    from elsewhere than the start.
    """
    mine = layout.posts_of(kind)
    posts = range(layout.first_post, layout.first_post + len(layout.posts))
    others = [
        *np.flatnonzero(~np.array(stops_of(layout.model, kind), dtype=bool)),
        *(post for post in posts if post not in mine),
    ]
    but_starts = np.r_[0 : layout.first_start, layout.first_end : len(metres)]
    for each in (metres, seconds):
        each[others, :] = FORBIDDEN
        each[:, others] = FORBIDDEN
        each[np.ix_(but_starts, mine)] = FORBIDDEN


def stops_of(model: IndexModel, kind: Kind) -> tuple[bool, ...]:
    """For each stop whether some truck of a kind can do it."""
    return tuple(any(truck in stop.trucks for truck in kind.trucks) for stop in model.stops)


def stretched(plain_s: Ints, factor: float) -> Ints:
    """Seconds in traffic, rounded up."""
    in_traffic = whole_array(np.asarray(plain_s * factor, dtype=np.float64), "up")
    return np.minimum(in_traffic, UNREACHABLE)
