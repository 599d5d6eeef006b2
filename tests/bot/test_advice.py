"""Advice is there for every kind of concern, in every language, short, and safe to be read over a shoulder."""

import re

import pytest

from bot import safety
from bot.handlers.segments import count
from bot.vocabulary import Category, Channel, Locale, Reply
from tests.bot.story import catalogue


def _said(category: Category, locale: Locale, channel: Channel) -> str:
    return catalogue().render(Reply(f"advice.{category}"), channel=channel, locale=locale).text


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("category", Category)
def test_advice_fits_three_sms_names_no_kind_of_concern_and_carries_no_link_or_number(
    category: Category, locale: Locale
) -> None:
    text = _said(category, locale, Channel.SMS)
    assert count(text).parts <= 3
    assert safety.telling(text) == ()
    # A number that was not verified where they live may ring at nobody; the metres to a thing on the ground may stand.
    assert not re.search(r"https?:|www\.|\d{3,}", text.replace("100", ""))


@pytest.mark.parametrize("locale", Locale)
def test_no_two_kinds_of_concern_are_given_the_same_advice(locale: Locale) -> None:
    texts = [_said(category, locale, Channel.TELEGRAM) for category in Category]
    assert len(set(texts)) == len(Category)


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        (Locale.AR, ("لا تدفعوا", "لا تحذفوا")),
        (Locale.CKB, ("مەدەن", "مەسڕنەوە")),
        (Locale.EN, ("not pay", "not delete")),
    ],
)
def test_whoever_is_blackmailed_is_told_neither_to_pay_nor_to_delete(locale: Locale, words: tuple[str, ...]) -> None:
    text = _said(Category.ELECTRONIC_BLACKMAIL, locale, Channel.SMS)
    assert all(word in text for word in words)
