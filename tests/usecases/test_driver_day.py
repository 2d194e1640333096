"""The driver's day: everything on one request, and what changed since."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from driver_scene import DISPATCHER, DRIVER, TUESDAY, day, event, plan_again, planned, report

from api.store.database import Database
from api.usecases import catalogue
from api.usecases.catalogue import BINS, TRUCKS
from api.usecases.driver.day import day_changes, driver_day
from api.usecases.driver.links import links_to
from api.usecases.driver.ready import Outlines, day_under_way
from api.usecases.driver.sync import record_events
from api.usecases.errors import Forbidden, NotFound
from api.usecases.keys import Principal
from api.usecases.plans import plan_document
from optimiser.domain.fleet import Shift
from optimiser.domain.places import GeoPoint
from small_city import NOW, TRUCK, a_bin, fill_city

WEDNESDAY = date(2026, 11, 25)
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def test_a_driver_gets_the_route_of_the_plan_in_force(db: Database) -> None:
    first = planned(db)
    assert day(db).plan_id == first
    second = plan_again(db, NOW + timedelta(minutes=1))
    found = day(db)
    assert found.plan_id == second
    assert found.route == plan_document(db, second).routes[0]
    assert (found.timezone, found.state.stops) == ("Europe/Copenhagen", ())


def test_every_place_of_the_route_has_a_card_with_links(db: Database) -> None:
    planned(db)
    found = day(db)
    assert found.route is not None
    cards = {each.ref: each for each in found.cards}
    assert set(cards) == {each.ref for each in found.route.steps if each.kind != "break"}
    assert [each.kind for each in found.cards] == ["depot", "bin", "bin", "site"]
    assert (cards["bin-1"].fractions, cards["bin-1"].volume_l) == (("residual",), 2000)
    assert cards["amager"].fractions == ("residual",)
    assert cards["bin-1"].links == links_to(GeoPoint(lon=12.5616, lat=55.68), "")


def test_links_name_latitude_first_and_escape_the_label() -> None:
    links = links_to(GeoPoint(lon=12.5616, lat=-55.68), "Søndergade 3 (gård) & co")
    assert links.geo == (
        "geo:-55.680000,12.561600?q=-55.680000,12.561600"
        "(S%C3%B8ndergade%203%20%28g%C3%A5rd%29%20%26%20co)"
    )
    assert links.google_maps == (
        "https://www.google.com/maps/dir/?api=1&destination=-55.680000%2C12.561600"
        "&travelmode=driving"
    )
    assert links.apple_maps == "https://maps.apple.com/?daddr=-55.680000%2C12.561600&dirflg=d"


def test_a_bin_that_is_gone_from_the_catalogue_keeps_its_place(db: Database) -> None:
    planned(db)
    catalogue.delete(db, BINS, "bin-1", expected="any", now=NOW)
    card = next(each for each in day(db).cards if each.ref == "bin-1")
    assert (card.place, card.volume_l) == (GeoPoint(lon=12.5616, lat=55.68), None)


def test_a_truck_that_stays_at_home_has_no_route(db: Database) -> None:
    planned(db)
    assert day(db, "truck-2", DISPATCHER).route is None


def test_nobody_learns_of_what_is_not_theirs(db: Database) -> None:
    planned(db)
    with pytest.raises(NotFound):
        day(db, "truck-2")
    with pytest.raises(NotFound):
        day(db, "truck-9", DISPATCHER)
    with pytest.raises(NotFound):
        driver_day(db, "truck-1", WEDNESDAY, principal=DRIVER)
    with pytest.raises(Forbidden):
        day(db, principal=Principal("k", "sensor", "", sensor_prefix=""))


def test_the_version_changes_with_the_plan_the_places_and_the_events(db: Database) -> None:
    plan_id = planned(db)
    versions = [day(db).version]
    assert day(db).version == versions[0]
    report(db, event(plan_id))
    versions.append(day(db).version)
    catalogue.put(db, BINS, a_bin(1, district="Nord"), expected="any", now=NOW)
    versions.append(day(db).version)
    plan_again(db, NOW + timedelta(minutes=1))
    versions.append(day(db).version)
    assert len(set(versions)) == 4


def test_another_trucks_events_change_nothing_for_this_one(db: Database) -> None:
    plan_id = planned(db)
    before = day(db).version
    other = event(plan_id, 5, truck_id="truck-2")
    record_events(db, [other], principal=DISPATCHER, now=NOW)
    assert day(db).version == before


def test_what_changed_since_a_version_is_only_what_has_news(db: Database) -> None:
    plan_id = planned(db)
    report(db, event(plan_id, 1), event(plan_id, 2, "problem"))
    since = day(db).version
    report(db, event(plan_id, 3, visit_id="bin-2"), event(plan_id, 4, "unloaded"))
    news = day_changes(db, "truck-1", TUESDAY, since=since, principal=DRIVER)
    assert (news.version, news.day) == (day(db).version, None)
    assert [each.visit_id for each in news.state.stops] == ["bin-2"]
    assert (len(news.state.unloads), news.state.problems) == (1, ())
    nothing = day_changes(db, "truck-1", TUESDAY, since=news.version, principal=DRIVER)
    assert (nothing.state.stops, nothing.state.unloads, nothing.day) == ((), (), None)


@pytest.mark.parametrize("since", ["", "x", "0123456789abcdef-1", "-", "é-²", "a-" + "9" * 30])
def test_an_unknown_version_brings_the_whole_day(db: Database, since: str) -> None:
    planned(db)
    news = day_changes(db, "truck-1", TUESDAY, since=since, principal=DRIVER)
    assert news.day == day(db)


def test_a_new_plan_brings_the_whole_day(db: Database) -> None:
    plan_id = planned(db)
    since = day(db).version
    report(db, event(plan_id))
    plan_again(db, NOW + timedelta(minutes=1))
    news = day_changes(db, "truck-1", TUESDAY, since=since, principal=DRIVER)
    assert news.day == day(db)
    assert len(news.state.stops) == 1


def under_way(db: Database, truck_id: str, now: datetime) -> date:
    with db.read() as tx:
        return day_under_way(tx, truck_id, now=now, zone=COPENHAGEN, outlines=Outlines())


def test_after_midnight_the_night_shift_is_still_yesterdays(db: Database) -> None:
    fill_city(db)
    night = replace(TRUCK, shift=Shift(starts="24:30", ends="30:00"))
    catalogue.put(db, TRUCKS, night, expected="any", now=NOW)
    plan_again(db, NOW)
    route = day(db).route
    assert route is not None
    home = route.steps[-1].arrival
    assert home.astimezone(COPENHAGEN).date() == WEDNESDAY
    assert under_way(db, "truck-1", home) == TUESDAY
    over = home + timedelta(seconds=1)
    assert under_way(db, "truck-1", over) == WEDNESDAY
    assert under_way(db, "truck-2", home) == WEDNESDAY
