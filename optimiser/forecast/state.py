"""Fill state: what is known of one bin at one instant. The database keeps one row of it a bin."""

from math import sqrt
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from optimiser.domain.base import CONFIG, Fill, Id
from optimiser.domain.calendar import Zone
from optimiser.domain.readings import Instant, Quality
from optimiser.forecast.profile import FLAT_WEEK, USUAL_HOURS, Profile

Reliability = Literal["low", "medium", "high"]
SensorState = Literal["none", "ok", "silent", "stuck", "tilted"]

Weight = Annotated[float, Field(ge=0, le=24)]
WeekdayWeights = tuple[Weight, Weight, Weight, Weight, Weight, Weight, Weight]
HourWeights = Annotated[tuple[Weight, ...], Field(min_length=24, max_length=24)]
Summer = Annotated[float, Field(ge=-0.9, le=0.9)]
Variance = Annotated[float, Field(ge=0, le=1e9)]


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class FillState:
    """Level and fill rate of one bin at `at`, with their uncertainty.

    - `level` 1.0 = full, may be above; `level_var` its variance.
    - `rate_per_day`: rise of the level on a day of weight 1; `rate_var` its variance,
      `covariance` that of level and rate.
    - `deposit_share`: a typical deposit as a share of the bin: the level's variance grows by
      this times the expected rise.
    - `weekday_weights`, `hour_weights`, `holiday_weight`, `summer`: when deposits come to bins
      of the kind, as in `Profile`; days and hours are those of `timezone`.
    - `last_reading`: the last one not rejected by its decoder, also if a stuck sensor gave it,
      and `last_quality`, what the filter made of it: 4 accepted, 3 suspicious (not sure yet),
      2 likely invalid (a spike, or a faulty sensor's), 0 if there was none.
      `readings`: how many were believed.
    - `last_emptied_at`: said by a driver, or the time of the reading that showed it.
    - `sensor`: none (no reading yet), silent (several readings overdue), stuck (the same value
      for too long), tilted (by its own word, or because it says anything), else ok.
    - `reliability`: high if the level's standard deviation is at most 0.08 and the last used
      reading at most 36 hours old; medium if the deviation is at most 0.15; else low.
    """

    bin_id: Id
    at: Instant
    level: Annotated[float, Field(ge=0, le=1e4)]
    level_var: Variance
    rate_per_day: Annotated[float, Field(gt=0, le=10)]
    rate_var: Variance
    covariance: Annotated[float, Field(ge=-1e9, le=1e9)]
    deposit_share: Annotated[float, Field(gt=0, le=1)]
    weekday_weights: WeekdayWeights = FLAT_WEEK
    hour_weights: HourWeights = USUAL_HOURS
    holiday_weight: Weight = 1.0
    summer: Summer = 0.0
    timezone: Zone = "Europe/Copenhagen"
    readings: Annotated[int, Field(ge=0)] = 0
    last_reading: Fill | None = None
    last_reading_at: Instant | None = None
    last_quality: Quality = Quality.UNCHECKED
    last_emptied_at: Instant | None = None
    sensor: SensorState = "none"
    reliability: Reliability = "low"

    @property
    def profile(self) -> Profile:
        return Profile(self.weekday_weights, self.hour_weights, self.holiday_weight, self.summer)

    @model_validator(mode="after")
    def _variances_agree(self) -> Self:
        limit = sqrt(self.level_var * self.rate_var)
        if abs(self.covariance) > limit * (1 + 1e-6) + 1e-12:
            raise ValueError(
                f"covariance {self.covariance} is more than level_var {self.level_var} "
                f"and rate_var {self.rate_var} allow"
            )
        return self
