"""Records of runs as files, so that a comparison that was stopped goes on where it was."""

import json
import os
import re
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from optimiser.simulator.city import City
from optimiser.simulator.keeping import Kept
from optimiser.simulator.record import Day, Record
from optimiser.simulator.run import Settings
from optimiser.wire import to_json

VERSION = 2
"""Of what a seed means: raised when the world or a measure changes, so that runs do not mix."""


class OtherRuns(ValueError):  # noqa: N818  # it says what is the case
    """The folder holds runs of another city or of other settings."""


class Runs:
    """The runs of one comparison in a folder, a file each."""

    def __init__(self, folder: Path, city: City, settings: Settings) -> None:
        """The folder is made if it is not there. Raises OtherRuns, OSError."""
        self._folder = folder / "runs"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._made_of = made_of(city, settings)
        for path in sorted(self._folder.glob("*.json")):
            self._check(path, _read(path))

    def known(self, policy: str, seed: int) -> Record | None:
        """The record of a run that was made before, or None."""
        path = self._path(policy, seed)
        return _record(_read(path)["record"]) if path.exists() else None

    def keep(self, record: Record) -> None:
        """Write a record; whole or not at all."""
        path = self._path(record.policy, record.seed)
        text = json.dumps({"made_of": self._made_of, "record": asdict(record)})
        unfinished = path.with_suffix(f".{os.getpid()}.part")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)

    def _path(self, policy: str, seed: int) -> Path:
        return self._folder / f"{re.sub(r'[^A-Za-z0-9_.-]', '_', policy)}-{seed}.json"

    def _check(self, path: Path, found: dict[str, Any]) -> None:
        theirs = found["made_of"]
        differing = [
            f"{name} {theirs.get(name)} and not {value}"
            for name, value in self._made_of.items()
            if theirs.get(name) != value
        ]
        if differing:
            raise OtherRuns(
                f"{path} is a run of {', '.join(differing)}; name another folder, or remove it"
            )


def made_of(city: City, settings: Settings) -> dict[str, Any]:
    """What runs must share to be compared, JSON-ready; the city as a hash."""
    parts: dict[str, Any] = to_json(settings)
    return {"version": VERSION, "city": _hash(city), **parts}


def _hash(city: City) -> str:
    table = city.readings
    digest = sha256(
        json.dumps(
            to_json(
                (
                    city.bins,
                    city.depots,
                    city.disposal_sites,
                    city.trucks,
                    city.emptyings,
                    city.timezone,
                    city.travel,
                    city.rates,
                )
            )
        ).encode()
    )
    for name in table.__slots__:
        digest.update(getattr(table, name).tobytes())
    return digest.hexdigest()[:16]


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise OtherRuns(f"{path} is no record of a run ({error}); remove it") from error
    if not isinstance(found, dict) or not {"made_of", "record"} <= found.keys():
        raise OtherRuns(f"{path} is no record of a run; remove it")
    return found


def _record(found: dict[str, Any]) -> Record:
    days = tuple(Day(**(day | {"fills": tuple(day["fills"])})) for day in found["days"])
    return Record(**(found | {"days": days, "kept": Kept(**found["kept"])}))
