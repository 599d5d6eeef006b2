"""What protects a reporter holds after a restore too, though it was promised after the backup was made."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from bot.vocabulary import Decision, Gone, Hide, Mode, Mute, Show, Unmute, Veil
from storage import keys, pickup, tables
from storage.backups import clients, promised
from storage.backups.places import Target
from storage.database.engine import Store
from storage.intake import settling
from storage.keys import Keyring
from storage.reporting import leaving
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.backups.towns import DAY, LONG, Town, phone, reach, target, town
from tests.storage.making import message

__all__ = ["target", "town"]
pytestmark = [
    pytest.mark.skipif(not clients.is_here("pg_dump"), reason="PostgreSQL's client programs are not here"),
    sqlite_mostly,
]


async def _whose(store: Store, keyring: Keyring, now: datetime, who: int, text: str) -> Any:
    """What is known of a reporter when they write this."""
    seen: list[Any] = []

    def look(known: Any) -> Decision:
        seen.append(known)
        return making.decision(conversation=known.conversation)

    said = message(900 + who, address=phone(who), text=text)
    await store.write(lambda conn: keys.register(conn, keyring, now))
    await making.say(store, keyring, said, look, now=now, codes=[text] if text.isdecimal() else [])
    return seen[0]


async def test_silence_discretion_and_being_away_hold_and_end_as_they_were_wished(town: Town, target: Target) -> None:
    files = {who: await town.files(who) for who in range(1, 8)}
    await town.does(3, Mute())
    await town.does(4, Hide(files[4].report, (files[4].code, "زهرة")))
    await town.does(5, Hide(files[5].report, (files[5].code, "زهرة")))
    made = await town.backs_up()
    await town.does(1, Hide(files[1].report, (files[1].code, "زهرة")))
    await town.does(2, Mute())
    await town.does(3, Unmute())
    await town.does(4, Hide(files[4].report, (files[4].code, "نرجس")))
    await town.does(5, Show())
    await town.does(6, Gone())
    await town.does(7, Gone())
    await town.does(7)  # and writes again
    before = await reach(town.store)
    async with town.restored(made, target) as (there, done):
        assert done.kept.done == {"muted": 2, "discreet": 3, "reach": 1}
        assert done.kept.waits == 0
        assert await reach(there) == before
        wanted = {1: "nudge", 2: "pull", 3: "yes", 4: "nudge", 5: "yes", 6: "no", 7: "yes"}
        assert before == {files[who].report: reach for who, reach in wanted.items()}
        at = town.now + DAY
        for who, text, said in ((1, "زهرة", True), (1, "وردة", False), (4, "نرجس", True), (4, "زهرة", False)):
            known = await _whose(there, town.keyring, at, who, text)
            assert known.discretion.said is said, (who, text)
            assert not known.discretion.open
            at += timedelta(seconds=1)
            await there.write(lambda conn: conn.execute(tables.inbound.delete()))
        assert (await _whose(there, town.keyring, at, 5, "زهرة")).discretion is None
        assert (await _whose(there, town.keyring, at, 2, "هلو")).muted
        assert not (await _whose(there, town.keyring, at, 3, "هلو")).muted


async def test_what_was_undone_before_it_was_committed_takes_no_protection_away(
    town: Town, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(Exception):
        pass

    def crash(*_: Any) -> None:
        raise Crash

    hidden, silent, away = [await town.files(who) for who in (1, 2, 3)]
    await town.does(1, Hide(hidden.report, (hidden.code, "زهرة")))
    await town.does(2, Mute())
    await town.does(3, Gone())
    made = await town.backs_up()
    monkeypatch.setattr(settling, "_record", crash)
    for who, effects in ((1, (Show(),)), (2, (Unmute(),)), (3, ())):
        with pytest.raises(Crash):
            await town.does(who, *effects)
    before = await reach(town.store)
    assert before == {hidden.report: "nudge", silent.report: "pull", away.report: "no"}
    async with town.restored(made, target) as (there, done):
        assert done.kept == promised.Kept({})
        assert await reach(there) == before
        assert await making.count(there, tables.discreet) == 1
        assert await making.count(there, tables.muted) == 1


async def test_discretion_asked_for_at_a_later_report_covers_what_the_backup_has(town: Town, target: Target) -> None:
    older = await town.files(1)
    made = await town.backs_up()
    later = await town.files(1)
    await town.does(1, Hide(later.report, (later.code, "زهرة")))
    async with town.restored(made, target) as (there, done):
        assert done.kept.done == {"discreet": 1}
        assert await reach(there) == {older.report: "nudge"}


async def test_discretion_wished_days_after_telling_is_kept_after_a_restore(town: Town, target: Target) -> None:
    told = await town.files(1)
    made = await town.backs_up()
    await town.does(1, Veil())
    async with town.restored(made, target) as (there, _):
        assert await reach(there) == {told.report: "nudge"}
        assert await making.count(there, tables.discreet) == 0


async def test_so_it_is_of_what_was_told_under_a_name_that_is_gone(town: Town, target: Target) -> None:
    old = await town.files(1)
    await town.store.write(lambda c: c.execute(delete(tables.senders)))
    new = await town.files(1)
    made = await town.backs_up()
    await town.does(1, Veil())
    assert await reach(town.store) == {old.report: "nudge", new.report: "nudge"}
    async with town.restored(made, target) as (there, _):
        assert await reach(there) == {old.report: "nudge", new.report: "nudge"}


async def test_a_word_that_was_said_counts_no_more(town: Town, target: Target) -> None:
    file = await town.files(1)
    await town.does(1, Hide(file.report, ("زهرة",)))
    await town.store.write(lambda c: c.execute(update(tables.discreet).values(open_until=town.now + 9 * DAY)))
    made = await town.backs_up()
    async with town.restored(made, target) as (there, _):
        (row,) = await making.rows(there, tables.discreet)
        assert row.open_until is None


async def test_whoever_became_private_is_led_to_by_nothing(town: Town, target: Target) -> None:
    """Of two who become private one has another report besides, and the other was discreet."""
    alone, both, other = await town.files(1), await town.files(2), await town.files(2)
    await town.does(1, Hide(alone.report, (alone.code, "زهرة")))
    made = await town.backs_up()
    for who, file in ((1, alone), (2, both)):
        private = replace(making.ongoing(replace(file, code=LONG[:-1] + str(who)), town.now), mode=Mode.PRIVATE)
        await town.say(who, making.decision(conversation=private))
    async with town.restored(made, target) as (there, done):
        assert done.kept.done == {"private": 2}
        (link,) = await making.rows(there, tables.report_contacts)
        assert link.report == other.report
        (sender,) = await making.rows(there, tables.senders)
        assert sender.contact == link.contact
        assert await making.count(there, tables.contacts) == 1
        assert await making.count(there, tables.discreet) == 0
        assert {row.report for row in await making.rows(there, tables.outbox)} <= {other.report}
        assert await reach(there) == {alone.report: "pull", both.report: "pull", other.report: "yes"}
        for who, file in ((1, alone), (2, both)):
            found = await there.read(lambda c, n=who: pickup.find(c, town.keyring, LONG[:-1] + str(n)))  # type: ignore[misc]
            assert found is not None
            times = {row.at.minute for row in await making.rows(there, tables.parts) if row.report == file.report}
            assert times == {0}
        short = [row.report for row in await making.rows(there, tables.codes) if row.scope == "sender"]
        assert short == [other.report]


@pytest.mark.parametrize("backed_up", ["before the second", "after it"])
async def test_who_became_private_with_one_of_two_stays_discreet_for_the_other(
    town: Town, target: Target, backed_up: str
) -> None:
    first = await town.files(1)
    await town.does(1, Hide(first.report, (first.code, "زهرة")))
    made = await town.backs_up()
    second = await town.files(1)
    await town.does(1, Hide(second.report, (second.code,)))
    if backed_up == "after it":
        made = await town.backs_up()
    private = replace(making.ongoing(replace(second, code=LONG), town.now), mode=Mode.PRIVATE)
    await town.say(1, making.decision(conversation=private))
    async with town.restored(made, target) as (there, _):
        assert await making.count(there, tables.discreet) == 1
        assert (await reach(there))[first.report] == "nudge"
        (row,) = await making.rows(there, tables.discreet)
        case = await there.read(lambda conn: leaving.case_of(conn, town.keyring, row.sender_hash))
        assert case == (first.report if backed_up == "after it" else "")
