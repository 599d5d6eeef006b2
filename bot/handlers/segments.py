"""How many SMS a text costs, how to cut a text that a carrier finds too long, and which part of one has come."""

from dataclasses import dataclass
from typing import Final, Literal

import regex  # type: ignore[import-untyped]  # the only grapheme clusters (UAX 29) in Python

from bot.handlers.channel import legible
from bot.vocabulary import Fragment

# 3GPP TS 23.038, 6.2.1: the default alphabet, one septet each.
_BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# 3GPP TS 23.038, 6.2.1.1: the extension table, an escape and a septet.
_EXTENSION: Final = "\f^{}\\[~]|€"
_SEPTETS: Final = dict.fromkeys(_BASIC, 1) | dict.fromkeys(_EXTENSION, 2)

# 140 octets a message (3GPP TS 23.040), of which a concatenated one gives 6 to the header that numbers its parts.
_GSM7_ALONE, _GSM7_PART = 160, 153
_UCS2_ALONE, _UCS2_PART = 70, 67


@dataclass(frozen=True, slots=True)
class Count:
    """What a text costs. units: septets in GSM-7, UTF-16 units in UCS-2. parts: SMS paid for; 0 for no text."""

    encoding: Literal["gsm7", "ucs2"]
    units: int
    parts: int


def count(text: str) -> Count:
    """Counts as carriers do: one letter outside GSM-7 turns the whole text into UCS-2; no grapheme spans two parts.

    A gateway that does split graphemes may need a part less, never one more.
    """
    if all(letter in _SEPTETS for letter in text):
        costs = [_SEPTETS[letter] for letter in text]
        return Count("gsm7", sum(costs), _parts(costs, _GSM7_ALONE, _GSM7_PART))
    costs = [_units(atom) for atom in _atoms(text, _UCS2_PART)]
    return Count("ucs2", sum(costs), _parts(costs, _UCS2_ALONE, _UCS2_PART))


def _parts(costs: list[int], alone: int, part: int) -> int:
    if sum(costs) <= alone:
        return int(bool(costs))
    parts, used = 1, 0
    for cost in costs:
        if used + cost > part:
            parts, used = parts + 1, 0
        used += cost
    return parts


def messages(text: str, limit: int) -> tuple[str, ...]:
    """The text as a carrier is given it: legible, in pieces of at most `limit` UTF-16 units, none without a letter."""
    return tuple(piece for piece in cut(legible(text), limit) if piece.strip())


def cut(text: str, limit: int) -> tuple[str, ...]:
    """Pieces of at most `limit` UTF-16 units that join to the text; () for "".

    Cuts after a line, else after a word, else between graphemes. A grapheme is split, between code points, only when it
    alone is over the limit. limit: at least 2, so that every code point fits.
    """
    if limit < 2:  # noqa: PLR2004 - a surrogate pair
        raise ValueError("a piece must hold at least two UTF-16 units")
    pieces: list[str] = []
    current: list[str] = []
    used = 0
    for atom in _atoms(text, limit):
        size = _units(atom)
        while used + size > limit:
            keep = _best_end(current)
            pieces.append("".join(current[:keep]))
            current = current[keep:]
            used = sum(map(_units, current))
        current.append(atom)
        used += size
    return (*pieces, "".join(current)) if current else tuple(pieces)


def _units(text: str) -> int:
    return len(text) + sum(letter >= "\U00010000" for letter in text)  # above, a code point takes two


def _atoms(text: str, limit: int) -> list[str]:
    atoms: list[str] = []
    for grapheme in regex.findall(r"\X", text):
        atoms.extend([grapheme] if _units(grapheme) <= limit else grapheme)
    return atoms


def _best_end(atoms: list[str]) -> int:
    # Only the second half is looked at: a line of three words must not leave a piece of one.
    later = range(len(atoms), len(atoms) // 2, -1)
    for ends in (("\n", "\r\n", "\r"), (" ", "\t")):
        for end in later:
            if atoms[end - 1] in ends:
                return end
    return len(atoms)


# 3GPP TS 23.040, 9.2.3.24: which element of a user data header numbers the parts, and how long its reference is.
_CONCATENATED: Final = {0x00: 1, 0x08: 2}


def fragment(header: bytes) -> Fragment | None:
    """Which part of a long SMS its user data header says that it is; None when it says nothing of parts. Never raises.

    header: UDH with its length in front. National tables (elements 24 and 25) are read past: there is none for Arabic,
    gateways decode them, and we send in the default alphabet or in UCS-2.
    """
    at, end = 1, min(len(header), header[0] + 1) if header else 0
    while at + 1 < end:
        wide, size = _CONCATENATED.get(header[at], 0), header[at + 1]
        body = header[at + 2 : min(end, at + 2 + size)]
        if wide and size == len(body) == wide + 2:
            total, index = body[wide], body[wide + 1]
            return Fragment(body[:wide].hex(), index, total) if 0 < index <= total > 1 else None
        at += 2 + size
    return None
