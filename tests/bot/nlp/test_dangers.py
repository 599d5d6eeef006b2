"""Those under what fell, those whom the armed hold, and houses that are shelled are heard as emergencies, at once."""

import csv
from functools import cache
from pathlib import Path

import pytest

from bot.nlp import language, normalise, urgency
from bot.nlp.analyse import DATA, analyse
from bot.vocabulary import Alarm, Desk, Urgency
from tests.bot.discretion import LATER, afraid
from tests.bot.nlp.routed import filed
from tests.shipped import shipped

_HERE = Path(__file__).parent
_RINGS = ("collapse", "hostage", "grenade")


@cache
def _written() -> tuple[tuple[str, str, str], ...]:
    with (_HERE / "dangers.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple((row["split"], row["kind"], row["text"]) for row in rows)


def _raised(text: str) -> bool:
    flags = urgency.load(DATA / "red_flags.tsv")
    key = urgency.plainly(flags, normalise.key(text, language.language(text)))
    return any(flag.level is Urgency.EMERGENCY for flag in urgency.hear(flags, key).spoke)


def _texts(split: str, *kinds: str) -> list[str]:
    return [text for of, kind, text in _written() if of == split and kind in kinds]


def test_of_the_texts_that_the_rules_were_made_with_all_are_emergencies() -> None:
    assert [text for text in _texts("tune", *_RINGS) if not _raised(text)] == []


def test_of_the_texts_that_were_kept_back_rules_miss_one_at_most() -> None:
    assert len([text for text in _texts("held", *_RINGS) if not _raised(text)]) <= 1


def test_what_only_leans_leaks_or_fell_on_nobody_raises_no_alarm() -> None:
    assert [text for text in _texts("tune", "plain") + _texts("held", "plain") if _raised(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "احتجزونا بالمطعم وما يخلونا نطلع ومعاهم مسدسات",
        "محتجزينا بالمحل ومعاهم سلاح",
        "ماسكين الموظفين رهائن بالمصرف وعدهم مسدسات",
        "محتجزين عائله ببيتهم ومعاهم سلاح",
        "انهدم سكف المدرسه على الطلاب",
        "رموا رمانه على بيتنه بالدوره",
        "هجموا على بيتنه بالار بي جي",
        "the roof fell on the kids at school",
    ],
)
def test_it_rings_at_an_urgent_desk_and_nobody_is_doubted(text: str) -> None:
    report = filed(text)
    assert (report.to.desk, report.facts.urgency, report.facts.insider) == (Desk.URGENT, Urgency.EMERGENCY, False)


@pytest.mark.parametrize(
    "text",
    ["رجلي حابسنا بالغرفة وعنده مسدس وهو ضابط بالكرادة", "جماعه لابسين اسود وعدهم باجات محتجزين اخوي ومعاهم سلاح"],
)
def test_who_is_armed_by_the_state_is_still_one_of_theirs(text: str) -> None:
    assert analyse(shipped(), text).insiders


@pytest.mark.parametrize(
    "text", ["انهدم سكف المدرسه على الطلاب", "محتجزينا بالمحل ومعاهم سلاح", "رموا رمانه على بيتنه"]
)
def test_it_rings_in_silence_while_her_phone_is_locked(text: str) -> None:
    story = afraid()
    assert story.say(text, analyse(shipped(), text), after=LATER) == ("decoy.unknown",)
    assert story.just[-1] == Alarm(story.filed[1].report)
