"""Routes between tours and the arrays of the compiled search."""

from collections.abc import Mapping

from optimiser.solvers.index import IndexModel
from optimiser.solvers.ruin_engine.data import State, World
from optimiser.solvers.tours import Tour, Tours, homeward


def write_tours(model: IndexModel, world: World, state: State, tours: Mapping[int, Tour]) -> None:
    """Put tours into the state, each behind what its truck does first, and emptied at the end.

    Nothing else is known of the routes then: `settle_all` is next.
    """
    for number in range(world.trucks):
        write_tour(model, world, state, number, tours.get(number, ()))


def write_tour(model: IndexModel, world: World, state: State, number: int, tour: Tour) -> None:
    """Put the tour of one truck into the state, as `write_tours` does."""
    places = whole_tour(model, number, tour)
    run, truck = state.run[number], world.truck[number]
    run["fix"], run["ln"] = len(model.trucks[number].first), len(places)
    run["later"] = run["crew"] = run["kept"] = 0
    calls = [place + (world.n if kind == "site" else 0) for kind, place in places]
    state.at[number]["c"][: len(calls) + 2] = [truck["start"], *calls, truck["end"]]


def whole_tour(model: IndexModel, number: int, tour: Tour) -> Tour:
    """A tour with what its truck does first, without what others do first, emptied at the end."""
    first = model.trucks[number].first
    taken = {place for truck in model.trucks for place in truck.first if place[0] == "stop"}
    rest = tour[len(first) :] if tour[: len(first)] == first else tour
    rest = tuple(place for place in rest if place not in taken)
    return homeward(model, number, (*first, *rest))


def widest(model: IndexModel, tours: Mapping[int, Tour]) -> int:
    """Calls of the longest tour once it is written."""
    return max(
        len(tours.get(number, ())) + len(truck.first) + len(truck.holds)
        for number, truck in enumerate(model.trucks)
    )


def read_tours(model: IndexModel, state: State) -> Tours:
    """Tours of the routes in a state."""
    stops = len(model.stops)
    tours: Tours = {}
    for number, truck in enumerate(model.trucks):
        calls = state.at[number]["c"][1 : state.run[number]["ln"] + 1].tolist()
        if calls or truck.out:
            tours[number] = tuple(
                ("stop", call) if call < stops else ("site", call - stops) for call in calls
            )
    return tours
