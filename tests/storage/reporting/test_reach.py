"""What a failed sending says of a reporter: she is away until she writes again; who asked for silence keeps it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, update

from bot.vocabulary import Append, Decision, File, Mute, SendFailed
from storage import tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.outgoing import delivery, outbox
from storage.outgoing.outbox import Parcel
from tests.storage import making

LATE = timedelta(hours=73)
FILTERED = SendFailed("filtered", retryable=False)
STOPPED = SendFailed("stopped", retryable=False, unreachable=True)
CUT_OFF = SendFailed("network", retryable=True)


class Talk:
    """A reporter with one report."""

    def __init__(self, store: Store, keyring: Keyring, now: datetime) -> None:
        self.store, self.keyring, self.now = store, keyring, now
        self.file: File = making.filing()
        self.said = 0

    async def say(self, decided: Decision) -> None:
        """She writes, and this is decided."""
        self.said += 1
        await making.say(self.store, self.keyring, making.message(self.said), decided, now=self.now)

    async def comes_back(self) -> None:
        await self.say(making.decision(Append(self.file.report)))

    async def answer(self, once: str) -> None:
        """What staff wrote waits to be sent."""
        report, now, reply = self.file.report, self.now, making.reply()
        await self.store.write(
            lambda c: outbox.put_answer(c, self.keyring, report=report, reply=reply, once=once, due_at=now, now=now)
        )

    async def fails(self, failure: SendFailed, *, after: timedelta = timedelta(0)) -> Parcel:
        """What waits is taken, and its carrier says so."""
        then = self.now + after

        def work(conn: Connection) -> Parcel:
            (parcel,) = outbox.claim(conn, self.keyring, owner="a", now=then, limit=9, lease=timedelta(minutes=1))
            delivery.failed(conn, self.keyring, parcel, failure, now=then, jitter=0.0)
            return parcel

        return await self.store.write(work)

    async def reachable(self) -> str:
        (row,) = await making.rows(self.store, tables.reports)
        return str(row.reachable)


@pytest.fixture
async def talk(store: Store, keyring: Keyring, now: datetime) -> Talk:
    made = Talk(store, keyring, now)
    await making.prepare(store, keyring, now)
    await made.say(making.decision(made.file))
    return made


async def test_a_reply_of_ours_that_a_carrier_dislikes_leaves_its_report_answerable(talk: Talk) -> None:
    await talk.say(making.decision(Append(talk.file.report), replies=["added"]))
    assert (await talk.fails(FILTERED)).kind == "reply"
    assert await talk.reachable() == "yes"
    assert [row.kind for row in await making.rows(talk.store, tables.events)][-1] == "undelivered"


@pytest.mark.parametrize(("failure", "after"), [(FILTERED, timedelta(0)), (CUT_OFF, LATE)])
async def test_an_answer_that_did_not_arrive_loses_her_until_she_writes_again(
    talk: Talk, failure: SendFailed, after: timedelta
) -> None:
    await talk.answer("a")
    await talk.fails(failure, after=after)
    assert await talk.reachable() == "no"
    await talk.comes_back()
    assert await talk.reachable() == "yes"


async def test_she_is_not_found_where_she_asked_for_silence(talk: Talk) -> None:
    await talk.answer("a")
    await talk.fails(FILTERED)
    assert await talk.reachable() == "no"
    await talk.say(making.decision(Mute()))
    await talk.comes_back()
    assert await talk.reachable() == "pull"


async def test_silence_asked_of_the_carrier_after_an_answer_was_lost_is_kept(talk: Talk) -> None:
    await talk.answer("a")
    await talk.fails(FILTERED)
    other = making.filing(code="654321")
    await talk.store.write(lambda c: c.execute(update(tables.contacts).values(unreachable_at=None)) and None)
    await talk.say(making.decision(other, replies=["filed"]))
    assert (await talk.fails(STOPPED)).report == other.report
    await talk.comes_back()
    assert {row.reachable for row in await making.rows(talk.store, tables.reports)} == {"pull"}


async def test_what_waits_for_its_reporter_waits_on_though_a_carrier_failed(talk: Talk) -> None:
    await talk.answer("a")
    pull = update(tables.reports).values(reachable="pull")
    await talk.store.write(lambda c: c.execute(pull) and None)
    await talk.fails(FILTERED)
    await talk.comes_back()
    assert await talk.reachable() == "pull"
