"""Sensors, phones and dispatchers who keep on sending while parts of the service are killed."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from random import Random
from threading import Event, Thread
from uuid import uuid4

from benchmarks.faults.clientlog import ClientLog, Entry
from benchmarks.faults.sender import Sender
from benchmarks.faults.town import N_BINS, Keys

READINGS = 20
"""Good readings a batch; beside them one that no bin can have."""
DATES = 2
SOLVE_S = (1.0, 2.0)
CANCELLED = 0.1
"""Share of plans that are cancelled."""
_STRANGE_FILL = 7.0
_LOOK_S = 0.2
_UNDER_ANOTHER_CLIENT = 10**6

Client = Callable[[Sender, Random], None]


def start_clients(
    address: str, keys: Keys, log: ClientLog, stopping: Event, *, base_plan: str, seed: int
) -> list[Thread]:
    """One thread a client. They end soon after `stopping` is set."""
    roles: list[tuple[str, Client]] = [
        (keys.sensor, partial(send_readings, first=1 * _UNDER_ANOTHER_CLIENT)),
        (keys.sensor, partial(send_readings, first=2 * _UNDER_ANOTHER_CLIENT)),
        (keys.dispatcher, partial(ask_for_plans, first=1 * _UNDER_ANOTHER_CLIENT)),
        (keys.dispatcher, partial(ask_for_plans, first=2 * _UNDER_ANOTHER_CLIENT)),
        *(
            (secret, partial(report_events, plan_id=base_plan, truck_id=truck_id))
            for truck_id, secret in keys.drivers.items()
        ),
    ]
    threads = []
    for number, (secret, client) in enumerate(roles):
        sender, random = Sender(address, secret, log, stopping), Random(f"{seed}/{number}")
        threads.append(Thread(target=client, args=(sender, random), daemon=True))
    for each in threads:
        each.start()
    return threads


def send_readings(sender: Sender, random: Random, *, first: int) -> None:
    """Batches of new readings, half of them with an Idempotency-Key."""
    for start in count(first, READINGS + 1):
        if sender.stopping.is_set():
            return
        now = datetime.now(UTC).replace(microsecond=0).isoformat()
        numbers = range(start, start + READINGS)
        batch = [
            {
                "sensor_id": f"sensor-{number % N_BINS}",
                "time": now,
                "fill": round(random.random(), 3),
                "sequence": number,
            }
            for number in numbers
        ]
        ids = tuple(f"{each['sensor_id']}/{each['sequence']}" for each in batch)
        aside = start + READINGS
        batch.append(batch[0] | {"fill": _STRANGE_FILL, "sequence": aside})
        entry = Entry("readings", ids, aside=(aside,), keyed=random.random() < 0.5)
        key = {"Idempotency_Key": str(uuid4())} if entry.keyed else {}
        sender.send(entry, "POST", "/v1/readings", {"readings": batch}, **key)
        time.sleep(random.uniform(0.02, 0.2))


def report_events(sender: Sender, random: Random, *, plan_id: str, truck_id: str) -> None:
    """Batches of one to five events."""
    while not sender.stopping.is_set():
        events = [_event(random, plan_id, truck_id) for _ in range(random.randint(1, 5))]
        entry = Entry("events", tuple(each["id"] for each in events))
        sender.send(entry, "POST", "/v1/drivers/me/events", {"events": events})
        time.sleep(random.uniform(0.05, 0.4))


def _event(random: Random, plan_id: str, truck_id: str) -> dict[str, str]:
    what = {"kind": "done", "visit_id": f"bin-{random.randrange(N_BINS)}"}
    if random.random() < 0.3:
        what = {"kind": "problem", "code": "overfull"}
    now = datetime.now(UTC).isoformat()
    return {"id": str(uuid4()), "plan_id": plan_id, "truck_id": truck_id, "time": now, **what}


def ask_for_plans(sender: Sender, random: Random, *, first: int) -> None:
    """One plan after another: published by itself, by hand, or cancelled."""
    for seed in count(first):
        if sender.stopping.is_set():
            return
        by_itself = random.random() < 0.3
        asked = {
            "service_date": (
                datetime.now(UTC).date() + timedelta(random.randrange(DATES))
            ).isoformat(),
            "seconds": round(random.uniform(*SOLVE_S), 1),
            "seed": seed,
            "publish": by_itself,
        }
        entry = Entry("plan", (str(seed),))
        sender.send(entry, "POST", "/v1/plans", asked, Idempotency_Key=str(uuid4()))
        if not entry.acknowledged:
            continue
        plan_id = str(entry.answer["id"])
        if random.random() < CANCELLED:
            time.sleep(random.uniform(0.0, 3.0))
            sender.send(Entry("cancel", (plan_id,)), "DELETE", f"/v1/plans/{plan_id}")
        ended = followed(sender, plan_id)
        if ended == "done" and not by_itself:
            publish(sender, plan_id)


def followed(sender: Sender, plan_id: str) -> str | None:
    """The status of a plan at its end; None if clients are to stop before."""
    while (found := sender.get(f"/v1/plans/{plan_id}")) is not None:
        if found["status"] not in ("queued", "running"):
            return str(found["status"])
        if sender.stopping.is_set():
            return None
        time.sleep(_LOOK_S)
    return None


def publish(sender: Sender, plan_id: str) -> Entry:
    """Publish a plan, whatever was published meanwhile."""
    headers = {"If_Match": "*", "Idempotency_Key": str(uuid4())}
    return sender.send(
        Entry("publish", (plan_id,)), "POST", f"/v1/plans/{plan_id}/publish", **headers
    )
