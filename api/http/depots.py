"""Depots: /v1/depots."""

from api.http.blueprints import APIBlueprint
from api.http.catalogue import add_get, blueprint_for
from api.usecases.catalogue import DEPOTS


def blueprint() -> APIBlueprint:
    """Get, list, put, delete, import."""
    made = blueprint_for(DEPOTS)
    add_get(made, DEPOTS)
    return made
