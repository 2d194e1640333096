"""Calls to URLs that users set, against real sockets on this machine."""

import socket
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest

from api.jobs.outbox import empty_outbox
from api.jobs.sending import PinnedSender
from api.store.database import Database
from api.usecases.plan_request import PlanRequest
from api.usecases.plans import request_plan
from api.usecases.webhooks.delivering import Answer
from api.usecases.webhooks.hooks import create_webhook, list_deliveries
from small_city import NOW, fill_city

SEEN: list[tuple[str, str, bytes]] = []


class Handler(BaseHTTPRequestHandler):
    """Answers by path, and notes path, Host and body."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        SEEN.append((self.path, self.headers["Host"], body))
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", f"http://{self.headers['Host']}/ok")
            self.end_headers()
        elif self.path == "/drip":
            for each in b"HTTP/1.1 200 OK\r\n" * 1000:
                self.wfile.write(bytes([each]))
                self.wfile.flush()
                time.sleep(0.05)
        elif self.path == "/garbage":
            self.wfile.write(b"\x00\xff nonsense\r\n\r\n")
        else:
            self.send_response(204)
            self.end_headers()

    def log_message(self, *_: Any) -> None:
        return

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            return  # the caller hung up, as it should


@pytest.fixture
def port() -> Iterator[int]:
    SEEN.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()


HERE = PinnedSender(
    resolve=lambda _host, _port: ["127.0.0.1"], is_allowed=lambda _: True, whole_s=0.5
)


def post(sender: PinnedSender, port: int, path: str = "/ok") -> Answer:
    return sender(f"http://hooks.example:{port}{path}", {"X-Test": "1"}, b"{}")


def test_a_call_goes_to_the_address_that_was_checked_in_the_name_of_its_host(port: int) -> None:
    assert post(HERE, port, "/ok?a=b") == Answer(204)
    assert [("/ok?a=b", f"hooks.example:{port}", b"{}")] == SEEN


def test_a_redirect_is_not_followed(port: int) -> None:
    assert post(HERE, port, "/away") == Answer(302)
    assert [path for path, _, _ in SEEN] == ["/away"]


def test_an_answer_that_drips_is_cut_off_at_the_deadline(port: int) -> None:
    started = time.monotonic()
    answer = post(HERE, port, "/drip")
    assert answer.status is None
    assert time.monotonic() - started < 3


def test_garbage_and_closed_ports_are_told_and_nothing_is_raised(port: int) -> None:
    assert post(HERE, port, "/garbage").status is None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = free.getsockname()[1]
    assert post(HERE, nobody).error is not None


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["64:ff9b::7f00:1"], []]
)
def test_no_call_is_made_if_any_address_of_the_host_leads_inside(
    port: int, addresses: list[str]
) -> None:
    sender = PinnedSender(resolve=lambda _host, _port: addresses)
    assert post(sender, port) == Answer(None, "the host is not on the public internet")
    assert SEEN == []


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001", "127.0.0.1"])
def test_this_machine_is_not_called_whatever_it_is_written_like(port: int, host: str) -> None:
    answer = PinnedSender()(f"http://{host}:{port}/ok", {}, b"{}")
    assert answer.status is None
    assert SEEN == []


def test_https_is_not_talked_to_a_server_that_cannot_prove_its_name(port: int) -> None:
    answer = HERE(f"https://hooks.example:{port}/ok", {}, b"{}")
    assert answer.status is None
    assert SEEN == []


def test_the_outbox_is_emptied_in_a_thread_of_its_own(sqlite_db: Database, port: int) -> None:
    fill_city(sqlite_db)
    url = f"http://hooks.example:{port}/ok"
    made = create_webhook(sqlite_db, url=url, events=("queued",), by="k", now=NOW)
    stop = Event()
    thread = Thread(
        target=empty_outbox,
        args=(sqlite_db, HERE),
        kwargs={"stopping": stop.is_set, "wait": lambda _: stop.wait(0.02), "clock": lambda: NOW},
    )
    thread.start()
    request_plan(sqlite_db, PlanRequest(service_date=NOW.date()), created_by="k", now=NOW)
    deadline = time.monotonic() + 20
    while not SEEN and time.monotonic() < deadline:
        time.sleep(0.02)
    stop.set()
    thread.join()
    assert [each.state for each in list_deliveries(sqlite_db, made.webhook.id)] == ["delivered"]
    assert b'"type":"plan.queued"' in SEEN[0][2]
