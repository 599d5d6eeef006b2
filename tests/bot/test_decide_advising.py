"""Advice comes when it is asked for by a digit or a button, and is not offered where the offer would tell something."""

from datetime import timedelta

import pytest

from bot.decide.advising import on_a_page
from bot.handlers.segments import count
from bot.vocabulary import Analysis, Append, Category, Channel, Erase, Facts, Locale, Stage, Status, Teller, Urgency
from tests.bot.story import BEATEN, HOTLINES, THEFT, THEFT_SOMEWHERE, Story, meaning, place
from tests.bot.test_decide_where import lineage_of

GRAVE = meaning(Category.SELF_HARM, at="IQ-BG-karrada", urgency=Urgency.EMERGENCY, sensitive=True)
ASKS = ("نصيحة", "شسوي هسه", "what should i do", "ئامۆژگاری")


def test_below_an_ordinary_first_answer_one_digit_asks_for_advice() -> None:
    story = Story()
    assert story.say("انباك ماطوري بالشعلة", THEFT) == ("filed",)
    assert count(story.shown()[0].text).parts == 1
    assert story.say("1") == ("advice.theft",)
    assert count(story.shown()[0].text).parts <= 3


@pytest.mark.parametrize("locale", Locale)
def test_the_first_sms_is_one_part_with_the_offer_in_every_language(locale: Locale) -> None:
    story = Story()
    story.say(choice=f"v1:lang:{locale}")
    story.say("انباك ماطوري بالشعلة", THEFT)
    (answer,) = story.shown()
    assert "\n1 " in answer.text
    assert count(answer.text).parts == 1


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
@pytest.mark.parametrize(
    "heard",
    [
        BEATEN,
        GRAVE,
        meaning(Category.FIRE_MEDICAL, at="IQ-BG-karrada", urgency=Urgency.EMERGENCY),
    ],
)
def test_what_is_sensitive_or_an_emergency_is_offered_none(channel: Channel, heard: object) -> None:
    story = Story(channel)
    story.say("كلمات", heard)  # type: ignore[arg-type]
    assert not any("v1:cmd:advice" in option.choice for reply in story.last.replies for option in reply.options)  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["سري", "كتمان"])
def test_whoever_is_private_or_discreet_is_offered_none(text: str) -> None:
    story = Story(Channel.TELEGRAM)
    story.say(text)
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert not any("v1:cmd:advice" in option.choice for reply in story.last.replies for option in reply.options)  # type: ignore[union-attr]


# ── A mere word ──────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("mode", ["", "سري", "كتمان"])
@pytest.mark.parametrize("analysis", [THEFT, BEATEN, GRAVE])
@pytest.mark.parametrize("text", ASKS)
def test_by_sms_a_word_never_brings_it_but_one_part_with_the_digit_that_does(
    text: str, analysis: Analysis, mode: str
) -> None:
    story = Story()
    if mode:
        story.say(mode)
    story.say("كلمات", analysis)
    if story.locked:
        assert story.say(text)[0].startswith("decoy.")
        story.say(story.filed[0].code)
    asked = story.say(text)
    assert asked == (("danger",) if analysis is GRAVE else ("advice.offer",))
    (offer,) = story.shown()
    assert count(offer.text).parts == 1
    assert story.say("1") == (f"advice.{story.filed[0].facts.category}",)


def test_on_a_screen_a_word_brings_its_button_and_leaves_the_others() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("باكو بيت جيراني", THEFT_SOMEWHERE)
    before = story.conversation.options
    assert story.say("شسوي") == ("advice.offer",)
    (offer,) = story.shown()
    assert [button.choice for button in offer.buttons] == ["v1:cmd:advice"]
    assert story.conversation.options == before
    assert story.say(choice="v1:cmd:advice") == ("advice.theft",)


def test_while_locked_neither_the_word_nor_the_digit_brings_it() -> None:
    story = Story()
    story.say("كتمان")
    story.say("زوجي يضربني", BEATEN)
    story.say(story.filed[0].code)
    assert story.say("شسوي") == ("advice.offer",)
    assert story.say("1", after=timedelta(hours=1)) == ("decoy.hours",)


def test_before_anything_is_told_a_word_brings_how_to_begin() -> None:
    story = Story()
    assert story.say("نصيحة") == ("help",)
    assert story.say("شسوي") == ("hello",)


def test_at_the_question_for_the_place_the_place_may_be_said_still() -> None:
    story = Story()
    there = (place("IQ-NA-salam"), place("IQ-NI-salam"))
    story.say("باكو بيت جيراني بحي السلام", meaning(Category.THEFT, places=there))
    assert story.say("شسوي") == ("advice.offer",)
    assert story.say("1") == ("advice.theft",)
    assert story.say("الموصل") == ("place.noted",)
    assert lineage_of(story)[0] == "IQ-NI-salam"


def test_at_the_question_whom_he_would_rather_talk_to_the_digit_is_the_offers_and_words_still_answer() -> None:
    story = Story()
    story.say("يبتزوني", meaning(Category.ELECTRONIC_BLACKMAIL, at="IQ-BG-karrada", sensitive=True))
    assert story.say("شسوي") == ("advice.offer",)
    assert story.say("1") == ("advice.electronic_blackmail",)
    assert not story.filed[0].facts.woman_officer
    assert story.say("موظفة") == ("woman.noted",)


def test_its_digit_is_never_taken_for_a_yes_to_erase() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say("حذف") == ("erase.ask",)
    story.say("شسوي")
    assert story.conversation.stage is Stage.IDLE
    assert story.say("1") == ("advice.theft",)
    assert not any(isinstance(effect, Erase) for effect in story.effects)


@pytest.mark.parametrize(("channel", "keys"), [(Channel.SMS, ("added",)), (Channel.TELEGRAM, ("advice.offer",))])
def test_once_the_office_has_spoken_the_word_is_for_them(channel: Channel, keys: tuple[str, ...]) -> None:
    story = Story(channel)
    story.say("انباك ماطوري بالشعلة", THEFT)
    report = story.filed[0].report
    story.answer(report, "راح يجيكم واحد", Status.IN_PROGRESS)
    assert story.say("شسوي") == keys
    assert Append(report) in story.just


def test_in_an_emergency_whose_place_is_unknown_the_number_says_where_it_holds() -> None:
    story = Story()
    story.say("بيت يحترك", meaning(Category.FIRE_MEDICAL, urgency=Urgency.EMERGENCY))
    assert story.say("شسوي") == ("danger.unplaced",)


def test_after_the_office_has_spoken_the_digit_is_the_answer_to_them() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    report = story.filed[0].report
    story.answer(report, "كم واحد كانوا؟", Status.IN_PROGRESS)
    story.say("1")
    assert Append(report) in story.just


def test_blackmail_is_told_neither_to_pay_nor_to_delete_when_it_asks() -> None:
    story = Story()
    story.say("يهددني بصوري", meaning(Category.ELECTRONIC_BLACKMAIL, at="IQ-BG-karrada", sensitive=True))
    story.say("نصيحة")
    story.say("1")
    assert "لا تدفعوا" in story.shown()[0].text
    assert "لا تحذفوا" in story.shown()[0].text


# ── On the page of a code ────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("facts", "keys"),
    [
        (None, ["advice.other"]),
        (Facts(Category.THEFT, Urgency.NORMAL, sensitive=False), ["advice.theft"]),
        (
            Facts(Category.SELF_HARM, Urgency.HIGH, sensitive=True, teller=Teller.OTHER),
            ["advice.self_harm.other"],
        ),
        (
            Facts(Category.SELF_HARM, Urgency.HIGH, sensitive=True, teller=Teller.CHILD, lineage=("IQ-BG",)),
            ["advice.self_harm.child", "danger"],
        ),
        (Facts(Category.FIRE_MEDICAL, Urgency.EMERGENCY, sensitive=False), ["danger.unplaced", "advice.fire_medical"]),
    ],
)
def test_on_a_page_the_number_is_told_to_a_child_and_first_to_whoever_is_in_danger(
    facts: Facts | None, keys: list[str]
) -> None:
    assert [reply.key for reply in on_a_page(facts, HOTLINES)] == keys


def test_on_a_page_where_no_number_is_confirmed_none_is_named() -> None:
    facts = Facts(Category.FIRE_MEDICAL, Urgency.EMERGENCY, sensitive=False, lineage=("IQ-BG",))
    assert [reply.key for reply in on_a_page(facts, ())] == ["advice.fire_medical"]
