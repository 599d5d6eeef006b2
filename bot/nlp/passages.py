"""Cuts a long text into passages, so that nothing of it goes unheard.

Rules hear a sign however much stands around it, but the models weigh it against all else: among five hundred letters
about a market a beating is no longer heard. So a long text is read three times: as it stands, in passages as long as
a message may be; in short ones, about as long as what the models were taught with; and each sentence alone, which is
believed only where it is almost certain of what few may see or of a kidnapping. Who dictates sets no stops: what has
none is read in pieces of nine words, which are believed less, for half a sentence tells what nobody said.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

WHOLE: Final = 4_096  # code points read at once; no carrier's text message is longer
LONG: Final = 500  # from here on the models hear less than they should
_END: Final = 500  # what the first passage has of the end of a longer text, where forms add the place and a wish
_SHORT: Final = 200
_OVERLAP: Final = 300
_SHORT_OVERLAP: Final = 70  # most sentences are within one short passage or the next
_SENTENCE: Final = 90  # a passage ends with a sentence, if one ends so near: half of one tells what nobody said
_LONGEST_WORD: Final = 40  # and else at a space
_ENDS: Final = ".!?؟؛،\n"
_WORDS: Final = 4  # fewer are hardly a sentence
_STEP: Final = 3  # words from where one piece begins to where the next does
_PIECE_OVERLAP: Final = 6
# Sentences and pieces read alone; no letter of 10,000 has so many, and each costs as much as a message.
_MOST: Final = 300
_SENTENCE_END: Final = re.compile(f"[{_ENDS}]+")


@dataclass(frozen=True, slots=True)
class Passages:
    """whole: passages as long as a message may be, the first with the end of the text. short: none of a short text.

    end: the last two lines of a long text, where forms and people write the address; "" where they are long themselves.
    sentences: of a long text, those of a few words and more that are short themselves, each once; of
    more than 300 neighbours are read together. pieces: of what has no stops, nine words each; more, where with the
    sentences there would be more than 300.
    """

    whole: tuple[str, ...]
    short: tuple[str, ...] = ()
    end: str = ""
    sentences: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()


def cut(text: str) -> Passages:
    """The passages of a text; every word is in one of each kind, and what stands beside it mostly too."""
    if len(text) <= LONG:
        return Passages((text,))
    short = tuple(_windows(text, _SHORT, _SHORT_OVERLAP))
    end = "\n".join(text.rsplit("\n", 2)[1:])
    end = end if len(end) <= _END else ""
    told = _few(tuple(dict.fromkeys(_sentences(text))))
    pieces = _pieces(text, _MOST - len(told))
    if len(text) <= WHOLE:
        return Passages((text,), short, end, told, pieces)
    begins = WHOLE - _END - 1
    first = f"{text[:begins]}\n{text[-_END:]}"
    return Passages((first, *_windows(text[begins - _OVERLAP :], WHOLE, _OVERLAP)), short, end, told, pieces)


def _windows(text: str, size: int, overlap: int) -> Iterator[str]:
    start = 0
    while True:
        end = start + size
        if end >= len(text):
            yield text[start:]
            return
        end = _at_end(text, end)
        yield text[start:end]
        again = _at_end(text, end - overlap)
        start = again if again > start + overlap else _at_space(text, end - overlap)


def _sentences(text: str) -> Iterator[str]:
    for each in _SENTENCE_END.split(text):
        if len(each) <= _SHORT and len(each.split()) >= _WORDS:
            yield each.strip()


def _few(sentences: Sequence[str]) -> tuple[str, ...]:
    """At most 300: where there are more, neighbours are joined, so that none goes unread."""
    each = -(-len(sentences) // _MOST) or 1
    return tuple(". ".join(sentences[at : at + each]) for at in range(0, len(sentences), each))


def _pieces(text: str, most: int) -> tuple[str, ...]:
    """At most so many, of a few words each, of what has no stops; none if none may be read."""
    runs = [each.split() for each in _SENTENCE_END.split(text) if len(each) > _SHORT]
    room = most - len(runs)
    if room <= 0:
        return ()
    step = max(_STEP, -(-sum(map(len, runs)) // room))
    return tuple(
        dict.fromkeys(
            " ".join(run[at : at + step + _PIECE_OVERLAP])
            for run in runs
            for at in range(0, max(1, len(run) - _PIECE_OVERLAP), step)
        )
    )


def _at_end(text: str, at: int) -> int:
    found = max(text.rfind(sign, at - _SENTENCE, at) for sign in _ENDS)
    return _at_space(text, at) if found < 0 else found + 1


def _at_space(text: str, at: int) -> int:
    found = max(text.rfind(sign, at - _LONGEST_WORD, at) for sign in " \n")
    return at if found < 0 else found
