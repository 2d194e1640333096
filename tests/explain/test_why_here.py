from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from optimiser.domain.problem import Evidence
from optimiser.explain import why_here
from tiny import a_visit

NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Copenhagen")
KNOWN = Evidence(
    level=0.82,
    level_sd=0.05,
    fill_per_day=0.2,
    overflow_chance=0.31,
    next_chance=datetime(2026, 11, 25, 11, tzinfo=UTC),
    last_reading=0.75,
    last_reading_at=datetime(2026, 11, 24, 4, tzinfo=UTC),
    reliability="medium",
)


def test_a_stop_tells_level_reading_chance_and_worth() -> None:
    visit = a_visit("A", 1, required=False, prize_eur=18.6, evidence=KNOWN)
    assert why_here(visit, NOON, ZONE) == (
        "Expected 82% full (last reading 75%, 7 h old; medium reliability), "
        "31% chance of overflow by Wed 25 Nov 12:00; "
        "worth it: leaving it today would cost 18.60 EUR in expectation."
    )


def test_a_stop_worth_it_tells_what_its_prize_is_made_of() -> None:
    evidence = replace(KNOWN, overflow_eur=14.2, left_until=datetime(2026, 11, 25, 11, tzinfo=UTC))
    visit = a_visit("A", 1, required=False, prize_eur=18.6, evidence=evidence)
    assert why_here(visit, NOON, ZONE).endswith(
        "worth it: leaving it today would cost 18.60 EUR in expectation "
        "(14.20 for overflow, 4.40 because it will need a visit the sooner)."
    )


def test_a_required_stop_without_evidence_says_so_briefly() -> None:
    assert why_here(a_visit("A", 1), NOON, ZONE) == "It must be emptied today."
