"""`binrounds solve` and `binrounds verify`: file in, file out, no database and no server."""

import json
import sys
from codecs import BOM_UTF8
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
from rich.console import Console

from optimiser.domain.plan import Plan, Violation
from optimiser.domain.problem import Problem
from optimiser.planning import PlanningFailed, Progress, Stop, make_plan
from optimiser.report import print_plan
from optimiser.verifier import verify as find_violations
from optimiser.wire import InvalidDocument, read_plan, read_problem, to_json

T = TypeVar("T")

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("problem_file", type=FILE)
@click.option("-o", "--out", "plan_file", type=FILE, help="Write the plan here as JSON.")
@click.option("--seconds", default=20.0, show_default=True, help="Search time.")
@click.option("--seed", default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the plan, or the error, as JSON.")
def solve(
    problem_file: Path, plan_file: Path | None, seconds: float, seed: int, as_json: bool
) -> None:
    """Solve PROBLEM_FILE (docs/problem.schema.json) and print or write its verified plan."""
    try:
        stop = Stop(seconds=seconds)
        problem = read_problem(_bytes(problem_file))
        if plan_file and not plan_file.parent.is_dir():  # told before the search, not after
            _fail("not_usable", f"{plan_file}: there is no folder {plan_file.parent}", as_json)
        plan = _solve(problem, stop, seed, quiet=as_json)
    except InvalidDocument as error:
        _fail("invalid_problem", f"{problem_file}: {error}", as_json)
    except PlanningFailed as error:
        _fail(error.code, error.detail, as_json)
    except OSError as error:
        _fail("not_usable", _told(error), as_json)
    except ValueError as error:
        _fail("not_usable", str(error), as_json)
    document = json.dumps(to_json(plan, problem.day.zone), indent=2, ensure_ascii=False)
    if plan_file:
        _write(plan_file, document + "\n", as_json)
    if as_json:
        click.echo(document)
    else:
        print_plan(plan, Console())


@click.command()
@click.argument("problem_file", type=FILE)
@click.argument("plan_file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print the violations as JSON.")
def verify(problem_file: Path, plan_file: Path, as_json: bool) -> None:
    """Check PLAN_FILE against PROBLEM_FILE. Exit code 0: it keeps every rule; 1: it does not."""
    problem = _read(problem_file, read_problem, as_json)
    plan = _read(plan_file, read_plan, as_json)
    violations = find_violations(problem, plan)
    if as_json:
        click.echo(json.dumps({"violations": to_json(violations)}, indent=2, ensure_ascii=False))
    else:
        _print_violations(plan, violations)
    sys.exit(1 if violations else 0)


def _solve(problem: Problem, stop: Stop, seed: int, *, quiet: bool) -> Plan:
    console = Console(stderr=True)
    status = nullcontext() if quiet else console.status("searching ...")
    with status as spinner:

        def show(progress: Progress) -> None:
            if spinner is not None:
                cost = "" if progress.cost_eur is None else f", best {progress.cost_eur:,.2f} EUR"
                spinner.update(f"{progress.seconds:.0f} s, {progress.solutions} solutions{cost}")

        return make_plan(problem, stop=stop, seed=seed, on_progress=show)


def _print_violations(plan: Plan, violations: tuple[Violation, ...]) -> None:
    if not violations:
        stops = sum(route.stops for route in plan.routes)
        click.echo(f"The plan keeps every rule: {len(plan.routes)} routes, {stops} stops.")
    for each in violations:
        where = f"truck {each.truck_id}" if each.truck_id else "plan"
        step = f", step {each.step}" if each.step is not None else ""
        click.echo(f"{each.code} ({where}{step}): {each.detail}")


def _read(path: Path, reader: Callable[[bytes], T], as_json: bool) -> T:
    try:
        return reader(_bytes(path))
    except InvalidDocument as error:
        _fail("invalid_document", f"{path}: {error}", as_json)
    except OSError as error:
        _fail("not_usable", _told(error), as_json)


def _bytes(path: Path) -> bytes:
    raw = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    return raw.removeprefix(BOM_UTF8)


def _told(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.filename else str(error)


def _write(path: Path, text: str, as_json: bool) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        _fail("not_usable", _told(error), as_json)


def _fail(code: str, detail: str, as_json: bool) -> NoReturn:
    error: dict[str, Any] = {"error": {"code": code, "detail": detail}}
    click.echo(json.dumps(error, ensure_ascii=False) if as_json else f"Error: {detail}", err=True)
    sys.exit(1)
