"""Dockerfile, compose.yaml and nginx.conf agree with the program and with each other."""

import json
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from api.cli import main
from api.config import SECRETS_DIR, Settings
from api.http.codes import CODES
from optimiser.solvers.ready import SEED
from optimiser.solvers.ruin_engine.cache import VARIABLE

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
NGINX = (ROOT / "deploy" / "nginx" / "nginx.conf").read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: each for name, each in SERVICES.items() if "build" in each}
SETTINGS = Settings.model_fields
ELSEWHERE = {SECRETS_DIR, SEED, VARIABLE}
"""Variables that are read before there are settings, or in a solver's process."""


def is_read(variable: str) -> bool:
    return variable in ELSEWHERE or variable.removeprefix("BINROUNDS_").lower() in SETTINGS


def test_every_variable_that_is_set_is_one_that_is_read() -> None:
    named = re.findall(r"\b(BINROUNDS_\w+)=", DOCKERFILE)
    assert len(named) >= 5
    for each in OURS.values():
        named += each["environment"]
    named += re.findall(r"(BINROUNDS_\w+)", NGINX)
    wrong = {each for each in named if not is_read(each)}
    assert not wrong


def test_no_secret_stands_in_an_environment_and_every_one_is_a_file() -> None:
    for each in SERVICES.values():
        for name, value in each.get("environment", {}).items():
            assert "PASSWORD" not in name or (name.endswith("_FILE") and value.startswith("/run/"))
    used = {
        secret if isinstance(secret, str) else secret["source"]
        for each in SERVICES.values()
        for secret in each.get("secrets", ())
    }
    assert used == set(COMPOSE["secrets"])


def test_the_script_makes_exactly_the_secrets_that_compose_names(tmp_path: Path) -> None:
    shutil.copy(ROOT / "deploy" / "secrets.sh", tmp_path)

    def make() -> int:
        command = ["sh", f"{tmp_path}/secrets.sh"]
        return subprocess.run(command, capture_output=True, check=False).returncode

    assert make() == 0
    made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert {f"./deploy/secrets/{name}" for name in made} == {
        each["file"] for each in COMPOSE["secrets"].values()
    }
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert make() == 1
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == made
    password = made["postgresql_password"]
    assert len(password) == 48
    assert f":{password}@postgresql/" in made["BINROUNDS_DATABASE_URL"]
    assert made["postgresql_superuser_password"] not in ("", password)


def test_settings_come_from_files_of_secrets_which_win_over_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "BINROUNDS_DATABASE_URL").write_text("postgresql://me:secret@host/name\n")
    (tmp_path / "BINROUNDS_BROKER_URL").write_text("amqp://me:secret@host//")
    monkeypatch.setenv(SECRETS_DIR, str(tmp_path))
    monkeypatch.setenv("BINROUNDS_DATABASE_URL", "sqlite:////data/binrounds.sqlite3")
    found = Settings()
    assert found.database_url == "postgresql+psycopg://me:secret@host/name"
    assert found.broker_url == "amqp://me:secret@host//"
    monkeypatch.setenv(SECRETS_DIR, str(tmp_path / "not-there"))
    with pytest.raises(ValueError, match="is no folder"):
        Settings()


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_one_of_the_program_with_options_that_it_has(name: str) -> None:
    program, command, *options = OURS[name]["command"]
    assert program == "binrounds"
    found = main.get_command(click.Context(main), command)
    assert found is not None
    found.make_context(command, list(options))


def test_the_images_own_command_is_one_of_the_program() -> None:
    last = re.findall(r"^CMD (\[.*\])$", DOCKERFILE, flags=re.MULTILINE)[-1]
    assert json.loads(last) == ["binrounds", "serve"]


def test_ports_agree() -> None:
    port = SETTINGS["port"].default
    assert re.findall(r"^EXPOSE (\d+)", DOCKERFILE, flags=re.MULTILINE) == [str(port)]
    assert f"127.0.0.1:{port}/livez" in DOCKERFILE
    assert re.findall(r"set \$web (\S+);", NGINX) == [f"web:{port}"]
    (listened,) = re.findall(r"listen (\d+);", NGINX)
    (published,) = SERVICES["nginx"]["ports"]
    assert published.endswith(f":{listened}")
    assert [name for name, each in SERVICES.items() if "ports" in each] == ["nginx"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_bounded_and_may_write_nothing_but_its_own(name: str) -> None:
    each = SERVICES[name]
    assert each["read_only"]
    assert each["tmpfs"]
    assert each["cap_drop"] == ["ALL"]
    assert each["security_opt"] == ["no-new-privileges:true"]
    assert {"cpus", "memory"} <= set(each["deploy"]["resources"]["limits"])
    assert "build" in each or each["user"].split(":")[0] not in {"0", "root"}
    assert "healthcheck" in each or "HEALTHCHECK" in DOCKERFILE


def test_the_image_is_nobodys_and_brings_the_search_compiled() -> None:
    *_, last = re.findall(r"^USER (\d+)", DOCKERFILE, flags=re.MULTILINE)
    assert int(last) > 0
    assert "-m optimiser.solvers.ruin_engine.warm" in DOCKERFILE
    (made,) = re.findall(rf"{VARIABLE}=(/opt/\S+)", DOCKERFILE)
    assert f"{SEED}={made}" in DOCKERFILE


def test_search_and_python_fit_into_the_memory_of_their_container() -> None:
    for name in ("web", "worker"):
        megabytes = int(OURS[name]["environment"]["BINROUNDS_SOLVE_MEMORY_MB"])
        limit = OURS[name]["deploy"]["resources"]["limits"]["memory"]
        assert limit.endswith("G")
        assert megabytes + 1024 <= 1024 * int(limit[:-1])


def test_nginx_lets_through_what_the_service_takes_and_waits_as_long_as_it_does() -> None:
    (megabytes,) = re.findall(r"client_max_body_size (\d+)m;", NGINX)
    assert int(megabytes) * 2**20 > SETTINGS["max_body_bytes"].default
    solve = NGINX.split("location = /v1/solve")[1].split("}")[0]
    (seconds,) = re.findall(r"proxy_read_timeout (\d+)s;", solve)
    assert int(seconds) > SETTINGS["max_solve_now_seconds"].default + 20
    live = NGINX.split("/events$")[1].split("}")[0]
    assert "proxy_buffering off;" in live
    (seconds,) = re.findall(r"proxy_read_timeout (\d+)s;", live)
    assert int(seconds) > SETTINGS["stream_beat_s"].default


def test_the_errors_of_nginx_are_of_the_table() -> None:
    written = re.findall(r"return (\d+) '(\{.*\})';", NGINX)
    assert len(written) == 5
    for status, text in written:
        body = json.loads(text)
        row = CODES[body["code"]]
        assert (body["status"], body["title"]) == (row.status, row.title)
        assert body["type"] == f"/v1/problems/{body['code']}"
        assert int(status) == row.status
