"""May they receive it? Only an exact yes is one; whatever else is said is heard, and nothing is agreed to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import commands
from bot.vocabulary import Asked, Channel, Consent, Locale, Revoke, Status
from tests.bot.story import BEATEN, THEFT, Story

CONSENT = "c0" * 16
BODY = {Locale.AR: "منتدى الأعظمية", Locale.CKB: "مەکۆی ئەعزەمییە", Locale.EN: "Adhamiya forum"}
AGREES = ("1", "١", "۱", "نعم", "نعم.", "yes", "YES", "بەڵێ")
REFUSES = ("2", "٢", "لا", "كلا", "no", "نەخێر")
# A man who has her phone, haste, politeness, a slip of the thumb: none of it is her yes.
NEITHER = (
    "ok",
    "OK",
    "اوكي",
    "تمام",
    "اي",
    "ايه",
    "طيب",
    "ماشي",
    "يمكن",
    "مو هسه",
    "👍",
    "✅",
    "3",
    "11",
    "12",
    "0",
    "نعم لا",
    "لا نعم",
    "نعم بس لا تگولون لاهلي",
    "شكد تبقى عدهم",
    "منو ذولة",
    "شكرا",
    "...",
    "؟",
    "yes maybe",
    "1 2",
    "موافق ابوي",
    "زوجي يوافق",
    "بلي والله ما ادري",
)


def _asked(channel: Channel = Channel.SMS, *, given: bool = False, answered: bool = False) -> Story:
    story = Story(channel)
    story.say("انباك ماطوري بالشعلة", THEFT)
    report = story.filed[0].report
    if answered:
        story.answer(report, "متى حدث ذلك؟", Status.IN_PROGRESS)
    story.asked = Asked(CONSENT, report, BODY, given=given)
    return story


def _agreed(story: Story) -> list[bool]:
    return [effect.given for effect in story.effects if isinstance(effect, Consent)]


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("text", AGREES)
def test_an_exact_yes_is_a_yes(text: str, answered: bool) -> None:  # noqa: FBT001
    story = _asked(answered=answered)
    assert story.say(text) == ("consent.given",)
    assert _agreed(story) == [True]


@pytest.mark.parametrize("text", REFUSES)
def test_a_no_is_a_no(text: str) -> None:
    story = _asked()
    assert story.say(text) == ("consent.no",)
    assert _agreed(story) == [False]


@pytest.mark.parametrize("text", NEITHER)
def test_whatever_else_is_said_agrees_to_nothing(text: str) -> None:
    story = _asked()
    story.say(text)
    assert _agreed(story) == []
    assert story.asked is not None


@given(st.text(max_size=40))
def test_no_text_but_the_exact_ones_agrees(text: str) -> None:
    story = _asked()
    story.say(text)
    exact = {commands.fold(word) for word in (*AGREES, *REFUSES)}
    assert _agreed(story) == [] or commands.fold(text) in exact or commands.digit(text) in {1, 2}


def test_a_button_answers_as_long_as_its_question_is_open() -> None:
    story = _asked(Channel.TELEGRAM)
    assert story.say(choice=f"v1:consent:yes:{'d0' * 16}") == ("late",)
    assert story.say(choice=f"v1:consent:yes:{CONSENT}") == ("consent.given",)
    assert story.say(choice=f"v1:consent:no:{CONSENT}") == ("late",)
    assert _agreed(story) == [True]


def test_a_digit_belongs_to_the_question_that_was_put_last() -> None:
    story = Story()
    story.say("انباك ماطوري", THEFT)
    story.asked = Asked(CONSENT, story.filed[0].report, BODY)
    assert story.say("حذف") == ("erase.ask",)
    story.say("1")
    assert _agreed(story) == []


def test_whoever_asks_how_it_stands_is_asked_then() -> None:
    story = _asked()
    keys = story.say("وين وصلت")
    assert keys[-1] == "consent.ask"
    assert "منتدى الأعظمية" in story.shown()[-1].text
    assert story.say("1") == ("consent.given",)


@pytest.mark.parametrize("text", ["سحب", "اسحب موافقتي", "withdraw", "پاشگەزبوونەوە"])
def test_a_yes_is_taken_back_by_a_word(text: str) -> None:
    story = _asked(given=True)
    assert story.say(text) == ("consent.revoked",)
    assert any(isinstance(effect, Revoke) for effect in story.effects)


def test_while_her_word_was_not_said_nothing_agrees_for_her() -> None:
    story = Story()
    story.say("زوجي يضربني محد يدري بالكرادة", BEATEN)
    story.asked = Asked(CONSENT, story.filed[0].report, BODY)
    assert story.locked
    for text in (*AGREES, *REFUSES):
        story.say(text)
    story.say(choice=f"v1:consent:yes:{CONSENT}")
    assert _agreed(story) == []


def test_a_forwarded_yes_is_somebody_elses() -> None:
    story = _asked()
    story.say("نعم", forwarded=True)
    assert _agreed(story) == []
