"""Bins that cannot be emptied, through the whole pipeline: each left with its true reason, what
would change it, and the rest of the plan made all the same.
"""

from functools import partial
from typing import Any, NamedTuple

import pytest

from optimiser.domain.calendar import Hours
from optimiser.domain.fleet import Compartment, DailyLimits, DisposalSite, Energy, Shift, Truck
from optimiser.domain.problem import Problem
from optimiser.domain.travel import Matrix
from optimiser.planning import Stop, make_plan
from optimiser.search import search
from optimiser.solvers import solve_here
from optimiser.verifier import verify
from tiny import a_problem, a_truck, a_visit, at

GLASS = frozenset({"glass"})
SUNDAYS = (Hours(opens="06:00", closes="14:00", days=frozenset({"sun"})),)
DAYTIME = (Hours(opens="06:00", closes="14:00"),)


@pytest.fixture(autouse=True)
def engines_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting processes is tested elsewhere, and takes longer than these searches."""
    monkeypatch.setattr("optimiser.planning.search", partial(search, solve=solve_here))


class Asked(NamedTuple):
    """A problem with a good bin G and an impossible one X, and what is to be said of X."""

    problem: Problem
    code: str
    detail: str


def asked(code: str, detail: str, *, bin_x: dict[str, Any], **changes: Any) -> Asked:
    visit = a_visit("X", **{"km": 5, **bin_x})
    return Asked(a_problem(a_visit("G", 2), visit, **changes), code, detail)


def truck(**changes: Any) -> tuple[Truck, ...]:
    return (a_truck(**changes),)


def glass_truck(**changes: Any) -> Truck:
    """Truck N for glass, beside truck T."""
    return a_truck(id="N", compartments=(Compartment(fractions=GLASS),), **changes)


def sites(*, glass_hours: tuple[Hours, ...]) -> tuple[DisposalSite, ...]:
    """The usual site S, and one for glass."""
    usual = a_problem().disposal_sites
    return (*usual, DisposalSite(id="SG", place=at(1), fractions=GLASS, hours=glass_hours))


def only_to(*reachable: int) -> Matrix:
    """D, S, G, X on their kilometres, with ways among some of them only."""
    km = (0, 10, 2, 5)
    metres = tuple(
        tuple(abs(a - b) * 1000 if {i, j} <= set(reachable) else None for j, b in enumerate(km))
        for i, a in enumerate(km)
    )
    seconds = tuple(tuple(None if m is None else m * 60 // 1000 for m in row) for row in metres)
    return Matrix(distance_m=metres, duration_s=seconds)


IMPOSSIBLE = {
    "heavier than any truck": asked(
        "too_big", "1001 kg; truck T holds 1000 kg", bin_x={"mass_kg": 1001}
    ),
    "bigger than any hold": asked(
        "too_big",
        "6000 l, compacted; truck T holds 5000 l",
        bin_x={"volume_l": 6000},
        trucks=truck(
            compartments=(Compartment(fractions=frozenset({"residual"}), capacity_l=5000),)
        ),
    ),
    "no compartment takes it": asked(
        "no_truck_for_fraction", "takes glass", bin_x={"fraction": "glass"}
    ),
    "no site takes it": asked(
        "no_site", "glass", bin_x={"fraction": "glass"}, trucks=(a_truck(), glass_truck())
    ),
    "no truck can get to it": asked(
        "no_truck_with_access", "needs crane", bin_x={"access": frozenset({"crane"})}
    ),
    "open when no truck is out": asked(
        "outside_shift",
        "do not meet",
        bin_x={"hours": (Hours(opens="15:00", closes="16:00"),)},
    ),
    "its truck is out when no site is open": asked(
        "site_outside_shift",
        "hours of the sites",
        bin_x={"fraction": "glass"},
        trucks=(a_truck(), glass_truck(shift=Shift(starts="20:00", ends="24:00"))),
        disposal_sites=sites(glass_hours=DAYTIME),
    ),
    "its site is closed all day": asked(
        "no_site",
        "open today",
        bin_x={"fraction": "glass"},
        trucks=(a_truck(), glass_truck()),
        disposal_sites=sites(glass_hours=SUNDAYS),
    ),
    "beyond the range": asked(
        "daily_limit",
        "80000 metres, its limit is 60000",
        bin_x={"km": 40},
        trucks=truck(energy=Energy(range_m=60_000)),
    ),
    "no way to it": asked("unreachable", "no way", bin_x={}, travel=only_to(0, 1, 2)),
    "pinned to a truck that cannot": asked(
        "pinned",
        "pinned to truck N, which has no compartment",
        bin_x={"pinned_truck_id": "N"},
        trucks=(a_truck(), glass_truck()),
    ),
    "to be unloaded too soon": asked(
        "unload_by", "10 min too late at S", bin_x={"unload_by": "06:10"}
    ),
    "longer than any shift": asked(
        "no_time", "30 min too late to be home at D", bin_x={"service_s": int(7.5 * 3600)},
        trucks=truck(shift=Shift(starts="06:00", ends="13:40")),
    ),
    "above the daily limit": asked(
        "too_big",
        "may collect 500 kg a day",
        bin_x={"mass_kg": 600},
        trucks=truck(limits=DailyLimits(mass_kg=500)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_an_impossible_bin_is_left_with_its_reason_and_the_rest_is_planned(name: str) -> None:
    problem, code, detail = IMPOSSIBLE[name]
    plan = make_plan(problem, stop=Stop(seconds=20, solutions=5))
    assert verify(problem, plan) == ()
    assert [step.ref for route in plan.routes for step in route.steps if step.kind == "visit"] == [
        "G"
    ]
    (left,) = plan.left
    assert (left.visit_id, left.code) == ("X", code)
    assert detail in left.detail
    assert left.suggestion.endswith(".")


def test_a_required_bin_that_merely_found_no_room_says_so_and_what_would_help() -> None:
    small = (Compartment(fractions=frozenset({"residual"}), capacity_kg=150),)
    short = a_truck(compartments=small, shift=Shift(starts="06:00", ends="07:00"))
    problem = a_problem(a_visit("G", 2), a_visit("X", 2), trucks=(short,))
    plan = make_plan(problem, stop=Stop(seconds=20, solutions=5))
    assert verify(problem, plan) == ()
    (left,) = plan.left
    assert (left.code, left.trucks) == ("no_capacity", ("T",))
    assert "into no round as it is; nearest is truck T" in left.detail
    assert "50 kg over" in left.detail
    assert left.suggestion == "Add an unloading, a truck, or room in the compartment."
