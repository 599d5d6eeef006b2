"""SMS are counted as carriers count them, and long texts are cut where a reader would."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.segments import Count, count, cut, fragment
from bot.vocabulary import Fragment

_MIXED = st.text(st.sampled_from("aZ0 \n€{|éΔابكێ٣👮🇮🇶\u0301\u200d"), max_size=400)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Count("gsm7", 0, 0)),
        ("a" * 160, Count("gsm7", 160, 1)),
        ("a" * 161, Count("gsm7", 161, 2)),
        ("a" * 306, Count("gsm7", 306, 2)),
        ("a" * 307, Count("gsm7", 307, 3)),
        ("@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà", Count("gsm7", 42, 1)),
        ("€^{}\\[~]|\f", Count("gsm7", 20, 1)),
        ("€" * 80, Count("gsm7", 160, 1)),
        ("€" * 81, Count("gsm7", 162, 2)),  # 76 in the first part: an escape and its letter stay together
        ("€" * 153, Count("gsm7", 306, 3)),
        ("ç", Count("ucs2", 1, 1)),  # only the capital is in GSM-7
        ("ا" * 70, Count("ucs2", 70, 1)),
        ("ا" * 71, Count("ucs2", 71, 2)),
        ("ا" * 134, Count("ucs2", 134, 2)),
        ("ا" * 135, Count("ucs2", 135, 3)),
        ("a" * 69 + "ا", Count("ucs2", 70, 1)),
        ("👮" * 35, Count("ucs2", 70, 1)),
        ("👮" * 67, Count("ucs2", 134, 3)),  # 33 whole pairs to a part of 67 units
        ("👍🏽" * 32, Count("ucs2", 128, 2)),  # sixteen to a part: none is torn
        ("👍🏽" * 33, Count("ucs2", 132, 3)),
        ("ب" + "\u064b" * 133, Count("ucs2", 134, 2)),  # a grapheme that no part can hold is torn
        ("وصل بلاغك 482913. للإضافة أرسل رسالة. للإيقاف أرسل ايقاف", Count("ucs2", 56, 1)),
    ],
)
def test_a_text_costs_what_the_standard_says(text: str, expected: Count) -> None:
    assert count(text) == expected


@given(_MIXED, _MIXED)
def test_a_longer_text_never_costs_fewer_parts(text: str, more: str) -> None:
    assert count(text).parts <= count(text + more).parts


@given(_MIXED)
def test_parts_are_between_the_least_and_the_most_that_fit(text: str) -> None:
    counted = count(text)
    part, widest = (153, 2) if counted.encoding == "gsm7" else (67, 2)
    assert counted.parts * (part - widest + 1) <= counted.units + part or counted.parts <= 1
    assert counted.units <= counted.parts * (part if counted.parts > 1 else 160)


@given(st.text(max_size=300) | _MIXED, st.integers(min_value=2, max_value=80))
def test_pieces_join_to_the_text_and_each_fits(text: str, limit: int) -> None:
    pieces = cut(text, limit)
    assert "".join(pieces) == text
    assert all(pieces)
    assert all(0 < _units(piece) <= limit for piece in pieces)


@given(_MIXED, st.integers(min_value=40, max_value=80))
def test_no_grapheme_is_split_unless_it_alone_is_too_long(text: str, limit: int) -> None:
    graphemes = regex.findall(r"\X", text)
    borders = {0}
    for grapheme in graphemes:
        borders.add(max(borders) + len(grapheme))
    at = 0
    for piece in cut(text, limit):
        at += len(piece)
        around = next((one for one in graphemes if _units(one) > limit), None)
        assert at in borders or around


def test_a_cut_falls_after_a_line_before_it_falls_after_a_word() -> None:
    assert cut("one two three\nfour five six", 20) == ("one two three\n", "four five six")
    assert cut("one two three four five six", 20) == ("one two three four ", "five six")
    assert cut("onetwothreefourfivesix", 20) == ("onetwothreefourfives", "ix")


def test_a_family_stays_together() -> None:
    family = "👨‍👩‍👧‍👦"
    assert cut(family * 3, _units(family) + 3) == (family, family, family)


def test_three_thousand_marks_on_one_letter_are_cut_all_the_same() -> None:
    pieces = cut("ب" + "\u064b" * 3000, 1600)
    assert [len(piece) for piece in pieces] == [1600, 1401]


def test_nothing_makes_no_piece() -> None:
    assert cut("", 70) == ()


def test_a_limit_that_holds_no_pair_is_refused() -> None:
    with pytest.raises(ValueError, match="two"):
        cut("a", 1)


@pytest.mark.parametrize(
    ("header", "part"),
    [
        (b"\x05\x00\x03\xa7\x02\x01", Fragment("a7", 1, 2)),
        (b"\x06\x08\x04\x01\xa7\x03\x03", Fragment("01a7", 3, 3)),
        (b"\x08\x24\x01\x0d\x00\x03\xa7\x02\x02", Fragment("a7", 2, 2)),  # after a national shift table
        (b"\x0a\x05\x04\x0b\x84\x23\xf0\x00\x03\xa7\x02\x01", None),  # the length ends before the parts
        (b"\x0b\x05\x04\x0b\x84\x23\xf0\x00\x03\xa7\x02\x01", Fragment("a7", 1, 2)),
        (b"\x05\x00\x03\xa7\x02\x00", None),  # parts count from one
        (b"\x05\x00\x03\xa7\x02\x03", None),
        (b"\x05\x00\x03\xa7\x01\x01", None),  # the only part is the whole
        (b"\x05\x00\x04\xa7\x02\x01", None),
        (b"\x05\x00", None),
        (b"\x00", None),
        (b"", None),
    ],
)
def test_a_header_says_which_part_it_stands_before(header: bytes, part: Fragment | None) -> None:
    assert fragment(header) == part


@given(st.binary(max_size=40))
def test_any_header_is_read_without_an_error(header: bytes) -> None:
    found = fragment(header)
    assert found is None or 1 <= found.index <= found.total <= 255
