"""What an officer does to his own, to a woman or to a child is heard by a sealed desk, and no other complaint is."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.nlp import officers
from bot.nlp.analyse import analyse
from bot.nlp.normalise import key
from bot.vocabulary import SEALED_DESKS, Category, Desk
from tests.bot.nlp.routed import sent
from tests.shipped import shipped

_FILE = Path(__file__).parent / "officers.tsv"


def _written(sealed: str, split: str = "") -> Iterator[str]:
    with _FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["sealed"] == sealed and split in {"", row["split"]}:
                yield row["text"]


@pytest.mark.parametrize("split", [pytest.param("tune", marks=pytest.mark.slow), "held"])
def test_what_an_officer_does_to_his_own_or_to_a_woman_lies_at_no_desk_that_reads_without_a_key(split: str) -> None:
    texts = list(_written("yes", split))
    assert len(texts) >= 30
    assert [text for text in texts if sent(text).desk not in SEALED_DESKS] == []


def test_what_is_plain_misconduct_stays_where_oversight_reads_it() -> None:
    texts = list(_written("no"))
    assert len(texts) >= 60
    desks = {text: sent(text).desk for text in texts}
    assert len([text for text, desk in desks.items() if desk in SEALED_DESKS]) <= 2
    assert sum(desk is Desk.OVERSIGHT for desk in desks.values()) >= 0.9 * len(desks)


def test_it_is_still_a_complaint_about_police_with_what_it_is_of_beside_it() -> None:
    found = analyse(shipped(), "رجلي ضابط بمركز شرطة الشعلة ويضربني كل ليلة")
    assert found.about_police
    assert found.sensitive
    assert [guess.category for guess in found.guesses[:2]] == [
        Category.POLICE_MISCONDUCT,
        Category.DOMESTIC_VIOLENCE,
    ]
    assert sum(guess.confidence for guess in found.guesses) <= 1.0 + 1e-9


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("الضابط طلب مني انام وياه", Category.HARASSMENT),
        ("شرطي ضرب طفل بالسيطرة", Category.CHILD_PROTECTION),
        ("المنتسب يهددني ينشر صوري", Category.ELECTRONIC_BLACKMAIL),
        ("ابوي عقيد وحابسني", Category.DOMESTIC_VIOLENCE),
        ("اخوي ضربوه بمركز الشرطة", None),
        ("زوجي موقوف بالمركز والضابط يريد فلوس", None),
    ],
)
def test_the_kind_is_told_by_whose_he_is_and_what_he_does(text: str, kind: Category | None) -> None:
    assert officers.find(key(text), minor=False) is kind
