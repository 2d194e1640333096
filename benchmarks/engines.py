"""Engines one by one on the demonstration city: true cost of what each finds in the same time."""

from datetime import UTC, date, datetime

import click

from fixtures.city import make_city
from optimiser.domain.calendar import ServiceDay
from optimiser.domain.problem import Problem, Rates
from optimiser.domain.solution import Solution
from optimiser.domain.travel import GreatCircle
from optimiser.forecast import fill_states
from optimiser.planning import make_problem
from optimiser.schedule import build_plan
from optimiser.selection import SelectionParams
from optimiser.solvers import ENGINES, Stop, solve_in_process
from optimiser.travel import travel_matrix
from optimiser.verifier import verify

UNTIL = datetime(2026, 11, 24, 3, tzinfo=UTC)
ZONE = "Europe/Copenhagen"


@click.command()
@click.option("--bins", default=400, show_default=True)
@click.option("--seconds", default=15.0, show_default=True, help="Time of each engine.")
def command(bins: int, seconds: float) -> None:
    """Cost of the last solution of each engine, and what the verifier says of it."""
    problem = city_problem(bins)
    travel = travel_matrix(problem)
    print(f"{'engine':<16}{'EUR':>10}{'stops':>7}{'km':>8}  verified")
    for name in sorted(ENGINES):
        solution = solve_in_process(
            name,
            problem,
            Stop(seconds=seconds),
            seed=1,
            warm_start=None,
            on_solution=lambda _: None,
            cancelled=lambda: False,
            memory_mb=4000,
        )
        plan = build_plan(problem, travel, solution or Solution())
        good = "no" if verify(problem, plan) else "yes"
        totals = plan.totals
        print(
            f"{name:<16}{plan.cost.total_eur:>10.2f}{totals.stops:>7}"
            f"{totals.distance_m / 1000:>8.1f}  {good}",
            flush=True,
        )


def city_problem(bins: int) -> Problem:
    """The generated city's problem of 24 November 2026."""
    city = make_city(1, UNTIL, bins=bins)
    days = [ServiceDay(date(2026, 11, number), ZONE) for number in (24, 25)]
    states = fill_states(
        city.bins, city.reading_objects(), city.emptyings, until=UNTIL, zone=days[0].zone
    )
    return make_problem(
        days=days,
        depots=city.depots,
        disposal_sites=city.disposal_sites,
        trucks=city.trucks,
        bins=city.bins,
        states=states,
        params=SelectionParams(),
        travel=GreatCircle(),
        rates=Rates(),
    )
