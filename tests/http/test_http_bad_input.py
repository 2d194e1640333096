"""Bad input: the state stays right, the reading is kept with its reason, the plan goes on."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from http_planner import run
from http_scene import NOW, TODAY, Callers, a_bin, a_reading, ok, refused

HOURS = range(120, 0, -4)
"""Readings of five days."""


def ago(hours: float) -> str:
    return (NOW - timedelta(hours=hours)).isoformat()


def rising(number: int, hours: float) -> dict[str, Any]:
    """A bin that fills by a tenth a day, up to 0.6 now."""
    return a_reading(number, time=ago(hours), fill=round(0.6 - hours / 240, 3), sequence=0)


def history(number: int) -> list[dict[str, Any]]:
    return [rising(number, hours) for hours in HOURS]


def send(callers: Callers, *readings: dict[str, Any]) -> Any:
    return ok(callers.admin.post("/v1/readings", {"readings": list(readings)}))


def forecast_of(callers: Callers, bin_id: str = "B1") -> Any:
    return ok(callers.dispatcher.get(f"/v1/bins/{bin_id}"))["forecast"]


def a_plan_goes_on(app: Flask, callers: Callers) -> None:
    asked = ok(callers.dispatcher.post("/v1/plans", {"service_date": TODAY}), 202)
    run(app, asked["id"])
    assert ok(callers.dispatcher.get(f"/v1/plans/{asked['id']}"))["status"] == "done"
    plan = ok(callers.dispatcher.get(f"/v1/plans/{asked['id']}/plan"))
    assert plan["totals"]["stops"] == 3


PERCENT = {"sensor_id": "sensor-1", "time": ago(0.5), "fill_percent": 6000}
KEPT_ASIDE = [
    ("not a number", a_reading(1, time=ago(0.5), fill=float("nan")), "not_finite"),
    ("infinite", a_reading(1, time=ago(0.5), fill=float("inf")), "not_finite"),
    ("below every number", a_reading(1, time=ago(0.5), fill=float("-inf")), "not_finite"),
    ("negative", a_reading(1, time=ago(0.5), fill=-0.2), "negative"),
    ("over 150 %", a_reading(1, time=ago(0.5), fill=1.51), "over_full"),
    ("a percentage as a share", a_reading(1, time=ago(0.5), fill=60), "over_full"),
    ("a percentage of a percentage", PERCENT, "over_full"),
    ("in the future", a_reading(1, time=ago(-1), fill=0.1), "future"),
    ("years old", a_reading(1, time=ago(3 * 365 * 24), fill=0.9), "ancient"),
    ("of an instant that has another", {**rising(1, 4), "fill": 0.1}, "conflicting"),
    ("of a second sensor on the bin", a_reading(99, time=ago(0.5), fill=0.1), "unknown_sensor"),
    ("of a sensor named driver", a_reading(1, sensor_id="driver", fill=0.1), "malformed"),
]


@pytest.mark.parametrize(
    ("bad", "reason"), [each[1:] for each in KEPT_ASIDE], ids=[each[0] for each in KEPT_ASIDE]
)
def test_a_bad_reading_changes_no_state_and_stops_no_plan(
    app: Flask, callers: Callers, bad: dict[str, Any], reason: str
) -> None:
    send(callers, *history(1))
    before = forecast_of(callers)
    result = send(callers, bad)
    assert (result["accepted"], result["duplicate"], result["quarantined"]) == (0, 0, 1)
    (kept,) = ok(callers.dispatcher.get("/v1/quarantine"))["items"]
    assert kept["reason"] == reason
    assert forecast_of(callers) == before
    assert 0.5 < before["outlook"][0]["level"] < 0.7
    a_plan_goes_on(app, callers)


def test_readings_sent_twice_change_nothing(app: Flask, callers: Callers) -> None:
    send(callers, *history(1))
    before = forecast_of(callers)
    assert send(callers, *history(1))["duplicate"] == len(HOURS)
    assert forecast_of(callers) == before
    a_plan_goes_on(app, callers)


def test_shuffled_readings_in_many_batches_give_the_state_of_those_in_order(
    app: Flask, callers: Callers
) -> None:
    send(callers, *history(1))
    shuffled = history(2)
    Random(4).shuffle(shuffled)
    for first in range(0, len(shuffled), 7):
        send(callers, *shuffled[first : first + 7])
        a_plan_goes_on(app, callers)
    assert forecast_of(callers, "B2") == forecast_of(callers, "B1")


def test_a_lone_share_sent_as_a_percentage_empties_no_bin(app: Flask, callers: Callers) -> None:
    """0.6 % may be true, so it is taken; one such reading is a spike, no emptying."""
    send(callers, *history(1))
    before = forecast_of(callers)["outlook"][0]["level"]
    share = {"sensor_id": "sensor-1", "time": ago(0.5), "fill_percent": 0.6}
    assert send(callers, share)["accepted"] == 1
    assert forecast_of(callers)["outlook"][0]["level"] == pytest.approx(before, abs=0.05)
    a_plan_goes_on(app, callers)


def put(callers: Callers, bin_id: str, **changes: Any) -> Any:
    return callers.admin.put(
        f"/v1/bins/{bin_id}", a_bin(bin_id, **changes), headers={"If-Match": "*"}
    )


def test_a_sensor_sits_in_one_bin_and_is_not_named_driver(callers: Callers) -> None:
    refused(put(callers, "B2", sensor_id="sensor-1"), 409, "sensor_taken")
    body = refused(put(callers, "B2", sensor_id="driver"), 422, "invalid")
    assert body["problems"][0]["field"] == "sensor_id"


def test_a_sensor_moved_to_another_bin_tells_of_that_one_from_then_on(
    app: Flask, callers: Callers
) -> None:
    send(callers, *history(1))
    ok(put(callers, "B1", sensor_id=None))
    ok(put(callers, "B3", sensor_id="sensor-1"))
    before = forecast_of(callers)
    assert send(callers, a_reading(1, time=ago(0.1), fill=0.05))["accepted"] == 1
    assert forecast_of(callers) == before
    assert forecast_of(callers, "B3")["outlook"][0]["level"] < 0.15
    readings = ok(callers.dispatcher.get("/v1/bins/B3"))["readings"]
    assert [each["fill"] for each in readings] == [0.05]
    a_plan_goes_on(app, callers)


def test_a_new_sensor_in_a_bin_goes_on_where_the_old_one_ended(
    app: Flask, callers: Callers
) -> None:
    send(callers, *history(1))
    ok(put(callers, "B1", sensor_id="new-1"))
    late = send(callers, a_reading(1, time=ago(0.5), fill=0.1))
    assert late["problems"][0]["reason"] == "unknown_sensor"
    assert send(callers, a_reading(1, sensor_id="new-1", time=ago(0.2), fill=0.61))["accepted"] == 1
    assert 0.5 < forecast_of(callers)["outlook"][0]["level"] < 0.7
    a_plan_goes_on(app, callers)
