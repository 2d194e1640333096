"""Results as JSON lines, one a run, each with what is needed to run it again."""

import json
import os
import platform
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

LIBRARIES = ("pyvrp", "ortools", "pyvroom", "numba", "numpy")


def write_record(path: Path | None, record: Mapping[str, Any]) -> None:
    """Append a record, at once, with machine, date and command; nowhere if `path` is None."""
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({**record, "run": about_this_run()}, ensure_ascii=False)
    cut_off = path.exists() and not path.read_bytes().endswith(b"\n")
    with path.open("a") as file:
        file.write("\n" * cut_off + line + "\n")


def read_records(path: Path, benchmark: str) -> list[dict[str, Any]]:
    """Records of a benchmark. A line cut short by a full disk or a kill is passed over."""
    records = []
    for line in path.read_text().splitlines():
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            continue
        if record.get("benchmark") == benchmark:
            records.append(record)
    return records


@cache
def about_this_run() -> dict[str, Any]:
    """Machine, date, versions and command."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": "python -m benchmarks " + " ".join(sys.argv[1:]),
        "machine": _machine(),
        "python": platform.python_version(),
        "libraries": {name: found for name in LIBRARIES if (found := _version(name))},
    }


def heading() -> str:
    """One line about this run, to stand above a table."""
    run = about_this_run()
    libraries = ", ".join(f"{name} {number}" for name, number in run["libraries"].items())
    return (
        f"`{run['command']}`, {run['date']}: {run['machine']}; Python {run['python']}, {libraries}."
    )


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    memory = ""
    if sys.platform == "linux":
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        memory = f", {total / 2**30:.0f} GB"
    return f"{cores} cores of {_processor()}{memory}, {platform.system()}"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
