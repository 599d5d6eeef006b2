"""A family that searches for a woman of theirs is told from who calls for help because she was taken, is small or lost.

searches.tsv: split "tune" was read while the rules were made, "held" was not; kind "search", or what is none: "taken",
"child" (a small one), "other".
"""

import csv
from pathlib import Path

import pytest

from bot.nlp.analyse import analyse
from bot.vocabulary import SEALED_DESKS, Category, Flight, Urgency
from tests.bot.nlp.routed import filed, sent
from tests.shipped import shipped

_HERE = Path(__file__).parent


def _written(split: str, *kinds: str) -> list[str]:
    with (_HERE / "searches.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row["text"] for row in rows if row["split"] == split and row["kind"] in kinds]


def _heard(texts: list[str]) -> list[str]:
    return [text for text in texts if analyse(shipped(), text).flight is Flight.SOUGHT]


def test_a_familys_search_for_a_woman_is_heard_whatever_words_it_takes() -> None:
    known, kept_back = _written("tune", "search"), _written("held", "search")
    assert (len(known), len(kept_back)) == (40, 37)
    assert _heard(known) == known
    assert len(_heard(kept_back)) >= 34


@pytest.mark.parametrize("split", ["tune", "held"])
def test_a_search_that_is_heard_lies_at_a_sealed_desk_and_before_no_police(split: str) -> None:
    texts = _heard(_written(split, "search"))
    assert [text for text in texts if sent(text).desk not in SEALED_DESKS] == []


@pytest.mark.parametrize("split", ["tune", "held"])
def test_who_was_taken_and_who_is_small_are_never_such_a_search(split: str) -> None:
    assert _heard(_written(split, "taken", "child")) == []


def test_hardly_anything_else_sounds_like_one() -> None:
    others = _written("tune", "other") + _written("held", "other")
    assert len(others) == 40
    assert len(_heard(others)) <= 3


@pytest.mark.parametrize(
    "text",
    [
        "مسلحين دخلوا البيت واخذوا زوجتي وياهم",
        "عصابة خاطفة بنتي وتريد فدية ٥٠ دفتر",
        "خطفوا بنتي من يم المدرسة رجعوها الله يخليكم",
        "ملثمين اخذوا اختي بسيارة بيضة لحكوها",
    ],
)
def test_who_was_taken_by_others_rings_an_urgent_desk(text: str) -> None:
    report = filed(text)
    assert (report.facts.urgency, report.to.desk.value) == (Urgency.EMERGENCY, "urgent")


def test_a_mother_who_took_her_own_children_is_searched_for_and_has_kidnapped_nobody() -> None:
    for text in ("طليقتي خطفت ابني وراحت لاهلها رجعولي ابني", "مرتي طلعت ويه ابني عمره 5 سنين وما رجعت"):
        assert sent(text).rule == "safety-first", text


def test_a_search_in_despair_is_no_word_of_suicide() -> None:
    for text in (
        "my wife took the kids and left, I want them back",
        "کچم ڕۆیشتووە و مۆبایلی داخستووە، بمانەوێت بگەڕێتەوە",
    ):
        assert analyse(shipped(), text).guesses[0].category is not Category.SELF_HARM, text
    assert analyse(shipped(), "الدين غلبني ومرتي تركتني، باچر تخلصون مني كلكم").flight is Flight.NONE
    dying = analyse(shipped(), "بنتي طلعت من البيت وكاتبة رسالة تريد تنتحر لكوها")
    assert dying.guesses[0].category is Category.SELF_HARM


def test_what_only_sounds_of_death_is_no_word_of_it_where_she_is_looked_for() -> None:
    sought = analyse(shipped(), "my wife left with the baby and I want the police to find where she lives")
    assert sought.flight is Flight.SOUGHT
    assert sought.guesses[0].category is not Category.SELF_HARM


def test_a_word_of_her_own_death_is_heard_where_she_fled() -> None:
    for text in ("هربت من اهلي واريد اموت", "I ran away from my family and I want to kill myself"):
        assert analyse(shipped(), text).guesses[0].category is Category.SELF_HARM
