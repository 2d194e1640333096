"""Bins, trucks, depots, sites: versions, references, pages."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from api.store.database import Database
from api.usecases import catalogue, keys
from api.usecases.catalogue import BINS, DEPOTS, DISPOSAL_SITES, TRUCKS
from api.usecases.errors import (
    Conflict,
    Invalid,
    NotFound,
    PreconditionRequired,
    VersionMismatch,
)
from api.usecases.imports import import_many
from optimiser.domain.fleet import Depot
from optimiser.domain.places import GeoPoint, PlanarPoint
from small_city import DEPOT, NOW, SITE, TRUCK, a_bin, fill_city


def test_what_is_put_comes_back_whole_with_version_1(db: Database) -> None:
    fill_city(db)
    assert catalogue.get(db, BINS, "bin-2").item == a_bin(2)
    assert catalogue.get(db, TRUCKS, "truck-1").item == TRUCK
    assert catalogue.get(db, DISPOSAL_SITES, "amager").item == SITE
    found = catalogue.get(db, DEPOTS, "north")
    assert (found.item, found.version, found.created_at) == (DEPOT, 1, NOW)


def test_what_is_not_there_is_not_found(db: Database) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        catalogue.get(db, BINS, "nowhere")
    with pytest.raises(NotFound):
        catalogue.get(db, BINS, "a\x00b")
    with pytest.raises(NotFound):
        catalogue.delete(db, BINS, "nowhere", expected="any", now=NOW)


def test_an_edit_says_which_version_it_edits(db: Database) -> None:
    fill_city(db)
    edit = a_bin(1, name="Corner")
    with pytest.raises(PreconditionRequired) as unsaid:
        catalogue.put(db, BINS, edit, now=NOW)
    with pytest.raises(VersionMismatch) as wrong:
        catalogue.put(db, BINS, edit, expected=7, now=NOW)
    done = catalogue.put(db, BINS, edit, expected=1, now=NOW)
    assert (unsaid.value.current, wrong.value.current) == (1, 1)
    assert (done.created, done.stored.version) == (False, 2)
    assert catalogue.get(db, BINS, "bin-1") == done.stored


def test_of_two_edits_of_one_version_one_wins(db: Database) -> None:
    fill_city(db)
    catalogue.put(db, BINS, a_bin(1, name="First"), expected=1, now=NOW)
    with pytest.raises(VersionMismatch) as late:
        catalogue.put(db, BINS, a_bin(1, name="Second"), expected=1, now=NOW)
    assert late.value.current == 2
    assert catalogue.get(db, BINS, "bin-1").item.name == "First"


def test_absent_and_any_are_held_to_their_word(db: Database) -> None:
    fill_city(db)
    with pytest.raises(VersionMismatch):
        catalogue.put(db, BINS, a_bin(1), expected="absent", now=NOW)
    with pytest.raises(VersionMismatch) as missing:
        catalogue.put(db, BINS, a_bin(9), expected="any", now=NOW)
    assert missing.value.current is None
    assert catalogue.put(db, BINS, a_bin(9), expected="absent", now=NOW).created
    assert not catalogue.put(db, BINS, a_bin(9), expected="any", now=NOW).created


def test_a_truck_needs_depots_that_are_there(db: Database) -> None:
    with pytest.raises(Invalid) as caught:
        catalogue.put(db, TRUCKS, TRUCK, now=NOW)
    fields = [each.field for each in caught.value.problems]
    assert fields == ["start_depot_id", "end_depot_id"]


def test_a_bin_with_swapped_coordinates_is_refused_with_a_hint(db: Database) -> None:
    fill_city(db)
    with pytest.raises(Invalid, match="swapped"):
        catalogue.put(db, BINS, a_bin(9, place=GeoPoint(lon=55.68, lat=12.56)), now=NOW)


def test_a_place_on_a_benchmark_plane_is_refused(db: Database) -> None:
    with pytest.raises(Invalid, match="lon and lat"):
        catalogue.put(db, DEPOTS, Depot(id="flat", place=PlanarPoint(0, 0)), now=NOW)


def test_a_depot_may_not_move_away_from_the_bins(db: Database) -> None:
    fill_city(db)
    far = Depot(id="north", place=GeoPoint(lon=2.35, lat=48.85))
    with pytest.raises(Invalid, match="3 bins"):
        catalogue.put(db, DEPOTS, far, expected=1, now=NOW)


def test_a_sensor_sits_in_one_bin(db: Database) -> None:
    fill_city(db)
    with pytest.raises(Conflict) as caught:
        catalogue.put(db, BINS, a_bin(9, sensor_id="s-1"), now=NOW)
    assert caught.value.code == "sensor_taken"
    catalogue.put(db, BINS, a_bin(1, sensor_id=None), expected=1, now=NOW)
    catalogue.put(db, BINS, a_bin(9, sensor_id="s-1"), now=NOW)


def test_what_is_in_use_cannot_be_deleted(db: Database) -> None:
    fill_city(db)
    key = keys.create_key(db, role="driver", truck_id="truck-1", now=NOW).key
    for kind, item_id in ((DEPOTS, "north"), (TRUCKS, "truck-1")):
        with pytest.raises(Conflict) as caught:
            catalogue.delete(db, kind, item_id, expected="any", now=NOW)
        assert caught.value.code == "in_use"
    keys.revoke_key(db, key.id, now=NOW)
    catalogue.delete(db, TRUCKS, "truck-1", expected=1, now=NOW)
    catalogue.delete(db, DEPOTS, "north", expected=1, now=NOW)
    assert catalogue.count(db, TRUCKS) == catalogue.count(db, DEPOTS) == 0


def test_a_deletion_says_which_version_it_deletes(db: Database) -> None:
    fill_city(db)
    with pytest.raises(PreconditionRequired):
        catalogue.delete(db, BINS, "bin-1", now=NOW)
    with pytest.raises(VersionMismatch):
        catalogue.delete(db, BINS, "bin-1", expected=2, now=NOW)
    catalogue.delete(db, BINS, "bin-1", expected=1, now=NOW)
    assert catalogue.count(db, BINS) == 2


def test_pages_hold_everything_once_in_order(db: Database) -> None:
    fill_city(db, bins=7)
    seen: list[str] = []
    cursor = None
    while True:
        page = catalogue.list_page(db, BINS, cursor=cursor, limit=3)
        seen += [each.item.id for each in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [f"bin-{n}" for n in range(1, 8)]


@pytest.mark.parametrize("cursor", ["", "!", "AAA\x00", "ÆØÅ", "/w", "a" * 5])
def test_a_cursor_that_no_list_gave_is_refused(sqlite_db: Database, cursor: str) -> None:
    with pytest.raises(Invalid) as caught:
        catalogue.list_page(sqlite_db, BINS, cursor=cursor)
    assert caught.value.code == "bad_cursor"


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_page_has_a_sane_size(sqlite_db: Database, limit: int) -> None:
    with pytest.raises(Invalid):
        catalogue.list_page(sqlite_db, BINS, limit=limit)


def test_of_many_edits_at_once_one_wins(db: Database) -> None:
    fill_city(db)

    def edit(number: int) -> bool:
        try:
            catalogue.put(db, BINS, a_bin(1, name=f"Edit {number}"), expected=1, now=NOW)
        except VersionMismatch:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(edit, range(8))) == 1
    assert catalogue.get(db, BINS, "bin-1").version == 2


def test_of_many_bins_that_want_one_sensor_at_once_one_gets_it(db: Database) -> None:
    fill_city(db)

    def claim(number: int) -> str:
        try:
            catalogue.put(db, BINS, a_bin(number, sensor_id="wanted"), now=NOW)
        except Conflict as error:
            return error.code
        return "put"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(claim, range(10, 18))) == ["put"] + ["sensor_taken"] * 7
    assert catalogue.count(db, BINS) == 4


def test_imports_of_the_same_bins_at_once_all_get_through(db: Database) -> None:
    fill_city(db, bins=0)
    bins = [a_bin(number) for number in range(1, 9)]

    def put_all(number: int) -> int:
        ordered = bins if number % 2 else bins[::-1]
        return import_many(db, BINS, ordered, now=NOW).created

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(put_all, range(6))) == 8
    assert catalogue.count(db, BINS) == 8


def test_a_truck_never_ends_up_without_its_depot(db: Database) -> None:
    catalogue.put(db, DEPOTS, DEPOT, now=NOW)

    def put_truck(number: int) -> bool:
        try:
            catalogue.put(db, TRUCKS, replace(TRUCK, id=f"t{number}"), now=NOW)
        except Invalid:
            return False
        return True

    def delete_depot(_: int) -> bool:
        try:
            catalogue.delete(db, DEPOTS, "north", expected="any", now=NOW)
        except (Conflict, NotFound):
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        trucks = pool.map(put_truck, range(6))
        deleted = pool.map(delete_depot, range(6))
        assert any(deleted) != any(trucks)
