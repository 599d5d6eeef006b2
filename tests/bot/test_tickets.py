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
