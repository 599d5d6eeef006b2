import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import tickets

ENTROPY = st.binary(min_size=8, max_size=16)


@given(ENTROPY)
def test_a_number_names_the_governorate_and_no_letter_that_is_misread(entropy: bytes) -> None:
    assert re.fullmatch(r"NI-[0-9A-HJKMNP-TV-Z]{5}", tickets.make_number("IQ-NI", entropy))
    assert re.fullmatch(r"IQ-[0-9A-HJKMNP-TV-Z]{5}", tickets.make_number("", entropy))


@given(ENTROPY)
def test_a_code_has_six_digits_and_is_found_again_in_any_script(entropy: bytes) -> None:
    code = tickets.make_code(entropy)
    assert re.fullmatch(r"[1-9][0-9]{5}", code)
    for zero in ("0", "٠", "۰"):
        typed = "".join(chr(ord(zero) + int(digit)) for digit in code)
        assert tickets.codes_in(f"حالة {typed}") == (code,)
        assert tickets.codes_in(f"{typed[:3]} {typed[3:]}") == (code,)


@given(ENTROPY)
def test_the_same_entropy_gives_the_same_ticket(entropy: bytes) -> None:
    assert tickets.make_code(entropy) == tickets.make_code(entropy)
    assert tickets.make_number("IQ-BG", entropy) == tickets.make_number("IQ-BG", entropy)


def test_too_little_entropy_is_refused() -> None:
    with pytest.raises(ValueError, match="entropy"):
        tickets.make_code(b"1234567")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("4829 1365 0027 7410", ("4829136500277410",)),
        ("4829-1365-0027-7410", ("4829136500277410",)),
        ("\u2068482913\u2069", ("482913",)),
        ("482913 12", ("482913",)),
        ("حذف 482913", ("482913",)),
        ("اتصلوا 07700000011", ()),
        ("محلة 906 زقاق 12", ()),
        ("x" * 300 + " 482913", ()),
        ("", ()),
    ],
)
def test_only_six_or_sixteen_digits_are_a_code(text: str, codes: tuple[str, ...]) -> None:
    assert tickets.codes_in(text) == codes


def test_the_words_beside_a_code_stay() -> None:
    assert tickets.without_codes("حذف 482 913") == "حذف"
    assert tickets.without_codes(" ٤٨٢٩١٣ ") == ""
    assert tickets.without_codes("السيارة بيضة") == "السيارة بيضة"


@pytest.mark.parametrize(
    "text",
    [
        "عمرهم 12-13-14",
        "بناتي 12 13 14 15 سنة",
        "١٢-١٣-١٤",
        "عندي ثلث جهال ١١ ١٣ ١٧ سنه يضربهم ابوهم",
        "تەمەنیان 10 12 15 ساڵە",
        "three kids 12 13 14 years old",
        "صار يوم 12-11-26",
        "بتاريخ 2026-1-3 بالليل",
        "بيتي 714-12-3 بالشعلة",
        "طلب 250000 دينار",
        "اخذ مني 150 000",
        "دفعت 150-200 الف",
        "بين 2019 2020 2021 2022",
    ],
)
def test_ages_dates_houses_and_sums_stay_among_the_words(text: str) -> None:
    assert tickets.without_codes(text) == text
    assert frozenset(tickets.codes_in(text)) == tickets.are_told(text)


@pytest.mark.parametrize(
    "text", ["482 913", "482-913", "48 29 13", "4829 13", "4 8 2 9 1 3", "٤٨٢٩١٣", "482000", "4829 1365 0027 7410"]
)
def test_a_code_in_any_groups_is_cut_out(text: str) -> None:
    if text != "482000":  # a sum, beside words
        assert tickets.without_codes(f"حذف {text}") == "حذف"
    assert tickets.without_codes(text) == ""


def test_what_might_be_ages_is_cut_out_where_it_opens() -> None:
    assert tickets.without_codes("حذف 12 13 14", "121314") == "حذف"


def test_ages_alone_are_no_piece_of_a_code() -> None:
    assert not tickets.is_piece("12 13 14 15")
    assert not tickets.is_piece("12-11-2025")
    assert tickets.is_piece("4829 1365")


@given(st.text())
def test_any_text_may_be_searched_for_codes(text: str) -> None:
    assert all(len(code) in {6, 16} and code.isascii() and code.isdigit() for code in tickets.codes_in(text))
    tickets.without_codes(text)


@given(ENTROPY)
def test_a_long_code_has_sixteen_digits_and_is_found_again_as_it_is_copied(entropy: bytes) -> None:
    code = tickets.make_long_code(entropy)
    assert re.fullmatch(r"[1-9][0-9]{15}", code)
    assert tickets.is_long(code)
    assert tickets.codes_in(tickets.grouped(code)) == (code,)
    assert not tickets.is_long(tickets.make_code(entropy))
