"""A whole problem in, a verified plan out, nothing stored: /v1/solve."""

from flask import Response
from pydantic import Field

from api.http.answers import answer
from api.http.blueprints import APIBlueprint, resource
from api.http.body import JSON, read_body
from api.http.contract import DISPATCHERS, contract
from api.http.parameters import Parameters
from api.http.ports import ports
from api.usecases.solving import solve_now
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem

SEARCH_CODES = (
    "no_solution",
    "solver_out_of_memory",
    "solver_stuck",
    "solver_crashed",
    "solver_error",
    "solver_nonsense",
    "unverified",
)


class SolveQuery(Parameters):
    """How long to search, and from which seed."""

    seconds: float = Field(default=5.0, gt=0, le=3600, description="solving time")
    seed: int = Field(default=0, ge=0, le=2**31 - 1)


def blueprint() -> APIBlueprint:
    """One route."""
    made = resource("solve", "/v1", tag="plans")
    made.post("/solve", summary="Solve a problem while you wait")(post_solve)
    return made


@contract(
    *DISPATCHERS,
    gives={200: Plan},
    takes={JSON: Problem},
    refuses=("invalid", "busy", *SEARCH_CODES),
)
def post_solve(query: SolveQuery) -> Response:
    """The body is the problem file of `binrounds solve`. Times are in the problem's zone."""
    at = ports()
    problem = read_body(Problem, at.settings.max_body_bytes)
    plan = solve_now(
        problem,
        seconds=query.seconds,
        seed=query.seed,
        max_seconds=at.settings.max_solve_now_seconds,
        memory_mb=at.settings.solve_memory_mb,
        gate=at.gate,
        planner=at.planner,
    )
    return answer(plan, zone=problem.day.zone)
