"""What a route promises: who may call it, what it takes, what it gives, how it refuses.

Every view carries a `Contract`. The guard lets nobody pass without one, the OpenAPI
document is made from them, and tests walk them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from api.usecases.keys import Role

V = TypeVar("V", bound=Callable[..., Any])

DISPATCHERS: tuple[Role, ...] = ("dispatcher", "admin")
ADMINS: tuple[Role, ...] = ("admin",)
DRIVERS: tuple[Role, ...] = ("driver",)
WATCHERS: tuple[Role, ...] = ("monitor", "dispatcher", "admin")
DEVICES: tuple[Role, ...] = ("sensor", "admin")


@dataclass(frozen=True, slots=True)
class Media:
    """An answer of another media type than application/json; `kind` is what its schema shows."""

    media_type: str
    kind: Any = str


@dataclass(frozen=True, slots=True)
class Contract:
    """`roles` empty: anyone. `gives`: status -> class of the JSON answer, `Media`, or None for
    an empty one. `takes`: media type -> class of the body, or `bytes`. `refuses`: codes
    beyond those that any such route has. `headers`: status -> names of notable headers.
    `accepts`: names of the request headers that it heeds.
    """

    roles: frozenset[Role]
    gives: Mapping[int, Any]
    takes: Mapping[str, Any]
    refuses: tuple[str, ...]
    headers: Mapping[int, tuple[str, ...]]
    accepts: tuple[str, ...]
    has_query: bool


def contract(
    *roles: Role,
    gives: Mapping[int, Any],
    takes: Mapping[str, Any] | None = None,
    refuses: tuple[str, ...] = (),
    headers: Mapping[int, tuple[str, ...]] | None = None,
    accepts: tuple[str, ...] = (),
) -> Callable[[V], V]:
    """Declare a view's contract."""

    def declare(view: V) -> V:
        vars(view)["contract"] = Contract(
            roles=frozenset(roles),
            gives=gives,
            takes=takes or {},
            refuses=refuses,
            headers=headers or {},
            accepts=accepts,
            has_query="query" in view.__annotations__,
        )
        return view

    return declare


def contract_of(view: Callable[..., Any]) -> Contract | None:
    """The contract of a view, or None: then nobody may call it."""
    return vars(view).get("contract")
