"""Questions about plans that change nothing: judge one, compare two, who could take a bin."""

from flask import Response
from pydantic.dataclasses import dataclass

from api.http.answers import answer
from api.http.blueprints import APIBlueprint, resource
from api.http.body import JSON, read_body
from api.http.contract import DISPATCHERS, contract
from api.http.parameters import IdPath, Parameters
from api.http.ports import ports
from api.usecases.comparing import Comparison, compare_plans
from api.usecases.evaluating import Evaluation, Verdict, evaluate
from api.usecases.recommending import Recommendation, recommend
from optimiser.domain.base import CONFIG, Id

_JUDGED_WITHIN_S = 1.0
"""After so long a place among those that are solved or judged may be free again."""


class PairPath(Parameters):
    """The ids of two plans."""

    a: Id
    b: Id


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Question:
    """The bin that a truck is looked for."""

    bin_id: Id


def blueprint() -> APIBlueprint:
    """Evaluate, recommend, compare."""
    made = resource("plan_questions", "/v1/plans", tag="plans")
    made.post("/evaluate", summary="Judge a plan of one's own")(post_evaluate)
    made.post("/<id>/recommend", summary="Which truck could take a bin")(post_recommend)
    made.get("/<a>/compare/<b>", summary="What changes from one plan to another")(get_compare)
    return made


@contract(
    *DISPATCHERS,
    gives={200: Verdict},
    takes={JSON: Evaluation},
    refuses=("invalid", "busy"),
)
def post_evaluate() -> Response:
    """The verifier's word on a problem with a plan, or with orders, which are scheduled first."""
    at = ports()
    asked = read_body(Evaluation, at.settings.max_body_bytes)
    with at.gate.place(_JUDGED_WITHIN_S):
        verdict = evaluate(asked)
    return answer(verdict, zone=asked.problem.day.zone)


@contract(
    *DISPATCHERS,
    gives={200: Recommendation},
    takes={JSON: Question},
    refuses=("invalid", "not_found", "plan_not_done", "plan_cancelled"),
)
def post_recommend(path: IdPath) -> Response:
    """The cheapest place on each truck that could have it, found out by trying."""
    at = ports()
    asked = read_body(Question, at.settings.max_body_bytes)
    return answer(recommend(at.db, path.id, asked.bin_id, now=at.clock()))


@contract(*DISPATCHERS, gives={200: Comparison}, refuses=("not_found", "plan_not_done"))
def get_compare(path: PairPath) -> Response:
    """Stops added, dropped and moved between trucks; money, distance, time and CO2e."""
    return answer(compare_plans(ports().db, path.a, path.b))
