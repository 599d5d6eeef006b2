"""Whoever guesses codes meets a measure, alone or with many phones; whoever does not is heard, and somebody is told."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import insert, select

from bot.vocabulary import Decision, Known, Message, Role
from storage import guessing, tables
from storage.database.engine import Connection, Store
from storage.guessing import Source
from storage.intake import coding
from storage.keys import Keyring
from storage.outgoing import outbox
from storage.purging import figures, retention
from storage.reporting.reporters import Who
from tests import staffing
from tests.databases import sqlite_mostly
from tests.storage import making

pytestmark = sqlite_mostly


HOUR = timedelta(hours=1)
LONG, SHORT = "4821930000000017", "482193"
HERS, THEIRS = "+9647700000021", "+9647700000022"


def _phone(keyring: Keyring, number: int) -> Source:
    """The number-th phone."""
    return guessing.phone(keyring, (b"phone %d" % number, b"phone %d, yesterday" % number))


async def _try(store: Store, keyring: Keyring, sources: Sequence[Source], *, now: datetime, amid: bool = False) -> int:
    """How many of these wrong codes were looked up, one after the other."""

    def work(conn: Connection) -> int:
        return sum(guessing.take(conn, keyring, source, amid=amid, now=now) for source in sources)

    return await store.write(work)


async def _everything(store: Store, keyring: Keyring, phones: int, tries: int, now: datetime) -> int:
    """How many are looked up when each phone tries that often, by turns, spread over an hour."""
    found = 0
    for turn in range(tries):
        at = now + HOUR * turn / tries
        found += await _try(store, keyring, [_phone(keyring, number) for number in range(phones)], now=at)
    return found


async def test_one_phone_that_guesses_is_heard_five_times_an_hour_and_twenty_a_day(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    assert await _everything(store, keyring, 1, 300, now) == 5
    later = [await _try(store, keyring, [_phone(keyring, 0)] * 9, now=now + HOUR * 2 * n) for n in range(1, 7)]
    assert later == [5, 5, 5, 0, 0, 0]
    assert await _try(store, keyring, [_phone(keyring, 0)] * 9, now=now + HOUR * 27) == 5


@pytest.mark.parametrize(("phones", "tries"), [(40, 15), pytest.param(40, 250, marks=pytest.mark.slow)])
async def test_many_phones_together_are_heard_no_more_than_a_hundred_times_an_hour(
    store: Store, keyring: Keyring, now: datetime, phones: int, tries: int
) -> None:
    assert 50 <= await _everything(store, keyring, phones, tries, now) <= 100


async def test_beyond_that_a_phone_that_was_quiet_for_a_day_is_heard_once(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _everything(store, keyring, 60, 3, now)
    quiet = _phone(keyring, 99)
    assert await _try(store, keyring, [quiet, quiet, _phone(keyring, 0)], now=now + HOUR) == 1


async def test_the_crowd_at_the_web_form_takes_nothing_from_the_phones_nor_they_from_it(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    crowd, apart = guessing.web(keyring, "", now), guessing.web(keyring, "91.106.40.7", now)
    assert await _try(store, keyring, [crowd] * 200, now=now) == 25
    assert await _try(store, keyring, [guessing.phone(keyring, ())] * 200, now=now) == 25
    assert await _everything(store, keyring, 40, 2, now) == 50
    assert await _try(store, keyring, [apart], now=now) == 1
    assert await _try(store, keyring, [crowd], now=now + timedelta(minutes=59)) == 0
    assert await _try(store, keyring, [crowd], now=now + timedelta(minutes=70)) == 1


async def test_guesses_that_come_at_once_at_two_replicas_share_one_count(
    store: Store, database_url: str, keyring: Keyring, now: datetime
) -> None:
    other = Store.open(database_url) if store.dialect == "postgresql" else store
    tries = [_try(store if n % 2 else other, keyring, [_phone(keyring, n % 30)], now=now) for n in range(90)]
    assert sum(await asyncio.gather(*tries)) == 50
    if other is not store:
        other.close()


async def test_numbers_amid_words_count_for_their_phone_alone_and_alarm_nobody(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    phones = [_phone(keyring, number) for number in range(150)]
    assert await _try(store, keyring, phones, amid=True, now=now) == 150
    assert await _try(store, keyring, [phones[0]] * 30, amid=True, now=now) == 19
    assert await _try(store, keyring, [phones[0]], now=now) == 1
    assert await store.read(lambda c: guessing.is_alarming(c, now)) is False


async def test_that_a_right_code_was_used_is_not_remembered(store: Store, keyring: Keyring, now: datetime) -> None:
    for amid in (False, True):
        for _ in range(30):
            assert await _try(store, keyring, [_phone(keyring, 1)], amid=amid, now=now) == 1
            give_back = partial(guessing.give_back, source=_phone(keyring, 1), amid=amid, now=now)
            await store.write(give_back)
    assert await making.count(store, tables.guesses) == 0


async def test_what_was_counted_is_gone_after_a_day(store: Store, keyring: Keyring, now: datetime) -> None:
    await _try(store, keyring, [_phone(keyring, 1)] * 9, now=now)
    (row,) = await making.rows(store, tables.guesses)
    assert (row.wrong, row.refused, row.slot_at.minute % 5) == (5, 4, 0)
    await store.write(lambda c: retention.purge(c, keyring, now + timedelta(hours=24)))
    assert await making.count(store, tables.guesses) == 1
    await store.write(lambda c: retention.purge(c, keyring, now + timedelta(hours=25, minutes=6)))
    assert await making.count(store, tables.guesses) == 0


# ── Who is told ──────────────────────────────────────────────────────────────────────────────────────────────
async def test_whoever_watches_over_the_machine_is_told_once_an_hour(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    def hire(conn: Connection) -> str:
        staffing.town(conn)
        for name, role, address in (("سالم", Role.ADMINISTRATOR, HERS), ("زينب", Role.COORDINATOR, THEIRS)):
            staffing.give_phone(conn, keyring, staffing.hire(conn, keyring, name, role, now=now), address, now=now)
        return str(conn.execute(select(tables.staff.c.id).where(tables.staff.c.name == "سالم")).scalar_one())

    watching = await store.write(hire)
    await _try(store, keyring, [_phone(keyring, 1)] * 99, now=now)
    assert await making.count(store, tables.outbox) == 0
    assert await store.read(lambda c: guessing.is_alarming(c, now)) is False
    await _try(store, keyring, [_phone(keyring, 1)] * 500, now=now)
    parcels = await store.write(
        lambda c: outbox.claim(c, keyring, owner="me", now=now, limit=9, lease=timedelta(minutes=1))
    )
    assert [parcel.reply.key for parcel in parcels if parcel.reply] == ["alert.guessing"]
    rows = [row for row in await making.rows(store, tables.audit) if row.action == "codes.guessed"]
    assert [(row.actor, row.data) for row in rows] == [("machine:codes", {"wrong": 5, "refused": 95})]
    to = [row for row in await making.rows(store, tables.contacts) if row.staff == watching]
    assert [row.contact for row in await making.rows(store, tables.outbox)] == [to[0].id]
    assert await store.read(lambda c: guessing.is_alarming(c, now + timedelta(hours=23)))
    assert not await store.read(lambda c: guessing.is_alarming(c, now + timedelta(hours=25)))
    assert (await store.read(figures.read))["codes_guessed_at"] == int(now.timestamp())
    await _try(store, keyring, [_phone(keyring, 1)] * 200, now=now + timedelta(minutes=61))
    assert await making.count(store, tables.outbox) == 2


# ── Messages ─────────────────────────────────────────────────────────────────────────────────────────────────
class _Told:
    """What was known when a message was settled."""

    def __init__(self) -> None:
        self.found: list[bool] = []

    def __call__(self, known: Known) -> Decision:
        self.found.append(known.by_code is not None)
        return making.decision(conversation=known.conversation)


async def _sends(store: Store, keyring: Keyring, message: Message, codes: tuple[str, ...], now: datetime) -> bool:
    told = _Told()
    await making.say(store, keyring, message, told, now=now, codes=codes)
    return told.found[-1]


async def _filed(store: Store, keyring: Keyring, now: datetime) -> None:
    """A report from her phone, with a code of each length."""
    await making.prepare(store, keyring, now)
    filed = making.filing(code=SHORT)
    await making.say(store, keyring, making.message(1, address=HERS), making.decision(filed), now=now)
    row = coding.row(keyring, Who(b"", (b"", b"", b""), b"", hidden=True), LONG, filed.report)
    await store.write(lambda c: c.execute(insert(tables.codes).values(**row)))


async def test_whoever_guessed_gets_the_same_answer_with_the_right_code_until_the_hour_is_over(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _filed(store, keyring, now)
    sent = 10
    for wrong in range(5):
        code = f"90000{wrong}"
        assert not await _sends(store, keyring, making.message(sent, address=HERS, text=code), (code,), now)
        sent += 1
    assert not await _sends(store, keyring, making.message(sent, address=HERS, text=SHORT), (SHORT,), now)
    soon = now + timedelta(minutes=66)
    assert await _sends(store, keyring, making.message(sent + 1, address=HERS, text=f"حالة {SHORT}"), (SHORT,), soon)


async def test_a_right_code_from_any_phone_is_heard_whatever_others_try(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _filed(store, keyring, now)
    await _everything(store, keyring, 60, 3, now)
    at = now + HOUR
    assert await _sends(store, keyring, making.message(30, address=HERS, text=SHORT), (SHORT,), at)
    assert await _sends(store, keyring, making.message(31, address=THEIRS, text=LONG), (LONG,), at)
    refused = await _try(store, keyring, [_phone(keyring, 1)], now=at)
    assert refused == 0


async def test_prices_in_a_story_take_no_code_away_from_its_writer(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _filed(store, keyring, now)
    for number in range(8):
        price = f"{250 + number}000"
        told = making.message(40 + number, address=HERS, text=f"باگوا مني {price} دينار")
        assert not await _sends(store, keyring, told, (price,), now)
    assert await _sends(store, keyring, making.message(60, address=HERS, text=SHORT), (SHORT,), now)
