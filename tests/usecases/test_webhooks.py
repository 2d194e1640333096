"""Webhooks: told in the transaction of the change, signed, tried again, and only to the public."""

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from hashlib import sha256
from threading import Barrier, Thread

import pytest
from fake_planner import FakePlanner, ask, run

from api.store.database import Database
from api.usecases.errors import Conflict, Invalid, NotFound
from api.usecases.idempotency import Once
from api.usecases.plans import cancel_plan
from api.usecases.trail import ChangeKind, note
from api.usecases.webhooks.addresses import complaint_about, is_public
from api.usecases.webhooks.delivering import BACKOFF_S, Answer, deliver_next, sign
from api.usecases.webhooks.hooks import (
    CreatedWebhook,
    create_webhook,
    delete_webhook,
    get_webhook,
    list_deliveries,
    list_webhooks,
)
from small_city import NOW, fill_city

URL = "https://hooks.example/plans"


def hook(db: Database, *events: ChangeKind, url: str = URL) -> CreatedWebhook:
    return create_webhook(db, url=url, events=events or ("done",), by="k1", now=NOW)


class Receiver:
    """Notes what it is sent, and answers in turn what it was told to."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.calls: list[tuple[str, Mapping[str, str], bytes]] = []

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        self.calls.append((url, headers, body))
        return self.answers.pop(0) if self.answers else Answer(204)


def test_a_webhook_is_told_what_it_asked_for_and_can_check_who_says_so(db: Database) -> None:
    fill_city(db)
    made = hook(db, "queued", "done")
    plan = run(db, ask(db).id, FakePlanner())
    receiver = Receiver()
    while deliver_next(db, receiver, now=NOW):
        pass
    told = sorted(
        (json.loads(body) for _, _, body in receiver.calls), key=lambda each: -len(each["type"])
    )
    assert [each["type"] for each in told] == ["plan.queued", "plan.done"]
    assert told[1]["plan_id"] == plan.id
    assert told[1]["service_date"] == "2026-11-24"
    assert told[1]["detail"] == {"cost_eur": 12.5}
    for url, headers, body in receiver.calls:
        assert url == URL
        assert headers["webhook-id"] == json.loads(body)["id"]
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = b64decode(made.secret.removeprefix("whsec_"))
        wanted = b64encode(hmac.new(key, signed, sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{wanted}"
    assert {each.state for each in list_deliveries(db, made.webhook.id)} == {"delivered"}


def test_a_signature_is_as_the_published_example_says() -> None:
    # From the specification of Standard Webhooks.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    signature = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def _edit_and_fail(db: Database, plan_id: str) -> None:
    with db.write() as tx:
        note(tx, plan_id, "edited", by="k1", now=NOW)
        raise ZeroDivisionError


def test_a_change_that_is_rolled_back_is_told_to_nobody(db: Database) -> None:
    fill_city(db)
    made, plan = hook(db, "edited"), ask(db)
    with pytest.raises(ZeroDivisionError):
        _edit_and_fail(db, plan.id)
    assert list_deliveries(db, made.webhook.id) == ()
    with db.write() as tx:
        note(tx, plan.id, "edited", by="k1", now=NOW)
    assert len(list_deliveries(db, made.webhook.id)) == 1


def test_what_does_not_arrive_is_tried_again_ever_later_and_given_up_in_the_end(
    db: Database,
) -> None:
    fill_city(db)
    made = hook(db, "queued")
    ask(db)
    tries = len(BACKOFF_S) + 1
    receiver = Receiver(*[Answer(None, "refused"), Answer(500), Answer(302)] * tries)
    now = NOW
    for wait_s in BACKOFF_S:
        assert deliver_next(db, receiver, now=now)
        assert not deliver_next(db, receiver, now=now + timedelta(seconds=wait_s - 1))
        now += timedelta(seconds=wait_s)
    assert deliver_next(db, receiver, now=now)
    assert not deliver_next(db, receiver, now=now + timedelta(days=30))
    (last,) = list_deliveries(db, made.webhook.id)
    assert (last.state, last.tries, last.next_at) == ("given_up", tries, None)
    assert len({headers["webhook-id"] for _, headers, _ in receiver.calls}) == 1
    stamps = [int(headers["webhook-timestamp"]) for _, headers, _ in receiver.calls]
    assert stamps == sorted(set(stamps))


def test_a_delivery_whose_worker_died_is_sent_again_under_the_same_id(db: Database) -> None:
    fill_city(db)
    made = hook(db, "queued")
    ask(db)

    def die(*_: object) -> Answer:
        raise SystemExit

    with pytest.raises(SystemExit):
        deliver_next(db, die, now=NOW)
    receiver = Receiver()
    assert not deliver_next(db, receiver, now=NOW + timedelta(seconds=59))
    assert deliver_next(db, receiver, now=NOW + timedelta(seconds=61))
    (sent,) = list_deliveries(db, made.webhook.id)
    assert (sent.state, sent.tries, sent.id) == ("delivered", 2, receiver.calls[0][1]["webhook-id"])


def test_many_workers_deliver_each_row_once(db: Database) -> None:
    fill_city(db)
    hook(db, "queued")
    for _ in range(10):
        ask(db)
    receiver, together = Receiver(), Barrier(4)

    def work() -> None:
        together.wait()
        while deliver_next(db, receiver, now=NOW):
            pass

    threads = [Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    ids = [headers["webhook-id"] for _, headers, _ in receiver.calls]
    assert len(ids) == len(set(ids)) == 10


def test_webhooks_are_listed_without_secrets_and_ended_with_what_they_were_to_be_told(
    db: Database,
) -> None:
    fill_city(db)
    first, second = hook(db, "queued", "queued"), hook(db, "cancelled")
    made = sorted((first.webhook, second.webhook), key=lambda each: each.id)
    assert list_webhooks(db) == tuple(made)  # both of one millisecond, so their ids decide
    assert get_webhook(db, first.webhook.id).events == ("queued",)
    plan = ask(db)
    cancel_plan(db, plan.id, by="k", now=NOW)
    delete_webhook(db, first.webhook.id, now=NOW)
    receiver = Receiver()
    assert deliver_next(db, receiver, now=NOW)
    assert not deliver_next(db, receiver, now=NOW)
    assert json.loads(receiver.calls[0][2])["type"] == "plan.cancelled"
    for act in (get_webhook, partial(delete_webhook, now=NOW), list_deliveries):
        with pytest.raises(NotFound):
            act(db, first.webhook.id)


def test_a_repeated_request_makes_one_webhook_and_shows_no_secret_twice(db: Database) -> None:
    once = Once("key", "k1", "hash")
    create_webhook(db, url=URL, events=("done",), by="k1", now=NOW, once=once)
    with pytest.raises(Conflict) as caught:
        create_webhook(db, url=URL, events=("done",), by="k1", now=NOW, once=once)
    assert caught.value.code == "secret_shown_once"
    assert len(list_webhooks(db)) == 1


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "255.255.255.255", "224.0.0.1", "239.1.1.1", "240.0.0.1", "192.0.2.1",
        "198.18.0.1", "192.88.99.1", "192.0.0.8",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::808:808",
        "64:ff9b:1::1", "2002:7f00:1::", "2002:808:808::1", "2001::1", "2001:db8::1", "3fff::1",
        "100::1", "localhost", "", "8.8.8.8.8", "0x7f000001",
    ],
)  # fmt: skip
def test_addresses_that_lead_inside_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "2a00:1450::1"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "", "hooks.example", "ftp://hooks.example/", "file:///etc/passwd", "https://",
        "https://user:pass@hooks.example/", "https://hooks.example/#x", "https://hooks.example:99999/",
        "https://127.0.0.1/", "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://169.254.169.254/",
        "https://hooks.example/\r\nX: y", "https://hook s.example/", "https://høoks.example/",
        "https://hooks.example/" + "x" * 2000, "http://[bad/",
    ],
)  # fmt: skip
def test_a_url_that_is_none_or_leads_inside_is_refused(sqlite_db: Database, url: str) -> None:
    assert complaint_about(url) is not None
    with pytest.raises(Invalid) as caught:
        hook(sqlite_db, url=url)
    assert [each.field for each in caught.value.problems] == ["url"]


def test_ordinary_urls_are_taken() -> None:
    for url in (URL, "https://hooks.example:8443/a?b=c", "https://8.8.8.8/x"):
        assert complaint_about(url) is None
