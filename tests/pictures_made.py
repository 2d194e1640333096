"""Tiny real pictures, made here byte by byte."""

import struct
import zlib


def png(width: int = 2, height: int = 1) -> bytes:
    """A black PNG, one byte of grey a pixel."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes(width)) * min(height, 10))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND")


def _chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


SCAN = b"\x12\xff\x00\x34"


def jpeg(width: int = 2, height: int = 1, *, comment: bytes = b"") -> bytes:
    """The skeleton of a baseline JPEG: a frame and a scan with a stuffed 0xFF and a restart."""
    frame = struct.pack(">BHHB3B", 8, height, width, 1, 1, 0x11, 0)
    parts = [b"\xff\xd8", _segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")]
    if comment:
        parts.append(_segment(0xFE, comment))
    parts += [b"\xff", _segment(0xC0, frame), _segment(0xDA, b"\x01\x01\0\0\x3f\0")]
    return b"".join((*parts, SCAN, b"\xff\xd0", SCAN, b"\xff\xd9"))


def _segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def webp(kind: bytes = b"VP8L", width: int = 2, height: int = 1) -> bytes:
    """The head of a WebP in one of its three forms, and some content."""
    head = {
        b"VP8L": b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14) + bytes(5),
        b"VP8 ": b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height),
        b"VP8X": bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little"),
    }[kind]
    body = b"WEBP" + kind + struct.pack("<I", len(head)) + head
    return b"RIFF" + struct.pack("<I", len(body)) + body
