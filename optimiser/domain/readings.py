"""What sensors and drivers say of a bin's level."""

from datetime import UTC
from enum import IntEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field
from pydantic.dataclasses import dataclass

from optimiser.domain.base import CONFIG, Fill, Id

Instant = Annotated[AwareDatetime, AfterValidator(lambda value: value.astimezone(UTC))]
"""An aware instant, kept in UTC."""


EYES = "driver"
"""The sensor of levels that people saw: it is in no bin, and is never stuck, tilted or silent."""


class Quality(IntEnum):
    """How far a reading can be trusted (LwM2M object 3435)."""

    UNCHECKED = 0
    REJECTED = 1
    LIKELY_INVALID = 2
    SUSPICIOUS = 3
    ACCEPTED = 4


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Reading:
    """The level of a bin at an instant, as a sensor gave it.

    `sequence` is the device's own counter (f_cnt) or 0. Two readings with the same
    time, sensor and sequence are one reading.
    """

    sensor_id: Id
    bin_id: Id
    time: Instant
    fill: Fill
    sequence: Annotated[int, Field(ge=0, le=2**62)] = 0
    quality: Quality = Quality.UNCHECKED


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Emptying:
    """A bin was emptied at an instant: said by a driver, or found in the readings."""

    bin_id: Id
    time: Instant
    source: Literal["driver", "readings"] = "driver"
