"""Ogg pages as RFC 3533 describes them, made here with a checksum of the test's own."""

from collections.abc import Sequence
from functools import cache

_POLYNOMIAL = 0x04C11DB7


@cache
def _of_one_byte() -> tuple[int, ...]:
    """What each value of the topmost byte leaves, bit by bit."""
    left = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = ((value << 1) ^ _POLYNOMIAL if value & 0x80000000 else value << 1) & 0xFFFFFFFF
        left.append(value)
    return tuple(left)


def checksum(page: bytes) -> int:
    """CRC-32 of a page whose own checksum is zero."""
    value, left = 0, _of_one_byte()
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ left[value >> 24 ^ byte]
    return value


def page(
    body: bytes, number: int, *, flags: int = 0, serial: int = 77, lacing: Sequence[int] | None = None, granule: int = 0
) -> bytes:
    """One page. lacing: of one packet that ends here, unless given."""
    sizes = [255] * (len(body) // 255) + [len(body) % 255] if lacing is None else list(lacing)
    head = b"OggS\0" + bytes([flags]) + granule.to_bytes(8, "little") + serial.to_bytes(4, "little")
    head += number.to_bytes(4, "little")
    tail = bytes([len(sizes), *sizes]) + body
    return head + checksum(head + bytes(4) + tail).to_bytes(4, "little") + tail


def tags(*comments: bytes, vendor: bytes = b"a telephone") -> bytes:
    """The second packet of an Opus stream."""
    packet = b"OpusTags" + len(vendor).to_bytes(4, "little") + vendor + len(comments).to_bytes(4, "little")
    return packet + b"".join(len(comment).to_bytes(4, "little") + comment for comment in comments)


def opus(*comments: bytes, sound: bytes = bytes(range(200)) * 3) -> bytes:
    """A voice note with these comments; `sound` stands where the Opus packets would."""
    head = b"OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0"
    said, pages = tags(*comments), []
    pieces = [said[start : start + 255 * 255] for start in range(0, len(said), 255 * 255)]
    for place, piece in enumerate(pieces, start=1):
        goes_on = place < len(pieces)
        lacing = [255] * 255 if goes_on else None
        pages.append(page(piece, place, flags=1 if place > 1 else 0, lacing=lacing))
    for start in range(0, len(sound), 50_000):
        last = start + 50_000 >= len(sound)
        pages.append(page(sound[start : start + 50_000], len(pages) + 1, flags=4 if last else 0, granule=48_000))
    return page(head, 0, flags=2) + b"".join(pages)
