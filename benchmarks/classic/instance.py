"""Reads the VRPLIB files of three sets: CVRP (X), MTVRPTWR and PCVRPTW.

From `PyVRP/Instances` (MIT). Numbers stay as the file has them; `scale` and `rounding` say how
the best-known costs beside them were counted: distances of the X set to the nearest whole number,
all numbers of the others times 10 and cut off.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

SETS = ("CVRP", "MTVRPTWR", "PCVRPTW")
Rounding = Literal["nearest", "down"]
_SECTIONS = {
    "NODE_COORD_SECTION": 2,
    "DEMAND_SECTION": 1,
    "TIME_WINDOW_SECTION": 2,
    "RELEASE_TIME_SECTION": 1,
    "PRIZE_SECTION": 1,
    "VEHICLES_RELOAD_DEPOT_SECTION": 1,
}
"""Numbers that follow the one a line of each section begins with."""


@dataclass(frozen=True, slots=True)
class Row:
    """The depot or a customer. A window bounds the start of service; None is no window."""

    number: int
    x: int
    y: int
    demand: int
    window: tuple[int, int] | None
    service: int
    release: int
    prize: int


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance as its file says it. `vehicles` None: as many as one likes.

    A customer without a prize must be served. A vehicle makes one trip, unless `several_trips`.
    """

    name: str
    set_name: str
    path: Path
    capacity: int
    vehicles: int | None
    several_trips: bool
    depot: Row
    customers: tuple[Row, ...]

    @property
    def scale(self) -> int:
        return 1 if self.set_name == "CVRP" else 10

    @property
    def rounding(self) -> Rounding:
        return "nearest" if self.set_name == "CVRP" else "down"


def read_instance(path: Path) -> Instance:
    """Read a file. Raises ValueError, naming the file, for what none of the three sets has."""
    try:
        return _instance(path)
    except (ValueError, KeyError, IndexError) as error:
        raise ValueError(f"{path.name} is no instance of {', '.join(SETS)}: {error}") from error


def best_known(folder: Path) -> dict[str, int]:
    """Best-known costs beside the instances of a set; empty where there is no `bks.csv`."""
    path = folder / "bks.csv"
    if not path.exists():
        return {}
    with path.open(newline="") as file:
        return {name: int(cost) for name, cost in csv.reader(file)}


def _instance(path: Path) -> Instance:
    fields, sections = _parts(path.read_text())
    set_name = fields["TYPE"]
    if set_name not in SETS:
        raise ValueError(f"TYPE {set_name}")
    if fields["EDGE_WEIGHT_TYPE"] != "EUC_2D":
        raise ValueError(f"EDGE_WEIGHT_TYPE {fields['EDGE_WEIGHT_TYPE']}")
    service = int(fields.get("SERVICE_TIME", 0))
    depot_number, *more = (row[0] for row in sections["DEPOT_SECTION"] if row[0] != -1)
    if depot_number != 1 or more:
        raise ValueError(f"depots {[depot_number, *more]}, not 1 alone")
    reloads = {row[1] for row in sections.get("VEHICLES_RELOAD_DEPOT_SECTION", [])}
    if reloads - {depot_number}:
        raise ValueError(f"vehicles reload at {sorted(reloads)}, not at the depot alone")
    depot, *customers = _rows(sections, service)
    if len(customers) + 1 != int(fields["DIMENSION"]):
        raise ValueError(f"{len(customers) + 1} rows, DIMENSION {fields['DIMENSION']}")
    return Instance(
        name=path.stem,
        set_name=set_name,
        path=path,
        capacity=int(fields["CAPACITY"]),
        vehicles=int(fields["VEHICLES"]) if "VEHICLES" in fields else None,
        several_trips=bool(reloads),
        depot=depot,
        customers=tuple(customers),
    )


def _rows(sections: dict[str, list[list[int]]], service: int) -> Iterator[Row]:
    """The depot, which serves nobody, and then the customers, in the order of the file."""
    demand, window, release, prize = (
        {row[0]: row[1:] for row in sections.get(f"{name}_SECTION", [])}
        for name in ("DEMAND", "TIME_WINDOW", "RELEASE_TIME", "PRIZE")
    )
    for number, x, y in sections["NODE_COORD_SECTION"]:
        opens_closes = window[number] if window else None
        yield Row(
            number=number,
            x=x,
            y=y,
            demand=demand[number][0],
            window=(opens_closes[0], opens_closes[1]) if opens_closes else None,
            service=0 if number == 1 else service,
            release=release[number][0] if release else 0,
            prize=prize[number][0] if prize else 0,
        )


def _parts(text: str) -> tuple[dict[str, str], dict[str, list[list[int]]]]:
    """Fields `NAME : value`, and the whole numbers of each section's lines."""
    fields: dict[str, str] = {}
    sections: dict[str, list[list[int]]] = {}
    section = ""
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if line == "EOF":
            break
        name, colon, value = line.partition(":")
        if line.endswith("_SECTION"):
            section = line
            if section not in _SECTIONS and section != "DEPOT_SECTION":
                raise ValueError(f"section {section}")
            sections[section] = []
        elif colon:
            fields[name.strip()] = value.strip()
        else:
            numbers = [int(cell) for cell in line.split()]
            if len(numbers) != 1 + _SECTIONS.get(section, 0):
                raise ValueError(f"{line!r} in {section or 'no section'}")
            sections[section].append(numbers)
    return fields, sections
