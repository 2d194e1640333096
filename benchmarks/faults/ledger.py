"""The client log against the database: what was lost, doubled, or published unverified."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from api.store import plans as stored
from api.store.database import Database
from api.store.tables import driver_events, plan_changes, plans, quarantine, readings
from benchmarks.faults.clientlog import ClientLog, Entry, EntryKind
from optimiser.verifier import verify

ENDED = {"done", "failed", "cancelled", "published", "superseded"}
PUBLIC = {"published", "superseded"}


@dataclass
class Verdict:
    """Each list holds sentences, one a fault."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unverified: list[str] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)
    """Plans that failed, by code: none is lost, but somebody has to ask again."""

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.unverified)


def judge(db: Database, log: ClientLog) -> Verdict:
    """Compare everything. Wait until no plan is at work before."""
    verdict = Verdict()
    with db.read() as tx:
        _readings(tx, log, verdict)
        _quarantine(tx, log, verdict)
        _events(tx, log, verdict)
        _plans(tx, log, verdict)
        _changes(tx, log, verdict)
        _public(tx, verdict)
    return verdict


def compare(log: ClientLog, kind: EntryKind, there: Iterable[str], verdict: Verdict) -> None:
    """Acknowledged once and only once; open at most once; refused never; nothing else."""
    counts = Counter(there)
    known = {each: entry for entry in log.of(kind) for each in entry.ids}
    for each, entry in known.items():
        most = 0 if entry.refused else 1
        if entry.acknowledged and not counts[each]:
            verdict.lost.append(f"{kind} {each}")
        if counts[each] > most:
            verdict.doubled.append(f"{kind} {each} is there {counts[each]} times, not {most}")
    verdict.doubled += [f"{kind} {each} was never sent" for each in counts if each not in known]


def _readings(tx: Connection, log: ClientLog, verdict: Verdict) -> None:
    rows = tx.execute(select(readings.c.sensor_id, readings.c.sequence))
    ours = (f"{row.sensor_id}/{row.sequence}" for row in rows if row.sensor_id != "driver")
    compare(log, "readings", ours, verdict)
    for entry in log.of("readings"):
        if entry.acknowledged:
            _told(entry, verdict)


def _told(entry: Entry, verdict: Verdict) -> None:
    """A repeated request with a key is told what the first was: that all were new."""
    accepted, duplicate = entry.answer["accepted"], entry.answer["duplicate"]
    wanted = len(entry.ids)
    if accepted + duplicate != wanted or (entry.keyed and duplicate):
        verdict.doubled.append(f"of {wanted} readings {accepted} new, {duplicate} known")


def _quarantine(tx: Connection, log: ClientLog, verdict: Verdict) -> None:
    counts = Counter(json.loads(raw)["sequence"] for raw in tx.scalars(select(quarantine.c.raw)))
    for entry in log.of("readings"):
        for each in entry.aside:
            if entry.acknowledged and not counts[each]:
                verdict.lost.append(f"the quarantined reading {each}")
            if counts[each] > 1:
                verdict.doubled.append(f"the quarantined reading {each}")


def _events(tx: Connection, log: ClientLog, verdict: Verdict) -> None:
    compare(log, "events", tx.scalars(select(driver_events.c.id)), verdict)
    rows = tx.execute(select(driver_events.c.service_date, driver_events.c.seq)).all()
    for day in {row.service_date for row in rows}:
        numbers = sorted(row.seq for row in rows if row.service_date == day)
        if numbers != list(range(1, len(numbers) + 1)):
            verdict.lost.append(f"the events of {day} are not numbered from 1 without gaps")


def _plans(tx: Connection, log: ClientLog, verdict: Verdict) -> None:
    rows = {row.id: row for row in tx.execute(select(plans)).all()}
    compare(log, "plan", (str(row.request["seed"]) for row in rows.values()), verdict)
    for row in rows.values():
        if row.status not in ENDED:
            verdict.lost.append(f"plan {row.id} is {row.status} for good")
        if row.status == "failed":
            verdict.failed[str(row.error_code)] += 1
    for entry in log.of("plan"):
        if entry.acknowledged and entry.answer["id"] not in rows:
            verdict.lost.append(f"plan {entry.answer['id']}")
    for entry in log.of("cancel"):
        if entry.acknowledged and rows[entry.ids[0]].status != "cancelled":
            verdict.lost.append(
                f"the end of plan {entry.ids[0]}, which is {rows[entry.ids[0]].status}"
            )


def _changes(tx: Connection, log: ClientLog, verdict: Verdict) -> None:
    """What happens to a plan once is in its record once; a publication exactly as acknowledged."""
    counts = Counter(
        (row.plan_id, row.kind)
        for row in tx.execute(select(plan_changes.c.plan_id, plan_changes.c.kind))
    )
    for (plan_id, kind), number in counts.items():
        if kind != "started" and number > 1:
            verdict.doubled.append(f"plan {plan_id} is {kind} {number} times")
    for entry in log.of("publish"):
        there = counts[entry.ids[0], "published"]
        if entry.acknowledged and not there:
            verdict.lost.append(f"the publication of plan {entry.ids[0]}")
        if entry.refused and there:
            verdict.doubled.append(f"the refused publication of plan {entry.ids[0]}")


def _public(tx: Connection, verdict: Verdict) -> None:
    """The verifier passes every plan with routes; a date has one published plan at most."""
    rows = tx.execute(select(plans.c.id, plans.c.service_date, plans.c.status)).all()
    for row in rows:
        plan, problem = stored.fetch_plan(tx, row.id), stored.fetch_problem(tx, row.id)
        if row.status in PUBLIC and (plan is None or problem is None):
            verdict.unverified.append(f"plan {row.id} is {row.status} without routes")
        elif plan is not None and problem is not None and verify(problem, plan):
            verdict.unverified.append(f"plan {row.id}, {row.status}, breaks rules")
    dates = Counter(row.service_date for row in rows if row.status == "published")
    verdict.doubled += [f"{n} published plans of {day}" for day, n in dates.items() if n > 1]
