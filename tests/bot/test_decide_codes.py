"""Codes, and who may read what: whoever holds the number now learns nothing without one."""

from dataclasses import replace

import pytest

from bot.nlp.analyse import analyse
from bot.vocabulary import Alarm, Append, Category, Channel, Conversation, Desk, File, Reroute, Status, Urgency
from tests.bot.discretion import DECOYS, LATER, afraid
from tests.bot.said import reported
from tests.bot.story import BEATEN, THEFT, Story, meaning
from tests.shipped import shipped


def test_an_answer_to_her_is_not_read_out_to_whoever_holds_the_number_now() -> None:
    """Group 55."""
    story = Story()
    story.say("رجلي يضربني بالكرادة", BEATEN)
    story.answer(story.filed[0].report, "تعالي باجر")
    assert story.say("حالة") == ("case.in_progress", "answer.code")
    assert "باجر" not in "".join(shown.text for shown in story.shown())
    assert story.say(story.filed[0].code) == ("case.in_progress", "answer")


def test_a_new_owner_of_a_number_learns_nothing_without_the_code() -> None:
    """Group 55: the conversation was forgotten; only the code finds the case."""
    story = Story()
    story.say("رجلي يضربني بالكرادة", BEATEN)
    story.conversation = Conversation()
    assert story.say("حالة") == ("status.which",)
    assert story.say("شصار ببلاغي؟") == ("status.which",)


def test_of_an_answer_that_a_code_does_not_open_it_is_told_that_it_can_be_asked_for_again() -> None:
    story = Story()
    story.say("رجلي يضربني بالكرادة", BEATEN)
    story.answer(story.filed[0].report, "")
    assert story.say(story.filed[0].code) == ("case.in_progress", "answer.again")
    assert story.say("حالة") == ("case.in_progress", "answer.code")


@pytest.mark.parametrize("wish", ["محد يدري", "لا تگولون اسمي", "با کەس نەزانێت", "nobody must know"])
def test_a_wish_for_secrecy_beside_a_code_goes_to_the_report_of_that_code(wish: str) -> None:
    story = Story(understand=lambda text: analyse(shipped(), text))
    story.say("رجلي يضربني بالكرادة", BEATEN)
    report = story.filed[0].report
    story.codes["4829134829134829"] = report
    story.conversation = Conversation()
    assert story.say(f"4829134829134829 {wish}", analyse(shipped(), wish)) == ("added",)
    assert story.just == (Append(report),)
    assert len(story.filed) == 1


def test_a_code_of_sixteen_digits_opens_its_case_from_any_phone_in_any_digits() -> None:
    """Group 39."""
    story = reported()
    story.codes["4829134829134829"] = story.filed[0].report
    story.conversation = Conversation()
    for text in ("4829134829134829", "٤٨٢٩ ١٣٤٨ ٢٩١٣ ٤٨٢٩", "۴۸۲۹-۱۳۴۸-۲۹۱۳-۴۸۲۹"):
        assert story.say(text) == ("case.new.silent",)  # whoever comes so is private: we cannot write to them
    assert story.say("4829134829134829 لگيته") == ("added",)
    assert Append(story.filed[0].report) in story.just


@pytest.mark.parametrize("piece", ["4829", "4829 1365", "٤٨٢٩-١٣٦٥", "۴۸۲۹ ۱۳۶۵ ۰۰۲۷", "482913650027"])
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
def test_of_a_code_that_is_sent_in_pieces_nothing_is_filed_and_all_of_it_is_asked_for(
    piece: str, channel: Channel
) -> None:
    story = Story(channel)
    assert story.say(piece, analyse(shipped(), piece)) == ("status.whole",)
    assert not story.just
    assert story.conversation.ongoing is None


def test_in_private_its_pieces_are_answered_in_the_same_way() -> None:
    story = Story()
    story.say("سري")
    assert story.say("4829 1365") == ("status.whole",)
    assert not story.filed


@pytest.mark.parametrize("text", ["48291", "07700000011", "4829 1365 0027 741", "سيارة 4829", "4829؟"])
def test_other_digits_are_told_as_ever(text: str) -> None:
    story = Story()
    story.say(text, THEFT)
    assert len(story.filed) == 1


def test_beside_an_open_report_such_digits_tell_something() -> None:
    story = reported()
    story.say("4829")
    assert story.just == (Append(story.filed[0].report),)


def test_whoever_holds_a_locked_phone_is_not_asked_for_a_code() -> None:
    story = afraid()
    assert set(story.say("4829 1365", after=LATER)) <= DECOYS


def _beaten_days_ago(status: Status = Status.IN_PROGRESS) -> tuple[Story, File]:
    """She told what befell her, her desk answered, and the talk is forgotten: the story, and the report."""
    story = Story()
    story.say("رجلي يضربني بالكرادة", BEATEN)
    (hers,) = story.filed
    story.answer(hers.report, status=status)
    story.cases[hers.report] = replace(story.cases[hers.report], desk=Desk.WOMEN, facts=hers.facts)
    story.forget()
    return story, hers


@pytest.mark.parametrize("status", [Status.IN_PROGRESS, Status.CLOSED])
def test_a_tip_beside_the_code_of_what_is_hers_is_a_report_as_closed(status: Status) -> None:
    story, hers = _beaten_days_ago(status)
    story.say(f"{hers.code} لكيت عنده منشورات", meaning(Category.EXTREMISM, 0.9))
    assert [filed.facts.sensitive for filed in story.filed] == [True, True]
    assert Append(hers.report) not in story.just


def test_danger_beside_the_code_of_what_is_hers_rings_her_own_desk() -> None:
    story, hers = _beaten_days_ago()
    danger = meaning(Category.WEAPONS_GUNFIRE, 0.9, urgency=Urgency.EMERGENCY)
    story.say(f"{hers.code} بيده مسدس هسه", danger)
    assert [type(effect) for effect in story.just] == [Append, Reroute, Alarm]
    assert story.conversation.ongoing is None


def test_a_fire_beside_the_code_of_what_is_hers_is_for_rescuers() -> None:
    story, hers = _beaten_days_ago()
    story.say(f"{hers.code} بيتنا يحترك الحكونا", meaning(Category.FIRE_MEDICAL, 0.9, urgency=Urgency.EMERGENCY))
    assert story.filed[-1].to.desk is Desk.URGENT
    assert Append(hers.report) not in story.just


@pytest.mark.parametrize(
    "ages", ["12-13-14", "١١ ١٣ ١٤", "عمرهم 12-13-14 سنة", "12 13 14 15", "دار 714-12-3", "تەمەنیان 10 12 15"]
)
def test_ages_and_a_house_told_amid_a_talk_are_added_to_its_report(ages: str) -> None:
    story = Story(understand=lambda text: analyse(shipped(), text))
    story.say("رجلي يضرب بناتي بالكرادة", BEATEN)
    story.say(ages, analyse(shipped(), ages))
    assert Append(story.filed[0].report) in story.just


def test_what_looks_like_ages_opens_what_it_is_the_code_of() -> None:
    story = reported()
    story.codes["121314"] = story.filed[0].report
    story.conversation = Conversation()
    assert story.say("12 13 14") == ("case.new",)
