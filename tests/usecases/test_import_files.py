"""Files in: every bad row named, all or nothing, however the spreadsheet wrote them."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.store.database import Database
from api.usecases import catalogue
from api.usecases.catalogue import BINS, DEPOTS, TRUCKS
from api.usecases.errors import InvalidImport
from api.usecases.idempotency import Once
from api.usecases.imports import (
    ImportResult,
    import_file,
    import_many,
)
from optimiser.domain.calendar import Hours
from optimiser.wire import to_json
from small_city import DEPOT, NOW, TRUCK, a_bin, fill_city

HEADER = "id,lon,lat,fraction,volume_l"
ROW = "b1,12.56,55.68,residual,2000"


def _bins(db: Database, text: str | bytes) -> ImportResult:
    raw = text.encode() if isinstance(text, str) else text
    return import_file(db, BINS, raw, format="csv", now=NOW)


def _problems(db: Database, text: str | bytes) -> list[tuple[int, str, str]]:
    """(row, field, message) of a file that is refused."""
    before = catalogue.count(db, BINS)
    with pytest.raises(InvalidImport) as caught:
        _bins(db, text)
    assert catalogue.count(db, BINS) == before
    return [(each.row, each.field, each.message) for each in caught.value.rows]


SAME = [
    f"{HEADER}\n{ROW}\n",
    f"{HEADER}\r\n{ROW}\r\n",
    f"\ufeff{HEADER}\n{ROW}",
    f"{HEADER}\n\n  \n{ROW}\n\n",
    f"{HEADER}\n{ROW}\n".replace(",", ";"),
    f"{HEADER}\n{ROW}\n".replace(",", "\t"),
    "id;lon;lat;fraction;volume_l\nb1;12,56;55,68;residual;2000,0\n",
    "volume_l,fraction,id,lat,lon\n2000,residual,b1,55.68,12.56\n",
    " id , lon , lat , fraction , volume_l \n b1 , 12.56 , 55.68 , residual , 2e3 \n",
    f'{HEADER},name,sensor_id,access\nb1,"12.56",55.68,residual,2000,,,\n',
]


@pytest.mark.parametrize("text", SAME)
def test_one_bin_written_in_many_ways_is_one_bin(sqlite_db: Database, text: str) -> None:
    assert _bins(sqlite_db, text) == ImportResult(1, 0, 0)
    assert catalogue.get(sqlite_db, BINS, "b1").item == a_bin(
        id="b1", place=catalogue.get(sqlite_db, BINS, "b1").item.place, sensor_id=None
    )


def test_every_kind_of_cell_is_read(db: Database) -> None:
    text = (
        f"{HEADER},name,containers,access,hours,sensor_id\n"
        'b1,12.56,55.68,residual,2000,"Corner, by the\nbridge",2,crane narrow,'
        '"[{""opens"": ""06:00"", ""closes"": ""09:00"", ""days"": [""mon""]}]",s-1\n'
    )
    _bins(db, text)
    found = catalogue.get(db, BINS, "b1").item
    hours = Hours(opens="06:00", closes="09:00", days=frozenset({"mon"}))
    assert found.name == "Corner, by the bridge"
    assert (found.containers, found.access) == (2, frozenset({"crane", "narrow"}))
    assert (found.hours, found.sensor_id) == ((hours,), "s-1")


def test_a_truck_has_dotted_columns_and_json_cells(db: Database) -> None:
    catalogue.put(db, DEPOTS, DEPOT, now=NOW)
    text = (
        "id;start_depot_id;end_depot_id;compartments;shift.starts;shift.ends;shift.days;"
        "energy.kind;energy.range_m;limits.stops;cost_per_km_eur\n"
        't1;north;north;"[{""fractions"": [""glass""], ""capacity_l"": 9000}]";06:00;14:00;'
        "mon tue;electric;150000;80;1,5\n"
    )
    import_file(db, TRUCKS, text.encode(), format="csv", now=NOW)
    found = catalogue.get(db, TRUCKS, "t1").item
    assert found.compartments[0].fractions == frozenset({"glass"})
    assert found.shift.days == frozenset({"mon", "tue"})
    assert (found.energy.kind, found.energy.range_m) == ("electric", 150_000)
    assert (found.limits.stops, found.cost_per_km_eur, found.break_rule) == (80, 1.5, None)


def test_an_import_counts_new_changed_and_unchanged(db: Database) -> None:
    _bins(db, f"{HEADER}\n{ROW}\nb2,12.57,55.68,glass,900\n")
    text = f"{HEADER}\n{ROW}\nb2,12.57,55.68,glass,901\nb3,12.58,55.68,glass,900\n"
    assert _bins(db, text) == ImportResult(created=1, updated=1, unchanged=1)
    assert catalogue.get(db, BINS, "b1").version == 1
    assert catalogue.get(db, BINS, "b2").version == 2
    assert catalogue.get(db, BINS, "b2").item.volume_l == 901


def test_every_bad_row_is_named_with_its_field_and_value(db: Database) -> None:
    text = (
        f"{HEADER},access\n"
        "b1,12.56,55.68,residual,2000,\n"
        "b2,12.56,155.68,residual,-1,\n"
        "b3,abc,55.68,Residual,2000,\n"
        "b 4,12.56,55.68,residual,inf,\n"
        ",12.56,55.68,residual,nan,\n"
        "b6,12.56,55.68,residual\n"
        "b1,12.57,55.68,glass,100,\n"
        f"b8,12.56,55.68,residual,{'9' * 5000},\n"
        "b9,12.56,55.68,residual,2000,Crane\n"
    )
    found = {(row, field) for row, field, _ in _problems(db, text)}
    assert found == {
        (2, "lat"),
        (2, "volume_l"),
        (3, "lon"),
        (4, "volume_l"),
        (5, "volume_l"),
        (6, ""),
        (7, "id"),
        (8, "volume_l"),
        (9, "access[0]"),
    }


FILES = [
    (b"", "empty"),
    (b"  \n ", "empty"),
    (f"{HEADER}\n".encode(), "no row"),
    (b"\xff\xfei\x00d\x00", "UTF-16"),
    (f"{HEADER}\nb1,12.56,55.68,residual,2000,Sm\xf8r".encode("latin-1"), "line 2"),
    (f'{HEADER}\nb1,"12.56,55.68,residual,2000\n'.encode(), "line"),
    (f'{HEADER}\nb1,"{"x" * 200_000}",55.68,residual,2000\n'.encode(), "line"),
    (f"{HEADER},colour\n{ROW},red\n".encode(), "no such column"),
    (f"{HEADER},id\n{ROW},b1\n".encode(), "twice"),
    (b"id,lon,fraction,volume_l\nb1,12.56,residual,2000\n", "missing"),
    (b"nonsense", "no known column"),
    (HEADER.replace(",", "|").encode(), "commas, semicolons or tabs"),
    (HEADER.upper().encode(), "known are"),
    (b"PK\x03\x04\x14\x00", "workbook"),
    (b"\x00\x00", "column"),
]


@pytest.mark.parametrize(("raw", "words"), FILES)
def test_a_file_that_is_wrong_as_a_whole_says_how(
    sqlite_db: Database, raw: bytes, words: str
) -> None:
    problems = _problems(sqlite_db, raw)
    assert {row for row, _, _ in problems} == {0}
    assert any(words in message for _, _, message in problems)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "nothing was imported: the file is empty"),
        (b"id,place\nb1,here\n", "nothing was imported: the columns are not right"),
    ],
)
def test_what_is_wrong_with_the_whole_file_is_not_told_as_a_row(
    sqlite_db: Database, raw: bytes, told: str
) -> None:
    with pytest.raises(InvalidImport) as caught:
        _bins(sqlite_db, raw)
    assert caught.value.detail == told


def test_a_missing_column_is_named_once_not_for_every_row(sqlite_db: Database) -> None:
    rows = "\n".join(f"b{n},12.56,residual,2000" for n in range(50))
    found = _problems(sqlite_db, f"id,lon,fraction,volume_l\n{rows}\n")
    assert [(row, field) for row, field, _ in found] == [(0, "lat")]


def test_a_decimal_comma_between_commas_is_explained(sqlite_db: Database) -> None:
    text = f'{HEADER}\nb1,"12,56",55.68,residual,2000\n'
    assert [(row, field) for row, field, _ in _problems(sqlite_db, text)] == [(1, "lon")]
    assert "semicolons" in _problems(sqlite_db, text)[0][2]


@pytest.mark.parametrize(
    ("volume", "words"),
    [("1.100", "1100 or 1,100"), ("12.345", "12345 or 12,345"), ("1.100.000", "1100000")],
)
def test_a_point_that_may_be_of_thousands_is_not_guessed_at(
    sqlite_db: Database, volume: str, words: str
) -> None:
    header = HEADER.replace(",", ";")
    ((row, field, message),) = _problems(sqlite_db, f"{header}\nb1;12,56;55,68;residual;{volume}\n")
    assert (row, field, words in message) == (1, "volume_l", True)
    for clear in ("1100", "1100,0", "1100.0", "0.100", "1.10"):
        text = f"{header}\nb-{clear.replace(',', '-')};12,56;55,6845;residual;{clear}\n"
        assert _bins(sqlite_db, text).created == 1


def test_swapped_and_far_off_coordinates_are_found_by_the_depots(db: Database) -> None:
    fill_city(db, bins=0)
    text = f"{HEADER}\n{ROW}\nb2,55.68,12.56,glass,900\nb3,0,0,glass,900\n"
    (second, third) = _problems(db, text)
    assert (second[0], second[1], "swapped" in second[2]) == (2, "place", True)
    assert (third[0], "swapped" in third[2]) == (3, False)


def test_bad_cells_and_bad_relations_are_reported_together_in_order(db: Database) -> None:
    fill_city(db, bins=1)
    text = (
        f"{HEADER},sensor_id\n"
        "b1,55.68,12.56,residual,2000,\n"
        "b2,12.56,55.68,residual,x,\n"
        "b3,12.56,55.68,residual,2000,s-1\n"
        "b4,12.56,55.68,residual,2000,s-9\n"
        "b5,12.56,55.68,residual,2000,s-9\n"
    )
    found = [(row, field) for row, field, _ in _problems(db, text)]
    assert found == [(1, "place"), (2, "volume_l"), (3, "sensor_id"), (5, "sensor_id")]


def test_bins_may_swap_their_sensors(db: Database) -> None:
    fill_city(db, bins=2)
    swapped = [a_bin(1, sensor_id="s-2"), a_bin(2, sensor_id="s-1")]
    assert import_many(db, BINS, swapped, now=NOW) == ImportResult(0, 2, 0)
    assert catalogue.get(db, BINS, "bin-1").item.sensor_id == "s-2"


def test_trucks_need_their_depots_first(db: Database) -> None:
    raw = json.dumps([to_json(TRUCK)]).encode()
    with pytest.raises(InvalidImport) as caught:
        import_file(db, TRUCKS, raw, format="json", now=NOW)
    assert [each.field for each in caught.value.rows] == ["start_depot_id", "end_depot_id"]
    assert catalogue.count(db, TRUCKS) == 0


def test_a_repeated_request_gets_its_first_counts(db: Database) -> None:
    once = Once("key", "k", "hash")
    items = [a_bin(1)]
    first = import_many(db, BINS, items, now=NOW, once=once)
    assert import_many(db, BINS, items, now=NOW, once=once) == first == ImportResult(1, 0, 0)


def test_the_same_id_twice_in_a_list_is_a_problem(sqlite_db: Database) -> None:
    with pytest.raises(InvalidImport) as caught:
        import_many(sqlite_db, BINS, [a_bin(1), a_bin(2), a_bin(1)], now=NOW)
    assert [(each.row, each.field) for each in caught.value.rows] == [(3, "id")]


_CELLS = st.sampled_from(["12.56", "55.68", "x", "", "-1", "1e400", "0"])


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.tuples(st.integers(1, 4), _CELLS, _CELLS), min_size=1, max_size=5))
def test_an_import_is_all_or_nothing(sqlite_db: Database, rows: list[tuple[int, str, str]]) -> None:
    if catalogue.count(sqlite_db, DEPOTS) == 0:
        fill_city(sqlite_db)
    before = catalogue.list_page(sqlite_db, BINS)
    text = "\n".join(f"bin-{number},{lon},55.68,residual,{litres}" for number, lon, litres in rows)
    result: ImportResult | None = None
    bad: set[int] = set()
    try:
        result = _bins(sqlite_db, f"{HEADER}\n{text}\n")
    except InvalidImport as error:
        bad = {each.row for each in error.rows}
    if result is None:
        assert bad
        assert bad <= set(range(1, len(rows) + 1))
        assert catalogue.list_page(sqlite_db, BINS) == before
    else:
        assert result.created + result.updated + result.unchanged == len(rows)
