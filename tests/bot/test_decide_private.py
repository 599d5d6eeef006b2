"""Private telling as stories: sixteen digits, and nothing else that leads back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import commands, safety, tickets
from bot.handlers.segments import count
from bot.vocabulary import (
    Analysis,
    Append,
    Category,
    Channel,
    Claim,
    Conversation,
    Erase,
    File,
    Guess,
    Hide,
    Locale,
    Lock,
    Mode,
    Mute,
    Show,
    Status,
    Unlock,
    Unmute,
    Urgency,
    Wipe,
)
from tests.bot.story import BEATEN, BEGINNING, PLAIN, STORY, THEFT, THEFT_SOMEWHERE, Story, meaning, town, unstaffed
from tests.bot.test_decide_properties import TEXTS, analyses, messages, say, tells
from tests.examples import examples

OF_A_SENDER = (Unmute, Hide, Show, Unlock, Lock, Claim)
HOUR = timedelta(hours=1)


def told(channel: Channel = Channel.TELEGRAM) -> Story:
    """One report, told privately."""
    story = Story(channel)
    assert story.say("سري") == ("private.go",)
    assert story.say("انباك ماطوري بالشعلة", THEFT) == ("private.filed",)
    return story


def another_phone(story: Story) -> Story:
    """Somebody with the code, on a phone that we have never seen."""
    return Story(Channel.SMS, cases=story.cases, codes=story.codes, desks=story.desks, turns=100, now=story.now)


def test_on_a_phone_that_another_reads_the_code_is_told_with_its_button_and_deleted() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("سري")
    assert story.say("زوجي يقرا رسائلي ويضربني", BEATEN) == ("private.filed",)
    assert story.last is not None
    assert [option.choice for reply in story.last.replies for option in reply.options] == ["v1:noted"]
    assert {Wipe(theirs=True), Wipe(later=True)} <= set(story.just)
    assert story.filed[0].facts.no_reply is False


# ── Telling ──────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("سرّي", ""),
        ("خصوصي", ""),
        ("بدون اسم", ""),
        ("نهێنی", ""),
        ("private", ""),
        ("/private", ""),
        ("", "v1:cmd:private"),
    ],
)
def test_it_is_chosen_in_one_tap_or_word_and_the_report_has_sixteen_digits(text: str, choice: str) -> None:
    story = Story(Channel.TELEGRAM)
    assert story.say(text, choice=choice) == ("private.go",)
    assert list(story.just) == [Wipe(theirs=True), Wipe(later=True)]
    assert story.say("انباك ماطوري بالشعلة", THEFT) == ("private.filed",)
    filed = story.just[0]
    assert isinstance(filed, File)
    assert filed.mode is Mode.PRIVATE
    assert len(filed.code) == 16
    assert story.just[1:] == (Wipe(theirs=True), Wipe(later=True))


@pytest.mark.parametrize("text", ["سري: انباك ماطوري بالشعلة", "بلاغ مجهول انباك ماطوري", "private: they stole it"])
def test_whoever_begins_with_the_wish_tells_privately_at_once(text: str) -> None:
    story = Story(Channel.SMS)
    assert story.say(text, THEFT) == ("private.filed",)
    (filed,) = [effect for effect in story.just if isinstance(effect, File)]
    assert filed.mode is Mode.PRIVATE
    assert len(filed.code) == 16


def test_a_private_beginning_leads_to_no_report_before_it() -> None:
    story = Story(Channel.SMS)
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say("سري: اكو ناس تبيع مخدرات", THEFT) == ("private.filed",)
    (filed,) = [effect for effect in story.just if isinstance(effect, File)]
    assert filed.report != story.filed[0].report
    assert not any(isinstance(effect, Append) for effect in story.just)


def test_the_code_is_shown_once_with_a_button_that_wipes() -> None:
    story = told()
    (answer,) = story.shown()
    assert tickets.codes_in(answer.text.splitlines()[1]) == (story.filed[0].code,)
    assert [button.choice for button in answer.buttons] == ["v1:noted"]
    assert story.say(choice="v1:noted") == ()
    assert story.just == (Wipe(),)


def test_by_sms_it_is_one_part_with_digits_that_stand_together() -> None:
    story = told(Channel.SMS)
    (answer,) = story.shown()
    assert story.filed[0].code in answer.text
    assert count(answer.text).parts == 1
    assert not any(isinstance(each, Wipe) for each in story.effects)


def test_in_danger_the_number_comes_first() -> None:
    for at, key in (("IQ-BG-shula", ""), ("", ".unplaced")):
        kidnapped = meaning(Category.KIDNAPPING, at=at, urgency=Urgency.EMERGENCY)
        for channel, keys in (
            (Channel.SMS, (f"private.filed.emergency{key}",)),
            (Channel.TELEGRAM, (f"danger{key}", "private.filed")),
        ):
            story = Story(channel)
            story.say("سري")
            assert story.say("خطفوه", kidnapped)[:2] == keys
            told = " ".join(shown.text.replace(" ", "") for shown in story.shown())
            assert told.index("911") < told.index(story.filed[0].code)


def test_where_is_asked_on_a_screen_and_answered_within_the_half_hour() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("سري")
    assert story.say("انباك ماطوري", THEFT_SOMEWHERE) == ("private.filed", "place.ask")
    assert story.say("الشعلة") == ("place.noted",)
    assert story.filed[0].report in {each.report for each in story.just if isinstance(each, Append)}


def test_after_half_an_hour_what_comes_is_private_again_and_of_no_report() -> None:
    story = told()
    assert story.say("لونه احمر", PLAIN) == ("added",)
    assert story.say("لونه احمر وجديد", THEFT_SOMEWHERE, after=HOUR)[0] == "private.filed"
    assert story.filed[1].mode is Mode.PRIVATE
    assert len(story.filed[1].code) == 16
    assert story.filed[1].report != story.filed[0].report
    assert not any(isinstance(effect, Append) for effect in story.just)


def test_a_talk_lasts_half_an_hour_from_its_first_word_whatever_is_said_in_it() -> None:
    story = told()
    for _ in range(2):
        story.say("لونه احمر", PLAIN, after=timedelta(minutes=14))
        assert Append(story.filed[0].report) in story.just
    story.say("لونه احمر وجديد", THEFT, after=timedelta(minutes=3))
    assert story.filed[1].mode is Mode.PRIVATE
    assert Append(story.filed[0].report) not in story.just


@pytest.mark.parametrize("text", ["هلو", "توقف", "حالة", "مساعدة", "123456", "شكرا", "احذف"])
def test_after_a_private_talk_the_phone_is_answered_as_a_strangers(text: str) -> None:
    assert told(Channel.SMS).say(text, after=HOUR) == Story(Channel.SMS).say(text)


def test_a_day_later_what_comes_is_a_strangers() -> None:
    story = told()
    story.say("لونه احمر وجديد", THEFT_SOMEWHERE, after=25 * HOUR)
    assert story.filed[1].mode is Mode.NORMAL


def test_whoever_wants_to_be_ordinary_again_is_at_once() -> None:
    story = told()
    assert story.say("وضع عادي", after=HOUR) == ("ordinary",)
    story.say("لونه احمر وجديد", THEFT_SOMEWHERE)
    assert story.filed[1].mode is Mode.NORMAL


def _known_and_private() -> Story:
    """Somebody who told something as anybody does, and later something else privately."""
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    story.say("شكرا", after=100 * HOUR)
    story.conversation = Conversation()  # forgotten by now
    assert story.say("سري", after=HOUR) == ("private.go", "private.earlier")
    assert story.say("رجلي يضربني", BEATEN) == ("private.filed",)
    return story


def test_of_somebody_we_know_a_new_concern_is_private_too_and_all_else_is_theirs() -> None:
    story = _known_and_private()
    assert story.say("ضربني اليوم هم", BEATEN, after=HOUR)[-1] == "private.filed"
    assert [file.mode for file in story.filed] == [Mode.NORMAL, Mode.PRIVATE, Mode.PRIVATE]
    assert not any(isinstance(effect, Append) for effect in story.effects)
    story.now += HOUR
    assert story.say("توقف") == ("stopped",)
    assert Mute() in story.just
    story.say(story.filed[0].code)
    assert len(story.filed) == 3


def test_what_somebody_we_know_says_by_code_or_in_reply_is_theirs() -> None:
    story = _known_and_private()
    theirs = story.filed[0]
    story.say(f"{theirs.code} لونه احمر", PLAIN, after=HOUR)
    assert Append(theirs.report) in story.just
    story.say("لونه احمر هم", PLAIN, replied=theirs.report)
    assert Append(theirs.report) in story.just


def test_somebody_we_know_who_wants_to_be_ordinary_again_is_at_once() -> None:
    story = _known_and_private()
    assert story.say("وضع عادي", after=HOUR) == ("ordinary",)
    assert Show() in story.just
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.filed[-1].mode is Mode.NORMAL


def test_what_was_told_already_becomes_private_with_a_code_of_its_own() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say("سري") == ("private.filed",)
    assert story.conversation == Conversation()
    assert story.talk is not None
    assert story.talk.ongoing is not None
    code = story.talk.ongoing.code
    assert len(code) == 16
    assert story.talk.ongoing.report == story.filed[0].report
    assert story.say("سري") == ("private.filed",)
    assert story.talk.ongoing.code == code
    assert another_phone(story).say(code) == ("case.new.silent",)


def test_a_private_talk_knows_nothing_of_the_one_before() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("انباك ماطوري بالشعلة", THEFT)
    before = story.conversation
    other = told()
    story.cases |= other.cases
    story.codes |= other.codes
    assert story.say(other.filed[0].code) == ("case.new.silent",)
    assert story.talk is not None
    assert story.talk.ongoing is None
    assert story.conversation == before


def test_fear_is_no_second_way_in_private() -> None:
    story = Story(Channel.TELEGRAM)
    story.say("سري")
    fearful = meaning(Category.DOMESTIC_VIOLENCE, at="IQ-BG-karrada", sensitive=True, fear=True)
    assert story.say("رجلي يضربني ومحد يدري", fearful) == ("private.filed",)
    assert story.hidden is None


def test_stop_and_resume_are_answered_truly_where_nobody_is_known() -> None:
    story = told()
    assert story.say("stop") == ("private.silent",)
    assert Mute() in story.just  # for what the same phone told before, if anything
    for text in ("stop", "استئناف"):
        assert set(story.say(text)) <= {"private.silent", "help"}
        assert not any(isinstance(each, OF_A_SENDER) for each in story.just)


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
def test_whoever_wants_privacy_and_silence_at_once_is_told_no_code_and_staff_know_it(channel: Channel) -> None:
    story = Story(channel)
    assert story.say("سري: زوجي يضربني لا تراسلوني", replace(BEATEN, no_reply=True)) == ()
    (filed,) = story.filed
    assert filed.mode is Mode.PRIVATE
    assert filed.facts.no_reply
    assert not told(channel).filed[0].facts.no_reply


def test_whoever_asked_for_silence_before_is_told_the_code_that_they_ask_for_now() -> None:
    story = Story(Channel.TELEGRAM, muted=True)
    assert story.say("سري") == ("private.go",)
    assert story.say("انباك ماطوري بالشعلة", THEFT) == ("private.filed",)
    assert story.muted


def test_from_private_back_to_ordinary_nothing_is_linked() -> None:
    story = told()
    assert story.say("وضع عادي") == ("ordinary",)
    assert story.conversation.ongoing is None
    assert story.conversation.mode is Mode.NORMAL


def test_a_question_whether_it_is_secret_is_no_wish() -> None:
    assert Story(Channel.TELEGRAM).say("سري؟") == ("help",)


# ── Several ──────────────────────────────────────────────────────────────────────────────────────────────────
MISCONDUCT = meaning(Category.POLICE_MISCONDUCT, at="IQ-BG-shula", about_police=True, sequel=STORY)
# As words sound of which nobody can say whether they are of the matter before them.
UNSURE = replace(meaning(Category.DRUGS, 0.5, at="IQ-BG-shula"), sequel=BEGINNING)


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("at", ["", "IQ-BG-shula"])
@pytest.mark.parametrize("urgency", [Urgency.NORMAL, Urgency.EMERGENCY])
@pytest.mark.parametrize("woman", [False, True])
def test_who_has_a_code_is_told_of_another_and_never_that_it_is_the_only_one(
    locale: Locale, at: str, urgency: Urgency, *, woman: bool
) -> None:
    story = Story(Channel.SMS, directory=unstaffed(town()))
    story.say("سري")
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.talk is not None
    story.talk = replace(story.talk, locale=locale)
    other = meaning(Category.KIDNAPPING, at=at, urgency=urgency, woman_officer=woman, sequel=STORY)
    (key,) = story.say("بلاغ جديد خطفوا ابن جيرانا", other)
    assert [one.mode for one in story.filed] == [Mode.PRIVATE, Mode.PRIVATE]
    (answer,) = story.shown()
    assert story.filed[1].code in answer.text
    assert count(answer.text).parts == 1
    assert not {"الوحيد", "only", "تاکە"} & set(answer.text.split())
    assert ".also" in key or (woman and urgency is Urgency.EMERGENCY)  # then nothing else finds room


def test_on_a_screen_too_the_first_code_is_to_be_kept() -> None:
    story = told()
    assert "private.filed.also" in story.say("الي باكه ضابط بمركز شرطة الشعلة", MISCONDUCT)
    shown = next(each for each in story.shown() if tickets.grouped(story.filed[1].code) in each.text)
    assert "احفظ الرمز الأول أيضا" in shown.text
    assert [button.choice for button in shown.buttons] == ["v1:noted"]


def test_with_the_code_of_another_report_it_is_another_code() -> None:
    story = told()
    assert another_phone(story).say(f"{story.filed[0].code} رجلي يضربني", BEATEN) == ("private.filed.also",)


def test_after_the_first_was_erased_the_code_is_the_only_one() -> None:
    story = told(Channel.SMS)
    story.say("حذف")
    story.say("نعم")
    assert story.say("اكو ناس تبيع مخدرات", THEFT) == ("private.filed",)


def test_in_doubt_words_join_in_private_what_no_fewer_may_see() -> None:
    story = told(Channel.SMS)
    story.say("يبيعون مخدرات هم", UNSURE)
    assert len(story.filed) == 1
    assert Append(story.filed[0].report) in story.just
    ordinary = Story(Channel.SMS)
    ordinary.say("انباك ماطوري بالشعلة", THEFT)
    ordinary.say("يبيعون مخدرات هم", UNSURE)
    assert len(ordinary.filed) == 2


@pytest.mark.parametrize(
    "closer",
    [
        replace(UNSURE, sensitive=True),
        replace(UNSURE, minor=True),
        replace(UNSURE, woman_officer=True),
        replace(UNSURE, insiders=("ضابط",)),
        replace(UNSURE, about_police=True),
        replace(UNSURE, guesses=(Guess(Category.EXTREMISM, 0.5),)),
    ],
)
def test_in_doubt_what_fewer_may_see_stays_a_report_of_its_own(closer: Analysis) -> None:
    story = told(Channel.SMS)
    assert story.say("يبيعون مخدرات هم", closer)[-1].startswith("private.filed.also")
    assert len(story.filed) == 2
    assert Append(story.filed[0].report) not in story.just


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
def test_what_may_answer_the_office_about_another_report_is_told_how_to_come_there(channel: Channel) -> None:
    story = told(channel)
    story.now += timedelta(minutes=4)
    story.told_at = story.now
    assert story.say("يبيعون مخدرات هم", UNSURE) == ("private.filed.asked",)
    assert Append(story.filed[0].report) not in story.just
    assert "سؤالنا" in story.shown()[0].text


@pytest.mark.parametrize("text", ["اني خايفة", "خايفة كلش والله", "محد يدري", "دەترسم", "I am scared"])
def test_mere_fear_is_part_of_what_is_told_and_changes_nothing_of_it(text: str) -> None:
    story = told(Channel.SMS)
    heard = meaning(Category.DOMESTIC_VIOLENCE, 0.5, sensitive=True, fear=True, sequel=STORY)
    assert story.say(text, heard) == ("added",)
    assert story.just == (Append(story.filed[0].report),)


# ── Coming back ──────────────────────────────────────────────────────────────────────────────────────────────
def test_the_code_works_from_any_phone_and_keeps_nobody() -> None:
    story = told()
    story.answer(story.filed[0].report, "تعال باجر")
    other = another_phone(story)
    code = story.filed[0].code
    for typed in (code, tickets.grouped(code), code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))):
        assert other.say(typed) == ("case.in_progress", "answer")
        assert other.conversation == Conversation()
    assert other.say(f"{code} لونه احمر", PLAIN) == ("added",)
    assert list(other.just) == [Append(story.filed[0].report)]
    assert other.say(f"حذف {code}") == ("erase.ask",)
    assert other.say("نعم") == ("erase.gone",)
    assert list(other.just) == [Erase(story.filed[0].report)]
    assert other.conversation == Conversation()


def test_grave_words_with_a_code_become_a_private_report_of_their_own() -> None:
    story = told()
    other = another_phone(story)
    assert other.say(f"{story.filed[0].code} رجلي يضربني", BEATEN)[-1].startswith("private.filed")
    assert other.filed[0].mode is Mode.PRIVATE
    assert len(other.filed[0].code) == 16


def test_the_number_of_a_card_in_a_story_makes_nobody_private() -> None:
    story = Story()
    assert story.say("سحبوا من بطاقتي 4829136500277410 بالشعلة", THEFT) == ("filed",)
    assert story.filed[0].mode is Mode.NORMAL


def test_sixteen_digits_alone_that_open_nothing_keep_nobody_either() -> None:
    story = Story()
    assert story.say("4829136500277410") == ("status.unknown",)
    assert story.conversation == Conversation()


# ── Whatever comes ───────────────────────────────────────────────────────────────────────────────────────────
@settings(max_examples=examples(150), deadline=None)
@given(st.lists(messages(), max_size=7), st.sampled_from([Channel.SMS, Channel.TELEGRAM]), st.data())
def test_in_private_nothing_needs_a_known_sender_and_nothing_is_lost(
    said: list[dict[str, object]], channel: Channel, data: st.DataObject
) -> None:
    story = Story(channel)
    story.say("سري")
    before: dict[str, object] | None = None
    for message in said:
        spoken, again = message, data.draw(st.sampled_from(["", "", "سري", "code"]))
        if again == "سري":
            story.say("سري")
        elif again and story.codes:
            spoken = message | {"text": f"{next(iter(story.codes))} {message['text']}"}
        say(story, spoken)
        decision = story.last
        assert decision is not None
        kept = any(isinstance(each, File | Append) for each in story.just)
        # "Withdraw" alone is asked of which report, by its code.
        asked = commands.withdraws(str(message["text"]), given=False) and decision.replies[0].key == "consent.code"
        assert kept or asked or not tells(message, before), "a concern was lost"
        before = message if message["text"] else before
        if decision.conversation.mode is not Mode.PRIVATE:
            continue
        assert not any(isinstance(each, OF_A_SENDER) for each in story.just)
        for effect in story.just:
            assert not isinstance(effect, File) or (effect.mode is Mode.PRIVATE and len(effect.code) == 16)
        assert channel is not Channel.TELEGRAM or any(isinstance(each, Wipe) for each in story.just)
        keys = {reply.key for reply in decision.replies}
        assert not keys & {"case.new", "resumed", "filed", "filed.place"}


@settings(max_examples=examples(60), deadline=None)
@given(analyses(sensitive=True), TEXTS)
def test_nothing_said_in_private_names_what_it_is_about(hers: object, text: str) -> None:
    story = Story(Channel.TELEGRAM)
    story.say("سري")
    story.say("زوجي", hers)  # type: ignore[arg-type]
    story.say(text, hers)  # type: ignore[arg-type]
    for shown in story.shown():
        assert safety.telling(shown.text) == ()


def test_a_closed_private_report_says_so_from_anywhere() -> None:
    story = told()
    story.answer(story.filed[0].report, "تم", Status.CLOSED)
    assert another_phone(story).say(story.filed[0].code) == ("case.closed", "answer")
