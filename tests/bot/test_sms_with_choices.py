"""What a question costs by SMS with all that it offers: real names of places, the longest kinds of concern."""

from collections.abc import Iterator
from itertools import groupby, product
from types import SimpleNamespace
from typing import cast

import pytest
from babel.messages.catalog import Message

from bot import consent
from bot.decide import asking
from bot.decide.turn import Turn
from bot.handlers.segments import count
from bot.nlp import places
from bot.taxonomy import RULES
from bot.vocabulary import Channel, Locale, Option, Reply
from tests.bot.choices import stated
from tests.bot.story import catalogue, gazetteer
from tests.bot.test_replies import LONGEST, key, messages

TEXTS = catalogue()
_YES = (Option("v1:pin:yes", "choice.yes"), Option("v1:pin:no", "choice.no"))
_ONE = (Option("v1:one:a", "choice.one"), Option("v1:two:a", "choice.two"))
_ERASE = (Option("v1:erase:a", "choice.erase"), Option("v1:cmd:no", "choice.keep"))
_WHO = (Option("v1:officer:woman", "choice.woman"), Option("v1:officer:any", "choice.any"))
_ADVICE = (Option("v1:cmd:advice", "choice.advice"),)
_LANGUAGES = tuple(Option(f"v1:lang:{each}", f"language.{each}") for each in Locale)


def parts(locale: Locale, asked: str, options: tuple[Option, ...], **values: str) -> int:
    """Of one question by SMS."""
    reply = Reply(asked, {"code": "999999"} | values, options)
    return count(TEXTS.render(reply, channel=Channel.SMS, locale=locale).text).parts


def named_alike(locale: Locale) -> list[tuple[Option, ...]]:
    """The choices wherever several places bear one name, at most three, as they are offered."""
    turn = cast("Turn", SimpleNamespace(locale=locale, world=SimpleNamespace(gazetteer=gazetteer())))
    found = sorted(gazetteer().places.values(), key=lambda place: place.name_ar)
    alike = [list(group)[:3] for _, group in groupby(found, key=lambda place: place.name_ar)]
    return [
        tuple(Option(f"v1:place:{each.id}", asking._name(turn, each, group), literal=True) for each in group)
        for group in alike
        if len(group) > 1
    ]


@pytest.mark.parametrize("locale", Locale)
def test_a_question_for_the_place_states_its_parts_with_any_places_of_one_name(locale: Locale) -> None:
    offered = named_alike(locale)
    assert len(offered) > 20
    assert max(parts(locale, "place.ask", each) for each in offered) <= stated(locale)["place.ask"]


@pytest.mark.parametrize("locale", Locale)
def test_a_question_for_the_kind_states_its_parts_with_the_longest_kinds(locale: Locale) -> None:
    kinds = [Option(f"v1:cat:{category}", f"category.{category}") for category in RULES]
    longest = sorted(kinds, key=lambda kind: -parts_of_label(locale, kind))[:3]
    offered = (*longest, Option("v1:cat:other", "choice.other"))
    assert parts(locale, "category.ask", offered) <= stated(locale)["category.ask"]


def parts_of_label(locale: Locale, kind: Option) -> int:
    """How long a choice is."""
    return len(TEXTS.render(Reply("category.ask", options=(kind,)), channel=Channel.SMS, locale=locale).text)


@pytest.mark.parametrize("locale", Locale)
def test_other_questions_are_one_part_with_their_choices(locale: Locale) -> None:
    longest = max((place.name_ar for place in gazetteer().places.values()), key=len)
    for asked, options in (
        ("pin.ask", _YES),
        ("filed.belongs", _ONE),
        ("filed.belongs.man", _ONE),
        ("filed.emergency.belongs", _ONE),
        ("filed.emergency.away.belongs", _ONE),
        ("filed.emergency.unplaced.belongs", _ONE),
        ("filed.emergency.none.belongs", _ONE),
        ("belongs.ask", _ONE),
        ("filed.officer", _WHO),
        ("advice.offer", _ADVICE),
        ("danger", _ADVICE),
        ("danger.unplaced", _ADVICE),
        ("erase.ask", _ERASE),
        ("erase.ask.all", _ERASE),
        ("officer.ask", _WHO),
        ("language.ask", _LANGUAGES),
    ):
        assert parts(locale, asked, options, place=longest, hotline="9111", number="9") <= stated(locale)[asked] == 1, (
            asked
        )


@pytest.mark.parametrize("locale", Locale)
def test_the_place_of_any_pin_is_asked_about_in_the_first_part(locale: Locale) -> None:
    turn = cast("Turn", SimpleNamespace(locale=locale))
    districts = {places._district(gazetteer(), each) for each in gazetteer().places.values()}
    names = {asking._in(turn.locale, each) for each in districts}
    assert len(names) > 200
    most = max(parts(locale, "filed.pin", _YES, place=name) for name in names)
    assert most <= stated(locale)["filed.pin"] == 1


@pytest.mark.parametrize("locale", Locale)
def test_whoever_states_choices_is_tested_with_them(locale: Locale) -> None:
    tested = {"place.ask", "category.ask", "pin.ask", "filed.pin", "erase.ask", "officer.ask", "language.ask"}
    tested |= {"erase.ask.all"}
    tested |= {"filed.belongs", "filed.belongs.man", "belongs.ask", "filed.officer", "advice.offer"}
    tested |= {"danger", "danger.unplaced"}
    tested |= {f"filed.emergency{each}.belongs" for each in ("", ".away", ".unplaced", ".none")}
    assert {key for key in stated(locale) if not key.startswith("consent.")} == tested


@pytest.mark.parametrize("locale", Locale)
def test_a_question_for_consent_states_its_parts_with_the_way_back_and_any_number_of_days(locale: Locale) -> None:
    allowed = {key(message): int(stated[0]) for message, stated in _consents(locale)}
    assert len(allowed) == 9
    for asked, days, back in product(allowed, (1, 2, 3, 11, 100, 365), (consent.BACK, consent.BACK_BY_CODE)):
        values = {"body": LONGEST["body"], "count": str(days), "back": back}
        text = TEXTS.render(Reply(asked, values), channel=Channel.SMS, locale=locale).text
        assert count(text).parts <= allowed[asked], (asked, days, back)
        assert [line[:2] for line in text.splitlines()[-2:]] == ["2 ", "3 "], asked  # as `consent.explained` hears them
    line = TEXTS.render(consent.offer(), channel=Channel.SMS, locale=locale).text
    assert count(line).parts == 1


def _consents(locale: Locale) -> Iterator[tuple[Message, list[str]]]:
    for message in messages(locale):
        if message.context == "sms" and key(message).startswith(consent.QUESTION):
            yield message, [c.removeprefix("sms: ") for c in message.auto_comments if c.startswith("sms: ")]
