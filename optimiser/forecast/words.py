"""A bin's forecast in words for people."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from optimiser.forecast.outlook import FullAt, forecast
from optimiser.forecast.state import FillState

_SENSOR = {
    "none": "no sensor was heard yet, so this goes by bins of its kind and by what drivers saw",
    "silent": "its sensor is silent",
    "stuck": "its sensor says the same all the time and is not believed",
    "tilted": "its sensor is tilted and is not believed",
}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def in_words(state: FillState, full: FullAt, zone: ZoneInfo) -> str:
    """How full a bin is at the state's instant, when it will be full, and how far to rely on
    that. Times are those of `zone`.
    """
    now = forecast([state], state.at)
    low, high = (_percent(float(each[0])) for each in now.interval)
    level = f"About {_percent(float(now.level[0]))} % full now ({low} to {high} %)."
    return f"{level} {_when(state, full, zone)} {_how_sure(state)}"


def _when(state: FillState, full: FullAt, zone: ZoneInfo) -> str:
    if full.expected is None:
        early = "" if full.earliest is None else f", {_told(full.earliest, zone)} at the earliest"
        return f"Not expected to be full within 60 days{early}."
    if full.expected <= state.at:
        return "It is full."
    last = "more than 60 days from now" if full.latest is None else _told(full.latest, zone)
    first = "now" if full.earliest in (None, state.at) else _told(full.earliest, zone)
    expected = _told(full.expected, zone)
    return f"Expected to be full {expected}; nine times in ten between {first} and {last}."


def _how_sure(state: FillState) -> str:
    why = _SENSOR.get(state.sensor, _heard(state))
    return f"Reliability {state.reliability}: {why}."


def _heard(state: FillState) -> str:
    if state.last_reading_at is None:
        return "its sensor is well"
    hours = (state.at - state.last_reading_at) / timedelta(hours=1)
    if hours < 1:
        return "its sensor was heard within the last hour"
    if hours < 48:
        return f"its sensor was last heard {hours:.0f} h ago"
    return f"its sensor was last heard {hours / 24:.0f} days ago"


def _percent(level: float) -> int:
    return round(100 * level)


def _told(instant: datetime, zone: ZoneInfo) -> str:
    """To the hour: a forecast knows no minutes."""
    local = instant.astimezone(zone) + timedelta(minutes=30)
    day = f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"
    return f"{day} at {local.hour:02}:00"
