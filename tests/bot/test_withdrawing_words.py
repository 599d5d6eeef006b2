"""The words that take a consent back: those people use, and none that tells a concern."""

import pytest

from bot import commands

PLAINLY = """
سحب | اسحب | اسحبها | السحب | سحب الموافقه | اسحب الموافقه | اريد اسحب موافقتي | سحبت موافقتي
الغي الموافقة | الغاء الموافقه | سحب سحب | سحب من فضلكم | سحب. | "سحب" | سحـب | ما اوافق بعد
تراجعت عن الموافقة | پاشگەزبوونەوە | پاشگەز بوومەوە | پاشگەز بومەوە | ئیتر رازی نیم | WITHDRAW
withdraw please | take it back | I withdraw my consent | Cancel my consent | I don't agree anymore
"""
WHERE_IT_STANDS = """
تراجعت | تراجع | بطلت | غيرت رأيي | ندمت | ما اوافق | لا تعطوهم | لا تنطون الشرطة | پەشیمانم
غيرت رايي لا تودون بلاغي للشرطة | ما اوافق بعد لا تنطون الشرطة شي | بطلت ما اريد الشرطة تعرف
لا تودون للشرطة شي | رجعت بكلامي لا تشاركون | وقفو المشاركة | سحب الموافقة هسه | لا تدزوه للشرطة | ما اريد احد يشوفه بعد
stop sharing with the police | please do not give my report to the police | مەیدەن بە پۆلیس
پەشیمان بوومەوە | ڕازی نیم | I changed my mind | don't tell the police | stop sharing
"""
NOT = """
سحب البلاغ | اسحبوا السيارة من الشارع | سحبوا اخوي من البيت | سحب سلاح علينا
تراجعت عن الزواج فهددني | الغاء العرس | بطلت اروح للمدرسة | withdraw money from my account
لا تخبرون الشرطة رجلي يكتلني | ما اريد احد يدري وين السارق | لا ترسلون شي | اريد الشرطة تعرف | الشرطة ما تشوف شي
stop the police from beating my son | the police stop anyone | الشرطة وقفوا واحد هسه | سحب واحد | وقفوا واحد
 they took it back by force | he changed my mind | نعم | 3 | موافق | اوافق | yes
"""


def _each(texts: str) -> list[str]:
    return [text.strip() for line in texts.strip().splitlines() for text in line.split("|")]


@pytest.mark.parametrize("text", _each(PLAINLY))
def test_what_takes_it_back_is_heard_wherever_it_is_said(text: str) -> None:
    assert commands.withdraws(text, given=False)
    assert commands.withdraws(text, given=True)


@pytest.mark.parametrize("text", _each(WHERE_IT_STANDS))
def test_what_may_mean_otherwise_is_heard_only_where_a_yes_stands(text: str) -> None:
    assert commands.withdraws(text, given=True)
    assert not commands.withdraws(text, given=False)


@pytest.mark.parametrize("text", _each(NOT))
def test_what_tells_something_else_or_agrees_takes_nothing_back(text: str) -> None:
    assert not commands.withdraws(text, given=True)


@pytest.mark.parametrize("text", _each(PLAINLY))
def test_the_words_that_mean_nothing_else_command_nothing_else(text: str) -> None:
    assert commands.intent(text, "") is None
