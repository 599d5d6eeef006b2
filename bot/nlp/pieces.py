"""Cuts words into the pieces that the encoder knows: of all ways to cut a word the one whose pieces are likeliest.

The pieces and how likely each is come from the encoder's own vocabulary (bot.nlp.encoder); those that no text of ours
holds were left out. A letter that no piece has is the unknown piece.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

UNKNOWN: Final = 0
START: Final = 1
END: Final = 2
SPECIAL: Final = 3  # how many come before the pieces of words
_SPACE: Final = "▁"  # what a word begins with
_DEARER: Final = 10.0  # log odds by which the unknown piece is less likely than any other
_MOST_REMEMBERED: Final = 20_000  # words
_NEVER: Final = float("-inf")


def cutter(pieces: Sequence[str], likely: Sequence[float]) -> Callable[[str], tuple[int, ...]]:
    """What cuts a word, and remembers it. pieces: by number from SPECIAL on; likely: their log probabilities."""
    known = {piece: (SPECIAL + at, value) for at, (piece, value) in enumerate(zip(pieces, likely, strict=True))}
    unknown = (UNKNOWN, min(likely) - _DEARER)
    longest = max(map(len, pieces))

    @lru_cache(maxsize=_MOST_REMEMBERED)
    def cut(word: str) -> tuple[int, ...]:
        text = _SPACE + word
        best: list[tuple[float, int, int]] = [(0.0, 0, UNKNOWN)] + [(_NEVER, 0, UNKNOWN)] * len(text)
        for start in range(len(text)):
            value, _, _ = best[start]
            for end in range(start + 1, min(len(text), start + longest) + 1):
                found = known.get(text[start:end], unknown if end == start + 1 else None)
                if found is not None and value + found[1] > best[end][0]:
                    best[end] = (value + found[1], start, found[0])
        return tuple(_backwards(best))[::-1]

    return cut


def _backwards(best: Sequence[tuple[float, int, int]]) -> list[int]:
    found, at = [], len(best) - 1
    while at:
        _, start, number = best[at]
        found.append(number)
        at = start
    return found
