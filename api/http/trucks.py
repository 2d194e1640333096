"""Trucks: /v1/trucks."""

from api.http.blueprints import APIBlueprint
from api.http.catalogue import add_get, blueprint_for
from api.usecases.catalogue import TRUCKS


def blueprint() -> APIBlueprint:
    """Get, list, put, delete, import."""
    made = blueprint_for(TRUCKS)
    add_get(made, TRUCKS)
    return made
