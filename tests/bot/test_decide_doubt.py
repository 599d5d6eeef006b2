"""In doubt whether a message belongs to a report: it is one of its own at once, and one digit is asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.handlers.segments import count
from bot.vocabulary import Analysis, Append, Category, Channel, Guess, Join, Stage, Urgency
from tests.bot.said import ANOTHER_THEFT, HOUR
from tests.bot.story import BEGINNING, STORY, THEFT, THEFT_SOMEWHERE, Story, meaning


def doubtful(channel: Channel = Channel.SMS, analysis: Analysis | None = ANOTHER_THEFT[1]) -> Story:
    story = Story(channel)
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say(ANOTHER_THEFT[0], analysis, after=HOUR) == ("filed.belongs",)
    return story


def test_in_doubt_it_is_a_report_at_once_and_one_digit_is_asked_in_the_same_sms() -> None:
    story = doubtful()
    assert len(story.filed) == 2
    assert story.conversation.stage is Stage.BELONGS
    (shown,) = story.shown()
    assert story.filed[1].code in shown.text
    assert shown.text.endswith("\n1 نعم\n2 لا")
    assert count(shown.text).parts == 1


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
@pytest.mark.parametrize("since", [(), ("شلونكم",)])
def test_whoever_becomes_private_at_the_question_does_so_with_both_each_by_a_code_of_its_own(
    channel: Channel, since: tuple[str, ...]
) -> None:
    story = doubtful(channel)
    elder, younger = (filed.report for filed in story.filed)
    for text in since:
        story.say(text)
    assert story.say("سري") == ("private.filed", "private.filed.before")
    shown = [each.text for each in story.shown()]
    talk = story.talk
    assert talk is not None
    assert talk.ongoing is not None
    assert talk.before is not None
    assert [talk.ongoing.report, talk.before.report] == [younger, elder]
    codes = [talk.ongoing.code, talk.before.code]
    assert len(set(codes)) == 2
    for code, text in zip(codes, shown, strict=True):
        assert len(code) == 16
        assert code in text.replace(" ", "")
        assert count(text).parts == 1 or channel is Channel.TELEGRAM
    assert story.say("سري") == ("private.filed",)


@pytest.mark.parametrize("text", ["1", "١", "نعم", "نفس الموضوع", "same"])
def test_one_joins_it_to_the_elder_and_the_talk_goes_on_about_that(text: str) -> None:
    story = doubtful()
    elder, younger = (filed.report for filed in story.filed)
    assert story.say(text) == ("belongs.one",)
    joined = story.just
    assert joined == (Join(younger, elder),)
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.report == elder
    story.say("لونه احمر")
    assert story.just == (Append(elder),)


@pytest.mark.parametrize("text", ["2", "۲", "لا", "بلاغ جديد", "موضوع ثاني"])
def test_two_leaves_it_as_it_was_filed(text: str) -> None:
    story = doubtful()
    assert story.say(text) == ("belongs.two",)
    assert not story.just
    story.say("لونه احمر")
    assert story.just == (Append(story.filed[1].report),)


def test_after_two_the_place_is_asked_for_that_waited() -> None:
    story = doubtful(analysis=replace(THEFT_SOMEWHERE, sequel=STORY))
    assert story.say("2") == ("place.ask",)
    assert story.conversation.stage is Stage.PLACE


def test_other_words_at_the_question_are_heard_and_a_late_tap_still_counts() -> None:
    story = doubtful(Channel.TELEGRAM)
    tap = story.conversation.options[0]
    story.say("لونه احمر")
    assert story.just == (Append(story.filed[1].report),)
    assert story.conversation.stage is Stage.IDLE
    assert story.say(choice=tap) == ("belongs.one",)
    assert story.say(choice=tap) == ("late",)
    assert not story.just


def test_a_forged_tap_joins_nothing() -> None:
    story = doubtful(Channel.TELEGRAM)
    for choice in (f"v1:one:{story.filed[0].report}", "v1:one:", "v1:two:x"):
        assert story.say(choice=choice) == ("late",)
    assert not [effect for effect in story.effects if isinstance(effect, Join)]


@pytest.mark.parametrize(
    ("channel", "keys"),
    [
        (Channel.SMS, ("filed.emergency.belongs",)),
        (Channel.TELEGRAM, ("filed.emergency", "belongs.ask")),
    ],
)
def test_in_an_emergency_the_number_comes_first_and_then_the_question(channel: Channel, keys: tuple[str, ...]) -> None:
    story = Story(channel)
    story.say("انباك ماطوري بالشعلة", THEFT)
    grave = meaning(Category.ASSAULT, 0.5, at="IQ-BG-shula", urgency=Urgency.EMERGENCY)
    assert story.say("اكو واحد مطعون بالشارع", grave, after=timedelta(minutes=5)) == keys
    told = "\n".join(shown.text for shown in story.shown())
    assert told.index("911") < told.index("1 نعم")
    assert story.say("1") == ("belongs.one",)


def test_whoever_asked_for_silence_is_not_asked() -> None:
    story = Story(muted=True)
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say(*ANOTHER_THEFT, after=HOUR) == ()
    assert len(story.filed) == 2
    assert story.conversation.before is None


def test_the_question_of_kind_keeps_its_place_behind_the_others() -> None:
    """Of two questions the one that decides which report it is comes first."""
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    other = (Guess(Category.PROPERTY_DISPUTE, 0.4),)
    unsure = meaning(Category.THEFT, 0.5, at="IQ-BG-shula", guesses=other, sequel=BEGINNING)
    assert story.say("اخذوا ماطور جارنا من الكراج", unsure, after=HOUR) == ("filed.belongs",)
