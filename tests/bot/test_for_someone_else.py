"""For someone else: one tap or one word, on Telegram and by SMS, and whoever asks for help is told the word."""

import pytest

from bot import commands
from bot.commands import Intent
from bot.replies import Catalogue
from bot.vocabulary import Append, Channel, Locale, Reply
from tests.bot.said import reported
from tests.bot.story import BEATEN, ROOT, THEFT, Story

WORDS = (
    *("لغيري", "عن غيري", "بلاغ عن غيري", "مو الي", "هاي مو الي", "لشخص اخر", "لشخص ثاني", "عن شخص ثاني"),
    *("بۆ کەسێکی تر", "بۆ کەسێکی دیکە", "بۆ خۆم نییە"),
    *("for someone else", "For somebody else", "not for me", "on behalf", "OTHER", "/behalf"),
)
NAMED = {Locale.AR: "لغيري", Locale.CKB: "بۆ کەسێکی تر", Locale.EN: "OTHER"}


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
@pytest.mark.parametrize("word", WORDS)
def test_a_word_marks_what_is_told_next(channel: Channel, word: str) -> None:
    story = Story(channel)
    assert story.say(word) == ("behalf.go",)
    story.say("جاري يضرب مرته", BEATEN)
    assert [filed.behalf for filed in story.filed] == [True]


@pytest.mark.parametrize("text", ["اريد اقدم شكوى عن غيري بالشارع سرقوه", "the other car hit my brother", "غيري"])
def test_a_concern_that_holds_such_a_word_commands_nothing(text: str) -> None:
    assert commands.intent(text, "") is not Intent.BEHALF


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
@pytest.mark.parametrize("locale", list(Locale))
def test_help_names_a_word_that_does_it(channel: Channel, locale: Locale) -> None:
    told = Reply("help.more" if channel is Channel.SMS else "help")
    said = Catalogue.load(ROOT / "locales").render(told, channel=channel, locale=locale).text
    assert NAMED[locale] in said
    assert commands.intent(NAMED[locale], "") is Intent.BEHALF


def test_help_on_telegram_offers_the_tap() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("/help")
    assert "v1:cmd:behalf" in story.conversation.options
    assert story.say(choice="v1:cmd:behalf") == ("behalf.go",)


@pytest.mark.parametrize("locale", Locale)
def test_by_whatsapp_help_names_who_really_knows_there(locale: Locale) -> None:
    shown = Catalogue.load(ROOT / "locales").render
    by_sms, by_whatsapp = (
        shown(Reply(key), channel=Channel.SMS, locale=locale).text for key in ("help", "help.whatsapp")
    )
    assert "Twilio" in by_whatsapp
    assert "Twilio" not in by_sms
    assert not any(word in by_whatsapp for word in ("شركة الاتصال", "کۆمپانیات", "phone company"))


@pytest.mark.parametrize(("address", "key"), [("whatsapp:+9647700000012", "help.whatsapp"), ("+9647700000012", "help")])
def test_who_asks_for_help_by_whatsapp_gets_its_own_words(address: str, key: str) -> None:
    story = Story(Channel.SMS)
    story.address = address
    assert story.say("مساعدة") == (key,)


@pytest.mark.parametrize(("text", "choice"), [("لغيري", ""), ("بۆ کەسێکی تر", ""), ("", "v1:for:other")])
def test_for_someone_else_is_one_tap_and_marks_the_next_report(text: str, choice: str) -> None:
    story = Story(Channel.TELEGRAM)
    story.say("/start")
    assert "v1:cmd:behalf" in story.conversation.options
    assert story.say(text, choice=choice) == ("behalf.go",)
    story.say("جاري يضرب مرته", BEATEN)
    story.say("بلاغ جديد: انباك ماطوري", THEFT)
    assert [filed.behalf for filed in story.filed] == [True, False]


def test_a_door_may_say_that_it_is_for_someone_else() -> None:
    story = Story(Channel.WEB)
    story.say("جاري يضرب مرته", BEATEN, behalf=True)
    assert story.filed[0].behalf


def test_beside_a_report_the_words_are_kept_for_staff() -> None:
    story = reported()
    assert story.say("هاي مو الي") == ("behalf.go",)
    assert story.just == (Append(story.filed[0].report),)
