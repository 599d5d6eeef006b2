"""Turkmen and Persian in Arabic letters, beside Iraqi Arabic and Sorani."""

import csv
from pathlib import Path

import pytest

from bot.nlp.language import language
from bot.nlp.neighbours import persian, turkmen
from bot.nlp.normalise import clean
from bot.vocabulary import Language


@pytest.mark.parametrize(("spoken", "texts", "missed"), [(Language.TURKMEN, 43, 1), (Language.FA, 21, 1)])
def test_reports_written_after_the_rule_are_heard_in_their_language(spoken: Language, texts: int, missed: int) -> None:
    with Path(__file__).with_name("neighbours.tsv").open(encoding="utf-8", newline="") as lines:
        rows = [
            row["text"]
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            if row["language"] == spoken
        ]
    wrong = [text for text in rows if language(clean(text)) is not spoken]
    assert len(rows) == texts
    assert len(wrong) <= missed, wrong


@pytest.mark.parametrize(
    "text",
    [
        "تحرشوا باختي بالسوك",
        "سعر الدولار مرتفع",
        "ابني عمره سبع سنين وضاع",
        "يهددوني بقتل أولادي",
        "واكف بالطابور ومنو يجي",
        "اخوتي ماخذين حصتي",
        "بير مكشوف بالشارع يم المدرسة",
        "اختي شاربة كلور وما تحجي",
        "عنده كسور بالرجل والايد",
        "مريض عندنا يبكي طالبا أن نعيد إليه ما سلب عقله",
    ],
)
def test_words_that_only_look_like_theirs_stay_arabic(text: str) -> None:
    assert language(clean(text)) is Language.AR


def test_a_stem_or_an_ending_alone_says_nothing() -> None:
    assert turkmen(["قال", "دولار", "كسور"]) == 0
    assert turkmen(["چالدیلار"]) == turkmen(["جالديلار"]) > 0  # a keyboard without چ
    assert persian(["های"]) < persian(["خانه", "های"])
