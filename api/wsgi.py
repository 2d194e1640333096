"""For gunicorn: `gunicorn "api.wsgi:app()"`; settings come from the environment."""

from flask import Flask

from api.app import create_app
from api.config import Settings
from api.logs import set_up_logs


def app() -> Flask:
    """Made when the server asks, so that importing this file does nothing."""
    found = Settings()
    set_up_logs(found.log_format, found.log_level or "warning")
    return create_app(found)
