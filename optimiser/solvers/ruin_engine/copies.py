"""Whole routes copied between states, and who may change them."""

import numpy as np

from optimiser.solvers.ruin_engine.data import State, World
from optimiser.solvers.ruin_engine.shadow import copy_route


def copy_all(world: World, source: State, target: State) -> None:
    """Copy all routes."""
    for route in range(world.trucks):
        copy_route(source, target, route)


def place_stops(world: World, state: State) -> None:
    """Note where each stop is."""
    state.where["route"] = -1
    for route in range(world.trucks):
        calls = state.at[route]["c"][1 : state.run[route]["ln"] + 1]
        stops = np.flatnonzero(calls < world.n)
        state.where["route"][calls[stops]] = route
        state.where["place"][calls[stops]] = stops + 1


def freeze(world: World, state: State, routes: list[int]) -> None:
    """Take routes and their stops out of every crew's hands."""
    for route in routes:
        state.run[route]["crew"], state.run[route]["cost"] = -1, 0.0
        calls = state.at[route]["c"][1 : state.run[route]["ln"] + 1]
        state.where["crew"][calls[calls < world.n]] = -1


def copy_part(source: State, target: State, owners: State, crew: int) -> None:
    """Copy the routes of a crew."""
    for route in np.flatnonzero(owners.run["crew"] == crew).tolist():
        copy_route(source, target, route)
