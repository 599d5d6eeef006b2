"""The office spoke of a report whose talk is forgotten: which words go on with it, and which do not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.nlp.analyse import analyse
from bot.vocabulary import Append, Desk, Erase, File, Mode, Mute, Reroute, Sequel, Status, Veil
from tests.bot.said import HOUR, NOISE
from tests.bot.story import BEATEN, PLAIN, STORY, THEFT, Story
from tests.shipped import shipped


def _asked(said: str = "زوجي يضربني", understood: object = BEATEN) -> Story:
    """They told something; on the fourth day the office asks about it."""
    story = Story()
    story.say(said, understood)  # type: ignore[arg-type]
    (file,) = story.filed
    story.forget()
    story.answer(file.report, "هل ما زال يضربك؟")
    story.resumes = file.report
    return story


@pytest.mark.parametrize("said", ["اي", "لا", "3", "بعده يضربني", "شكرا"])
def test_what_answers_the_office_goes_to_the_report_that_it_asked_about(said: str) -> None:
    story = _asked()
    story.say(said)
    assert Append(story.filed[0].report) in story.just
    assert len(story.filed) == 1


def test_the_words_after_it_go_on_too() -> None:
    story = _asked()
    story.say("اي")
    story.say("البارحة بالليل")
    assert story.just == (Append(story.filed[0].report),)


def test_another_matter_is_a_report_of_its_own() -> None:
    story = _asked("انباك ماطوري بالشعلة", THEFT)
    story.say("اكو قاعة اعراس صوتها عالي كل ليلة", replace(NOISE, sequel=STORY))
    assert [type(effect) for effect in story.just] == [File]


def test_whoever_holds_the_phone_erases_nothing_with_a_word() -> None:
    story = _asked()
    story.say("حذف")
    story.say("نعم")
    assert not any(isinstance(effect, Erase) for effect in story.effects)


def _closed(story: Story) -> str:
    report = story.filed[0].report
    story.cases[report] = replace(story.cases[report], status=Status.CLOSED)
    return report


@pytest.mark.parametrize("said", ["اي", "لا", "3", "بعده يضربني"])
def test_what_was_asked_before_it_was_closed_is_answered_all_the_same(said: str) -> None:
    story = _asked()
    report = _closed(story)
    story.say(said)
    assert story.just == (Append(report),)


@pytest.mark.parametrize("said", ["بعده يضربني", "لا"])
def test_beside_its_code_too(said: str) -> None:
    story = _asked()
    report = _closed(story)
    story.say(f"{story.filed[0].code} {said}")
    assert story.just == (Append(report),)


@pytest.mark.parametrize("said", ["شكرا", "الله يوفقكم", "زين", "👍", "هلو", "شكرا جزيلا الكم"])
def test_kindness_after_its_end_opens_nothing_again(said: str) -> None:
    story = _asked()
    report = _closed(story)
    story.say(said)
    assert Append(report) not in story.just
    assert len(story.filed) == 1


@pytest.mark.parametrize("said", ["حذف", "STOP", "جديد", "سري", "حالة"])
def test_nor_does_a_wish(said: str) -> None:
    story = _asked()
    report = _closed(story)
    story.say(said)
    assert Append(report) not in story.just


def test_another_matter_after_its_end_is_a_report_of_its_own() -> None:
    story = _asked("انباك ماطوري بالشعلة", THEFT)
    _closed(story)
    story.say("اكو قاعة اعراس صوتها عالي كل ليلة", replace(NOISE, sequel=STORY))
    assert [type(effect) for effect in story.just] == [File]


@pytest.mark.parametrize("said", ["رجع هددني", "هددني بالقتل اليوم", "he threatened me again"])
def test_what_may_be_of_what_few_read_is_read_by_no_more_where_nobody_is_asked(said: str) -> None:
    story = _asked()
    story.say(said, analyse(shipped(), said))
    assert {file.to.desk for file in story.filed} == {Desk.WOMEN}


def test_a_fire_told_then_is_for_who_can_come() -> None:
    story = _asked()
    story.say("اكو حريق ببيت جارنا هسه", analyse(shipped(), "اكو حريق ببيت جارنا هسه"))
    assert story.filed[-1].to.desk is Desk.URGENT


def test_a_wish_for_another_matter_ends_it() -> None:
    story = _asked()
    story.say("جديد")
    assert story.conversation.ongoing is None


def test_privacy_is_a_talk_of_its_own_and_not_about_it() -> None:
    story = _asked()
    story.say("سري")
    assert story.last is not None
    assert (story.last.conversation.mode, story.last.conversation.ongoing) == (Mode.PRIVATE, None)


def test_a_veil_is_a_wish_and_no_answer() -> None:
    story = _asked()
    story.say("يفتشون موبايلي")
    assert {type(effect) for effect in story.just} <= {Veil, Mute}


def test_of_what_only_people_read_no_kind_is_told_anew() -> None:
    story = _asked()
    report = story.filed[0].report
    story.cases[report] = replace(story.cases[report], facts=None)
    story.say("باعدها المشكلة", PLAIN)
    assert Append(report) in story.just
    assert not any(isinstance(effect, Reroute) for effect in story.just)


def test_who_asked_to_be_discreet_is_heard_beside_the_code() -> None:
    story = _asked()
    (code,) = (file.code for file in story.filed)
    report = story.filed[0].report
    story.conversation = replace(story.conversation, mode=Mode.DISCREET)
    story.say("اي")
    assert Append(report) not in story.just
    story.say(f"{code} بعده يضربني")
    assert Append(report) in story.just
    assert len(story.filed) == 1


def _two_asked(first: str, told: object, then: str, other: object) -> tuple[Story, str, str]:
    """They told one thing, then another; the office of the first asks after that."""
    story = _asked(first, told)
    story.resumes = ""
    story.say("جديد")
    story.say(then, other)  # type: ignore[arg-type]
    one, two = (file.report for file in story.filed)
    story.now += timedelta(days=1)
    story.answer(one, "وهسه؟")
    story.resumes = one
    return story, one, two


def test_what_was_asked_last_is_answered_though_a_talk_about_another_stands() -> None:
    story, hers, _ = _two_asked("زوجي يضربني", BEATEN, "انباك ماطوري بالشعلة", THEFT)
    for said in ("اي", "3", "لا"):
        story.say(said)
        assert story.just == (Append(hers),)


@pytest.mark.parametrize("said", ["شكرا", "الله يحفظكم"])
def test_thanks_amid_a_talk_about_another_leave_the_question_unanswered(said: str) -> None:
    story, hers, _ = _two_asked("زوجي يضربني", BEATEN, "انباك ماطوري بالشعلة", THEFT)
    story.say(said)
    assert story.conversation.waits in {"", hers}
    assert bool(story.conversation.waits) is (Append(hers) not in story.just)
    story.say("اي")
    assert Append(hers) in story.just
    assert story.conversation.waits == ""


def test_so_does_an_edit() -> None:
    story, hers, _ = _two_asked("زوجي يضربني", BEATEN, "انباك ماطوري بالشعلة", THEFT)
    story.say("انباك ماطوري الازرق بالشعلة", THEFT, edit=True)
    assert story.conversation.waits == hers


def test_of_two_that_few_may_read_the_one_asked_about_last_hears_the_answer() -> None:
    story, first, second = _two_asked("زوجي يضربني", BEATEN, "اخوي هددني بالقتل", BEATEN)
    story.say("اي")
    assert story.just == (Append(first),)
    story.answer(second, "وين هو هسه؟")
    story.resumes = second
    story.say("بالبيت")
    assert story.just == (Append(second),)


def test_what_is_no_answer_to_it_is_weighed_in_the_talk() -> None:
    story, _, noise = _two_asked("انباك ماطوري بالشعلة", THEFT, "قاعة اعراس صوتها عالي", replace(NOISE, sequel=STORY))
    story.say("قاعة اعراس ابو سعد صوتها عالي هم اليوم", replace(NOISE, sequel=Sequel(apart=1.0)))
    assert story.conversation.before is not None
    assert story.conversation.before.report == noise


def _asked_after_a_private_talk() -> Story:
    """Within a day of what they told in private, the office asks about what they told in the open before."""
    story = Story()
    story.say("انباك ماطوري بالشعلة", THEFT)
    (file,) = story.filed
    story.forget()
    story.say("سري")
    story.say("زوجي يضربني", BEATEN)
    story.now += HOUR
    story.answer(file.report, "شنو لونه؟")
    story.resumes = file.report
    return story


@pytest.mark.parametrize("said", ["اي", "لا", "3"])
def test_a_bare_answer_goes_to_the_office_also_within_a_day_of_a_private_talk(said: str) -> None:
    story = _asked_after_a_private_talk()
    story.say(said)
    assert story.just == (Append(story.filed[0].report),)


def test_words_are_private_then_and_it_is_said_how_the_office_is_answered() -> None:
    story = _asked_after_a_private_talk()
    assert "private.filed.asked" in story.say("لونه احمر وبيه ضربة", PLAIN)
    assert story.filed[-1].mode is Mode.PRIVATE
