"""Pins: where one is, what it is asked about, and what comes of one that moves."""

from dataclasses import replace

import pytest

from bot.vocabulary import Append, Channel, File, Point, Reroute, Stage
from tests.bot.said import HOUR, KIDNAPPED, SHULA
from tests.bot.story import THEFT, THEFT_SOMEWHERE, Story, place


# ── One that moves ───────────────────────────────────────────────────────────────────────────────────────
def test_a_moving_pin_is_a_place_once_and_then_silent() -> None:
    """Group 9."""
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    assert story.say(point=SHULA, live=True) == ("pin.ask",)
    for step in range(100):
        assert story.say(point=Point(33.3 + step / 100, 44.4), live=True, edit=True) == ()
        assert story.just == (Append(story.filed[0].report),)


def test_a_pin_that_still_moves_after_its_report_was_erased_opens_none() -> None:
    story = Story(Channel.TELEGRAM)
    story.say(point=SHULA, live=True)
    story.say("حذف")
    story.say("نعم")
    assert story.say(point=SHULA, live=True, edit=True) == ()
    assert not story.just


def test_a_pin_of_which_we_never_saw_the_beginning_is_filed_once_and_then_moves_on() -> None:
    """Group 9."""
    story = Story(Channel.TELEGRAM)
    assert story.say(point=SHULA, live=True, edit=True, own_id="7") == ("filed", "pin.ask")
    assert isinstance(story.just[0], File)
    assert story.say(point=Point(33.4, 44.4), live=True, edit=True, own_id="7") == ()
    assert story.just == (Append(story.filed[0].report),)


def test_a_pin_that_still_moves_after_a_private_talk_is_over_opens_no_report() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("سري")
    story.say(point=SHULA, live=True)
    assert story.say(point=SHULA, live=True, edit=True, after=2 * HOUR) == ()
    assert len(story.filed) == 1


# ── One that stands ──────────────────────────────────────────────────────────────────────────────────────
def test_a_pin_routes_at_once_and_is_confirmed_by_one_tap() -> None:
    story = Story(Channel.TELEGRAM)
    assert story.say(point=SHULA) == ("filed", "pin.ask")
    assert story.filed[0].place is not None
    assert story.filed[0].place.governorate == "IQ-BG"
    shown = story.shown()[1]
    assert [button.label for button in shown.buttons] == ["نعم", "لا"]
    assert story.say(choice=shown.buttons[0].choice) == ("place.noted",)
    assert not story.just
    assert story.say(choice=shown.buttons[1].choice) == ("late",)


@pytest.mark.parametrize(("text", "choice"), [("2", ""), ("لا", ""), ("", "v1:pin:no")])
def test_a_pin_that_is_wrong_leaves_the_governorate_and_asks_in_words(text: str, choice: str) -> None:
    story = Story(Channel.TELEGRAM)
    story.say(point=SHULA)
    assert story.say(text, choice=choice) == ("place.ask",)
    (moved,) = story.just
    assert isinstance(moved, Reroute)
    assert moved.facts.lineage == ("IQ-BG",)
    assert story.say("الشعلة") == ("place.noted",)
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.office == "forum-shula"


def test_words_at_the_question_of_a_pin_are_heard_and_its_tap_still_counts() -> None:
    story = Story(Channel.TELEGRAM)
    story.say(point=SHULA)
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    assert story.just[0] == Append(story.filed[0].report)
    assert story.say(choice="v1:pin:no") == ("place.ask",)


def test_with_a_pin_in_an_emergency_the_number_comes_first() -> None:
    story = Story(Channel.TELEGRAM)
    assert story.say("خطفوا اخويه", replace(KIDNAPPED, place=None), point=SHULA) == ("filed.emergency", "pin.ask")


def test_whoever_wants_silence_is_not_asked_about_a_pin() -> None:
    story = Story(Channel.TELEGRAM, muted=True)
    assert story.say(point=SHULA) == ()
    assert story.conversation.stage is Stage.IDLE


def test_a_place_is_known_by_its_pin_however_far_from_the_words() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالكرادة", replace(THEFT, place=place("IQ-BG-karrada")), point=Point(36.19, 44.01))
    assert story.filed[0].place is not None
    assert story.filed[0].place.governorate == "IQ-AR"
