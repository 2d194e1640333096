"""Import of readings and emptyings from files."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from api.store.catalogue import BINS, existing_ids
from api.store.database import Database
from api.store.readings import add_emptyings
from api.store.states import forget_pools, mark_stale
from api.usecases.drafts import FUTURE
from api.usecases.errors import InvalidImport, RowProblem
from api.usecases.imports.columns import EMPTYINGS, READINGS, Columns
from api.usecases.imports.features import read_list
from api.usecases.imports.reading import Format, row_problems
from api.usecases.imports.tables import Record, read_table
from api.usecases.keys import LOCAL_ADMIN
from api.usecases.readings import IngestResult, take
from optimiser.domain.readings import Emptying
from optimiser.wire import InvalidDocument, read

OnProgress = Callable[[int, int], None]
"""Called with rows done and rows in all."""

_AT_A_TIME = 5000


@dataclass(frozen=True)
class HistoryResult:
    """Emptyings that were new, and those known already."""

    created: int
    unchanged: int


def import_readings(
    db: Database,
    raw: bytes,
    *,
    format: Format = "csv",  # noqa: A002  # the word for it
    now: datetime,
    on_progress: OnProgress | None = None,
) -> IngestResult:
    """Readings of a file (`sensor_id,time,fill,sequence,quality`), in one transaction.

    Bad rows go to quarantine as those of a batch do. Raises InvalidImport if the file itself
    cannot be read: no header, a column missing or unknown, bad UTF-8.
    """
    records = _records(raw, format, "readings", READINGS)
    elements = [list(each.cells) if each.cells else each.values for each in records]
    total = IngestResult(0, 0, 0, ())
    with db.write() as tx:
        for start in range(0, len(elements), _AT_A_TIME):
            part = elements[start : start + _AT_A_TIME]
            total = _sum(total, take(tx, part, LOCAL_ADMIN, now), start)
            if on_progress:
                on_progress(start + len(part), len(elements))
        if total.accepted:
            forget_pools(tx)
    return total


def _sum(total: IngestResult, more: IngestResult, start: int) -> IngestResult:
    return IngestResult(
        total.accepted + more.accepted,
        total.duplicate + more.duplicate,
        total.quarantined + more.quarantined,
        total.problems + tuple(replace(each, index=each.index + start) for each in more.problems),
    )


def import_emptyings(
    db: Database,
    raw: bytes,
    *,
    format: Format = "csv",  # noqa: A002  # the word for it
    now: datetime,
) -> HistoryResult:
    """Emptyings of a file (`bin_id,time`), all or nothing. Raises InvalidImport."""
    records = list(_records(raw, format, "emptyings", EMPTYINGS))
    with db.write() as tx:
        rows = _checked(records, existing_ids(tx, BINS), now)
        created = add_emptyings(tx, rows)
        since = min((row["time"] for row in rows), default=None)
        mark_stale(tx, {row["bin_id"] for row in rows}, since=since)
    return HistoryResult(created, len(records) - created)


def _records(raw: bytes, format: Format, name: str, columns: Columns) -> Iterator[Record]:  # noqa: A002  # as above
    match format:
        case "csv":
            return read_table(raw, columns)
        case "json":
            return read_list(raw, name)
        case "geojson":
            text = f"{name} have no place, so GeoJSON cannot hold them; use CSV or JSON"
            raise InvalidImport([RowProblem(0, "", "", text)])


def _checked(records: Sequence[Record], bins: set[str], now: datetime) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    problems: list[RowProblem] = []
    for record in records:
        if record.problems:
            problems += record.problems
            continue
        try:
            found = read(Emptying, json.dumps(record.values).encode())
        except InvalidDocument as error:
            problems += row_problems(record.row, error)
            continue
        if found.bin_id not in bins:
            text = "there is no such bin"
            problems.append(RowProblem(record.row, "bin_id", repr(found.bin_id), text))
        if found.time > now + FUTURE:
            shown = found.time.isoformat()
            problems.append(RowProblem(record.row, "time", shown, "this is in the future"))
        rows.append({"bin_id": found.bin_id, "time": found.time, "source": found.source})
    if problems:
        raise InvalidImport(problems)
    return rows
