"""A plan whose every number was worked out by hand: the anchor against errors in common.

Nothing here calls code under test. Tuesday 2026-11-24 in Copenhagen, UTC+1. One kilometre
along the axes takes 60 s, and 120 s between 08:00 and 09:00.

Truck T carries residual (compacted to a quarter) and glass, leaves D at 07:00:
  D->a  3 km,  07:03, waits until a's window opens at 07:10, 10 min of work
  a->b  4 km,  07:24, 5 min
  b->S  7 km,  07:36, 20 min of unloading, empty at 07:56
  S->c  5 km,  240 s to 08:00, the other 60 s take 120: 08:02; break until 08:32, then 10 min
  c->S  5 km,  600 s at half pace: 08:52, unloads until 09:12
  S->E  8 km,  home 09:20, 20 min after the shift's end.
Energy of T: 1.2 + 4 x 0.42 + 7 x 0.43 + 2.0 + 5 x 0.41 + 3.2 = 13.14 l of driving,
  65 min of work at 6 l/h = 6.5, four lifts = 0.4: 20.04 l, 60,120 g, 6.012 EUR.
Truck U carries paper: 1 + 11 + 10 km, out 06:00 to 06:44.
Energy of U: 1 + 11 x 1.5 + 10 = 27.5 kWh, 22 min at 3 kWh/h = 1.1, three lifts = 0.6: 29.2.
Imbalance: (8,400 s - 5,520 s) = 0.8 h at 6 EUR.
"""

from datetime import date, datetime, timedelta, timezone

from verifier_anchor_problem import PLACE, PROBLEM

from optimiser.domain.plan import Left, Load, Plan, PlanCost, Route, RouteCost, Step, Totals


def local(clock: str) -> datetime:
    """Copenhagen's clock on the day of the anchor, one hour before UTC."""
    hour, minute, second = (int(part) for part in clock.split(":"))
    return datetime(2026, 11, 24, hour, minute, second, tzinfo=timezone(timedelta(hours=1)))


def step(
    kind: str, ref: str, where: str, times: str, leg: tuple[int, int], *holds: tuple[float, float]
) -> Step:
    """One step; `times` are arrival, begin and departure, `holds` kg and l a compartment."""
    arrival, begin, departure = (local(each) for each in times.split())
    found = next((each for each in PROBLEM.visits if kind == "visit" and each.id == ref), None)
    return Step(
        kind=kind,
        ref=ref,
        place=PLACE[where],
        arrival=arrival,
        begin=begin,
        departure=departure,
        distance_m=leg[0],
        driving_s=leg[1],
        load=tuple(Load(mass_kg=mass, volume_l=volume) for mass, volume in holds),
        required=found.required if found else None,
        prize_eur=found.prize_eur if found else None,
    )


def pause(
    where: str, times: str, leg: tuple[int, int], break_at: str, *holds: tuple[float, float]
) -> Step:
    plain = step("break", "", where, times, leg, *holds)
    return Step(
        kind="break",
        ref="",
        place=plain.place,
        arrival=plain.arrival,
        begin=plain.begin,
        departure=plain.departure,
        distance_m=plain.distance_m,
        driving_s=plain.driving_s,
        load=plain.load,
        break_at=break_at,
    )


NONE = (0.0, 0.0)
TO_SITE = (
    step("start", "D", "D", "07:00:00 07:00:00 07:00:00", (0, 0), NONE, NONE),
    step("visit", "a", "a", "07:03:00 07:10:00 07:20:00", (3000, 180), (300, 500), NONE),
    step("visit", "b", "b", "07:24:00 07:24:00 07:29:00", (4000, 240), (300, 500), (150, 300)),
    step("unload", "S", "S", "07:36:00 07:36:00 07:56:00", (7000, 420), NONE, NONE),
)
ROUTE_T = Route(
    truck_id="T",
    steps=(
        *TO_SITE,
        pause("c", "08:02:00 08:02:00 08:32:00", (5000, 360), "after_leg", NONE, NONE),
        step("visit", "c", "c", "08:32:00 08:32:00 08:42:00", (0, 0), (150, 100), NONE),
        step("unload", "S", "S", "08:52:00 08:52:00 09:12:00", (5000, 600), NONE, NONE),
        step("end", "E", "E", "09:20:00 09:20:00 09:20:00", (8000, 480), NONE, NONE),
    ),
    stops=3,
    lifts=4,
    distance_m=32_000,
    duration_s=8400,
    driving_s=2280,
    service_s=3900,
    waiting_s=420,
    break_s=1800,
    overtime_s=1200,
    mass_kg=600,
    volume_l=2700,
    energy=20.04,
    energy_unit="l",
    co2e_g=60_120,
    cost=RouteCost(
        fixed_eur=100,
        distance_eur=32,
        time_eur=120,
        overtime_eur=40,
        co2e_eur=6.012,
        total_eur=298.012,
    ),
)
ROUTE_U = Route(
    truck_id="U",
    steps=(
        step("start", "D", "D", "06:00:00 06:00:00 06:00:00", (0, 0), NONE),
        step("visit", "p", "p", "06:01:00 06:01:00 06:03:00", (1000, 60), (50, 1000)),
        step("unload", "S", "S", "06:14:00 06:14:00 06:34:00", (11_000, 660), NONE),
        step("end", "D", "D", "06:44:00 06:44:00 06:44:00", (10_000, 600), NONE),
    ),
    stops=1,
    lifts=3,
    distance_m=22_000,
    duration_s=2640,
    driving_s=1320,
    service_s=1320,
    waiting_s=0,
    break_s=0,
    overtime_s=0,
    mass_kg=50,
    volume_l=1000,
    energy=29.2,
    energy_unit="kWh",
    co2e_g=2920,
    cost=RouteCost(
        fixed_eur=50,
        distance_eur=44,
        time_eur=22,
        overtime_eur=0,
        co2e_eur=0.292,
        total_eur=116.292,
    ),
)
LEFT = (
    Left(visit_id="q", required=True, prize_eur=0, code="no_truck", detail="No truck takes food."),
    Left(visit_id="z", required=False, prize_eur=7.5, code="too_dear", detail="Too far."),
)
PLAN = Plan(
    service_date=date(2026, 11, 24),
    timezone="Europe/Copenhagen",
    routes=(ROUTE_T, ROUTE_U),
    left=LEFT,
    cost=PlanCost(
        fixed_eur=150,
        distance_eur=76,
        time_eur=142,
        overtime_eur=40,
        co2e_eur=6.304,
        overflow_eur=7.5,
        imbalance_eur=4.8,
        change_eur=5,
        total_eur=431.604,
    ),
    totals=Totals(
        trucks=2,
        stops=4,
        lifts=7,
        unloads=3,
        distance_m=54_000,
        duration_s=11_040,
        mass_kg=650,
        volume_l=3700,
        co2e_g=63_040,
    ),
)
"""The hand-made plan: T breaks after the leg to c, where it also waits for no window."""

BREAK_BEFORE_LEG = Plan(
    service_date=PLAN.service_date,
    timezone=PLAN.timezone,
    routes=(
        Route(
            truck_id="T",
            steps=(
                *TO_SITE,
                pause("S", "07:56:00 08:00:00 08:30:00", (0, 0), "before_leg", NONE, NONE),
                step(
                    "visit", "c", "c", "08:40:00 08:40:00 08:50:00", (5000, 600), (150, 100), NONE
                ),
                step("unload", "S", "S", "09:00:00 09:00:00 09:20:00", (5000, 600), NONE, NONE),
                step("end", "E", "E", "09:28:00 09:28:00 09:28:00", (8000, 480), NONE, NONE),
            ),
            stops=3,
            lifts=4,
            distance_m=32_000,
            duration_s=8880,
            driving_s=2520,
            service_s=3900,
            waiting_s=660,
            break_s=1800,
            overtime_s=1680,
            mass_kg=600,
            volume_l=2700,
            energy=20.04,
            energy_unit="l",
            co2e_g=60_120,
            cost=RouteCost(
                fixed_eur=100,
                distance_eur=32,
                time_eur=120,
                overtime_eur=56,
                co2e_eur=6.012,
                total_eur=314.012,
            ),
        ),
        ROUTE_U,
    ),
    left=LEFT,
    cost=PlanCost(
        fixed_eur=150,
        distance_eur=76,
        time_eur=142,
        overtime_eur=56,
        co2e_eur=6.304,
        overflow_eur=7.5,
        imbalance_eur=5.2,
        change_eur=5,
        total_eur=448.004,
    ),
    totals=Totals(
        trucks=2,
        stops=4,
        lifts=7,
        unloads=3,
        distance_m=54_000,
        duration_s=11_520,
        mass_kg=650,
        volume_l=3700,
        co2e_g=63_040,
    ),
)
"""The same with the break at S before leaving: 4 min of waiting for 08:00, c is 08:40-08:50,
both legs of 5 km at half pace, home 09:28; imbalance (8,880 s - 5,760 s) x 6 EUR/h = 5.2."""
