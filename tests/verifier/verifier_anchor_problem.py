"""The problem of the hand-made plan, see verifier_anchor: a Tuesday on a plane."""

from datetime import date

from optimiser.domain.calendar import Hours
from optimiser.domain.fleet import (
    BreakRule,
    Compartment,
    Depot,
    DisposalSite,
    Energy,
    Shift,
    Truck,
)
from optimiser.domain.places import PlanarPoint
from optimiser.domain.problem import Problem, Rates, Visit
from optimiser.domain.travel import Matrix, Planar

SLOW_8_TO_9 = tuple(2.0 if hour == 8 else 1.0 for hour in range(24))
KM = {
    "D": (0, 0),
    "E": (2, 0),
    "S": (10, 0),
    "a": (3, 0),
    "b": (5, 2),
    "c": (10, 5),
    "p": (0, 1),
    "q": (1, 1),
    "z": (40, 0),
}
PLACE = {name: PlanarPoint(x_m=x * 1000, y_m=y * 1000) for name, (x, y) in KM.items()}


def only(*fractions: str) -> frozenset[str]:
    return frozenset(fractions)


def visit(
    ident: str, fraction: str, mass_kg: float, volume_l: float, service_s: int, **more: object
) -> Visit:
    return Visit(
        id=ident,
        place=PLACE[ident],
        fraction=fraction,
        mass_kg=mass_kg,
        volume_l=volume_l,
        service_s=service_s,
        **more,
    )


T = Truck(
    id="T",
    start_depot_id="D",
    end_depot_id="E",
    compartments=(
        Compartment(fractions=only("residual"), capacity_kg=1000, capacity_l=600, compaction=4),
        Compartment(fractions=only("glass"), capacity_kg=500, capacity_l=1000),
    ),
    shift=Shift(starts="06:00", ends="09:00", overtime_s=3600),
    break_rule=BreakRule(duration_s=1800, earliest="08:00", latest="09:00"),
    abilities=only("crane"),
    energy=Energy(
        per_km_empty=0.4, per_km_full=0.5, per_standing_h=6, per_lift=0.1, co2e_g_per_unit=3000
    ),
    cost_fixed_eur=100,
    cost_per_km_eur=1,
    cost_per_hour_eur=60,
    cost_per_overtime_hour_eur=120,
)
U = Truck(
    id="U",
    start_depot_id="D",
    end_depot_id="D",
    compartments=(Compartment(fractions=only("paper"), capacity_kg=100),),
    shift=Shift(starts="06:00", ends="14:00"),
    energy=Energy(
        kind="electric",
        per_km_empty=1,
        per_km_full=2,
        per_standing_h=3,
        per_lift=0.2,
        co2e_g_per_unit=100,
        range_m=100_000,
    ),
    cost_fixed_eur=50,
    cost_per_km_eur=2,
    cost_per_hour_eur=30,
    cost_per_overtime_hour_eur=60,
)

PROBLEM = Problem(
    service_date=date(2026, 11, 24),
    depots=(
        Depot(id="D", place=PLACE["D"], hours=(Hours(opens="05:00", closes="20:00"),)),
        Depot(id="E", place=PLACE["E"], hours=(Hours(opens="05:00", closes="20:00"),)),
    ),
    disposal_sites=(
        DisposalSite(
            id="S",
            place=PLACE["S"],
            fractions=only("residual", "glass", "paper"),
            hours=(Hours(opens="06:00", closes="16:00"),),
            unload_s=1200,
        ),
    ),
    trucks=(T, U),
    visits=(
        visit(
            "a", "residual", 300, 2000, 600, lifts=2, hours=(Hours(opens="07:10", closes="07:40"),)
        ),
        visit("b", "glass", 150, 300, 300, access=only("crane"), required=False, prize_eur=30),
        visit(
            "c",
            "residual",
            150,
            400,
            600,
            hours=(Hours(opens="06:00", closes="07:00"), Hours(opens="08:30", closes="09:30")),
            published_truck_id="U",
        ),
        visit("p", "paper", 50, 1000, 120, lifts=3, published_truck_id="U"),
        visit("q", "food", 10, 100, 60),
        visit("z", "paper", 20, 500, 60, required=False, prize_eur=7.5),
    ),
    travel=Planar(kind="manhattan", speed_kmh=60, hour_factors=SLOW_8_TO_9),
    rates=Rates(carbon_eur_per_t=100, imbalance_eur_per_h=6, change_eur=5),
)


def matrix(other: dict[tuple[str, str], tuple[int, int] | None] | None = None) -> Matrix:
    """The anchor's travel as a matrix, with other metres and seconds for some pairs."""
    names = ["D", "E", "S", "a", "b", "c", "p", "q", "z"]
    legs = {
        (i, j): (1000 * km, 60 * km)
        for i in names
        for j in names
        for km in (abs(KM[i][0] - KM[j][0]) + abs(KM[i][1] - KM[j][1]),)
    } | (other or {})
    metres, seconds = (
        tuple(tuple(leg[part] if (leg := legs[i, j]) else None for j in names) for i in names)
        for part in (0, 1)
    )
    return Matrix(distance_m=metres, duration_s=seconds, hour_factors=SLOW_8_TO_9)
