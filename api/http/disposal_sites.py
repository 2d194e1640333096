"""Disposal sites: /v1/disposal-sites."""

from api.http.blueprints import APIBlueprint
from api.http.catalogue import add_get, blueprint_for
from api.usecases.catalogue import DISPOSAL_SITES


def blueprint() -> APIBlueprint:
    """Get, list, put, delete, import."""
    made = blueprint_for(DISPOSAL_SITES)
    add_get(made, DISPOSAL_SITES)
    return made
