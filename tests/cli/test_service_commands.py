"""The commands over the database: migrate, import, plan, keys, demo, schemas."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from api.store.database import Database
from api.usecases import catalogue, keys
from api.usecases.catalogue import BINS
from api.usecases.fleets import MAIN
from api.usecases.plans import list_plans
from api.usecases.ports import utc_now
from optimiser.wire import read_plan, to_json
from small_city import DEPOT, SITE, TRUCK


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> "Run":
    monkeypatch.delenv("DATABASE_URL", raising=False)
    url = f"sqlite:///{tmp_path / 'var' / 'db.sqlite3'}"
    monkeypatch.setenv("BINROUNDS_DATABASE_URL", url)
    return Run(url)


class Run:
    """Runs `binrounds ...` and gives what it printed."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, *arguments: object, code: int = 0) -> Result:
        done = CliRunner().invoke(main, [str(each) for each in arguments])
        assert done.exit_code == code, done.output + repr(done.exception)
        return done


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A folder as `python -m fixtures city` writes it, only smaller."""
    folder = tmp_path / "city"
    folder.mkdir()
    for name, item in (("depots", DEPOT), ("disposal_sites", SITE)):
        fields = to_json(item)
        place = fields.pop("place")
        point = {"type": "Point", "coordinates": [place["lon"], place["lat"]]}
        feature = {"type": "Feature", "geometry": point, "properties": fields}
        document = {"type": "FeatureCollection", "features": [feature]}
        (folder / f"{name}.geojson").write_text(json.dumps(document))
    (folder / "trucks.json").write_text(json.dumps([to_json(TRUCK)]))
    bins = [f"b{n},{12.56 + n / 500},55.68,residual,2000,s{n}" for n in range(4)]
    lines = ["id,lon,lat,fraction,volume_l,sensor_id", *bins]
    (folder / "bins.csv").write_text("\n".join(lines))
    now = datetime.now(UTC).replace(microsecond=0)
    readings = [
        f"s{n},{(now - timedelta(hours=h)).isoformat()},{max(0.0, 0.97 - h / 200):.2f},{h},0"
        for n in range(2)
        for h in range(0, 150, 6)
    ]
    lines = ["sensor_id,time,fill,sequence,quality", *readings, "s0,never,1,1,0"]
    (folder / "readings.csv").write_text("\n".join(lines))
    emptied = (now - timedelta(hours=170)).isoformat()
    (folder / "emptyings.csv").write_text(f"bin_id,time\nb0,{emptied}\n")
    (folder / "notes.csv").write_text("not for import")
    return folder


def test_a_folder_is_imported_in_the_order_that_its_files_need(run: Run, city: Path) -> None:
    done = run("import", city)
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == [
        "depots.geojson",
        "disposal_sites.geojson",
        "trucks.json",
        "bins.csv",
        "readings.csv",
        "emptyings.csv",
    ]
    again = json.loads(run("import", city, "--json").stdout)["imported"]
    assert again[3]["unchanged"] == 4
    assert (again[4]["accepted"], again[4]["duplicate"], again[4]["quarantined"]) == (0, 50, 1)


def test_an_import_of_readings_says_why_some_went_to_quarantine(run: Run, city: Path) -> None:
    (city / "readings.csv").write_text("sensor_id,time,fill\ns0,yesterday,0.5\nx,soon,0.5\n")
    done = run("import", city)
    assert "readings.csv: 0 accepted, 0 duplicate, 2 quarantined" in done.stdout
    assert "2 wrong_type, first in row 1: time is ISO 8601" in done.stderr
    machine = json.loads(run("import", city, "--json").stdout)["imported"]
    assert [each["row"] for each in machine[4]["problems"]] == [1, 2]


def test_a_bad_file_names_its_rows_on_stderr_and_leaves_nothing(run: Run, city: Path) -> None:
    (city / "bins.csv").write_text("id,lon,lat,fraction,volume_l\nb1,55.68,12.56,residual,x\n")
    done = run("import", city, code=1)
    assert "bins.csv: nothing was imported: 1 bad row" in done.stderr
    assert "row 1, volume_l: this is no number (given: 'x')" in done.stderr
    assert "bins.csv" not in done.stdout
    machine = json.loads(run("import", city, "--json", code=1).stderr)
    assert machine["error"]["code"] == "invalid_import"
    assert machine["error"]["problems"][0]["field"] == "volume_l"
    assert catalogue.count(Database(run.url).of(MAIN), BINS) == 0


def test_a_files_kind_may_be_said(run: Run, city: Path) -> None:
    run("import", city)
    odd = city / "list.csv"
    odd.write_text("id,lon,lat,fraction,volume_l\nb77,12.56,55.68,residual,900\n")
    assert "--kind" in run("import", odd, code=1).stderr
    assert "1 created" in run("import", odd, "--kind", "bins").stdout


@pytest.mark.parametrize(
    ("name", "words"),
    [("nowhere", "no such file"), ("empty", "no file is named"), ("bins.xlsx", "must end in")],
)
def test_what_cannot_be_imported_is_said_in_one_line(
    run: Run, tmp_path: Path, name: str, words: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bins.xlsx").write_bytes(b"PK")
    done = run("import", tmp_path / name, code=1)
    assert done.stderr.startswith("Error: ")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_plan_is_made_printed_and_kept(run: Run, city: Path, tmp_path: Path) -> None:
    run("import", city)
    file = tmp_path / "plan.json"
    done = run("plan", "--date", "tomorrow", "--seconds", 1.5, "-o", file)
    assert "truck-1" in done.stdout
    plan = read_plan(file.read_bytes())
    (record,) = list_plans(Database(run.url).of(MAIN)).items
    assert (record.status, record.service_date) == ("done", plan.service_date)
    assert record.created_by == "cli"


def test_a_plan_as_json_is_the_plan_file(run: Run, city: Path) -> None:
    (city / "bins.csv").write_text("id,lon,lat,fraction,volume_l\nb1,12.56,55.68,residual,9\n")
    for name in ("readings.csv", "emptyings.csv"):
        (city / name).unlink()
    run("import", city)
    made = run("plan", "--seconds", 1, "--json")
    assert read_plan(made.stdout.encode()).timezone == "Europe/Copenhagen"


def test_who_waits_for_a_worker_when_none_is_there_is_told_at_once(run: Run) -> None:
    run("migrate")
    machine = json.loads(run("plan", "--wait", "--json", code=1).stderr)
    assert machine["error"]["code"] == "no_worker"
    assert list_plans(Database(run.url).of(MAIN)).items == ()


def test_a_plan_that_cannot_be_made_says_why(run: Run) -> None:
    run("migrate")
    assert "there is no depot" in run("plan", code=1).stderr
    machine = json.loads(run("plan", "--json", code=1).stderr)
    assert machine["error"]["code"] == "no_depots"
    run("plan", "--date", "someday", code=2)
    run("plan", "--seconds", 0, code=2)
    assert "finite" in run("plan", "--seconds", "nan", code=1).stderr
    assert "truck_ids" in run("plan", "--truck", "a b", code=1).stderr


def test_a_command_before_migrate_says_so(run: Run) -> None:
    Path(run.url.removeprefix("sqlite:///")).parent.mkdir()
    assert "binrounds migrate" in run("plan", code=1).stderr
    assert "is up to date" in run("migrate").stdout
    assert json.loads(run("migrate", "--json").stdout)["current"] is True


def test_a_fleet_of_its_own_has_keys_and_bins_of_its_own(run: Run, city: Path) -> None:
    run("import", city)
    run("fleets", "add", "vejle", "--name", "Vejle Kommune")
    assert run("fleets", "list").stdout.splitlines() == ["main", "vejle  Vejle Kommune"]
    secret = run("keys", "create", "--fleet", "vejle", "--role", "admin").stdout.strip()
    db = Database(run.url)
    assert keys.authenticate(db, secret, now=utc_now()).fleet_id == "vejle"
    assert run("keys", "list").stdout == ""
    assert catalogue.count(db.of("vejle"), BINS) == 0
    run("import", "--fleet", "vejle", city)
    assert catalogue.count(db.of("vejle"), BINS) == catalogue.count(db.of("main"), BINS)


def test_a_fleet_that_is_not_there_or_there_already_is_refused(run: Run) -> None:
    run("migrate")
    assert "no fleet 'vejle'" in run("keys", "list", "--fleet", "vejle", code=1).stderr
    assert "'main' already" in run("fleets", "add", "main", code=1).stderr
    assert "fleet's id" in run("fleets", "add", "a b", code=1).stderr


def test_keys_are_created_listed_and_revoked(run: Run, city: Path) -> None:
    run("import", city)
    secret = run("keys", "create", "--role", "driver", "--truck", "truck-1").stdout.strip()
    made = json.loads(
        run("keys", "create", "--role", "sensor", "--sensor-prefix", "", "--json").stdout
    )
    db = Database(run.url).of(MAIN)
    assert keys.authenticate(db, secret, now=utc_now()).truck_id == "truck-1"
    assert keys.authenticate(db, made["secret"], now=utc_now()).role == "sensor"
    run("keys", "revoke", made["key"]["id"])
    listed = run("keys", "list")
    assert "valid" in listed.stdout
    assert "revoked" in listed.stdout
    assert secret not in listed.output
    assert "there is no key" in run("keys", "revoke", "nothing", code=1).stderr
    assert "truck" in run("keys", "create", "--role", "driver", code=1).stderr


def test_demo_keys_are_fresh_each_time_and_the_old_ones_end(run: Run, city: Path) -> None:
    run("import", city)
    first = json.loads(run("demo", "--json").stdout)
    second = json.loads(run("demo", "--json").stdout)
    assert set(first) == {"dispatcher", "sensor", "driver"}
    db = Database(run.url).of(MAIN)
    assert keys.authenticate(db, second["driver"], now=utc_now()).truck_id == "truck-1"
    assert sum(each.revoked_at is None for each in keys.list_keys(db)) == 3


def test_wrong_settings_are_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BINROUNDS_TIMEZONE", "Copenhagen")
    done = run("migrate", code=1)
    assert "timezone" in done.stderr
    monkeypatch.setenv("BINROUNDS_TIMEZONE", "Europe/Copenhagen")
    monkeypatch.setenv("BINROUNDS_DATABASE_URL", "mysql://root@localhost/x")
    assert "sqlite:///FILE or postgresql://" in run("migrate", code=1).stderr


def test_a_database_out_of_reach_is_one_clear_line(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql://postgres:secret@127.0.0.1:9/none"
    monkeypatch.setenv("BINROUNDS_DATABASE_URL", url)
    done = run("plan", code=1)
    assert done.stderr == "Error: the database cannot be reached\n"
    assert "secret" not in done.output


def test_schemas_are_written_as_files(run: Run, tmp_path: Path) -> None:
    run("schemas", "--out", tmp_path / "docs")
    for name in ("problem", "plan"):
        schema = json.loads((tmp_path / "docs" / f"{name}.schema.json").read_text())
        assert schema["$schema"].endswith("2020-12/schema")


def test_every_command_explains_itself(run: Run) -> None:
    listed = run("--help").stdout
    for name in ("serve", "worker", "migrate", "import", "plan", "keys", "demo", "solve", "verify"):
        assert name in listed
        assert run(name, "--help").stdout.startswith("Usage:")
    run("dance", code=2)


def test_a_backup_is_restored_over_what_came_after_only_when_told(
    run: "Run", tmp_path: Path
) -> None:
    run("migrate")
    run("keys", "create", "--role", "admin", "--name", "before")
    done = run("backup", tmp_path / "backup", "--json")
    assert json.loads(done.stdout)["bytes"] == (tmp_path / "backup").stat().st_size
    run("keys", "create", "--role", "admin", "--name", "after")
    refused = run("restore", tmp_path / "backup", "--json", code=1)
    assert json.loads(refused.stderr)["error"]["code"] == "not_empty"
    run("restore", tmp_path / "backup", "--replace")
    assert "after" not in run("keys", "list").stdout
    assert "before" in run("keys", "list").stdout


def test_old_readings_are_dropped_when_asked(run: "Run", city: Path) -> None:
    run("import", city)
    assert "dropped 0 readings" in run("prune").stdout
    assert json.loads(run("prune", "--days", 42, "--json").stdout)["kept_days"] == 42
