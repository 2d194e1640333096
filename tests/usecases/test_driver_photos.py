"""Pictures: what is one, and how they are kept."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.store.database import Database
from api.usecases.driver.photos import keep_photo, photo
from api.usecases.driver.pictures import NoPicture, read_picture
from api.usecases.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from api.usecases.keys import Principal
from pictures_made import jpeg, png, webp
from small_city import NOW

ID = UUID(int=7)
KIM = Principal("k1", "driver", "Kim", truck_id="truck-1")
BO = Principal("k2", "driver", "Bo", truck_id="truck-2")
SAM = Principal("k3", "dispatcher", "Sam")
WHOLE = [
    ("image/png", png(300, 200)),
    ("image/jpeg", jpeg(300, 200)),
    ("image/jpeg", jpeg(300, 200, comment=b"\xff\xd9 not the end")),
    *(("image/webp", webp(kind, 300, 200)) for kind in (b"VP8L", b"VP8 ", b"VP8X")),
]


@pytest.mark.parametrize(("media_type", "raw"), WHOLE)
def test_a_whole_picture_is_known_by_its_bytes(media_type: str, raw: bytes) -> None:
    found = read_picture(raw)
    assert (found.media_type, found.width, found.height) == (media_type, 300, 200)
    assert found.data == raw


@pytest.mark.parametrize(("media_type", "raw"), WHOLE)
def test_what_follows_a_picture_is_cut_off(media_type: str, raw: bytes) -> None:
    assert read_picture(raw + b"<script>alert(1)</script>").data == raw


@pytest.mark.parametrize(("media_type", "raw"), WHOLE)
def test_a_picture_that_is_cut_short_anywhere_is_none(media_type: str, raw: bytes) -> None:
    for end in range(len(raw)):
        with pytest.raises(NoPicture):
            read_picture(raw[:end])


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + bytes(50),
        b"%PDF-1.7",
        b"\0\0\0\x20ftypheic" + bytes(50),
        png(0, 5),
        png(20_000, 20_000),
        png()[:20] + b"\x05" + png()[21:],
        jpeg(0, 0),
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff" + b"\xff" * 50,
        webp(b"VP8L").replace(b"VP8L", b"ABCD"),
    ],
)
def test_what_is_no_picture_is_refused(raw: bytes) -> None:
    with pytest.raises(NoPicture):
        read_picture(raw)


@given(raw=st.binary(max_size=200), head=st.sampled_from((b"\xff\xd8\xff", png()[:8], b"RIFF")))
def test_no_bytes_do_anything_worse_than_being_refused(raw: bytes, head: bytes) -> None:
    with suppress(NoPicture):
        assert (head + raw).startswith(read_picture(head + raw).data)


def keep(
    db: Database,
    raw: bytes = jpeg(),
    *,
    photo_id: UUID = ID,
    who: Principal = KIM,
    media_type: str = "image/jpeg",
    minutes: int = 0,
) -> bool:
    now = NOW + timedelta(minutes=minutes)
    kept, new = keep_photo(
        db, photo_id, raw, media_type=media_type, principal=who, now=now, most_a_day=3
    )
    assert (kept.id, kept.truck_id, kept.size) == (photo_id, who.truck_id, len(jpeg()))
    return new


def test_a_picture_is_kept_once_however_often_it_is_sent(db: Database) -> None:
    assert [keep(db), keep(db, minutes=5)] == [True, False]
    assert photo(db, ID, principal=KIM).data == photo(db, ID, principal=SAM).data == jpeg()


def test_another_picture_under_its_id_is_not_taken(db: Database) -> None:
    keep(db)
    with pytest.raises(Conflict) as caught:
        keep(db, jpeg(5, 5))
    assert caught.value.code == "photo_exists"
    with pytest.raises(Conflict):
        keep(db, who=BO)
    assert photo(db, ID, principal=SAM).data == jpeg()


def test_nobody_sees_another_drivers_picture(db: Database) -> None:
    keep(db)
    with pytest.raises(NotFound):
        photo(db, ID, principal=BO)
    with pytest.raises(NotFound):
        photo(db, UUID(int=8), principal=SAM)
    with pytest.raises(Forbidden):
        keep(db, who=SAM)


def test_what_it_is_must_be_what_it_says(db: Database) -> None:
    for raw, media_type in ((png(), "image/jpeg"), (b"<html>", "image/png")):
        with pytest.raises(Invalid) as caught:
            keep(db, raw, media_type=media_type)
        assert caught.value.code == "bad_picture"


def test_a_truck_sends_only_so_many_a_day(db: Database) -> None:
    for number in range(3):
        keep(db, photo_id=UUID(int=number))
    with pytest.raises(TooMany) as caught:
        keep(db, photo_id=UUID(int=9))
    assert (caught.value.code, caught.value.retry_after_s) == ("too_many_photos", 3600)
    assert keep(db, photo_id=UUID(int=0)) is False
    assert keep(db, photo_id=UUID(int=9), who=BO) is True
    assert keep(db, photo_id=UUID(int=10), minutes=24 * 60 + 1) is True
