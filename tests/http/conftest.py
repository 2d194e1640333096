import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from http_planner import ports_of, run, take_all
from http_scene import DEPOT, NOW, SITE, TODAY, Caller, Callers, a_bin, ok, truck

from api.app import create_app, ports_for
from api.config import Settings
from api.http.ports import set_ports
from api.usecases.keys import create_key, revoke_key
from databases import sqlite_template  # noqa: F401  # pytest finds fixtures by name

SCOPES: dict[str, dict[str, Any]] = {
    "sensor": {"role": "sensor", "sensor_ids": ("sensor-1", "sensor-2")},
    "driver": {"role": "driver", "truck_id": "T1"},
    "dispatcher": {"role": "dispatcher"},
    "monitor": {"role": "monitor"},
    "admin": {"role": "admin"},
    "revoked": {"role": "admin"},
}


class Clock:
    """Stands still at `NOW` until a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def settings_of(path: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{path}",
        max_body_bytes=200_000,
        max_readings=100,
        photos_a_day=3,
    )


def an_app(path: Path) -> Flask:
    return create_app(settings_of(path), clock=Clock(), planner=take_all)


@pytest.fixture(scope="session")
def town_template(
    sqlite_template: Path,  # noqa: F811  # a fixture is asked for by its name
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, dict[str, str]]:
    """A depot, a site, two trucks, three bins, a published plan of today, a key of each kind.

    Built once; the texts are the keys' secrets by role, and `plan_id`.
    """
    path = tmp_path_factory.mktemp("town") / "town.sqlite3"
    shutil.copy(sqlite_template, path)
    app = an_app(path)
    db = ports_of(app).db
    admin = Caller(app, create_key(db, role="admin", now=NOW).secret)
    ok(admin.put("/v1/depots/D1", DEPOT), 201)
    ok(admin.put("/v1/disposal-sites/S1", SITE), 201)
    ok(admin.put("/v1/trucks/T1", truck("T1")), 201)
    ok(admin.put("/v1/trucks/T2", truck("T2")), 201)
    ok(admin.post("/v1/bins/import", [a_bin("B1"), a_bin("B2"), a_bin("B3")]))
    made = {name: create_key(db, now=NOW, **scope) for name, scope in SCOPES.items()}
    revoke_key(db, made["revoked"].key.id, now=NOW)
    plan_id = str(ok(admin.post("/v1/plans", {"service_date": TODAY}), 202)["id"])
    run(app, plan_id)
    ok(admin.post(f"/v1/plans/{plan_id}/publish", headers={"If-Match": "*"}))
    db.close()
    return path, {name: each.secret for name, each in made.items()} | {"plan_id": plan_id}


@pytest.fixture(scope="session")
def routed_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Its routes and document take a tenth of a second to make, and are the same for all tests."""
    return an_app(tmp_path_factory.mktemp("nowhere") / "none.sqlite3")


@pytest.fixture
def app(
    town_template: tuple[Path, dict[str, str]], routed_app: Flask, tmp_path: Path
) -> Iterator[Flask]:
    """The town's service, its clock at `NOW`; `ports_of(app).clock.now` moves it."""
    path = tmp_path / "town.sqlite3"
    shutil.copy(town_template[0], path)
    ports = ports_for(settings_of(path), clock=Clock(), planner=take_all)
    set_ports(routed_app.extensions, ports)
    yield routed_app
    ports.db.close()


@pytest.fixture
def callers(app: Flask, town_template: tuple[Path, dict[str, str]]) -> Callers:
    return _callers(app, town_template[1])


@pytest.fixture(scope="session")
def standing(
    town_template: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callers]:
    """Callers of one town for the whole session, for requests that change nothing in it."""
    path = tmp_path_factory.mktemp("standing") / "town.sqlite3"
    shutil.copy(town_template[0], path)
    made = an_app(path)
    yield _callers(made, town_template[1])
    ports_of(made).db.close()


def _callers(app: Flask, secrets: dict[str, str]) -> Callers:
    with_keys = {name: Caller(app, secrets[name]) for name in SCOPES}
    return Callers(nobody=Caller(app), **with_keys)


@pytest.fixture
def town(callers: Callers) -> Caller:
    """The town's dispatcher."""
    return callers.dispatcher


@pytest.fixture
def nowhere(
    sqlite_template: Path,  # noqa: F811  # as above
    tmp_path: Path,
) -> Iterator[Caller]:
    """The dispatcher of a place where nothing is yet."""
    path = tmp_path / "nowhere.sqlite3"
    shutil.copy(sqlite_template, path)
    made = an_app(path)
    db = ports_of(made).db
    yield Caller(made, create_key(db, role="dispatcher", now=NOW).secret)
    db.close()


@pytest.fixture
def plan_id(town_template: tuple[Path, dict[str, str]]) -> str:
    """The plan of today, which is published."""
    return town_template[1]["plan_id"]
