"""What clients sent, and what they were told of it."""

from dataclasses import dataclass, field
from typing import Any, Literal

EntryKind = Literal["readings", "events", "plan", "publish", "cancel"]


@dataclass
class Entry:
    """One request, however often it was sent. `ids` are what its effect is known by: of readings
    `sensor/sequence`, of events their UUIDs, of a plan its seed, else the plan's id. `aside`:
    sequences of readings that belong into the quarantine. `status` is that of the last answer.
    """

    kind: EntryKind
    ids: tuple[str, ...]
    aside: tuple[int, ...] = ()
    keyed: bool = True
    status: int | None = None
    answer: Any = None
    tries: int = 0

    @property
    def acknowledged(self) -> bool:
        return self.status is not None and self.status < 300

    @property
    def refused(self) -> bool:
        return self.status is not None and 400 <= self.status < 500


@dataclass
class ClientLog:
    """All entries; lists take appends from several threads."""

    entries: list[Entry] = field(default_factory=list)
    internal: list[str] = field(default_factory=list)
    """Answers 500, which nobody should ever see."""

    def began(self, entry: Entry) -> Entry:
        self.entries.append(entry)
        return entry

    def of(self, kind: EntryKind) -> list[Entry]:
        return [each for each in self.entries if each.kind == kind]
