"""Cuts from a text what opens something: order numbers, codes and a word of one's own. A sign says that it was there.

Whoever reads a report must not learn what brings its reporter back to it, nor what opens her phone. Here is told where
such a thing may stand, however it is grouped and spelt, and it is taken out; which one *is* a secret, storage knows.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Final

from bot import tickets
from bot.nlp import digits as spelt
from bot.nlp import normalise
from bot.vocabulary import Analysis, Span

MARK: Final = "[…]"
SHORT, LONG = 6, 16  # digits of a code
_LONGEST_WORD: Final = 3  # a word of theirs may be so many words
_GAP: Final = re.compile(r"(?:[^\w]|[_\u0640]){1,12}")  # what people put between the groups of one number
_GROUPED: Final = ([LONG], [4, 4, 4, 4])
_DIGIT_BEFORE: Final = re.compile(rf"\d[{tickets.BETWEEN}]*\Z")
_DIGIT_AFTER: Final = re.compile(rf"[{tickets.BETWEEN}]*\d")
_YEARS: Final = re.compile(r"(?:(?:19|20)\d\d){4}")
# A word with its vowel marks, whatever is invisible in it, and the apostrophes of those who type in Latin letters.
_WORD: Final = re.compile(rf"(?:\w|{normalise.STROKE.pattern}|['’‘`´\u00ad\u200b-\u200f\u2060-\u2069\ufeff])+")
_DIGITS_OR_WORD: Final = re.compile(rf"\d+|(?:[^\W\d_]|{normalise.STROKE.pattern})+")
_GLUED: Final = re.compile(r"[وف]?(?:لل|[بلك]?(?:ال)?)")  # "and", "with", "to", "the", written as part of a word


@dataclass(frozen=True, slots=True)
class Secrets:
    """numbers: ASCII digits. words: as `fold` writes them."""

    numbers: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Number:
    """Digits that may be one number, at [start, end) of a text. grouped: in one piece, or in four fours."""

    start: int
    end: int
    digits: str
    grouped: bool


def fold(word: str) -> str:
    """As a word is compared: digits of any script, case, spaces and Arabic spelling make no difference."""
    return normalise.key(word) or word.strip().casefold()


def numbers(text: str) -> Iterator[Number]:
    """What may be a code of six or sixteen digits: neighbouring groups of any script, or words, that add up to one."""
    groups = list(_groups(text))
    for first, (start, _, _) in enumerate(groups):
        digits, sizes, before = "", list[int](), start
        for begins, ends, said in groups[first:]:
            if digits and not _GAP.fullmatch(text, before, begins):
                break
            digits, before = digits + said, ends
            sizes.append(ends - begins)
            if len(digits) in (SHORT, LONG):
                yield Number(start, ends, digits, sizes in _GROUPED)
            if len(digits) >= LONG:
                break


def _groups(text: str) -> Iterator[tuple[int, int, str]]:
    """Where digits stand, in figures or as a word for one, and as ASCII."""
    for one in _DIGITS_OR_WORD.finditer(text):
        said = one[0]
        ascii_digits = "".join(str(int(each)) for each in said) if said.isdecimal() else spelt.digit(said)
        if ascii_digits:
            yield one.start(), one.end(), ascii_digits


def words(text: str, *, first: int | None = None) -> Iterator[tuple[int, int, str]]:
    """What may be a word of one's own, folded, with where it stands; one, two and three words that follow each other.

    first: only among so many words at the beginning. What is glued to an Arabic word may stand before it, too.
    """
    each = list(_WORD.finditer(text))[:first]
    for place, one in enumerate(each):
        for last in each[place : place + _LONGEST_WORD]:
            folded = fold(text[one.start() : last.end()])
            yield one.start(), last.end(), folded
            glued = _GLUED.match(folded)
            if glued and glued.end():
                yield one.start(), last.end(), folded[glued.end() :]
                yield one.start(), last.end(), folded[1:]


def cut(text: str, secrets: Secrets) -> str:
    """The text with a sign for each of them."""
    return _replaced(text, _places(text, secrets))


def cut_from(analysis: Analysis, secrets: Secrets) -> Analysis:
    """What was understood, without them; what names personal data still points to its place."""
    places = _places(analysis.clean, secrets)
    spans = tuple(_moved(span, places) for span in analysis.spans if not _touches(span, places))
    return replace(
        analysis,
        clean=_replaced(analysis.clean, places),
        key=cut(analysis.key, secrets),
        spans=spans,
        why=tuple(word for word in analysis.why if cut(word, secrets) == word),
        landmark=cut(analysis.landmark, secrets),
    )


def _places(text: str, secrets: Secrets) -> list[tuple[int, int]]:
    """Where they stand, in order, none within or beside another."""
    found = [(one.start, one.end) for one in numbers(text) if one.digits in secrets.numbers] if secrets.numbers else []
    if secrets.words:
        found += [(start, end) for start, end, word in words(text) if word in secrets.words]
    apart: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _replaced(text: str, places: Collection[tuple[int, int]]) -> str:
    kept, at = [], 0
    for start, end in places:
        kept += [text[at:start], MARK]
        at = end
    return "".join([*kept, text[at:]])


def _touches(span: Span, places: Collection[tuple[int, int]]) -> bool:
    return any(start < span.end and span.start < end for start, end in places)


def _moved(span: Span, places: Collection[tuple[int, int]]) -> Span:
    by = sum(len(MARK) - (end - start) for start, end in places if end <= span.start)
    return Span(span.start + by, span.end + by, span.token)


def looks_like_a_code(text: str, number: Number) -> bool:
    """Whether sixteen digits stand as a code does, be it with a slip in it: no bank card's, no years, no longer number.

    What such a number opens need not be known to take it out: one digit beside a code is worth as much as the code.
    """
    if len(number.digits) != LONG or not number.grouped:
        return False  # before anything slower: of a text of single digits there are thousands
    alone = not (_DIGIT_BEFORE.search(text[: number.start]) or _DIGIT_AFTER.match(text, number.end))
    written = tickets.codes_in(text[number.start : number.end]) == (number.digits,)
    other = tickets.passes_as_card(number.digits) or _YEARS.fullmatch(number.digits) is not None
    return alone and written and not other
