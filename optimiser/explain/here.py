"""A sentence for each stop: level, age of the reading, chance of overflow, required or worth it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from optimiser.domain.problem import Evidence, Visit


def why_here(visit: Visit, begin: datetime, zone: ZoneInfo) -> str:
    """Why a visit is worth its stop, which begins at `begin`."""
    if visit.required:
        verdict = "it must be emptied today"
    else:
        verdict = f"worth it: leaving it today would cost {prize_in_words(visit)}"
    if visit.evidence is None:
        return verdict[0].upper() + verdict[1:] + "."
    return f"{what_is_known(visit.evidence, begin, zone)}; {verdict}."


def prize_in_words(visit: Visit) -> str:
    """The prize, and what it is made of where that is known."""
    total = f"{visit.prize_eur:.2f} EUR in expectation"
    if visit.evidence is None or visit.evidence.overflow_eur is None:
        return total
    overflow_eur = min(visit.evidence.overflow_eur, visit.prize_eur)
    return (
        f"{total} ({overflow_eur:.2f} for overflow, "
        f"{visit.prize_eur - overflow_eur:.2f} because it will need a visit the sooner)"
    )


def what_is_known(evidence: Evidence, at: datetime, zone: ZoneInfo) -> str:
    """Level, its source, and the chance of overflow, in words."""
    chance = evidence.overflow_chance
    by = evidence.next_chance.astimezone(zone)
    return (
        f"Expected {evidence.level:.0%} full ({_source(evidence, at)}), "
        f"{chance:.0%} chance of overflow by {by:%a %d %b %H:%M}"
    )


def _source(evidence: Evidence, at: datetime) -> str:
    if evidence.last_reading_at is None or evidence.last_reading is None:
        return f"no reading; {evidence.reliability} reliability"
    age = _age(at - evidence.last_reading_at)
    return (
        f"last reading {evidence.last_reading:.0%}, {age} old; {evidence.reliability} reliability"
    )


def _age(age: timedelta) -> str:
    hours = max(0.0, age.total_seconds() / 3600)
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} days"
