from typing import Any

import pytest
from http_scene import Caller, Callers, a_reading, ok, refused


def post(caller: Caller, *readings: dict[str, Any], **more: Any) -> Any:
    return ok(caller.post("/v1/readings", {"readings": list(readings)}, **more))


def test_a_batch_is_counted_and_a_bad_reading_named_by_its_index(callers: Callers) -> None:
    bad = a_reading(2, time="2026-11-25T05:00:00Z")
    result = post(callers.sensor, a_reading(1), a_reading(1), bad)
    assert (result["accepted"], result["duplicate"], result["quarantined"]) == (1, 1, 1)
    (problem,) = result["problems"]
    assert (problem["index"], problem["reason"]) == (2, "future")


def test_what_was_accepted_shows_in_the_bin(callers: Callers) -> None:
    post(callers.sensor, a_reading(1, fill=0.5))
    body = ok(callers.dispatcher.get("/v1/bins/B1"))
    (reading,) = body["readings"]
    assert (reading["fill"], reading["time"]) == (0.5, "2026-11-24T05:00:00+01:00")
    assert body["forecast"]["outlook"][0]["level"] > 0.3


def test_a_sensor_key_cannot_write_for_a_device_that_is_not_its_own(callers: Callers) -> None:
    result = post(callers.sensor, a_reading(3))
    assert (result["accepted"], result["problems"][0]["reason"]) == (0, "foreign_device")
    assert ok(callers.dispatcher.get("/v1/bins/B3"))["readings"] == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"fill": -0.1}, "negative"),
        ({"fill": 80}, "over_full"),
        ({"fill": float("nan")}, "not_finite"),
        ({"fill": float("inf")}, "not_finite"),
        ({"fill": "half"}, "wrong_type"),
        ({"time": "yesterday"}, "wrong_type"),
        ({"colour": "red"}, "unknown_field"),
        ({"time": "1999-01-01T00:00:00Z"}, "ancient"),
        ({"sensor_id": "sensor-99"}, "foreign_device"),
    ],
)
def test_a_bad_reading_is_kept_in_quarantine_and_the_good_ones_count(
    callers: Callers, change: dict[str, Any], reason: str
) -> None:
    result = post(callers.sensor, a_reading(1, **change), a_reading(2))
    assert (result["accepted"], result["quarantined"]) == (1, 1)
    assert result["problems"][0]["reason"] == reason
    (kept,) = ok(callers.dispatcher.get("/v1/quarantine"))["items"]
    assert (kept["reason"], "sensor_id" in kept["raw"]) == (reason, True)


def test_the_quarantine_pages(callers: Callers) -> None:
    post(callers.sensor, *(a_reading(1, fill=-number) for number in range(1, 6)))
    seen, cursor = [], ""
    while cursor is not None:
        page = ok(callers.dispatcher.get(f"/v1/quarantine?limit=2{cursor}"))
        seen += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)


def test_a_batch_over_the_limit_is_refused_whole(callers: Callers) -> None:
    readings = [a_reading(1, sequence=number) for number in range(101)]
    refused(callers.sensor.post("/v1/readings", {"readings": readings}), 422, "invalid")


def test_a_repeated_batch_with_a_key_gives_its_first_answer(callers: Callers) -> None:
    key = {"Idempotency-Key": "batch-1"}
    first = post(callers.sensor, a_reading(1), headers=key)
    assert post(callers.sensor, a_reading(1), headers=key) == first
    assert first["accepted"] == 1
    assert post(callers.sensor, a_reading(1))["duplicate"] == 1
