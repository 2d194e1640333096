"""A key's life: an end of its own, a new secret, other devices; and who changed what."""

from datetime import timedelta

import pytest
from fake_planner import ask

from api.store.database import Database
from api.usecases import catalogue, keys
from api.usecases.audit import AuditEntry, list_audit
from api.usecases.catalogue import BINS
from api.usecases.errors import Conflict, Invalid, NotFound, Unauthenticated
from api.usecases.imports import import_many
from api.usecases.plans import cancel_plan
from small_city import NOW, a_bin, fill_city

HOUR = timedelta(hours=1)


def works(db: Database, made: keys.CreatedKey, after: timedelta = timedelta()) -> bool:
    try:
        keys.authenticate(db, made.secret, now=NOW + after)
    except Unauthenticated:
        return False
    return True


def trail(db: Database, **wanted: str) -> list[AuditEntry]:
    return list(list_audit(db, **wanted).items)  # type: ignore[arg-type]


def test_a_key_ends_by_itself_when_it_says(db: Database) -> None:
    made = keys.create_key(db, role="admin", expires_at=NOW + HOUR, now=NOW)
    assert [works(db, made, after) for after in (timedelta(), HOUR)] == [True, False]
    with pytest.raises(Invalid):
        keys.create_key(db, role="admin", expires_at=NOW, now=NOW)


def test_a_rotated_key_has_a_new_secret_and_the_old_one_ends_at_once(db: Database) -> None:
    fill_city(db)
    old = keys.create_key(db, role="driver", truck_id="truck-1", name="Bo", now=NOW)
    new = keys.rotate_key(db, old.key.id, grace=timedelta(), now=NOW)
    assert (works(db, old), works(db, new)) == (False, True)
    assert (new.key.role, new.key.truck_id, new.key.name) == ("driver", "truck-1", "Bo")
    assert (new.key.replaces, new.key.expires_at) == (old.key.id, None)
    with pytest.raises(Conflict):
        keys.rotate_key(db, old.key.id, grace=timedelta(), now=NOW)


def test_with_grace_both_secrets_work_for_a_while(db: Database) -> None:
    old = keys.create_key(db, role="sensor", sensor_prefix="a-", now=NOW)
    new = keys.rotate_key(db, old.key.id, grace=HOUR, now=NOW)
    almost = HOUR - timedelta(seconds=1)
    assert (works(db, old, almost), works(db, old, HOUR), works(db, new, HOUR)) == (
        True,
        False,
        True,
    )


def test_grace_never_makes_a_key_live_longer(db: Database) -> None:
    old = keys.create_key(db, role="admin", expires_at=NOW + HOUR, now=NOW)
    keys.rotate_key(db, old.key.id, grace=5 * HOUR, now=NOW)
    assert not works(db, old, HOUR)
    for grace in (-HOUR, keys.LONGEST_GRACE + HOUR):
        with pytest.raises(Invalid):
            keys.rotate_key(db, old.key.id, grace=grace, now=NOW)


def test_a_sensors_key_gets_other_devices_under_the_same_secret(db: Database) -> None:
    made = keys.create_key(db, role="sensor", sensor_prefix="a-", now=NOW)
    keys.set_devices(db, made.key.id, sensor_prefix=None, sensor_ids=("b-1", "b-2"), now=NOW)
    who = keys.authenticate(db, made.secret, now=NOW)
    assert who.may_write_readings_of("b-2")
    assert not who.may_write_readings_of("a-1")
    (devices, _) = trail(db, kind="keys")
    assert devices.detail["changes"] == {
        "sensor_prefix": ["a-", None], "sensor_ids": [[], ["b-1", "b-2"]]
    }  # fmt: skip


def test_devices_are_for_living_sensors_keys_only(db: Database) -> None:
    admin = keys.create_key(db, role="admin", now=NOW).key.id
    sensor = keys.create_key(db, role="sensor", sensor_prefix="", now=NOW).key.id
    for key_id, prefix in ((admin, "a-"), (admin, None), (sensor, None)):
        with pytest.raises(Invalid):
            keys.set_devices(db, key_id, sensor_prefix=prefix, sensor_ids=(), now=NOW)
    keys.revoke_key(db, sensor, now=NOW)
    with pytest.raises(Conflict):
        keys.set_devices(db, sensor, sensor_prefix="a-", sensor_ids=(), now=NOW)
    with pytest.raises(NotFound):
        keys.set_devices(db, "none", sensor_prefix="a-", sensor_ids=(), now=NOW)


def test_every_change_of_a_bin_says_who_and_from_what_to_what(db: Database) -> None:
    fill_city(db, bins=0)
    catalogue.put(db, BINS, a_bin(1), now=NOW)
    catalogue.put(db, BINS, a_bin(1, district="Nord"), expected=1, now=NOW + HOUR, by="k7")
    catalogue.delete(db, BINS, "bin-1", expected="any", now=NOW + 2 * HOUR, by="k8")
    deleted, replaced, created = trail(db, kind="bins", ref="bin-1")
    assert (created.action, created.key_id, created.detail) == ("created", "cli", {"version": 1})
    assert (replaced.key_id, replaced.at) == ("k7", NOW + HOUR)
    assert replaced.detail == {"version": 2, "changes": {"district": ["", "Nord"]}}
    assert (deleted.key_id, deleted.detail["item"]["district"]) == ("k8", "Nord")
    assert [each.action for each in trail(db, key_id="k7")] == ["replaced"]


def test_what_was_refused_leaves_no_trace(db: Database) -> None:
    fill_city(db)
    before = trail(db)
    with pytest.raises(Exception, match="version"):
        catalogue.put(db, BINS, a_bin(1, district="Nord"), expected=9, now=NOW)
    with pytest.raises(Invalid):
        keys.create_key(db, role="driver", now=NOW)
    assert trail(db) == before


def test_an_import_is_one_entry_with_the_ids_and_none_if_nothing_changed(db: Database) -> None:
    fill_city(db, bins=1)
    items = [a_bin(1, district="Nord"), a_bin(2)]
    for _ in range(2):
        import_many(db, BINS, items, now=NOW, by="k7")
    (entry,) = trail(db, key_id="k7")
    assert (entry.action, entry.ref) == ("imported", "")
    assert entry.detail == {"created": ["bin-2"], "updated": ["bin-1"]}


def test_keys_and_plans_are_in_the_trail_too_and_no_secret_is(db: Database) -> None:
    fill_city(db)
    made = keys.create_key(db, role="admin", now=NOW, by="k7")
    keys.rotate_key(db, made.key.id, grace=HOUR, now=NOW, by="k7")
    keys.revoke_key(db, made.key.id, now=NOW, by="k7")
    keys.revoke_key(db, made.key.id, now=NOW, by="k7")
    assert [each.action for each in trail(db, kind="keys", ref=made.key.id)] == [
        "revoked", "rotated", "created"
    ]  # fmt: skip
    plan = ask(db)
    cancel_plan(db, plan.id, by="k7", now=NOW)
    assert [(e.action, e.key_id) for e in trail(db, kind="plans")] == [
        ("cancelled", "k7"), ("queued", "k1")
    ]  # fmt: skip
    assert made.secret[-43:] not in str(trail(db))


def test_the_trail_pages_newest_first(db: Database) -> None:
    fill_city(db, bins=0)
    for number in (1, 2, 3):
        catalogue.put(db, BINS, a_bin(number), now=NOW)
    first = list_audit(db, kind="bins", limit=2)
    rest = list_audit(db, kind="bins", cursor=first.next_cursor)
    assert [each.ref for each in (*first.items, *rest.items)] == ["bin-3", "bin-2", "bin-1"]
    with pytest.raises(Invalid):
        list_audit(db, cursor="Zm9v")
