"""What an engine answers: who does what in which order, without times."""

from typing import Literal

from pydantic.dataclasses import dataclass

from optimiser.domain.base import CONFIG, Id


@dataclass(frozen=True, slots=True, config=CONFIG)
class Action:
    """Emptying a bin (`ref` is a visit id) or unloading (`ref` is a disposal site id)."""

    kind: Literal["visit", "unload"]
    ref: Id


@dataclass(frozen=True, slots=True, config=CONFIG)
class TruckOrder:
    """One truck's actions between its depots. Breaks are placed when times are."""

    truck_id: Id
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True, config=CONFIG)
class Solution:
    """Orders of the trucks that leave their depot; a truck without visits is not listed."""

    orders: tuple[TruckOrder, ...] = ()
