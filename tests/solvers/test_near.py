"""Which stops the search by ruin and recreate takes for neighbours."""

from solver_instances import hours, truck

from optimiser.solvers.build import build_index
from optimiser.solvers.ruin_engine.near import near_stops
from optimiser.travel import travel_matrix
from tiny import a_problem, a_visit


def neighbours(*visits: object) -> dict[str, list[str]]:
    """The neighbours of each visit, nearest first."""
    problem = a_problem(*visits, trucks=(truck(),))
    model = build_index(problem, travel_matrix(problem), "mean")
    names = [stop.visits[0] for stop in model.stops]
    return {
        name: [names[x] for x in row] for name, row in zip(names, near_stops(model), strict=True)
    }


def test_where_all_is_open_all_day_the_way_decides() -> None:
    near = neighbours(a_visit("a", 3), a_visit("b", 4), a_visit("far", 12))
    assert near["a"] == ["b", "far"]


def test_what_opens_when_a_stop_must_be_unloaded_is_no_neighbour_of_it() -> None:
    soon = a_visit("soon", 3, unload_by="07:30")
    near = neighbours(soon, a_visit("late", 4, hours=hours("12:00", "14:00")), a_visit("far", 12))
    assert near["soon"] == ["far", "late"]


def test_what_must_be_unloaded_by_like_times_are_neighbours() -> None:
    near = neighbours(
        a_visit("soon", 3, unload_by="07:30"),
        a_visit("beside", 3.5, hours=hours("09:00", "14:00")),
        a_visit("as-soon", 6, unload_by="07:40"),
    )
    assert near["soon"] == ["as-soon", "beside"]
