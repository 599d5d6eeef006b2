"""Finds personal data in a clean text, so that machines, logs of work and screens can do without it.

High recall comes first: a masked word that was no name costs little, a shown one may cost a life. docs/personal-data.md
says what each kind holds, what is left alone on purpose, and how much is found.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from bot.nlp import accounts, names, numbers
from bot.nlp.normalise import STROKE, alike
from bot.vocabulary import Span

PHONE: Final = "[PHONE]"
EMAIL: Final = "[EMAIL]"
LINK: Final = "[LINK]"
HANDLE: Final = "[HANDLE]"
ID: Final = "[ID]"
CARD: Final = "[CARD]"
PLATE: Final = "[PLATE]"
NAME: Final = "[NAME]"

# What a masked word becomes before features are computed: no real word, and never a stem of one.
_MASKS: Final = {token: f" pii{token[1:-1].lower()} " for token in (PHONE, EMAIL, LINK, HANDLE, ID, CARD, PLATE, NAME)}
_CODE_DIGITS: Final = frozenset({6, 16})  # of a report's code

# Of two finds that touch the same character the kind that stands first here stays.
_KINDS: Final[tuple[tuple[str, Callable[[str], Iterator[tuple[int, int]]]], ...]] = (
    (EMAIL, accounts.emails),
    (LINK, accounts.links),
    (HANDLE, accounts.handles),
    (CARD, numbers.cards),
    (PHONE, numbers.phones),
    (PLATE, numbers.plates),
    (ID, numbers.ids),
    (NAME, names.find),
)


def spans(text: str) -> tuple[Span, ...]:
    """Where a clean text holds personal data: sorted, never overlapping, offsets in code points.

    A text that is nothing but 6 or 16 digits is a report's code, ours to look up, and no card. Total on any str, in
    time that grows as its length.
    """
    bared, places = _without_strokes(text)
    plain = alike(bared)
    bare = re.sub(r"[\s-]", "", plain)
    if bare.isascii() and bare.isdecimal() and len(bare) in _CODE_DIGITS:
        return ()
    taken = bytearray(len(plain))
    kept: list[Span] = []
    for token, find in _KINDS:
        for start, end in find(bared if token == NAME else plain):
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                kept.append(Span(places[start], places[end - 1] + 1, token))
    return tuple(sorted(kept, key=lambda span: span.start))


def _without_strokes(text: str) -> tuple[str, Sequence[int]]:
    """The text without vowel marks and stretching, and where in the text each of its characters stands."""
    if not STROKE.search(text):
        return text, range(len(text))
    places = [at for at, character in enumerate(text) if not STROKE.match(character)]
    return "".join(text[at] for at in places), places


def _replace(text: str, spans: Sequence[Span], words: Sequence[str]) -> str:
    out: list[str] = []
    at = 0
    for span, word in zip(spans, words, strict=True):
        out += (text[at : span.start], word)
        at = span.end
    return "".join((*out, text[at:]))


def redact(text: str, spans: Sequence[Span]) -> str:
    """The clean text with each span replaced by its token. `spans` must come from the same text."""
    return _replace(text, spans, [span.token for span in spans])


def mask(text: str, spans: Sequence[Span]) -> str:
    """The clean text with each span replaced by a made-up word that survives folding, for scoring."""
    return _replace(text, spans, [_MASKS[span.token] for span in spans])
