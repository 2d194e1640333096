"""States an instance of a classic set as a problem of ours, and reads the answer back.

The depot is also a disposal site where unloading takes no time. One unit of distance is a metre,
a second and a cent; one of load a kilogram. What the sets have and waste collection has not:

- A delivery with release times is a collection run backwards: all windows are mirrored about the
  depot's, and what is released at r must be unloaded by the mirror of r. Distances are the same
  both ways, so costs are equal. A service of s seconds that begins in [a, b] begins, seen from
  the end, in [-b - s, -a - s].
- One trip a vehicle: the site is open in the last second of the depot's day alone, so that a
  truck unloads once; it has one second more to be home.
  Without windows it may unload as often as it likes, and each of its trips is a vehicle's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from benchmarks.classic.check import Tours
from benchmarks.classic.instance import Instance, Row
from optimiser.domain.calendar import Hours
from optimiser.domain.fleet import Compartment, Depot, DisposalSite, Energy, Shift, Truck
from optimiser.domain.places import PlanarPoint
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem, Rates, Visit
from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.domain.travel import Planar

CENTS = 100
LAST_S = 48 * 3600 - 1
"""The last second that a clock of ours can show, 47:59:59."""
SITE = "depot"
UNLOADING = Action("unload", SITE)
WASTE = frozenset({"load"})


@dataclass(frozen=True, slots=True)
class Span:
    """The depot's hours in seconds, and whether the day is run backwards."""

    opens: int
    closes: int
    mirrored: bool

    @property
    def home_by(self) -> int:
        """End of a shift; run backwards, a truck may not leave before the depot's day begins."""
        return self.closes if self.mirrored else min(self.closes + 1, LAST_S)

    def start_of_service(self, window: tuple[int, int], service: int) -> tuple[int, int]:
        """A window of starting, as our clock has it; cut to the day."""
        first, last = window
        if self.mirrored:
            mirror = self.opens + self.closes - service
            first, last = mirror - last, mirror - first
        return max(first, self.opens), min(last, self.closes)

    def unload_by(self, release: int) -> int:
        return self.opens + self.closes - release


def to_problem(instance: Instance) -> Problem:
    """The instance as a problem. Raises ValueError where its day is longer than two of ours."""
    span = _span(instance)
    site = DisposalSite(
        id=SITE, place=_place(instance, instance.depot), fractions=WASTE, unload_s=0,
        hours=() if instance.several_trips or instance.depot.window is None
        else (_hours(span.closes, span.closes),),
    )  # fmt: skip
    return Problem(
        service_date=date(2014, 1, 1),
        timezone="UTC",
        depots=(Depot(id=SITE, place=site.place),),
        disposal_sites=(site,),
        trucks=tuple(_truck(instance, span, n) for n in range(trucks_of(instance))),
        visits=tuple(_visit(instance, span, row) for row in instance.customers),
        travel=Planar(kind="euclidean", speed_kmh=3.6, rounding=instance.rounding),
        rates=Rates(carbon_eur_per_t=0.0),
    )


def trucks_of(instance: Instance) -> int:
    """The file's vehicles; without a limit a tenth more than the load needs, and two."""
    if instance.vehicles is not None:
        return instance.vehicles
    least = ceil(sum(row.demand for row in instance.customers) / instance.capacity)
    return ceil(1.1 * least) + 2


def truck_id(number: int) -> str:
    """Name of a truck, counted from 0."""
    return f"truck-{number + 1}"


def tours_of_plan(instance: Instance, plan: Plan) -> Tours:
    """Trips of the file's vehicles out of a plan."""
    return _tours(
        instance, ([(step.kind, step.ref) for step in route.steps] for route in plan.routes)
    )


def tours_of_solution(instance: Instance, solution: Solution) -> Tours:
    """Trips of the file's vehicles out of a solution."""
    return _tours(
        instance,
        ([(action.kind, action.ref) for action in order.actions] for order in solution.orders),
    )


def to_solution(instance: Instance, tours: Tours) -> Solution:
    """Tours as orders of our trucks, for as many of the vehicles as there are trucks."""
    orders = []
    for number, vehicle in enumerate(tours[: trucks_of(instance)]):
        day = [trip[::-1] for trip in vehicle[::-1]] if instance.several_trips else vehicle
        actions = [
            action
            for trip in day
            for action in (*(Action("visit", str(customer)) for customer in trip), UNLOADING)
        ]
        orders.append(TruckOrder(truck_id(number), tuple(actions)))
    return Solution(tuple(orders))


def units(cost_eur: float) -> int:
    """Money as the best-known costs count it."""
    return round(cost_eur * CENTS)


def _tours(instance: Instance, routes: Iterable[Sequence[tuple[str, str]]]) -> Tours:
    days = [_trips(route) for route in routes]
    if instance.several_trips:
        return [[trip[::-1] for trip in day[::-1]] for day in days]
    return [[trip] for day in days for trip in day]


def _trips(route: Sequence[tuple[str, str]]) -> list[list[int]]:
    """Customers between two unloadings."""
    trips: list[list[int]] = [[]]
    for kind, ref in route:
        if kind == "unload":
            trips.append([])
        elif kind == "visit":
            trips[-1].append(int(ref))
    return [trip for trip in trips if trip]


def _span(instance: Instance) -> Span:
    window = instance.depot.window
    if window is None:
        return Span(0, LAST_S, mirrored=False)
    opens, closes = (instance.scale * time for time in window)
    if closes >= LAST_S:
        raise ValueError(
            f"{instance.name}: the depot closes at second {closes}, and our clocks end at "
            f"{LAST_S}; scaled down its distances would be rounded otherwise"
        )
    return Span(opens, closes, mirrored=instance.several_trips)


def _truck(instance: Instance, span: Span, number: int) -> Truck:
    return Truck(
        id=truck_id(number),
        start_depot_id=SITE,
        end_depot_id=SITE,
        compartments=(Compartment(fractions=WASTE, capacity_kg=instance.capacity),),
        shift=Shift(starts=_clock(span.opens), ends=_clock(span.home_by)),
        energy=Energy(per_km_empty=0, per_km_full=0, per_standing_h=0, per_lift=0),
        cost_fixed_eur=0.0,
        cost_per_km_eur=1000 / CENTS,
        cost_per_hour_eur=0.0,
        cost_per_overtime_hour_eur=0.0,
    )


def _visit(instance: Instance, span: Span, row: Row) -> Visit:
    scale = instance.scale
    service = scale * row.service
    first, last = span.opens, span.closes
    if row.window is not None:
        window = scale * row.window[0], scale * row.window[1]
        first, last = span.start_of_service(window, service)
    unload_by = span.unload_by(scale * row.release) if row.release else None
    return Visit(
        id=str(row.number),
        place=_place(instance, row),
        fraction="load",
        volume_l=0.0,
        mass_kg=row.demand,
        service_s=service,
        hours=() if row.window is None else (_hours(first, last),),
        required=row.prize == 0,
        prize_eur=scale * row.prize / CENTS,
        unload_by=None if unload_by is None else _clock(unload_by),
    )


def _place(instance: Instance, row: Row) -> PlanarPoint:
    return PlanarPoint(x_m=instance.scale * row.x, y_m=instance.scale * row.y)


def _hours(first: int, last: int) -> Hours:
    return Hours(opens=_clock(first), closes=_clock(last))


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
