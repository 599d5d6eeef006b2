"""A girl or a woman who is the price of a settlement is heard by a sealed desk, and by no mediator of either side.

blood.tsv: split "tune" leaked in an audit. "once" was written before the rule, by the same hand, and looked at while it
was made: 5 of its 23 were sealed without it. "held" was written after it and never tuned on: of its 7 girls 3 were
sealed without it and 3 with it, but other ones' desks; kind "plain": a feud, money, a school, a wedding. "audit" leaked
in another audit, mostly for a school or hospital named beside her; "mine" was written by who mended that, and "kept"
with it, looked at when the mend was made: of its 14 girls 8 were not sealed without it, and all 14 with it.
"""

import csv
import time
from pathlib import Path
from typing import Final

import pytest

from bot.nlp import blood, normalise
from bot.vocabulary import SEALED_DESKS, Desk, Urgency
from tests.bot.nlp.routed import filed, sent

_HERE: Final = Path(__file__).parent


def _written(kind: str, *splits: str) -> list[str]:
    with (_HERE / "blood.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row["text"] for row in rows if row["kind"] == kind and row["split"] in splits]


def _sealed(texts: list[str]) -> list[str]:
    return [text for text in texts if sent(text).desk in SEALED_DESKS and filed(text).facts.sensitive]


def test_what_leaked_in_an_audit_is_sealed_in_any_order_of_its_words() -> None:
    texts = [*_written("girl", "tune"), "فصل عن ابننا المقتول ناخذ بنتهم", "عن ابننا المقتول بنتهم ناخذها فصل"]
    assert _sealed(texts) == texts


def test_of_other_wordings_most_are_sealed() -> None:
    once, held = _written("girl", "once"), _written("girl", "held")
    assert (len(once), len(held)) == (23, 7)
    assert len(_sealed(once)) >= 20
    assert len(_sealed(held)) >= 3


def test_she_is_sealed_whatever_school_or_hospital_is_named_beside_her() -> None:
    leaked, others = _written("girl", "audit", "mine"), _written("girl", "kept")
    assert (len(leaked), len(others)) == (64, 14)
    assert _sealed(leaked) == leaked
    assert len(_sealed(others)) >= 13


def test_a_school_a_doctor_and_a_donor_in_a_feud_or_out_of_one_make_her_no_price() -> None:
    plain = _written("plain", "mine", "kept")
    feuds = [text for text in plain if blood.find(normalise.key(text), feud=0.0)]
    assert (len(plain), feuds) == (25, [])
    assert len(_sealed(plain)) <= 3


@pytest.mark.parametrize(
    ("beside", "other"),
    [("وهي طالبه ثالث متوسط بالمدرسه", "وهي عمرها ثلطعش"), ("وهي تشتغل بالمستشفى", "وهي تشتغل بالبيت")],
)
def test_a_school_or_a_hospital_changes_nothing_of_where_she_is_heard(beside: str, other: str) -> None:
    asked = "طلبوا مني بنتي للفصل بالكرادة"
    assert {sent(f"{asked} {beside}").desk, sent(f"{asked} {other}").desk} <= SEALED_DESKS


def test_a_feud_without_her_stays_with_who_mediates() -> None:
    texts = _written("plain", "once", "held")
    assert len(texts) == 19
    assert len(_sealed(texts)) <= 2
    assert sent("طلبوا فصل سبعين مليون عن كتلة ابنهم").desk is Desk.MEDIATION


def test_blood_of_an_accident_is_no_price_and_rescuers_hear_of_it() -> None:
    texts = _written("rescue", "mend")
    assert len(texts) == 7
    assert {text: sent(text).desk for text in texts} == dict.fromkeys(texts, Desk.URGENT)
    assert {filed(text).facts.urgency for text in texts} == {Urgency.EMERGENCY}


def test_a_dismissal_a_compensation_and_a_blood_donation_are_sealed_from_nobody() -> None:
    texts = _written("open", "mend")
    assert len(texts) == 4
    assert _sealed(texts) == []


@pytest.mark.parametrize(
    "text",
    [
        "قرار الفصل من الوظيفة وما ينطوني حقي",
        "فصلوني من الوظيفة بقرار اداري بدون سبب",
        "انطوا دم لبنتي بالمستشفى",
        "محتاجين متبرعين دم لابوي بالعملية",
    ],
)
def test_a_dismissal_and_blood_in_a_hospital_are_mediated_by_nobody(text: str) -> None:
    assert sent(text).desk not in {Desk.MEDIATION, *SEALED_DESKS}


def test_a_killer_on_the_run_who_takes_a_girl_settles_nothing() -> None:
    report = filed("رجال قاتل هارب دخل بيتنا واخذ بنتي")
    assert (report.to.desk, report.facts.urgency) == (Desk.URGENT, Urgency.EMERGENCY)


def test_an_armed_raid_without_a_price_and_a_killing_settle_nothing() -> None:
    assert not blood.find(normalise.key("عشيرة هجمت علينا بالسلاح واخذوا بنتي بالقوة"), feud=0.99)
    assert not blood.find(normalise.key("gunmen killed my father and took my sister"), feud=0.0)


def test_no_text_keeps_the_lists_busy() -> None:
    worst = "بنت فصل يردون مرة ننطيهم عشيرة " * 600
    began = time.process_time()
    blood.find(normalise.key(worst), feud=0.9)
    blood.find("بنت فصل " * 2_000, feud=0.9)
    assert time.process_time() - began < 1
