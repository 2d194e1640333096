import pytest

from optimiser.domain.fleet import Depot
from optimiser.domain.places import GeoPoint
from optimiser.domain.travel import GreatCircle, Matrix, Planar
from optimiser.travel import UNREACHABLE, travel_matrix
from tiny import a_problem, a_visit, at


def test_a_degree_of_latitude_is_111_km_times_the_detour() -> None:
    problem = a_problem(
        depots=(
            Depot(id="D", place=GeoPoint(lon=12.5, lat=55)),
            Depot(id="N", place=GeoPoint(lon=12.5, lat=56)),
        ),
        disposal_sites=(),
        travel=GreatCircle(detour=2, speed_kmh=36),
    )
    travel = travel_matrix(problem)
    assert travel.leg(0, 1) == (
        222_390,  # 2 * pi * 6371008.8 / 360 * 2
        22_240,  # 222,390.2 m at 10 m/s, rounded up
    )


def test_manhattan_goes_round_the_block_and_euclidean_across() -> None:
    visit = a_visit("B", 0, place=at(3, 4))
    for kind, metres in (("manhattan", 7000), ("euclidean", 5000)):
        problem = a_problem(visit, travel=Planar(kind=kind, speed_kmh=60))
        assert travel_matrix(problem).leg(0, 2)[0] == metres


def test_travel_time_is_rounded_up_and_never_to_nothing() -> None:
    problem = a_problem(a_visit("B", 0.001))
    assert travel_matrix(problem).leg(0, 2)[1] == 1


def test_every_place_is_at_no_distance_from_itself() -> None:
    travel = travel_matrix(a_problem(a_visit("A", 1), a_visit("B", 2)))
    metres, seconds = travel.pairs(range(4), range(4))
    assert metres.tolist() == seconds.tolist() == [0, 0, 0, 0]


def test_a_given_matrix_is_taken_as_it_is_and_an_empty_cell_is_no_way() -> None:
    matrix = Matrix(distance_m=((0, 5), (None, 0)), duration_s=((0, 7), (9, 0)))
    problem = a_problem(trucks=a_problem().trucks, disposal_sites=(a_site(),), travel=matrix)
    travel = travel_matrix(problem)
    metres, seconds = travel.block((0, 1), (0, 1))
    assert metres.tolist() == [[0, 5], [UNREACHABLE, 0]]
    assert seconds.tolist() == [[0, 7], [UNREACHABLE, 0]]


def a_site() -> object:
    return a_problem().disposal_sites[0]


def test_a_matrix_of_the_wrong_size_is_refused() -> None:
    with pytest.raises(ValueError, match="1 rows for 2 places"):
        a_problem(travel=Matrix(distance_m=((0,),), duration_s=((0,),)))
