"""Every spelling of a number is one number; what is no number is filed all the same (group 41)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.numbers import e164, sender

_E164 = re.compile(r"\+[1-9][0-9]{4,16}")


@pytest.mark.parametrize(
    "spelt",
    [
        "07700000001", "7700000001", "9647700000001", "009647700000001", "+9647700000001", "+964 770 000 0001",
        "0770 000 0001", "0770-000-0001", "(0770) 000.0001", "+964 (0) 770 000 0001", "+96407700000001",
        "٠٧٧٠٠٠٠٠٠٠١", "+٩٦٤٧٧٠٠٠٠٠٠٠١", "۰۷۷۰۰۰۰۰۰۰۱", "\u200e+964\u00a0770\u202f000\u20110001\u200f",
        "\u2068\u202a07700000001\u202c\u2069", "＋964７７０００００００１", "+964–770–000–0001",
        " 07700000001\n", "0770/0000001",
    ],
)  # fmt: skip
def test_every_spelling_of_a_number_is_one_number(spelt: str) -> None:
    assert e164(spelt) == "+9647700000001"
    assert sender(spelt) == "+9647700000001"


@pytest.mark.parametrize(
    ("spelt", "number"),
    [
        ("+14155552671", "+14155552671"),
        ("14155552671", "+14155552671"),
        ("0014155552671", "+14155552671"),
        ("00905321234567", "+905321234567"),
        ("905321234567", "+905321234567"),
        ("963933123456", "+963933123456"),
        ("+4915112345678", "+4915112345678"),
    ],
)
def test_a_foreign_number_stays_that_countrys(spelt: str, number: str) -> None:
    assert e164(spelt) == sender(spelt) == number


@pytest.mark.parametrize(
    "name",
    [
        "6999",
        "121",
        "19999",
        "400400",
        "7007007",
        "99999999",
        "AsiaCell",
        "Zain IQ",
        "كورك",
        "1-800-FLOWERS",
        "a@example.com",
    ],
)
def test_a_short_code_or_a_name_is_filed_as_it_stands_and_is_no_number(name: str) -> None:
    assert e164(name) == ""
    assert sender(name) == name


@pytest.mark.parametrize("wrong", ["+964", "+9647", "0770000000199", "+0000000", "+" + "9" * 20])
def test_what_is_no_possible_number_is_filed_but_cannot_be_answered(wrong: str) -> None:
    assert e164(wrong) == ""
    assert sender(wrong) == wrong


@pytest.mark.parametrize(
    "hidden",
    [
        "", " ", "anonymous", "Anonymous", "UNKNOWN", "withheld", "Private", "private  number", "restricted", "-1",
        "+", "-", "…", "\u200f", "\0", "unknown\u200e", "مجهول", "null",
    ],
)  # fmt: skip
def test_a_hidden_sender_has_no_address(hidden: str) -> None:
    assert sender(hidden) == ""


def test_a_name_is_cut_to_what_an_address_may_hold_and_shows_every_letter() -> None:
    assert sender("ن" * 500) == "ن" * 64
    assert sender("Za\u202ein\u200b\0") == "Zain\ufffd"
    assert sender("\ud83d") == ""


@given(st.text(max_size=80) | st.text("0123456789+ -()٠١٢٣۴۵\u200f", max_size=24))
def test_whatever_a_carrier_calls_a_sender_we_file_it(text: str) -> None:
    number, filed = e164(text), sender(text)
    assert number == "" or _E164.fullmatch(number)
    assert number in {"", filed}
    assert len(filed) <= 64
    assert sender(filed) == filed
    assert e164(number) == number
    filed.encode("utf-8")


@given(st.from_regex(r"7[3-9][0-9]{8}", fullmatch=True), st.sampled_from(["0", "", "964", "00964", "+964", "+964 0"]))
def test_an_iraqi_mobile_number_is_one_number_however_it_is_dialled(national: str, prefix: str) -> None:
    assert e164(prefix + national) == f"+964{national}"
