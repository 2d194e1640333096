"""How often a key may ask: so many at once, and a steady rate after that."""

import pytest
from flask import Flask
from http_planner import ports_of
from http_scene import Caller, Callers, ok, refused
from hypothesis import given
from hypothesis import strategies as st

from api.app import create_app
from api.http import limits
from api.http.limits import Limiter
from api.usecases.errors import TooMany


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def taken(limiter: Limiter, asker: str = "k") -> bool:
    try:
        limiter.take(asker)
    except TooMany:
        return False
    return True


def test_a_burst_is_taken_and_then_the_steady_rate() -> None:
    clock = Hand()
    limiter = Limiter(2.0, 3, clock=clock)
    assert [taken(limiter) for _ in range(5)] == [True, True, True, False, False]
    clock.now += 0.5
    assert [taken(limiter) for _ in range(2)] == [True, False]
    assert taken(limiter, "another")
    clock.now += 1000
    assert [taken(limiter) for _ in range(4)] == [True, True, True, False]


def test_one_who_asks_too_often_is_told_when_the_next_is_taken() -> None:
    clock = Hand()
    limiter = Limiter(0.1, 1, clock=clock)
    limiter.take("k")
    with pytest.raises(TooMany) as caught:
        limiter.take("k")
    assert caught.value.retry_after_s == 10
    clock.now += 10
    assert taken(limiter)


@given(waits=st.lists(st.floats(0, 5), max_size=60))
def test_no_one_gets_more_than_burst_and_rate_allow(waits: list[float]) -> None:
    clock = Hand()
    limiter = Limiter(2.0, 5, clock=clock)
    count = 0
    for wait in waits:
        clock.now += wait
        count += taken(limiter)
    assert count <= 5 + 2.0 * clock.now + 1e-6


def test_no_rate_is_no_limit_and_strangers_do_not_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert all(taken(Limiter(0, 1)) for _ in range(1) for _ in range(50))
    monkeypatch.setattr(limits, "_MOST_BUCKETS", 10)
    limiter = Limiter(1.0, 1)
    for number in range(100):
        limiter.take(f"address {number}")
    assert len(limiter._buckets) == 10


@pytest.fixture
def strict(app: Flask) -> Flask:
    settings = ports_of(app).settings
    changes = {"requests_per_s": 0.001, "requests_burst": 3}
    return create_app(settings.model_copy(update=changes), clock=ports_of(app).clock)


def test_a_key_that_asks_too_often_is_429_and_others_are_not(
    strict: Flask, callers: Callers
) -> None:
    who = Caller(strict, callers.dispatcher.secret)
    for _ in range(3):
        ok(who.get("/v1/bins"))
    response = who.get("/v1/bins")
    refused(response, 429, "too_many_requests")
    assert int(response.headers["Retry-After"]) > 100
    ok(Caller(strict, callers.admin.secret).get("/v1/bins"))
    assert who.get("/livez").status_code == 200


def test_one_who_tries_secrets_is_429_and_good_keys_from_there_still_work(
    strict: Flask, callers: Callers
) -> None:
    stranger = Caller(strict, "br_guess")
    for _ in range(3):
        refused(stranger.get("/v1/bins"), 401, "unauthenticated")
    refused(stranger.get("/v1/bins"), 429, "too_many_requests")
    ok(Caller(strict, callers.admin.secret).get("/v1/bins"))
