"""Whether an edit means the version that is there."""

from typing import Literal

from api.usecases.catalogue import NO_VERSION, Expected
from api.usecases.errors import PreconditionRequired, VersionMismatch

ExpectedVersion = int | Literal["any"] | None
"""What If-Match says: a version, any (`*`), or None for nothing."""


def check_put(what: str, current: int | None, expected: Expected) -> None:
    """As `check_version`, where `current` None is nothing yet and `absent` may be expected."""
    if current is not None and expected != "absent":
        check_version(what, current, expected)
    elif (current is None) != (expected in ("absent", None)):
        state = "is not there" if current is None else "is there already"
        raise VersionMismatch(f"{what} {state}", current=current)


def check_version(what: str, current: int, expected: ExpectedVersion) -> None:
    """Raises PreconditionRequired if nothing is expected, VersionMismatch if something else."""
    if expected is None:
        text = f"say which version of {what} you mean (its ETag, in If-Match)"
        raise PreconditionRequired(text, current=current)
    if expected not in ("any", current):
        given = "what If-Match says" if expected == NO_VERSION else expected
        raise VersionMismatch(f"{what} is at version {current}, not {given}", current=current)
