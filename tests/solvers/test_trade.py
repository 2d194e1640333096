"""Trucks that trade trips in the search by ruin and recreate."""

from collections import Counter
from itertools import chain

import numpy as np

from fixtures.busy_day import busy_day
from optimiser.solvers.build import build_index
from optimiser.solvers.judge import Best
from optimiser.solvers.protocol import Stop
from optimiser.solvers.ruin_engine.routes import read_tours
from optimiser.solvers.ruin_engine.search import Search
from optimiser.solvers.ruin_engine.shadow import go_back
from optimiser.solvers.ruin_engine.trade import trade
from optimiser.travel import travel_matrix


def test_trips_that_are_traded_are_all_driven_once_and_go_back_to_where_they_were() -> None:
    problem = busy_day(1, 150)
    model = build_index(problem, travel_matrix(problem), "mean")
    search = Search(model, Best(model, lambda _: None), 1, 1)
    search.start(None)
    search.run(Stop(solutions=300), 0.0)
    world, state, walk = search.world, search.states[0], search.alone[0]
    state.run["crew"], state.where["crew"] = 0, 0
    before, traded = read_tours(model, state), 0
    for seed in np.random.default_rng(1).integers(world.n, size=2000).tolist():
        if trade(world, state, walk, seed):
            traded += 1
            after = read_tours(model, state)
            assert after != before
            assert _stops(after) == _stops(before)
        go_back(world, state, walk.shadow)
        assert read_tours(model, state) == before
    assert traded > 10


def _stops(tours: dict[int, tuple[tuple[str, int], ...]]) -> Counter[tuple[str, int]]:
    calls = chain.from_iterable(tours.values())
    return Counter(call for call in calls if call[0] == "stop")
