"""What a Celery worker does with a message whose plan has ended."""

from celery.worker.request import Request
from kombu.transport import virtual


class EndedRequest(Request):  # type: ignore[misc]  # Celery has no types
    """A message that no longer counts as held once its plan has ended, confirmed or not.

    Redis can be gone when the message is to be confirmed. kombu then goes on counting it as held,
    and a worker that holds as many as it may asks for no more: it would sit there for good, and not
    even see that its connection is lost. Redis gives the message out again later, and whoever gets
    it finds that its plan has ended.
    """

    def acknowledge(self) -> None:
        """Confirm the message, or let go of it."""
        try:
            super().acknowledge()
        finally:
            channel = self.message.channel
            if not self.message.acknowledged and isinstance(channel, virtual.Channel):
                virtual.QoS.ack(channel.qos, self.message.delivery_tag)
