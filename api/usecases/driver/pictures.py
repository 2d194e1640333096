"""Is it a picture? Told from the bytes, by walking through the whole file's structure.

Nothing is decoded here: a decoder is what bad pictures attack. What follows a picture's end is
cut off, so that no file is a picture and something else at once.
"""

from dataclasses import dataclass
from struct import Struct
from zlib import crc32

MOST_PIXELS = 100_000_000
"""More than any phone's camera; far more would fill the memory of whoever opens it."""

_U32 = Struct(">I")
_PNG = b"\x89PNG\r\n\x1a\n"
_SOF = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_ALONE = {0x01, *range(0xD0, 0xD8)}
_EOI, _SOS = 0xD9, 0xDA


class NoPicture(ValueError):  # noqa: N818  # it says what the bytes are, not what failed
    """These bytes are no whole JPEG, PNG or WebP; the text says why."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's media type, size in pixels, and its bytes up to its end."""

    media_type: str
    width: int
    height: int
    data: bytes


def read_picture(raw: bytes) -> Picture:
    """What picture these bytes are. Raises NoPicture."""
    try:
        found = _read(raw)
    except (IndexError, ValueError) as error:
        text = str(error) if isinstance(error, NoPicture) else "the picture ends too soon"
        raise NoPicture(text) from None
    if not 0 < found.width * found.height <= MOST_PIXELS:
        raise NoPicture(f"a picture of {found.width} x {found.height} pixels is not taken")
    return found


def _read(raw: bytes) -> Picture:
    if raw.startswith(b"\xff\xd8\xff"):
        return _jpeg(raw)
    if raw.startswith(_PNG):
        return _png(raw)
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        return _webp(raw)
    raise NoPicture("send a JPEG, PNG or WebP picture")


def _jpeg(raw: bytes) -> Picture:
    """Segments of a marker and a length each; a scan lasts until the next marker (ITU T.81)."""
    at, size, scans = 2, (0, 0), 0
    while True:
        marker, at = _next_marker(raw, at)
        if marker == _EOI:
            break
        if marker in _ALONE:
            continue
        length = int.from_bytes(_bytes(raw, at, 2))
        segment = _bytes(raw, at, max(length, 2))
        if marker in _SOF:
            size = (int.from_bytes(segment[5:7]), int.from_bytes(segment[3:5]))
        at += len(segment)
        if marker == _SOS:
            scans += 1
            at = _end_of_scan(raw, at)
    if not scans:
        raise NoPicture("the JPEG has no image in it")
    return Picture("image/jpeg", *size, raw[:at])


def _next_marker(raw: bytes, at: int) -> tuple[int, int]:
    """The marker that begins at `at`, and where what it heads begins; 0xFF may fill in before."""
    if raw[at] != 0xFF:
        raise NoPicture("the JPEG is broken")
    while raw[at] == 0xFF:
        at += 1
    return raw[at], at + 1


def _end_of_scan(raw: bytes, at: int) -> int:
    """Where the marker after a scan begins: in a scan 0xFF is followed by 0 or a restart."""
    while True:
        at = raw.index(b"\xff", at)
        if raw[at + 1] != 0 and raw[at + 1] not in _ALONE:
            return at
        at += 2


def _png(raw: bytes) -> Picture:
    """Chunks of length, kind, content and checksum; the first says the size, the last is empty."""
    seen: set[bytes] = set()
    at, size = len(_PNG), (0, 0)
    while True:
        (length,) = _U32.unpack(_bytes(raw, at, 4))
        body = _bytes(raw, at + 4, 4 + length)
        (checksum,) = _U32.unpack(_bytes(raw, at + 8 + length, 4))
        if crc32(body) != checksum or (not seen and body[:4] != b"IHDR"):
            raise NoPicture("the PNG is broken")
        if not seen:
            size = (int.from_bytes(body[4:8]), int.from_bytes(body[8:12]))
        seen.add(body[:4])
        at += 12 + length
        if body[:4] == b"IEND":
            break
    if b"IDAT" not in seen:
        raise NoPicture("the PNG has no image in it")
    return Picture("image/png", *size, raw[:at])


def _webp(raw: bytes) -> Picture:
    """One RIFF chunk; its first inner chunk says the size in one of three ways (RFC 9649)."""
    end = 8 + int.from_bytes(raw[4:8], "little")
    if end > len(raw):
        raise NoPicture("the picture ends too soon")
    kind, head = raw[12:16], _bytes(raw, 20, 10)
    if kind == b"VP8 " and head[3:6] == b"\x9d\x01\x2a":
        size = (_little(head[6:8]) & 0x3FFF, _little(head[8:10]) & 0x3FFF)
    elif kind == b"VP8L" and head[0] == 0x2F:
        bits = _little(head[1:5])
        size = ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    elif kind == b"VP8X":
        size = (_little(head[4:7]) + 1, _little(head[7:10]) + 1)
    else:
        raise NoPicture("the WebP is broken")
    return Picture("image/webp", *size, raw[:end])


def _little(raw: bytes) -> int:
    return int.from_bytes(raw, "little")


def _bytes(raw: bytes, at: int, count: int) -> bytes:
    """So many bytes, all there."""
    found = raw[at : at + count]
    if len(found) < count:
        raise NoPicture("the picture ends too soon")
    return found
