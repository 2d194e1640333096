"""What views need from outside, put in place by api.app."""

from dataclasses import dataclass, replace
from threading import BoundedSemaphore

from flask import current_app, g

from api.config import Settings
from api.http.limits import Limiter
from api.http.meters import Meters
from api.http.ready import Ready
from api.store.database import Database
from api.usecases.driver.ready import Outlines
from api.usecases.kept import Kept
from api.usecases.keys import Principal
from api.usecases.oidc import Identities
from api.usecases.ports import Clock, Planner
from api.usecases.solving import SolveGate

_NAME = "binrounds"


@dataclass(frozen=True, slots=True)
class Ports:
    """`db` is for the fleet of who asks, and for none before that is known. `answers` and
    `outlines` (of routes) are kept ready. `streams` are places for live streams. `planner` None is
    the real one; tests give a quicker one. `identities` None: only keys open the door.
    """

    db: Database
    settings: Settings
    clock: Clock
    gate: SolveGate
    streams: BoundedSemaphore
    meters: Meters
    limiter: Limiter
    answers: Kept[Ready]
    outlines: Outlines
    planner: Planner | None = None
    identities: Identities | None = None


def ports() -> Ports:
    """Those of the app that is answering, for the fleet of who asks."""
    found: Ports = current_app.extensions[_NAME]
    asker: Principal | None = g.get("principal")
    return found if asker is None else replace(found, db=found.db.of(asker.fleet_id))


def set_ports(extensions: dict[str, object], given: Ports) -> None:
    """Put them where `ports` finds them."""
    extensions[_NAME] = given


def principal() -> Principal:
    """Who is asking, as the guard found it."""
    found: Principal = g.principal
    return found
