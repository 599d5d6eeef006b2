"""Advice is there for every kind of concern, in every language, short, and safe to be read over a shoulder."""

import re

import pytest

from bot import commands, safety
from bot.decide.advising import FOR_EACH_TELLER
from bot.handlers.segments import count
from bot.vocabulary import Category, Channel, Locale, Reply, Teller
from tests.bot.hints import hints
from tests.bot.story import catalogue
from tests.bot.test_outbound import LINK, kinds

# The kinds, and those that are written apart for a child and for who stands by.
_ALL = (*Category, *(f"{each}.{teller}" for each in sorted(FOR_EACH_TELLER) for teller in Teller if teller))


def _said(name: str, locale: Locale, channel: Channel) -> str:
    return catalogue().render(Reply(f"advice.{name}"), channel=channel, locale=locale).text


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("name", _ALL)
def test_advice_fits_three_sms_names_no_kind_of_concern_and_carries_no_link_or_number(
    name: str, locale: Locale
) -> None:
    text = _said(name, locale, Channel.SMS)
    assert count(text).parts <= 3
    assert safety.telling(text) == ()
    assert kinds(guarded=True).search(commands.fold(text)) is None
    assert not LINK.search(text)
    # A number that was not verified where they live may ring at nobody; the metres to a thing on the ground may stand.
    assert not re.search(r"https?:|www\.|\d{3,}", text.replace("100", ""))


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("name", _ALL)
def test_whoever_glances_at_it_cannot_guess_what_was_told(name: str, locale: Locale, channel: Channel) -> None:
    assert hints(_said(name, locale, channel), locale) == ()


@pytest.mark.parametrize(
    ("locale", "text", "words"),
    [
        (Locale.AR, "خبئوا هاتفا، ولا تخبروا من تخافونه. يمكن أن تجيبكم امرأة.", 3),
        (Locale.AR, "أبقوا الصغير قرب من يثق به. لا تواجهوا من يؤذيه.", 2),
        (Locale.AR, "لستم وحدكم، وأبعدوا عنكم ما قد يؤذي. وللعلاج أو الدواء اسألوا.", 4),
        (Locale.AR, "ليس الذنب ذنبكم، ومن وقع عليه الأذى ليس بمتهم. احفظوا الجواز.", 5),
        (Locale.CKB, "تەلەفۆنێک بشارنەوە. بەو کەسە مەڵێن کە لێی دەترسن. ژنێک وەڵام دەداتەوە.", 3),
        (Locale.CKB, "تەنیا نین، ئەوەی ئازار دەدات دوور بخەنەوە. بچووکەکە بپارێزن.", 3),
        (Locale.EN, "Hide a phone. Do not tell whom you fear. A woman can answer you.", 3),
        (Locale.EN, "You are not alone: put away what could hurt. It is not your fault.", 3),
    ],
)
def test_the_lint_sees_what_let_them_guess_before(locale: Locale, text: str, words: int) -> None:
    assert len(hints(text, locale)) == words, hints(text, locale)


@pytest.mark.parametrize(
    ("locale", "human", "someone"),
    [
        (Locale.AR, "إنسان يقرؤه في أسرع وقت", "اتصلوا الآن بمن تثقون به"),
        (Locale.CKB, "مرۆڤێک بە زووترین کات دەیخوێنێتەوە", "ئێستا پەیوەندی بە کەسێکی متمانەپێکراو"),
        (Locale.EN, "a person reads them as soon as can be", "Call somebody you trust now"),
    ],
)
def test_whoever_would_harm_themselves_is_told_of_a_human_who_reads_and_of_one_to_call(
    locale: Locale, human: str, someone: str
) -> None:
    text = _said(Category.SELF_HARM, locale, Channel.SMS)
    assert human in text
    assert someone in text


@pytest.mark.parametrize("locale", Locale)
def test_no_two_kinds_of_concern_are_given_the_same_advice(locale: Locale) -> None:
    texts = [_said(name, locale, Channel.TELEGRAM) for name in _ALL]
    assert len(set(texts)) == len(_ALL)


@pytest.mark.parametrize("teller", Teller)
@pytest.mark.parametrize(
    ("locale", "words"),
    [
        (Locale.AR, ("لا تدفعوا", "لا تحذفوا")),
        (Locale.CKB, ("مەدە", "مەسڕ")),
        (Locale.EN, ("not pay", "not delete")),
    ],
)
def test_whoever_is_blackmailed_is_told_neither_to_pay_nor_to_delete(
    locale: Locale, words: tuple[str, ...], teller: Teller
) -> None:
    name = ".".join(filter(None, (Category.ELECTRONIC_BLACKMAIL, teller)))
    text = _said(name, locale, Channel.SMS)
    assert all(word in text for word in words)


@pytest.mark.parametrize("locale", Locale)
def test_advice_fits_who_asks_for_help_too_and_who_was_put_out(locale: Locale) -> None:
    helped = {Locale.AR: "عونا", Locale.EN: "help", Locale.CKB: "یارمەتی"}
    put_out = {Locale.AR: "ومن أخرج", Locale.EN: "if it was done to you", Locale.CKB: "ئەگەر کرا"}
    accounts = {Locale.AR: "الحساب", Locale.EN: "account", Locale.CKB: "هەژمار"}
    drugs = _said("drugs", locale, Channel.SMS)
    assert helped[locale] in drugs[: len(drugs) // 2]
    assert put_out[locale] in _said("property_dispute", locale, Channel.SMS)
    assert accounts[locale] in _said("theft", locale, Channel.SMS)
