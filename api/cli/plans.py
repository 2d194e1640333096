"""`binrounds plan`: a plan of a date from what the database knows, now."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Event, Thread

import click
from rich.console import Console

from api.cli.common import Refused, database, fleet_option, json_option, say_errors, settings
from api.config import Settings
from api.store.database import Database
from api.usecases.health import is_worker_there
from api.usecases.keys import LOCAL_ADMIN
from api.usecases.plan_request import PlanRequest
from api.usecases.planning import run_plan
from api.usecases.plans import PlanRecord, get_plan, plan_document, request_plan
from api.usecases.ports import utc_now
from optimiser.domain.plan import Plan
from optimiser.report import print_plan
from optimiser.wire import to_json

_POLL_S = 0.3


class _Date(click.ParamType[str | date]):
    name = "today|tomorrow|YYYY-MM-DD"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> str | date:
        if value in ("today", "tomorrow"):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not today, tomorrow or a date as 2026-11-24", param, ctx)


@click.command()
@click.option("--date", "when", type=_Date(), default="today", show_default=True)
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="Search time.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
@click.option("--truck", "trucks", multiple=True, help="Only this truck; repeat for more.")
@click.option("--wait", is_flag=True, help="Leave the work to a running worker, and wait for it.")
@click.option(
    "-o", "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the plan as JSON."
)
@fleet_option
@json_option
@say_errors
def plan(
    *,
    when: str | date,
    seconds: float | None,
    seed: int,
    trucks: tuple[str, ...],
    wait: bool,
    out: Path | None,
    fleet_id: str,
    as_json: bool,
) -> None:
    """Make the plan of a date and print its routes.

    The plan is queued like any other, and solved here unless a worker is quicker to take it.
    """
    found = settings()
    request = PlanRequest(
        service_date=_service_date(when, found),
        seconds=seconds,
        seed=seed,
        truck_ids=trucks or None,
    )
    with database(found, fleet_id=fleet_id) as db:
        if wait and not is_worker_there(db, now=utc_now()):
            raise Refused(
                "no_worker",
                "no worker was heard: start `binrounds worker`, or leave "
                "--wait out and the plan is made here",
            )
        most = found.max_solve_seconds
        asked = request_plan(
            db, request, created_by=LOCAL_ADMIN.key_id, now=utc_now(), max_seconds=most
        )
        done = _followed(db, asked, found, wait=wait, quiet=as_json)
        if done.status != "done":
            raise Refused(done.error_code or done.status, done.error_detail or done.status)
        made = plan_document(db, done.id)
    _show(made, found, out, as_json=as_json)


def _service_date(when: str | date, found: Settings) -> date:
    today = utc_now().astimezone(found.zone).date()
    if isinstance(when, date):
        return when
    return today if when == "today" else date.fromordinal(today.toordinal() + 1)


def _followed(
    db: Database, asked: PlanRecord, found: Settings, *, wait: bool, quiet: bool
) -> PlanRecord:
    with _spinner(lambda: get_plan(db, asked.id), quiet=quiet):
        if not wait:
            run_plan(db, asked.id, settings=found, clock=utc_now)
        while (record := get_plan(db, asked.id)).status in ("queued", "running"):
            if record.status == "queued" and not is_worker_there(db, now=utc_now()):
                raise Refused("no_worker", f"plan {asked.id} waits: the last worker is gone")
            time.sleep(_POLL_S)
    return record


@contextmanager
def _spinner(look: Callable[[], PlanRecord], *, quiet: bool) -> Iterator[None]:
    """Shows on stderr how far the plan is, where somebody sees it."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield
        return
    over = Event()
    with console.status("queued") as status:

        def follow() -> None:
            while not over.wait(_POLL_S):
                status.update(_line(look()))

        thread = Thread(target=follow, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def _line(record: PlanRecord) -> str:
    if record.progress is None:
        return f"{record.status} ..."
    so_far = record.progress
    cost = "" if so_far.cost_eur is None else f", best {so_far.cost_eur:,.2f} EUR"
    return f"{so_far.seconds:.0f} s, {so_far.solutions} solutions{cost}"


def _show(made: Plan, found: Settings, out: Path | None, *, as_json: bool) -> None:
    document = json.dumps(to_json(made, found.zone), indent=2, ensure_ascii=False)
    if out is not None:
        out.write_text(document + "\n", encoding="utf-8")
    if as_json:
        click.echo(document)
    else:
        print_plan(made, Console())
