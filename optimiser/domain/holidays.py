"""Public holidays of the country that a time zone belongs to."""

from datetime import date
from functools import lru_cache

COUNTRY = {"Europe/Copenhagen": "DK"}
"""Whose public holidays a time zone keeps; of other zones none are known."""


@lru_cache(maxsize=16)
def public_holidays(timezone: str, first_year: int, last_year: int) -> frozenset[date]:
    """Public holidays of the zone's country, none where it is not known."""
    country = COUNTRY.get(timezone)
    if country is None:
        return frozenset()
    from holidays import country_holidays  # noqa: PLC0415  # slow to import, and rarely needed

    return frozenset(country_holidays(country, years=range(first_year, last_year + 1)))
