"""What the words do that ask for something: status, a language, silence, how to add."""

from dataclasses import replace

import pytest

from bot.handlers.segments import count
from bot.vocabulary import (
    Analysis,
    Append,
    Category,
    Channel,
    File,
    Language,
    Locale,
    Mute,
    Stage,
    Status,
    Unmute,
    Urgency,
    Wipe,
)
from tests.bot.said import HOUR, reported
from tests.bot.story import BEATEN, PLAIN, THEFT, THEFT_SOMEWHERE, Story, meaning


@pytest.mark.parametrize("text", ["/start", "مساعدة", "السلام عليكم", "؟؟؟", "🙏", "5", "نعم", "استلمت", ""])
def test_what_tells_nothing_gets_the_honest_words(text: str) -> None:
    story = Story()
    assert story.say(text) == ("help",)
    assert count(story.shown()[0].text).parts == 1
    assert not story.just
    assert story.conversation.introduced


def test_a_second_greeting_gets_a_short_one() -> None:
    story = Story()
    story.say("هلو")
    assert story.say("هلو") == ("hello",)


def test_the_carrier_is_named_where_it_is_known() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("/start")
    assert "تيليجرام" in story.shown()[0].text
    story = Story(Channel.SMS)
    story.say("help")
    assert "شركة الاتصال" in story.shown()[0].text


def test_a_cry_in_signs_is_a_report() -> None:
    story = Story()
    story.say("🆘🔥", meaning(Category.FIRE_MEDICAL, 0.6, urgency=Urgency.EMERGENCY))
    assert len(story.filed) == 1


@pytest.mark.parametrize("text", ["؟؟؟", "😭", "5", "نعم", "استلمت"])
def test_with_a_report_the_same_signs_are_added_to_it(text: str) -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say(text, after=72 * HOUR)
    assert story.just == (Append(story.filed[0].report),)


def test_status_by_code_alone_by_word_or_by_both() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    code = story.filed[0].code
    persian = "".join("۰۱۲۳۴۵۶۷۸۹"[int(digit)] for digit in code)
    for text in (code, persian, f"حالة {code}", "حالة", "status"):
        assert story.say(text) == ("case.new",)
        assert not story.just
    story.answer(story.filed[0].report, "نحتاج رقم الماطور")
    assert story.say(code) == ("case.in_progress", "answer")
    assert "نحتاج رقم الماطور" in story.shown()[1].text


def test_an_unknown_code_is_said_kindly_and_status_without_any_asks_for_it() -> None:
    assert Story().say("482913") == ("status.unknown",)
    assert Story().say("حالة") == ("status.which",)


def test_a_code_with_words_adds_to_that_report() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("بلاغ جديد: صوت عالي", THEFT)
    first, second = story.filed
    assert story.say(f"{first.code} لگيته عند جاره") == ("added",)
    assert story.just == (Append(first.report),)
    story.say(f"{second.code} بعده عالي", after=72 * HOUR)
    assert story.just == (Append(second.report),)


@pytest.mark.parametrize(
    "said",
    [
        replace(BEATEN, place=None),
        meaning(Category.WEAPONS_GUNFIRE, urgency=Urgency.EMERGENCY),
        meaning(Category.EXTREMISM),
        replace(PLAIN, about_police=True),
        replace(PLAIN, minor=True),
    ],
)
def test_what_is_grave_is_never_buried_where_a_code_points(said: Analysis) -> None:
    story, plainly = Story(), Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("بلاغ جديد: حفرة بالشارع", THEFT)
    story.say(f"{story.filed[0].code} كلام خطير", said, after=72 * HOUR)
    plainly.say("كلام خطير", said)
    with_code, without = story.just[0], plainly.just[0]
    assert isinstance(with_code, File)
    assert isinstance(without, File)
    assert (with_code.to, replace(with_code.facts, apart=())) == (without.to, without.facts)
    assert set(with_code.facts.apart) <= {story.filed[0].to.office}  # whom it may be about is known by the code


def test_words_with_the_code_of_a_closed_report_are_a_new_one() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.answer(story.filed[0].report, status=Status.CLOSED)
    story.say(f"{story.filed[0].code} رجعوا وباگوا البيت", THEFT)
    assert isinstance(story.just[0], File)


def test_the_language_follows_the_first_concern_and_changes_on_wish() -> None:
    story = Story()
    story.say("ماتۆڕەکەم دزرا", replace(THEFT, language=Language.CKB))
    assert story.last is not None
    assert story.last.locale is Locale.CKB
    assert story.say("لغة") == ("language.ask",)
    assert story.say("۳") == ("language.set",)
    assert story.shown()[0].text == "We will write in English."
    assert story.say("كوردي") == ("language.set",)
    assert story.say(choice="v1:lang:ar") == ("language.set",)
    assert story.conversation.locale is Locale.AR


def test_a_question_that_was_not_understood_is_put_again_in_the_new_language() -> None:
    story = Story()
    story.say("دزیان", replace(THEFT_SOMEWHERE, language=Language.KMR))
    assert story.say("کوردی") == ("place.ask",)
    assert story.last is not None
    assert story.last.locale is Locale.CKB


def test_stop_brings_silence_but_loses_nothing() -> None:
    story = Story()
    assert story.say("إيقاف") == ("stopped",)
    assert story.effects == [Mute()]
    assert story.say("انباك ماطوري", THEFT_SOMEWHERE) == ()
    report = story.filed[0].report
    assert story.conversation.stage is Stage.IDLE
    assert story.say("لونه احمر") == ()
    assert Append(report) in story.effects
    assert story.say("هلو") == ()
    assert story.say("حالة") == ("case.new.silent",)
    assert story.say("مساعدة") == ("help",)
    assert story.say("استئناف") == ("resumed",)
    assert Unmute() in story.effects
    assert story.say("شي ثاني") == ("added",)


def test_start_ends_the_silence_too() -> None:
    story = Story(muted=True)
    assert story.say("/start") == ("resumed",)


def test_thanks_are_welcome_and_reach_an_office_that_has_answered() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say("شكرا") == ("welcome",)
    assert not story.just
    story.answer(story.filed[0].report)
    assert story.say("تمام") == ()
    assert story.just == (Append(story.filed[0].report),)


def test_add_says_how() -> None:
    story = Story()
    assert story.say("اضافة") == ("add.which",)
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say("اضافة") == ("add.go",)


# ── Stop ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_stop_and_then_a_report_is_filed_without_a_word_and_start_ends_it() -> None:
    """Group 43."""
    story = Story()
    assert story.say("إِيقَاف") == ("stopped",)
    assert story.effects == [Mute()]
    assert story.say("انباك ماطوري بالشعلة", THEFT) == ()
    assert len(story.filed) == 1
    assert story.say("START") == ("resumed",)
    assert story.effects[-1] == Unmute()


@pytest.mark.parametrize(
    "text", ["stop the shooting in my street", "اوقفوا الرمي بشارعنا", "كافي", "كافي ظلم", "الغاء الحفلات بالليل"]
)
def test_what_asks_somebody_else_to_stop_is_a_report(text: str) -> None:
    """Group 43."""
    story = Story()
    story.say(text, THEFT)
    assert len(story.filed) == 1
    assert not story.muted


# ── Wiping ───────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("text", ["/wipe", "/مسح", "/wipe@muntada_bot", "امسح المحادثة", "delete chat", "سڕینەوەی چات"])
@pytest.mark.parametrize("muted", [True, False])
def test_wiping_clears_the_chat_and_says_nothing_in_it(text: str, muted: bool) -> None:  # noqa: FBT001
    """Group 56: it is not erasing; how the report stands can be asked afterwards."""
    story = reported()
    story.muted = muted
    assert story.say(text) == ()
    assert story.just == (Wipe(),)
    assert story.say(story.filed[0].code)[0].startswith("case.new")


def test_wiping_works_beside_every_question() -> None:
    story = reported()
    story.say("حذف")
    assert story.say("/wipe") == ()
    assert story.just == (Wipe(),)
    assert story.say("نعم") != ("erase.gone",)


def test_by_sms_it_is_said_that_only_the_phone_can_do_it() -> None:
    story = reported(Channel.SMS)
    assert story.say("امسح المحادثة") == ("wipe.phone",)
    assert not story.just
    assert count(story.shown()[0].text).parts == 1


def test_after_erasing_on_telegram_wiping_is_one_tap() -> None:
    story = reported()
    story.say("حذف")
    assert story.say("نعم") == ("erase.gone",)
    assert [button.choice for button in story.shown()[0].buttons] == ["v1:cmd:wipe"]
    assert story.say(choice="v1:cmd:wipe") == ()
    assert story.just == (Wipe(),)
