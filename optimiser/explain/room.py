"""The room in one truck's route: for many visits at once, where each fits and what it adds.

A visit goes before a later unloading of the route, or makes a trip of its own at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimiser.domain.fleet import DisposalSite, Truck
from optimiser.domain.plan import Route
from optimiser.domain.problem import Problem, Visit
from optimiser.domain.solution import Action, TruckOrder
from optimiser.explain.pairs import (
    Floats,
    Ints,
    Pairs,
    Site,
    late_s,
    openings,
    site_openings,
    trip_late_s,
)
from optimiser.schedule.homeward import emptied
from optimiser.schedule.itinerary import Itinerary, itinerary
from optimiser.schedule.load import loads
from optimiser.schedule.slack import slack
from optimiser.travel import UNREACHABLE, TravelClock, TravelMatrix

_NOISE = 1e-3


@dataclass(frozen=True)
class Places:
    """For each of some visits, what the places for it in one truck's route come to.

    All have one entry a visit. `guess_eur`: the cheapest place, whether it fits or not. `fits_eur`
    and `fits_at`: the cheapest that fits, before which action. `late_s`: the least lateness where
    there is room; `over_kg`, `over_l`: the least overload where there is time, or where there is
    neither; `over_m`: the least metres above the limit. Infinite where there is no such place.
    """

    guess_eur: Floats
    fits_eur: Floats
    fits_at: Ints
    late_s: Floats
    over_kg: Floats
    over_l: Floats
    over_m: Floats


class Room:
    """One truck's route of a plan, ready to be asked for places."""

    def __init__(
        self,
        problem: Problem,
        travel: TravelMatrix,
        clock: TravelClock,
        *,
        truck: Truck,
        actions: tuple[Action, ...],
        route: Route | None,
    ) -> None:
        self._problem, self._travel, self._clock = problem, travel, clock
        self.truck, self._actions = truck, actions
        self.stops: Itinerary = itinerary(problem, travel, TruckOrder(truck.id, actions))
        self._slack = slack(self.stops, clock)
        self._loads = loads(problem, self.stops).after
        self._distance_m = route.distance_m if route else 0

    @property
    def sure(self) -> bool:
        """Whether a place that fits here surely fits: nothing else about times is limited."""
        limits = self.truck.limits
        return (
            self.truck.driving_rule is None
            and limits.duration_s is None
            and limits.driving_s is None
        )

    def places(self, visits: Sequence[Visit], most_eur: Floats) -> Places:
        """Places before a later unloading, for visits that go into one and the same hold.

        Only those that are guessed to cost no more than `most_eur`, one a visit, are looked at
        for what forbids them.
        """
        hold = self.truck.compartment_of(visits[0].fraction) if visits else None
        last = None if hold is None else self._last_unload(hold)
        if hold is None or last is None:
            return _nowhere(len(visits))
        at = np.arange(len(self.truck.first), last + 1)
        rows = [call.row for call in self.stops.calls]
        mine = [self._problem.visit_index[visit.id] for visit in visits]
        into_m, into_s = (each.T for each in self._travel.block([rows[n] for n in at], mine))
        out_m, out_s = self._travel.block(mine, [rows[n + 1] for n in at])
        was_m = np.array(self.stops.distance_m)[at]
        was_s = np.array(self.stops.plain_s)[at]
        more_m = into_m + out_m - was_m
        opened = openings(self._problem, visits)
        more_s = into_s + out_s - was_s + opened.service_s[:, None]
        guess = eur(self.truck, more_m, more_s)
        guess[(into_s >= UNREACHABLE) | (out_s >= UNREACHABLE)] = np.inf
        which, place = np.nonzero(guess <= np.minimum(most_eur, 1e12)[:, None])
        pairs = Pairs(which, at[place], into_s[which, place], out_s[which, place])
        found = late_s(pairs, self._slack, opened, self._clock)
        over_m = np.maximum(0.0, self._distance_m + more_m[which, place] - self._most_m())
        over = self._overload(visits, hold, pairs)
        return _best_of(pairs, guess, guess[which, place], found, over=over, over_m=over_m)

    def trips(self, visits: Sequence[Visit], site: DisposalSite) -> tuple[Floats, Floats]:
        """Guessed money of a trip of its own at the end by a site, and its least lateness, for
        each visit. 0 means that it may be in time; the break's place is not looked for.
        """
        rows = [self._problem.visit_index[visit.id] for visit in visits]
        at, end = self._problem.site_index[site.id], self.stops.calls[-1].row
        into_m, into_s = (each[0] for each in self._travel.block([self.stops.calls[-2].row], rows))
        out_m, out_s = (each[:, 0] for each in self._travel.block(rows, [at]))
        home_m, home_s = self._travel.leg(at, end)
        opened = openings(self._problem, visits)
        more_m = into_m + out_m + home_m - self.stops.distance_m[-1]
        more_s = into_s + out_s + home_s - self.stops.plain_s[-1] + opened.service_s + site.unload_s
        idle = not self._actions and self.truck.present is None
        guess = eur(self.truck, more_m, more_s) + (self.truck.cost_fixed_eur if idle else 0.0)
        no_way = (into_s >= UNREACHABLE) | (out_s >= UNREACHABLE) | (home_s >= UNREACHABLE)
        guess[no_way] = np.inf
        pairs = Pairs(np.arange(len(visits)), np.zeros(len(visits), np.int64), into_s, out_s)
        to = Site(site_openings(self._problem, site), home_s)
        late = trip_late_s(pairs, to, self._slack, opened, self._clock).astype(float)
        late[no_way] = np.inf
        return guess, late

    def _most_m(self) -> float:
        limits = (self.truck.limits.distance_m, self.truck.energy.range_m)
        return min((each for each in limits if each is not None), default=np.inf)

    def _last_unload(self, hold: int) -> int | None:
        """The last action that empties a hold, if it comes after what is done first."""
        emptying = [at for at, each in enumerate(self._actions) if self._empties(each, hold)]
        return emptying[-1] if emptying and emptying[-1] >= len(self.truck.first) else None

    def _empties(self, action: Action, hold: int) -> bool:
        if action.kind != "unload":
            return False
        return hold in emptied(self.truck, self._problem.site_by_id[action.ref])

    def _overload(self, visits: Sequence[Visit], hold: int, pairs: Pairs) -> tuple[Floats, Floats]:
        """Kilograms and litres by which the hold would be over full before it is next emptied."""
        compartment = self.truck.compartments[hold]
        most_kg, most_l = self._fullest(hold)
        mass = np.array([visit.mass_kg for visit in visits])
        volume = np.array([visit.volume_l / compartment.compaction for visit in visits])
        return (
            _over(most_kg[pairs.at] + mass[pairs.visits], compartment.capacity_kg),
            _over(most_l[pairs.at] + volume[pairs.visits], compartment.capacity_l),
        )

    def _fullest(self, hold: int) -> tuple[Floats, Floats]:
        """The most in a hold from each call until it is next emptied."""
        mass = [after[hold].mass_kg for after in self._loads]
        volume = [after[hold].volume_l for after in self._loads]
        for at in range(len(self._actions) - 1, -1, -1):
            if not self._empties(self._actions[at], hold):
                mass[at] = max(mass[at], mass[at + 1])
                volume[at] = max(volume[at], volume[at + 1])
        return np.array(mass), np.array(volume)


def _best_of(
    pairs: Pairs,
    guess: Floats,
    price: Floats,
    late: Ints,
    *,
    over: tuple[Floats, Floats],
    over_m: Floats,
) -> Places:
    over_kg, over_l = over
    roomy, in_time = (over_kg <= _NOISE) & (over_l <= _NOISE), late == 0
    price = np.where(roomy & in_time & (over_m == 0), price, np.inf)
    count = len(guess)

    def least(values: Floats, counted: Any) -> Floats:
        found = np.full(count, np.inf)
        np.minimum.at(found, pairs.visits, np.where(counted, values, np.inf))
        return found

    def overload(values: Floats) -> Floats:
        """Where there is time; if there is neither time nor room anywhere, any."""
        timely, any_time = (
            least(values, in_time & (values > _NOISE)),
            least(values, values > _NOISE),
        )
        return np.where(np.isinf(timely) & np.isinf(lateness), any_time, timely)

    lateness = least(late.astype(float), roomy & ~in_time)
    cheapest = np.lexsort((pairs.at, price))
    visits, first = np.unique(pairs.visits[cheapest], return_index=True)
    fits_eur, fits_at = np.full(count, np.inf), np.zeros(count, dtype=np.int64)
    fits_eur[visits], fits_at[visits] = price[cheapest[first]], pairs.at[cheapest[first]]
    return Places(
        guess_eur=guess.min(axis=1, initial=np.inf),
        fits_eur=fits_eur,
        fits_at=fits_at,
        late_s=lateness,
        over_kg=overload(over_kg),
        over_l=overload(over_l),
        over_m=least(over_m, roomy & in_time & (over_m > 0)),
    )


def _over(amount: Floats, capacity: float | None) -> Floats:
    return np.zeros_like(amount) if capacity is None else np.maximum(0.0, amount - capacity)


def _nowhere(count: int) -> Places:
    no = np.full(count, np.inf)
    return Places(no, no, np.zeros(count, dtype=np.int64), no, no, no, no)


def eur(truck: Truck, metres: Ints, seconds: Ints) -> Floats:
    """Money for added metres and paid seconds, at plain speed."""
    money: Floats = metres / 1000 * truck.cost_per_km_eur + seconds / 3600 * truck.cost_per_hour_eur
    return money
