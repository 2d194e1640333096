"""A reason: a stable code, a sentence, and what would change it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a visit is left. `trucks` are those for which this was found out by trying."""

    code: str
    detail: str
    suggestion: str
    trucks: tuple[str, ...] = ()
