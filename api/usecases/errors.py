"""What a use case can refuse. `code` is stable and listed in docs/errors.md.

HTTP maps each class to a status in one place:

| class | status |
| --- | --- |
| Invalid, InvalidImport | 422 (code `malformed`: 400) |
| Unauthenticated | 401 |
| Forbidden | 403 |
| NotFound | 404 |
| Conflict | 409 |
| Violates | 422, with every violation |
| VersionMismatch | 412 |
| PreconditionRequired | 428 |
| TooMany | 429 with Retry-After |
| Busy, ProviderDown | 503 with Retry-After |
| StoreUnavailable (api.store.errors) | 503, code `disk_full`: 507; with Retry-After |
| PlanningFailed (optimiser.planning) | as its own code says |
"""

from collections.abc import Sequence
from dataclasses import dataclass

from api.store.errors import StoreUnavailable
from optimiser.domain.plan import Violation
from optimiser.wire import FieldProblem

__all__ = [
    "Busy",
    "Conflict",
    "FieldProblem",
    "Forbidden",
    "Invalid",
    "InvalidImport",
    "NotFound",
    "PreconditionRequired",
    "ProviderDown",
    "RowProblem",
    "StoreUnavailable",
    "TooMany",
    "Unauthenticated",
    "UsecaseError",
    "VersionMismatch",
    "Violates",
]


class UsecaseError(Exception):
    """Base of all refusals: a stable `code` and a `detail` for people."""

    code = "refused"

    def __init__(self, detail: str, *, code: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        if code is not None:
            self.code = code


class NotFound(UsecaseError):  # noqa: N818  # refusals are named by what is the case
    """There is no such thing, or not for this caller."""

    code = "not_found"


class Unauthenticated(UsecaseError):  # noqa: N818  # as above
    """The key is missing, unknown or revoked; which of them is not said."""

    code = "unauthenticated"


class Forbidden(UsecaseError):  # noqa: N818  # as above
    """This role may not do this."""

    code = "forbidden"


class Conflict(UsecaseError):  # noqa: N818  # as above
    """What is there already stands in the way.

    Codes: `in_use` (something refers to it), `sensor_taken`, `plan_not_done`,
    `plan_finished`, `plan_cancelled`, `idempotency_key_reused`, `secret_shown_once`,
    `photo_exists`, `key_ended`.
    """

    def __init__(self, detail: str, *, code: str) -> None:
        super().__init__(detail, code=code)


class VersionMismatch(UsecaseError):  # noqa: N818  # as above
    """Someone else was quicker. `current` is the version there now, None if there is none."""

    code = "version_mismatch"

    def __init__(self, detail: str, *, current: int | None) -> None:
        super().__init__(detail)
        self.current = current


class PreconditionRequired(UsecaseError):  # noqa: N818  # as above
    """It exists, so an edit must say which `version` it edits (If-Match)."""

    code = "precondition_required"

    def __init__(self, detail: str, *, current: int) -> None:
        super().__init__(detail)
        self.current = current


class Invalid(UsecaseError):  # noqa: N818  # as above
    """Wrong values; `problems` names every wrong field.

    Codes: `invalid`, `malformed` (not JSON, not UTF-8: nothing could be read),
    `bad_cursor`, `no_trucks`, `no_depots`, `bad_picture`.
    """

    code = "invalid"

    def __init__(
        self, detail: str, problems: Sequence[FieldProblem] = (), *, code: str | None = None
    ) -> None:
        super().__init__(detail, code=code)
        self.problems = tuple(problems)


class Violates(UsecaseError):  # noqa: N818  # as above
    """A plan that the verifier does not pass; `violations` names every rule it breaks."""

    code = "violates"

    def __init__(self, detail: str, violations: Sequence[Violation]) -> None:
        count = len(violations)
        super().__init__(f"{detail}: {count} violation{'s' if count != 1 else ''}")
        self.violations = tuple(violations)


@dataclass(frozen=True)
class RowProblem:
    """One wrong cell of an import.

    `row` is 1 for the first record of data (a CSV's header is not counted), 0 for the file as
    a whole. `value` is what was given, shortened.
    """

    row: int
    field: str
    value: str
    message: str

    def __str__(self) -> str:
        where = f"row {self.row}" if self.row else "file"
        field = f", {self.field}" if self.field else ""
        given = f" (given: {self.value})" if self.value else ""
        return f"{where}{field}: {self.message}{given}"


class InvalidImport(UsecaseError):  # noqa: N818  # as above
    """A file that cannot be imported; nothing of it was. `rows` names every bad row."""

    code = "invalid_import"

    def __init__(self, rows: Sequence[RowProblem]) -> None:
        count = len({each.row for each in rows if each.row})
        what = f"{count} bad row{'s' if count != 1 else ''}"
        whole = [each for each in rows if not each.row]
        if whole:
            named = any(each.field for each in whole)
            what = "the columns are not right" if named else whole[0].message
        super().__init__(f"nothing was imported: {what}")
        self.rows = tuple(rows)


class TooMany(UsecaseError):  # noqa: N818  # as above
    """The caller has had its share; try again after `retry_after_s`. Codes: `too_many_photos`,
    `too_many_requests`.
    """

    def __init__(self, detail: str, *, code: str, retry_after_s: int) -> None:
        super().__init__(detail, code=code)
        self.retry_after_s = retry_after_s


class ProviderDown(UsecaseError):  # noqa: N818  # as above
    """The identity provider cannot be asked; try again after `retry_after_s`."""

    code = "identity_provider_down"

    def __init__(self, detail: str, *, retry_after_s: int) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class Busy(UsecaseError):  # noqa: N818  # as above
    """As many solves as allowed are under way; try again after `retry_after_s`."""

    code = "busy"

    def __init__(self, detail: str, *, retry_after_s: int) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


PLAN_FAILURES = {
    "no_trucks": "No truck for it drives on its date any more, or one that it names is gone.",
    "no_depots": "There is no depot any more.",
    "invalid_problem": "Depots, sites, trucks and bins do not make a problem together.",
    "worker_lost": "Three workers went silent while they worked on it.",
    "out_of_memory": "There was not enough memory for it.",
    "internal": "An error of the service itself, which its log explains.",
}
"""Why a plan can fail beside the planner's own codes; docs/errors.md has the same table."""
