"""A carrier tells late, twice and in any order what became of a message; what staff see only ever moves forward."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import select

from bot.vocabulary import Channel, Delivery, Receipt, Reply, SendFailed, Sent
from storage import tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.outgoing import delivery, fates, outbox, receipts
from storage.outgoing.outbox import Parcel
from storage.purging import retention
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.making import message

pytestmark = [sqlite_mostly, pytest.mark.usefixtures("prepared")]

LEASE = timedelta(seconds=60)
SWITCHED_OFF = SendFailed("unreachable", retryable=True)
NO_SUCH_NUMBER = SendFailed("unreachable", retryable=False, unreachable=True)
STOPPED = SendFailed("stopped", retryable=False, unreachable=True)


@pytest.fixture
async def report(store: Store, keyring: Keyring, now: datetime) -> str:
    """A report whose reporter can be answered."""
    file = making.filing()
    await making.say(store, keyring, message(1), making.decision(file), now=now)
    return file.report


async def _answered(store: Store, keyring: Keyring, report: str, now: datetime, *ids: str) -> Parcel:
    """An answer that its carrier took, under these ids."""

    def work(conn: Any) -> Parcel:
        (contact,) = conn.execute(select(tables.contacts)).all()
        outbox.put(
            conn,
            keyring,
            once="answer:p1",
            kind="answer",
            contact=contact.id,
            channel=Channel.SMS,
            reply=Reply("answer"),
            report=report,
            due_at=now,
            now=now,
        )
        (parcel,) = outbox.claim(conn, keyring, owner="me", now=now, limit=9, lease=LEASE)
        assert delivery.sent(conn, keyring, parcel, Sent(ids), carrier="twilio", now=now)
        return parcel

    return await store.write(work)


async def _told(
    store: Store, keyring: Keyring, now: datetime, state: Delivery, id: str = "SM1", failure: SendFailed | None = None
) -> None:
    receipt = Receipt("twilio", id, state, failure)
    await store.write(lambda conn: receipts.arrive(conn, keyring, receipt, now=now))


async def _delivery(store: Store) -> Delivery:
    (row,) = await making.rows(store, tables.outbox)
    return Delivery(row.delivery)


async def _events(store: Store) -> list[str]:
    return [event.kind for event in await making.rows(store, tables.events)]


@pytest.mark.parametrize("order", list(permutations([Delivery.QUEUED, Delivery.SENT, Delivery.DELIVERED])))
async def test_receipts_in_any_order_and_twice_end_at_the_farthest(
    store: Store, keyring: Keyring, report: str, now: datetime, order: tuple[Delivery, ...]
) -> None:
    """Group 45."""
    await _answered(store, keyring, report, now, "SM1")
    seen = Delivery.ACCEPTED
    for state in (*order, *order):
        await _told(store, keyring, now, state)
        seen = max(seen, state)
        assert await _delivery(store) is seen


async def test_receipts_of_messages_that_are_not_ours_change_nothing(
    store: Store, keyring: Keyring, report: str, now: datetime
) -> None:
    """Group 45: an id that is unknown, or another carrier's, or whose parcel is long gone."""
    await _answered(store, keyring, report, now, "SM1")
    await _told(store, keyring, now, Delivery.DELIVERED, id="SM2")
    await store.write(
        lambda conn: receipts.arrive(conn, keyring, Receipt("kannel", "SM1", Delivery.DELIVERED), now=now)
    )
    assert await _delivery(store) is Delivery.ACCEPTED
    later = now + timedelta(days=31)
    await store.write(lambda conn: retention.purge(conn, keyring, later) and None)
    assert await making.count(store, tables.receipts) == 0
    await _told(store, keyring, later, Delivery.DELIVERED)


async def test_an_answer_that_did_not_arrive_is_seen_by_staff_once(
    store: Store, keyring: Keyring, report: str, now: datetime
) -> None:
    await _answered(store, keyring, report, now, "SM1")
    for _ in range(2):
        await _told(store, keyring, now, Delivery.FAILED, failure=SWITCHED_OFF)
    assert (await _events(store)).count("undelivered") == 1
    (row,) = await making.rows(store, tables.reports)
    assert row.reachable == "yes"  # a telephone that is off is not a wish


@pytest.mark.parametrize(("failure", "reachable"), [(NO_SUCH_NUMBER, "no"), (STOPPED, "pull")])
async def test_why_it_failed_tells_whether_they_can_be_answered(
    store: Store, keyring: Keyring, report: str, now: datetime, failure: SendFailed, reachable: str
) -> None:
    """Group 45: 21610 may come in a receipt only; it is a wish for silence, kept by the carrier."""
    await _answered(store, keyring, report, now, "SM1")
    await _told(store, keyring, now, Delivery.FAILED, failure=failure)
    (row,) = await making.rows(store, tables.reports)
    assert row.reachable == reachable
    (contact,) = await making.rows(store, tables.contacts)
    assert (contact.unreachable_at == now) is (reachable == "no")


async def test_nothing_fails_any_more_that_has_arrived(
    store: Store, keyring: Keyring, report: str, now: datetime
) -> None:
    await _answered(store, keyring, report, now, "SM1")
    await _told(store, keyring, now, Delivery.DELIVERED)
    await _told(store, keyring, now, Delivery.FAILED, failure=NO_SUCH_NUMBER)
    assert await _delivery(store) is Delivery.DELIVERED
    assert "undelivered" not in await _events(store)
    (row,) = await making.rows(store, tables.reports)
    assert row.reachable == "yes"


async def test_what_arrives_after_it_was_given_up_makes_them_reachable_again(
    store: Store, keyring: Keyring, report: str, now: datetime
) -> None:
    await _answered(store, keyring, report, now, "SM1")
    await _told(store, keyring, now, Delivery.FAILED, failure=NO_SUCH_NUMBER)
    await _told(store, keyring, now, Delivery.DELIVERED)
    assert await _delivery(store) is Delivery.DELIVERED
    (row,) = await making.rows(store, tables.reports)
    (contact,) = await making.rows(store, tables.contacts)
    assert (row.reachable, contact.unreachable_at) == ("yes", None)


async def test_an_answer_of_several_messages_has_arrived_with_the_last_of_them(
    store: Store, keyring: Keyring, report: str, now: datetime
) -> None:
    await _answered(store, keyring, report, now, "SM1", "SM2", "SM3")
    for id in ("SM2", "SM2", "SM1"):
        await _told(store, keyring, now, Delivery.DELIVERED, id=id)
        assert await _delivery(store) is Delivery.ACCEPTED
    await _told(store, keyring, now, Delivery.READ, id="SM3")
    assert await _delivery(store) is Delivery.READ


async def test_an_answer_of_which_one_message_failed_has_not_arrived(
    store: Store, keyring: Keyring, report: str, now: datetime
) -> None:
    await _answered(store, keyring, report, now, "SM1", "SM2")
    await _told(store, keyring, now, Delivery.FAILED, id="SM1", failure=SWITCHED_OFF)
    await _told(store, keyring, now, Delivery.DELIVERED, id="SM2")
    assert await _delivery(store) is Delivery.FAILED


async def test_nothing_kept_of_a_receipt_shows_the_carriers_id(
    store: Store, keyring: Keyring, report: str, now: datetime
) -> None:
    await _answered(store, keyring, report, now, "SM1")
    (row,) = await making.rows(store, tables.receipts)
    assert len(row.hash) == 32
    assert b"SM1" not in row.hash


async def test_why_it_failed_is_kept_as_a_code_of_ours(
    store: Store, keyring: Keyring, report: str, now: datetime
) -> None:
    await _answered(store, keyring, report, now, "SM1")
    receipt = Receipt("twilio", "SM1", Delivery.FAILED, SWITCHED_OFF)
    await store.write(lambda c: receipts.arrive(c, keyring, receipt, now=now))
    (fate,) = (await store.read(lambda c: fates.of(c, report))).values()
    assert fate == fates.Fate(fates.Arrival.UNDELIVERED, fates.Why.NO_NUMBER)
    late = Receipt("twilio", "SM1", Delivery.DELIVERED)
    await store.write(lambda c: receipts.arrive(c, keyring, late, now=now))
    assert list((await store.read(lambda c: fates.of(c, report))).values()) == [fates.Fate(fates.Arrival.DELIVERED)]
