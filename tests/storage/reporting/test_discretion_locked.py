"""What comes while a discreet reporter has not said her word: kept, attached to nothing, told at her desk alone."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, update

from bot.vocabulary import Alarm, Append, Category, Conversation, Desk, Erase, Facts, File, Mode, Show, Unlock, Urgency
from storage import tables
from storage.casework import threads
from storage.database.engine import Store
from storage.keys import Keyring
from storage.words import content
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.making import OFFICE, OTHER_PHONE, message
from tests.storage.reporting.discreet import HOUR, discretion_of, heard, hidden, kept_locked, left

pytestmark = [pytest.mark.usefixtures("prepared"), sqlite_mostly]
DANGER = Facts(Category.DOMESTIC_VIOLENCE, Urgency.HIGH, sensitive=True)


def _talk(file: File, now: datetime) -> Conversation:
    """Of a discreet reporter, after this came without their word."""
    return Conversation(mode=Mode.DISCREET, locked=making.ongoing(file, now).ongoing)


async def test_what_else_is_theirs_and_what_came_without_their_word_is_told_with_it_alone(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    file = await hidden(store, keyring, now)
    other, piece = making.filing(code="777777"), kept_locked()
    await making.say(store, keyring, message(2), making.decision(other, replies=["filed"]), now=now)
    await making.say(store, keyring, message(3), making.decision(piece, conversation=_talk(piece, now)), now=now)
    locked = await discretion_of(store, keyring, now, 4, "شنو صار")
    assert (locked.said, locked.others, locked.beside) == (False, (), False)
    hers = await discretion_of(store, keyring, now, 5, "زهرة")
    assert (hers.said, hers.report, hers.others, hers.beside) == (True, file.report, (other.report,), True)


async def test_what_comes_while_locked_is_nobodys(store: Store, keyring: Keyring, now: datetime) -> None:
    await hidden(store, keyring, now)
    file = kept_locked()
    talk = _talk(file, now)
    first = making.decision(file, conversation=talk, replies=["decoy"])
    await making.say(store, keyring, message(2, text="وينها", own_id="2"), first, now=now)
    more = making.decision(Append(file.report), conversation=talk, replies=["decoy"])
    await making.say(store, keyring, message(3, text="ردو", own_id="3"), more, now=now)
    row = next(row for row in await making.rows(store, tables.reports) if row.id == file.report)
    assert row.reachable == "no"
    for table in (tables.codes, tables.report_contacts, tables.outbox, tables.traces):
        assert [each for each in await making.rows(store, table) if each.report == file.report] == []
    card = await store.read(lambda conn: threads.card(conn, keyring, file.report))
    assert card is not None
    assert card.unsaid
    thread = await store.read(lambda conn: content.card(conn, keyring, file.report))
    assert thread["locked"] is True


async def test_what_was_kept_while_locked_is_looked_for_only_while_somebody_looks_there(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await hidden(store, keyring, now)
    file = kept_locked()
    talk = _talk(file, now)
    await making.say(store, keyring, message(2), making.decision(file, conversation=talk), now=now)
    assert (await heard(store, keyring, now, 3, "منو")).conversation.locked == talk.locked
    closed = update(tables.reports).where(tables.reports.c.id == file.report)
    await store.write(lambda conn: conn.execute(closed.values(status="closed", closed_at=now)) and None)
    assert (await heard(store, keyring, now, 4, "منو")).conversation.locked is None


async def test_what_was_kept_while_locked_goes_with_their_last_report_and_so_does_all_they_hid(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    hers, elsewhere = await hidden(store, keyring, now), making.filing(code="333333")
    await making.say(store, keyring, message(2, address=OTHER_PHONE), making.decision(elsewhere), now=now)
    locked = [kept_locked(), kept_locked(DANGER, desk=Desk.WOMEN, office="women-baghdad")]
    for number, file in enumerate(locked, start=3):
        await making.say(store, keyring, message(number), making.decision(file), now=now)
    (row,) = await making.rows(store, tables.discreet)
    cells = b"".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in row)
    assert not any(file.report.encode() in cells for file in locked)
    assert await left(store) == {hers.report, elsewhere.report, *(file.report for file in locked)}
    await making.say(store, keyring, message(6), making.decision(Unlock(), Erase(hers.report)), now=now)
    assert await left(store) == {elsewhere.report}
    assert await making.count(store, tables.discreet) == 0
    assert {part.report for part in await making.rows(store, tables.parts) if part.wrapped} == {elsewhere.report}


@pytest.mark.parametrize("how", ["shown", "private"])
async def test_what_was_kept_while_locked_is_there_for_staff_when_nothing_is_hidden_any_more(
    store: Store, keyring: Keyring, now: datetime, how: str
) -> None:
    hers, locked = await hidden(store, keyring, now), kept_locked(DANGER, desk=Desk.WOMEN, office="women-baghdad")
    await making.say(store, keyring, message(2, text="لا تگولون"), making.decision(locked), now=now)
    if how == "shown":
        await making.say(store, keyring, message(3), making.decision(Unlock(), Show()), now=now)
    else:
        talk = making.ongoing(replace(hers, code="4829136500277410"), now)
        await making.say(
            store, keyring, message(3), making.decision(conversation=replace(talk, mode=Mode.PRIVATE)), now=now
        )
    assert await making.count(store, tables.discreet) == 0
    row = next(row for row in await making.rows(store, tables.reports) if row.id == locked.report)
    assert (row.status, row.erased_at, row.desk) == ("new", None, "women")
    card = await store.read(lambda conn: content.card(conn, keyring, locked.report))
    assert card["locked"] is True
    said = [part for part in await making.rows(store, tables.parts) if part.report == locked.report]
    assert {part.kind for part in said if part.sealed is not None} == {"card", "utterance"}


async def _alerts(store: Store) -> list[Any]:
    return [row for row in await making.rows(store, tables.timers) if row.kind == "alert"]


async def test_an_alarm_rings_the_desk_and_nobody_else(store: Store, keyring: Keyring, now: datetime) -> None:
    await hidden(store, keyring, now)
    file = kept_locked(DANGER, desk=Desk.WOMEN, office="women-baghdad")
    await making.say(store, keyring, message(2), making.decision(file, Alarm(file.report)), now=now)
    (timer,) = await _alerts(store)
    assert (timer.report, timer.due_at) == (file.report, now)
    assert (timer.data["office"], timer.data["desk"]) == ("women-baghdad", "women")
    assert await making.count(store, tables.outbox) == 0
    await making.say(store, keyring, message(3), making.decision(Append(file.report), Alarm(file.report)), now=now)
    assert len(await _alerts(store)) == 1  # it rings already


@pytest.mark.parametrize("state", ["claimed", "closed"])
async def test_an_alarm_rings_again_although_somebody_held_it_or_closed_it(
    store: Store, keyring: Keyring, now: datetime, state: str
) -> None:
    person = await making.add_staff(store, "hala", office=OFFICE, desk=Desk.GENERAL, now=now)
    file = kept_locked(DANGER)
    await making.say(store, keyring, message(2), making.decision(file, Alarm(file.report)), now=now)

    def taken(conn: Connection) -> None:
        values: dict[str, Any] = {"claimed_by": person, "claimed_at": now, "version": 3}
        if state == "closed":
            values |= {"status": "closed", "closed_at": now, "close_reason": "advised"}
        conn.execute(update(tables.reports).values(values))
        conn.execute(update(tables.timers).values(done_at=now))

    await store.write(taken)
    again = making.decision(Append(file.report), Alarm(file.report))
    await making.say(store, keyring, message(3), again, now=now + HOUR)
    (row,) = await making.rows(store, tables.reports)
    assert (row.status, row.claimed_by, row.closed_at) == ("new", None, None)
    assert [timer.due_at for timer in await _alerts(store) if timer.done_at is None] == [now + HOUR]
    assert "alarm" in {event.kind for event in await making.rows(store, tables.events)}


async def test_an_alarm_for_what_was_erased_does_nothing(store: Store, keyring: Keyring, now: datetime) -> None:
    file = kept_locked(DANGER)
    await making.say(store, keyring, message(2), making.decision(file, Erase(file.report), Alarm(file.report)), now=now)
    assert await _alerts(store) == []
