"""Dispatchers who sign in elsewhere: which tokens are taken, and how keys are fetched and kept."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey

from api.usecases import oidc
from api.usecases.errors import Forbidden, ProviderDown, Unauthenticated
from api.usecases.oidc import Identities, Provider
from oidc_provider import AUDIENCE, FakeProvider, running
from small_city import NOW


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with running() as found:
        yield found


def settings(provider: FakeProvider, **changes: Any) -> Provider:
    made = Provider(provider.issuer, AUDIENCE, None, "roles", "dispatcher", "admin", 43_200.0)
    return replace(made, **changes)


@pytest.fixture
def identities(provider: FakeProvider) -> Identities:
    return Identities(settings(provider))


def test_a_good_token_is_its_bearers(provider: FakeProvider, identities: Identities) -> None:
    who = identities.principal(provider.token(NOW), now=NOW)
    assert (who.key_id, who.role, who.name) == ("oidc:anna-1", "dispatcher", "Anna")
    both = provider.token(NOW, roles=["admin", "dispatcher"], aud=["other", AUDIENCE])
    assert identities.principal(both, now=NOW).role == "admin"


def test_keys_are_asked_for_once_and_kept(provider: FakeProvider, identities: Identities) -> None:
    for _ in range(5):
        identities.principal(provider.token(NOW), now=NOW)
    assert provider.asked == ["/.well-known/openid-configuration", "/keys"]


def test_a_fixed_address_of_the_keys_needs_no_discovery(provider: FakeProvider) -> None:
    identities = Identities(settings(provider, jwks_url=f"{provider.issuer}/keys"))
    identities.principal(provider.token(NOW), now=NOW)
    assert provider.asked == ["/keys"]


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another-service"},
        {"aud": None},
        {"sub": None},
        {"exp": None},
        {"iat": None},
        {"iss": None},
        {"exp": int(NOW.timestamp()) - 60},
        {"nbf": int(NOW.timestamp()) + 600},
        {"iat": int(NOW.timestamp()) + 600},
        {"iat": int(NOW.timestamp()) - 86_400, "exp": int(NOW.timestamp()) + 86_400},
        {"exp": "tomorrow"},
    ],
)
def test_a_token_of_another_place_or_time_is_nobodys(
    provider: FakeProvider, identities: Identities, changes: dict[str, Any]
) -> None:
    with pytest.raises(Unauthenticated):
        identities.principal(provider.token(NOW, **changes), now=NOW)


def test_a_token_ends_when_it_says(provider: FakeProvider, identities: Identities) -> None:
    token = provider.token(NOW)
    assert identities.principal(token, now=NOW + timedelta(minutes=59))
    with pytest.raises(Unauthenticated):
        identities.principal(token, now=NOW + timedelta(minutes=61))


def unsigned(token: str) -> str:
    head = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).decode().rstrip("=")
    return f"{head}.{token.split('.')[1]}."


def test_forged_tokens_are_nobodys(provider: FakeProvider, identities: Identities) -> None:
    good = provider.token(NOW)
    head, claims, signature = good.split(".")
    stranger = ECKey.generate_key("P-256", {"kid": "one"})
    public = json.dumps(provider.signing.as_dict(private=False))
    secret = OctKey.import_key(public, {"kid": "one"})
    admin = base64.urlsafe_b64encode(json.dumps({"sub": "x", "roles": ["admin"]}).encode()).decode()
    forged = [
        "", "x", "a.b.c", "..", good + ".x", f"{head}.{claims}.", unsigned(good),
        f"{head}.{admin.rstrip('=')}.{signature}",
        provider.token(NOW, key=stranger),
        provider.token(NOW, key=secret),
        "é.é.é", "[" * 3000 + ".a.b",
    ]  # fmt: skip
    for token in forged:
        with pytest.raises(Unauthenticated):
            identities.principal(token, now=NOW)


@pytest.mark.parametrize("roles", [None, [], ["driver"], "visitor", {"dispatcher": True}, 7])
def test_a_good_token_without_a_role_here_may_do_nothing(
    provider: FakeProvider, identities: Identities, roles: Any
) -> None:
    with pytest.raises(Forbidden):
        identities.principal(provider.token(NOW, roles=roles), now=NOW)


def test_roles_may_lie_within_claims_and_be_called_otherwise(provider: FakeProvider) -> None:
    identities = Identities(
        settings(provider, roles_claim="realm_access.roles", dispatcher="waste-planner")
    )
    token = provider.token(NOW, roles=None, realm_access={"roles": ["waste-planner"]})
    assert identities.principal(token, now=NOW).role == "dispatcher"


def test_a_subject_that_is_no_id_is_told_by_its_hash(
    provider: FakeProvider, identities: Identities
) -> None:
    for subject in ("x" * 200, "Åse", "a b", "\x00"):
        who = identities.principal(provider.token(NOW, sub=subject), now=NOW)
        assert len(who.key_id) == 45
        assert who.key_id.isascii()


def test_new_keys_are_fetched_when_a_token_names_one_and_not_at_every_strange_name(
    provider: FakeProvider, identities: Identities, monkeypatch: pytest.MonkeyPatch
) -> None:
    identities.principal(provider.token(NOW), now=NOW)
    old = provider.signing
    provider.change_keys()
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            identities.principal(provider.token(NOW), now=NOW)
    assert provider.asked.count("/keys") == 1
    monkeypatch.setattr(oidc, "_ASKED_AGAIN_S", 0.0)
    assert identities.principal(provider.token(NOW), now=NOW)
    with pytest.raises(Unauthenticated):
        identities.principal(provider.token(NOW, key=old), now=NOW)


def test_while_the_provider_is_down_the_keys_held_are_used(
    provider: FakeProvider, identities: Identities, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.broken = True
    for _ in range(3):
        with pytest.raises(ProviderDown):
            identities.principal(provider.token(NOW), now=NOW)
    assert len(provider.asked) == 1
    provider.broken = False
    monkeypatch.setattr(oidc, "_FAILED_S", 0.0)
    assert identities.principal(provider.token(NOW), now=NOW)
    provider.broken = True
    monkeypatch.setattr(oidc, "_KEPT_S", 0.0)
    assert identities.principal(provider.token(NOW), now=NOW)


def test_a_provider_that_answers_for_another_is_not_believed(provider: FakeProvider) -> None:
    address, provider.issuer = provider.issuer, "http://elsewhere.example"
    identities = Identities(settings(provider, issuer=address))
    with pytest.raises(ProviderDown):
        identities.principal(provider.token(NOW), now=NOW)


def test_a_provider_that_is_not_there_is_down() -> None:
    gone = Provider("http://127.0.0.1:9", AUDIENCE, None, "roles", "d", "a", 100.0)
    with pytest.raises(ProviderDown) as caught:
        Identities(gone).principal("a.b.c", now=NOW)
    assert caught.value.retry_after_s == 10
