"""One truck's tour while it is being built: where it is, what it holds, when it would be home."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from optimiser.solvers.index import IndexTruck, Window
from optimiser.solvers.merge import taken_ml
from optimiser.solvers.ortools_engine.nodes import Nodes
from optimiser.travel import UNREACHABLE

Amounts = tuple[tuple[int, int], ...]


@dataclass
class Tour:
    """A tour from where the truck starts so far.

    `load` is grams and millilitres in each hold, `due` when the unloading of each must begin,
    `collected` the day's stops, grams and millilitres, `free` the copies of sites not used.
    """

    nodes: Nodes
    truck: int
    free: tuple[int, ...]
    path: list[int] = field(default_factory=list)
    now: int = 0
    distance_m: int = 0
    driving_s: int = 0
    collected: tuple[int, int, int] = (0, 0, 0)
    load: Amounts = ()
    due: tuple[int, ...] = ()
    lunch_taken: bool = False

    def __post_init__(self) -> None:
        self.now = self.nodes.leave[self.truck][0][0]
        self.load = self.own.on_board
        self.due = (UNREACHABLE,) * len(self.own.holds)
        self.lunch_taken = self.nodes.clock_stops or self.own.lunch is None

    @property
    def own(self) -> IndexTruck:
        return self.nodes.model.trucks[self.truck]

    @property
    def at(self) -> int:
        return self.path[-1] if self.path else self.nodes.starts[self.truck]

    def begun(self) -> bool:
        """Do what the truck does first; False where a rule forbids it."""
        return all(self.go(node) for node in self.nodes.first[self.truck])

    def copy(self) -> "Tour":
        """The same tour, to go on with another way."""
        twin = Tour(self.nodes, self.truck, self.free)
        twin.__dict__.update(self.__dict__)
        twin.path = list(self.path)
        return twin

    def go(self, node: int) -> bool:
        """Drive to a stop or site and do the work there; False where a rule forbids it."""
        place = self.nodes.all[node]
        if not self._drive(node, place.windows):
            return False
        began, self.now = self.now, self.now + place.work_s
        self.path.append(node)
        if place.kind == "site":
            self.free = tuple(each for each in self.free if each != node)
            return self._unload(place.position, began)
        return self._put(place.position, int(self.nodes.due[node]))

    def home_in_time(self) -> bool:
        """Whether the truck could go home from here, emptied on the way."""
        return self.finished() is not None

    def finished(self) -> "Tour | None":
        """The tour with what it takes to come home empty, or None where it cannot."""
        tour = self.copy()
        while not self.nodes.folded[self.truck] and any(map(any, tour.load)):
            best: Tour | None = None
            for node in tour.useful_sites():
                tried = tour.copy()
                if tried.go(node) and (best is None or tried.now < best.now):
                    best = tried
            if best is None:
                return None
            tour = best
        return tour if tour.copy().go_home() else None

    def go_home(self) -> bool:
        """Drive the last leg; False where that breaks a rule."""
        end, leave = self.nodes.ends[self.truck], self.nodes.leave[self.truck][0][0]
        limit = self.own.limits.duration_s
        if not self._drive(end, self.nodes.home[self.truck]):
            return False
        if self.now - self.nodes.after_unloading_s[self.truck] > min(self.due):
            return False
        return limit is None or self.now - leave <= limit

    def useful_sites(self) -> list[int]:
        """One free copy of each site that empties a hold with something in it."""
        sites = self.nodes.model.sites
        found: dict[int, int] = {}
        for node in self.free:
            site = sites[self.nodes.all[node].position]
            if any(
                any(load) and site.empties(hold)
                for load, hold in zip(self.load, self.own.holds, strict=True)
            ):
                found.setdefault(self.nodes.all[node].position, node)
        return list(found.values())

    def _drive(self, node: int, windows: Sequence[Window]) -> bool:
        legs, here, limits = self.nodes.legs[self.truck], self.at, self.own.limits
        self.now += int(legs.total_s[here, node])
        self._lunch()
        for opens, closes in windows:
            if self.now <= closes:
                self.now = max(self.now, opens)
                break
        else:
            return False
        self.distance_m += int(legs.distance_m[here, node])
        self.driving_s += int(legs.driving_s[here, node])
        far = limits.distance_m is not None and self.distance_m > limits.distance_m
        return not far and not (limits.driving_s is not None and self.driving_s > limits.driving_s)

    def _lunch(self) -> None:
        """Take the break on arriving, once its time has come."""
        lunch = self.own.lunch
        if lunch is not None and not self.lunch_taken and self.now > lunch.earliest_s:
            self.now += lunch.duration_s
            self.lunch_taken = True

    def _unload(self, position: int, began: int) -> bool:
        site = self.nodes.model.sites[position]
        emptied = [site.empties(hold) for hold in self.own.holds]
        in_time = all(began <= due for due, out in zip(self.due, emptied, strict=True) if out)
        self.load = tuple(
            (0, 0) if out else load for load, out in zip(self.load, emptied, strict=True)
        )
        self.due = tuple(
            UNREACHABLE if out else due for due, out in zip(self.due, emptied, strict=True)
        )
        return in_time

    def _put(self, position: int, due: int) -> bool:
        stop = self.nodes.model.stops[position]
        number = self.own.hold_of(stop.fraction)
        if number is None or self.truck not in stop.trucks:
            return False
        grams, millilitres = self.load[number]
        load = (grams + stop.mass_g, millilitres + taken_ml(self.own, number, stop.volume_ml))
        self.load = (*self.load[:number], load, *self.load[number + 1 :])
        due = min(due, self.due[number])
        self.due = (*self.due[:number], due, *self.due[number + 1 :])
        stops, mass, volume = self.collected
        self.collected = (
            stops + len(stop.visits), mass + stop.mass_g, volume + stop.volume_ml
        )  # fmt: skip
        return self._carries(number) and self._day_allows()

    def _carries(self, number: int) -> bool:
        hold, (grams, millilitres) = self.own.holds[number], self.load[number]
        return _within(grams, hold.capacity_g) and _within(millilitres, hold.capacity_ml)

    def _day_allows(self) -> bool:
        limits = self.own.limits
        return all(map(_within, self.collected, (limits.stops, limits.mass_g, limits.volume_ml)))


def _within(amount: int, limit: int | None) -> bool:
    return limit is None or amount <= limit
