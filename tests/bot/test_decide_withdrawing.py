"""Taking a consent back: by everybody, in the words people use, and nothing of it is filed as a concern."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import consent
from bot.vocabulary import Append, Asked, Channel, Conversation, Explained, File, Language, Locale, Revoke
from tests.bot.discretion import afraid
from tests.bot.story import THEFT, Story, catalogue

CONSENT = "c" * 32
BODY = dict.fromkeys(Locale, "الشرطة")
WORDS = ("سحب", "اسحبها", "السحب", "الغي الموافقة", "ما اوافق بعد", "take it back", "پاشگەز بوومەوە", "تراجعت")
NOES = ("لا", "2", "٢", "كلا", "no", "نەخێر", "نا")


def _agreed(channel: Channel = Channel.SMS, *, text: str = "انباك ماطوري بالشعلة") -> Story:
    """Somebody who has just said yes."""
    story = Story(channel)
    story.say(text, THEFT)
    story.asked = Asked(CONSENT, story.filed[0].report, BODY, explained=Explained.YES)
    if channel is Channel.SMS:
        story.asked = replace(story.asked, offered=True)
        story.say("1")
        story.asked = story.asked and replace(story.asked, explained=Explained.YES)
    story.say("3" if channel is Channel.SMS else "نعم")
    return story


def _revoked(story: Story) -> list[str]:
    return [effect.report for effect in story.just if isinstance(effect, Revoke)]


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
@pytest.mark.parametrize("words", WORDS)
def test_a_word_takes_it_back_also_days_later(channel: Channel, words: str) -> None:
    story = _agreed(channel)
    assert story.say(words, after=timedelta(days=2)) == ("consent.revoked",)
    assert _revoked(story) == [story.filed[0].report]
    assert len(story.filed) == 1


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
@pytest.mark.parametrize("words", NOES)
def test_a_bare_no_straight_after_the_yes_takes_it_back(channel: Channel, words: str) -> None:
    story = _agreed(channel)
    assert story.say(words) == ("consent.revoked.no",)
    assert _revoked(story) == [story.filed[0].report]


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
def test_what_may_have_answered_the_office_ends_it_too_and_the_office_reads_it(channel: Channel) -> None:
    """Staff asked "is he still there?" after the yes: in doubt nothing is shared, and they are told so."""
    story = _agreed(channel)
    story.answer(story.filed[0].report, "بعده يمك؟")
    assert story.say("لا") == ("consent.revoked.no",)
    assert _revoked(story) == [story.filed[0].report]
    assert Append(story.filed[0].report) in story.just


def test_so_does_the_other_button_below_the_question() -> None:
    story = _agreed(Channel.TELEGRAM)
    assert story.say(choice=f"v1:consent:no:{CONSENT}") == ("consent.revoked",)
    assert _revoked(story) == [story.filed[0].report]


def test_no_other_questions_button_does() -> None:
    story = _agreed(Channel.TELEGRAM)
    story.say(choice=f"v1:consent:no:{'d' * 32}")
    assert _revoked(story) == []


@pytest.mark.parametrize("words", NOES)
def test_a_no_later_in_the_day_is_meant_for_something_else(words: str) -> None:
    story = _agreed()
    story.say(words, after=timedelta(minutes=11))
    assert _revoked(story) == []


@pytest.mark.parametrize("words", ["لا؟", "لا تنسوني", "لا لا هاي غير شغلة", "20", "نعم", "3"])
def test_what_is_no_bare_no_takes_nothing_back(words: str) -> None:
    story = _agreed()
    story.say(words)
    assert _revoked(story) == []


def test_a_no_to_the_next_question_is_a_no_to_that_one() -> None:
    story = _agreed()
    other = "e" * 32
    story.asked = Asked(other, story.filed[0].report, BODY, offered=True)
    assert story.say("2") == ("consent.no",)
    assert _revoked(story) == []


# ── Whoever is not known by their phone ──────────────────────────────────────────────────────────────────────
def test_in_private_the_yes_is_confirmed_with_how_to_take_it_back_by_code() -> None:
    story = _agreed(text="سري: انباك ماطوري بالشعلة")
    assert story.last is not None
    assert [reply.key for reply in story.last.replies] == ["consent.given.code"]


def test_in_the_same_private_talk_word_and_no_take_it_back() -> None:
    for words, told in (("سحب", "consent.revoked"), ("2", "consent.revoked.no"), ("لا", "consent.revoked.no")):
        story = _agreed(text="سري: انباك ماطوري بالشعلة")
        assert story.say(words) == (told,)
        assert _revoked(story) == [story.filed[0].report]


@pytest.mark.parametrize("words", [word for word in WORDS if word != "تراجعت"])
@pytest.mark.parametrize("when", ["in private", "lately", "unknown"])
def test_a_bare_word_of_whoever_is_not_known_is_answered_with_the_code_and_filed_nowhere(words: str, when: str) -> None:
    story = Story(Channel.SMS)
    if when == "in private":
        story.say("سري: انباك ماطوري بالشعلة", THEFT)
    story.lately = when == "lately"
    before = len(story.filed)
    assert story.say(words, after=timedelta(minutes=11)) == ("consent.code",)
    assert story.just == () or not any(isinstance(effect, File) for effect in story.just)
    assert len(story.filed) == before


@pytest.mark.parametrize("text", ["سحب {}", "{} سحب", "withdraw {}"])
def test_with_a_code_about_which_nothing_stands_that_is_said_and_nothing_added(text: str) -> None:
    story = Story(Channel.SMS)
    story.say("سري: انباك ماطوري بالشعلة", THEFT)
    code = story.filed[0].code
    assert story.say(text.format(code), after=timedelta(hours=2)) == ("consent.no",)
    assert story.just == ()


def test_the_word_in_english_is_answered_in_english_where_no_talk_remembers() -> None:
    story = Story(Channel.SMS)
    heard = replace(THEFT, language=Language.UNKNOWN)
    story.say("withdraw", heard)
    assert story.shown()[-1].text == "To take back a yes to a private report send: WITHDRAW and your code"


def test_in_a_private_talk_of_somebody_discreet_too_a_bare_word_is_told_to_bring_the_code() -> None:
    story = afraid()
    story.say(f"{story.filed[0].code} جديد", after=timedelta(hours=1))
    story.say("سري")
    story.say("انباك ماطوري بالشعلة", THEFT)
    filed = len(story.filed)
    assert story.say("سحب") == ("consent.code",)
    assert (len(story.filed), any(isinstance(effect, Append) for effect in story.just)) == (filed, False)


def test_whoever_is_known_and_agreed_to_nothing_is_heard_as_ever() -> None:
    story = Story(Channel.SMS)
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say("سحب") != ("consent.code",)
    assert story.conversation != Conversation()


# ── What the question says of it ─────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
@pytest.mark.parametrize(
    ("text", "told"), [("انباك ماطوري بالشعلة", "consent.back"), ("سري: انباك ماطوري بالشعلة", "consent.back.code")]
)
def test_the_question_tells_whoever_is_private_that_the_code_goes_with_the_word(
    channel: Channel, text: str, told: str
) -> None:
    story = Story(channel)
    story.say(text, THEFT)
    story.asked = Asked(CONSENT, story.filed[0].report, BODY, offered=channel is Channel.SMS)
    story.say("1" if channel is Channel.SMS else "نعم")
    assert story.last is not None
    question = story.last.replies[-1]
    assert (question.key.startswith("consent.ask."), question.values["back"]) == (True, told)


@pytest.mark.parametrize(
    ("channel", "back", "says"),
    [
        (Channel.SMS, consent.BACK, "أرسل: سحب. "),
        (Channel.SMS, consent.BACK_BY_CODE, "أرسل: سحب ثم رمزك. "),
        (Channel.TELEGRAM, consent.BACK, "بكلمة واحدة: سحب"),
        (Channel.TELEGRAM, consent.BACK_BY_CODE, "أرسل سحب ومعها رمزك"),
        (Channel.WEB, consent.BACK_ON_PAGE, "بالزر الذي يظهر في هذه الصفحة"),
    ],
)
def test_the_way_stands_in_the_question_in_words(channel: Channel, back: str, says: str) -> None:
    asked = Asked(CONSENT, "r" * 32, BODY)
    reply = consent.explanation(asked, Locale.AR, back=back)
    text = catalogue().render(reply, channel=channel, locale=Locale.AR).text
    assert says in text
