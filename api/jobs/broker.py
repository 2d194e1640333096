"""The sweeper's way to RabbitMQ or Redis: one connection, made anew after any trouble."""

from collections.abc import Iterator
from contextlib import contextmanager

from kombu import Connection, Producer
from kombu.exceptions import KombuError

from api.config import Settings
from api.jobs.celery_app import CONFIRMED_WITHIN_S, TASK, celery_app
from api.jobs.sweeper import BrokerUnavailable


class CeleryBroker:
    """As `Broker`. Connects on first use."""

    def __init__(self, settings: Settings) -> None:
        self._app = celery_app(settings)
        self._queue = settings.broker_queue
        self._connection: Connection | None = None

    def waiting(self) -> int:
        """As `Broker.waiting`."""
        with self._connected() as connection:
            queue = self._app.amqp.queues[self._queue](connection.default_channel)
            return int(queue.queue_declare().message_count)

    def send(self, plan_id: str) -> None:
        """As `Broker.send`."""
        with self._connected() as connection:
            self._app.send_task(
                TASK,
                args=[plan_id],
                queue=self._queue,
                producer=Producer(connection.default_channel, auto_declare=False),
                retry=False,
                timeout=CONFIRMED_WITHIN_S,
                confirm_timeout=CONFIRMED_WITHIN_S,
            )

    def close(self) -> None:
        """Close the connection, if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.release()

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        connection = self._connection or self._app.connection_for_write()
        self._connection = connection
        known = (KombuError, OSError, *connection.connection_errors, *connection.channel_errors)
        try:
            if not connection.connected:
                connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
            yield connection
        except known as error:
            self._drop()
            raise BrokerUnavailable(f"{type(error).__name__}: {error}") from error

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.collect(socket_timeout=0.1)
