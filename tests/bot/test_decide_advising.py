"""Advice comes when it is asked for, and is not offered where even the offer would tell something."""

import pytest

from bot.handlers.segments import count
from bot.vocabulary import Append, Category, Channel, Locale, Status, Urgency
from tests.bot.story import BEATEN, THEFT, Story, meaning


def test_below_an_ordinary_first_answer_one_digit_asks_for_advice() -> None:
    story = Story()
    assert story.say("انباك ماطوري بالشعلة", THEFT) == ("filed",)
    assert count(story.shown()[0].text).parts == 1
    assert story.say("1") == ("advice.theft",)
    assert count(story.shown()[0].text).parts <= 3


@pytest.mark.parametrize("locale", Locale)
def test_the_first_sms_is_one_part_with_the_offer_in_every_language(locale: Locale) -> None:
    story = Story()
    story.say(choice=f"v1:lang:{locale}")
    story.say("انباك ماطوري بالشعلة", THEFT)
    (answer,) = story.shown()
    assert "\n1 " in answer.text
    assert count(answer.text).parts == 1


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
@pytest.mark.parametrize(
    "heard",
    [
        BEATEN,
        meaning(Category.SELF_HARM, at="IQ-BG-karrada", urgency=Urgency.EMERGENCY, sensitive=True),
        meaning(Category.FIRE_MEDICAL, at="IQ-BG-karrada", urgency=Urgency.EMERGENCY),
    ],
)
def test_what_is_sensitive_or_an_emergency_is_offered_none(channel: Channel, heard: object) -> None:
    story = Story(channel)
    story.say("كلمات", heard)  # type: ignore[arg-type]
    assert not any("v1:cmd:advice" in option.choice for reply in story.last.replies for option in reply.options)  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["سري", "كتمان"])
def test_whoever_is_private_or_discreet_is_offered_none(text: str) -> None:
    story = Story(Channel.TELEGRAM)
    story.say(text)
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert not any("v1:cmd:advice" in option.choice for reply in story.last.replies for option in reply.options)  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["نصيحة", "شسوي هسه", "what should i do", "ئامۆژگاری"])
def test_who_asks_for_it_by_a_word_gets_it_of_whatever_kind(text: str) -> None:
    story = Story()
    story.say("زوجي يضربني بالكرادة", BEATEN)
    assert story.say(text) == ("advice.domestic_violence",)


def test_without_a_report_it_says_how_to_write() -> None:
    assert Story().say("نصيحة") == ("advice.other",)


def test_after_the_office_has_spoken_the_digit_is_the_answer_to_them() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    report = story.filed[0].report
    story.answer(report, "كم واحد كانوا؟", Status.IN_PROGRESS)
    story.say("1")
    assert Append(report) in story.just


def test_blackmail_is_told_neither_to_pay_nor_to_delete_when_it_asks() -> None:
    story = Story()
    story.say("يهددني بصوري", meaning(Category.ELECTRONIC_BLACKMAIL, at="IQ-BG-karrada", sensitive=True))
    story.say("نصيحة")
    assert "لا تدفعوا" in story.shown()[0].text
    assert "لا تحذفوا" in story.shown()[0].text
