"""A truck that is off on public holidays, seen by engines, reasons and the verifier."""

from dataclasses import replace
from datetime import date

import pytest

from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.planning import explain, judge
from optimiser.solvers.build import build_index
from optimiser.travel import travel_matrix
from optimiser.verifier import Code
from tiny import a_problem, a_truck, a_visit

CHRISTMAS, MONDAY = date(2026, 12, 25), date(2026, 12, 28)
OFF = a_truck(shift=replace(a_truck().shift, public_holidays=False))
PROBLEM = a_problem(a_visit("V", 1), trucks=(OFF,), service_date=CHRISTMAS)


def test_the_verifier_finds_it_on_the_road() -> None:
    orders = Solution((TruckOrder("T", (Action("visit", "V"), Action("unload", "S"))),))
    _, found = judge(PROBLEM, orders)
    assert [each.code for each in found] == [Code.TRUCK_OFF]
    assert "a public holiday" in found[0].detail
    assert judge(replace(PROBLEM, service_date=MONDAY), orders)[1] == ()


def test_the_reason_of_a_bin_left_is_that_no_truck_is_out() -> None:
    plan, found = judge(PROBLEM, Solution())
    assert found == ()
    assert [each.code for each in explain(PROBLEM, plan).left] == ["no_truck_today"]


@pytest.mark.parametrize(("day", "trucks"), [(CHRISTMAS, 0), (MONDAY, 1)])
def test_engines_do_without_it(day: date, trucks: int) -> None:
    problem = replace(PROBLEM, service_date=day)
    travel = travel_matrix(problem)
    assert len(build_index(problem, travel, "mean").trucks) == trucks
