"""When we stop answering: machines that talk with each other, floods. And what is remembered of the first words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.vocabulary import Category, Channel, Erase, Sequel, Stage
from tests.bot.said import HOLE, HOUR, KIDNAPPED, VOICE
from tests.bot.story import BEATEN, PLAIN, THEFT, THEFT_SOMEWHERE, Story, meaning


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


# ── What is remembered of the first words' kinds ──────────────────────────────────────────────────────────────
def test_what_the_first_words_were_taken_for_is_remembered_of_the_report_talked_about_alone() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert [guess.category for guess in story.conversation.kinds] == [Category.THEFT]
    story.say("لونه احمر", meaning(Category.DRUGS, 0.9))
    assert [guess.category for guess in story.conversation.kinds] == [Category.THEFT]
    story.say("موضوع ثاني: اكو حفرة جبيرة", HOLE, after=HOUR)
    assert [guess.category for guess in story.conversation.kinds] == [Category.PUBLIC_INFRASTRUCTURE]
    story.say(choice="v1:cmd:new")
    assert not story.conversation.kinds


def test_what_is_told_without_words_takes_over_nothing_of_the_report_before_it() -> None:
    told = replace(BEATEN, sequel=Sequel(gist=(0.5, -0.25), leans=(1.0, 1.0)))
    story = Story(Channel.TELEGRAM)
    story.say("رجلي يضربني بالكرادة", told)
    assert story.conversation.gist
    story.say(media=VOICE, after=30 * HOUR)
    assert len(story.filed) == 2
    assert not story.conversation.gist
    assert not story.conversation.kinds


def test_of_a_report_that_was_part_of_the_one_before_nothing_is_remembered_in_its_place() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("شفت ولد يفتر قريب من بيتنا", replace(PLAIN, sequel=Sequel(gist=(0.5,), leans=(1.0,))), after=HOUR)
    assert story.conversation.stage is Stage.BELONGS
    story.say("1")
    assert not story.conversation.gist
    assert not story.conversation.kinds


def test_with_a_report_that_is_erased_goes_what_it_was_taken_for() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say(choice="v1:cmd:erase")
    story.say(choice=f"v1:erase:{story.filed[0].report}")
    assert Erase(story.filed[0].report) in story.effects
    assert not story.conversation.kinds
    assert story.conversation.topic == ()


def test_what_was_told_in_the_open_is_not_remembered_in_a_private_talk_nor_the_other_way() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("سري: رجلي يضربني", BEATEN, after=HOUR)
    assert story.talk is not None
    assert [guess.category for guess in story.talk.kinds] == [Category.DOMESTIC_VIOLENCE]
    assert Category.DOMESTIC_VIOLENCE not in {guess.category for guess in story.conversation.kinds}


def test_what_comes_while_locked_is_not_remembered_beside_her_report() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("زوجي يضربني ولا احد يعرف ان اكتب", replace(BEATEN, fear=True))
    assert story.locked
    before = story.conversation
    story.say("اكو حفرة جبيرة بشارعنا", HOLE, after=HOUR)
    assert (story.conversation.kinds, story.conversation.topic) == (before.kinds, before.topic)
