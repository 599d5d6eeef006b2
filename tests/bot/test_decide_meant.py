"""Which report a wish is about: the one whose code stands beside it, whatever is talked about now; and late ones."""

import pytest

from bot import safety
from bot.handlers.segments import count
from bot.nlp.analyse import analyse
from bot.vocabulary import Append, Channel, Conversation, Desk, File, Hide, Locale, Mode, Reroute, Show, Veil
from tests.bot.said import HOLE, reported
from tests.bot.story import BEATEN, PLAIN, THEFT, Story, meaning
from tests.shipped import shipped


def _forgotten(channel: Channel = Channel.SMS, locale: Locale = Locale.AR) -> Story:
    """She told of a man who beats her, and the talk was forgotten since."""
    story = Story(channel)
    story.say("زوجي يضربني كل يوم بالكرادة", BEATEN)
    story.conversation = Conversation(locale=locale)
    return story


def _beside(channel: Channel = Channel.SMS, locale: Locale = Locale.AR) -> Story:
    """The same, and she talks about a hole in the road now."""
    story = _forgotten(channel, locale)
    story.say("اكو مطب كبير", HOLE)
    assert len(story.filed) == 2
    return story


@pytest.mark.parametrize(
    "wish", ["يفتشون موبايلي", "محد يدري", "کەس نەزانێت", "nobody must know", "my phone is watched"]
)
def test_discretion_that_is_wished_late_is_kept_for_what_was_told(wish: str) -> None:
    story = _forgotten()
    assert story.say(wish) == ("discreet.go",)
    assert story.just == (Veil(),)
    assert story.hidden is None  # nobody is locked out who was told no word
    assert story.say("انباك ماطوري بالشعلة", THEFT) == ("discreet.filed",)


@pytest.mark.parametrize(("wish", "locale"), [("كتمان", Locale.AR), ("کەس نەزانێت", Locale.CKB), ("quiet", Locale.EN)])
@pytest.mark.parametrize("begin", [_forgotten, _beside])
def test_discretion_beside_a_code_hides_the_report_of_that_code(wish: str, locale: Locale, begin: object) -> None:
    story = begin(Channel.SMS, locale)  # type: ignore[operator]
    first = story.filed[0]
    assert story.say(f"{wish} {first.code}") == ("discreet.filed",)
    assert story.just == (Hide(first.report, (first.code,)),)
    (shown,) = story.shown()
    assert first.code in shown.text
    assert count(shown.text).parts == 1


@pytest.mark.parametrize(("wish", "locale"), [("سري", Locale.AR), ("نهێنی", Locale.CKB), ("private", Locale.EN)])
@pytest.mark.parametrize("begin", [_forgotten, _beside])
def test_privacy_beside_a_code_is_for_the_report_of_that_code(wish: str, locale: Locale, begin: object) -> None:
    story = begin(Channel.SMS, locale)  # type: ignore[operator]
    first = story.filed[0]
    assert story.say(f"{wish} {first.code}")[0] == "private.filed"
    after = story.last.conversation if story.last is not None else Conversation()
    assert after.mode is Mode.PRIVATE
    assert after.ongoing is not None
    assert after.ongoing.report == first.report
    assert after.ongoing.code in story.shown()[0].text
    assert len(after.ongoing.code) == 16


@pytest.mark.parametrize(("wish", "locale"), [("سري", Locale.AR), ("نهێنی", Locale.CKB), ("private", Locale.EN)])
def test_privacy_without_a_code_says_that_what_was_told_before_stays_and_how_it_becomes_so(
    wish: str, locale: Locale
) -> None:
    story = _forgotten(locale=locale)
    assert story.say(wish) == ("private.go", "private.earlier")
    assert all(count(shown.text).parts == 1 and safety.telling(shown.text) == () for shown in story.shown())
    assert story.say(f"{wish} {story.filed[0].code}") == ("private.filed",)


@pytest.mark.parametrize(
    "wish", ["nobody must know", "they check my phone", "quiet", "private", "woman officer please"]
)
def test_a_short_wish_in_english_is_answered_in_english(wish: str) -> None:
    story = _forgotten()
    story.conversation = Conversation()
    story.say(wish, analyse(shipped(), wish))
    assert story.last is not None
    assert story.last.locale is Locale.EN
    assert len(story.filed) == 1


@pytest.mark.parametrize("wish", ["sirri", "ma7ad yidri"])
def test_a_short_wish_in_arabic_in_latin_letters_is_answered_in_arabic(wish: str) -> None:
    story = Story()
    story.say(wish, analyse(shipped(), wish))
    assert story.last is not None
    assert story.last.locale is Locale.AR


def test_of_what_is_told_only_as_waiting_nothing_is_said_to_whoever_holds_the_phone() -> None:
    story = _forgotten()
    story.say("يفتشون موبايلي")
    story.conversation = Conversation()
    assert story.say("سري") == ("private.go",)


def test_a_code_that_opens_nothing_makes_nothing_else_private() -> None:
    story = reported(Channel.SMS)
    assert story.say("سري 111111") == ("status.unknown",)
    assert story.conversation.mode is Mode.NORMAL


def test_more_of_another_report_with_a_wish_for_secrecy_hides_that_report() -> None:
    story = _beside()
    first = story.filed[0]
    assert story.say(f"{first.code} السارق رجع ومحد يدري", PLAIN) == ("discreet.filed",)
    assert story.just == (Append(first.report), Hide(first.report, (first.code,)))


def test_what_follows_late_discretion_is_discreet_also_when_the_wish_is_forgotten() -> None:
    story = _forgotten()
    story.say("محد يدري")
    story.conversation = Conversation()
    assert story.say("انباك ماطوري بالشعلة", THEFT) == ("discreet.filed",)
    assert any(isinstance(effect, File) and effect.mode is Mode.DISCREET for effect in story.just)


def test_days_later_only_the_code_ends_late_discretion() -> None:
    story = _forgotten()
    story.say("محد يدري")
    story.conversation = Conversation()
    story.say("وضع عادي")
    assert not any(isinstance(effect, Show) for effect in story.just)
    story.say(f"وضع عادي {story.filed[0].code}")
    assert Show(story.filed[0].report) in story.just


def test_whoever_asks_for_discretion_again_and_ends_it_shows_nothing_of_what_is_veiled() -> None:
    story = _forgotten()
    story.say("محد يدري")
    story.conversation = Conversation()
    story.say("كتمان")
    story.say("وضع عادي")
    assert not any(isinstance(effect, Show) and effect.unveiled for effect in story.just)
    assert story.veiled


def test_an_ordinary_addition_by_code_stays_ordinary() -> None:
    story = _beside()
    assert story.say(f"{story.filed[0].code} لونه احمر", meaning()) == ("added",)
    assert story.just == (Append(story.filed[0].report),)


# ── A woman, for the report of a code ────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("wish", "locale"), [("اريد ضابطة", Locale.AR), ("ئەفسەری ئافرەت", Locale.CKB), ("woman officer please", Locale.EN)]
)
def test_a_wish_for_a_woman_beside_a_code_moves_the_report_of_that_code(wish: str, locale: Locale) -> None:
    story = Story(Channel.SMS, conversation=Conversation(locale=locale))
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("جديد")
    story.say("اكو مطب كبير", HOLE)
    theft, hole = story.filed
    talk = story.conversation.ongoing
    assert story.say(f"{wish} {theft.code}") == ("woman.noted",)
    (moved,) = (effect for effect in story.just if isinstance(effect, Reroute))
    assert (moved.report, moved.to.desk) == (theft.report, Desk.WOMEN)
    assert story.conversation.ongoing == talk
    assert talk is not None
    assert talk.report == hole.report


def test_in_a_report_that_only_people_can_read_they_read_the_wish_for_a_woman() -> None:
    story = _beside()
    assert story.say(f"اريد ضابطة {story.filed[0].code}") == ("woman.noted",)
    assert story.just == (Append(story.filed[0].report),)
