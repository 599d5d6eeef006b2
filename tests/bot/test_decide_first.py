"""What a first message is answered with, and where a report without a place is put."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.handlers.segments import count
from bot.vocabulary import (
    Append,
    Category,
    Channel,
    Desk,
    Language,
    Point,
    Reroute,
    Stage,
    Urgency,
)
from tests.bot.said import PHOTO, VOICE
from tests.bot.story import (
    THEFT,
    THEFT_SOMEWHERE,
    Story,
    meaning,
    place,
)


def test_one_sms_is_a_filed_report_and_one_sms_back() -> None:
    story = Story()
    assert story.say("انباك ماطوري بالشعلة", THEFT) == ("filed",)
    (report,) = story.filed
    assert (report.to.office, report.to.desk) == ("forum-shula", Desk.GENERAL)
    assert report.number.startswith("BG-")
    (words,) = story.shown()
    assert count(words.text).parts == 1
    assert report.code in words.text
    assert "حذف" in words.text


def test_a_report_without_a_place_is_filed_at_once_and_the_place_asked_in_the_same_sms() -> None:
    story = Story()
    assert story.say("انباك ماطوري", THEFT_SOMEWHERE) == ("filed.place",)
    assert story.filed[0].to.office == "nation"
    assert count(story.shown()[0].text).parts == 1
    assert story.say("الشعلة") == ("place.noted",)
    append, reroute = story.just
    assert append == Append(story.filed[0].report)
    assert isinstance(reroute, Reroute)
    assert (reroute.to.office, reroute.place.id if reroute.place else "") == ("forum-shula", "IQ-BG-shula")
    assert len(story.filed) == 1


def test_places_of_one_name_are_offered_and_chosen_by_a_digit_or_a_tap() -> None:
    for typed, tapped in (("٢", ""), ("", "v1:place:IQ-NA-salam")):
        story = Story()
        story.say("انباك ماطوري", THEFT_SOMEWHERE)
        assert story.say("حي السلام") == ("place.ask",)
        (asked,) = story.shown()
        assert "\n2 " in asked.text
        assert story.conversation.options[1] == "v1:place:IQ-NA-salam"
        assert story.say(typed, choice=tapped) == ("place.noted",)
        (reroute,) = story.just
        assert isinstance(reroute, Reroute)
        assert reroute.place is not None
        assert reroute.place.id == "IQ-NA-salam"


@pytest.mark.parametrize(("language", "comma"), [(Language.AR, "، "), (Language.CKB, "، "), (Language.EN, ", ")])
def test_places_are_offered_in_the_reporters_language_with_what_they_lie_in(language: Language, comma: str) -> None:
    story = Story(Channel.TELEGRAM)
    there = (place("IQ-NA-salam"), place("IQ-NI-salam"))
    story.say("انباك ماطوري بحي السلام", replace(THEFT_SOMEWHERE, language=language, places=there))
    assert story.last is not None
    labels = [option.label for option in story.last.replies[0].options]
    assert len(set(labels)) == 2
    assert all(comma in label for label in labels)
    assert (labels[0].isascii()) == (language is Language.EN)


def test_the_place_is_asked_twice_and_never_again_and_every_word_is_kept() -> None:
    story = Story()
    assert story.say("انباك ماطوري", THEFT_SOMEWHERE) == ("filed.place",)
    assert story.say("ورا المستشفى العام") == ("place.ask",)
    assert story.say("يم بيتنا") == ("place.kept",)
    assert story.conversation.stage is Stage.IDLE
    assert story.say("لونه احمر") == ("added",)
    assert len([each for each in story.effects if isinstance(each, Append)]) == 3


@pytest.mark.parametrize("name", ["الحرية", "بالشعلة", "بغداد الشعلة", "حي السلام", "منطقة الشعلة ببغداد"])
def test_a_bare_name_raises_no_alarm_whatever_it_sounds_like(name: str) -> None:
    story = Story()
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    story.say(name, meaning(Category.FIRE_MEDICAL, 0.96, urgency=Urgency.EMERGENCY))
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.facts.urgency is Urgency.NORMAL


@pytest.mark.parametrize("text", ["حريق", "ديموت"])
def test_one_word_of_danger_is_not_taken_for_a_place(text: str) -> None:
    story = Story()
    story.say("صار شي", THEFT_SOMEWHERE)
    keys = story.say(text, meaning(Category.FIRE_MEDICAL, 0.96, urgency=Urgency.EMERGENCY))
    assert keys == ("added.emergency.unplaced",)


def test_a_name_with_words_of_danger_does_raise_it() -> None:
    story = Story()
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    dying = meaning(Category.ASSAULT, 0.9, urgency=Urgency.EMERGENCY)
    assert story.say("بالشعلة ديموت", dying) == ("added.emergency",)


def test_an_answer_to_the_place_question_counts_however_late() -> None:
    story = Story()
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    assert story.say("بغداد الشعلة", after=timedelta(days=3)) == ("place.noted",)
    assert len(story.filed) == 1


def test_a_pin_moves_the_report() -> None:
    story = Story()
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    assert story.say(point=Point(33.37, 44.28)) == ("pin.ask",)
    assert any(isinstance(each, Reroute) and each.place for each in story.just)
    assert story.say("نعم") == ("place.noted",)
    assert story.say(point=Point(33.37, 44.28)) == ()
    assert story.just == (Append(story.filed[0].report),)


def test_a_pin_that_is_coarser_than_the_words_takes_nothing_back() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say(point=Point(33.37, 44.28))
    assert story.just == (Append(story.filed[0].report),)


def test_a_pin_outside_the_country_is_kept_and_moves_nothing() -> None:
    story = Story()
    story.say(point=Point(48.0, 2.0))
    assert story.filed[0].place is None


def test_a_photo_alone_is_a_report_and_a_voice_nobody_has_heard_is_grave() -> None:
    story = Story(Channel.TELEGRAM)
    assert story.say(media=PHOTO) == ("filed.place",)
    assert story.filed[0].facts.urgency is Urgency.NORMAL
    story = Story(Channel.TELEGRAM)
    story.say(media=VOICE)
    assert story.filed[0].facts.urgency is Urgency.HIGH


def test_words_that_could_not_be_understood_are_filed_for_human_eyes() -> None:
    story = Story()
    story.say("انباك ماطوري", None)
    assert (story.filed[0].facts.category, story.filed[0].facts.urgency) == (Category.OTHER, Urgency.HIGH)
    assert story.filed[0].analysis.clean == "انباك ماطوري"
