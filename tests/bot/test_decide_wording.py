"""What the words of a message say of whether it goes on or begins anew."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decide import wording


@pytest.mark.parametrize(
    "text",
    [
        "موضوع ثاني: الكهرباء مقطوعة",
        "اكو مشكلة ثانية بالمحلة",
        "بلاغ ثاني",
        "another issue: noise",
        "کێشەیەکی تر: کارەبا نییە",
        "mawthoo3 thani aku hufra",
        "غير موضوع، المحولة انفجرت",
    ],
)
def test_another_matter_is_announced(text: str) -> None:
    assert wording.read(text).announces


@pytest.mark.parametrize("text", ["نفس الموضوع", "same issue again", "هەمان کێشە", "الموضوع مهم", "اكو حفرة"])
def test_no_other_matter_is_announced(text: str) -> None:
    assert not wording.read(text).announces


@pytest.mark.parametrize(
    "text", ["نسيت اگول اكو كاميرا", "بعد شي، الطفل مريض", "تصحيح بالسيدية", "I forgot to say", "بیرم چوو بڵێم"]
)
def test_it_goes_on_by_its_own_word(text: str) -> None:
    assert wording.read(text).surely


@pytest.mark.parametrize(
    "text", ["لونه احمر", "هسه هو كدام الباب", "واحد منهم عنده مسدس", "he came back", "صوتهم عالي"]
)
def test_it_points_at_who_is_not_named_in_it(text: str) -> None:
    assert wording.read(text).back


@pytest.mark.parametrize("text", ["ولد اختي ضايع", "واحد يهددني", "وين اشتكي", "والدي مريض", "ورا بيتنا حفرة"])
def test_a_word_that_begins_like_and_goes_on_with_nothing(text: str) -> None:
    said = wording.read(text)
    assert not said.also
    assert not said.back


@pytest.mark.parametrize("text", ["لگيته يم الجامع", "ضربوه بالعصا", "وديناه للمستشفى", "السيارة نفسها رجعت"])
def test_whom_somebody_found_or_beat_was_told_of_before(text: str) -> None:
    assert wording.read(text).back


@pytest.mark.parametrize("text", ["اخوية يريد يموت نفسه", "هم اكو شغلة، جارتنا تعبانة"])
def test_a_self_that_dies_and_a_they_that_means_also_point_at_nobody(text: str) -> None:
    assert not wording.read(text).back


def test_proof_a_description_and_another_one_are_heard() -> None:
    assert wording.read("نعم عندي فيديو من الكاميرا").proves
    assert not wording.read("واحد عنده صوري").proves
    assert wording.read("اربعة واحد منهم كبير").describes
    assert wording.read("حفرة ثانية بالبياع").another
    assert not wording.read("مرة ثانية انفجر").another


def test_the_car_is_the_one_that_was_told_of() -> None:
    remembered = wording.topic("سرقوا بطارية سيارتي بالمنصور")
    assert wording.takes_up("السيارة كيا بيضة", remembered)
    assert not wording.takes_up("سيارة واكفة", remembered)
    assert not wording.takes_up("المدرسة بعيدة", remembered)
    assert wording.takes_up("the bike was red", wording.topic("my bike was stolen"))


def test_what_is_remembered_of_a_report_is_not_what_was_said() -> None:
    assert all(len(each) == 4 and int(each, 16) >= 0 for each in wording.topic("زوجي يضربني كل يوم بالكاظمية"))
    assert len(wording.topic(" ".join(f"كلمة{number}" for number in range(90)))) <= 40


@given(st.text())
def test_any_text_has_some_wording(text: str) -> None:
    said = wording.read(text)
    assert said.words >= 0
    wording.takes_up(text, wording.topic(text))
