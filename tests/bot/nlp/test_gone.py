"""A woman or a girl who may not want to be found is heard by a sealed desk, though no word of flight is said of her.

gone.tsv: split "tune" leaked in an audit, and the rule was made with it. "once" was written after the rule: 57 of its
100 were sealed without it, 64 at first sight, and then its lists were mended once. "held" was written after that and
never tuned on: 33 of its 48 without the rule, 38 at first sight. "mended": read by a review, and the lists were mended
with it. "taken" and "taken held" (never tuned on), kind "called": of a grown woman a kidnapping is all that is told.
Kind "shelter", "own", "family", "kidnap" (so they
call it), "en", "ckb"; or "plain ...": a man, small, old, taken by strangers, lost in a disaster, or nobody ("plain
called": it may be sealed for what else it sounds of).
"""

import csv
import time
from pathlib import Path
from typing import Final

import pytest

from bot.nlp import gone, normalise
from bot.nlp.analyse import analyse
from bot.vocabulary import SEALED_DESKS, Category, Desk, Flight, Guess, Urgency
from tests.bot.nlp.routed import filed, sent
from tests.shipped import shipped

_HERE: Final = Path(__file__).parent


def _rows(split: str) -> list[dict[str, str]]:
    with (_HERE / "gone.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row for row in rows if row["split"] == split]


def _written(split: str, *, plain: bool = False) -> list[str]:
    return [row["text"] for row in _rows(split) if row["kind"].startswith("plain") == plain]


def _sealed(texts: list[str]) -> list[str]:
    return [text for text in texts if sent(text).desk in SEALED_DESKS]


def test_what_leaked_in_an_audit_is_sealed() -> None:
    texts = _written("tune")
    assert len(texts) == 18
    assert _sealed(texts) == texts


def test_of_wordings_that_no_rule_was_made_for_most_are_sealed() -> None:
    once, held = _written("once"), _written("held")
    assert (len(once), len(held)) == (100, 48)
    assert len(_sealed(once)) >= 85
    assert len(_sealed(held)) >= 38


def test_hardly_anybody_else_who_is_missing_is_sealed_for_it() -> None:
    texts = _written("once", plain=True) + _written("held", plain=True)
    assert len(texts) == 78
    assert [text for text in texts if analyse(shipped(), text).flight is not Flight.NONE] == []
    assert len(_sealed(texts)) <= 8


def test_what_they_call_kidnapping_is_none_where_she_went_with_whom_she_knows() -> None:
    report = filed("بنتنا انخطفت من واحد بس هي راحت وياه برضاها")
    assert (report.facts.category, report.facts.flight) == (Category.DOMESTIC_VIOLENCE, Flight.SOUGHT)
    assert report.to.desk in SEALED_DESKS


def test_who_was_taken_by_strangers_stays_with_those_who_can_come() -> None:
    for text in ("مسلحين بسيارتين خطفوا اختي من كدام البيت قبل شوية", "gunmen dragged my wife into a black pickup"):
        report = filed(text)
        assert (report.to.desk, report.facts.flight) == (Desk.URGENT, Flight.NONE), text


def test_strangers_come_before_a_man_she_knows_her_will_and_her_own_words() -> None:
    texts = _written("mended", plain=True)
    assert len(texts) == 18
    assert [text for text in texts if analyse(shipped(), text).flight is not Flight.NONE] == []


def test_who_took_her_is_searched_for_at_once_whoever_stood_beside_her() -> None:
    taken = [row["text"] for row in _rows("mended") if row["kind"] == "plain taken"]
    assert len(taken) == 11
    assert [text for text in taken if sent(text).desk is not Desk.URGENT] == []


def test_a_grown_woman_is_sealed_in_doubt_where_nobody_saw_who_took_her() -> None:
    texts, held = _written("taken"), _written("taken held")
    assert (len(texts), _sealed(texts)) == (20, texts)
    assert (len(held), len(_sealed(held))) == (5, 4)  # 2 without the rule
    report = filed("اختي انخطفت")
    assert (report.facts.category, report.facts.sensitive) == (Category.KIDNAPPING, True)
    assert report.facts.urgency is Urgency.EMERGENCY


def test_who_was_seen_taken_by_armed_men_a_car_or_for_money_is_urgent_for_police() -> None:
    texts = [*_written("taken", plain=True), *_written("taken held", plain=True)]
    assert len(texts) == 22
    assert [text for text in texts if analyse(shipped(), text).flight is not Flight.NONE] == []
    assert len([text for text in texts if sent(text).desk is Desk.URGENT]) >= 20


def test_armed_kin_are_no_strangers_and_a_threat_of_many_is_enough_without_them() -> None:
    texts = _written("mended")
    assert (len(texts), _sealed(texts)) == (4, texts)
    assert [text for text in texts if analyse(shipped(), text).flight is Flight.NONE] == []


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("حريق ببيتنا واختي جوه خايفة ما تكدر تطلع", Guess(Category.FIRE_MEDICAL, 0.45)),
        ("نار ببيتها واختي جوه خايفة وما تكدر تطلع", Guess(Category.FIRE_MEDICAL, 0.45)),
        ("my daughter is bleeding in our house she is scared please ambulance", Guess(Category.OTHER, 0.4)),
        ("my daughter is at the clinic and she is scared", Guess(Category.OTHER, 0.4)),
        ("رجعوني لبيتي بعد ما سلبوني مسلحين", Guess(Category.THEFT, 0.5)),
    ],
)
def test_a_fire_a_wound_fear_alone_and_armed_robbers_are_no_sign_of_flight(text: str, best: Guess) -> None:
    assert gone.find(normalise.key(text), best) is Flight.NONE


def test_a_sealed_one_is_as_urgent_as_it_was() -> None:
    report = filed("نزلت عدنا بنية مانعرفها كالت خوالها ناوين يذبحوها وهسه نايمة بغرفة امي")
    assert report.facts.urgency is Urgency.EMERGENCY
    assert report.to.desk in SEALED_DESKS


def test_who_hides_under_another_name_is_no_tip_for_the_police() -> None:
    report = filed("اني ممرضه اكو مريضه بالمستشفى ردهة النسائيه متخفيه باسم غير اسمها من اخوتها")
    assert report.to.desk is Desk.WOMEN
    assert report.facts.category is not Category.EXTREMISM


@pytest.mark.parametrize("text", ["ضاعت جنطتي بالكراج", "اختي ما رجعت من الكلية لحد الان", "اخوي مفقود واختي تبجي"])
def test_a_thing_an_errand_and_a_man_are_none_of_hers(text: str) -> None:
    assert gone.find(normalise.key(text), Guess(Category.MISSING_PERSON, 0.9)) is Flight.NONE


def test_no_text_keeps_the_lists_busy() -> None:
    worst = "بنت اهلها طلعت من عدنا خايفه ما ترجع باسم وين لا تسلموني اني هربت " * 60
    began = time.process_time()
    gone.find(normalise.key(worst), Guess(Category.MISSING_PERSON, 0.9))
    gone.find("ا" * 4_096, Guess(Category.MISSING_PERSON, 0.9))
    assert time.process_time() - began < 1
