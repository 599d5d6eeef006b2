"""Codes, and who may read what: whoever holds the number now learns nothing without one."""

import pytest

from bot.nlp.analyse import analyse
from bot.vocabulary import Append, Conversation
from tests.bot.said import reported
from tests.bot.story import BEATEN, Story
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
