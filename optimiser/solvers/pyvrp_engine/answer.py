"""From PyVRP's solutions to tours, and back."""

import pyvrp

from optimiser.solvers.pyvrp_engine.state import Stated
from optimiser.solvers.tours import Place, Tour, Tours, lean


def read_tours(stated: Stated, found: pyvrp.Solution) -> Tours:
    """Tours of a solution, with what comes first and the last unloading spelled out."""
    used = dict.fromkeys(range(len(stated.layout.kinds)), 0)
    tours: Tours = {}
    for route in found.routes():
        number = route.vehicle_type()
        kind = stated.layout.kinds[number]
        truck = kind.trucks[used[number]]
        used[number] += 1
        first = stated.layout.model.trucks[truck].first
        places = (*first, *_places(stated, number, route))
        tours[truck] = lean(stated.layout.model, truck, places)
    return tours


def _places(stated: Stated, number: int, route: pyvrp.Route) -> list[Place]:
    places: list[Place] = []
    for activity in list(route)[1:-1]:
        if activity.is_client():
            places += [("stop", stop) for stop in stated.clients[activity.idx : activity.idx + 1]]
        else:
            places += _at(stated, activity.idx)
    if places and places[-1][0] == "stop":
        home = int(stated.legs[number].way_home[places[-1][1]])
        places += _at(stated, home) if home >= 0 else []
    return places


def _at(stated: Stated, tip: int) -> list[Place]:
    return [("site", site) for site in stated.layout.tips[tip].sites]


def write_tours(stated: Stated, tours: Tours) -> pyvrp.Solution:
    """PyVRP's solution of tours; an unloading is left out where no tip of the truck begins so."""
    client_of = {stop: client for client, stop in reversed(list(enumerate(stated.clients)))}
    routes = []
    for number, kind in enumerate(stated.layout.kinds):
        for truck in kind.trucks:
            rest = tours.get(truck, ())[len(stated.layout.model.trucks[truck].first) :]
            posts = [n for n, own in enumerate(stated.layout.posts) if own == truck]
            begun = [_client(len(stated.clients) + post) for post in posts]
            activities = _activities(stated, number, rest, client_of, begun)
            if activities:
                routes.append(pyvrp.Route(stated.data, activities, number))
    return pyvrp.Solution(stated.data, routes)


def _client(number: int) -> pyvrp.Activity:
    return pyvrp.Activity(pyvrp.ActivityType.CLIENT, number)


def _activities(
    stated: Stated,
    number: int,
    tour: Tour,
    client_of: dict[int, int],
    begun: list[pyvrp.Activity],
) -> list[pyvrp.Activity]:
    """Activities of a tour, after what it has `begun` with."""
    tips = {tip.sites[0]: tip for tip in reversed(stated.layout.kinds[number].tips)}
    activities = list(begun)
    for kind, position in tour:
        if kind == "stop" and position in client_of:
            activities.append(_client(client_of[position]))
        elif kind == "site" and position in tips and activities and activities[-1].is_client():
            tip = stated.layout.tips.index(tips[position])
            activities.append(pyvrp.Activity(pyvrp.ActivityType.DEPOT, tip))
    while activities and activities[-1].is_depot():
        activities.pop()
    return activities
