"""Ids that are there, told to schemathesis, so that it comes past the 404s."""

import json
from collections.abc import Sequence

from api.store.catalogue import BINS, DEPOTS, DISPOSAL_SITES, TRUCKS, existing_ids
from api.store.database import Database

_OFTEN = 0.7
"""So often one of them is taken; else what schemathesis makes up."""

_BODIES = {
    "body.edits[*].visit_id": "bins",
    "body.edits[*].bin_id": "bins",
    "body.edits[*].truck_id": "trucks",
    "body.bin_id": "bins",
    "body.truck_id": "trucks",
    "body.events[*].plan_id": "plans",
    "body.events[*].truck_id": "trucks",
    "body.events[*].visit_id": "bins",
    "path.truck_id": "trucks",
    "path.a": "plans",
    "path.b": "plans",
    "header.If-Match": "tags",
}
_COLLECTIONS = {
    "/v1/bins/": "bins",
    "/v1/trucks/": "trucks",
    "/v1/depots/": "depots",
    "/v1/disposal-sites/": "disposal_sites",
    "/v1/plans/": "plans",
}


def configuration(db: Database, plan_ids: Sequence[str], truck_id: str) -> str:
    """schemathesis.toml for a city in a database, of which `truck_id` is the driver's."""
    with db.read() as tx:
        few: dict[str, list[str]] = {
            "bins": sorted(existing_ids(tx, BINS))[:5],
            "trucks": sorted({truck_id, *existing_ids(tx, TRUCKS)}),
            "depots": sorted(existing_ids(tx, DEPOTS)),
            "disposal_sites": sorted(existing_ids(tx, DISPOSAL_SITES)),
        }
    few |= {"plans": list(plan_ids), "tags": ["*", '"1"', '"2"']}
    return "\n".join((_SERVER_ERRORS, *_dictionaries(few), *_parameters(), *_operations()))


_SERVER_ERRORS = """
[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", "503"]
"""
"""503 with Retry-After is an answer of its own: as many are at work as there may be."""


def _dictionaries(known: dict[str, list[str]]) -> list[str]:
    return [f"[dictionaries.{name}]\nvalues = {json.dumps(ids)}" for name, ids in known.items()]


def _parameters() -> list[str]:
    return ["[parameters]", *(_bound(name, kind) for name, kind in _BODIES.items())]


def _operations() -> list[str]:
    return [
        f"[[operations]]\ninclude-path-regex = '^{path}\\{{id\\}}'\n[operations.parameters]\n"
        + "\n".join(_bound(name, kind) for name in ("path.id", "body.id"))
        for path, kind in _COLLECTIONS.items()
    ]


def _bound(name: str, kind: str) -> str:
    return f'"{name}" = {{ dictionary = "{kind}", probability = {_OFTEN} }}'
