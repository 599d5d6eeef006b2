"""Whoever waits, prays, thanks or greets beside an open report; and how "is it here?" is answered in words."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decide import waiting
from bot.vocabulary import (
    Alarm,
    Analysis,
    Append,
    Category,
    Channel,
    Erase,
    File,
    Gesture,
    Point,
    Reroute,
    Sequel,
    Stage,
    Status,
    Urgency,
)
from tests.bot.said import HOUR, reported
from tests.bot.story import BEATEN, PLAIN, THEFT_SOMEWHERE, Story, meaning

ALARMED = meaning(Category.OTHER, 0.6, urgency=Urgency.EMERGENCY)
POLICE = meaning(Category.POLICE_MISCONDUCT, 0.8, about_police=True)


def pinned() -> Story:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    assert story.say(point=Point(33.3, 44.4)) == ("pin.ask",)
    return story


# ── How does it stand? ───────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "text",
    [
        "وين وصلتو بموضوعي",
        "شسويتوا ويا بلاغي",
        "صارلي يومين منتظر",
        "صارلي يومين انتظر وماكو رد",
        "ليش ما جاوبتوني",
        "شو ماكو جواب منكم",
        "بعدني انتظر الرد",
        "اريد اعرف شصار ببلاغي",
        "هل يوجد جديد بخصوص بلاغي",
        "شنو صار بموضوع الماطور؟",
        "لحد الان محد اتصل بية",
        "متى راح تحلون المشكلة",
        "السلام عليكم صارلي ٣ ايام انتظر الرد منكم",
        "ممكن اعرف اخر التطورات",
        "any news on my case?",
        "its been two days and no reply",
        "دوو ڕۆژە چاوەڕێم",
        "کەس وەڵامی نەدامەوە",
        "sarli yomen antidhir",
        "wain wisaltu b mawthoo3i",
    ],
)
@pytest.mark.parametrize("analysis", [PLAIN, ALARMED, POLICE], ids=["plain", "alarmed", "police"])
def test_who_waits_is_told_how_it_stands_and_the_words_are_kept(text: str, analysis: Analysis) -> None:
    """However grave a few words of waiting may sound to the model, they raise no alarm and move nothing."""
    story = reported(Channel.SMS)
    assert story.say(text, analysis, after=3 * HOUR) == ("case.new",)
    assert story.just == (Append(story.filed[0].report),)


@pytest.mark.parametrize(
    "text",
    [
        "خابرت الشرطة ومحد جاوب",
        "انتظر بالشارع واكو ناس يراقبوني",
        "ابني طلع من البارحة وماكو خبر عنه",
        "صارلي يومين يضربني",
        "ليش ما تجون راح يكتلني",
        "no answer from my son since yesterday",
        "waiting outside my house with a gun",
        "what happened to my son",
        "ماكو شي",
        "اليوم",
    ],
)
def test_words_that_tell_more_are_not_taken_for_waiting(text: str) -> None:
    assert not waiting.asks(text)


def test_without_an_open_report_the_same_words_are_a_concern() -> None:
    story = Story()
    story.say("صارلي يومين منتظر وماكو رد", PLAIN)
    assert isinstance(story.just[0], File)
    story = reported(Channel.SMS)
    report = story.filed[0].report
    story.answer(report, status=Status.CLOSED)
    story.say("صارلي يومين منتظر وماكو رد", PLAIN)
    assert Append(report) not in story.just


def test_asked_again_the_next_day_it_is_answered_again() -> None:
    story = reported(Channel.SMS)
    for _ in range(2):
        assert story.say("ماكو جواب منكم لحد الان", PLAIN, after=24 * HOUR) == ("case.new",)


def test_a_question_with_more_in_it_is_added_understood_and_answered() -> None:
    story = reported(Channel.SMS)
    assert story.say("شصار ببلاغي الحرامي رجع لبيت جاري", PLAIN) == ("case.new",)
    assert story.just == (Append(story.filed[0].report),)
    grave = meaning(Category.ASSAULT, urgency=Urgency.EMERGENCY, at="IQ-BG-shula")
    keys = story.say("شصار ببلاغي الحرامي هنا وبيده سلاح", grave)
    assert keys[0].startswith("added.emergency")


def test_whoever_wants_silence_is_not_answered_for_waiting() -> None:
    story = reported(Channel.SMS)
    story.say("ايقاف")
    assert story.say("صارلي يومين منتظر", PLAIN) == ()
    assert story.just == (Append(story.filed[0].report),)
    assert story.say("حالة") == ("case.new.silent",)


def test_an_open_question_stays_open_while_somebody_asks_how_it_stands() -> None:
    story = Story()
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    assert story.say("شسويتوا ويا بلاغي", PLAIN) == ("case.new",)
    assert story.conversation.stage is Stage.PLACE


def test_waiting_at_the_question_whether_to_erase_erases_nothing() -> None:
    story = reported(Channel.SMS)
    story.say("حذف")
    assert story.say("صارلي يومين منتظر", PLAIN) == ("case.new",)
    assert not any(isinstance(effect, Erase) for effect in story.effects)


@given(st.lists(st.sampled_from(["for", "days", "the", "my", "من", "ڕۆژ", "صارلي", "شصار", "x"]), max_size=60))
def test_no_text_keeps_the_patterns_busy(words: list[str]) -> None:
    text = " ".join(words)
    assert not waiting.asks(f"{text} qqq zzz")
    assert waiting.begins(text) in {True, False}


# ── Thanks, prayers, greetings ───────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("شكرا جزيلا على سرعة الاستجابة", "welcome"),
        ("جزاكم الله الف خير", "welcome"),
        ("بارك الله بيكم وبجهودكم", "welcome"),
        ("شكرا عمو", "welcome"),
        ("thank you so much for your help", "welcome"),
        ("زۆر سوپاستان دەکەم", "welcome"),
        ("shukran jazeelan walidi", "welcome"),
        ("السلام عليكم", "hello.again"),
        ("صباح الخير", "hello.again"),
        ("ان شاء الله", ""),
        ("حسبي الله ونعم الوكيل", ""),
        ("الحمد لله يا رب", ""),
        ("خوا گەورەیە", ""),
    ],
)
def test_thanks_greetings_and_prayers_beside_an_open_report_are_no_part_of_it(text: str, answer: str) -> None:
    story = reported(Channel.SMS)
    assert story.say(text, PLAIN) == ((answer,) if answer else ())
    assert not story.just


def test_a_prayer_may_be_the_answer_to_the_office_and_is_kept_then() -> None:
    story = reported(Channel.SMS)
    story.answer(story.filed[0].report, "راح تجي باجر؟")
    assert story.say("ان شاء الله", PLAIN) == ()
    assert story.just == (Append(story.filed[0].report),)


@pytest.mark.parametrize("text", ["ولدي", "اختي", "حسبي الله ونعم الوكيل بيه هو باكني", "شكرا بس بعدهم واگفين بالباب"])
def test_a_word_that_may_begin_a_story_is_no_thanks(text: str) -> None:
    story = reported(Channel.SMS)
    story.say(text, PLAIN)
    assert Append(story.filed[0].report) in story.just


# ── Somebody's card; is it here? ─────────────────────────────────────────────────────────────────────────────
def test_a_card_after_a_sticker_is_still_told_that_it_is_not_kept() -> None:
    story = Story(Channel.TELEGRAM)
    assert story.say(gesture=Gesture.STICKER) == ("help",)
    assert story.say(gesture=Gesture.CONTACT) == ("contact.unkept",)
    assert story.say(gesture=Gesture.CONTACT) == ()


@pytest.mark.parametrize("text", ["لا مو هنا", "مو هنا", "غلط", "wrong place", "لێرە نییە"])
def test_a_pin_may_be_taken_back_in_words(text: str) -> None:
    story = pinned()
    assert story.say(text, PLAIN) == ("place.ask",)
    assert any(isinstance(effect, Reroute) for effect in story.just)


@pytest.mark.parametrize("text", ["اي هنا", "صح", "yes here", "بەڵێ لێرەیە"])
def test_a_pin_may_be_confirmed_in_words(text: str) -> None:
    story = pinned()
    assert story.say(text, PLAIN) == ("place.noted",)
    assert not story.just


def test_a_place_named_in_the_answer_is_the_place() -> None:
    story = pinned()
    assert story.say("لا مو هنا بالشعلة", meaning(Category.OTHER, 0.3, at="IQ-BG-shula")) == ("place.noted",)
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.facts.lineage[0] == "IQ-BG-shula"


# ── Danger ───────────────────────────────────────────────────────────────────────────────────────────────────
WAITING = Sequel(apart=-4.0, waits=5.0)


@pytest.mark.parametrize("text", ["وينكم دينزف", "ليش ما تردون راح يذبحني", "صارلي ساعة انتظر والدم ما يوكف؟"])
def test_whoever_waits_in_danger_is_told_the_hotline_and_never_only_how_it_stands(text: str) -> None:
    story = reported(Channel.SMS)
    for after in (HOUR / 60, HOUR / 30, 3 * HOUR):
        keys = story.say(text, replace(ALARMED, flagged=True, sequel=WAITING), after=after)
        assert keys[0].startswith("added.emergency")
        text += " بسرعة"  # a text said once more is not answered
    assert len(story.filed) == 1
    assert isinstance(story.effects[2], Reroute)


def test_whoever_waits_without_danger_in_an_emergency_is_told_how_it_stands() -> None:
    story = reported(Channel.SMS)
    story.say("وينكم دينزف", ALARMED)
    assert story.say("شسويتوا وياه لو بعدكم", replace(PLAIN, sequel=WAITING), after=HOUR)[0].startswith("case.")


def test_an_answer_waits_for_its_code_as_soon_as_what_is_added_is_hers() -> None:
    """The number may have another owner by now."""
    hers = meaning(Category.HARASSMENT, 0.5, sensitive=True, sequel=WAITING)
    story = reported(Channel.SMS)
    story.answer(story.filed[0].report, "راجع المركز")
    keys = story.say("بعدني انتظر وهو يتحرش", hers, after=HOUR)
    assert story.conversation.ongoing is not None
    assert story.conversation.ongoing.facts.sensitive
    assert keys == ("case.in_progress", "answer.code")


@pytest.mark.parametrize("status", [Status.ACKNOWLEDGED, Status.IN_PROGRESS])
def test_what_somebody_works_on_rings_when_it_becomes_an_emergency(status: Status) -> None:
    """They may be asleep, and their report stays with them."""
    story = reported(Channel.SMS)
    first = story.filed[0].report
    story.cases[first] = replace(story.cases[first], status=status)
    story.say("وينكم دينزف", ALARMED, after=12 * HOUR)
    assert story.just[-1] == Alarm(first)
    story.say("بعده ينزف", ALARMED)
    assert Alarm(first) not in story.just  # it rings already


def test_what_nobody_works_on_rings_by_moving_to_the_urgent_desk() -> None:
    story = reported(Channel.SMS)
    story.say("وينكم دينزف", ALARMED, after=12 * HOUR)
    assert [type(effect) for effect in story.just] == [Append, Reroute]


def test_whoever_asked_for_silence_is_not_told_how_it_stands_for_sounding_as_if_they_waited() -> None:
    story = reported(Channel.SMS)
    story.muted = True
    assert story.say("صارلنا هواي وماكو احد يسأل علينا", replace(PLAIN, sequel=WAITING), after=5 * HOUR) == ()


def test_a_locked_reporter_is_told_by_no_waiting_that_a_report_exists() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("زوجي يضربني ولا احد يعرف ان اكتب", replace(BEATEN, fear=True))
    assert story.hidden is not None
    keys = story.say("بعدني انتظر ردكم على شكواي", replace(PLAIN, sequel=WAITING), after=5 * HOUR)
    assert all(key.startswith("decoy.") for key in keys)
