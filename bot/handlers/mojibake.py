"""Words whose bytes were read in the wrong alphabet on their way: bytes to text, and text back to what was written.

A text is changed only when what comes out is plainly readable and what came in plainly was not.
"""

import unicodedata
from collections.abc import Callable
from typing import Final

from bot.handlers.channel import legible

_CODECS: Final = {
    "utf-16be": "utf-16-be", "ucs-2": "utf-16-be", "ucs2": "utf-16-be", "utf-16": "utf-16-be", "utf-16le": "utf-16-le",
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8",
    "iso-8859-1": "latin-1", "latin1": "latin-1", "windows-1252": "cp1252",
    "iso-8859-6": "iso-8859-6", "windows-1256": "cp1256", "cp1256": "cp1256",
}  # fmt: skip
# How many letters must be readable before a text is believed to have been misread: one or two may be chance.
_ENOUGH: Final = 3
_CONTROLS_MOST: Final = 4  # one letter in so many is a control sign where UTF-16 was read byte by byte


def words(raw: bytes, charset: str = "") -> str:
    """The text of these bytes, legible. charset: as the gateway names it; an unknown one is guessed. Never raises."""
    codec = _CODECS.get(_spelt(charset), "")
    if codec == "utf-16-be" and raw.startswith(b"\xff\xfe"):
        codec = "utf-16-le"  # a byte order mark knows better
    if not codec:
        return legible(repaired(_guessed(raw)))
    try:
        text = raw.decode(codec).removeprefix("\ufeff")
    except UnicodeDecodeError:
        # Some gateways say UTF-16 and send UTF-8; Arabic in UTF-8 is never valid UTF-16, so nothing else is touched.
        other = _utf8(raw) if codec.startswith("utf-16") else raw.decode("latin-1")
        text = repaired(other)
        if not _readable(text, arabic=True):
            text = raw.decode(codec, "replace")
    return legible(repaired(text))


def is_known(charset: str) -> bool:
    """Whether `words` knows this alphabet by name."""
    return _spelt(charset) in _CODECS


def _spelt(charset: str) -> str:
    return charset.strip().lower().replace("_", "-")


def repaired(text: str) -> str:
    """What was written, where UTF-16 was read with bytes swapped or one by one, or UTF-8 as Latin-1 or Windows-125x.

    Any other text comes back as it is. Never raises.
    """
    if text.isascii() and text.isprintable():
        return text
    attempts: tuple[Callable[[str], str], ...] = (_swapped, _paired, _utf8_again)
    return next((better for better in (attempt(text) for attempt in attempts) if better), text)


def _guessed(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _swapped(text: str) -> str:
    """UTF-16 read with the wrong endianness: no letter of ours is left in it."""
    if any(letter.isascii() or _is_arabic(letter) for letter in text):
        return ""
    try:
        back = text.encode("utf-16-le").decode("utf-16-be")
    except UnicodeError:
        return ""
    return back if _readable(back) else ""


def _paired(text: str) -> str:
    """UTF-16BE read a byte at a time: every second sign is a control sign."""
    controls = sum(unicodedata.category(letter) == "Cc" for letter in text)
    if len(text) % 2 or controls * _CONTROLS_MOST < len(text):
        return ""
    try:
        back = text.encode("latin-1").decode("utf-16-be")
    except UnicodeError:
        return ""
    return back if _readable(back) else ""


def _utf8_again(text: str) -> str:
    """UTF-8 read in an alphabet of one byte a letter."""
    for table in (_LATIN, _CP1252, _CP1256):
        try:
            back = _utf8(bytes(table[letter] for letter in text))
        except KeyError:
            continue
        if _readable(back, arabic=True) and (table is not _CP1256 or _has_signs(text)):
            return back
    return ""


def _utf8(raw: bytes) -> str:
    """The text, without a letter that was cut off at the end; "" when it is not UTF-8."""
    for end in range(len(raw), max(-1, len(raw) - 4), -1):
        try:
            return raw[:end].decode("utf-8")
        except UnicodeDecodeError:
            continue
    return ""


def _table(codec: str) -> dict[str, int]:
    return {bytes([byte]).decode(codec, "ignore") or chr(byte): byte for byte in range(256)}


_LATIN: Final = _table("latin-1")
_CP1252: Final = _table("cp1252")
_CP1256: Final = _table("cp1256")


def _has_signs(text: str) -> bool:
    # Windows-1256 shows Arabic letters too, but hardly ever without a § or ƒ between them.
    return any(not letter.isascii() and not (letter.isalpha() and _is_arabic(letter)) for letter in text)


def _readable(text: str, *, arabic: bool = False) -> bool:
    """Nothing but letters of ours, marks, digits, punctuation and emoji, and enough letters. arabic: Arabic ones."""
    if not all(map(_is_usual, text)):
        return False
    return sum(letter.isalpha() and (_is_arabic(letter) or not arabic) for letter in text) >= _ENOUGH


def _is_usual(letter: str) -> bool:
    if letter.isascii():
        return letter.isprintable() or letter in "\n\r\t"
    if _is_arabic(letter) or "\u2000" <= letter <= "\u2069" or letter == "\ufe0f":
        return True
    return unicodedata.category(letter) in {"So", "Sc", "Sk"}


def _is_arabic(letter: str) -> bool:
    if letter < "\u08a0":
        return "\u0600" <= letter <= "\u077f"
    return letter <= "\u08ff" or "\ufb50" <= letter <= "\ufdff" or "\ufe70" <= letter <= "\ufefc"
