"""The guide's requests about plans, as they stand in docs/api.md, get good answers."""

import json
import re
import subprocess
import sys
from pathlib import Path

from flask import Flask
from http_planner import run
from http_scene import TODAY, Callers, a_bin, a_problem, ok
from werkzeug.test import TestResponse

GUIDE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
NAMES = {"bin-0004": "B4", "bin-0001": "B1", "loader-1": "T1"}
"""What the guide calls the demonstration city's, the tests' town calls like this."""

SHELL = r"""
curl() { "$PYTHON" -c 'import json, sys; print(json.dumps(sys.argv[1:]))' "$@"; }
date() { case "$*" in *%FT%TZ*) echo 2026-11-24T05:20:00Z;; *) echo 2026-11-24;; esac; }
"""
"""The shell puts the requests together; a standing clock, as the town's."""


def requests_of(block: str, **variables: str) -> list[list[str]]:
    """The arguments of each curl in a block of shell."""
    text = re.sub(r"^PLAN=.*$", "", block, flags=re.MULTILINE)
    for name, here in NAMES.items():
        text = text.replace(name, here)
    names = {"URL": "", "JSON": "Content-Type: application/json", "DISPATCHER": "X: y"}
    done = subprocess.run(
        ["sh", "-euc", SHELL + text],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "PYTHON": sys.executable, **names, **variables},
        timeout=60,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def sent(callers: Callers, arguments: list[str], files: dict[str, bytes]) -> TestResponse:
    """A curl's request, sent by the dispatcher."""
    method, path, headers, data = "", "", {}, None
    rest = iter(arguments)
    for each in rest:
        if each == "-X":
            method = next(rest)
        elif each == "-H":
            name, value = next(rest).split(": ", 1)
            headers[name] = value
        elif each in {"-d", "--data-binary"}:
            given = next(rest)
            data = files[given[1:]] if given.startswith("@") else given.encode()
        elif each == "-o":
            next(rest)
        elif each != "-i":
            path = each
    wanted = method or ("POST" if data is not None else "GET")
    return callers.dispatcher.send(wanted, path, data=data, headers=headers)


def test_the_requests_about_plans_are_answered_as_the_guide_says(
    app: Flask, callers: Callers, plan_id: str
) -> None:
    town = callers.dispatcher
    ok(town.post("/v1/bins/import", [a_bin(f"B{number}") for number in (4, 5)]))
    made = str(ok(town.post("/v1/plans", {"service_date": TODAY}), 202)["id"])
    run(app, made)
    files = {
        "problem.json": json.dumps(a_problem()).encode(),
        "problem-and-plan.json": json.dumps({"problem": a_problem(), "orders": []}).encode(),
    }
    day = GUIDE.split("## The dispatcher's day")[1].split("\n## ")[0]
    blocks = re.findall(r"^```sh\n(.*?)^```$", day, flags=re.MULTILINE | re.DOTALL)
    about_plans = [each for each in blocks if "/v1/plans" in each or "schedules" in each]
    asked = [
        each
        for block in about_plans
        for each in requests_of(block, PLAN=made, OTHER=plan_id)
        if not any("/stream" in part or "events" in part for part in each)
    ]
    assert len(asked) >= 15
    for arguments in asked:
        response = sent(callers, arguments, files)
        done_already = "DELETE" in arguments  # as the guide says beside it
        assert response.status_code == 409 if done_already else response.status_code < 300, (
            arguments,
            response.get_data()[:500],
        )
