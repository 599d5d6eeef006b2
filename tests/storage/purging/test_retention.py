"""What has served its time goes, what has not stays, and a key's file goes only after its end is committed."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from bot.vocabulary import Sent
from storage import keys, tables, timers
from storage.database.engine import Store
from storage.keys import Domain, Keyring
from storage.outgoing import outbox
from storage.purging import retention
from storage.reporting import traces
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.making import message

pytestmark = [sqlite_mostly, pytest.mark.usefixtures("prepared")]


async def _purge(store: Store, keyring: Keyring, at: datetime) -> Mapping[str, int]:
    def work(conn: Connection) -> Mapping[str, int]:
        keys.register(conn, keyring, at)
        return retention.purge(conn, keyring, at)

    return await store.write(work)


async def _send_all(store: Store, keyring: Keyring, now: datetime) -> None:
    def work(conn: Connection) -> None:
        lease = timedelta(minutes=1)
        for parcel in outbox.claim(conn, keyring, owner="me", now=now, limit=99, lease=lease):
            outbox.sent(conn, keyring, parcel, Sent(("SM1",)), now=now)

    await store.write(work)


async def test_on_the_first_day_nothing_goes(store: Store, keyring: Keyring, now: datetime) -> None:
    await making.say(store, keyring, message(1), making.decision(making.filing(), replies=["filed"]), now=now)
    assert await _purge(store, keyring, now + timedelta(hours=1)) == {}


async def test_hashes_of_messages_go_after_thirty_days_and_waiting_ones_never(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await making.say(store, keyring, message(1), making.decision(), now=now)
    await making.keep(store, keyring, message(2), now=now)
    assert "inbound" not in await _purge(store, keyring, now + timedelta(days=30))
    assert (await _purge(store, keyring, now + timedelta(days=30, seconds=1)))["inbound"] == 1
    (left,) = await making.rows(store, tables.inbound)
    assert (left.settled_at, left.sealed is None) == (None, False)


async def test_a_conversation_goes_after_72_idle_hours(store: Store, keyring: Keyring, now: datetime) -> None:
    await making.say(store, keyring, message(1), making.decision(), now=now)
    assert "conversations" not in await _purge(store, keyring, now + timedelta(hours=72))
    assert (await _purge(store, keyring, now + timedelta(hours=72, seconds=1)))["conversations"] == 1


async def test_carriers_ids_go_after_48_hours_and_the_row_after_thirty_days(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await making.say(store, keyring, message(1), making.decision(making.filing(), replies=["filed"]), now=now)
    await _send_all(store, keyring, now)
    assert "carrier_ids" not in await _purge(store, keyring, now + timedelta(hours=48))
    assert (await _purge(store, keyring, now + timedelta(hours=48, seconds=1)))["carrier_ids"] == 1
    assert (await _purge(store, keyring, now + timedelta(days=30, seconds=1)))["outbox"] == 1


async def test_what_still_waits_to_be_sent_stays(store: Store, keyring: Keyring, now: datetime) -> None:
    await making.say(store, keyring, message(1), making.decision(replies=["a"]), now=now)
    await _purge(store, keyring, now + timedelta(days=40))
    assert await making.count(store, tables.outbox) == 1
    assert await making.count(store, tables.contacts) == 1


async def test_old_names_and_their_pepper_go_but_who_may_be_answered_stays(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await making.say(store, keyring, message(1), making.decision(making.filing()), now=now)
    await making.say(store, keyring, message(2, address="+9647700000012"), making.decision(), now=now)
    within = datetime(2026, 12, 3, 23, tzinfo=UTC)
    gone = await _purge(store, keyring, within)
    assert (gone["contacts"], "senders" in gone) == (1, False)  # who told nothing is forgotten with the conversation
    assert keyring.has(Domain.PEPPER, "2026-11")
    after = datetime(2026, 12, 4, 1, tzinfo=UTC)
    assert (await _purge(store, keyring, after))["senders"] == 1
    await _purge(store, keyring, after)
    assert not keyring.has(Domain.PEPPER, "2026-11")
    assert await making.count(store, tables.report_contacts) == 1
    assert await making.count(store, tables.contacts) == 1


async def test_an_intake_key_goes_when_it_seals_nothing_any_more(store: Store, keyring: Keyring, now: datetime) -> None:
    await making.say(store, keyring, message(1), making.decision(), now=now)
    (contact,) = await making.rows(store, tables.contacts)
    await store.write(lambda c: traces.ours(c, keyring, contact=contact.id, ids=["77"], report=None, now=now))
    day = "2026-11-21"
    await _purge(store, keyring, now + timedelta(hours=47))
    assert day in await store.read(lambda conn: keys.in_use(conn, Domain.INTAKE))
    later = now + timedelta(days=4)  # nobody deletes that message at its carrier any more
    await store.write(lambda conn: keys.register(conn, keyring, later))
    assert (await _purge(store, keyring, later))["keys_ended"] >= 1
    assert day not in await store.read(lambda conn: keys.in_use(conn, Domain.INTAKE))
    # The file goes at the next purge: the note of its end is committed by then.
    assert keyring.has(Domain.INTAKE, day)
    assert (await _purge(store, keyring, later))["keys_shredded"] >= 1
    assert not keyring.has(Domain.INTAKE, day)
    k = tables.keys.c
    one = select(k.destroyed_at).where(k.epoch == day, k.domain == Domain.INTAKE.value)
    assert (await store.read(lambda conn: conn.execute(one).scalar_one())) == later


async def test_yesterdays_and_todays_keys_stay(store: Store, keyring: Keyring, now: datetime) -> None:
    tomorrow = now + timedelta(days=1)
    await _purge(store, keyring, tomorrow)
    await _purge(store, keyring, tomorrow)
    in_use = await store.read(lambda conn: keys.in_use(conn, Domain.INTAKE))
    assert in_use == ["2026-11-21", "2026-11-22", "2026-11-23"]


async def test_a_purge_that_is_undone_destroys_no_key(store: Store, keyring: Keyring, now: datetime) -> None:
    later = now + timedelta(days=3)

    def undone(conn: Connection) -> None:
        keys.register(conn, keyring, later)
        retention.purge(conn, keyring, later)
        raise LookupError

    with pytest.raises(LookupError):
        await store.write(undone)
    assert keyring.has(Domain.INTAKE, "2026-11-21")
    await store.write(lambda conn: keys.register(conn, keyring, now))


async def test_timers_go_thirty_days_after_they_are_done(store: Store, keyring: Keyring, now: datetime) -> None:
    def work(conn: Connection) -> None:
        for once in ("done", "open"):
            timers.set_timer(conn, once=once, kind="x", due_at=now)
        (first, *_rest) = timers.claim(conn, owner="me", now=now, limit=1, lease=timedelta(minutes=1))
        timers.done(conn, first, now=now)

    await store.write(work)
    assert (await _purge(store, keyring, now + timedelta(days=31)))["timers"] == 1
    assert await making.count(store, tables.timers) == 1


async def test_a_message_after_a_quiet_month_is_not_taken_for_the_one_that_had_its_number(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    """SQLite numbers rows of an emptied table from the beginning, and the parts of the old ones are there still."""
    await making.say(store, keyring, message(1), making.decision(making.filing()), now=now)
    later = now + timedelta(days=31)
    assert (await _purge(store, keyring, later))["inbound"] == 1
    await making.say(store, keyring, message(2), making.decision(making.filing(code="482914")), now=later)
    assert await making.count(store, tables.reports) == 2
