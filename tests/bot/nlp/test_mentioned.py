"""Who only speaks of police is heard by the desk of the matter; who complains of them, by one outside every chain."""

import csv
from pathlib import Path

import pytest

from bot.nlp import mentioned
from bot.nlp.normalise import key
from bot.vocabulary import SEALED_DESKS, Desk
from tests.bot.nlp.routed import sent


def _written(complaint: str) -> list[str]:
    with (Path(__file__).parent / "mentioned.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row["text"] for row in rows if row["complaint"] == complaint]


def test_few_mere_mentions_go_to_oversight() -> None:
    texts = _written("no")
    assert len(texts) >= 60
    assert len([text for text in texts if sent(text).desk is Desk.OVERSIGHT]) <= 0.15 * len(texts)


def test_a_complaint_still_does_or_is_sealed() -> None:
    texts = _written("yes")
    assert len(texts) >= 10
    assert [text for text in texts if sent(text).desk not in {*SEALED_DESKS, Desk.OVERSIGHT}] == []


def test_police_who_do_anything_else_are_in_doubt() -> None:
    assert mentioned.acts(key("الشرطة واكفة تتفرج على الحرامي"), matter=True)
    assert mentioned.acts(key("police at the Dora checkpoint only let you pass if you give something"), matter=True)
    assert mentioned.acts(key("النجدة ما تجي لمنطقتنا ابد"), matter=False)
    assert not mentioned.acts(key("النجدة ما اجت والحرامي شرد"), matter=True)
    assert not mentioned.acts(key("باكوا سيارتي يم المركز"), matter=True)


@pytest.mark.parametrize(
    ("text", "matter", "mere"),
    [
        ("الدورية ما اجت والحرامي شرد", True, True),
        ("الدورية ما اجت", False, False),
        ("كلت للشرطي عن الحفرة", False, True),
        ("كلت للشرطي عن الحفرة وشتمني", False, False),
        ("المركز بعيد علينا", False, True),
        ("الضابط كال اذا تريدين يخلص ملفج تعالي", True, False),
        ("the officer helped my mother", False, True),
        ("the officer slapped my mother", True, False),
        ("سجلنا بلاغ بالمركز وراح البلاغ بالزبالة", True, False),
        ("the officer took my statement", True, True),
        ("the officer took my statement and then gave my address to my ex", True, False),
        ("الشرطة اجت وخذت الموبايلات مالتنا", True, False),
        ("شفت الشرطي يبيع حبوب يم المدرسة", True, False),
    ],
)
def test_a_wrong_makes_more_of_a_mention_and_failing_counts_alone(text: str, *, matter: bool, mere: bool) -> None:
    assert mentioned.find(key(text), matter=matter) is mere
