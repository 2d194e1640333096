"""Pictures that drivers take: kept in the database, with the events that name them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from api.store import photos as rows
from api.store.database import Database
from api.usecases.driver.pictures import NoPicture, Picture, read_picture
from api.usecases.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from api.usecases.keys import Principal

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Photo:
    """What is known of a picture beside its bytes. `size` in bytes, as kept."""

    id: UUID
    truck_id: str
    media_type: str
    width: int
    height: int
    size: int
    received_at: datetime


def keep_photo(
    db: Database,
    photo_id: UUID,
    raw: bytes,
    *,
    media_type: str,
    principal: Principal,
    now: datetime,
    most_a_day: int,
) -> tuple[Photo, bool]:
    """Keep a picture under the id that the phone made; and whether it is new. Safe to repeat.

    Raises Invalid (`bad_picture`: no picture, or not of this media type), Conflict
    (`photo_exists`: another picture has this id), TooMany (`most_a_day` of a truck in 24 hours).
    """
    if principal.truck_id is None:
        raise Forbidden("pictures are sent with a driver's key")
    picture = _checked(raw, media_type)
    row = {
        "id": str(photo_id),
        "truck_id": principal.truck_id,
        "key_id": principal.key_id,
        "media_type": picture.media_type,
        "width": picture.width,
        "height": picture.height,
        "sha256": hashlib.sha256(raw).hexdigest(),
        "data": picture.data,
        "received_at": now,
    }
    with db.write() as tx:
        known = rows.fetch_head(tx, str(photo_id))
        if known is None and rows.count_since(tx, principal.truck_id, now - _DAY) >= most_a_day:
            text = f"a truck sends at most {most_a_day} pictures in 24 hours"
            raise TooMany(text, code="too_many_photos", retry_after_s=3600)
        new = known is None and rows.add(tx, row)
        kept = rows.fetch_head(tx, str(photo_id))
    if kept is None or (kept.sha256, kept.truck_id) != (row["sha256"], principal.truck_id):
        raise Conflict("another picture has this id; make a new one", code="photo_exists")
    return _photo(kept, photo_id, len(picture.data)), new


def _photo(kept: Row[Any], photo_id: UUID, size: int) -> Photo:
    shape = (kept.width, kept.height)
    return Photo(photo_id, kept.truck_id, kept.media_type, *shape, size, kept.received_at)


def photo(db: Database, photo_id: UUID, *, principal: Principal) -> Picture:
    """A picture. Raises NotFound, also for a driver of another truck."""
    with db.read() as tx:
        row = rows.fetch(tx, str(photo_id))
    foreign = row is not None and principal.role == "driver" and row.truck_id != principal.truck_id
    if row is None or foreign:
        raise NotFound(f"there is no picture {photo_id}")
    return Picture(row.media_type, row.width, row.height, bytes(row.data))


def _checked(raw: bytes, media_type: str) -> Picture:
    try:
        picture = read_picture(raw)
    except NoPicture as error:
        raise Invalid(str(error), code="bad_picture") from None
    if picture.media_type != media_type:
        text = f"this is {picture.media_type}, and not {media_type} as Content-Type says"
        raise Invalid(text, code="bad_picture")
    return picture
