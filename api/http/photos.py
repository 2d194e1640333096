"""Pictures that drivers take: /v1/photos. They are served as pictures and as nothing else."""

from uuid import UUID

from flask import Response

from api.http.answers import answer, unless_known
from api.http.blueprints import APIBlueprint, resource
from api.http.body import read_raw
from api.http.contract import DRIVERS, Media, contract
from api.http.etags import etag
from api.http.parameters import Parameters
from api.http.ports import ports, principal
from api.usecases.driver.photos import Photo, keep_photo, photo

PICTURES = ("image/jpeg", "image/png", "image/webp")
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""Even a browser that is asked to show one as a page runs nothing in it."""


class PhotoPath(Parameters):
    """The id that the phone gave a picture."""

    id: UUID


def blueprint() -> APIBlueprint:
    """Put and get."""
    made = resource("photos", "/v1/photos", tag="driver")
    made.put("/<id>", summary="Send a picture")(put_photo)
    made.get("/<id>", summary="A picture")(get_photo)
    return made


@contract(
    *DRIVERS,
    gives={200: Photo, 201: Photo},
    takes=dict.fromkeys(PICTURES, bytes),
    refuses=("bad_picture", "photo_exists", "too_many_photos"),
)
def put_photo(path: PhotoPath) -> Response:
    """Safe to repeat. The event that names it as `photo_id` may come before or after."""
    at = ports()
    raw, media_type = read_raw(at.settings.max_photo_bytes, PICTURES)
    kept, new = keep_photo(
        at.db,
        path.id,
        raw,
        media_type=media_type,
        principal=principal(),
        now=at.clock(),
        most_a_day=at.settings.photos_a_day,
    )
    return answer(kept, 201 if new else 200)


@contract(
    *DRIVERS,
    "dispatcher",
    "admin",
    gives={200: Media("image/*", bytes), 304: None},
    headers={200: ("ETag",)},
    accepts=("If-None-Match",),
    refuses=("not_found",),
)
def get_photo(path: PhotoPath) -> Response:
    """A driver sees those of the own truck only."""
    found = photo(ports().db, path.id, principal=principal())
    response = Response(found.data, content_type=found.media_type)
    suffix = found.media_type.removeprefix("image/")
    response.headers["Content-Disposition"] = f'attachment; filename="{path.id}.{suffix}"'
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["ETag"] = etag(path.id.hex)
    return unless_known(response)
