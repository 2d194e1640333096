"""Blueprints of flask-openapi3, each with its tag in the document."""

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

__all__ = ["APIBlueprint", "resource"]


def resource(name: str, prefix: str = "", *, tag: str = "") -> APIBlueprint:
    """An empty blueprint; `tag` is its heading in the document, by default its name."""
    shown = Tag(name=tag or name)
    return APIBlueprint(name, __name__, url_prefix=prefix or None, abp_tags=[shown])
