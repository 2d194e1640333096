"""Compiles the search before the first plan needs it: a minute or two, once for these sources."""

from datetime import date

from optimiser.domain.fleet import Compartment, Depot, DisposalSite, Shift, Truck
from optimiser.domain.places import GeoPoint
from optimiser.domain.problem import Problem, Visit
from optimiser.domain.travel import GreatCircle
from optimiser.solvers.protocol import Stop
from optimiser.solvers.ruin_engine.cache import note_compiled
from optimiser.solvers.ruin_engine.engine import RuinEngine
from optimiser.travel import travel_matrix


def warm_up() -> None:
    """Compile everything, or find that it is compiled, by solving a problem of two bins."""
    problem = smallest_problem()
    RuinEngine(crews=1).solve(
        problem,
        travel_matrix(problem),
        Stop(solutions=10),
        seed=0,
        warm_start=None,
        on_solution=lambda _: None,
    )
    note_compiled()


def smallest_problem() -> Problem:
    """One truck, one site, two bins."""
    waste = frozenset({"residual"})
    return Problem(
        service_date=date(2026, 1, 5),
        depots=(Depot(id="depot", place=GeoPoint(lon=12.50, lat=55.70)),),
        disposal_sites=(
            DisposalSite(id="plant", place=GeoPoint(lon=12.52, lat=55.70), fractions=waste),
        ),
        trucks=(
            Truck(
                id="truck",
                start_depot_id="depot",
                end_depot_id="depot",
                compartments=(Compartment(fractions=waste, capacity_kg=1000.0),),
                shift=Shift(starts="06:00", ends="14:00"),
            ),
        ),
        visits=tuple(
            Visit(
                id=f"bin-{number}",
                place=GeoPoint(lon=12.50 + number / 100, lat=55.71),
                fraction="residual",
                mass_kg=50.0,
                volume_l=500.0,
                service_s=120,
                required=True,
            )
            for number in (1, 2)
        ),
        travel=GreatCircle(),
    )


if __name__ == "__main__":
    warm_up()
