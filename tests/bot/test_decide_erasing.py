"""Erasing asks once, and erases nothing that nobody meant."""

from datetime import timedelta

import pytest

from bot import safety
from bot.handlers.segments import count
from bot.vocabulary import (
    Append,
    Channel,
    Conversation,
    Erase,
    Locale,
    Stage,
)
from tests.bot.said import HOLE
from tests.bot.story import (
    BEATEN,
    THEFT,
    Story,
)


@pytest.mark.parametrize("word", ["حذف", "DELETE", "سڕینەوە"])
@pytest.mark.parametrize("yes", ["1", "١", "نعم", "حذف"])
def test_erasing_asks_once_and_then_does_it(word: str, yes: str) -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    report = story.filed[0].report
    assert story.say(word) == ("erase.ask",)
    assert not story.just
    assert story.say(yes, after=timedelta(minutes=2)) == ("erase.gone",)
    assert story.just == (Erase(report),)
    assert story.conversation.ongoing is None
    assert story.say("حالة") == ("status.which",)


_YES = "نعم، امسح|نعم امسحوه|اي امسحوها|اي والله امسحو|اي رجاء|1 نعم|نعم نعم|نعم الله يخليكم|ايه بسرعة|بەڵێ بیسڕەوە"


@pytest.mark.parametrize("yes", [*_YES.split("|"), "yes, delete it please", "Yes delete"])
def test_a_yes_in_more_words_days_after_telling_erases_too(yes: str) -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.conversation = Conversation()
    assert story.say(f"حذف {story.filed[0].code}") == ("erase.ask",)
    assert story.say(yes) == ("erase.gone",)
    assert story.just == (Erase(story.filed[0].report),)


@pytest.mark.parametrize("said", ["نعم ضربني", "اي رجلي اجه", "نعم لا", "اي بس مو كلشي"])
def test_what_is_told_instead_erases_nothing_and_that_is_said(said: str) -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.conversation = Conversation()
    story.say(f"حذف {story.filed[0].code}")
    assert story.say(said)[0] == "erase.kept"
    assert len(story.cases) == len(story.filed)


_NO_YES = """
    لا تحذفون كلامي|لا اريد تمسحون كلامي|هونت لا تمسحون|بطلت|رجلي مسح الرسائل|هو كال امسحي الرسائل|ليش تمسحون كلامي
    |امسحوا بس اسمي|امسحوا رقم تلفوني|نعم ممكن|اي كلامي|don't delete the report|do not delete it
"""


@pytest.mark.parametrize("said", [said.strip() for said in _NO_YES.split("|")])
@pytest.mark.parametrize("after", [timedelta(minutes=2), timedelta(hours=5)])
def test_whoever_forbids_it_or_speaks_of_another_who_erases_erases_nothing(said: str, after: timedelta) -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("حذف")
    story.say(said, after=after)
    assert not any(isinstance(effect, Erase) for effect in story.just)


_TOLD = """
    واحد يهددني احذفي الرسائل لو اذبحج|اخوي مسح رسائلي وحبسني بالغرفة|رجلي مسح كلشي وراح يذبحني
    |بطلت الشغل لان المدير يتحرش بيه|احذفوا كلشي جاي عليه بالسلاح|forget it he will kill me
"""


@pytest.mark.parametrize("said", [said.strip() for said in _TOLD.split("|")])
def test_words_for_erasing_amid_what_is_told_lose_nothing(said: str) -> None:
    story = Story()
    story.say(said, BEATEN)
    assert len(story.filed) == 1


def test_the_button_of_an_older_question_about_one_does_not_erase_all() -> None:
    story = _two()
    story.say("حذف")
    (one, *_) = story.conversation.options
    story.say("احذفوا كل رسائلي", after=timedelta(minutes=2))
    story.say(choice=one)
    assert len(story.cases) == 2


@pytest.mark.parametrize(("days", "key"), [(None, "erase.gone"), (45, "erase.done")])
@pytest.mark.parametrize("locale", Locale)
def test_of_backups_no_number_of_days_is_promised_that_is_not_true(days: int | None, key: str, locale: Locale) -> None:
    story = Story(backups_days=days, conversation=Conversation(locale=locale))
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("حذف")
    assert story.say("1") == (key,)
    (words,) = story.shown()
    assert ("45" in words.text) == (days is not None)
    assert not days or not any(letter.isdigit() for letter in words.text.replace("45", ""))
    assert count(words.text).parts == 1


@pytest.mark.parametrize("no", ["2", "لا", "الغاء"])
def test_a_no_erases_nothing(no: str) -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("حذف")
    assert story.say(no) == ("erase.kept",)
    assert not story.just
    assert story.say("1") == ("added",)


def test_other_words_at_the_question_are_kept_and_erase_nothing() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("حذف")
    assert story.say("لونه احمر") == ("erase.kept",)
    assert story.just == (Append(story.filed[0].report),)
    assert story.conversation.stage is Stage.IDLE


def test_a_report_is_erased_by_its_code_and_the_ongoing_one_stays() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("بلاغ جديد: انباك تلفوني", THEFT)
    first, second = story.filed
    assert story.say(f"حذف {first.code}") == ("erase.ask",)
    assert story.say("1") == ("erase.gone", "erase.others")
    assert story.just == (Erase(first.report),)
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.report == second.report
    assert story.say(f"حذف {first.code}") == ("status.unknown",)


def test_without_a_report_erasing_asks_which() -> None:
    assert Story().say("حذف") == ("erase.which",)


def test_a_late_yes_to_another_erasure_erases_nothing() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("حذف")
    tap = story.conversation.options[0]
    story.say("لا")
    assert story.say(choice=tap) == ("late",)
    assert not story.just


def test_even_who_asked_for_silence_is_told_of_an_erasure() -> None:
    story = Story(muted=True)
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say("حذف") == ("erase.ask",)
    assert story.say("نعم") == ("erase.gone",)


@pytest.mark.parametrize("text", ["نعم؟", "yes?", "بەڵێ؟", "1؟", "1?"])
def test_a_yes_that_asks_back_erases_nothing(text: str) -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say("حذف") == ("erase.ask",)
    assert story.say(text) == ("erase.kept",)
    assert not [effect for effect in story.effects if isinstance(effect, Erase)]


# ── Several ──────────────────────────────────────────────────────────────────────────────────────────────────
LOCALES = [
    (Locale.AR, "حذف", "حذف الكل"),
    (Locale.CKB, "سڕینەوە", "سڕینەوەی هەموو"),
    (Locale.EN, "DELETE", "DELETE ALL"),
]


def _two(locale: Locale = Locale.AR, channel: Channel = Channel.SMS) -> Story:
    """She told of a man who beats her, and later of a hole in the road."""
    story = Story(channel, conversation=Conversation(locale=locale))
    story.say("زوجي يضربني كل يوم بالكرادة", BEATEN)
    story.say("جديد")
    story.say("اكو مطب كبير", HOLE)
    return story


@pytest.mark.parametrize(("locale", "erase", "everything"), LOCALES)
def test_that_others_remain_is_said_and_how_they_go(locale: Locale, erase: str, everything: str) -> None:
    story = _two(locale)
    beaten, hole = (one.report for one in story.filed)
    assert story.say(erase) == ("erase.ask",)
    assert story.say("1") == ("erase.gone", "erase.others")
    assert story.just == (Erase(hole),)
    assert all(count(shown.text).parts == 1 and not safety.telling(shown.text) for shown in story.shown())
    assert everything in story.shown()[1].text
    assert story.say(everything) == ("erase.ask",)
    assert story.say("1") == ("erase.gone",)
    assert story.just == (Erase(beaten),)


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        (Locale.AR, "احذفوا كل رسائلي"),
        (Locale.AR, "امسحوا كلشي عني"),
        (Locale.AR, "احذفوا بلاغاتي كلها"),
        *((locale, everything) for locale, _, everything in LOCALES),
    ],
)
def test_all_erases_all_after_one_yes(locale: Locale, words: str) -> None:
    story = _two(locale)
    assert story.say(words) == ("erase.ask.all",)
    assert "2" in story.shown()[0].text
    assert count(story.shown()[0].text).parts == 1
    assert story.say("1") == ("erase.gone",)
    assert not story.cases


@pytest.mark.parametrize(("locale", "erase"), [(locale, erase) for locale, erase, _ in LOCALES])
def test_each_code_that_stands_beside_the_wish_is_erased(locale: Locale, erase: str) -> None:
    story = _two(locale)
    story.conversation = Conversation(locale=locale)
    codes = " ".join(one.code for one in story.filed)
    assert story.say(f"{erase} {codes}") == ("erase.ask.all",)
    assert story.say("1") == ("erase.gone",)
    assert not story.cases


def test_one_of_them_by_a_no_stays_and_so_do_all() -> None:
    story = _two()
    story.say("حذف الكل")
    assert story.say("لا") == ("erase.kept",)
    assert len(story.cases) == 2


def test_whoever_gives_no_code_days_later_erases_nothing_by_asking_for_all() -> None:
    story = _two()
    story.conversation = Conversation()
    assert story.say("حذف الكل") == ("erase.which",)


def test_of_what_is_told_only_as_waiting_and_of_what_is_private_no_erasing_speaks() -> None:
    story = _two()
    story.veiled = frozenset({story.filed[0].report})
    story.say("حذف")
    assert story.say("1") == ("erase.gone",)
    story = _two()
    story.say("سري")
    assert story.say("حذف")[0] == "erase.ask"
    assert story.say("1") == ("erase.gone",)
    assert list(story.cases) == [story.filed[0].report]
