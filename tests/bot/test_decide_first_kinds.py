"""What is asked when the kind of a report is in doubt."""

from dataclasses import replace

import pytest

from bot.vocabulary import (
    Analysis,
    Category,
    Channel,
    Desk,
    Guess,
    Reroute,
    Stage,
)
from tests.bot.said import UNSURE
from tests.bot.story import (
    Story,
)


def test_in_doubt_up_to_three_kinds_are_offered_and_something_else() -> None:
    story = Story(Channel.TELEGRAM)
    assert story.say("اخذوا مالتي", UNSURE) == ("filed.category",)
    assert len(story.conversation.options) == 4
    assert story.say("2") == ("noted",)
    (reroute,) = story.just
    assert isinstance(reroute, Reroute)
    assert reroute.to.desk is Desk.MEDIATION
    assert story.conversation.stage is Stage.IDLE


@pytest.mark.parametrize("heard", [UNSURE, replace(UNSURE, place=None)], ids=["placed", "unplaced"])
def test_by_sms_no_kind_is_asked_about_for_its_screen_would_name_them(heard: Analysis) -> None:
    story = Story(Channel.SMS)
    story.say("اخذوا مالتي", heard)
    story.say("الشعلة")
    assert not any(choice.startswith("v1:cat:") for choice in story.conversation.options)
    assert story.conversation.stage is Stage.IDLE


def test_the_place_is_asked_first_and_the_kind_after_it_and_never_both_at_once() -> None:
    story = Story(Channel.TELEGRAM)
    assert story.say("اخذوا مالتي", replace(UNSURE, place=None)) == ("filed.place",)
    assert story.say("الشعلة") == ("category.ask",)
    assert story.say("شي ثاني صار") == ("added",)
    assert story.conversation.stage is Stage.IDLE
    assert story.say("حچي بعد") == ()


def test_no_kind_is_asked_when_all_go_to_the_same_desk_or_one_is_sure() -> None:
    same = replace(UNSURE, guesses=(Guess(Category.THEFT, 0.3), Guess(Category.DRUGS, 0.25)))
    assert Story().say("اخذوا مالتي", same) == ("filed",)
    assert Story().say("اخذوا مالتي", replace(UNSURE, guesses=(Guess(Category.THEFT, 0.7),))) == ("filed",)


def test_a_sensitive_kind_is_offered_under_a_neutral_name() -> None:
    story = Story(Channel.TELEGRAM)
    perhaps = (Guess(Category.THEFT, 0.3), Guess(Category.HARASSMENT, 0.28), Guess(Category.DOMESTIC_VIOLENCE, 0.2))
    story.say("اكو واحد بالشارع", replace(UNSURE, guesses=perhaps))
    labels = [button.label for button in story.shown()[0].buttons]
    assert labels == ["سرقة", "أمر شخصي أو عائلي", "شيء آخر"]
    story.say("2")
    (reroute,) = story.just
    assert isinstance(reroute, Reroute)
    assert (reroute.to.office, reroute.to.desk) == ("women-bg", Desk.WOMEN)
