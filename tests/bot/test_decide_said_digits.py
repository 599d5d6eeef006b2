"""A digit of what we offer may be said as a word; where a question is open, such a word is an answer to it."""

import pytest

from bot import commands
from bot.vocabulary import Append, Category, Channel, Stage, Urgency
from tests.bot.story import BEATEN, PLAIN, THEFT, THEFT_SOMEWHERE, Story, meaning

SAID = ("واحد", "وحدة", "one", "One.", "رقم 1", "رقم ١", "رقم واحد", "number 1", "1؟", "1 ?", "یەک", "ژمارە ١", "yek")
OTHER = ("واحد يهددني", "1 million", "one man hit me", "no one", "رقم 12", "الشارع 1", "وحدة من البنات", "", "؟")
BLACKMAILED = meaning(Category.ELECTRONIC_BLACKMAIL, at="IQ-BG-shula", urgency=Urgency.HIGH, sensitive=True)


@pytest.mark.parametrize("text", SAID)
def test_advice_comes_for_its_digit_however_it_is_said(text: str) -> None:
    story = Story()
    assert story.say("انباك ماطوري بالشعلة", THEFT) == ("filed",)
    assert story.say(text, PLAIN) == ("advice.theft",)
    assert story.just == ()


@pytest.mark.parametrize("text", OTHER)
def test_what_only_begins_so_is_no_digit(text: str) -> None:
    assert commands.said_digit(text) is None


def test_others_are_heard_as_more_of_the_concern() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("واحد شافه", PLAIN)
    assert story.just == (Append(story.filed[0].report),)


def test_a_word_beside_the_question_where_it_was_brings_what_was_offered() -> None:
    story = Story()
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    story.say("نصيحة")
    assert story.say("واحد", PLAIN) == ("advice.theft",)


def test_whom_he_would_rather_talk_to_is_answered_by_the_word_and_no_advice() -> None:
    story = Story()
    assert story.say("يبتزوني بصوري", BLACKMAILED) == ("filed.officer",)
    assert story.conversation.stage is Stage.OFFICER
    assert story.say("واحد", PLAIN) == ("noted",)


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
def test_where_nothing_is_offered_the_word_is_only_added(channel: Channel) -> None:
    story = Story(channel)
    story.say("زوجي يضربني بالكرادة", BEATEN)
    story.say("واحد", PLAIN)
    assert story.just == (Append(story.filed[0].report),)
