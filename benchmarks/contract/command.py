"""Whatever the OpenAPI document allows and does not, asked of a served city by every role."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from api.store.database import Database
from api.usecases.fleets import MAIN
from api.usecases.key_scope import ROLES
from api.usecases.keys import create_key
from benchmarks.contract.known import configuration
from benchmarks.driver_sync import planned, served

NOBODY = "nobody"
EVERYBODY = (NOBODY, *ROLES)
_CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
)
_SETTINGS = {
    "BINROUNDS_REQUESTS_PER_S": "0",
    "BINROUNDS_MAX_SOLVE_NOW_SECONDS": "1",
    "BINROUNDS_MAX_SOLVE_SECONDS": "5",
    "BINROUNDS_STREAM_S": "1",
}


@dataclass(frozen=True)
class Town:
    """A served city: where, the keys' secrets by role, and what schemathesis is to know of it."""

    address: str
    secrets: dict[str, str]
    configuration: str


@click.command()
@click.option("--minutes", default=5.0, show_default=True, help="Of each role.")
@click.option("--roles", default=",".join(EVERYBODY), show_default=True)
@click.option("--bins", default=40, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Reports go here.")
def command(minutes: float, roles: str, bins: int, seed: int, out: Path | None) -> None:
    """Schemathesis over the whole document for each role, and without a key. Exits with an error
    if an answer is a server's error or none that the document tells of.
    """
    unknown = set(roles.split(",")) - set(EVERYBODY)
    if unknown:
        raise click.BadParameter(f"no role: {', '.join(sorted(unknown))}", param_hint="--roles")
    print(f"{'role':<12}{'operations':>11}{'requests':>10}{'answered 2xx':>14}{'failures':>10}")
    failed = 0
    for role in roles.split(","):
        with tempfile.TemporaryDirectory() as folder, _town(folder, bins) as town:
            report = _asked(town, role, 60 * minutes, seed, (out or Path(folder)) / role)
        found = report["failures"] + report["errors"]
        failed += len(found)
        print(f"{role:<12}{_short(report)}{len(found):>10}", flush=True)
        for each in found:
            print(f"  {json.dumps(each)[:300]}", flush=True)
    if failed:
        raise click.ClickException(f"{failed} kinds of answers are outside the document")


@contextmanager
def _town(folder: str, bins: int) -> Iterator[Town]:
    """A fresh city with a published plan and a key of each role."""
    url = f"sqlite:///{folder}/db.sqlite3"
    with served(url, folder, bins, _SETTINGS) as address:
        db, now = Database(url).of(MAIN), datetime.now(UTC)
        plan_id, truck_id, _ = planned(db)
        scopes: dict[str, dict[str, Any]] = {role: {} for role in ROLES}
        scopes |= {"driver": {"truck_id": truck_id}, "sensor": {"sensor_prefix": ""}}
        secrets: dict[str, str] = {
            role: create_key(db, role=role, now=now, **scopes[role]).secret for role in ROLES
        }
        told = configuration(db, (plan_id,), truck_id)
        db.close()
        yield Town(address, secrets, told)


def _asked(town: Town, role: str, seconds: float, seed: int, folder: Path) -> dict[str, Any]:
    """Schemathesis's own report."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    settings, report = folder / "schemathesis.toml", folder / "report.json"
    settings.write_text(town.configuration)
    key = ["-H", f"Authorization: Bearer {town.secrets[role]}"] if role != NOBODY else []
    command = [
        *(str(Path(sys.executable).parent / "st"), "--config-file", str(settings)),
        *("run", f"{town.address}/openapi/openapi.json", *key),
        *("--max-time", f"{max(1, round(seconds))}", "--seed", str(seed)),
        *("--checks", ",".join(_CHECKS), "--continue-on-failure"),
        *("--report", "json", "--report-json-path", str(report)),
    ]
    with (folder / "output.txt").open("w") as output:
        subprocess.run(command, stdout=output, stderr=output, cwd=folder, check=False)
    if not report.exists():
        raise click.ClickException((folder / "output.txt").read_text()[-1500:])
    found: dict[str, Any] = json.loads(report.read_text())
    return found


def _short(report: dict[str, Any]) -> str:
    good = sum(
        any(phase["accepted"] for phase in phases.values())
        for phases in report["valid_rates"].values()
    )
    return f"{report['operations']['tested']:>11}{report['test_cases']['generated']:>10}{good:>14}"
