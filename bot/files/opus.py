"""A voice note in Ogg Opus, its tags blanked where they stand.

Sources: RFC 3533 (Ogg), RFC 7845 §5.2 (OpusTags).
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

_HEADER: Final = 27  # bytes of a page's header before its lacing values
_CRC: Final = slice(22, 26)
_CONTINUED, _FIRST = 0x01, 0x02
_FULL: Final = 255  # a lacing value that says: the packet goes on
_NO_TAGS: Final = b"OpusTags" + bytes(8)  # an empty vendor, and no comments


@dataclass(frozen=True, slots=True)
class _Page:
    start: int
    body: int
    end: int
    flags: int
    serial: bytes
    ends_packet: bool


def clean(content: bytes) -> bytes | None:
    """An Ogg Opus file with its tags blanked where they stand: not a byte of sound is touched, or moves.

    None when it is not one whole stream of Opus, laid out as RFC 7845 says, and nothing else.
    """
    pages = _pages(content)
    if pages is None or len(pages) < 2 or not content.startswith(b"OpusHead", pages[0].body):  # noqa: PLR2004
        return None
    alone = all(page.serial == pages[0].serial for page in pages) and pages[0].flags & _FIRST
    if not alone or any(page.flags & _FIRST for page in pages[1:]):
        return None
    tags = _tag_pages(content, pages)
    if tags is None:
        return None
    blanked, room = bytearray(content), sum(page.end - page.body for page in tags)
    blank = _NO_TAGS + bytes(room - len(_NO_TAGS))  # what follows the comments is padding (RFC 7845)
    for page in tags:
        length = page.end - page.body
        blanked[page.body : page.end], blank = blank[:length], blank[length:]
        blanked[page.start : page.end] = _sealed(blanked[page.start : page.end])
    return bytes(blanked)


def _pages(content: bytes) -> list[_Page] | None:
    """The pages that a file consists of, None when it is not made of whole pages to its last byte."""
    pages, start = [], 0
    while start < len(content):
        head = content[start : start + _HEADER]
        if len(head) < _HEADER or not head.startswith(b"OggS\0"):
            return None
        lacing = content[start + _HEADER : start + _HEADER + head[26]]
        body = start + _HEADER + head[26]
        end = body + sum(lacing)
        if end > len(content):
            return None
        pages.append(_Page(start, body, end, head[5], head[14:18], bool(lacing) and lacing[-1] < _FULL))
        start = end
    return pages


def _tag_pages(content: bytes, pages: list[_Page]) -> list[_Page] | None:
    """The pages of the second packet, which has them for itself."""
    tags: list[_Page] = []
    for page in pages[1:]:
        if bool(page.flags & _CONTINUED) != bool(tags):
            return None
        tags.append(page)
        if page.ends_packet:
            break
    whole = b"".join(content[page.body : page.end] for page in tags)
    fits = tags[-1].ends_packet and whole.startswith(b"OpusTags") and len(whole) >= len(_NO_TAGS)
    return tags if fits and all(_alone(content, page) for page in tags) else None


def _alone(content: bytes, page: _Page) -> bool:
    """One packet, or a piece of one, has the page to itself."""
    return all(size == _FULL for size in content[page.start + _HEADER : page.body - 1])


def _sealed(page: bytearray) -> bytearray:
    """A page with the checksum that it must have (RFC 3533 §6: CRC-32, 0x04c11db7, not reflected, from 0)."""
    page[_CRC] = bytes(4)
    table, value = _crc_table(), 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ table[value >> 24 ^ byte]
    page[_CRC] = value.to_bytes(4, "little")
    return page


@cache
def _crc_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
        table.append(value)
    return tuple(table)
