"""How Celery is set up, for those who send plans and those who run them.

A message is a plan's id and nothing else. Whatever becomes of it, lost, doubled or late, the plan's
row decides who runs the plan.
"""

from typing import Any

from celery import Celery
from kombu import Exchange, Queue

from api.config import Settings

TASK = "binrounds.run_plan"
CONFIRMED_WITHIN_S = 5.0
_SEEN_AGAIN_AFTER_S = 600.0


def celery_app(settings: Settings) -> Celery:
    """An app without tasks. Connects to nothing yet. Raises ValueError without a broker."""
    if settings.broker_url is None:
        raise ValueError("BINROUNDS_BROKER_URL is not set: amqp://... or redis://...")
    name = settings.broker_queue
    app = Celery("binrounds", broker=settings.broker_url, set_as_current=False)
    app.conf.update(
        task_queues=[Queue(name, Exchange(name, type="direct"), routing_key=name)],
        task_default_queue=name,
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,  # who is busy holds no message that another could take
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,  # the row knows whose it is
        broker_connection_timeout=2.0,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options=_transport(settings),
    )
    return app


def _transport(settings: Settings) -> dict[str, Any]:
    assert settings.broker_url is not None  # noqa: S101  # `celery_app` looked
    if settings.broker_url.startswith("amqp"):
        return {"confirm_publish": True}
    return {
        "global_keyprefix": f"{settings.broker_queue}:",
        # Redis gives a message to another worker when the first has not confirmed it for so long.
        "visibility_timeout": settings.max_solve_seconds + _SEEN_AGAIN_AFTER_S,
        "socket_connect_timeout": 2.0,
        "socket_timeout": CONFIRMED_WITHIN_S,
    }
