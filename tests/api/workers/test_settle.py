"""Settling: whose fault it is decides whether a message is tried again, and none disappears."""

import itertools
from datetime import datetime, timedelta

import pytest

from api.demo import folk
from api.wiring import Wiring
from api.workers.deliver import deliver_due
from api.workers.settle import settle_waiting
from bot.vocabulary import Channel, Message
from storage import tables
from storage.database.engine import Connection
from storage.intake import ledger
from storage.keys import Domain, KeyMissing, epoch_of
from storage.purging import figures
from storage.words import content
from tests.api.workers.hands import Hands
from tests.databases import on_sqlite_mostly, sqlite_mostly

pytestmark = sqlite_mostly


EMERGENCY = "هسه رمي قوي بحي العامل"


async def test_without_an_office_messages_wait_until_there_is_one(empty: Wiring, hands: Hands) -> None:
    await hands.say(empty, EMERGENCY)
    for _ in range(8):
        assert not await settle_waiting(empty)
        hands.now += timedelta(minutes=1)
    await folk.move_in(empty)
    found = await hands.settle(empty)
    assert (found["reports"], found["dead_letters"]) == (1, 0)


async def test_a_fault_of_the_machine_counts_against_no_message(wiring: Wiring, hands: Hands) -> None:
    await hands.say(wiring, EMERGENCY)
    outbox_keys = wiring.settings.keys_dir / "outbox" / epoch_of(Domain.OUTBOX, hands.now)
    hidden = outbox_keys.rename(outbox_keys.with_suffix(".away"))
    wiring.keyring._known.clear()
    for _ in range(8):
        with pytest.raises(KeyMissing):
            await settle_waiting(wiring)
        hands.now += timedelta(minutes=1)
    hidden.rename(outbox_keys)
    found = await hands.settle(wiring)
    assert (found["reports"], found["dead_letters"], found["unsettled"]) == (1, 0, 0)


async def test_a_message_that_cannot_be_settled_becomes_a_dead_letter_and_the_chat_goes_on(
    wiring: Wiring, hands: Hands
) -> None:
    await hands.say(wiring, "رسالة مسمومة")
    await hands.say(wiring, EMERGENCY)
    await _spoil(wiring)
    for _ in range(8):
        await hands.settle(wiring)
        hands.now += timedelta(minutes=1)
    found = await wiring.store.read(figures.read)
    assert (found["dead_letters"], found["unsettled"], found["reports"]) == (1, 0, 1)


async def _spoil(wiring: Wiring) -> None:
    """The first message's bytes are changed, as a broken disk would."""

    def spoil(connection: Connection) -> None:
        first = tables.inbound.select().order_by(tables.inbound.c.id).limit(1)
        row = connection.execute(first).one()
        changed = bytes(row.sealed[:-1]) + bytes([row.sealed[-1] ^ 1])
        connection.execute(tables.inbound.update().where(tables.inbound.c.id == row.id).values(sealed=changed))

    await wiring.store.write(spoil)


async def test_what_was_buried_by_a_mended_fault_is_tried_again_and_filed(wiring: Wiring, hands: Hands) -> None:
    await hands.say(wiring, EMERGENCY)
    (waiting,) = await wiring.store.read(lambda c: ledger.waiting(c, wiring.keyring, now=hands.now, limit=9))
    for _ in range(5):
        await wiring.store.write(
            lambda c: ledger.stumble(c, wiring.keyring, waiting.id, now=hands.now, reason="ValueError")
        )
    assert (await wiring.store.read(figures.read))["dead_letters"] == 1
    assert await wiring.store.write(lambda c: ledger.revive(c, wiring.keyring, now=hands.now)) == 1
    found = await hands.settle(wiring)
    assert (found["reports"], found["dead_letters"], found["kept"]) == (1, 0, 1)


async def test_one_persons_many_emergencies_are_all_filed_and_ring_one_after_another(
    wiring: Wiring, hands: Hands
) -> None:
    for number in range(5):
        await hands.say(wiring, f"بلاغ جديد: {EMERGENCY} {number}")
        await hands.settle(wiring)
    due = await wiring.store.read(_alerts_due)
    assert len(due) == 5
    assert all(later - earlier >= timedelta(minutes=10) for earlier, later in itertools.pairwise(due))


async def test_two_peoples_emergencies_ring_at_once(wiring: Wiring, hands: Hands) -> None:
    for phone in (1, 2):
        await hands.say(wiring, EMERGENCY, phone=phone)
    await hands.settle(wiring)
    assert len(set(await wiring.store.read(_alerts_due))) == 1


def _alerts_due(connection: Connection) -> list[datetime]:
    timers = tables.timers
    alerts = timers.select().where(timers.c.kind == "alert").order_by(timers.c.due_at)
    return [row.due_at for row in connection.execute(alerts)]


async def test_an_address_that_does_not_open_is_given_up_and_staff_see_it(wiring: Wiring, hands: Hands) -> None:
    await hands.say(wiring, EMERGENCY)
    await hands.settle(wiring)
    spoilt = tables.contacts.update().where(tables.contacts.c.staff.is_(None)).values(sealed=b"\x01" * 64)
    await wiring.store.write(lambda c: c.execute(spoilt))
    while await deliver_due(wiring):
        pass
    found = await wiring.store.read(figures.read)
    assert found["outbox"] == {"pending": 0, "sent": 0, "dead": 1}
    reachable = await wiring.store.read(lambda c: c.execute(tables.reports.select()).one().reachable)
    assert reachable == "no"


@pytest.mark.parametrize("only", [True, False])
@on_sqlite_mostly
async def test_what_the_only_one_of_a_sealed_desk_typed_in_goes_to_another_sealed_desk(
    wiring: Wiring, hands: Hands, *, only: bool
) -> None:
    """She may not open it, and it must not be lost: there is a regional desk."""
    text = "رجلها يضربها كل يوم وحابسها بالبيت بالكرادة"
    here = (tables.grants.c.office == "BG-karrada", tables.grants.c.desk == "women")
    people = await wiring.store.read(lambda c: c.execute(tables.grants.select().where(*here)).all())
    huda, *others = sorted(row.staff for row in people)
    assert others
    if only:
        gone = tables.grants.c.staff.in_(others)
        await wiring.store.write(lambda c: c.execute(tables.grants.delete().where(*here, gone)))
    by_hand = Message(
        Channel.CONSOLE, "entry", "entry", "1", "", 1, text=text, code="4829136500277410", entered_by=huda
    )
    await wiring.intake.keep(by_hand)
    await hands.settle(wiring)
    row = await wiring.store.read(lambda c: c.execute(tables.reports.select()).one())
    assert row.desk in {"women", "child"}
    assert (row.office != "BG-karrada") is only


@on_sqlite_mostly
async def test_where_all_others_at_her_desk_are_of_the_office_that_it_names_it_goes_to_another(
    hands: Hands, wiring: Wiring
) -> None:
    """They could not open it, and she who typed it in may not."""
    text = "طليقي ضابط بمركز الشعلة ويهددني بصوري"
    await hands.say(wiring, text)
    await hands.settle(wiring)
    first = await wiring.store.read(lambda c: c.execute(tables.reports.select()).one())

    def work(conn: Connection) -> str:
        hers, other, far = conn.execute(tables.staff.select().where(tables.staff.c.active).limit(3)).scalars()
        g = tables.grants.c
        conn.execute(tables.grants.delete().where(g.staff.in_((hers, other, far)) | (g.office == first.office)))
        away = {"office": "IQ-oversight-centre", "desk": "women", "role": "focal_point"}
        conn.execute(tables.grants.insert(), {"staff": far, **away})
        there = {"office": first.office, "desk": first.desk, "role": "focal_point"}
        named = {"office": "BG-shula", "desk": "general", "role": "coordinator"}
        conn.execute(tables.grants.insert(), [{"staff": hers, **there}, {"staff": other, **there}])
        conn.execute(tables.grants.insert(), {"staff": other, **named})
        return str(hers)

    hers = await wiring.store.write(work)
    by_hand = Message(
        Channel.CONSOLE, "entry", "entry", "1", "", 1, text=text, code="4829136500277410", entered_by=hers
    )
    await wiring.intake.keep(by_hand)
    await hands.settle(wiring)
    rows = await wiring.store.read(lambda c: c.execute(tables.reports.select()).all())
    (typed,) = (row for row in rows if row.id != first.id)
    card = await wiring.store.read(lambda c: content.card(c, wiring.keyring, typed.id))
    assert "BG-shula" in card["apart"]
    assert typed.desk in {"women", "child"}
    assert (typed.office, typed.desk) != (first.office, first.desk)
