"""What kin do to somebody is heard by a sealed desk, though kin are of an office or of a group that police look for.

household.tsv: split "tune" leaked in an audit. "once" was written before the rule, by the same hand, and looked at
while it was made: without it 33 of its 39 of kind "kin" were sealed, and 4 of its 22 "along" (she is to be taken along,
or fears him). "held" was written after it and never tuned on: 13 of 15 and 4 of 5 without, 14 and 4 at first sight.
"tip": of others who are extremists. "plain": kin in an office, of whom nothing but an ordinary matter is told. Split
"mend": "rescue" was sealed away from whoever could come, "hers" is what must stay sealed beside it.
"""

import csv
import time
from pathlib import Path
from typing import Final

import pytest

from bot.nlp import household, normalise
from bot.vocabulary import SEALED_DESKS, Category, Desk, OfficeKind, Urgency
from tests.bot.nlp.routed import demonstration, filed, sent

_HERE: Final = Path(__file__).parent


def _written(kind: str, *splits: str) -> list[str]:
    with (_HERE / "household.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row["text"] for row in rows if row["kind"] == kind and row["split"] in splits]


def _sealed(texts: list[str]) -> list[str]:
    return [text for text in texts if sent(text).desk in SEALED_DESKS]


@pytest.mark.parametrize("kind", ["kin", "along"])
def test_what_leaked_in_an_audit_is_sealed(kind: str) -> None:
    texts = _written(kind, "tune")
    assert _sealed(texts) == texts


def test_of_kin_in_an_office_hardly_one_is_read_at_an_open_desk() -> None:
    once, held = _written("kin", "once"), _written("kin", "held")
    assert (len(once), len(held)) == (39, 15)
    assert len(_sealed(once)) >= 37
    assert len(_sealed(held)) >= 14


def test_whom_he_takes_along_is_heard_by_women_and_no_member_of_a_forum() -> None:
    texts = _written("along", "once", "held")
    assert len(texts) == 27
    assert len(_sealed(texts)) >= 26
    kinds = {demonstration().offices[sent(text).office].kind for text in _sealed(texts)}
    assert kinds <= {OfficeKind.WOMEN, OfficeKind.OVERSIGHT}


def test_a_tip_of_others_is_seen_by_no_civilian() -> None:
    texts = _written("tip", "once", "held")
    assert len(texts) == 25
    assert len([text for text in texts if sent(text).desk is Desk.SECURITY]) >= 23


def test_kin_in_an_office_alone_seal_no_theft_and_no_street() -> None:
    texts = _written("plain", "once", "held")
    assert len(texts) == 47
    assert len(_sealed(texts)) <= 12  # 20 before


def test_what_befell_kin_is_an_emergency_for_whoever_can_rescue_though_they_are_police() -> None:
    texts = _written("rescue", "mend")
    assert len(texts) == 11
    found = {text: filed(text) for text in texts}
    wrong = {text: file.to.desk for text, file in found.items() if file.to.desk is not Desk.URGENT}
    assert wrong == {}
    assert {file.facts.urgency for file in found.values()} == {Urgency.EMERGENCY}
    assert not any(file.facts.sensitive for file in found.values())


def test_whom_her_officer_husband_shot_stabbed_or_set_on_fire_stays_sealed_and_an_emergency() -> None:
    texts = _written("hers", "mend")
    assert len(texts) == 8
    assert _sealed(texts) == texts
    assert {filed(text).facts.urgency for text in texts} == {Urgency.EMERGENCY}


@pytest.mark.parametrize(
    "text",
    [
        "ابوي ما يسمعني ولا يتحرك",
        "زوجي ضابط ومسلحين هجموا علينا يهددوني",
        "my brother was stabbed and he cant hear me",
        "my husband is bleeding he cant hear me",
        "my father collapsed and cannot answer me",
        "my brother is trapped under the rubble and the smoke is choking me",
    ],
)
def test_who_does_not_hear_or_what_strangers_do_is_no_deed_of_kin(text: str) -> None:
    assert not household.harms(normalise.key(text))


@pytest.mark.parametrize(
    "text",
    [
        "زوجي انصاب وجان يضربني",
        "my husband was shot and he still beats me",
        "رجلي خطف ابني ويهددني",
        "زوجي شعل البيت والنار تاكلنا",
        "زوجي ومسلحين هجموا علي بالبيت",
        "my husband sent gunmen to beat me",
        "my husband and gunmen are beating me",
        "my husband lit a fire, the smoke is choking me",
    ],
)
def test_whoever_did_something_himself_is_not_who_suffered(text: str) -> None:
    assert not household.suffered(normalise.key(text))


def test_a_child_is_heard_by_the_childs_desk() -> None:
    assert sent("خالي مسؤول السيطرة مال الشعلة ويلمس بنتي الصغيرة").desk is Desk.CHILD


def test_who_wants_to_die_is_heard_by_who_answers_whatever_her_husband_is() -> None:
    assert filed("اريد انتحر هسه وزوجي ضابط").facts.category is Category.SELF_HARM


@pytest.mark.parametrize(
    "text",
    [
        "زوجي خبرني عن الحفرة",
        "اخوي ساعدني اكتب",
        "my brother told me to write to you",
        "my uncle lives next to me",
        "ابوي يحب امي",
        "عمي لبناني",
        "اخوي وجارنا يهددني",
    ],
)
def test_who_helps_tells_or_loves_harms_nobody(text: str) -> None:
    assert not household.harms(normalise.key(text))


def test_no_text_keeps_the_lists_busy() -> None:
    worst = "زوجي اخوي ابوي ابو جهالي يكول ياخذ my husband brother " * 400
    began = time.process_time()
    household.harms(normalise.key(worst))
    household.is_of_a_husband(normalise.key(worst))
    household.harms("ا" * 4_096)
    assert time.process_time() - began < 1
