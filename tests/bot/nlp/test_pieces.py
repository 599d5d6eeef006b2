"""Pieces: a word is cut so that its pieces are likeliest, and every word is cut."""

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from bot.nlp import pieces

NAMES = ("▁ال", "▁", "ماي", "م", "ا", "ي", "▁الماي", "باچر", "ب")
LIKELY = (-2.0, -3.0, -4.0, -6.0, -6.0, -6.0, -9.0, -5.0, -6.0)
NUMBER = {name: pieces.SPECIAL + at for at, name in enumerate(NAMES)}


def cut(word: str) -> tuple[int, ...]:
    return pieces.cutter(NAMES, LIKELY)(word)


def test_the_likeliest_pieces_are_taken_not_the_longest() -> None:
    assert cut("الماي") == (NUMBER["▁ال"], NUMBER["ماي"])  # -6, where the whole word has -9


def test_a_letter_that_no_piece_has_is_unknown_and_the_rest_is_still_cut() -> None:
    assert cut("ماي٪") == (NUMBER["▁"], NUMBER["ماي"], pieces.UNKNOWN)


@given(st.text(alphabet="مايبچر٪", min_size=1, max_size=9))
def test_no_other_way_to_cut_a_word_is_likelier(word: str) -> None:
    found = sum(_likely(number) for number in cut(word))
    assert abs(found - _best("▁" + word)) < 1e-6


def _likely(number: int) -> float:
    return min(LIKELY) - 10 if number == pieces.UNKNOWN else LIKELY[number - pieces.SPECIAL]


def _best(text: str) -> float:
    """By trying all."""
    if not text:
        return 0.0
    ends = range(1, len(text) + 1)
    each = ((LIKELY[NUMBER[text[:end] or ""] - pieces.SPECIAL] if text[:end] in NUMBER else -inf, end) for end in ends)
    unknown = (_likely(pieces.UNKNOWN), 1)
    return max(
        (
            value + _best(text[end:])
            for value, end in (*each, *(() if text[0] in NUMBER else (unknown,)))
            if value > -inf
        ),
        default=-inf,
    )
