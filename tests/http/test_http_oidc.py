"""Dispatchers who sign in elsewhere, over HTTP."""

from collections.abc import Iterator

import pytest
from flask import Flask
from http_planner import ports_of
from http_scene import NOW, Caller, a_bin, ok, refused
from pydantic import ValidationError

from api.app import create_app
from api.config import Settings
from oidc_provider import AUDIENCE, FakeProvider, running


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with running() as found:
        yield found


@pytest.fixture
def signing_in(app: Flask, provider: FakeProvider) -> Iterator[Flask]:
    at = ports_of(app)
    changes = {"oidc_issuer": provider.issuer, "oidc_audience": AUDIENCE, "stream_s": 0.5}
    made = create_app(at.settings.model_copy(update=changes), clock=at.clock)
    yield made
    ports_of(made).db.close()


def test_a_dispatcher_who_signed_in_elsewhere_works_here_under_that_name(
    signing_in: Flask, provider: FakeProvider
) -> None:
    anna = Caller(signing_in, provider.token(NOW))
    ok(anna.put("/v1/bins/B9", a_bin("B9")), 201)
    refused(anna.get("/v1/keys"), 403, "forbidden")
    boss = Caller(signing_in, provider.token(NOW, sub="boss", roles=["admin"]))
    (entry,) = ok(boss.get("/v1/audit?key_id=oidc:anna-1"))["items"]
    assert (entry["ref"], entry["action"]) == ("B9", "created")


def test_tokens_that_are_no_good_are_401_and_those_of_strangers_403(
    signing_in: Flask, provider: FakeProvider
) -> None:
    refused(Caller(signing_in, "a.b.c").get("/v1/bins"), 401, "unauthenticated")
    stranger = provider.token(NOW, roles=["visitor"])
    refused(Caller(signing_in, stranger).get("/v1/bins"), 403, "forbidden")


def test_an_idempotency_key_is_the_persons_own(signing_in: Flask, provider: FakeProvider) -> None:
    header = {"Idempotency-Key": "k"}
    ids = {
        ok(
            Caller(signing_in, provider.token(NOW, sub=sub)).post(
                "/v1/plans", {"service_date": "2026-11-24"}, headers=header
            ),
            202,
        )["id"]
        for sub in ("anna", "anna", "bo")
    }
    assert len(ids) == 2


def test_a_stream_ends_with_its_token(
    signing_in: Flask, provider: FakeProvider, plan_id: str
) -> None:
    short = provider.token(NOW, exp=int(NOW.timestamp()) - 29)
    response = Caller(signing_in, short).get(f"/v1/plans/{plan_id}/events", buffered=False)
    stream = response.iter_encoded()
    next(stream)
    clock = ports_of(signing_in).clock
    clock.now = NOW.replace(minute=5)  # type: ignore[attr-defined]  # the tests' own clock
    assert b"event" not in b"".join(stream)
    response.close()


def test_without_a_provider_no_token_opens_anything(app: Flask, provider: FakeProvider) -> None:
    refused(Caller(app, provider.token(NOW)).get("/v1/bins"), 401, "unauthenticated")


@pytest.mark.parametrize(
    "changes",
    [
        {"oidc_issuer": "https://id.example"},
        {"oidc_audience": "binrounds"},
        {"oidc_issuer": "http://id.example", "oidc_audience": "binrounds"},
        {"oidc_issuer": "http://localhost:1@id.example", "oidc_audience": "binrounds"},
        {"oidc_issuer": "https://id.example", "oidc_audience": "b", "oidc_jwks_url": "file:///x"},
    ],
)
def test_half_a_setting_or_an_open_line_is_refused_at_the_start(changes: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings(**changes)  # type: ignore[arg-type]  # as texts from outside
