"""What opens something is taken out of a text however it is written; what is evidence stays."""

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import cuts
from bot.cuts import MARK, Secrets
from bot.vocabulary import Analysis, Category, Guess, Language, Span, Urgency

LONG = "4829136500277418"
SECRETS = Secrets(frozenset({"482913", LONG}), frozenset({cuts.fold("زيتونة")}))
SCRIPTS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
AROUND = st.text(alphabet="ابتثرزعلنيهو زيتونة abcXYZ \n.,،:!؟-/()[]0123456789٣۷\u2066\u2069\u064e", max_size=40)
GAPS = st.sampled_from(["", " ", "-", ".", "/", "\n", "\u00a0", "\u200f", "  ", ", ", "\u2069 \u2066", "ـ"])


def _bare(text: str) -> str:
    """Digits as ASCII, nothing between letters and signs: how somebody reads it who looks for a code."""
    western = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text)
    return "".join(sign for sign in western if sign in string.ascii_letters + string.digits)


@given(AROUND, AROUND, st.sampled_from(["482913", LONG]), st.sampled_from(SCRIPTS), st.lists(GAPS, min_size=16))
def test_a_code_is_gone_whatever_stands_around_it_and_between_its_digits(
    before: str, after: str, code: str, script: str, gaps: list[str]
) -> None:
    before, after = before.rstrip(string.digits + "٣۷") + "ا", "ا" + after
    typed = "".join(script[int(digit)] + gap for digit, gap in zip(code, gaps, strict=False))
    kept = cuts.cut(before + typed + after, SECRETS)
    assert MARK in kept
    assert code not in _bare(kept.replace(MARK, "x"))


@given(AROUND, AROUND, st.sampled_from(["زيتونة", "زيتونه", "زَيتُونة", "الزيتونة", "وزيتونة", "بالزيتونة", "زيتوووونة"]))
def test_a_word_is_gone_whatever_stands_around_it(before: str, after: str, word: str) -> None:
    kept = cuts.cut(f"{before} {word} {after}", SECRETS)
    assert MARK in kept
    assert word not in kept.split()


@pytest.mark.parametrize(
    "said",
    [
        "اربعة ثمانية اثنين تسعة واحد ثلاثة",
        "أربعة، ثمانية، وثنين وتسعة وواحد وثلاث",
        "اربعه ثَمانية اثنان تسعه وحدة تلاثة",
        "48 اثنين 9 واحد ثلاثة",
        "چوار هەشت دوو نۆ یەک سێ",
        "four eight two nine one three",
        "اربعة ثمانية اثنين تسعة واحد ثلاثة ستة خمسة صفر صفر اثنين سبعة سبعة اربعة واحد ثمانية",
    ],
)
def test_a_code_whose_digits_are_words_is_gone_too(said: str) -> None:
    assert cuts.cut(f"اتصل علي {said} واكو واحد يهددني", SECRETS) == f"اتصل علي {MARK} واكو واحد يهددني"


@pytest.mark.parametrize(
    "text",
    [
        "عندي ثلاثة ولد واحد منهم بالسجن واثنين بالبيت",
        "ضربني اربع مرات ثمانية اثنين",
        "سبعة سبعة صفر واحد اثنين ثلاثة اربعة خمسة ستة سبعة",
        "شارع اربعة دار ثمانية محلة اثنين زقاق تسعة قطاع واحد بيت ثلاثة",
    ],
)
def test_other_digits_in_words_stay(text: str) -> None:
    assert cuts.cut(text, SECRETS) == text


@pytest.mark.parametrize(
    "text",
    [
        "رقمه 07704829130 وسيارته 48291",
        "دفعت 482914 دينار",
        "لوحة بغداد 12345 دار 48 زقاق 29 محلة 13 شارع 7",
        "الحساب 14829136",
    ],
)
def test_another_number_stays(text: str) -> None:
    assert cuts.cut(text, SECRETS) == text


@pytest.mark.parametrize(
    ("text", "is_code"),
    [
        (LONG, True),
        ("4829 1365 0027 7418", True),
        ("٤٨٢٩-١٣٦٥-٠٠٢٧-٧٤١٨", True),
        ("5105 1051 0510 5100", False),  # a bank card's
        ("5105105105105100", False),
        ("07700000012 15000", False),  # a telephone number and a price
        ("2019 2020 2021 2022", False),
        ("6330 1234 5678 9012 345", False),  # a longer number
    ],
)
def test_sixteen_digits_stand_as_a_code_does_or_not(text: str, *, is_code: bool) -> None:
    assert any(cuts.looks_like_a_code(text, one) for one in cuts.numbers(text)) is is_code


def test_what_was_understood_holds_none_and_still_points_to_what_is_personal() -> None:
    clean = "482 913 زيتونة رقمه 07700000012 يم جامع زيتونة"
    at = clean.index("0770")
    spans = (Span(0, 7, "[NUMBER]"), Span(at, at + 11, "[PHONE]"))
    heard = Analysis(
        clean=clean,
        key=clean,
        language=Language.AR,
        guesses=(Guess(Category.OTHER, 0.5),),
        urgency=Urgency.NORMAL,
        sensitive=False,
        spans=spans,
        why=("زيتونة", "رقمه"),
        landmark="يم جامع زيتونة",
    )
    kept = cuts.cut_from(heard, SECRETS)
    assert kept.clean == f"{MARK} {MARK} رقمه 07700000012 يم جامع {MARK}"
    assert [(kept.clean[span.start : span.end], span.token) for span in kept.spans] == [("07700000012", "[PHONE]")]
    assert (kept.why, kept.landmark) == (("رقمه",), f"يم جامع {MARK}")


@given(st.text())
def test_any_text_may_be_looked_through(text: str) -> None:
    assert cuts.cut(text, Secrets()) == text
    assert MARK in cuts.cut(text, SECRETS) or cuts.cut(text, SECRETS) == text


def test_a_text_of_single_digits_costs_little_more_than_finding_them() -> None:
    text = "1 " * 2048
    begun = time.process_time()
    each = list(cuts.numbers(text))
    found = time.process_time()
    assert not any(cuts.looks_like_a_code(text, one) for one in each)
    assert time.process_time() - found < found - begun  # the database is held meanwhile
