"""Kin hurt, silent or taken: rescuers hear of strangers' and of nobody's deed, a sealed desk of what kin did.

assailed.tsv: "tune" was looked at while the rules were made, "held" only when they were: at that first look 25 of its
25 "outside" were an emergency at an open urgent desk (17 before the rules), and 24 of its 25 "household" sealed (18
before). "plain": nobody is hurt.
"""

import csv
import time
from pathlib import Path
from typing import Final

import pytest

from bot.nlp import assailed, language, normalise
from bot.nlp.analyse import analyse
from bot.vocabulary import SEALED_DESKS, Category, Desk, Urgency
from tests.bot.nlp.routed import filed, sent
from tests.shipped import shipped

_HERE: Final = Path(__file__).parent


def _written(kind: str, *splits: str) -> list[str]:
    with (_HERE / "assailed.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row["text"] for row in rows if row["kind"] == kind and row["split"] in splits]


def _told(text: str) -> assailed.Told:
    return assailed.hear(normalise.key(text, language.language(text)))


def _is_seen_by_rescuers(text: str) -> bool:
    report = filed(text)
    return (report.to.desk, report.facts.urgency, report.facts.sensitive) == (Desk.URGENT, Urgency.EMERGENCY, False)


@pytest.mark.parametrize(("split", "count", "least"), [("tune", 53, 51), ("held", 25, 25)])
def test_what_strangers_or_nobody_did_to_kin_is_seen_by_who_can_come(split: str, count: int, least: int) -> None:
    texts = _written("outside", split)
    assert len(texts) == count
    assert len([text for text in texts if _is_seen_by_rescuers(text)]) >= least


@pytest.mark.parametrize(("split", "count"), [("tune", 53), ("held", 25)])
def test_what_one_of_kin_did_is_sealed(split: str, count: int) -> None:
    texts = _written("household", split)
    assert len(texts) == count
    assert len([text for text in texts if sent(text).desk not in SEALED_DESKS]) <= (split == "held")


def test_it_rings_at_the_sealed_desk() -> None:
    texts = _written("household", "tune", "held")
    assert len([text for text in texts if filed(text).facts.urgency is Urgency.EMERGENCY]) >= len(texts) - 7


def test_where_nobody_is_hurt_nothing_is_told() -> None:
    texts = _written("plain", "tune", "held")
    assert len(texts) == 36
    assert [text for text in texts if _told(text).befell or _told(text).by_kin] == []


def test_who_fled_or_may_have_gone_herself_is_taken_by_nobody() -> None:
    assert _told("هربت من اهلي ومسلحين اخذوا اختي").befell is None
    assert _told("ناس مسلحين اخذوا اختي وهي تزوجت ابن الجيران").befell is None


def test_of_who_asks_that_nobody_know_the_rule_says_nothing_whoever_did_it() -> None:
    text = "مسلحين اخذوا اختي محد يدري لا تكولون اسمي"
    assert _told(text).befell is Category.KIDNAPPING
    assert "assailed" not in analyse(shipped(), text).why


def test_no_text_keeps_the_lists_busy() -> None:
    began = time.process_time()
    assailed.hear(normalise.key("اخوي بنت عمي ضرب اختي وما تتحرك واخذوا " * 400))
    assailed.hear(normalise.key("my brother took my sister and my uncle was hit by " * 300))
    assert time.process_time() - began < 2
