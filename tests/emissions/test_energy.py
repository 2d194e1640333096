import pytest

from optimiser.domain.fleet import Compartment, Energy
from optimiser.emissions import leg_energy, load_share, work_energy
from tiny import a_truck

THIRSTY = Energy(per_km_empty=0.4, per_km_full=0.5, per_standing_h=4, per_lift=0.05)


@pytest.mark.parametrize(("mass_kg", "litres"), [(0, 4.0), (500, 4.5), (1000, 5.0), (2000, 5.0)])
def test_energy_of_a_leg_grows_linearly_with_the_load_up_to_full(
    mass_kg: float, litres: float
) -> None:
    assert leg_energy(a_truck(energy=THIRSTY), 10_000, mass_kg) == pytest.approx(litres)


def test_a_truck_without_a_mass_limit_counts_as_empty() -> None:
    truck = a_truck(compartments=(Compartment(fractions=frozenset({"residual"})),))
    assert load_share(truck, 5000) == 0


def test_standing_and_lifting_cost_energy() -> None:
    assert work_energy(a_truck(energy=THIRSTY), 1800, 10) == pytest.approx(2.5)
