"""For gunicorn: `gunicorn "api.wsgi:app()"`; settings come from the environment."""

from flask import Flask

from api.app import create_app
from api.config import Settings


def app() -> Flask:
    """Made when the server asks, so that importing this file does nothing."""
    return create_app(Settings())
