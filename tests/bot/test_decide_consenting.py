"""May they receive it? Only an exact yes is one; whatever else is said is heard, and nothing is agreed to.

On a screen; by SMS, tests/bot/test_decide_consenting_by_sms.py.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import commands, consent
from bot.handlers import segments
from bot.vocabulary import Append, Asked, Channel, Consent, Explained, Locale, Put, Revoke, Status
from tests.bot.story import BEATEN, THEFT, Story, catalogue

CONSENT = "c0" * 16
BODY = {Locale.AR: "منتدى الأعظمية", Locale.CKB: "مەکۆی ئەعزەمییە", Locale.EN: "Adhamiya forum"}
AGREES = ("1", "١", "۱", "نعم", "نعم.", "yes", "YES", "بەڵێ")
REFUSES = ("2", "٢", "لا", "كلا", "no", "نەخێر")
# A man who has her phone, haste, politeness, a slip of the thumb: none of it is her yes.
NEITHER = (
    "ok",
    "OK",
    "اوكي",
    "تمام",
    "اي",
    "ايه",
    "طيب",
    "ماشي",
    "يمكن",
    "مو هسه",
    "👍",
    "✅",
    "3",
    "11",
    "12",
    "0",
    "نعم لا",
    "لا نعم",
    "نعم بس لا تگولون لاهلي",
    "شكد تبقى عدهم",
    "منو ذولة",
    "شكرا",
    "...",
    "؟",
    "yes maybe",
    "1 2",
    "موافق ابوي",
    "زوجي يوافق",
    "بلي والله ما ادري",
)


def _asked(channel: Channel = Channel.TELEGRAM, *, answered: bool = False, plain: bool = True) -> Story:
    story = Story(channel)
    story.say("انباك ماطوري بالشعلة", THEFT)
    report = story.filed[0].report
    if answered:
        story.answer(report, "متى حدث ذلك؟", Status.IN_PROGRESS)
    story.asked = Asked(CONSENT, report, BODY, explained=Explained.YES if plain else Explained.PASSED)
    return story


def _agreed(story: Story) -> list[bool]:
    return [effect.given for effect in story.effects if isinstance(effect, Consent)]


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("text", AGREES)
def test_an_exact_yes_is_a_yes(text: str, answered: bool) -> None:  # noqa: FBT001
    story = _asked(answered=answered)
    assert story.say(text) == ("consent.given",)
    assert _agreed(story) == [True]


@pytest.mark.parametrize("text", REFUSES)
def test_a_no_is_a_no(text: str) -> None:
    story = _asked()
    assert story.say(text) == ("consent.no",)
    assert _agreed(story) == [False]


@pytest.mark.parametrize("text", NEITHER)
def test_whatever_else_is_said_agrees_to_nothing(text: str) -> None:
    story = _asked()
    story.say(text)
    assert _agreed(story) == []
    assert story.asked is not None


@pytest.mark.parametrize("text", ["اي بعده يضربني", "نعم سرقوه البارحة"])
def test_what_is_told_beside_a_yes_that_is_none_is_kept(text: str) -> None:
    story = _asked(answered=True)
    story.say(text)
    assert _agreed(story) == []
    assert Append(story.filed[0].report) in story.effects


@pytest.mark.parametrize("text", ["نعم؟", "yes?", "بەڵێ؟", "1؟", "لا؟", "1?"])
def test_a_yes_that_asks_back_agrees_to_nothing(text: str) -> None:
    """In Iraq "نعم؟" is "pardon?"."""
    story = _asked()
    story.say(text)
    assert _agreed(story) == []
    assert story.say("نعم") == ("consent.given",)


@given(st.text(max_size=40))
def test_no_text_but_the_exact_ones_agrees(text: str) -> None:
    story = _asked()
    story.say(text)
    exact = {commands.fold(word) for word in (*AGREES, *REFUSES)}
    assert _agreed(story) == [] or commands.fold(text) in exact or commands.digit(text) in {1, 2}


def test_a_button_answers_as_long_as_its_question_is_open() -> None:
    story = _asked(Channel.TELEGRAM)
    assert story.say(choice=f"v1:consent:yes:{'d0' * 16}") == ("late",)
    assert story.say(choice=f"v1:consent:yes:{CONSENT}") == ("consent.given",)
    assert story.say(choice=f"v1:consent:yes:{CONSENT}") == ("late",)
    assert story.say(choice=f"v1:consent:no:{CONSENT}", after=timedelta(minutes=11)) == ("late",)
    assert _agreed(story) == [True]


def test_a_digit_belongs_to_the_question_that_was_put_last() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري", THEFT)
    story.asked = Asked(CONSENT, story.filed[0].report, BODY, explained=Explained.YES)
    assert story.say("حذف") == ("erase.ask",)
    story.say("1")
    assert _agreed(story) == []


def test_whoever_asks_how_it_stands_is_asked_then() -> None:
    story = _asked()
    keys = story.say("وين وصلت")
    assert keys[-1] == "consent.ask.words"
    assert Put(CONSENT) in story.just
    assert "منتدى الأعظمية" in story.shown()[-1].text
    assert story.say("1") == ("consent.given",)


@pytest.mark.parametrize("text", ["سحب", "اسحب موافقتي", "withdraw", "پاشگەزبوونەوە"])
def test_a_yes_is_taken_back_by_a_word(text: str) -> None:
    story = _asked()
    story.say("نعم")
    assert story.say(text) == ("consent.revoked",)
    assert story.just == (Revoke(story.filed[0].report),)


def test_a_yes_is_taken_back_while_another_question_waits() -> None:
    story = _asked()
    story.say("نعم")
    story.asked = Asked("d0" * 16, story.filed[0].report, BODY, explained=Explained.YES)
    assert story.say("سحب") == ("consent.revoked",)


def test_a_word_beside_a_code_takes_back_the_yes_about_that_report_alone() -> None:
    story = _asked()
    story.say("نعم")
    story.consents |= {"another"}
    assert story.say(f"{story.filed[0].code} سحب") == ("consent.revoked",)
    assert story.consents == {"another"}


def test_without_a_code_every_yes_is_taken_back_also_at_another_question() -> None:
    story = _asked()
    story.say("نعم")
    story.consents |= {"another"}
    story.say("حذف")
    assert story.say("سحب") == ("consent.revoked",)
    assert story.consents == frozenset()


def test_where_only_a_question_waits_taking_back_is_a_no() -> None:
    story = _asked(plain=False)
    assert story.say("سحب") == ("consent.no",)
    assert _agreed(story) == [False]


@pytest.mark.parametrize("text", [*AGREES, *REFUSES])
def test_what_may_be_the_answer_to_something_else_agrees_to_nothing_and_is_asked_about(text: str) -> None:
    story = _asked(answered=True, plain=False)
    assert story.say(text)[-2:] == ("consent.unsure", "consent.ask.words")
    assert _agreed(story) == []
    assert Append(story.filed[0].report) in story.just, "it may be an answer that staff wait for"
    assert story.say("نعم") == ("consent.given",)


def test_a_word_answers_the_question_that_was_put_and_no_later_one() -> None:
    story = _asked(plain=False)
    story.say("نعم")
    assert story.asked is not None
    story.asked = replace(story.asked, consent="d0" * 16)
    story.say("نعم")
    assert _agreed(story) == []


def test_whoever_wants_silence_agrees_to_nothing_that_was_not_put() -> None:
    story = _asked(plain=False)
    story.muted = True
    assert story.say("نعم") == ()
    assert story.say("نعم") == ()
    assert _agreed(story) == []


def test_while_her_word_was_not_said_nothing_agrees_for_her() -> None:
    story = Story()
    story.say("زوجي يضربني محد يدري بالكرادة", BEATEN)
    story.asked = Asked(CONSENT, story.filed[0].report, BODY, explained=Explained.YES)
    assert story.locked
    for text in (*AGREES, *REFUSES):
        story.say(text)
    story.say(choice=f"v1:consent:yes:{CONSENT}")
    assert _agreed(story) == []


def test_a_forwarded_yes_is_somebody_elses() -> None:
    story = _asked()
    story.say("نعم", forwarded=True)
    assert _agreed(story) == []


# ── What the question says ───────────────────────────────────────────────────────────────────────────────────
def _question(channel: Channel, locale: Locale, **asked: object) -> str:
    known = Asked(CONSENT, "r", dict.fromkeys(Locale, BODY[Locale.AR]), **asked)  # type: ignore[arg-type]
    reply = consent.explanation(known, locale) if channel is Channel.SMS else consent.question(known, locale)
    return catalogue().render(reply, channel=channel, locale=locale).text


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
@pytest.mark.parametrize("whose", ["", "police", "outside"])
def test_each_extent_each_term_and_each_kind_of_body_is_asked_in_words_of_its_own(
    locale: Locale, channel: Channel, whose: str
) -> None:
    kind = {whose: True} if whose else {}
    said = {
        (extent, days): _question(channel, locale, extent=extent, days=days, **kind)
        for extent in ("summary", "words", "all")
        for days in (7, 30, 90)
    }
    assert len(set(said.values())) == len(said)
    for (_, days), text in said.items():
        assert str(days) in text
        assert BODY[Locale.AR] in text


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("extent", ["summary", "words", "all"])
@pytest.mark.parametrize("whose", ["", "police", "outside"])
@pytest.mark.parametrize("days", [1, 2, 7, 30, 90])
def test_by_sms_it_says_the_whole_name_the_term_what_silence_means_and_how_to_take_a_yes_back(
    locale: Locale, extent: str, whose: str, days: int
) -> None:
    long = {
        Locale.AR: "المكتب الوطني لحماية الطفل والأسرة في بغداد",
        Locale.CKB: "نووسینگەی نیشتمانی پاراستنی منداڵ و خێزان",
        Locale.EN: "National office for the protection of families",
    }
    known = Asked(CONSENT, "r", long, extent=extent, days=days, police=whose == "police", outside=whose == "outside")
    text = catalogue().render(consent.explanation(known, locale), channel=Channel.SMS, locale=locale).text
    assert long[locale] in text
    assert str(days) in text or (locale is Locale.AR and days in {1, 2})
    assert all(said in text for said in SAID_BY_SMS[locale]), text
    assert segments.count(text).parts <= (4 if whose == "outside" else 3), text


# That a yes can be taken back at any time, by which word, and what no answer means.
SAID_BY_SMS = {
    Locale.AR: ("يمكنك سحبها بأي وقت", "سحب", "بلا جواب خلال يوم: لا"),
    Locale.CKB: ("هەر کات دەتوانیت پاشگەز ببیتەوە", "پاشگەزبوونەوە", "ڕۆژێک بێ وەڵام: نا"),
    Locale.EN: ("Take it back at any time", "WITHDRAW", "No answer within a day: no"),
}


@pytest.mark.parametrize("locale", Locale)
def test_by_sms_police_are_named_and_who_is_outside_keeps_what_they_know(locale: Locale) -> None:
    plain, police, outside = (
        _question(Channel.SMS, locale, extent="all", **kind) for kind in ({}, {"police": True}, {"outside": True})
    )
    named = {Locale.AR: "الشرطة", Locale.CKB: "پۆلیس", Locale.EN: "police"}[locale]
    known = {Locale.AR: "وما عرفوه لا نمحوه", Locale.CKB: "ئەوەی زانییان ناسڕێتەوە", Locale.EN: "what they know stays"}
    assert named in police
    assert named not in plain + outside
    assert known[locale] in outside
    assert known[locale] not in plain + police


@pytest.mark.parametrize(
    ("locale", "silence", "back"),
    [
        (Locale.AR, "السكوت يعني لا", "سحب"),
        (Locale.CKB, "بێدەنگی واتە نا", "پاشگەزبوونەوە"),
        (Locale.EN, "Silence means no", "WITHDRAW"),
    ],
)
def test_on_a_screen_it_says_that_silence_is_no_and_which_word_takes_it_back(
    locale: Locale, silence: str, back: str
) -> None:
    for extent in ("summary", "words", "all"):
        for kind in ("police", "outside", "plain"):
            text = _question(Channel.TELEGRAM, locale, extent=extent, **({} if kind == "plain" else {kind: True}))
            assert silence in text
            assert back in text
    assert commands.withdraws(back, given=True)


# ── Too late ─────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("text", AGREES)
def test_a_yes_to_a_question_that_waits_no_longer_changes_nothing_and_is_told_kindly(text: str) -> None:
    story = _asked()
    assert story.asked is not None
    story.asked = replace(story.asked, late=True)
    assert story.say(text) == ("consent.late",)
    assert _agreed(story) == []


@pytest.mark.parametrize(("said", "told"), [("yes", "consent.late"), ("no", "consent.no")])
def test_a_late_tap_is_answered_as_a_late_word_is(said: str, told: str) -> None:
    story = _asked(Channel.TELEGRAM)
    assert story.asked is not None
    story.asked = replace(story.asked, late=True)
    assert story.say(choice=f"v1:consent:{said}:{CONSENT}") == (told,)
    assert _agreed(story) == []


def test_what_waits_no_longer_is_not_put_again() -> None:
    story = _asked(plain=False)
    assert story.asked is not None
    story.asked = replace(story.asked, late=True)
    keys = (*story.say("وين وصلت"), *story.say("نعم"))
    assert not [key for key in keys if key.startswith("consent.")]
    assert _agreed(story) == []
