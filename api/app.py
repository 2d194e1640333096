"""The only wiring of the web side: settings in, a Flask app out."""

from importlib.metadata import PackageNotFoundError, version

from flask import Flask

from api.config import Settings
from api.http import http_app
from api.http.limits import Limiter
from api.http.live import stream_places
from api.http.meters import Meters
from api.http.ports import Ports
from api.http.ready import room_for_answers
from api.store.database import Database
from api.usecases.driver.ready import Outlines
from api.usecases.oidc import Identities, Provider
from api.usecases.ports import Clock, Planner, utc_now
from api.usecases.solving import SolveGate


def create_app(
    settings: Settings, *, clock: Clock = utc_now, planner: Planner | None = None
) -> Flask:
    """The app over the database of the settings; opens no connection before the first request.

    `clock` and `planner` are for tests.
    """
    return http_app(ports_for(settings, clock=clock, planner=planner), _version())


def ports_for(settings: Settings, *, clock: Clock, planner: Planner | None) -> Ports:
    """What an app with these settings works with, all of it new."""
    return Ports(
        db=Database(settings.database_url),
        settings=settings,
        clock=clock,
        gate=SolveGate(settings.solves_at_once),
        streams=stream_places(settings),
        meters=Meters(),
        limiter=Limiter(settings.requests_per_s, settings.requests_burst),
        answers=room_for_answers(settings.answers_kept_mb * 1024 * 1024),
        outlines=Outlines(),
        planner=planner,
        identities=_identities(settings),
    )


def _identities(settings: Settings) -> Identities | None:
    """Those who sign in elsewhere, if there is an elsewhere."""
    if settings.oidc_issuer is None or settings.oidc_audience is None:
        return None
    provider = Provider(
        issuer=settings.oidc_issuer,
        audience=settings.oidc_audience,
        jwks_url=settings.oidc_jwks_url,
        roles_claim=settings.oidc_roles_claim,
        dispatcher=settings.oidc_dispatcher,
        admin=settings.oidc_admin,
        longest_s=settings.oidc_longest_s,
        fleet_id=settings.oidc_fleet,
    )
    return Identities(provider)


def _version() -> str:
    try:
        return version("binrounds")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"
