"""Her word waited for hours before it was settled: it is filed as hers, and the phone stays locked."""

from datetime import timedelta

import pytest

from bot.handlers.segments import count
from bot.vocabulary import Append, File, Hide, Locale, Mode, Stage, Unlock
from tests.bot.discretion import DECOYS, afraid, code
from tests.bot.story import PLAIN, THEFT, Story

HOURS = timedelta(hours=4)


def _late(story: Story, text: str, analysis: object = PLAIN, *, waited: timedelta = HOURS) -> tuple[str, ...]:
    """She says it now; it is settled only so much later."""
    story.came_at = story.now + timedelta(seconds=20)
    said = story.say(text, analysis, after=waited)  # type: ignore[arg-type]
    story.came_at = None
    return said


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("words", ["{}", "{} حذف", "{} حالة", "{} سري"])
def test_a_word_that_waited_for_hours_opens_nothing(words: str, locale: Locale) -> None:
    story = afraid()
    story.conversation = type(story.conversation)(locale=locale, mode=Mode.DISCREET)
    story.answer(story.filed[0].report, "تعالي باجر")
    assert _late(story, words.format(code(story))) == ("decoy.hello",)
    assert not any(isinstance(effect, Unlock) for effect in story.just)
    assert count(story.shown()[0].text).parts == 1
    assert story.conversation.stage is Stage.IDLE
    assert set(story.say("منو انتم")) <= DECOYS
    assert set(story.say("نعم")) <= DECOYS
    assert story.cases


def test_what_came_with_it_is_hers_all_the_same() -> None:
    story = afraid()
    first = story.filed[0]
    assert _late(story, f"{first.code} عنده سلاح بالبيت") == ("decoy.hello",)
    assert Append(first.report) in story.just
    assert not [file for file in story.filed if file.locked]


def test_the_number_of_another_report_is_told_though_it_waited() -> None:
    story = afraid()
    story.conversation = type(story.conversation)(mode=Mode.DISCREET)
    assert _late(story, f"{code(story)} انباك ماطوري بالشعلة", THEFT)[-1] in {"discreet.filed", "decoy.hello"}
    if any(isinstance(effect, File) for effect in story.just):
        assert any(isinstance(effect, Hide) for effect in story.just)


def test_a_word_that_waited_for_minutes_opens_as_ever() -> None:
    story = afraid()
    assert _late(story, code(story), waited=timedelta(minutes=6))[-1] == "discreet.open"
