from typing import Any

import pytest
from http_scene import Caller, a_problem, ok, refused

ORDERS = [{"truck_id": "T1", "actions": [{"kind": "visit", "ref": "B1"},
                                          {"kind": "unload", "ref": "S1"}]}]  # fmt: skip


def evaluate(town: Caller, **given: Any) -> Any:
    return town.post("/v1/plans/evaluate", {"problem": a_problem(), **given})


def test_orders_are_judged_and_come_back_as_a_plan(town: Caller) -> None:
    verdict = ok(evaluate(town, orders=ORDERS))
    assert (verdict["valid"], verdict["violations"]) == (True, [])
    plan = verdict["plan"]
    assert plan["routes"][0]["steps"][0]["departure"].endswith("+01:00")
    assert ok(evaluate(town, plan=plan)) == verdict


def test_a_plan_that_breaks_rules_is_answered_with_every_violation(town: Caller) -> None:
    plan = ok(evaluate(town, orders=ORDERS))["plan"]
    plan["routes"][0]["distance_m"] += 1000
    verdict = ok(evaluate(town, plan=plan))
    assert not verdict["valid"]
    assert {"route_total", "plan_total"} <= {each["code"] for each in verdict["violations"]}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, ""),
        ({"orders": [{"truck_id": "T7", "actions": []}]}, "orders[0].truck_id"),
        ({"orders": 3}, "orders"),
        ({"orders": [], "colour": "red"}, "colour"),
    ],
)
def test_a_wrong_evaluation_is_422_with_its_field(
    town: Caller, given: dict[str, Any], field: str
) -> None:
    body = refused(evaluate(town, **given), 422, "invalid")
    assert field in [each["field"] for each in body["problems"]]


def test_trucks_are_recommended_for_a_bin(town: Caller, plan_id: str) -> None:
    found = ok(town.post(f"/v1/plans/{plan_id}/recommend", {"bin_id": "B2"}))
    assert found["truck_id"] == "T1"
    assert [each["truck_id"] for each in found["options"]] == ["T1", "T2"]
    assert found["options"][0]["fits"]
    assert found["options"][0]["begin"].endswith("+01:00")
    refused(town.post(f"/v1/plans/{plan_id}/recommend", {"bin_id": "B9"}), 404, "not_found")


def test_two_plans_are_compared(town: Caller, plan_id: str) -> None:
    found = ok(town.get(f"/v1/plans/{plan_id}/compare/{plan_id}"))
    assert (found["a"], found["same"], found["cost"]["total_eur"]["change"]) == (plan_id, 3, 0.0)
    refused(town.get(f"/v1/plans/{plan_id}/compare/none"), 404, "not_found")
