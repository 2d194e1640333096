"""Every error code of the HTTP interface: its status, its title, what it means.

This table is the only place where a code becomes a status. docs/errors.md shows it;
a test keeps the two alike.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One row of the table. `meaning` says what happened and what to do about it."""

    status: int
    title: str
    meaning: str


CODES: dict[str, Code] = {
    # what can be wrong with any request
    "bad_request": Code(400, "Bad request", "The request is not valid HTTP for this service."),
    "malformed": Code(
        400,
        "Unreadable body",
        "The body is not JSON in UTF-8: empty, nested too deep, NaN, or a name twice in an object.",
    ),
    "body_incomplete": Code(
        400, "Body cut short", "Fewer bytes arrived than announced; nothing was done. Send again."
    ),
    "unauthenticated": Code(
        401, "Key needed", "The API key is missing, unknown, revoked or over; which is not said."
    ),
    "forbidden": Code(403, "Not for this role", "The key is good, but its role may not do this."),
    "not_found": Code(
        404, "Not found", "There is no such thing, or it is not for the eyes of this key."
    ),
    "unknown_path": Code(404, "Unknown path", "No resource has this path; see /openapi/."),
    "method_not_allowed": Code(
        405, "Method not allowed", "The resource does not know this method; see Allow."
    ),
    "body_too_large": Code(
        413, "Body too large", "The body, also after decompression, is over the limit; send less."
    ),
    "unsupported_media_type": Code(
        415, "Media type not taken", "The Content-Type is missing or not one of those taken here."
    ),
    "unsupported_encoding": Code(
        415, "Encoding not taken", "Content-Encoding may be gzip or identity, nothing else."
    ),
    "internal": Code(
        500, "Error in the service", "A fault of the service, logged under the request_id."
    ),
    # values
    "invalid": Code(422, "Wrong values", "The body was read, but has wrong or unknown fields."),
    "invalid_parameter": Code(
        422, "Wrong parameter", "A parameter of the path, the query or a header is wrong."
    ),
    "invalid_import": Code(
        422, "Import refused", "Rows of the file are wrong; nothing was imported, all are named."
    ),
    "bad_picture": Code(
        422, "No picture", "The body is no whole JPEG, PNG or WebP, or another than it says."
    ),
    "bad_cursor": Code(422, "Wrong cursor", "The cursor is none that this list has given."),
    "violates": Code(
        422, "Rules broken", "The plan would break rules; `violations` names every one."
    ),
    "no_depots": Code(422, "No depots", "There is no depot yet, so nothing can be planned."),
    "no_trucks": Code(
        422, "No trucks", "No truck drives on that date, or none of those named; nothing to plan."
    ),
    # what is there already
    "in_use": Code(
        409, "In use", "Something refers to it; the detail says what. Change that first."
    ),
    "sensor_taken": Code(409, "Sensor taken", "This sensor is on another bin; take it off there."),
    "plan_not_done": Code(409, "Plan not done", "The plan has no routes; see its status."),
    "plan_finished": Code(409, "Plan finished", "It is done or failed, so it cannot be stopped."),
    "plan_cancelled": Code(
        409, "Plan stopped", "It was stopped, so it is neither changed nor published any more."
    ),
    "key_ended": Code(409, "Key has ended", "The key is revoked or over; create another."),
    "idempotency_key_reused": Code(
        409,
        "Idempotency-Key used before",
        "The same key came with another request; make a new one.",
    ),
    "secret_shown_once": Code(
        409,
        "Secret shown once",
        "The first of these requests made the key; revoke that and make another.",
    ),
    "photo_exists": Code(
        409, "Another picture", "Another picture has this id; make a new one for this picture."
    ),
    "precondition_required": Code(
        428, "If-Match needed", "It exists; say in If-Match which version you mean to change."
    ),
    "version_mismatch": Code(
        412, "Changed meanwhile", "Someone changed it; fetch it, look at it, send the new ETag."
    ),
    "too_many_requests": Code(
        429, "Too many requests", "This key asks too often; see Retry-After."
    ),
    "too_many_photos": Code(
        429, "Too many pictures", "The truck has sent its share of pictures; see Retry-After."
    ),
    # what a search can end in: the codes of a failed plan, which POST /v1/solve answers at once
    "no_solution": Code(
        422, "No plan found", "The search ended before it found any plan; give it more seconds."
    ),
    "solver_out_of_memory": Code(
        422, "Too much memory", "The problem needs more memory than a search may have; send less."
    ),
    "solver_stuck": Code(500, "Search stuck", "The search did not end in time and was stopped."),
    "solver_crashed": Code(500, "Search crashed", "The process of the search ended abruptly."),
    "solver_error": Code(500, "Search failed", "The search ended with an error of its own."),
    "solver_nonsense": Code(500, "Search unusable", "The search gave what is no solution."),
    "unverified": Code(
        500, "Plan not verified", "No plan found passed the verifier, so none is shown."
    ),
    # what hinders the service
    "not_ready": Code(503, "Not ready", "The service cannot work now; `problems` names the parts."),
    "busy": Code(
        503,
        "Busy",
        "As many solves or live streams as allowed are under way; see Retry-After.",
    ),
    "identity_provider_down": Code(
        503, "Sign-in unavailable", "The identity provider cannot be asked; see Retry-After."
    ),
    "database_busy": Code(503, "Database busy", "The database is locked; see Retry-After."),
    "database_unavailable": Code(
        503, "Database gone", "The database cannot be reached; nothing was written."
    ),
    "disk_full": Code(507, "Disk full", "The database has no room; nothing was written."),
}


def as_markdown() -> str:
    """The table as docs/errors.md shows it."""
    rows = [f"| `{code}` | {row.status} | {row.meaning} |" for code, row in CODES.items()]
    return "\n".join(["| code | status | meaning |", "| --- | --- | --- |", *rows])
