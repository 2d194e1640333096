"""Tiny named problems, one per idea, with the visits that a best plan does and leaves.

The street of `tiny`: depot D at km 0, site S at km 10, one km a minute. Energy does not depend
on the load here, so that the engine's prices are exact.
"""

from typing import Any, NamedTuple

from optimiser.domain.calendar import Hours
from optimiser.domain.fleet import (
    BreakRule,
    Compartment,
    DailyLimits,
    Depot,
    DisposalSite,
    DrivingRule,
    Energy,
    OnBoard,
    Present,
    Shift,
    Truck,
)
from optimiser.domain.problem import Problem, Rates
from optimiser.domain.solution import Action
from optimiser.domain.travel import Matrix
from tiny import a_problem, a_truck, a_visit, at

FLAT = Energy(per_km_empty=0.4, per_km_full=0.4)
RESIDUAL, GLASS = frozenset({"residual"}), frozenset({"glass"})
SMALL = (Compartment(fractions=RESIDUAL, capacity_kg=250),)
TWO_HOLDS = (
    Compartment(fractions=RESIDUAL, capacity_kg=1000),
    Compartment(fractions=GLASS, capacity_kg=1000),
)


class Named(NamedTuple):
    """A problem and the ids of the visits that a best plan leaves."""

    problem: Problem
    left: frozenset[str] = frozenset()


def truck(**changes: Any) -> Truck:
    return a_truck(**{"energy": FLAT, **changes})


def out(km: float, *holds: OnBoard, driven_s: int = 0, clock: str = "07:00") -> Present:
    """Where a truck is now, with nothing on board unless holds are given."""
    return Present(place=at(km), at=clock, load=holds or (OnBoard(),), driven_s=driven_s)


def first(*refs: str) -> tuple[Action, ...]:
    """What a truck does first; refs beginning with S are disposal sites."""
    return tuple(Action("unload" if ref.startswith("S") else "visit", ref) for ref in refs)


def hours(opens: str, closes: str, **more: Any) -> tuple[Hours, ...]:
    return (Hours(opens=opens, closes=closes, **more),)


def site(ident: str, km: float, fractions: frozenset[str], **changes: Any) -> DisposalSite:
    return DisposalSite(id=ident, place=at(km), fractions=fractions, unload_s=1200, **changes)


def _problem(*visits: Any, **changes: Any) -> Problem:
    return a_problem(*visits, **{"trucks": (truck(),), **changes})


def _four(**changes: Any) -> tuple[Any, ...]:
    return tuple(a_visit(f"v{km}", km, **changes) for km in (2, 4, 6, 12))


def _no_way() -> Matrix:
    """D, S, then two visits of which nobody gets from v2 anywhere."""
    rows = [[0, 10_000, 2000, 3000], [10_000, 0, 8000, 7000], [2000, 8000, 0, 1000], [None] * 4]
    table = tuple(tuple(row) for row in rows)
    seconds = tuple(tuple(None if m is None else m * 6 // 100 for m in row) for row in rows)
    return Matrix(distance_m=table, duration_s=seconds)


EXACT: dict[str, Named] = {
    "nothing to do": Named(_problem()),
    "one visit": Named(_problem(a_visit("v", 3))),
    "unloading in mid-route": Named(_problem(*_four(), trucks=(truck(compartments=SMALL),))),
    "litres limit where kilograms do not": Named(
        _problem(
            *_four(),
            trucks=(
                truck(
                    compartments=(Compartment(fractions=RESIDUAL, capacity_l=500, compaction=4.0),)
                ),
            ),
        )
    ),
    "no limit on the load": Named(
        _problem(*_four(), trucks=(truck(compartments=(Compartment(fractions=RESIDUAL),)),))
    ),
    "nothing in the bin": Named(_problem(a_visit("v", 3, mass_kg=0, volume_l=0))),
    "the nearer of two sites": Named(
        _problem(
            *_four()[1:],
            disposal_sites=(site("S", 10, RESIDUAL), site("S2", 3, RESIDUAL)),
            trucks=(truck(compartments=SMALL),),
        )
    ),
    "two compartments, one site each": Named(
        _problem(
            a_visit("r", 2),
            a_visit("g", 4, fraction="glass"),
            disposal_sites=(site("S", 10, RESIDUAL), site("SG", 5, GLASS)),
            trucks=(truck(compartments=TWO_HOLDS),),
        )
    ),
    "two compartments, only one is used": Named(
        _problem(
            a_visit("r", 2),
            disposal_sites=(site("S", 10, RESIDUAL), site("SG", 5, GLASS)),
            trucks=(truck(compartments=TWO_HOLDS),),
        )
    ),
    "a window late in the day": Named(
        _problem(a_visit("late", 2, hours=hours("12:00", "12:30")), a_visit("v", 6))
    ),
    "a window of one second": Named(
        _problem(a_visit("v", 5, hours=hours("07:00", "07:00")), a_visit("w", 6))
    ),
    "several windows": Named(
        _problem(
            a_visit("v", 2, hours=(*hours("05:00", "06:01"), *hours("12:00", "12:10"))),
            a_visit("w", 6, hours=hours("06:10", "07:00")),
        )
    ),
    "site opens late": Named(
        _problem(
            a_visit("v", 3),
            disposal_sites=(site("S", 10, RESIDUAL, hours=hours("09:00", "10:00")),),
        )
    ),
    "site closes early": Named(
        _problem(
            *_four()[1:],
            disposal_sites=(
                site("S", 10, RESIDUAL, hours=hours("06:00", "07:00")),
                site("S2", 40, RESIDUAL),
            ),
            trucks=(truck(compartments=SMALL),),
        )
    ),
    "one of two sites is closed today": Named(
        _problem(
            a_visit("v", 3),
            disposal_sites=(
                site("S", 10, RESIDUAL),
                site("S2", 3, RESIDUAL, hours=hours("00:00", "24:00", days=frozenset({"sun"}))),
            ),
        )
    ),
    "no disposal site at all": Named(
        _problem(a_visit("v", 3), a_visit("empty", 4, mass_kg=0, volume_l=0), disposal_sites=()),
        frozenset({"v"}),
    ),
    "all sites closed today": Named(
        _problem(
            a_visit("v", 3),
            disposal_sites=(
                site("S", 3, RESIDUAL, hours=hours("00:00", "24:00", days=frozenset({"sun"}))),
            ),
        ),
        frozenset({"v"}),
    ),
    "a truck that is off today": Named(
        _problem(
            a_visit("v", 3),
            trucks=(
                truck(shift=Shift(starts="06:00", ends="14:00", days=frozenset({"sun"}))),
                truck(id="T2", cost_fixed_eur=500),
            ),
        )
    ),
    "no truck works today": Named(
        _problem(
            a_visit("v", 3),
            trucks=(truck(shift=Shift(starts="06:00", ends="14:00", days=frozenset({"sun"}))),),
        ),
        frozenset({"v"}),
    ),
    "access": Named(
        _problem(
            a_visit("alley", 2, access=frozenset({"narrow"})),
            a_visit("v", 4),
            trucks=(
                truck(),
                truck(id="T2", abilities=frozenset({"narrow"}), cost_per_km_eur=3),
            ),
        )
    ),
    "a fraction of no truck": Named(
        _problem(a_visit("v", 3), a_visit("g", 4, fraction="glass")), frozenset({"g"})
    ),
    "heavier than any truck": Named(
        _problem(a_visit("v", 3), a_visit("heavy", 4, mass_kg=1001)), frozenset({"heavy"})
    ),
    "worth its prize": Named(
        _problem(a_visit("v", 6), a_visit("o", 5, required=False, prize_eur=25))
    ),
    "not worth its prize": Named(
        _problem(a_visit("v", 6), a_visit("o", 5, required=False, prize_eur=5)),
        frozenset({"o"}),
    ),
    "a truck only for prizes": Named(
        _problem(*(a_visit(f"o{n}", n, required=False, prize_eur=80) for n in (1, 2, 3)))
    ),
    "prizes too small for a truck": Named(
        _problem(*(a_visit(f"o{n}", n, required=False, prize_eur=30) for n in (1, 2, 3))),
        frozenset({"o1", "o2", "o3"}),
    ),
    "most stops": Named(
        _problem(
            a_visit("v1", 1, required=False, prize_eur=900),
            a_visit("v2", 2, required=False, prize_eur=800),
            a_visit("v3", 3),
            trucks=(truck(limits=DailyLimits(stops=2)),),
        ),
        frozenset({"v2"}),
    ),
    "most metres": Named(
        _problem(
            a_visit("v", 3),
            a_visit("far", 15, required=False, prize_eur=900),
            trucks=(truck(limits=DailyLimits(distance_m=25_000)),),
        ),
        frozenset({"far"}),
    ),
    "range of an electric truck": Named(
        _problem(
            a_visit("v", 3),
            a_visit("far", 15, required=False, prize_eur=900),
            trucks=(
                truck(
                    energy=Energy(
                        kind="electric",
                        per_km_empty=2,
                        per_km_full=2,
                        co2e_g_per_unit=0,
                        range_m=20_000,
                    )
                ),
            ),
        ),
        frozenset({"far"}),
    ),
    "longest day": Named(
        _problem(
            a_visit("v", 3),
            a_visit("w", 4, required=False, prize_eur=900, service_s=3600),
            trucks=(truck(limits=DailyLimits(duration_s=5400)),),
        ),
        frozenset({"w"}),
    ),
    "most driving": Named(
        _problem(
            a_visit("v", 3),
            a_visit("far", 15, required=False, prize_eur=900),
            trucks=(truck(limits=DailyLimits(driving_s=1500)),),
        ),
        frozenset({"far"}),
    ),
    "most mass": Named(
        _problem(
            a_visit("v", 3),
            a_visit("w", 4, required=False, prize_eur=900),
            trucks=(truck(limits=DailyLimits(mass_kg=150)),),
        ),
        frozenset({"w"}),
    ),
    "most volume": Named(
        _problem(
            a_visit("v", 3),
            a_visit("w", 4, required=False, prize_eur=900),
            trucks=(truck(limits=DailyLimits(volume_l=1500)),),
        ),
        frozenset({"w"}),
    ),
    "overtime is paid where it must be": Named(
        _problem(
            a_visit("v", 30),
            a_visit("w", 40, hours=hours("13:30", "14:00")),
            trucks=(truck(shift=Shift(starts="06:00", ends="14:00", overtime_s=7200)),),
        )
    ),
    "overtime is dearer than a prize": Named(
        _problem(
            a_visit("v", 5, hours=hours("13:00", "13:00")),
            a_visit("w", 5, service_s=3000, required=False, prize_eur=60),
            a_visit("x", 6, service_s=600, hours=hours("13:05", "15:00")),
            trucks=(truck(shift=Shift(starts="12:50", ends="13:50", overtime_s=7200)),),
        ),
        frozenset({"w"}),
    ),
    "two depots": Named(
        _problem(
            *_four()[1:],
            depots=(Depot(id="D", place=at(0)), Depot(id="E", place=at(14))),
            trucks=(truck(end_depot_id="E"), truck(id="T2", start_depot_id="E")),
        )
    ),
    "depot hours": Named(
        _problem(
            a_visit("v", 3),
            a_visit("w", 4, required=False, prize_eur=900, service_s=7200),
            depots=(Depot(id="D", place=at(0), hours=hours("07:00", "09:00")),),
        ),
        frozenset({"w"}),
    ),
    "the cheaper truck": Named(
        _problem(*_four(), trucks=(truck(cost_fixed_eur=200), truck(id="T2", cost_per_km_eur=2)))
    ),
    "a published truck": Named(
        _problem(
            a_visit("v", 3, published_truck_id="T2"),
            a_visit("w", 4, published_truck_id="T2"),
            trucks=(truck(), truck(id="T2", cost_fixed_eur=120)),
            rates=Rates(change_eur=15),
        )
    ),
    "one place": Named(_problem(a_visit("v", 3), a_visit("w", 3, service_s=60), a_visit("x", 3))),
    "no way to a place": Named(
        _problem(a_visit("v1", 2), a_visit("v2", 3), travel=_no_way()), frozenset({"v2"})
    ),
    "a truck under way": Named(_problem(*_four(), trucks=(truck(present=out(5)),))),
    "a truck under way that has nothing to do": Named(
        _problem(a_visit("o", 3, required=False, prize_eur=1), trucks=(truck(present=out(5)),)),
        frozenset({"o"}),
    ),
    "a truck under way comes home empty": Named(
        _problem(
            a_visit("o", 3, required=False, prize_eur=1),
            disposal_sites=(site("S", 10, RESIDUAL), site("S2", 3, RESIDUAL)),
            trucks=(truck(present=out(5, OnBoard(mass_kg=20))),),
        ),
        frozenset({"o"}),
    ),
    "a truck under way unloads before it goes on": Named(
        _problem(
            *_four()[:3],
            trucks=(truck(compartments=SMALL, present=out(9, OnBoard(mass_kg=200))),),
        )
    ),
    "a truck under way has room for one more": Named(
        _problem(
            *_four()[1:3],
            trucks=(truck(compartments=SMALL, present=out(3, OnBoard(mass_kg=140))),),
        )
    ),
    "a truck under way before one that would cost its fixed price": Named(
        _problem(*_four()[:2], trucks=(truck(), truck(id="T2", present=out(20))))
    ),
    "a truck under way has too little time for all": Named(
        _problem(
            a_visit("v", 6),
            a_visit("o", 9, required=False, prize_eur=900, service_s=3600),
            trucks=(truck(present=out(5, clock="13:00")),),
        ),
        frozenset({"o"}),
    ),
    "first stops in a foolish order": Named(
        _problem(*_four(), trucks=(truck(first=first("v12", "v2")),))
    ),
    "an unloading among the first": Named(
        _problem(*_four(), trucks=(truck(first=first("v6", "S", "v2")),))
    ),
    "first on a truck that is dear": Named(
        _problem(
            *_four()[:3], trucks=(truck(), truck(id="T2", cost_per_km_eur=9, first=first("v6")))
        )
    ),
    "first on a truck under way": Named(
        _problem(
            *_four(),
            trucks=(
                truck(
                    compartments=SMALL,
                    present=out(1, OnBoard(mass_kg=100)),
                    first=first("v6", "S"),
                ),
            ),
        )
    ),
    "first is an optional stop that is not worth its prize": Named(
        _problem(
            a_visit("v", 6),
            a_visit("o", 8, required=False, prize_eur=1),
            trucks=(truck(first=first("o")),),
        )
    ),
    "pinned to the dear truck": Named(
        _problem(
            a_visit("v", 3, pinned_truck_id="T2"),
            a_visit("w", 4),
            trucks=(truck(), truck(id="T2", cost_per_km_eur=5)),
        )
    ),
    "pinned to one of two equal trucks": Named(
        _problem(
            *(a_visit(f"v{km}", km, pinned_truck_id="T2") for km in (2, 4)),
            a_visit("v6", 6, pinned_truck_id="T"),
            a_visit("v8", 8),
            trucks=(truck(), truck(id="T2")),
        )
    ),
    "pinned to a truck that is off": Named(
        _problem(
            a_visit("v", 3, pinned_truck_id="T2"),
            a_visit("w", 4),
            trucks=(
                truck(),
                truck(id="T2", shift=Shift(starts="06:00", ends="14:00", days=frozenset({"sun"}))),
            ),
        ),
        frozenset({"v"}),
    ),
    "unloading by a given time": Named(
        _problem(a_visit("soon", 8, unload_by="06:25"), a_visit("v", 4, service_s=3600))
    ),
    "unloading by a time that nobody can keep": Named(
        _problem(a_visit("soon", 8, unload_by="06:10"), a_visit("v", 4)), frozenset({"soon"})
    ),
    "unloading one hold by a given time": Named(
        _problem(
            a_visit("r", 2, service_s=3600),
            a_visit("g", 4, fraction="glass", unload_by="06:30"),
            disposal_sites=(site("S", 10, RESIDUAL), site("SG", 5, GLASS)),
            trucks=(truck(compartments=TWO_HOLDS),),
        )
    ),
    "so little driving that no rest is due": Named(
        _problem(*_four(), trucks=(truck(driving_rule=DrivingRule(most_s=1800, rest_s=900)),))
    ),
    "a leg too long to be driven in one go": Named(
        _problem(
            a_visit("v", 5),
            a_visit("far", 45),
            trucks=(truck(driving_rule=DrivingRule(most_s=1500, rest_s=300)),),
        ),
        frozenset({"far"}),
    ),
}
"""Problems whose optimum is found by trying everything."""

LUNCH = BreakRule(duration_s=1800, earliest="08:00", latest="09:00")
AT_EIGHT = BreakRule(duration_s=1800, earliest="08:00", latest="08:10")
LONG = {"service_s": 2400}

VALID: dict[str, Named] = {
    "a break": Named(_problem(*_four(**LONG), trucks=(truck(break_rule=LUNCH),))),
    "a break in a narrow window": Named(
        _problem(*_four(**LONG), trucks=(truck(break_rule=AT_EIGHT),))
    ),
    "a break and a window after it": Named(
        _problem(
            a_visit("v", 2, **LONG),
            a_visit("w", 4, hours=hours("09:00", "09:05")),
            trucks=(truck(break_rule=LUNCH),),
        )
    ),
    "a break of a truck under way": Named(
        _problem(*_four(**LONG), trucks=(truck(break_rule=LUNCH, present=out(5)),))
    ),
    "a break after what comes first": Named(
        _problem(*_four(**LONG), trucks=(truck(break_rule=LUNCH, first=first("v6", "v2")),))
    ),
    "a break and unloading by a given time": Named(
        _problem(
            a_visit("v", 2, **LONG),
            a_visit("soon", 4, unload_by="08:30", **LONG),
            trucks=(truck(break_rule=LUNCH),),
        )
    ),
    "a break that is a rest": Named(
        _problem(
            a_visit("v", 20, **LONG),
            a_visit("w", 35, **LONG),
            trucks=(truck(break_rule=LUNCH, driving_rule=DrivingRule(most_s=3600, rest_s=1800)),),
        )
    ),
    "a truck under way is busy and others help": Named(
        _problem(
            *_four(**LONG),
            trucks=(
                truck(present=out(5, clock="12:00"), first=first("v12")),
                truck(id="T2"),
                truck(id="T3", cost_fixed_eur=150),
            ),
        )
    ),
    "part of the load first, all of it on the way home": Named(
        _problem(
            a_visit("g", 2, fraction="glass"),
            a_visit("h", 6, fraction="glass"),
            a_visit("r", 4),
            disposal_sites=(site("SB", 20, RESIDUAL | GLASS), site("SG", 5, GLASS)),
            trucks=(
                truck(
                    compartments=(
                        Compartment(fractions=RESIDUAL, capacity_kg=1000),
                        Compartment(fractions=GLASS, capacity_kg=150),
                    )
                ),
            ),
        )
    ),
    "a rest from driving": Named(
        _problem(
            a_visit("v", 20),
            a_visit("w", 35),
            trucks=(truck(driving_rule=DrivingRule(most_s=2400, rest_s=900)),),
        )
    ),
    "a rest that is soon due": Named(
        _problem(
            a_visit("v", 20),
            a_visit("w", 35),
            trucks=(
                truck(
                    driving_rule=DrivingRule(most_s=3000, rest_s=900),
                    present=out(15, driven_s=2400),
                ),
            ),
        )
    ),
    "some trucks with a break": Named(
        _problem(*_four(**LONG), trucks=(truck(break_rule=LUNCH), truck(id="T2")))
    ),
    "balance": Named(
        _problem(
            *_four(**LONG),
            trucks=(truck(cost_fixed_eur=0), truck(id="T2", cost_fixed_eur=0)),
            rates=Rates(imbalance_eur_per_h=200),
        )
    ),
    "trucks of several kinds": Named(
        _problem(
            a_visit("r", 2),
            a_visit("g", 4, fraction="glass"),
            disposal_sites=(site("S", 10, RESIDUAL), site("SG", 5, GLASS)),
            trucks=(
                truck(),
                truck(id="T2", compartments=TWO_HOLDS[::-1]),
                truck(id="T3", compartments=(Compartment(fractions=RESIDUAL | GLASS),)),
            ),
        )
    ),
}
"""Further problems: a best plan leaves nothing, but is not compared by cost."""
