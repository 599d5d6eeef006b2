"""By SMS one line goes first; the question follows on its digit, and no yes counts before it has left for them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import commands, consent
from bot.handlers.segments import count
from bot.vocabulary import Append, Asked, Channel, Consent, Explained, Locale, Mode, Put, Stage, Status
from tests.bot.story import BEATEN, THEFT, THEFT_SOMEWHERE, Story, catalogue, meaning
from tests.bot.test_outbound import sms

CONSENT, LATER = "c0" * 16, "d0" * 16
BODY = {Locale.AR: "منتدى الأعظمية", Locale.CKB: "مەکۆی ئەعزەمییە", Locale.EN: "Adhamiya forum"}
READS = ("1", "١", "نعم", "yes", "بەڵێ", "موافق", "اوكي", "اي", "3", "نعم؟")
REFUSES = ("2", "٢", "لا", "no", "نەخێر", "سحب")
QUESTION = "consent.ask.words"
NAME = 120  # letters of a name, at most (storage.tables.directory)
OFFER = ("consent.offer",)


def _offered(*, last: bool = True, report: str = "") -> Story:
    """A report, and the line sent to its reporter. last: nothing of ours came after it."""
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.asked = Asked(CONSENT, report or story.filed[0].report, BODY, offered=last)
    return story


def _read() -> Story:
    """Whoever has asked to read, and was sent the question."""
    story = _offered()
    assert story.say("1") == (QUESTION,)
    return story


def _agreed(story: Story) -> list[bool]:
    return [effect.given for effect in story.effects if isinstance(effect, Consent)]


def _agrees(story: Story, *, read_by: str) -> tuple[str, ...]:
    """What "3" brings; where it was "3" that asked to read, the first one agrees to nothing."""
    if commands.digit(read_by) == 3:
        assert story.say("3") == ("consent.unsure",)
    return story.say("3")


# ── The line ─────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("locale", Locale)
def test_the_line_is_one_part_and_tells_neither_who_nor_what(locale: Locale) -> None:
    text = catalogue().render(consent.offer(), channel=Channel.SMS, locale=locale).text
    assert count(text).parts == 1
    assert "1" in text
    assert "2" in text
    told = {Locale.AR: ("شرطة", "منتدى", "بلاغ"), Locale.CKB: ("پۆلیس", "مەکۆ"), Locale.EN: ("police", "forum")}
    assert not any(word in text for word in told[locale])


@pytest.mark.parametrize("locale", Locale)
def test_the_question_says_which_digits_answer_it_as_they_do(locale: Locale) -> None:
    known = Asked(CONSENT, "r", BODY)
    text = catalogue().render(consent.explanation(known, locale), channel=Channel.SMS, locale=locale).text
    digits = {int(line[0]): line[2:] for line in text.splitlines()[1:]}
    assert set(digits) == {2, 3}
    choices = consent.explained(CONSENT)
    for place, word in digits.items():
        given = {"نعم": True, "بەڵێ": True, "yes": True}.get(word, False)
        assert choices[place - 1] == consent.choice(CONSENT, given=given)


@pytest.mark.parametrize("locale", Locale)
def test_with_the_longest_name_it_is_as_many_parts_as_the_catalogue_says(locale: Locale) -> None:
    word = {Locale.AR: "مركز شرطة المنصور ", Locale.CKB: "بنکەی پۆلیسی مەنسوور ", Locale.EN: "Mansour police "}
    longest = dict.fromkeys(Locale, (word[locale] * 9)[:NAME])
    stated = dict(sms(locale))
    for extent in ("summary", "words", "all"):
        for whose in ("", "police", "outside"):
            kind = {whose: True} if whose else {}
            asked = [Asked(CONSENT, "r", longest, extent=extent, days=days, **kind) for days in (1, 2, 3, 11, 90)]  # type: ignore[arg-type]
            said = [consent.explanation(one, locale) for one in asked]
            texts = [catalogue().render(one, channel=Channel.SMS, locale=locale).text for one in said]
            assert max(count(text).parts for text in texts) <= stated[said[0].key]


@pytest.mark.parametrize("text", READS)
def test_whatever_sounds_like_a_yes_to_the_line_is_answered_by_the_question_and_agrees_to_nothing(text: str) -> None:
    story = _offered()
    assert story.say(text) == (QUESTION,)
    assert story.just == (Put(CONSENT),)
    assert "منتدى الأعظمية" in story.shown()[0].text
    assert _agreed(story) == []
    assert _agrees(story, read_by=text) == ("consent.given",)


@pytest.mark.parametrize("text", REFUSES)
@pytest.mark.parametrize("read", [False, True])
def test_a_no_counts_at_once(text: str, read: bool) -> None:  # noqa: FBT001
    story = _read() if read else _offered()
    assert story.say(text) == ("consent.no",)
    assert _agreed(story) == [False]


@pytest.mark.parametrize("text", ["3", "٣", "نعم", "yes", "بەڵێ"])
def test_a_yes_to_the_question_is_one(text: str) -> None:
    story = _read()
    assert story.say(text) == ("consent.given",)
    assert _agreed(story) == [True]


def test_the_digit_that_asks_to_read_never_agrees_however_often_it_comes() -> None:
    story = _offered()
    for _ in range(4):
        assert story.say("1") == (QUESTION,)
    assert _agreed(story) == []


@given(st.text(max_size=40))
def test_no_text_agrees_to_what_was_only_offered(text: str) -> None:
    story = _offered()
    story.say(text)
    assert True not in _agreed(story)


@given(st.text(max_size=40))
def test_no_text_but_the_exact_ones_agrees_to_the_question(text: str) -> None:
    story = _read()
    story.say(text)
    exact = {commands.fold(word) for word in ("نعم", "بەڵێ", "yes")}
    assert True not in _agreed(story) or commands.fold(text) in exact or commands.digit(text) == 3


# ── On its way ───────────────────────────────────────────────────────────────────────────────────────────────
def _leaving(story: Story, how: Explained) -> Story:
    assert story.asked is not None
    story.asked = replace(story.asked, explained=how)
    return story


@pytest.mark.parametrize("text", ["3", "نعم"])
def test_a_yes_that_was_said_before_the_question_left_is_none_and_is_told_so(text: str) -> None:
    story = _leaving(_read(), Explained.LEAVING)
    assert story.say(text) == ("consent.unsure",)
    assert _agreed(story) == []
    assert _leaving(story, Explained.YES).say(text) == ("consent.given",)


def test_who_asks_to_read_twice_is_not_sent_it_twice_while_it_is_on_its_way() -> None:
    story = _leaving(_read(), Explained.LEAVING)
    assert story.say("1") == ()
    assert story.conversation.stage is Stage.CONSENT
    assert story.say("2") == ("consent.no",)


@pytest.mark.parametrize("text", ["3", "نعم"])
def test_what_never_left_is_sent_anew_instead_of_taken_for_read(text: str) -> None:
    story = _leaving(_read(), Explained.NO)
    assert story.say(text) == (QUESTION,)
    assert _agreed(story) == []


# ── Other things meanwhile ───────────────────────────────────────────────────────────────────────────────────
def test_how_it_stands_brings_the_line_and_not_the_question() -> None:
    story = _offered(last=False)
    assert story.say("وين وصلت")[-1:] == OFFER
    assert Put(CONSENT) not in story.just
    assert story.say("1") == (QUESTION,)


@pytest.mark.parametrize("text", ["1", "نعم", "2", "لا", "3"])
def test_what_may_be_the_answer_to_what_staff_asked_since_is_kept_and_the_line_comes_again(text: str) -> None:
    story = _offered(last=False)
    story.answer(story.filed[0].report, "متى حدث ذلك؟", Status.IN_PROGRESS)
    assert story.say(text)[-1:] == OFFER
    assert Append(story.filed[0].report) in story.just
    assert _agreed(story) == []


def test_a_digit_at_a_question_of_ours_answers_that_and_the_line_comes_again() -> None:
    story = Story()
    story.say("انباك ماطوري", THEFT_SOMEWHERE)
    story.asked = Asked(CONSENT, story.filed[0].report, BODY, offered=True)
    story.say("حذف")
    assert story.say("2")[-1:] == OFFER
    assert story.cases
    assert _agreed(story) == []


def test_nothing_is_offered_about_what_was_just_erased() -> None:
    story = _offered()
    story.say("حذف")
    assert not any(key.startswith("consent.") for key in story.say("1"))
    assert not story.cases


def test_a_digit_is_for_the_line_that_came_last_and_never_agrees_to_what_was_read_before() -> None:
    for text, told in (("1", (QUESTION,)), ("2", ("consent.no",)), ("3", (QUESTION,))):
        story = _read()
        story.asked = Asked(LATER, story.filed[0].report, BODY, offered=True)
        assert story.say(text) == told
        assert [one.consent for one in story.just if isinstance(one, Consent | Put)] == [LATER]
        assert True not in _agreed(story)


@pytest.mark.parametrize("text", ["1", "نعم", "3"])
def test_too_late_nothing_is_read_out_and_nothing_agreed_to(text: str) -> None:
    for story in (_offered(), _read()):
        assert story.asked is not None
        story.asked = replace(story.asked, late=True)
        assert story.say(text) == ("consent.late",)
        assert _agreed(story) == []


def test_a_yes_taken_back_ends_it_also_before_it_was_read() -> None:
    story = _read()
    story.say("3")
    assert story.say("سحب") == ("consent.revoked",)


def test_whoever_wants_silence_is_sent_nothing_and_agrees_to_nothing() -> None:
    story = _offered()
    story.muted = True
    for text in ("1", "3", "نعم"):
        assert story.say(text) == ()
        _leaving(story, Explained.NO)  # what was not sent was not read
    assert True not in _agreed(story)


# ── A question of ours that is older than the line ───────────────────────────────────────────────────────────
def _asked_where() -> Story:
    """A report of which we asked where it was, and after that the line."""
    story = Story()
    assert story.say("انباك ماطوري", THEFT_SOMEWHERE)[-1:] == ("filed.place",)
    story.asked = Asked(CONSENT, story.filed[0].report, BODY, offered=True)
    return story


def _unsure_of_two() -> Story:
    """Two reports of which we asked whether they are one, and after that the line."""
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.conversation = replace(
        story.conversation, stage=Stage.BELONGS, before=story.conversation.ongoing, options=("v1:one:x", "v1:two:x")
    )
    story.asked = Asked(CONSENT, story.filed[0].report, BODY, offered=True)
    return story


@pytest.mark.parametrize("text", ["1", "نعم", "موافق", "3"])
def test_with_the_place_still_asked_for_the_line_is_read_and_agreed_to_as_ever(text: str) -> None:
    story = _asked_where()
    assert story.say(text) == (QUESTION,)
    assert story.just == (Put(CONSENT),), "nothing is added to the report"
    assert _agrees(story, read_by=text) == ("consent.given",)


@pytest.mark.parametrize("text", ["2", "لا"])
def test_with_the_place_still_asked_for_a_no_to_the_line_is_one(text: str) -> None:
    story = _asked_where()
    assert story.say(text) == ("consent.no",)
    assert _agreed(story) == [False]


@pytest.mark.parametrize("read", [False, True])
def test_a_place_told_in_words_answers_the_place_question_beside_the_line(read: bool) -> None:  # noqa: FBT001
    story = _asked_where()
    if read:
        story.say("1")
    story.say("بالشعلة", meaning(at="IQ-BG-shula"))
    assert story.conversation.ongoing is not None
    assert "IQ-BG-shula" in story.conversation.ongoing.facts.lineage
    assert len(story.filed) == 1
    assert _agreed(story) == []


@pytest.mark.parametrize("text", ["1", "نعم", "2", "موافق", "3"])
def test_what_may_be_for_the_line_or_for_our_question_after_it_brings_the_line_once_more(text: str) -> None:
    story = _asked_where()
    assert story.asked is not None
    story.asked = replace(story.asked, replied=True)
    assert story.say(text) == OFFER
    assert _agreed(story) == []
    assert story.say("1") == (QUESTION,)


@pytest.mark.parametrize("text", ["1", "نعم", "موافق", "2"])
def test_the_digits_left_of_a_question_that_was_given_up_are_no_wall_before_the_line(text: str) -> None:
    story = _unsure_of_two()
    story.conversation = replace(story.conversation, stage=Stage.IDLE)
    assert story.say(text) == (("consent.no",) if text == "2" else (QUESTION,))


@pytest.mark.parametrize("text", ["1", "نعم", "yes", "اي", "موافق", "3"])
@pytest.mark.parametrize("asked", ["erase", "belongs"])
def test_what_is_said_after_the_line_came_neither_erases_nor_joins(text: str, asked: str) -> None:
    if asked == "erase":
        story = Story()
        story.say("انباك ماطوري بالشعلة", THEFT)
        assert story.say("حذف") == ("erase.ask",)
        story.asked = Asked(CONSENT, story.filed[0].report, BODY, offered=True)
    else:
        story = _unsure_of_two()
    assert story.say(text) == (QUESTION,)
    assert story.just == (Put(CONSENT),)
    assert story.cases


def test_after_the_line_came_erasing_needs_its_word_again_and_then_a_yes() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("حذف")
    story.asked = Asked(CONSENT, story.filed[0].report, BODY, offered=True)
    assert story.say("حذف") == ("erase.ask",)
    assert story.cases
    assert story.say("1")[0].startswith("erase.")
    assert not story.cases


def test_the_question_that_was_not_sent_for_too_many_replies_was_not_put() -> None:
    story = _offered()
    told = [(story.say("1"), story.just) for _ in range(30)]
    assert ((QUESTION,), (Put(CONSENT),)) in told
    assert ((), ()) in told
    assert {just for keys, just in told if not keys} == {()}


# ── Discreet and private ─────────────────────────────────────────────────────────────────────────────────────
def test_behind_her_word_the_line_comes_first_too() -> None:
    story = Story()
    story.say("زوجي يضربني محد يدري بالكرادة", BEATEN)
    story.asked = Asked(CONSENT, story.filed[0].report, BODY)
    for text in ("1", "3", "نعم", "2"):
        assert not any(key.startswith("consent.") for key in story.say(text))
    assert OFFER[0] in story.say(story.filed[0].code)
    assert story.say("1") == (QUESTION,)
    assert story.say("3") == ("consent.given.word",)


def test_of_a_private_report_the_line_comes_with_its_code() -> None:
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT, choice="v1:cmd:private")
    story.say("انباك ماطوري بالشعلة", THEFT)
    (filed,) = story.filed
    assert filed.mode is Mode.PRIVATE
    story.asked = Asked(CONSENT, filed.report, BODY)
    assert story.say(filed.code, after=timedelta(hours=30))[-1:] == OFFER
    assert story.say("نعم") == (QUESTION,)
    assert story.say("3") == ("consent.given.code",)
