"""Help by SMS: the carrier's knowledge, how to be secret and how to erase in one part; the rest at a word."""

import pytest

from bot import commands
from bot.commands import Intent
from bot.handlers.segments import count
from bot.nlp.analyse import analyse
from bot.vocabulary import Append, Category, Channel, Language, Locale, Mode, Reply, Urgency
from tests.bot.discretion import LATER, afraid
from tests.bot.said import HOUR, reported
from tests.bot.story import THEFT, THEFT_SOMEWHERE, Story, catalogue, meaning
from tests.shipped import shipped

SHOTS = meaning(Category.WEAPONS_GUNFIRE, at="IQ-BG-karrada", urgency=Urgency.EMERGENCY)
MORE = {Locale.AR: "مزيد", Locale.CKB: "زیاتر", Locale.EN: "MORE"}
HELP = {Locale.AR: "مساعدة", Locale.CKB: "یارمەتی", Locale.EN: "help"}
NAMED = {
    Locale.AR: ("سري", "حذف", "مزيد"),
    Locale.CKB: ("نهێنی", "سڕینەوە", "زیاتر"),
    Locale.EN: ("PRIVATE", "CAREFUL", "DELETE", "MORE"),
}


def _said(key: str, locale: Locale) -> str:
    return catalogue().render(Reply(key), channel=Channel.SMS, locale=locale).text


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize(
    ("page", "knows"),
    [
        ("help", {Locale.AR: "شركة الاتصال", Locale.CKB: "کۆمپانیات", Locale.EN: "phone company"}),
        ("help.whatsapp", dict.fromkeys(Locale, "Twilio")),
    ],
)
def test_one_part_says_who_else_knows_and_names_words_that_keep_secret_erase_and_tell_more(
    page: str, knows: dict[Locale, str], locale: Locale
) -> None:
    text = _said(page, locale)
    assert count(text).parts == 1
    assert knows[locale] in text
    assert all(word in text for word in NAMED[locale])
    meant = {commands.intent(word, "") for word in NAMED[locale]}
    assert meant - {Intent.DISCREET} == {Intent.PRIVATE, Intent.ERASE, Intent.MORE}


@pytest.mark.parametrize("greeting", ["هلو", "السلام عليكم", "سڵاو", "hello", "start"])
def test_a_first_greeting_is_answered_by_that_one_part(greeting: str) -> None:
    story = Story()
    assert story.say(greeting) == ("help",)
    assert [count(each.text).parts for each in story.shown()] == [1]


@pytest.mark.parametrize("locale", Locale)
def test_its_word_brings_the_rest_in_one_part_and_in_the_language_that_named_it(locale: Locale) -> None:
    story = Story()
    assert story.say(HELP[locale], analyse(shipped(), HELP[locale])) == ("help",)
    assert story.say(MORE[locale], analyse(shipped(), MORE[locale])) == ("help.more",)
    (rest,) = story.shown()
    assert rest.text == _said("help.more", locale)
    assert count(rest.text).parts == 1


@pytest.mark.parametrize("word", ["مزيد", "المزيد", "زياتر", "more"])
def test_an_open_question_stays_open_behind_it(word: str) -> None:
    story = Story()
    assert story.say("انباك ماطوري", THEFT_SOMEWHERE) == ("filed.place",)
    assert story.say(word) == ("help.more",)
    assert not story.just
    assert story.say("الشعلة") == ("place.noted",)


def test_no_digit_asks_for_it_for_a_digit_is_an_answer() -> None:
    story = Story()
    story.say("مساعدة")
    assert story.conversation.options == ()


def test_at_the_question_whether_to_erase_it_is_told_and_nothing_is_erased() -> None:
    story = reported(Channel.SMS)
    assert story.say("حذف") == ("erase.ask",)
    assert "help.more" in story.say("مزيد")
    assert not story.just


def test_in_an_open_emergency_the_number_comes_before_it() -> None:
    story = Story()
    story.say("هسه رمي قوي بالكرادة", SHOTS)
    assert story.say("مساعدة") == ("danger", "help")
    assert story.say("مزيد") == ("danger", "help.more")
    assert "911" in story.shown()[0].text


def test_whom_the_office_has_answered_may_mean_the_office() -> None:
    story = reported(Channel.SMS)
    assert story.say("مزيد") == ("help.more",)
    assert not story.just
    story.answer(story.filed[0].report)
    assert story.say("مزيد") == ("help.more",)
    assert story.just == (Append(story.filed[0].report),)


@pytest.mark.parametrize("text", ["تعرفون رقمي؟", "منو يقرا رسالتي"])
def test_who_asks_who_reads_this_is_told_so_and_of_the_carrier_once_an_hour(text: str) -> None:
    story = Story()
    assert story.say(text) == ("help", "help.more")
    assert all(count(each.text).parts == 1 for each in story.shown())
    assert story.say(text) == ("help.more",)
    assert story.say(text, after=2 * HOUR) == ("help", "help.more")


def test_in_private_it_is_told_like_anybody() -> None:
    story = Story()
    story.say("سري")
    assert story.say("مساعدة") == ("help",)
    assert story.say("مزيد") == ("help.more",)
    assert story.talk is not None
    assert story.talk.mode is Mode.PRIVATE


def test_whoever_holds_a_locked_phone_learns_nothing_by_it() -> None:
    story = afraid()
    for word in ("مساعدة", "مزيد", "more", "زیاتر"):
        assert all(key.startswith("decoy.") for key in story.say(word, after=LATER)), word


def test_elsewhere_the_word_brings_all_of_it() -> None:
    story = Story(Channel.TELEGRAM)
    assert story.say("مزيد") == ("help",)


@pytest.mark.parametrize("text", ["اريد مزيد من الدوريات بالشارع", "more thieves every night", "زیاتر لە سێ دز هاتن"])
def test_a_concern_that_holds_the_word_is_a_concern(text: str) -> None:
    story = Story()
    assert commands.intent(text, "") is None
    assert story.say(text, THEFT) == ("filed",)


def test_a_language_that_was_chosen_stays() -> None:
    story = Story()
    story.say("english")
    assert story.say("مزيد", meaning(language=Language.AR)) == ("help.more",)
    assert story.shown()[0].text == _said("help.more", Locale.EN)
