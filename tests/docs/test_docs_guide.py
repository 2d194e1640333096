"""The guide's driver's day and keys are walked through as written, against a real service."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.store.database import Database
from api.usecases.fleets import MAIN
from api.usecases.keys import create_key
from api.usecases.plan_request import PlanRequest
from api.usecases.plans import get_plan, request_plan
from pictures_made import jpeg

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine")

FUNCTIONS = """
curl() { command curl -sS --fail-with-body "$@"; }
stream() { command curl -sS --no-buffer "$@" || test $? -eq 28; }
"""
"""A refusal ends the script; a stream that curl leaves when its time is over does not."""


def blocks(heading: str) -> list[str]:
    section = GUIDE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^```sh\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Service:
    """A served city with a published plan; `variables` are those of the guide."""

    db: Database
    folder: Path
    truck_id: str
    variables: dict[str, str]

    def run(self, block: str) -> str:
        block = block.replace("curl --no-buffer", "stream").replace("--max-time 3", "--max-time 2")
        done = subprocess.run(
            ["sh", "-ec", FUNCTIONS + block],
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={**os.environ, **self.variables},
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, (block, done.stdout, done.stderr)
        return done.stdout


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("guide")
    url = f"sqlite:///{folder}/db.sqlite3"
    environment = {**os.environ, "BINROUNDS_DATABASE_URL": url, "PYTHONUNBUFFERED": "1"}
    now = datetime.now(UTC)
    made = ["--bins", "40", "--days", "5", "--until", now.isoformat(), "--out", f"{folder}/city"]
    subprocess.run([sys.executable, "-m", "fixtures", "city", *made], check=True, cwd=ROOT)
    for command in (["migrate"], ["import", f"{folder}/city"]):
        subprocess.run([f"{BIN}/binrounds", *command], check=True, env=environment)
    server = subprocess.Popen(
        [f"{BIN}/binrounds", "serve", "--port", "0", "--demo"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    db = Database(url).of(MAIN)
    greeting = ""
    for line in server.stdout or ():
        greeting += line
        if "Ctrl-C" in line:
            break
    keys = dict(re.findall(r"^\s*(dispatcher|sensor|driver)\s+(br_\S+)", greeting, re.MULTILINE))
    keys["admin"] = create_key(db, role="admin", now=now).secret
    truck_id = re.findall(r"\(truck (\S+)\)", greeting)[0]
    address = re.findall(r"http://127\.0\.0\.1:\d+", greeting)[0]
    variables = {role.upper(): f"Authorization: Bearer {key}" for role, key in keys.items()}
    more = {"URL": address, "JSON": "Content-Type: application/json", "PLAN": published(db)}
    (folder / "lid.jpg").write_bytes(jpeg())
    yield Service(db, folder, truck_id, variables | more)
    db.close()
    server.terminate()
    server.communicate(timeout=20)


def published(db: Database) -> str:
    now = datetime.now(UTC)
    wanted = PlanRequest(service_date=now.date(), seconds=3, publish=True)
    asked = request_plan(db, wanted, created_by="guide", now=now)
    deadline = time.monotonic() + 60
    while get_plan(db, asked.id).status != "published" and time.monotonic() < deadline:
        time.sleep(0.2)
    assert get_plan(db, asked.id).status == "published"
    return asked.id


def test_the_drivers_day_goes_as_written(service: Service) -> None:
    fetching, reporting, *others = blocks("The driver's day")
    assert "HTTP/1.1 200" in service.run(fetching)
    told = json.loads(service.run(reporting.replace("loader-1", service.truck_id)))
    assert [each["outcome"] for each in told["outcomes"]] == ["recorded"] * 3
    said = [service.run(each) for each in others]
    assert len(said) == 4
    assert '"media_type":"image/jpeg"' in said[1]
    assert "event: report" in said[3]


def test_keys_go_as_written(service: Service) -> None:
    seen = []
    for block in blocks("Keys"):
        now = datetime.now(UTC)
        key = create_key(service.db, role="sensor", sensor_prefix="x-", now=now).key
        seen.append(service.run(block.replace("KEY_ID", key.id)))
    assert len(seen) == 3
    assert '"revoked_at":"20' in seen[0]
    assert '"sensor_prefix":"north-"' in seen[1]
    assert '"action":"imported"' not in seen[2]
    assert '"next_cursor":null' in seen[2]
