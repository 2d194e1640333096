"""Dispatchers who sign in elsewhere: ID or access tokens of an OpenID Connect provider.

A token is a JWT, signed by one of the keys that the provider publishes (its JWKS, which is kept for
a while). Nothing of it is stored, so it cannot be revoked here: it ends when it says, and is
not taken for longer than `longest_s` after it was issued, whatever it says.
"""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from api.usecases.errors import Forbidden, ProviderDown, Unauthenticated
from api.usecases.fleets import MAIN
from api.usecases.key_scope import Role
from api.usecases.keys import Principal

ALGORITHMS = ("RS256", "PS256", "ES256", "Ed25519", "EdDSA")
"""Signatures by the provider's private key. `none`, and secrets that both sides know, are not
taken: with those a published key would be enough to forge a token."""
LEEWAY_S = 30
"""Clocks differ by so much."""
_KEPT_S = 600.0
_ASKED_AGAIN_S = 10.0
_FAILED_S = 2.0
_LONGEST_ID = 64
_MOST_BYTES = 1_000_000
_TIMEOUT_S = (3.0, 5.0)


@dataclass(frozen=True)
class Provider:
    """Whose tokens are taken, and what in them makes a dispatcher or an admin.

    `roles_claim` is the name of a claim that holds texts, with dots for claims within claims
    (`realm_access.roles`). `jwks_url` None: as the issuer's discovery document says. All who bear
    such a token are of one fleet.
    """

    issuer: str
    audience: str
    jwks_url: str | None
    roles_claim: str
    dispatcher: str
    admin: str
    longest_s: float
    fleet_id: str = MAIN


class Identities:
    """Tells who bears a token. Safe to share between threads; asks for keys on first use."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._lock = Lock()
        self._keys: Any = None
        self._asked_at = self._failed_at = float("-inf")

    def principal(self, token: str, *, now: datetime) -> Principal:
        """Who bears this token.

        Raises Unauthenticated (forged, over, for another service), Forbidden (a good token of
        someone without a role here), ProviderDown (its keys cannot be had).
        """
        claims = self._claims(token, now)
        role = _role(claims, self._provider)
        if role is None:
            raise Forbidden("this account has no role in this service; ask its admins")
        name = str(claims.get("name") or claims.get("preferred_username") or "")
        key_id = _key_id(str(claims["sub"]))
        return Principal(key_id, role, name[:200], fleet_id=self._provider.fleet_id)

    def _claims(self, token: str, now: datetime) -> dict[str, Any]:
        from joserfc import jwt  # noqa: PLC0415  # an extra: only who signs in elsewhere needs it
        from joserfc.errors import InvalidKeyIdError, JoseError  # noqa: PLC0415  # as above

        at = self._provider
        registry = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": at.issuer},
            aud={"essential": True, "value": at.audience},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            try:
                found = jwt.decode(token, self._key_set(), algorithms=ALGORITHMS)
            except InvalidKeyIdError:  # the provider may have changed its keys just now
                found = jwt.decode(token, self._key_set(newer=True), algorithms=ALGORITHMS)
            registry.validate(found.claims)
            issued = float(found.claims["iat"])
        except (JoseError, ValueError, TypeError, RecursionError):
            raise Unauthenticated("this token is not of this service's provider, or over") from None
        if now.timestamp() - issued > at.longest_s + LEEWAY_S:
            raise Unauthenticated("this token was issued too long ago; sign in again")
        return found.claims

    def _key_set(self, *, newer: bool = False) -> Any:
        """The provider's keys; asked for again after a while, or if `newer` ones are wanted.

        Those held already are better than none while the provider is down.
        """
        with self._lock:
            age_s = time.monotonic() - self._asked_at
            if self._keys is None and time.monotonic() - self._failed_at < _FAILED_S:
                raise _down()  # whoever waits behind a failure does not wait for another
            if self._keys is None or age_s > (_ASKED_AGAIN_S if newer else _KEPT_S):
                try:
                    self._keys = self._fetch()
                except (OSError, ValueError, KeyError, TypeError) as error:
                    self._failed_at = time.monotonic()
                    if self._keys is None:
                        raise _down() from error
                self._asked_at = time.monotonic()
            return self._keys

    def _fetch(self) -> Any:
        from joserfc.errors import JoseError  # noqa: PLC0415  # as above
        from joserfc.jwk import KeySet  # noqa: PLC0415  # as above

        url = self._provider.jwks_url or _discovered(self._provider.issuer)
        try:
            return KeySet.import_key_set(_get_json(url))
        except JoseError as error:
            raise ValueError(f"{url} holds no keys") from error


def _down() -> ProviderDown:
    text = "the keys of the identity provider cannot be had; try again"
    return ProviderDown(text, retry_after_s=10)


def _discovered(issuer: str) -> str:
    """Where the issuer says that its keys are (OpenID Connect Discovery 1.0)."""
    document = _get_json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if document["issuer"] != issuer:
        raise ValueError(f"the discovery document is that of {document['issuer']!r}")
    url = str(document["jwks_uri"])
    if issuer.startswith("https:") and not url.startswith("https:"):
        raise ValueError(f"{url} is no https address, and keys could be changed on their way")
    return url


def _get_json(url: str) -> Any:
    """A small JSON document; redirects are not followed. Raises OSError, ValueError."""
    import requests  # noqa: PLC0415  # only who signs in elsewhere needs it here

    with requests.get(url, timeout=_TIMEOUT_S, allow_redirects=False, stream=True) as answer:
        if answer.status_code != 200:
            raise OSError(f"{url} answered {answer.status_code}")
        raw = b""
        for part in answer.iter_content(8192):
            raw += part
            if len(raw) > _MOST_BYTES:
                raise ValueError(f"{url} holds over {_MOST_BYTES} bytes")
    return json.loads(raw)


def _role(claims: Mapping[str, Any], provider: Provider) -> Role | None:
    value: Any = claims
    for part in provider.roles_claim.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    held = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    if provider.admin in held:
        return "admin"
    return "dispatcher" if provider.dispatcher in held else None


def _key_id(subject: str) -> str:
    """What stands where else the id of a key stands: the subject, or its hash if it is no id."""
    plain = f"oidc:{subject}"
    if len(plain) <= _LONGEST_ID and plain.isascii() and plain.isprintable() and " " not in plain:
        return plain
    return f"oidc:{hashlib.sha256(subject.encode('utf-8', 'replace')).hexdigest()[:40]}"
