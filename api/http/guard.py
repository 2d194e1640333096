"""Who may pass: every request is checked against its route's contract before its view runs."""

from flask import Flask, current_app, g, request

from api.http.contract import Contract, contract_of
from api.http.ports import Ports, ports
from api.http.problems import Refused
from api.usecases.errors import Unauthenticated
from api.usecases.keys import Principal, authenticate


def guard_every_route(app: Flask) -> None:
    """Install the guard. Unknown paths and methods are left to the 404 and 405."""
    app.before_request(_guard)


def _guard() -> None:
    if request.url_rule is None or request.endpoint is None:
        return
    declared = contract_of(current_app.view_functions[request.endpoint])
    if declared is None:
        raise Refused("forbidden", "this route does not declare who may call it")
    if declared.roles:
        g.principal = _principal()
        if g.principal.role not in declared.roles:
            needed = " or ".join(sorted(declared.roles))
            raise Refused("forbidden", f"this needs the role {needed}, not {g.principal.role}")
    _check_query(declared)


def _principal() -> Principal:
    """Who asks, if not too often. Wrong secrets are counted by address: nobody tries many."""
    at = ports()
    try:
        found = bearer_of(at, bearer())
    except Unauthenticated:
        at.limiter.take(f"address {request.remote_addr}")
        raise
    at.limiter.take(found.key_id)
    return found


def bearer_of(at: Ports, secret: str | None) -> Principal:
    """Who bears a key's secret, or a token of the identity provider, if one is set.

    Raises Unauthenticated, Forbidden, ProviderDown.
    """
    if at.identities is not None and secret is not None and secret.count(".") == 2:
        return at.identities.principal(secret, now=at.clock())
    return authenticate(at.db, secret, now=at.clock())


def bearer() -> str | None:
    """The secret of `Authorization: Bearer SECRET`, or None."""
    given = request.authorization
    return given.token if given is not None and given.type == "bearer" else None


def _check_query(declared: Contract) -> None:
    """Which parameters there are is the view's own to check, if it has any at all."""
    for name, values in request.args.lists():
        if not declared.has_query:
            raise Refused("invalid_parameter", f"there is no query parameter {name[:80]!r} here")
        if len(values) > 1:
            raise Refused("invalid_parameter", f"query parameter {name[:80]!r} is given twice")
