"""A woman or a girl who fled, hides or is looked for is heard by a sealed desk first, whoever tells of her.

sheltered.tsv: split "tune" was read while the rules were made; "held" was written before them, too, by the same hand:
40 of its 60 were sealed without them, 56 at first sight. Kind "shelter" (who hides her, has seen her or knows where she
is), "own", "family", "ckb", "en", or "near": none of these, who must stay with those who search or arrest.
"""

import csv
import time
from pathlib import Path

import pytest

from bot.nlp import sheltered
from bot.nlp.analyse import analyse
from bot.vocabulary import SEALED_DESKS, Category, Desk, Flight
from tests.bot.nlp.routed import filed, sent
from tests.shipped import shipped

_HERE = Path(__file__).parent


def _written(split: str, *kinds: str) -> list[str]:
    with (_HERE / "sheltered.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row["text"] for row in rows if row["split"] == split and row["kind"] in kinds]


def _open(texts: list[str]) -> list[str]:
    return [text for text in texts if sent(text).desk not in SEALED_DESKS]


@pytest.mark.parametrize("kind", ["shelter", "own", "family", "ckb", "en"])
def test_who_fled_is_heard_by_a_sealed_desk_whoever_tells_of_her(kind: str) -> None:
    assert _open(_written("tune", kind)) == []


def test_hardly_any_wording_that_no_rule_was_made_for_lies_open() -> None:
    texts = _written("held", "shelter", "own", "family", "ckb", "en")
    assert len(texts) == 60
    assert len(_open(texts)) <= 2


@pytest.mark.parametrize("split", ["tune", "held"])
def test_the_lost_the_taken_the_displaced_and_thieves_are_no_such_flight(split: str) -> None:
    near = _written(split, "near")
    assert len(near) >= 30
    assert [text for text in near if analyse(shipped(), text).flight is not Flight.NONE] == []


def test_what_they_call_kidnapping_or_a_feud_is_no_such_report() -> None:
    for text in (
        "انا سايق تكسي صعدت وياي بنت هاربة وتكول ودوني مكان امان",
        "وحدة من قرايبي لجت عدنا من ظلم زوجها وعشيرته يردونها",
        "ابويه مبلغ عني مختطفة وانا هاربة منه",
        "we took in a runaway girl, her tribe is threatening us",
    ):
        report = filed(text)
        assert report.to.desk in {Desk.WOMEN, Desk.CHILD}, text
        assert report.facts.category not in {Category.KIDNAPPING, Category.TRIBAL_DISPUTE}, text


def test_what_sounds_of_death_without_a_word_of_it_is_not_told_to_the_police_where_she_hides() -> None:
    for text in ("محتاجة مكان اختفي بيه عن اهلي", "I want to run away from home, where can I go"):
        assert sent(text).desk in SEALED_DESKS, text
    assert analyse(shipped(), "هربت من اهلي واريد اموت نفسي").category is Category.SELF_HARM


def test_no_text_keeps_the_lists_busy() -> None:
    worst = "مره بنت وحده اهلها هربت من اهلي العشيره كلها يدورون علي " * 70
    began = time.process_time()
    sheltered.find(worst)
    sheltered.find("ا" * 4_096)
    assert time.process_time() - began < 1
