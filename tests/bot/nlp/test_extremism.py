"""A tip about extremists reaches the security desk, however short; what is over or said of neighbours does not."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.nlp import corpus, extremism, language
from bot.nlp.analyse import DATA, analyse
from bot.nlp.normalise import key
from bot.vocabulary import SEALED_DESKS, Category, Desk
from tests.bot.nlp.routed import filed, sent
from tests.shipped import shipped

_FILE = Path(__file__).parent / "extremism.tsv"


def _written(tip: str) -> Iterator[str]:
    with _FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["tip"] == tip:
                yield row["text"]


def test_no_tip_lies_where_a_member_of_a_forum_reads_it() -> None:
    tips = list(_written("yes"))
    assert len(tips) >= 60
    assert [text for text in tips if sent(text).desk is not Desk.SECURITY] == []


def test_what_is_over_or_said_of_neighbours_is_no_tip_by_its_words() -> None:
    assert [text for text in _written("no") if extremism.find(key(text, language.language(text)))] == []


def test_of_ordinary_messages_hardly_one_in_a_thousand_is_taken_for_a_tip() -> None:
    every = corpus.read(DATA / "corpus/train")[::5]  # a fifth is quick
    messages = [each for each in every if each.category is not Category.EXTREMISM]
    taken = [each.text for each in messages if extremism.find(key(each.text, each.language))]
    assert len(taken) <= len(messages) // 1_000


def test_a_tip_inside_another_concern_goes_to_security_too() -> None:
    assert sent("سرقوا غازنا البارحة والحرامي داعشي ساكن بشارعنا").desk is Desk.SECURITY


def test_fertilizer_and_bottles_alone_are_read_as_goods() -> None:
    goods = (
        "fertilizer for the farm",
        "اريد سماد للمزرعه والوزاره ما توزع",
        "عبوات ماي",
        "عبوات الغاز فارغه والوكيل ما يجي",
    )
    for text in goods:
        assert sent(text).desk not in {Desk.SECURITY, *SEALED_DESKS}, text
        assert analyse(shipped(), text).category is not Category.EXPLOSIVE_HAZARD, text


def test_a_bottle_with_wires_in_it_stays_a_danger() -> None:
    for text in ("عبوه بلاستك بيها واير يم السيطره بالكرادة", "عبوه غاز مفخخه وبيها متفجرات يم الجسر"):
        assert analyse(shipped(), text).category is Category.EXPLOSIVE_HAZARD, text


@pytest.mark.parametrize("text", ["عندي تفكير انتحاري وتعبت", "اريد اموت وانهي حياتي"])
def test_who_wants_to_die_is_no_extremist(text: str) -> None:
    found = analyse(shipped(), text)
    assert found.guesses[0].category is Category.SELF_HARM


def test_a_woman_whose_husband_is_an_extremist_is_heard_by_a_sealed_desk() -> None:
    assert filed("زوجي داعشي ويضربني كل يوم").to.desk is Desk.WOMEN


def test_kin_and_a_rank_alone_make_no_tip_a_womans_report() -> None:
    for text in ("ابن خالتي ضابط بالامن الوطني ويخطط ينضم لداعش بالكرادة", "اخوي ضابط ويروج لداعش بالمحلة"):
        assert sent(text).desk is Desk.SECURITY, text


def test_she_who_is_forced_herself_is_heard_at_a_sealed_desk_though_extremists_are_in_it() -> None:
    for text in (
        "زوجي اجبرني البس نقاب ويكول راح ياخذني لسوريا وي الدولة الاسلامية",
        "my husband forces me to join ISIS with him",
    ):
        assert sent(text).desk in SEALED_DESKS, text
