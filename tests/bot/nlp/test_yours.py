"""Who is of those to whom a text is written, in whatever words; and who only asks, thanks or begs them."""

import csv
from functools import cache
from pathlib import Path

import pytest

from bot.nlp import language, normalise, yours
from bot.nlp.analyse import analyse
from bot.vocabulary import SEALED_DESKS, UNNAMED, Desk
from tests.bot.nlp.routed import filed, worked_at
from tests.shipped import shipped

_HERE = Path(__file__).parent


@cache
def _written() -> tuple[tuple[str, bool, str], ...]:
    with (_HERE / "yours.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple((row["split"], row["yours"] == "yes", row["text"]) for row in rows)


def _found(text: str, *, plain: bool = False) -> bool:
    return yours.find(normalise.key(text, language.language(text)), plain=plain)


def _wrong(split: str, *, named: bool) -> list[str]:
    rows = [text for of, is_theirs, text in _written() if (of, is_theirs) == (split, named)]
    return [text for text in rows if _found(text, plain=split == "plain") != named]


def test_of_the_texts_that_the_rule_was_made_with_all_are_understood() -> None:
    assert (_wrong("tune", named=True), _wrong("tune", named=False)) == ([], [])


def test_of_plain_matters_only_those_that_say_of_somebody_that_they_are_or_work_there_are_theirs() -> None:
    assert (_wrong("plain", named=True), _wrong("plain", named=False)) == ([], [])


def _wrong_next(split: str, *, named: bool) -> list[str]:
    rows = [text for of, is_theirs, text in _written() if (of, is_theirs) == (split, named)]
    assert len(rows) > 10
    return [text for text in rows if analyse(shipped(), text).yours != named]


def test_beside_what_few_may_see_nobody_need_be_named_again_who_is_of_them() -> None:
    assert (_wrong_next("next", named=True), _wrong_next("next", named=False)) == ([], [])


def test_of_such_texts_that_were_kept_back_few_are_missed_and_few_heard_too_many() -> None:
    assert len(_wrong_next("next_held", named=True)) <= 2
    assert len(_wrong_next("next_held", named=False)) <= 2


@pytest.mark.parametrize(
    "text",
    [
        "جاري سرق سيارتي من يم بنايتكم",
        "اخوي ضيع محفظته يم مكتبكم",
        "ابني مفقود وصورته يمكم",
        "خطفوا ابني وراسلناكم قبل ساعة",
        "ابوي انجلط والاسعاف يمكم",
    ],
)
def test_a_theft_a_lost_son_and_an_emergency_beside_their_office_name_nobody(text: str) -> None:
    assert analyse(shipped(), text).insiders == ()


def test_of_the_texts_that_were_kept_back_few_are_missed_and_few_seen_too_many() -> None:
    assert len(_wrong("held", named=True)) <= 2
    assert len(_wrong("held", named=False)) <= 2


def test_hardly_a_plain_text_of_other_tables_speaks_of_theirs() -> None:
    names = ("held_out", "residents", "cries", "pleas", "untold", "minors", "mentioned", "extremism", "tongues")
    tables = [(_HERE / f"{name}.tsv").read_text(encoding="utf-8").splitlines() for name in names]
    rows = [csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) for lines in tables]
    plain = [row["text"] for table in rows for row in table]
    assert len(plain) > 1_000
    assert [text for text in plain if _found(text)] == []


@pytest.mark.parametrize(
    ("text", "office"),
    [
        ("زوجي يشتغل بالمكان الي جنابكم بي بالكرادة ويضربني", "BG-karrada"),
        ("زوجي وياكم بالدوام بالكرادة ويضربني", "BG-karrada"),
        ("زوجي يقرا هاي الرسايل بالكرادة ويضربني", "BG-karrada"),
        ("زوجي شغله وي الي يردون على الناس هنا بالكرادة ويضربني", "BG-karrada"),
        ("مێردەکەم هاوکارتانە لە کەڕادە و لێم دەدات", "BG-karrada"),
        ("my husband is your colleague in Shula, he locked me in", "BG-kadhimiya"),
    ],
)
def test_whose_he_is_is_not_shown_to_them(text: str, office: str) -> None:
    staffed = worked_at((office, Desk.WOMEN), ("IQ-women-centre", Desk.WOMEN))
    report = filed(text, among=staffed)
    assert office in report.facts.apart
    assert report.to.office != office
    assert report.to.desk in SEALED_DESKS


def test_it_is_kept_beside_who_is_named() -> None:
    found = analyse(shipped(), "زوجي ضابط بمركز شرطة الكرادة وياكم بالدوام بالشعلة ويضربني").insiders
    assert UNNAMED in found
    assert any("الكراده" in words for words in found)
