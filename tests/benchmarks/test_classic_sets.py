"""Readers of the classic sets, the statement as a problem, and the checker."""

import os
import random
from collections.abc import Iterator
from itertools import combinations, permutations
from pathlib import Path

import pytest
from classic_files import CVRP, PRIZES, RELEASES, instance_of

from benchmarks.classic.check import apart, check_tours
from benchmarks.classic.instance import SETS, Instance, best_known, read_instance
from benchmarks.classic.state import (
    to_problem,
    to_solution,
    tours_of_plan,
    tours_of_solution,
    units,
)
from optimiser.schedule import build_plan
from optimiser.travel import travel_matrix
from optimiser.verifier import verify

HERE = Path(__file__).resolve()
SHARED = (
    Path(os.environ.get("BINROUNDS_BENCHMARKS", HERE.parents[2].parent / "shared" / "benchmarks"))
    / "pyvrp"
)


@pytest.fixture
def cvrp(tmp_path: Path) -> Instance:
    return instance_of(tmp_path, CVRP)


@pytest.fixture
def releases(tmp_path: Path) -> Instance:
    return instance_of(tmp_path, RELEASES)


@pytest.fixture
def prizes(tmp_path: Path) -> Instance:
    return instance_of(tmp_path, PRIZES)


def test_tabs_and_a_colon_in_a_comment_are_read(cvrp: Instance) -> None:
    assert (cvrp.set_name, cvrp.capacity, cvrp.vehicles) == ("CVRP", 10, None)
    assert [(row.number, row.x, row.y, row.demand) for row in cvrp.customers] == [
        (2, 3, 4, 6), (3, 6, 8, 4), (4, 0, 1, 5),
    ]  # fmt: skip


def test_line_ends_of_another_system_change_nothing(tmp_path: Path, cvrp: Instance) -> None:
    assert instance_of(tmp_path, CVRP.replace("\n", "\r\n")).customers == cvrp.customers


def test_one_service_time_is_that_of_customers_and_not_of_the_depot(releases: Instance) -> None:
    assert releases.depot.service == 0
    assert {row.service for row in releases.customers} == {5}


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("TYPE : \tCVRP", "TYPE : VRPB"),
        ("EUC_2D", "EXPLICIT"),
        ("DEMAND_SECTION", "BACKHAUL_SECTION"),
        ("2\t3\t4", "2\t3.5\t4"),
        ("2\t6", "2\t6\t7"),
        ("DIMENSION : \t4", "DIMENSION : 5"),
        ("\t1\t\n\t-1", "\t1\t\n\t2\n\t-1"),
        ("CAPACITY", "VOLUME"),
    ],
)
def test_what_no_set_has_is_refused_with_the_files_name(
    tmp_path: Path, there: str, instead: str
) -> None:
    with pytest.raises(ValueError, match=r"tiny\.vrp is no instance"):
        instance_of(tmp_path, CVRP.replace(there, instead, 1))


def test_reloading_elsewhere_than_at_the_depot_is_refused(tmp_path: Path) -> None:
    text = RELEASES.replace("SECTION\n1\t1\nDEPOT", "SECTION\n1\t2\nDEPOT")
    with pytest.raises(ValueError, match="reload"):
        instance_of(tmp_path, text)


def test_distances_are_rounded_to_the_nearest_or_cut_off_after_scaling(
    cvrp: Instance, prizes: Instance
) -> None:
    assert apart(cvrp, cvrp.customers[1], cvrp.customers[2]) == 9  # root of 85 is 9.2195
    assert apart(prizes, prizes.depot, prizes.customers[2]) == 14  # ten roots of 2 are 14.142


def test_a_plain_tour_costs_its_rounded_legs(cvrp: Instance) -> None:
    checked = check_tours(cvrp, [[[2, 3]], [[4]]])
    assert (checked.cost, checked.faults) == (5 + 5 + 10 + 1 + 1, ())


def test_prizes_left_count_as_often_as_distances(prizes: Instance) -> None:
    checked = check_tours(prizes, [[[3]]])
    assert (checked.distance, checked.prizes_left, checked.faults) == (40, 220, ())


def test_a_trip_waits_for_the_release_of_all_that_it_carries(releases: Instance) -> None:
    # 2 at 10 + 5, then 3 not before 30; back at 37, off again at 60, served from 61.4 to 66.4
    assert check_tours(releases, [[[2, 3], [4]]]).faults == ()
    late = check_tours(releases, [[[3, 4], [2]]]).faults
    assert late[0] == "vehicle 1: service of 3 begins at 620, after 400"


@pytest.mark.parametrize(
    ("tours", "fault"),
    [
        ([[[2, 3]]], "1 customers are not served, 4 first"),
        ([[[2, 3]], [[4, 4]]], "customer 4 is served 2 times"),
        ([[[2, 3]], [[4], [9]]], "there are no customers [9]"),
        ([[[2, 4]], [[3]]], "a trip from 2 on carries 11, more than 10"),
        ([[[2], [3]], [[4]]], "a vehicle makes 2 trips, and may make one"),
    ],
)
def test_the_checker_names_what_is_wrong(
    cvrp: Instance, tours: list[list[list[int]]], fault: str
) -> None:
    assert fault in check_tours(cvrp, tours).faults


def test_more_vehicles_than_there_are_is_a_fault(prizes: Instance) -> None:
    assert "2 vehicles, and there are 1" in check_tours(prizes, [[[2]], [[3]]]).faults


def test_coming_back_late_is_a_fault(tmp_path: Path) -> None:
    # 3 is begun at 300 and takes 50, the way home 20
    on_time, late = (
        instance_of(tmp_path, PRIZES.replace("1 0 60", f"1 0 {closes}")) for closes in (37, 36)
    )
    assert check_tours(on_time, [[[2, 3]]]).faults == ()
    assert check_tours(late, [[[2, 3]]]).faults == ("vehicle 1: it is back at 370, after 360",)


def test_release_and_window_are_seen_from_the_end_of_the_day(releases: Instance) -> None:
    _, of_three, of_four = to_problem(releases).visits
    # begun in [300, 400] and 50 long, in a day of 1000: from the end begun in [550, 650]
    assert [(h.opens, h.closes) for h in of_three.hours] == [("00:09:10", "00:10:50")]
    assert (of_three.unload_by, of_four.unload_by) == (None, "00:06:40")


def test_a_day_longer_than_our_clock_is_refused_and_not_scaled(tmp_path: Path) -> None:
    instance = instance_of(tmp_path, PRIZES.replace("1 0 60", "1 0 17280"))
    with pytest.raises(ValueError, match="closes at second 172800"):
        to_problem(instance)


@pytest.mark.parametrize("text", [CVRP, RELEASES, PRIZES], ids=SETS)
def test_tours_become_orders_and_come_back(tmp_path: Path, text: str) -> None:
    instance = instance_of(tmp_path, text)
    tours = [[[2, 3], [4]]] if instance.several_trips else [[[2, 3]]]
    assert tours_of_solution(instance, to_solution(instance, tours)) == tours


@pytest.mark.parametrize("text", [RELEASES, PRIZES], ids=["several trips", "prizes"])
def test_the_verifier_agrees_with_the_checker_on_every_answer(tmp_path: Path, text: str) -> None:
    """Windows, releases, loads and money are those of the file, also backwards."""
    instance = instance_of(tmp_path, text)
    problem = to_problem(instance)
    travel = travel_matrix(problem)
    kept = broken = 0
    for tours in _all_tours(several=instance.several_trips):
        checked = check_tours(instance, tours)
        plan = build_plan(problem, travel, to_solution(instance, tours))
        complaints = verify(problem, plan)
        missing = any("not served" in fault for fault in checked.faults)
        told = bool(set(checked.faults)) and not (missing and len(checked.faults) == 1)
        assert bool(complaints) == told, (tours, checked.faults, complaints)
        assert units(plan.cost.total_eur) == checked.cost
        assert tours_of_plan(instance, plan) == tours
        kept, broken = kept + (not told), broken + told
    assert min(kept, broken) > 3


def _all_tours(*, several: bool) -> Iterator[list[list[list[int]]]]:
    """Every way in which one vehicle serves some of three customers, in one trip or more."""
    for count in (1, 2, 3):
        for order in permutations((2, 3, 4), count):
            yield [[list(order)]]
            for cut in range(1, count if several else 0):
                yield [[list(order[:cut]), list(order[cut:])]]


@pytest.mark.skipif(not SHARED.exists(), reason=f"no instances in {SHARED}")
def test_shared_files_mean_what_pyvrp_reads_in_them() -> None:
    pyvrp = pytest.importorskip("pyvrp")
    rng = random.Random(1)
    for name, path in ((path.parent.name, path) for path in sorted(SHARED.glob("*/*.vrp"))):
        instance = read_instance(path)
        assert instance.set_name == name
        assert instance.name in best_known(path.parent)
        data = pyvrp.read(path, "round" if name == "CVRP" else "dimacs")
        rows = (instance.depot, *instance.customers)
        distances = data.distance_matrix(0)
        for a, b in rng.sample(list(combinations(range(len(rows)), 2)), 500):
            assert apart(instance, rows[a], rows[b]) == distances[a, b]
        for row, client in zip(instance.customers, data.clients(), strict=True):
            scaled = [instance.scale * n for n in (row.service, row.release, row.prize)]
            assert scaled == [client.service_duration, client.release_time, client.prize]
            assert client.required == (row.prize == 0)
            if row.window is not None:
                window = tuple(instance.scale * n for n in row.window)
                assert window == (client.tw_early, client.tw_late)
