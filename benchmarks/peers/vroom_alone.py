"""VROOM alone, through pyvroom, on all cores, at its deepest level of exploration.

It ends by itself when its heuristics and local search are done, often long before the time is
over. It has a fleet of vehicles with one trip each and serves as many customers as it can, by
priority, before it looks at cost. So it can state the X set only: a vehicle has one trip and a
customer no release time in it, and priorities are no prices, since a customer of priority 1 is
served at whatever cost.
"""

import os
from datetime import timedelta
from time import monotonic

import numpy as np
import vroom

from benchmarks.classic.check import apart
from benchmarks.classic.found import CannotState, Found
from benchmarks.classic.instance import Instance
from benchmarks.classic.state import trucks_of

DEEPEST = 5


def solve(instance: Instance, seconds: float, seed: int) -> Found:
    """Solve. VROOM has no seed. Raises CannotState but for the X set."""
    del seed
    if instance.set_name != "CVRP":
        why = "several trips and release times" if instance.several_trips else "prices of customers"
        raise CannotState(f"VROOM cannot state {why}")
    problem = _input(instance)
    began = monotonic()
    answer = problem.solve(
        exploration_level=DEEPEST,
        nb_threads=len(os.sched_getaffinity(0)),
        timeout=timedelta(seconds=seconds),
    )
    ended = round(monotonic() - began, 3)
    steps = answer.routes
    jobs = steps[steps["type"] == "job"].sort_values(["vehicle_id", "arrival"], kind="stable")
    tours = [[[int(job) for job in trip["id"]]] for _, trip in jobs.groupby("vehicle_id")]
    return Found(tours, ((ended, int(answer.summary.cost)),), f"ended after {ended} s")


def _input(instance: Instance) -> vroom.Input:
    nodes = (instance.depot, *instance.customers)
    legs = np.array([[apart(instance, a, b) for b in nodes] for a in nodes], dtype=np.uint32)
    problem = vroom.Input()
    problem.set_durations_matrix("car", legs)
    problem.set_distances_matrix("car", legs)
    problem.set_costs_matrix("car", legs)
    problem.add_vehicle(
        [
            vroom.Vehicle(n, start=0, end=0, capacity=[instance.capacity])
            for n in range(1, 1 + trucks_of(instance))
        ]
    )
    problem.add_job(
        [
            vroom.Job(row.number, location=n, delivery=[row.demand])
            for n, row in enumerate(instance.customers, 1)
        ]
    )
    return problem
