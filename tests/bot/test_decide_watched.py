"""What is told on a phone that another reads gets its number, in words that tell nothing, and nothing else."""

from dataclasses import replace

import pytest

from bot import safety
from bot.handlers.segments import count
from bot.vocabulary import Channel, File, Hide, Mode, Mute, Urgency
from tests.bot.discretion import LATER, code
from tests.bot.story import BEATEN, PLAIN, THEFT, Story

HERS = replace(BEATEN, place=None)
TOLD = [
    "رجلي يضربني ويفتش موبايلي",
    "ابوي حابسني بالغرفة وهو يقرا رسائلي",
    "my brother beats me and checks my phone",
    "مێردەکەم لێم دەدات و مۆبایلەکەم دەپشکنێت",
]
MERELY = ["رجلي يفتش الموبايل", "ابوي يقرا رسائلي كل يوم", "my husband checks my phone"]


@pytest.mark.parametrize("text", [*TOLD, *MERELY])
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
def test_its_report_is_hidden_behind_a_number_that_is_told_once_in_words_that_tell_nothing(
    text: str, channel: Channel
) -> None:
    story = Story(channel)
    assert story.say(text, HERS) == ("discreet.filed",)
    filed, hide = story.just[:2]
    assert isinstance(filed, File)
    assert (filed.mode, filed.facts.no_reply) == (Mode.DISCREET, True)
    assert hide == Hide(filed.report, (filed.code,))
    assert Mute() in story.just
    (answer,) = story.shown()
    assert filed.code in answer.text
    assert safety.telling(answer.text) == ()
    assert channel is not Channel.SMS or count(answer.text).parts == 1


def test_nothing_more_is_said_until_that_number_is() -> None:
    story = Story()
    story.say(TOLD[0], HERS)
    for text in ("شنو الجواب", "منو انتم", "هسه راح يكتلني"):
        assert story.say(text, HERS, after=LATER) == ()
    assert story.say(code(story), after=LATER)[-2:] == ("discreet.paused", "discreet.open")


def test_in_an_emergency_the_number_to_call_stands_beside_it() -> None:
    story = Story()
    danger = replace(BEATEN, urgency=Urgency.EMERGENCY)
    assert story.say("رجلي بيده سجين ويفتش موبايلي", danger) == ("discreet.filed.emergency",)


@pytest.mark.parametrize("text", MERELY)
def test_whoever_told_something_before_and_says_only_that_is_met_by_silence(text: str) -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.forget()
    assert story.say(text, PLAIN) == ()
    assert not any(isinstance(effect, Hide) for effect in story.just)


def test_whoever_told_something_before_and_tells_more_gets_its_number() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.forget()
    assert story.say(TOLD[0], HERS) == ("discreet.filed",)


@pytest.mark.parametrize("text", ["رجلي يضربني ويفتش موبايلي لا تردون علي", TOLD[0]])
def test_whoever_asks_for_silence_in_the_same_words_or_asked_before_gets_silence(text: str) -> None:
    asked = text != TOLD[0]
    story = Story(muted=not asked)
    assert story.say(text, replace(HERS, no_reply=asked)) == ()
    assert not any(isinstance(effect, Hide) for effect in story.just)


def test_words_that_another_wrote_get_no_number() -> None:
    assert Story().say(TOLD[0], HERS, forwarded=True) == ()
