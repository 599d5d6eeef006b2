"""A yes counts only as the answer to the last thing that we said; what else sounds like one is told which digits do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.handlers.segments import count
from bot.vocabulary import Append, Asked, Channel, Consent, Explained, Locale, Put, Reply, Stage, Status
from tests.bot.story import BEATEN, THEFT, Story, catalogue, meaning

CONSENT, OTHER = "c0" * 16, "d0" * 16
BODY = {Locale.AR: "منتدى الأعظمية", Locale.CKB: "مەکۆی ئەعزەمییە", Locale.EN: "Adhamiya forum"}
QUESTION, UNSURE, OFFER, NUDGE = "consent.ask.words", ("consent.unsure",), "consent.offer", ("consent.nudge",)
SCREENS = (Channel.TELEGRAM, Channel.WEBHOOK)


def _filed(channel: Channel, *, offered: bool = False, explained: Explained = Explained.NO) -> Story:
    story = Story(channel)
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.asked = Asked(CONSENT, story.filed[0].report, BODY, offered=offered, explained=explained)
    return story


def _read() -> Story:
    """By SMS: the line came, was answered by its digit, and the question arrived."""
    story = _filed(Channel.SMS, offered=True)
    assert story.say("1") == (QUESTION,)
    return story


def _shown(channel: Channel = Channel.TELEGRAM) -> Story:
    """On a screen: the question is the last thing that came."""
    return _filed(channel, explained=Explained.YES)


def _agreed(story: Story) -> list[bool]:
    return [effect.given for effect in story.effects if isinstance(effect, Consent)]


# ── What the office asked since ──────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("text", ["نعم", "3", "yes", "بەڵێ", "موافق"])
def test_by_sms_what_the_office_asked_after_the_question_gets_the_answer(text: str) -> None:
    story = _read()
    story.answer(story.filed[0].report, "هل تريدين أن نتصل بك اليوم؟", Status.IN_PROGRESS)
    story.say(text)
    assert _agreed(story) == []
    assert Append(story.filed[0].report) in story.just


def test_whoever_was_willing_needs_the_line_its_digit_the_question_and_the_yes() -> None:
    story = _read()
    story.answer(story.filed[0].report, "كم شخصا كانوا؟", Status.IN_PROGRESS)
    assert story.say("3")[-1:] == (OFFER,)
    assert story.say("1") == (QUESTION,)
    assert story.say("3") == ("consent.given",)


@pytest.mark.parametrize("text", ["نعم", "1", "yes", "بەڵێ"])
def test_on_a_screen_too_also_where_the_talk_itself_had_put_the_question(text: str) -> None:
    story = _shown()
    assert story.say("وين وصلت")[-1:] == (QUESTION,)
    story.answer(story.filed[0].report, "هل تريد أن نتصل بك؟", Status.IN_PROGRESS)
    assert story.say(text)[-2:] == (*UNSURE, QUESTION)
    assert Append(story.filed[0].report) in story.just
    assert _agreed(story) == []
    assert story.say("1") == ("consent.given",)


@pytest.mark.parametrize("text", ["1", "3"])
def test_at_the_line_too_a_digit_may_be_for_what_the_office_asked_since(text: str) -> None:
    story = _filed(Channel.SMS)
    assert story.say("وين وصلت")[-1:] == (OFFER,)
    story.answer(story.filed[0].report, "كم شخصا كانوا؟", Status.IN_PROGRESS)
    assert story.say(text)[-1:] == (OFFER,)
    assert Append(story.filed[0].report) in story.just


@pytest.mark.parametrize("text", ["2", "لا"])
def test_a_no_is_heard_all_the_same_and_staff_read_it_too(text: str) -> None:
    story = _read()
    story.answer(story.filed[0].report, "هل تريدين أن نتصل بك؟", Status.IN_PROGRESS)
    assert story.say(text) == ("consent.no",)
    assert _agreed(story) == [False]
    assert Append(story.filed[0].report) in story.just


@pytest.mark.parametrize("channel", [*SCREENS, Channel.SMS])
def test_a_no_after_a_reply_of_ours_is_heard(channel: Channel) -> None:
    story = _read() if channel is Channel.SMS else _shown(channel)
    assert story.say("اقرا") == ("added",)
    assert story.say("لا شكرا") == ("consent.no",)


# ── What we said since ───────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("said", ["شسوي", "مساعدة", "جديد", "كوردي", "السلام عليكم", "123456"])
@pytest.mark.parametrize("text", ["نعم", "1", "yes"])
@pytest.mark.parametrize("channel", SCREENS)
def test_after_a_reply_of_ours_a_bare_yes_is_none(channel: Channel, said: str, text: str) -> None:
    story = _shown(channel)
    story.say(said)
    story.say(text)
    assert _agreed(story) == []


@pytest.mark.parametrize("channel", [*SCREENS, Channel.SMS])
def test_the_digit_of_advice_on_a_newer_report_is_for_that(channel: Channel) -> None:
    story = _read() if channel is Channel.SMS else _shown(channel)
    story.say("بلاغ جديد: حفرة كبيرة بالشارع", meaning(at="IQ-BG-karrada"))
    assert len(story.filed) == 2
    keys = story.say("1")
    assert keys[0].startswith("advice."), keys
    assert not any(key.startswith("consent.") for key in keys)
    assert _agreed(story) == []


def test_the_line_is_not_read_by_the_digit_of_advice_on_a_newer_report() -> None:
    story = _filed(Channel.SMS, offered=True)
    story.say("بلاغ جديد: حفرة كبيرة بالشارع", meaning(at="IQ-BG-karrada"))
    assert story.say("1")[0].startswith("advice.")
    assert story.say("نعم") == (QUESTION,)


# ── Said unread ──────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("first", "second"), [("نعم", "نعم"), ("yes", "نعم."), ("3", "3"), ("بەڵێ", "بەڵێ")])
def test_what_asked_to_read_does_not_agree_when_it_comes_once_more(first: str, second: str) -> None:
    story = _filed(Channel.SMS, offered=True)
    assert story.say(first) == (QUESTION,)
    assert story.say(second) == UNSURE
    assert _agreed(story) == []
    assert story.say("3") == ("consent.given",)


def test_two_questions_need_each_a_yes_of_its_own() -> None:
    story = _read()
    story.asked = Asked(OTHER, story.filed[0].report, BODY, offered=True)
    assert story.say("3") == (QUESTION,)
    assert story.say("3") == UNSURE
    assert _agreed(story) == []


@pytest.mark.parametrize("channel", [*SCREENS, Channel.SMS])
def test_what_was_said_while_the_question_was_on_its_way_agrees_to_nothing(channel: Channel) -> None:
    story = _read() if channel is Channel.SMS else _shown(channel)
    assert story.asked is not None
    story.asked = replace(story.asked, explained=Explained.LEAVING)
    assert "consent.unsure" in story.say("نعم")
    assert _agreed(story) == []


# ── What sounds like a yes ───────────────────────────────────────────────────────────────────────────────────
LEANING = (
    "نعم موافقة",
    "موافقة",
    "موافقه",
    "نعم اوافق",
    "اوكي",
    "اي",
    "طيب",
    "yes please",
    "sure",
    "بلێ",
    "ئەرێ",
    "👍",
)
MARKED = ("نعم 👎", "نعم ❌", "🚫نعم🚫", "yes 🙅", "بەڵێ ❌")


@pytest.mark.parametrize("text", [*LEANING, *MARKED, "3 ❌", "-3", "33", "3%"])
def test_by_sms_one_line_says_which_digits_answer_and_then_they_do(text: str) -> None:
    story = _read()
    assert story.say(text) == UNSURE
    assert _agreed(story) == []
    assert story.say("3") == ("consent.given",)


@pytest.mark.parametrize("text", [*LEANING, *MARKED])
def test_on_a_screen_too(text: str) -> None:
    story = _shown()
    assert story.say(text) == UNSURE
    assert _agreed(story) == []
    assert story.say("1") == ("consent.given",)


@pytest.mark.parametrize(
    "text", ["نعم", "نعم.", " نعم ", "نعم!!", "(3)", "٣", "3️⃣", "بەڵێ", "بەلێ", "YES.", '"نعم"', "نعم\u200f"]
)
def test_points_and_marks_beside_a_yes_and_the_letters_of_another_keyboard_leave_it_exact(text: str) -> None:
    story = _read()
    assert story.say(text) == ("consent.given",)


@pytest.mark.parametrize("text", ["لا", "لا شكرا", "ما اوافق", "نا", "نەخێر", "نەخیر", "no thanks", "لا ❤", "2"])
@pytest.mark.parametrize("read", [False, True])
def test_a_no_is_heard_in_more_words(text: str, read: bool) -> None:  # noqa: FBT001
    story = _read() if read else _filed(Channel.SMS, offered=True)
    assert story.say(text) == ("consent.no",)


@pytest.mark.parametrize("locale", Locale)
def test_the_line_names_the_digits_as_they_are_heard_and_is_one_part(locale: Locale) -> None:
    for channel, yes in ((Channel.SMS, "3"), (Channel.TELEGRAM, "1")):
        text = catalogue().render(Reply("consent.unsure"), channel=channel, locale=locale).text
        assert yes in text
        assert "2" in text
        assert count(text).parts == 1


# ── With the code ────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("text", ["3", "نعم"])
def test_beside_the_code_a_yes_counts_once_the_question_was_put(text: str) -> None:
    story = _read()
    story.conversation = replace(story.conversation, stage=Stage.IDLE, options=())
    assert story.say(f"{story.filed[0].code} {text}") == ("consent.given",)


@pytest.mark.parametrize("text", ["3", "نعم", "موافق"])
def test_beside_the_code_before_that_it_brings_the_line(text: str) -> None:
    story = _filed(Channel.SMS)
    assert story.say(f"{story.filed[0].code} {text}") == (OFFER,)
    assert story.just == ()


@pytest.mark.parametrize("text", ["3", "نعم"])
def test_beside_the_code_after_the_line_it_reads_the_question_and_then_agrees(text: str) -> None:
    story = _filed(Channel.SMS)
    coded = f"{story.filed[0].code} {text}"
    assert story.say(coded) == (OFFER,)
    assert story.say(coded) == (QUESTION,)
    assert story.say(coded) == UNSURE
    assert story.say(coded) == ("consent.given",)


def _sealed(channel: Channel = Channel.SMS, explained: Explained = Explained.NO) -> Story:
    """A report at a desk for women, by somebody who asked for no discretion."""
    story = Story(channel)
    story.say("زوجي يضربني كل يوم بالكرادة", BEATEN)
    story.asked = Asked(CONSENT, story.filed[0].report, BODY, explained=explained, coded=True)
    return story


@pytest.mark.parametrize("texts", [("1", "1", "3"), ("نعم", "نعم", "نعم"), ("وين وصلت", "1", "3"), ("موافق", "3")])
@pytest.mark.parametrize("channel", [*SCREENS, Channel.SMS])
def test_of_a_sealed_desk_a_phone_alone_neither_reads_nor_agrees(channel: Channel, texts: tuple[str, ...]) -> None:
    story = _sealed(channel)
    for text in texts:
        keys = story.say(text)
        assert not any(key.startswith("consent.") and key != "consent.nudge" for key in keys)
        assert Put(CONSENT) not in story.just
    assert _agreed(story) == []


def test_a_report_that_became_sealed_between_the_line_and_its_digit_is_not_read_out() -> None:
    story = _filed(Channel.SMS, offered=True)
    assert story.asked is not None
    story.asked = replace(story.asked, coded=True)
    assert story.say("1") == NUDGE


def test_a_button_below_what_was_shown_before_it_became_sealed_agrees_to_nothing() -> None:
    story = _sealed(Channel.TELEGRAM, Explained.YES)
    assert story.say(choice=f"v1:consent:yes:{CONSENT}") == NUDGE
    assert story.say("نعم") == NUDGE
    assert _agreed(story) == []
    assert story.say(choice=f"v1:consent:no:{CONSENT}") == ("consent.no",)


def test_with_the_code_it_is_read_and_agreed_to_in_the_talk_that_the_code_opened() -> None:
    story = _sealed()
    assert story.say(story.filed[0].code)[-1:] == (OFFER,)
    assert story.say("1") == (QUESTION,)
    assert story.say("موافقة") == UNSURE
    assert story.say("3") == ("consent.given",)


def test_on_a_screen_its_button_counts_in_that_talk_and_not_after_it() -> None:
    for after, told in ((timedelta(minutes=29), ("consent.given",)), (timedelta(minutes=30), NUDGE)):
        story = _sealed(Channel.TELEGRAM)
        assert story.say(story.filed[0].code)[-1:] == (QUESTION,)
        assert story.say(choice=f"v1:consent:yes:{CONSENT}", after=after) == told


def test_half_an_hour_later_the_code_is_needed_again_and_then_one_text_is_enough() -> None:
    story = _sealed()
    story.say(story.filed[0].code)
    story.say("1")
    assert story.say("3", after=timedelta(minutes=31)) == NUDGE
    assert story.say(f"{story.filed[0].code} 3") == ("consent.given",)
