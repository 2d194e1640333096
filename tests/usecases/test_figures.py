"""The figures of the service, as far as the database knows them, on both databases."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from driver_scene import plan_again, planned
from fake_planner import ask

from api.store.database import Database
from api.usecases.figures import SOLVE_BOUNDS_S, service_figures
from api.usecases.keys import LOCAL_ADMIN
from api.usecases.plans import get_plan
from api.usecases.readings import ingest_readings
from api.usecases.states import refresh_fill_states
from small_city import NOW, a_reading, fill_city

ZONE = ZoneInfo("Europe/Copenhagen")


def test_an_empty_service_has_figures_too(db: Database) -> None:
    found = service_figures(db, now=NOW, zone=ZONE)
    assert (found.plans, found.sensors, found.quarantined) == ({}, {}, {})
    assert (found.queue_age_s, found.workers, found.solved, found.solve_s) == (0.0, 0, 0, 0.0)
    assert (found.published_cost_eur, found.last_reading_age_s) == (None, None)
    assert found.solved_within == (0,) * len(SOLVE_BOUNDS_S)


def test_plans_are_counted_and_their_solving_is_summed(db: Database) -> None:
    plan_id = planned(db)
    plan_again(db, NOW + timedelta(minutes=1))
    ask(db, now=NOW + timedelta(minutes=2))
    tomorrow = NOW + timedelta(days=1)
    found = service_figures(db, now=tomorrow, zone=ZONE)
    assert found.plans == {"superseded": 1, "published": 1, "queued": 1}
    assert found.queue_age_s == pytest.approx(86_400 - 120)
    assert (found.solved, found.solved_within[0], found.solve_s) == (2, 2, 0.0)
    assert found.published_cost_eur == get_plan(db, plan_id).cost_eur
    assert service_figures(db, now=NOW, zone=ZONE).published_cost_eur is None


def test_sensors_are_counted_by_how_they_are(db: Database) -> None:
    fill_city(db)
    batch = [a_reading(1), a_reading(2, hours_ago=100), {"sensor_id": "s-3"}]
    ingest_readings(db, batch, principal=LOCAL_ADMIN, now=NOW)
    refresh_fill_states(db, now=NOW, zone=ZONE)
    found = service_figures(db, now=NOW, zone=ZONE)
    assert found.sensors == {"ok": 1, "silent": 1, "none": 1}
    assert found.last_reading_age_s == 3600.0
    assert found.quarantined == {"missing_field": 1}
