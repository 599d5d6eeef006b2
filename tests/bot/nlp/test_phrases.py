"""What an administrator may have searched for in every message, and why not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlp.phrases import LONGEST, Fault, fault, tidy


@pytest.mark.parametrize(
    ("phrase", "wrong"),
    [
        ("", Fault.EMPTY),
        (" \t", Fault.EMPTY),
        ("ا" * (LONGEST + 1), Fault.LONG),
        ("كلمة " * 6, Fault.LONG),
        ("حرك(وا|ت)", Fault.PATTERN),
        ("قنبلة.*", Fault.PATTERN),
        (r"\bkill\b", Fault.PATTERN),
        ("سلاح && بيت", Fault.PATTERN),
        ("دم", Fault.SHORT),
        ("ضـ", Fault.SHORT),
        ("🔥", None),
        ("من على", Fault.COMMON),
        ("شکرا", Fault.COMMON),
        ("والله هسه", Fault.COMMON),
        ("please help now", None),
        ("the what", Fault.COMMON),
        ("سوپاس", Fault.COMMON),
        ("لهذا", Fault.COMMON),
        ("وصارت عندهم", Fault.COMMON),
        ("باكوا", Fault.COMMON),  # is found wherever "اكو" is
        ("اسمي حيدر", Fault.PERSONAL),
        ("0770 000 0012", Fault.PERSONAL),
        ("محلة 709", Fault.PERSONAL),
        ("حركوا البيت", None),
        ("تقلید", None),
        ("چەکدار هات", None),
        ("mkhaddarat", None),
    ],
)
def test_each_fault_is_told_apart(phrase: str, wrong: Fault | None) -> None:
    assert fault(phrase) is wrong


@given(st.text(max_size=300))
def test_any_text_has_an_answer(phrase: str) -> None:
    assert fault(phrase) in {None, *Fault}
    assert tidy(tidy(phrase)) == tidy(phrase)
