"""What a driver's phone reports. Each event has an id made by the phone: sent twice it is one."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic.dataclasses import dataclass

from api.store.documents import dump, load
from optimiser.domain.base import CONFIG, Fill, Id, Kilograms, Name, Text
from optimiser.domain.places import GeoPoint
from optimiser.domain.readings import Instant

SkipReason = Literal[
    "blocked",
    "not_found",
    "locked",
    "contaminated",
    "too_heavy",
    "no_time",
    "vehicle_fault",
    "not_full",
    "other",
]

ProblemCode = Literal[
    "damaged",
    "overfull",
    "litter_around",
    "contaminated",
    "wrong_place",
    "no_access",
    "sensor_damaged",
    "accident",
    "vehicle_fault",
    "other",
]


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class _Reported:
    """What all events say: on which plan's route, by which truck, when and, if known, where."""

    id: UUID
    plan_id: Id
    truck_id: Id
    time: Instant
    place: GeoPoint | None = None


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class StopDone(_Reported):
    """A bin was emptied. `fill`: how full it was found."""

    kind: Literal["done"]
    visit_id: Id
    fill: Fill | None = None


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class StopSkipped(_Reported):
    """A bin was not emptied. `forced`: it could not be; otherwise the driver chose to leave it.

    Left out, `forced` follows from the reason: only `not_full` is a choice.
    """

    kind: Literal["skipped"]
    visit_id: Id
    reason: SkipReason
    forced: bool | None = None
    fill: Fill | None = None
    photo_id: UUID | None = None
    note: Text = ""

    @model_validator(mode="after")
    def _a_bin_that_is_not_full_is_left_by_choice(self) -> Self:
        if self.reason == "not_full" and self.forced:
            raise ValueError("a bin that is not full is left by choice: forced is false")
        return self

    @property
    def was_forced(self) -> bool:
        return self.reason != "not_full" if self.forced is None else self.forced


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class FillSeen(_Reported):
    """How full a bin is, seen in passing."""

    kind: Literal["fill_seen"]
    visit_id: Id
    fill: Fill


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Unloaded(_Reported):
    """The truck was emptied at a disposal site. `mass_kg`: what the weighbridge said."""

    kind: Literal["unloaded"]
    site_id: Id
    mass_kg: Kilograms | None = None
    ticket: Name = ""


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class ProblemSeen(_Reported):
    """Something is wrong, at a bin or elsewhere. The photo may come before or after."""

    kind: Literal["problem"]
    code: ProblemCode
    visit_id: Id | None = None
    photo_id: UUID | None = None
    note: Text = ""


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class BreakTaken(_Reported):
    """A rest began or ended."""

    kind: Literal["break"]
    phase: Literal["began", "ended"]


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class PositionSeen(_Reported):
    """Where the truck is: `place` is needed."""

    kind: Literal["position"]
    accuracy_m: Annotated[float, Field(ge=0, le=1e6)] | None = None

    @model_validator(mode="after")
    def _has_a_place(self) -> Self:
        if self.place is None:
            raise ValueError("a position needs its place")
        return self


_KINDS = ("done", "skipped", "fill_seen", "unloaded", "problem", "break", "position")


def _tag_of(value: Any) -> str | None:
    """Tags stand in angle brackets, by which `wire` knows them from fields in an error's path."""
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    return f"<{kind}>" if kind in _KINDS else None


DriverEvent = Annotated[
    Annotated[StopDone, Tag("<done>")]
    | Annotated[StopSkipped, Tag("<skipped>")]
    | Annotated[FillSeen, Tag("<fill_seen>")]
    | Annotated[Unloaded, Tag("<unloaded>")]
    | Annotated[ProblemSeen, Tag("<problem>")]
    | Annotated[BreakTaken, Tag("<break>")]
    | Annotated[PositionSeen, Tag("<position>")],
    Discriminator(
        _tag_of,
        custom_error_type="unknown_kind",
        custom_error_message=f"kind is one of {', '.join(_KINDS)}",
    ),
]

EventKind = Literal["done", "skipped", "fill_seen", "unloaded", "problem", "break", "position"]


_UNION: Any = DriverEvent  # mypy takes a union for a type, not for a value


def to_document(event: DriverEvent) -> Any:
    """An event as its row keeps it."""
    return dump(_UNION, event)


def from_document(document: Any) -> DriverEvent:
    """The event of a document that `to_document` made."""
    event: DriverEvent = load(_UNION, document)
    return event


def visit_of(event: DriverEvent) -> str | None:
    """The bin that an event is about, if it is about one."""
    return getattr(event, "visit_id", None)


def stop_of(event: DriverEvent) -> str | None:
    """The step of a route that an event is about: a visit, or the site of an unloading."""
    return event.site_id if isinstance(event, Unloaded) else visit_of(event)
