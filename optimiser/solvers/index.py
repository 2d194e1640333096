"""The problem in whole numbers, for any engine: ids become positions once, here and below.

Seconds, metres, grams and millilitres (finer than kilograms and litres, because loads are
rounded up and a litter bin holds only a few kilograms), money in millionths of a euro
(because a paid hour must become a whole price per second).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from optimiser.domain.problem import Problem
from optimiser.travel import TravelMatrix

Window = tuple[int, int]
Place = tuple[Literal["stop", "site"], int]
"""Where a truck calls: a stop or a site, by its position in the model."""
MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Hold:
    """A compartment: what it takes, its limits (None: no limit) and its compaction."""

    fractions: frozenset[str]
    capacity_g: int | None
    capacity_ml: int | None
    compaction: float


@dataclass(frozen=True, slots=True)
class Lunch:
    """A break rule in seconds of the service day."""

    duration_s: int
    earliest_s: int
    latest_s: int


@dataclass(frozen=True, slots=True)
class Driving:
    """A rule of rests in seconds: no more than `most_s` driven without a rest of `rest_s`.

    `driven_s` is what has been driven since the last rest when the route starts. A lunch that
    is at least as long is a rest too.
    """

    most_s: int
    rest_s: int
    driven_s: int


@dataclass(frozen=True, slots=True)
class Limits:
    """The most of a day; None is no limit. `distance_m` includes an electric truck's range."""

    stops: int | None
    distance_m: int | None
    duration_s: int | None
    driving_s: int | None
    mass_g: int | None
    volume_ml: int | None


@dataclass(frozen=True, slots=True)
class Prices:
    """What a truck costs, in millionths of a euro.

    `per_m` is road and energy at half load: what a leg really burns depends on what is on
    board, and only the schedule knows that. `per_work_s` is energy of standing at work.
    """

    fixed: int
    per_m: float
    per_m_empty: float
    per_paid_s: int
    per_overtime_s: int
    per_work_s: float
    per_lift: float


@dataclass(frozen=True, slots=True)
class IndexTruck:
    """A truck that drives today. Windows of leaving and coming home hold its shift already.

    `factor` multiplies plain travel times (traffic); `shift_end_s` is where overtime begins.
    `out`: it is under way, so its route exists in any case, starts now and cannot start later,
    and has no fixed price. `on_board` is what each hold has now, in grams and millilitres taken
    up. `first` are the places it does first, by position; they are in every route of it.
    """

    id: str
    start_row: int
    end_row: int
    leave: tuple[Window, ...]
    home: tuple[Window, ...]
    shift_end_s: int
    lunch: Lunch | None
    holds: tuple[Hold, ...]
    abilities: frozenset[str]
    limits: Limits
    prices: Prices
    factor: float
    out: bool
    on_board: tuple[tuple[int, int], ...]
    first: tuple[Place, ...]
    driving: Driving | None

    @property
    def drives_anyway(self) -> bool:
        """Whether it has a route in every plan, also one without further stops."""
        return self.out or bool(self.first)

    def hold_of(self, fraction: str) -> int | None:
        """Position of the hold that takes a fraction, or None."""
        for position, hold in enumerate(self.holds):
            if fraction in hold.fractions:
                return position
        return None


@dataclass(frozen=True, slots=True)
class IndexSite:
    """A disposal site that is open today."""

    id: str
    row: int
    unload_s: int
    windows: tuple[Window, ...]
    fractions: frozenset[str]

    def empties(self, hold: Hold) -> bool:
        """Whether unloading here empties that hold."""
        return hold.fractions <= self.fractions


@dataclass(frozen=True, slots=True)
class IndexStop:
    """One visit, or several at one place done in one go (`visits`, in the order of doing).

    `prize` is the money lost by leaving it; `trucks` the positions of those that can take it;
    `published` that of the truck it was published on (-1: a truck that does not drive today).
    A stop that is pinned to a truck, or among its first, has only that one in `trucks`.
    `unload_by_s` is the latest second at which the unloading of it may begin.
    """

    row: int
    visits: tuple[str, ...]
    fraction: str
    mass_g: int
    volume_ml: int
    lifts: int
    service_s: int
    windows: tuple[Window, ...]
    required: bool
    prize: int
    trucks: tuple[int, ...]
    published: int | None
    unload_by_s: int | None


@dataclass(frozen=True, slots=True)
class IndexModel:
    """Everything an engine needs. Stops that no truck can take are not in it."""

    problem: Problem
    travel: TravelMatrix
    trucks: tuple[IndexTruck, ...]
    sites: tuple[IndexSite, ...]
    stops: tuple[IndexStop, ...]
    imbalance_per_s: int
    change: int


def moved(truck: IndexTruck, stops: Mapping[int, int]) -> IndexTruck:
    """The truck in a model whose stops have other positions: old position -> new one."""
    first: list[Place] = [
        (kind, stops[position] if kind == "stop" else position) for kind, position in truck.first
    ]
    return replace(truck, first=tuple(first))
