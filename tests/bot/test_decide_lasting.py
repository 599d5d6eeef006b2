"""A bare answer answers the last thing that we said; what the office said since is not answered by it for nothing."""

from datetime import timedelta

import pytest

from bot.vocabulary import Append, Category, Channel, Conversation, Erase, Hide, Join, Stage
from tests.bot.said import HOLE
from tests.bot.story import THEFT, THEFT_SOMEWHERE, Story, meaning

_STOLEN = "انباك ماطوري بالشعلة"
_SECRET = meaning(Category.THEFT, at="IQ-BG-shula")


def _asked_to_erase(channel: Channel = Channel.SMS) -> Story:
    story = Story(channel=channel)
    story.say(_STOLEN, THEFT)
    assert story.say("حذف") == ("erase.ask",)
    return story


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
@pytest.mark.parametrize("yes", ["نعم", "1", "بەڵێ", "yes", "حذف"])
def test_a_yes_after_the_office_asked_something_erases_nothing_and_staff_read_it(yes: str, channel: Channel) -> None:
    story = _asked_to_erase(channel)
    story.answer(story.filed[0].report, "هل ما زلت في نفس البيت؟")
    story.say(yes)
    assert not any(isinstance(effect, Erase) for effect in story.effects)
    assert yes == "حذف" or Append(story.filed[0].report) in story.just


def test_who_meant_the_erasing_is_told_that_nothing_is_erased_and_may_ask_again() -> None:
    story = _asked_to_erase()
    story.answer(story.filed[0].report, "هل ما زلت في نفس البيت؟")
    assert story.say("نعم") == ("erase.kept",)
    assert story.say("حذف") == ("erase.ask",)
    assert story.say("نعم") == ("erase.gone",)


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
@pytest.mark.parametrize("yes", ["نعم", "نعم امسحوا", "1", "بەڵێ", "yes"])
def test_whose_yes_may_be_to_the_office_and_to_no_report_talked_about_is_asked_again(
    yes: str, channel: Channel
) -> None:
    story = Story(channel=channel)
    story.say(_STOLEN, THEFT)
    report = story.filed[0].report
    story.conversation = Conversation()
    assert story.say(f"حذف {story.filed[0].code}") == ("erase.ask",)
    story.answer(report, "هل ما زلت في نفس البيت؟")
    assert story.say(yes, meaning(Category.THEFT)) == ("erase.ask",)
    assert len(story.filed) == 1
    assert not any(isinstance(effect, Erase) for effect in story.effects)
    assert story.say("نعم") == ("erase.gone",)


def test_whoever_agrees_days_later_after_the_office_spoke_is_not_asked_to_erase() -> None:
    story = Story()
    story.say(_STOLEN, THEFT)
    report = story.filed[0].report
    story.conversation = Conversation()
    story.say(f"حذف {story.filed[0].code}")
    story.answer(report, "هل ما زلت في نفس البيت؟")
    assert "erase.ask" not in story.say("نعم", after=timedelta(days=1))


def test_whoever_asks_to_erase_again_after_the_office_spoke_is_asked_anew() -> None:
    story = _asked_to_erase()
    story.answer(story.filed[0].report, "هل ما زلت في نفس البيت؟")
    assert story.say("حذف") == ("erase.ask",)
    assert story.say("نعم") == ("erase.gone",)


def test_a_yes_that_quotes_our_question_where_nobody_keeps_its_name_erases() -> None:
    """WhatsApp tells which message was quoted, and of ours nothing is kept there that would know it."""
    story = _asked_to_erase(Channel.SMS)
    assert story.say("نعم", reply_to="MM1") == ("erase.gone",)


@pytest.mark.parametrize(("after", "told"), [(timedelta(hours=23), "erase.gone"), (timedelta(days=1), "erase.kept")])
def test_a_yes_to_erase_counts_for_a_day(after: timedelta, told: str) -> None:
    assert _asked_to_erase().say("نعم", after=after) == (told,)


def test_the_button_of_the_question_erases_whatever_was_said_since() -> None:
    story = _asked_to_erase(Channel.TELEGRAM)
    story.answer(story.filed[0].report, "هل ما زلت في نفس البيت؟")
    story.say(choice=f"v1:erase:{story.filed[0].report}")
    assert Erase(story.filed[0].report) in story.just


def test_an_older_message_changed_into_a_yes_erases_nothing() -> None:
    story = _asked_to_erase(Channel.TELEGRAM)
    story.say("نعم", edit=True)
    assert not any(isinstance(effect, Erase) for effect in story.effects)


def test_the_word_that_asks_to_erase_sent_twice_at_once_is_no_yes() -> None:
    story = _asked_to_erase()
    assert story.say("حذف", after=timedelta(seconds=15)) == ("erase.ask",)
    assert story.say("نعم", after=timedelta(seconds=3)) == ("erase.gone",)


@pytest.mark.parametrize("yes", ["نعم", "1", "حذف"])
def test_a_yes_that_came_before_the_question_was_put_erases_nothing_and_staff_read_it(yes: str) -> None:
    """Both waited while nothing ran: the yes was said to somebody else."""
    story = _asked_to_erase()
    story.came_at = story.now - timedelta(minutes=20)
    story.say(yes)
    assert not any(isinstance(effect, Erase) for effect in story.effects)
    assert yes == "حذف" or Append(story.filed[0].report) in story.just
    story.came_at = None
    assert story.say("حذف", after=timedelta(minutes=2)) == ("erase.gone" if yes == "حذف" else "erase.ask",)


def test_a_digit_said_to_the_office_joins_no_reports() -> None:
    story = Story()
    story.say(_STOLEN, THEFT)
    story.say("اكو حفرة جبيرة بشارعنا", HOLE, replied=story.filed[0].report, after=timedelta(hours=1))
    assert story.conversation.stage is Stage.BELONGS
    story.answer(story.filed[-1].report, "كم شخصا معه؟")
    story.say("1")
    assert not any(isinstance(effect, Join) for effect in story.effects)
    assert Append(story.filed[-1].report) in story.just


def test_a_digit_said_to_the_office_chooses_no_place() -> None:
    story = Story()
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    assert story.conversation.stage is Stage.PLACE
    story.answer(story.filed[0].report, "كم كان عددهم؟")
    story.say("3")
    assert story.just == (Append(story.filed[0].report),)
    assert not story.conversation.asked_at


def _choosing() -> Story:
    story = Story(channel=Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة محد يدري", _SECRET)
    assert story.hidden is not None
    story.say(next(iter(story.hidden[1])))
    story.say("كلمتي")
    assert story.conversation.stage is Stage.WORD
    return story


def test_a_lone_word_said_to_the_office_becomes_nobodys_secret_word() -> None:
    story = _choosing()
    story.answer(story.filed[0].report, "وين شفته آخر مرة؟")
    story.say("بالكراج")
    assert not any(isinstance(effect, Hide) for effect in story.just)


def test_a_lone_word_long_after_we_asked_for_hers_is_not_taken_for_it() -> None:
    story = _choosing()
    assert story.hidden is not None
    story.now += timedelta(hours=3)
    story.say(next(iter(story.hidden[1])))
    story.say("بالكراج")
    assert not any(isinstance(effect, Hide) for effect in story.just)
