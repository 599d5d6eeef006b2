"""An answer by SMS is bound where it is made: nine parts, the words that go before it counted, in either database."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import func, select

from bot.handlers import segments
from bot.vocabulary import Channel, Locale, Role
from storage import tables
from storage.casework import cases, lengths
from storage.casework.acts import Act, Refused
from storage.database.engine import Store
from storage.keys import Keyring
from tests.bot.story import catalogue
from tests.staffing import Filed, file, hire, town

N = "BG-00001"
_WHOLE = 9 * 67
_LONGEST = _WHOLE - max(map(len, lengths.BEFORE.values()))


@pytest.mark.parametrize("locale", Locale)
def test_what_goes_before_an_answer_is_what_the_catalogue_says(locale: Locale) -> None:
    said = catalogue().render(cases.answer(N, "نعم"), channel=Channel.SMS, locale=locale).text
    assert said == lengths.BEFORE[locale] + "نعم"


@pytest.mark.parametrize(
    "filed",
    [
        Filed(N),
        Filed(N, language="en"),
        Filed(N, reachable="nudge"),
        Filed(N, reachable="pull", channel=Channel.TELEGRAM),
    ],
)
async def test_an_answer_of_nine_parts_leaves_and_one_letter_more_does_not(
    store: Store, keyring: Keyring, now: datetime, filed: Filed
) -> None:
    person = await _person(store, keyring, now, filed)
    assert segments.count("ا" * _WHOLE).parts == lengths.MOST_PARTS < segments.count("ا" * (_WHOLE + 1)).parts
    with pytest.raises(Refused, match=r"reply\.long"):
        await _reply(store, keyring, person, now, "ا" * (_LONGEST + 1))
    assert await _kept(store) == (0, 0), "nothing of it is kept or sent"
    await _reply(store, keyring, person, now, "ا" * _LONGEST)
    assert await _kept(store) == (1, filed.reachable != "pull")


async def test_what_goes_to_a_chat_may_be_longer(sqlite_store: Store, keyring: Keyring, now: datetime) -> None:
    person = await _person(sqlite_store, keyring, now, Filed(N, channel=Channel.TELEGRAM))
    await _reply(sqlite_store, keyring, person, now, "ا" * 1500)


@pytest.mark.parametrize("text", ["a" * 600, "ا" * 600, "كَ" * 500, "", "a€" * 300, "ئە😀" * 150])
@pytest.mark.parametrize("locale", Locale)
def test_in_no_language_does_an_answer_leave_in_more_parts_than_were_counted(locale: Locale, text: str) -> None:
    leaves = catalogue().render(cases.answer(N, text), channel=Channel.SMS, locale=locale).text
    assert segments.count(leaves).parts <= lengths.parts(text)


async def test_latin_letters_are_counted_as_they_leave_behind_arabic_words(
    sqlite_store: Store, keyring: Keyring, now: datetime
) -> None:
    person = await _person(sqlite_store, keyring, now, Filed(N, language="en"))
    longest = _WHOLE - len(lengths.BEFORE[Locale.CKB])
    with pytest.raises(Refused, match=r"reply\.long"):
        await _reply(sqlite_store, keyring, person, now, "a" * (longest + 1))
    await _reply(sqlite_store, keyring, person, now, "a" * longest)


@pytest.mark.parametrize(
    ("reachable", "channel", "app", "may"),
    [
        ("yes", "sms", "", True),
        ("yes", "", "", True),
        ("yes", "telegram", "", False),
        ("yes", "sms", "whatsapp", False),
        ("nudge", "telegram", "", True),
        ("pull", "web", "", True),
        ("pull", "sms", "whatsapp", True),
    ],
)
def test_what_may_be_fetched_from_any_phone_may_leave_by_sms(
    reachable: str, channel: str, app: str, *, may: bool
) -> None:
    assert lengths.may_be_sms(reachable, channel, app=app) is may


async def _person(store: Store, keyring: Keyring, now: datetime, filed: Filed) -> str:
    await store.write(town)
    await store.write(lambda c: file(c, keyring, replace(filed, said=("سرقوا دراجتي",)), now=now))
    return await store.write(lambda c: hire(c, keyring, "زينب", Role.COORDINATOR, now=now))


async def _reply(store: Store, keyring: Keyring, person: str, now: datetime, text: str) -> None:
    await store.write(lambda c: cases.reply(c, keyring, Act(person, N, 1, now), text), staff=person)


async def _kept(store: Store) -> tuple[int, int]:
    said = select(func.count()).select_from(tables.parts).where(tables.parts.c.kind == "reply")
    sent = select(func.count()).select_from(tables.outbox)
    return await store.read(lambda c: (c.execute(said).scalar_one(), c.execute(sent).scalar_one()))
