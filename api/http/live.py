"""A plan as it moves, as server-sent events: /v1/plans/{id}/events.

Each stream holds a thread of the web server while it lasts. So there are only so many at once, each
ends after a while (a browser comes back by itself and says where it was), and a client that
reads too slowly is cut off: no send waits longer than `stream_send_s`.
"""

from collections.abc import Iterator
from threading import BoundedSemaphore
from time import monotonic, sleep
from typing import Any

from flask import Response, request

from api.config import Settings
from api.http.blueprints import APIBlueprint, resource
from api.http.contract import DISPATCHERS, Media, contract
from api.http.guard import bearer, bearer_of
from api.http.parameters import IdPath
from api.http.ports import Ports, ports, principal
from api.http.problems import Refused, dump
from api.store.errors import StoreUnavailable
from api.usecases.errors import Busy, UsecaseError
from api.usecases.live import News, Watch
from api.usecases.plans import get_plan
from optimiser.wire import to_json

EVENT_STREAM = "text/event-stream"
_RETRY_MS = 1000
_COME_BACK_S = 5
_LONGEST_ID = 9


def blueprint() -> APIBlueprint:
    """One route."""
    made = resource("live", "/v1/plans", tag="driving")
    made.get("/<id>/events", summary="A plan as it moves, live")(get_events)
    return made


@contract(
    *DISPATCHERS,
    gives={200: Media(EVENT_STREAM, Any)},
    accepts=("Last-Event-ID",),
    refuses=("not_found", "busy"),
)
def get_events(path: IdPath) -> Response:
    """Three kinds of server-sent events: `plan`, its record whenever it changes; `report`, each
    event of a driver as in GET /v1/driver-events; `progress`, as in GET /v1/plans/{id}/progress.
    Between them comments as a heartbeat. The stream ends after some minutes: come back with the
    last id as Last-Event-ID, and no report is missed.
    """
    at, secret, since = ports(), bearer(), _last_event_id()
    get_plan(at.db, path.id)  # 404 before anything is sent
    _bound_sends(request.environ, at.settings.stream_send_s)
    if not at.streams.acquire(blocking=False):
        raise Busy("as many streams as allowed are open", retry_after_s=_COME_BACK_S)
    response = Response(_told(at, Watch(at.db, path.id, since=since), secret))
    open_ones = at.meters.streams(principal().fleet_id)
    open_ones.inc()
    response.call_on_close(at.streams.release)
    response.call_on_close(open_ones.dec)
    response.headers["Content-Type"] = f"{EVENT_STREAM}; charset=utf-8"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def stream_places(settings: Settings) -> BoundedSemaphore:
    """So many streams at once in this process; other requests always find a thread."""
    return BoundedSemaphore(min(settings.streams_at_once, max(1, settings.threads // 2)))


def _last_event_id() -> int | None:
    given = request.headers.get("Last-Event-ID", "").strip()
    if not given:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) <= _LONGEST_ID):
        raise Refused("invalid_parameter", "Last-Event-ID is an id that this stream has given")
    return int(given)


def _bound_sends(environ: dict[str, Any], seconds: float) -> None:
    """Let no send to this client wait longer; only gunicorn hands its socket down."""
    socket = environ.get("gunicorn.socket")
    if socket is not None:
        socket.settimeout(seconds)


def _told(at: Ports, watch: Watch, secret: str | None) -> Iterator[bytes]:
    """The stream's bytes. A database that is busy is asked again at the next look."""
    settings = at.settings
    ends = monotonic() + settings.stream_s
    beat_at = monotonic() + settings.stream_beat_s
    yield f"retry: {_RETRY_MS}\n\n".encode()
    while monotonic() < ends:
        try:
            bearer_of(at, secret)
            for news in watch.look():
                yield _as_event(news, at)
                beat_at = monotonic() + settings.stream_beat_s
        except StoreUnavailable:
            pass
        except UsecaseError:  # the key was revoked, or the token is over
            return
        if monotonic() >= beat_at:
            yield b": still here\n\n"
            beat_at = monotonic() + settings.stream_beat_s
        sleep(settings.stream_look_s)


def _as_event(news: News, at: Ports) -> bytes:
    """JSON has no line breaks outside its strings, and escapes those within."""
    data = dump(to_json(news.data, at.settings.zone))
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (news.seq, news.kind.encode(), data)
