"""Probes: /livez says the process answers, /readyz that it can work. No key needed."""

from dataclasses import dataclass
from typing import Literal

from flask import Response

from api.http.answers import answer
from api.http.blueprints import APIBlueprint, resource
from api.http.contract import contract
from api.http.ports import ports
from api.http.problems import Refused
from api.usecases.health import Readiness, readiness
from optimiser.wire import FieldProblem

RETRY_AFTER_S = 2


@dataclass(frozen=True)
class Alive:
    """Touches nothing: no database, no disk."""

    status: Literal["alive"] = "alive"


def blueprint() -> APIBlueprint:
    """Two probes."""
    made = resource("health", tag="probes")
    made.get("/livez", summary="Does the process answer?")(livez)
    made.get("/readyz", summary="Can the service work?")(readyz)
    return made


@contract(gives={200: Alive})
def livez() -> Response:
    return answer(Alive())


@contract(gives={200: Readiness}, refuses=("not_ready",))
def readyz() -> Response:
    """503 names the parts that are down. A 200 may name some too: those that are not needed."""
    found = readiness(ports().db, now=ports().clock())
    if found.ready:
        return answer(found)
    down = [FieldProblem(each.name, each.detail or "down") for each in found.down()]
    names = ", ".join(each.field for each in down)
    raise Refused("not_ready", f"down: {names}", down, {"Retry-After": str(RETRY_AFTER_S)})
