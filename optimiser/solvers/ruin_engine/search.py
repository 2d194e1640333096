"""A search of one model: crews on threads of their own, cooling together."""

import os
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import numpy as np

from optimiser.domain.solution import Solution
from optimiser.solvers.index import IndexModel
from optimiser.solvers.judge import Best as Judged
from optimiser.solvers.protocol import Stop
from optimiser.solvers.ruin_engine.anneal import (
    remember,
    rounds,
    settle_all,
    settle_one,
    worth,
)
from optimiser.solvers.ruin_engine.copies import copy_all, copy_part, freeze, place_stops
from optimiser.solvers.ruin_engine.crews import FEWEST_ROUTES, FEWEST_STOPS, brief, share_out
from optimiser.solvers.ruin_engine.data import State, World, make_state
from optimiser.solvers.ruin_engine.dice import make_dice
from optimiser.solvers.ruin_engine.pace import Pace
from optimiser.solvers.ruin_engine.pack import pack
from optimiser.solvers.ruin_engine.recreate import recreate
from optimiser.solvers.ruin_engine.routes import (
    read_tours,
    widest,
    write_tour,
    write_tours,
)
from optimiser.solvers.ruin_engine.walk import SLACK, Walk, make_walk
from optimiser.solvers.sound import Mender
from optimiser.solvers.tours import Tours, solution_of, tours_from

HOT = 1.0
"""Temperature at the start, in mean money a stop on a route (X set of Uchoa and others: the
hundred of Christiaens and Vanden Berghe is 0.3 to 1.4 there; measured), ..."""
HOT_OPTIONAL = 0.5
"""... the same where every stop may be left: hotter, routes dissolve and do not come back, ..."""
COLD = 0.02
"""... and at the end."""
LEAST = 4.0
"""What a required stop left counts for at least, in temperatures."""
SOFT = 10.0
"""What a required stop left counts for at first, in the same measure."""
WARM = 0.1
"""Temperature at the start of a search that was given routes."""
EVERYTHING = 1e9
"""So many times its prize every stop is worth while the first routes are made."""
MEETINGS = (0.5, 0.7, 0.85, 0.95)
"""Parts of a search after which crews that have all routes go on from the best of them."""
PATIENCE = 10.0
"""Judging takes at most one part in so many of the time, in a search by time."""


class Search:
    """The arrays of a search, and how far it is."""

    def __init__(self, model: IndexModel, judged: Judged, seed: int, crews: int) -> None:
        self.model, self.judged, self.crews = model, judged, crews
        self.world: World = pack(model)
        self.random = np.random.default_rng(seed)
        self.dice = [make_dice(crews * seed + crew) for crew in range(crews)]
        self.mender = Mender(model)
        self.top = money_of_a_day(self.world)
        self.rounds = 0
        self._judged = (10**9, float("inf"))
        self._next_judging = 0.0
        self._warm = False

    def start(self, warm_start: Solution | None) -> None:
        """The first routes: those given, completed; or all made anew."""
        tours = tours_from(self.model, warm_start) if warm_start is not None else {}
        self._warm = bool(tours)
        width = self._width(tours)
        self.states = [make_state(self.world, width) for _ in range(self.crews)]
        self.walks = [
            make_walk(self.world, crew, self.dice[crew], width) for crew in range(self.crews)
        ]
        self.alone = [self.walks[0]._replace(dice=self.dice[0])] + [
            make_walk(self.world, 0, dice, width) for dice in self.dice[1:]
        ]
        self.best = make_walk(self.world, 0, self.dice[0], width).best
        self._load(tours)
        self._complete(1.0 if tours else EVERYTHING)
        self._hand_on(hasty=False)

    def _load(self, tours: Tours) -> None:
        """Put tours into the first state. One that cannot be kept gives up all but what its truck
        does first; where that cannot be kept either, nobody changes it any more.
        """
        w, state = self.world, self.states[0]
        write_tours(self.model, w, state, tours)
        settle_all(w, state)
        broken = self._give_up_broken()
        self.frozen = [number for number in broken if state.run[number]["crew"] < 0]
        freeze(w, state, self.frozen)

    def _give_up_broken(self) -> list[int]:
        """Leave routes that cannot be kept what their trucks do first; which routes they are."""
        w, state = self.world, self.states[0]
        broken: list[int] = np.flatnonzero(state.run["crew"] < 0).tolist()
        for number in broken:
            calls = state.at[number]["c"][1 : state.run[number]["ln"] + 1]
            state.where["route"][calls[calls < w.n]] = -1
            write_tour(self.model, w, state, number, ())
            settle_one(w, state, number)
        return broken

    def _width(self, tours: Tours) -> int:
        """Calls that a route may have: several times the mean, all stops where those are few."""
        stops = 4 * self.world.n // max(1, self.world.trucks)
        most = 2 * self.world.n + len(self.model.sites) + widest(self.model, {})
        return min(max(64, stops, 2 * widest(self.model, tours)), most) + 2 * SLACK

    def _complete(self, generous: float) -> None:
        """Put every stop on no route where it fits best, if it pays."""
        w, state, walk = self.world, self.states[0], self.walks[0]
        walk.soft[0] = self.top
        call, left = w.call, np.flatnonzero(state.where["route"][: w.n] < 0)
        worth_it = call["prize"][left] / (1.0 + call["ml"][left])
        order = left[np.lexsort((-worth_it, call["required"][left] == 0))]
        walk.bag.stops[: len(order)] = order
        recreate(w, state, walk, walk.bag.stops, len(order), generous, 0.0)
        state.run["kept"] = 0
        walk.shadow.size[0] = 0
        settle_all(w, state)
        self._give_up_broken()  # a gap is priced without the limits of a day's hours
        freeze(w, state, self.frozen)
        copy_all(w, state, self.best.state)
        self.best.left[0], self.best.money[0] = worth(w, state, walk)

    def run(self, stop: Stop, started: float) -> None:
        """Rounds until the time or the number of rounds is over."""
        if self.world.n == 0:
            return
        pace, hot = Pace(stop, started), self._hot() * self._unit()
        meeting = 0
        for walk in (*self.walks, *self.alone):
            walk.soft[0] = SOFT * self._unit()
        for state in self.states[1:]:
            copy_all(self.world, self.states[0], state)
            place_stops(self.world, state)
        with ThreadPoolExecutor(self.crews) as threads:
            while (share := pace.share(self.rounds)) < 1:
                heat = hot * (COLD * self._unit() / hot) ** share
                amount = pace.amount(self.rounds, self.crews)
                began = monotonic()
                if self._can_split():
                    self._work_on_parts(threads, amount, heat)
                else:
                    self._work_alone(threads, amount, heat)
                    if meeting < len(MEETINGS) and share >= MEETINGS[meeting]:
                        meeting += 1
                        self._meet()
                self.rounds += amount * self.crews
                pace.took(amount, monotonic() - began)
                self._hand_on(hasty=pace.by_time)
        self._hand_on(hasty=False)

    def _can_split(self) -> bool:
        driven = int((self.states[0].run["ln"] > self.states[0].run["fix"]).sum())
        return self.crews > 1 and (
            driven >= FEWEST_ROUTES * self.crews and self.world.n >= FEWEST_STOPS * self.crews
        )

    def _work_on_parts(self, threads: ThreadPoolExecutor, amount: int, heat: float) -> None:
        """An epoch in which each crew has routes of its own."""
        w, state = self.world, self.states[0]
        share_out(self.model, w, state, self.crews, self.random)
        freeze(w, state, self.frozen)
        owns = [brief(state, walk, w) for walk in self.walks]
        for walk in self.walks:
            remember(w, state, walk.best, walk.crew, *worth(w, state, walk))
        total = sum(owns)

        def work(walk: Walk, own: int) -> None:
            mine = max(1, round(amount * self.crews * own / total)) if own else 0
            rounds(w, state, walk, own, mine, heat, self._least(heat, walk), self.top)

        list(threads.map(work, self.walks, owns))
        left = sum(int(walk.best.left[0]) for walk in self.walks)
        money = sum(float(walk.best.money[0]) for walk in self.walks)
        if w.imbalance > 0:
            money = self._money_of_parts()
        if (left, money) < (int(self.best.left[0]), float(self.best.money[0]) - 1e-3):
            self.best.left[0], self.best.money[0] = left, money
            for walk in self.walks:
                copy_part(walk.best.state, self.best.state, state, walk.crew)

    def _money_of_parts(self) -> float:
        """Money of the crews' best routes together, with the imbalance of them all."""
        w, paid = self.world, []
        money = 0.0
        for walk in self.walks:
            own = self.states[0].run["crew"] == walk.crew
            run = walk.best.state.run[own]
            driven = (run["ln"] > 0) | (w.truck["out"][own] > 0)
            paid += run["paid"][driven].tolist()
            others = walk.others.tolist()
            mine = run["paid"][driven].tolist()
            money += float(walk.best.money[0]) - w.imbalance * _excess(
                max([others[0], *mine]), others[1] + sum(mine), others[2] + len(mine)
            )
        return money + w.imbalance * _excess(max(paid, default=0), sum(paid), len(paid))

    def _work_alone(self, threads: ThreadPoolExecutor, amount: int, heat: float) -> None:
        """An epoch in which each crew has all routes, in a state of its own."""
        w = self.world

        def work(number: int, walk: Walk, state: State) -> None:
            state.run["crew"] = 0
            state.where["crew"] = 0
            freeze(w, state, self.frozen)
            own = brief(state, walk, w)
            least = self._least(heat, walk, strict=number % 2 == 1)
            rounds(w, state, walk, own, amount, heat, least, self.top)

        for walk in self.alone:
            walk.best.left[0], walk.best.money[0] = self.best.left[0], self.best.money[0]
        list(threads.map(work, range(self.crews), self.alone, self.states))
        found = min(
            self.alone, key=lambda each: (int(each.best.left[0]), float(each.best.money[0]))
        )
        if (int(found.best.left[0]), float(found.best.money[0])) < (
            int(self.best.left[0]), float(self.best.money[0]) - 1e-3,
        ):  # fmt: skip
            self.best.left[0], self.best.money[0] = found.best.left[0], found.best.money[0]
            copy_all(w, found.best.state, self.best.state)

    def _meet(self) -> None:
        """All crews but the first go on from the best routes."""
        w = self.world
        for state in self.states[1:]:
            copy_all(w, self.best.state, state)
            place_stops(w, state)

    def _least(self, heat: float, walk: Walk, *, strict: bool = False) -> float:
        """What a required stop left counts for at least: less only where trucks are dear or few.

        Where trucks are only few, `strict` is for one of two searches: neither is always better.
        """
        run, truck = self.states[0].run, self.world.truck
        dear, few = (truck["fixed"] > 0).any(), (run["ln"] > run["fix"]).all()
        if dear or (few and not strict):
            return min(self.top, LEAST * heat)
        walk.soft[0] = self.top
        return self.top

    def _hot(self) -> float:
        """Temperature at the start, in mean money a stop on a route."""
        optional = float((self.world.call["required"][: self.world.n] == 0).mean())
        return WARM if self._warm else HOT + (HOT_OPTIONAL - HOT) * optional

    def _unit(self) -> float:
        """Mean money a stop on a route."""
        state = self.best.state
        stops = max(1, int(state.run["stops"].sum()))
        fixed = float(self.world.truck["fixed"][state.run["ln"] > 0].sum())
        return max(1.0, (float(state.run["cost"].sum()) - fixed) / stops)

    def _hand_on(self, *, hasty: bool) -> None:
        """Offer the best routes if they are new; if `hasty`, not too often."""
        now = monotonic()
        known = int(self.best.left[0]), float(self.best.money[0])
        if known >= self._judged or (hasty and now < self._next_judging):
            return
        self._judged = known
        tours = read_tours(self.model, self.best.state)
        sound = self.mender.mend(tours) if self.world.timed else tours
        self.judged.offer(solution_of(self.model, sound))
        self._next_judging = monotonic() + max(1.0, PATIENCE * (monotonic() - now))


def _excess(most: float, total: float, driven: int) -> float:
    return most - total / driven if driven else 0.0


def money_of_a_day(world: World) -> float:
    """Money that a required stop left counts for: more than any detour, or a truck, is worth."""
    truck = world.truck
    hours = 4 * 3600 * (truck["per_s"] + truck["per_overtime_s"])
    day = float((truck["fixed"] + hours + 200_000 * truck["per_m"]).max())
    prizes = np.sort(world.call["prize"][world.call["required"] == 0])[::-1][:20]
    return 2 * day + float(prizes.sum())


def cores() -> int:
    """Cores that this process may use, at most as many crews as are of use."""
    return max(1, min(8, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2))
