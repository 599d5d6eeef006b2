"""What the buttons bear: the carrier and whoever holds the phone learn nothing from it that the words did not say."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vocabulary import Category, Channel, Guess, Reroute
from tests.bot.said import SHULA
from tests.bot.story import BEATEN, THEFT_SOMEWHERE, Story, gazetteer, meaning, place

KINDS = (Guess(Category.HARASSMENT, 0.25), Guess(Category.THEFT, 0.2))
UNSURE = meaning(Category.ASSAULT, 0.35, at="IQ-BG-shula", guesses=KINDS)
SALAM = ("IQ-NA-salam", "IQ-NI-salam")
SEVERAL = replace(THEFT_SOMEWHERE, places=tuple(place(each) for each in SALAM))
BLACKMAILED = meaning(Category.ELECTRONIC_BLACKMAIL, at="IQ-BG-shula", sensitive=True)
SAID = {
    "kind": ("صار شي وما ادري شسوي وياه", UNSURE),
    "place": ("باكو بيت جيراني بحي السلام", SEVERAL),
    "officer": ("واحد يبتزني بصوري", BLACKMAILED),
}
TELLING = {*(kind.value for kind in Category), "woman", "any", "yes", "no"}


def borne(story: Story) -> list[str]:
    """The data of the buttons of the last answer, the timeless ones apart."""
    choices = [button.choice for shown in story.shown() for button in shown.buttons]
    return [choice for choice in choices if not choice.startswith(("v1:cmd:", "v1:for:", "v1:lang:"))]


def asked(channel: Channel, which: str) -> Story:
    """Somebody before one of our questions."""
    story = Story(channel)
    if which == "pin":
        story.say(point=SHULA)
    else:
        story.say(*SAID[which])
    return story


@pytest.mark.parametrize("which", ["kind", "place", "officer", "pin"])
def test_no_button_bears_a_kind_a_place_or_an_answer(which: str) -> None:
    story = asked(Channel.TELEGRAM, which)
    assert len(borne(story)) >= 2
    for choice in borne(story):
        assert re.fullmatch(r"v1:[ch]:[0-9a-f]{8}:[0-9]", choice)
        assert not TELLING & set(choice.split(":"))
        assert not any(each in choice for each in gazetteer().places)


@pytest.mark.parametrize("which", ["kind", "place", "officer", "pin"])
@pytest.mark.parametrize("at", [0, 1])
def test_a_button_says_what_its_digit_says(which: str, at: int) -> None:
    tapped, typed = asked(Channel.TELEGRAM, which), asked(Channel.TELEGRAM, which)
    assert tapped.say(choice=borne(tapped)[at]) == typed.say(str(at + 1))
    assert tapped.conversation.ongoing == typed.conversation.ongoing
    assert tapped.just == typed.just


@pytest.mark.parametrize("which", ["kind", "place", "officer", "pin"])
def test_an_answered_questions_button_or_anothers_changes_nothing(which: str) -> None:
    story = asked(Channel.TELEGRAM, which)
    first, second = borne(story)[:2]
    assert story.say(choice=second) != ("late",)
    before = story.conversation.ongoing
    story.say(choice=first)
    story.say(choice=f"{first[:5]}00000000:1")
    story.say(choice=f"{first[:5]}:")
    assert story.conversation.ongoing == before
    assert story.filed[1:] == []


def test_a_button_of_an_older_question_is_not_taken_for_the_newer_ones() -> None:
    story = asked(Channel.TELEGRAM, "place")
    older = borne(story)
    story.say("بلاغ جديد: باكو بيتي بحي السلام", replace(SEVERAL, places=SEVERAL.places[::-1]))
    newer = borne(story)
    assert len(story.filed) == 2
    assert not set(older) & set(newer)
    assert story.say(choice=older[0]) == ("place.noted",)
    assert [effect.report for effect in story.just if isinstance(effect, Reroute)] == [story.filed[0].report]
    assert story.say(choice=newer[0]) == ("place.noted",)
    assert [effect.report for effect in story.just if isinstance(effect, Reroute)] == [story.filed[1].report]


def test_a_button_of_the_first_try_is_not_taken_for_one_of_the_second() -> None:
    story = asked(Channel.TELEGRAM, "place")
    older = borne(story)
    assert story.say("حي الزهور") == ("place.ask",)
    assert not set(older) & set(borne(story))
    assert story.say(choice=older[0]) == ("late",)
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.facts.lineage == ()


def test_buttons_stay_good_after_other_words() -> None:
    story = asked(Channel.TELEGRAM, "place")
    button = borne(story)[1]
    for text in ("البارحة بالليل", "كان لابس قميص احمر", "ما اعرف"):
        story.say(text)
    assert story.say(choice=button, after=timedelta(hours=40)) == ("place.noted",)


def test_one_kind_that_nobody_else_should_read_of_looks_like_any_other() -> None:
    private, plain = (
        replace(UNSURE, guesses=(Guess(Category.ASSAULT, 0.35), Guess(second, 0.25), Guess(Category.THEFT, 0.2)))
        for second in (Category.HARASSMENT, Category.PROPERTY_DISPUTE)
    )
    stories = [Story(Channel.TELEGRAM) for _ in range(2)]
    for story, analysis in zip(stories, (private, plain), strict=True):
        story.say("صار شي وما ادري شسوي وياه", analysis)
    assert borne(stories[0]) == borne(stories[1])


def test_a_yes_to_a_pin_once_more_is_thanked_while_its_report_is_remembered() -> None:
    story = asked(Channel.TELEGRAM, "pin")
    yes, no = borne(story)
    assert story.say(choice=yes) == ("place.noted",)
    assert story.say(choice=yes, after=timedelta(hours=30)) == ("place.noted",)
    assert story.say(choice=no) == ("late",)


@pytest.mark.parametrize("choice", ["v1:h:00000000:0", "v1:h:00000000:1", "v1:h::0", "v1:c:00000000:0"])
def test_of_a_button_that_nobody_was_shown_nothing_is_said_to_be_noted(choice: str) -> None:
    for story in (Story(Channel.TELEGRAM), asked(Channel.TELEGRAM, "pin"), asked(Channel.TELEGRAM, "place")):
        before = story.conversation.ongoing
        assert story.say(choice=choice) == ("late",)
        assert not story.just
        assert story.conversation.ongoing == before


def test_a_yes_to_a_pin_that_was_corrected_meanwhile_is_too_late() -> None:
    story = asked(Channel.TELEGRAM, "pin")
    yes, no = borne(story)
    assert story.say(choice=no) == ("place.ask",)
    assert story.say(choice=yes) == ("late",)
    story.say("الكرادة", meaning(Category.OTHER, 0.5, at="IQ-BG-karrada"))
    assert story.say(choice=yes) == ("late",)


@given(st.text(max_size=30))
def test_whatever_a_button_bears_is_answered(data: str) -> None:
    story = asked(Channel.TELEGRAM, "kind")
    before = story.conversation.ongoing
    for choice in (f"v1:c:{data}", f"v1:h:{data}"):
        story.say(choice=choice)
    assert story.conversation.ongoing == before


def test_what_is_sealed_is_asked_for_its_place_without_telling_why() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("رجلي يضربني بحي السلام", replace(BEATEN, place=None, places=SEVERAL.places))
    assert borne(story)
    assert story.say(choice=borne(story)[0]) == ("place.noted",)
