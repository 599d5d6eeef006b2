"""A bare cry is an emergency however often and however it is said, names nobody, and answers no question."""

import csv
from pathlib import Path

import pytest

from bot.nlp import cries
from bot.nlp.analyse import analyse
from bot.vocabulary import Append, Category, Channel, Desk, Urgency
from tests.bot.story import PLAIN, Story, meaning
from tests.shipped import shipped

DYING = meaning(Category.SELF_HARM, urgency=Urgency.EMERGENCY, sensitive=True)
SHOTS = meaning(Category.WEAPONS_GUNFIRE, at="IQ-BG-karrada", urgency=Urgency.EMERGENCY, flagged=True)


def _written(kind: str) -> list[str]:
    with (Path(__file__).parent / "cries.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row["text"] for row in rows if row["kind"] == kind]


@pytest.mark.parametrize("text", _written("cry"))
def test_a_cry_is_as_loud_once_as_over_and_over_and_names_no_office(text: str) -> None:
    found = analyse(shipped(), text)
    assert found.urgency is Urgency.EMERGENCY
    assert (found.about_police, found.insiders) == (False, ())


@pytest.mark.parametrize("text", _written("plain"))
def test_what_only_has_such_a_word_in_it_is_no_cry(text: str) -> None:
    assert not cries.is_bare(text)
    assert "cry" not in analyse(shipped(), text).why or text.startswith(("ساعدوني ب", "خلصوني", "النجدة ساعدونا"))


@pytest.mark.parametrize("text", ["هاوار", "هاوار هاوار", "hawar", "النجدة", "الحقوني"])
def test_in_an_open_emergency_a_cry_moves_nothing_and_is_told_the_number_again(text: str) -> None:
    story = Story()
    story.say("ماريد اعيش بعد", DYING)
    assert story.say(text, analyse(shipped(), text)) == ("added.emergency.unplaced",)
    assert story.just == (Append(story.filed[0].report),)
    story = Story()
    story.say("هسه رمي قوي بالكرادة", SHOTS)
    assert story.say(text, analyse(shipped(), text)) == ("added.emergency",)
    assert story.just == (Append(story.filed[0].report),)
    assert "911" in story.shown()[0].text


def test_a_cry_for_the_patrol_goes_to_those_who_come_and_not_to_oversight() -> None:
    story = Story()
    story.say("النجدة بالكرادة", analyse(shipped(), "النجدة بالكرادة"))
    assert story.filed[0].to.desk is Desk.URGENT


def test_the_village_is_meant_where_its_word_stands_before_it() -> None:
    story = Story()
    story.say("اكو حريق", meaning(Category.FIRE_MEDICAL, urgency=Urgency.EMERGENCY))
    story.say("قرية هاوار", PLAIN)
    assert story.just[1:] != ()


@pytest.mark.parametrize("text", ["help", "مساعدة", "یارمەتی"])
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
def test_help_in_an_open_emergency_puts_the_number_first(text: str, channel: Channel) -> None:
    story = Story(channel)
    story.say("هسه رمي قوي بالكرادة", SHOTS)
    assert story.say(text) == ("danger", "help")
    assert "911" in story.shown()[0].text


def test_help_beside_an_ordinary_report_is_the_page_alone() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", meaning(Category.THEFT, at="IQ-BG-shula"))
    assert story.say("help") == ("help",)
