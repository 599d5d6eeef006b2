"""When we stop answering: machines that talk with each other, floods."""

from datetime import timedelta

import pytest

from bot.vocabulary import Stage
from tests.bot.said import HOUR, KIDNAPPED
from tests.bot.story import PLAIN, THEFT, THEFT_SOMEWHERE, Story


def test_two_machines_answering_each_other_end_after_eight_and_all_is_kept() -> None:
    """Groups 42 and 53."""
    story, replies = Story(), 0
    for number in range(60):
        was = len(story.effects)
        replies += len(story.say(f"بلاغ جديد: رسالة تلقائية رقم {'ا' * number}", THEFT, after=timedelta(seconds=10)))
        assert len(story.effects) > was
    assert replies == 8
    assert len(story.filed) == 60


@pytest.mark.parametrize("text", ["هلو", "؟؟؟", "شكرا", "1", "Your message was received.", "/start", "مساعدة"])
def test_a_machine_that_always_says_the_same_is_soon_left_alone(text: str) -> None:
    """Group 42: even what asks for words is answered twenty times an hour at most."""
    story, replies = Story(), 0
    for _ in range(50):
        replies += len(story.say(text, PLAIN, after=timedelta(seconds=20)))
    assert replies <= 20
    assert len(story.filed) <= 1


def test_an_emergency_and_what_is_asked_for_are_answered_in_a_flood_too() -> None:
    """Group 53."""
    story = Story()
    for number in range(20):
        story.say(f"بلاغ جديد: شي {'ا' * number}", THEFT)
    assert story.say("بلاغ جديد: خطفوا اخويه بالشعلة", KIDNAPPED) == ("filed.emergency",)
    assert story.say("حالة") == ("case.new",)
    assert story.say("حذف") == ("erase.ask",)


def test_after_an_hour_we_speak_again() -> None:
    story = Story()
    for number in range(20):
        story.say(f"بلاغ جديد: شي {'ا' * number}", THEFT)
    assert story.say("بلاغ جديد: انباك تلفوني", THEFT) == ()
    assert story.say("بلاغ جديد: انباك مفتاحي", THEFT, after=HOUR) == ("filed",)


def test_a_question_that_was_not_put_waits_for_no_answer() -> None:
    story = Story()
    for number in range(20):
        story.say(f"بلاغ جديد: شي {'ا' * number}", THEFT)
    assert story.say("بلاغ جديد: انباك تلفوني", THEFT_SOMEWHERE) == ()
    assert story.conversation.stage is Stage.IDLE
