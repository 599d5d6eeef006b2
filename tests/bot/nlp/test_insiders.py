"""Who in a text may be one of those who would read it; and who is only asked for, called, or called so."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.nlp import insiders, language, normalise, readers
from bot.nlp.analyse import analyse
from bot.vocabulary import SEALED_DESKS, Category
from tests.bot.nlp.routed import filed
from tests.shipped import shipped

_HERE = Path(__file__).parent


def _written(split: str) -> list[tuple[bool, str]]:
    with (_HERE / "insiders.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["insider"] == "yes", row["text"]) for row in rows if row["split"] == split]


def _wrong(written: Sequence[tuple[bool, str]]) -> tuple[list[str], list[str]]:
    """Those that name somebody and were not understood so; those that name nobody and were."""
    missed, false = [], []
    for named, text in written:
        found = insiders.find(normalise.key(text, language.language(text)))
        if named and not found:
            missed.append(text)
        if found and not named:
            false.append(text)
    return missed, false


def test_of_the_texts_that_the_rules_were_made_with_all_are_understood() -> None:
    missed, false = _wrong(_written("tune"))
    assert (missed, false) == ([], [])


def test_of_the_texts_that_were_kept_back_no_insider_is_missed_and_hardly_one_is_seen_too_many() -> None:
    missed, false = _wrong(_written("held"))
    assert missed == []
    assert len(false) <= 1


def test_what_follows_a_mention_comes_with_it_so_that_its_office_can_be_told() -> None:
    found = insiders.find(normalise.key("زوجي ضابط بمركز شرطة الشعلة"))
    assert any("بمركز شرطه الشعله" in words for words in found)


@pytest.mark.parametrize(
    "text", ["اريد ابلغ عن ضابط يبيع حبوب", "كلت للضابط جارنا لا ترمي بالهوا", "اريد الشرطي الساكن يمنا يبطل يرمي"]
)
def test_whom_one_complains_of_or_lives_beside_is_a_party_though_something_is_asked_for(text: str) -> None:
    assert insiders.find(normalise.key(text))


def test_a_complaint_about_the_station_names_the_station() -> None:
    understood = analyse(shipped(), "ضابط بمركز شرطة الكرادة طلب رشوة حتى يسجل الشكوى")
    assert understood.about_police
    assert any("الكراده" in words for words in understood.insiders)


def test_arabizi_is_read_in_both_letters() -> None:
    assert analyse(shipped(), "zoji dhabi6 bil shu3la w ydhrubni kul yom").insiders


def test_no_words_name_nobody() -> None:
    assert insiders.find("") == insiders.mentions("") == ()


@pytest.mark.parametrize(
    "text",
    [
        "منو الي يقرا الرسائل عدكم",
        "اريد احجي ويه موظفة القسم النسائي",
        "رجاء الي يقرا الرسائل يساعدني",
        "وين مكتب حماية الاسرة بالكرادة",
    ],
)
def test_who_asks_for_our_readers_complains_of_none(text: str) -> None:
    assert readers.find(normalise.key(text)) == ()


def test_a_complaint_about_who_reads_is_sealed_and_goes_to_none_of_their_own() -> None:
    for text, office in (
        ("موظفة القسم النسائي بالكرادة حكت لزوجي", "BG-karrada"),
        ("الموظفة الي تقرا الرسائل بالكرادة طلعت اخت زوجي", "BG-karrada"),
        ("واحد من الامن الوطني يبتز اختي بالكرادة", "BG-karrada"),
        ("the one who reads the messages in Kadhimiya is my brother in law", "BG-kadhimiya"),
    ):
        told = filed(text)
        assert told.to.desk in SEALED_DESKS, text
        assert office in told.facts.apart, text
        assert told.to.office != office, text


@pytest.mark.parametrize(
    "text", ["اريد انتحر هسه وابوي ضابط", "راح انتحر واخوي شرطي", "I want to kill myself now, my father is an officer"]
)
def test_who_wants_to_die_and_has_kin_in_the_police_is_heard_by_who_answers(text: str) -> None:
    found = filed(text)
    assert (found.facts.category, found.facts.insider) == (Category.SELF_HARM, True)
    assert found.to.rule.startswith("self-harm")


def test_who_is_beaten_by_kin_in_the_police_and_wants_to_die_is_heard_of_the_beating() -> None:
    assert filed("ابوي ضابط ويضربني كل يوم اريد انتحر").facts.category is Category.DOMESTIC_VIOLENCE


def _reads_hers(text: str) -> bool:
    return readers.reads_hers(readers.find(normalise.key(text, language.language(text))))


@pytest.mark.parametrize(
    "text",
    [
        "وحدة جاوبتني من المستشفى وكالت زوجي مات",
        "وحدة جاوبتني البارحة من المستشفى وكالت زوجي مات",
        "غيرو موظفة البنك هي حكت لزوجي",
        "الموظفة بالشركة جاوبتني وحكت لزوجي",
        "الي رد علي كال اخوي لازم يجي",
        "the woman who answered me at the bank told my husband",
    ],
)
def test_who_answers_at_a_hospital_or_a_bank_or_brings_news_of_kin_is_none_who_reads_us(text: str) -> None:
    assert not _reads_hers(text)


@pytest.mark.parametrize(
    "text",
    [
        "الي جاوبتني اخت زوجي تشتغل بالمستشفى",
        "الي جاوبتني هددتني تخبر المدرسة",
        "الي جاوبتني كالت زوجي صديقها وتوصله كلشي",
        "الموظفة الي ترد عليكم من المستشفى هي اخت زوجي وتوصله",
        "the woman who answered me told my school",
    ],
)
def test_who_answers_us_reads_it_wherever_else_she_works_or_tells_it(text: str) -> None:
    assert _reads_hers(text)
