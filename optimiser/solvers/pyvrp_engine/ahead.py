"""Trucks as they are once they have done what they do first: there PyVRP's routes begin."""

from dataclasses import dataclass, replace

from optimiser.solvers.index import IndexModel, IndexSite, IndexStop, IndexTruck, Limits
from optimiser.solvers.merge import taken_ml


def ahead(model: IndexModel) -> IndexModel:
    """The model with its trucks where they are after their first places.

    Stops keep their positions, also those that are done then. A truck that drives in any case
    has no fixed price.
    """
    return replace(model, trucks=tuple(_ahead(model, truck) for truck in model.trucks))


@dataclass
class _Walk:
    """A truck on its way through its first places, leaving as early as it may."""

    model: IndexModel
    truck: IndexTruck
    row: int
    now: int
    spare_s: int
    load: list[tuple[int, int]]
    lunch_taken: bool = False
    distance_m: int = 0
    driving_s: int = 0
    stops: int = 0
    mass_g: int = 0
    volume_ml: int = 0

    def drive(self, place: IndexStop | IndexSite) -> None:
        """Drive to a place and wait until it is open; one that is shut by then is late anyway."""
        metres, plain_s = self.model.travel.leg(self.row, place.row)
        seconds = round(plain_s * self.truck.factor)
        lunch = self.truck.lunch
        self.now += seconds
        if lunch is not None and not self.lunch_taken and self.now > lunch.earliest_s:
            self.now, self.lunch_taken = self.now + lunch.duration_s, True
        window = next((w for w in place.windows if self.now <= w[1]), (self.now, self.now))
        self.now = max(self.now, window[0])
        self.spare_s = min(self.spare_s, window[1] - self.now)
        self.row = place.row
        self.distance_m, self.driving_s = self.distance_m + metres, self.driving_s + seconds

    def visit(self, stop: IndexStop) -> None:
        """Empty the bins of a stop."""
        hold = self.truck.hold_of(stop.fraction)
        self.now += stop.service_s
        self.stops += len(stop.visits)
        self.mass_g, self.volume_ml = self.mass_g + stop.mass_g, self.volume_ml + stop.volume_ml
        if hold is not None:
            grams, millilitres = self.load[hold]
            volume = millilitres + taken_ml(self.truck, hold, stop.volume_ml)
            self.load[hold] = (grams + stop.mass_g, volume)

    def unload(self, site: IndexSite) -> None:
        """Unload at a site."""
        self.now += site.unload_s
        for number, hold in enumerate(self.truck.holds):
            if site.empties(hold):
                self.load[number] = (0, 0)


def _ahead(model: IndexModel, truck: IndexTruck) -> IndexTruck:
    if not truck.drives_anyway:
        return truck
    leaves, spare_s = truck.leave[0][0], truck.leave[-1][1] - truck.leave[0][0]
    walk = _Walk(model, truck, truck.start_row, leaves, spare_s, list(truck.on_board))
    for kind, position in truck.first:
        place = model.stops[position] if kind == "stop" else model.sites[position]
        walk.drive(place)
        if isinstance(place, IndexStop):
            walk.visit(place)
        else:
            walk.unload(place)
    return replace(
        truck,
        start_row=walk.row,
        leave=((walk.now, walk.now + max(0, walk.spare_s)),),
        lunch=None if walk.lunch_taken else truck.lunch,
        on_board=tuple(walk.load),
        limits=_left(truck.limits, walk, leaves),
        prices=replace(truck.prices, fixed=0),
    )


def _left(limits: Limits, walk: _Walk, leaves: int) -> Limits:
    """What is left of a day's limits."""
    return Limits(
        stops=_less(limits.stops, walk.stops),
        distance_m=_less(limits.distance_m, walk.distance_m),
        duration_s=_less(limits.duration_s, walk.now - leaves),
        driving_s=_less(limits.driving_s, walk.driving_s),
        mass_g=_less(limits.mass_g, walk.mass_g),
        volume_ml=_less(limits.volume_ml, walk.volume_ml),
    )


def _less(limit: int | None, used: int) -> int | None:
    return None if limit is None else max(0, limit - used)
