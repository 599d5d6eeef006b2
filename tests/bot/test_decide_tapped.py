"""Taps and digits that come late, twice, unasked or after another report."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.vocabulary import Alerted, Append, Channel, Claim, Reroute, Status
from tests.bot.said import NOISE, UNSURE, reported
from tests.bot.story import THEFT, THEFT_SOMEWHERE, Story


@pytest.mark.parametrize(
    "choice", ["v2:place:IQ-BG", "v1:cat:theft", "v1:place:nowhere", "x", "v1:cmd:xyz", "v1:lang:fr"]
)
def test_a_tap_we_do_not_know_changes_nothing(choice: str) -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    before = story.conversation
    assert story.say(choice=choice) == ("late",)
    assert (replace(story.conversation, spoken=before.spoken), story.just) == (before, ())


def test_a_repeated_tap_is_harmless() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("اخذوا مالتي", UNSURE)
    tap = story.conversation.options[1]
    assert story.say(choice=tap) == ("noted",)
    assert story.say(choice=tap) == ("late",)
    assert not story.just


def test_a_tap_on_a_question_that_was_given_up_still_counts() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    story.say("حي السلام")
    tap = story.conversation.options[0]
    assert story.say("ما ادري") == ("place.kept",)
    assert story.say(choice=tap) == ("place.noted",)


def overtaken() -> tuple[Story, str]:
    """A place was asked for with buttons; before one was tapped, another matter was told."""
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    story.say("حي السلام")
    assert story.last is not None
    tap = next(option.choice for reply in story.last.replies for option in reply.options)
    story.say("اكو قاعة اعراس صوتها عالي كل ليلة", NOISE, after=timedelta(minutes=20))
    assert len(story.filed) == 2
    return story, tap


def test_a_tap_that_another_report_has_overtaken_still_says_where_the_first_was() -> None:
    story, tap = overtaken()
    first, second = story.filed
    assert story.say(choice=tap) == ("place.noted",)
    (moved,) = story.just
    assert isinstance(moved, Reroute)
    assert moved.report == first.report
    assert moved.facts.lineage
    assert story.say(choice=tap) == ("place.noted",)
    assert not story.just
    story.say("لهسه الصوت")
    assert story.just == (Append(second.report),)


@pytest.mark.parametrize("status", [Status.CLOSED, None], ids=["closed", "erased"])
def test_a_tap_on_an_overtaken_question_about_what_is_over_comes_late(status: Status | None) -> None:
    story, tap = overtaken()
    first = story.filed[0].report
    if status is None:
        del story.cases[first]
    else:
        story.cases[first] = replace(story.cases[first], status=status)
    assert story.say(choice=tap) == ("late",)
    assert not story.just


def test_of_an_erased_report_no_question_is_remembered() -> None:
    story, tap = overtaken()
    story.say(f"حذف {story.filed[0].code}")
    story.say("نعم")
    assert story.conversation.ongoing is not None
    assert story.conversation.overtaken is None
    assert story.say(choice=tap) == ("late",)


def test_a_digit_that_was_not_offered_is_kept_as_words() -> None:
    story = Story()
    story.say("اخذوا مالتي", UNSURE)
    story.say("9")
    assert story.just == (Append(story.filed[0].report),)


def test_after_the_question_a_digit_is_an_answer_to_the_office() -> None:
    story = Story()
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    story.say("حي السلام")
    story.say("ما ادري")
    story.answer(story.filed[0].report, "كم واحد چانوا؟")
    story.say("2")
    assert story.just == (Append(story.filed[0].report),)


def test_the_menu_answers_to_digits_until_a_report_is_filed() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("/start")
    assert [button.digit for button in story.shown()[0].buttons] == ["", "", "", "1", "2", "3"]
    assert story.say("2") == ("language.ask",)
    assert story.say("1") == ("language.set",)
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("2")
    assert story.just == (Append(story.filed[0].report),)


@pytest.mark.parametrize(("text", "choice"), [("1", ""), ("١", ""), ("استلمت", ""), ("claim", ""), ("", "v1:claim:r1")])
def test_an_alerted_officer_claims_from_the_phone(text: str, choice: str) -> None:
    story = Story(alert=Alerted("r1", "BG-4F7K2", "officer"))
    assert story.say(text, choice=choice) == ("alert.claimed",)
    assert story.just == (Claim("r1", "officer"),)


def test_who_comes_second_is_told() -> None:
    assert Story().say(choice="v1:claim:r1") == ("alert.late",)
    story = Story(alert=Alerted("r2", "BG-4F7K2", "officer"))
    assert story.say(choice="v1:claim:r1") == ("alert.late",)
    assert not story.just


def test_an_alerted_officer_is_heard_like_anyone() -> None:
    story = Story(alert=Alerted("r1", "BG-4F7K2", "officer"))
    assert story.say("انباك ماطوري", THEFT_SOMEWHERE) == ("filed.place",)
    assert story.say("حي السلام") == ("place.ask",)
    assert story.say("1") == ("place.noted",)


@pytest.mark.parametrize("choice", ["v1:pin:yes", "v1:one:x", "v1:for:me", "v9:" + "x" * 100, "\x00", "v1:cat:"])
def test_a_forged_or_ancient_tap_changes_nothing(choice: str) -> None:
    """Groups 6 and 8."""
    for story in (Story(Channel.TELEGRAM), reported()):
        before = story.conversation
        assert story.say(choice=choice) == ("late",)
        assert not story.just
        assert replace(story.conversation, spoken=0, spoken_since=None) == replace(before, spoken=0, spoken_since=None)
