"""A name that several places bear, told in pieces: only its giver chooses, never the words that come after it."""

import pytest

from bot.nlp.analyse import analyse
from bot.vocabulary import Channel, Fragment
from tests.bot.story import Story
from tests.shipped import shipped

THEFT, SEVERAL = "باگو ماطوري بالليل", "الزهور"
BAGHDAD = "IQ-BG-zuhour-baghdad"


def lineage(story: Story) -> tuple[str, ...]:
    assert story.conversation.ongoing is not None
    return story.conversation.ongoing.facts.lineage


def said(story: Story, text: str) -> tuple[str, ...]:
    return story.say(text, analyse(shipped(), text))


@pytest.fixture
def asked() -> Story:
    """Somebody who is asked which of three places of one name it is."""
    story = Story(Channel.TELEGRAM, understand=lambda text: analyse(shipped(), text))
    assert said(story, THEFT) == ("filed.place",)
    assert said(story, SEVERAL) == ("place.ask",)
    assert len(story.shown()[0].buttons) == 3
    return story


OTHER_WORDS = ("البارحة بالليل", "هو ابن جيرانا", "لابس قميص احمر", "وجان الحرامي لابس قميص احمر", "صارت الساعة ثنتين")


@pytest.mark.parametrize("text", OTHER_WORDS)
def test_other_words_choose_no_place_and_leave_the_buttons_as_they_were(asked: Story, text: str) -> None:
    button = next(button.choice for button in asked.shown()[0].buttons if "بغداد" in button.label)
    assert "place.noted" not in said(asked, text)
    assert lineage(asked) == ()
    assert asked.say(choice=button) == ("place.noted",)
    assert lineage(asked)[0] == BAGHDAD


def test_whoever_tells_on_for_a_while_still_chooses_by_a_digit(asked: Story) -> None:
    for text in OTHER_WORDS:
        said(asked, text)
    assert (lineage(asked), len(asked.filed)) == ((), 1)
    assert asked.say("3") == ("place.noted",)
    assert lineage(asked)[0] == BAGHDAD


@pytest.mark.parametrize("text", ["صارت بالزهور البارحة بالليل", "صارت بحي الزهور", SEVERAL])
def test_the_same_name_once_more_chooses_none_of_its_bearers_however_often(asked: Story, text: str) -> None:
    for _ in range(3):
        assert "place.noted" not in said(asked, text)
    assert lineage(asked) == ()


@pytest.mark.parametrize("text", ["ببغداد", "حي الزهور ببغداد", "الزهور ببغداد"])
def test_what_it_lies_in_chooses_among_its_bearers(asked: Story, text: str) -> None:
    assert said(asked, text) == ("place.noted",)
    assert lineage(asked)[0] == BAGHDAD


def test_after_the_question_was_given_up_other_words_choose_no_place_either(asked: Story) -> None:
    assert said(asked, "ما اعرف") == ("place.kept",)
    said(asked, "البارحة بالليل")
    said(asked, "صارت بالزهور")
    assert lineage(asked) == ()


def test_a_name_that_an_sms_was_cut_in_is_still_read_from_both_halves() -> None:
    story = Story(understand=lambda text: analyse(shipped(), text))
    for index, text in enumerate(("باگو ماطوري من يم بيتنا بالشع", "لة البارحة بالليل"), start=1):
        story.say(text, analyse(shipped(), text), fragment=Fragment("7", index, 2))
    assert lineage(story)[0] == "IQ-BG-shula"


# ── Whose name it is ─────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("text", ["جارنا صلاح الدين شافهم", "اختي ديالى شافتهم", "الحرامي من البصرة"])
def test_a_sentence_that_only_names_a_governorate_does_not_say_where(asked: Story, text: str) -> None:
    said(asked, text)
    assert lineage(asked) == ()


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("صارت بصلاح الدين البارحة", "IQ-SD"),
        ("احنا بالبصرة قرب المستشفى العام", "IQ-BA"),
        ("اني من البصرة والله", "IQ-BA"),
        ("it happened in Diyala yesterday", "IQ-DI"),
        ("ديالى، صارت البارحة", "IQ-DI"),
    ],
)
def test_a_sentence_that_says_in_which_governorate_is_believed(text: str, where: str) -> None:
    story = Story(Channel.SMS, understand=lambda text: analyse(shipped(), text))
    said(story, THEFT)
    said(story, text)
    assert lineage(story)[-1] == where


def test_what_is_noted_is_named_so_that_a_wrong_place_is_seen(asked: Story) -> None:
    said(asked, "بالبصرة")
    assert "البصرة" in asked.shown()[-1].text
    assert said(asked, "لا مو البصرة ببغداد") == ("place.noted",)
    assert lineage(asked)[-1] == "IQ-BG"
