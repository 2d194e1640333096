"""The demonstration city through the real service: seconds to a plan, and /livez meanwhile."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

BIN = Path(sys.executable).parent


@click.command()
@click.option("--bins", default=400, show_default=True)
@click.option("--plans", default=3, show_default=True, help="Plans asked for, one by one.")
def command(bins: int, plans: int) -> None:
    """Seconds from request to verified plan, and the slowest /livez while it is solved."""
    with served_city(bins) as (address, key):
        print(f"{'plan':>4}{'s to done':>11}{'slowest /livez ms':>19}{'EUR':>10}{'stops':>7}")
        for number in range(1, plans + 1):
            seconds, slowest_s, plan = one_plan(address, key)
            cost, stops = plan["cost"]["total_eur"], plan["totals"]["stops"]
            print(f"{number:>4}{seconds:>11.1f}{1000 * slowest_s:>19.1f}{cost:>10.2f}{stops:>7}")


@contextmanager
def served_city(bins: int) -> Iterator[tuple[str, str]]:
    """Address and dispatcher's key of a service with a fresh demonstration city."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "BINROUNDS_DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            "PYTHONUNBUFFERED": "1",
        }
        until, city = datetime.now(UTC).isoformat(), f"{folder}/city"
        generator = [sys.executable, "-m", "fixtures", "city", "--bins", str(bins)]
        subprocess.run([*generator, "--until", until, "--out", city], check=True)
        subprocess.run([BIN / "binrounds", "import", city], check=True, env=environment)
        server = subprocess.Popen(
            [BIN / "binrounds", "serve", "--port", "0", "--demo"],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        try:
            yield greeting(server)
        finally:
            server.terminate()
            server.communicate(timeout=20)


def one_plan(address: str, key: str) -> tuple[float, float, dict[str, Any]]:
    """Ask for today's plan; seconds until it is done, slowest /livez meanwhile, the plan."""
    began, slowest_s = time.monotonic(), 0.0
    asked = _ask(f"{address}/v1/plans", key, {"service_date": datetime.now(UTC).date().isoformat()})
    while asked["status"] in {"queued", "running"}:
        time.sleep(0.1)
        probed = time.monotonic()
        _ask(f"{address}/livez", key)
        slowest_s = max(slowest_s, time.monotonic() - probed)
        asked = _ask(f"{address}/v1/plans/{asked['id']}", key)
    seconds = time.monotonic() - began
    if asked["status"] != "done":
        raise click.ClickException(f"the plan is {asked['status']}: {asked['error_detail']}")
    return seconds, slowest_s, _ask(f"{address}/v1/plans/{asked['id']}/plan", key)


def greeting(server: "subprocess.Popen[str]") -> tuple[str, str]:
    """Address and dispatcher's key, once the service has told them."""
    text = ""
    for line in server.stdout or ():
        text += line
        if "Ctrl-C" in line:
            break
    address = re.search(r"http://127\.0\.0\.1:\d+", text)
    key = re.search(r"dispatcher\s+(br_\S+)", text)
    if address is None or key is None:
        raise click.ClickException(f"the service did not start: {text}")
    return address[0], key[1]


def _ask(url: str, key: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=30) as answer:
        return json.loads(answer.read() or b"null")
