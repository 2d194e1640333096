"""The edits of a plan, as they are sent and as the record of changes keeps them."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag
from pydantic.dataclasses import dataclass

from optimiser.domain.base import CONFIG, Id

Position = Annotated[int, Field(ge=0, le=100_000)]


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Move:
    """Put a stop on this truck, or at another place of its own truck.

    `position`: how many stops of the truck come before it; None for where it costs least.
    """

    kind: Literal["move"]
    visit_id: Id
    truck_id: Id
    position: Position | None = None


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Pin:
    """Let no other truck have this stop, which moves there if it is on another one now.

    `truck_id` None takes the pin away.
    """

    kind: Literal["pin"]
    visit_id: Id
    truck_id: Id | None


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Lock:
    """Keep the first `stops` of a route as they are, with the unloadings between them.

    None is the whole route, 0 takes the lock away.
    """

    kind: Literal["lock"]
    truck_id: Id
    stops: Position | None = None


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Exclude:
    """Take a bin out of the plan altogether: it is neither on a route nor among those left."""

    kind: Literal["exclude"]
    visit_id: Id


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Add:
    """Have a bin emptied that is on no route, and require it from now on.

    It may be among those left, excluded before, or new since the plan was made. `truck_id` None:
    the truck where it costs least. `position`: as in `Move`, only with a truck.
    """

    kind: Literal["add"]
    bin_id: Id
    truck_id: Id | None = None
    position: Position | None = None


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Close:
    """Do without a truck. Its stops go, one by one, where they cost least; one that fits nowhere,
    or is not required and costs more than its prize, is left.
    """

    kind: Literal["close"]
    truck_id: Id


KINDS = ("move", "pin", "lock", "exclude", "add", "close")


def _tag_of(value: Any) -> str | None:
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    return f"<{kind}>" if kind in KINDS else None


Edit = Annotated[
    Annotated[Move, Tag("<move>")]
    | Annotated[Pin, Tag("<pin>")]
    | Annotated[Lock, Tag("<lock>")]
    | Annotated[Exclude, Tag("<exclude>")]
    | Annotated[Add, Tag("<add>")]
    | Annotated[Close, Tag("<close>")],
    Discriminator(
        _tag_of,
        custom_error_type="unknown_kind",
        custom_error_message=f"kind is one of {', '.join(KINDS)}",
    ),
]


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Edits:
    """Edits that are done in this order, all of them or none."""

    edits: Annotated[tuple[Edit, ...], Field(min_length=1, max_length=200)]
