"""What is kept of a private talk while it lasts."""

import asyncio
from dataclasses import replace
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import Connection, insert, update

from bot.vocabulary import Alarm, Append, Desk, Mode, Role, Urgency
from storage import alerts as ringing
from storage import keys, pickup, tables, timers
from storage.casework import cases, threads
from storage.casework.cases import Act
from storage.database.engine import Store
from storage.intake import ledger, transcripts
from storage.intake.ledger import Settled
from storage.intake.transcripts import Recording, Words
from storage.keys import Domain, Keyring, epoch_of
from storage.people import directory
from storage.purging import retention
from storage.reporting import stirring
from tests import staffing
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.house import VIOLENCE, House
from tests.storage.making import OFFICE, OTHER_PHONE, message
from tests.storage.reporting import talking
from tests.storage.reporting.talking import CODE, HOUR, LEASE, MINUTE

pytestmark = [sqlite_mostly, pytest.mark.usefixtures("prepared")]


async def test_a_private_report_has_no_sender_no_contact_and_no_minute(
    store: Store, keyring: Keyring, now: datetime, at: datetime
) -> None:
    file = await talking.told(store, keyring, at)
    assert await talking.counts(store, tables.senders, tables.conversations, tables.report_contacts) == [0, 0, 0]
    (report,) = await making.rows(store, tables.reports)
    assert (report.reachable, report.opened_at) == ("pull", now)
    (code,) = await making.rows(store, tables.codes)
    assert code.scope == "anywhere"
    assert {part.inbound for part in await making.rows(store, tables.parts)} == {None}
    lines = [*await making.rows(store, tables.parts), *await making.rows(store, tables.events)]
    assert {line.at.replace(microsecond=0) for line in lines} == {now}
    (row,) = await making.rows(store, tables.inbound)
    assert (row.pseudonym, row.sequence, row.received_at, row.settled_at) == (b"", 0, now, now)
    (audited,) = await making.rows(store, tables.audit)
    assert (audited.at, audited.subject) == (now + HOUR, "")
    (contact,) = await making.rows(store, tables.contacts)
    assert (contact.created_at, contact.until_at) == (now, at + 30 * MINUTE)
    (parcel,) = await making.rows(store, tables.outbox)
    assert (parcel.report, parcel.contact) == (None, contact.id)
    found = await store.read(lambda conn: pickup.find(conn, keyring, CODE))
    assert found is not None
    assert file.report == report.id


async def test_a_private_report_is_sealed_to_who_is_there_now_also_in_the_hour_in_which_the_desk_was_switched_on(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    house = House(store, keyring, now + 10 * MINUTE)

    def town(conn: Connection) -> None:
        conn.execute(tables.offices.delete())
        staffing.town(conn)

    await store.write(town)
    for name in ("هدى", "سلمى"):
        hire = partial(staffing.hire, name=name, role=Role.FOCAL_POINT, desks=(Desk.WOMEN,), now=now)
        house.people[name] = await store.write(lambda conn, hire=hire: hire(conn, keyring))  # type: ignore[misc]
    await house.recovery()
    await house.found("هدى", "سلمى")
    file = talking.filed(facts=VIOLENCE, desk=Desk.WOMEN, office=staffing.KARRADA, place=None)
    await talking.told(store, keyring, now + 20 * MINUTE, file=file)
    seals = await making.rows(store, tables.part_seals)
    assert {seal.recipient for seal in seals} == await house.standing(now + 20 * MINUTE)
    assert len({seal.recipient for seal in seals}) == 3


async def test_an_alarm_of_a_private_report_tells_the_hour(
    store: Store, keyring: Keyring, now: datetime, at: datetime
) -> None:
    urgent = replace(making.THEFT, urgency=Urgency.EMERGENCY)
    await talking.told(store, keyring, at, file=talking.filed(facts=urgent))
    (timer,) = [row for row in await making.rows(store, tables.timers) if row.kind == "alert"]
    assert timer.due_at == now
    person = await making.add_staff(store, "hala", office=OFFICE, desk=Desk.GENERAL, now=now)

    def ring(conn: Connection) -> None:
        conn.execute(insert(tables.desks), {"office": OFFICE, "desk": "general"})
        directory.add_duty(conn, office=OFFICE, desk=Desk.GENERAL, staff=person, rank=0)
        (rang,) = timers.claim(conn, owner="me", now=at, limit=9, lease=LEASE)
        town = directory.read(conn, at)
        ringing.climb(conn, keyring, rang, directory=town, url="http://127.0.0.1", now=at)

    await store.write(ring)
    (alerted,) = await making.rows(store, tables.alerts)
    assert alerted.at.replace(microsecond=0) == now
    assert {row.at.replace(microsecond=0) for row in await making.rows(store, tables.events)} == {now}
    assert {row.at for row in await making.rows(store, tables.audit)} == {now + HOUR}
    (again,) = [row for row in await making.rows(store, tables.timers) if row.kind == "alert"]
    assert again.due_at > at
    assert (again.due_at.minute % 5, again.due_at.second) == (0, 0)


async def test_a_voice_note_that_is_written_down_tells_the_hour(
    store: Store, keyring: Keyring, now: datetime, at: datetime
) -> None:
    await talking.told(store, keyring, at)
    said = next(part for part in await making.rows(store, tables.parts) if part.kind == "utterance")
    voice = {"id": "m", "part": said.id, "kind": "voice", "content_type": "audio/ogg", "size": 1, "state": "kept"}

    def written(conn: Connection) -> bool:
        conn.execute(insert(tables.media), {**voice, "attempts": 1, "owner": "me"})
        recording = Recording("m", said.id, said.report, "audio/ogg", "00/x", 1, "me", bytes(32))
        return transcripts.written(conn, keyring, recording, Words("رمي هسه", Urgency.EMERGENCY), now=at)

    assert await store.write(written)
    lines = [*await making.rows(store, tables.parts), *await making.rows(store, tables.events)]
    assert "transcript" in {line.kind for line in lines if hasattr(line, "inbound")}
    assert {line.at.replace(microsecond=0) for line in lines} == {now}
    (timer,) = [row for row in await making.rows(store, tables.timers) if row.kind == "alert"]
    assert timer.due_at.replace(microsecond=0) == now
    assert timer.data["hour"] is True


async def test_what_becomes_an_emergency_in_somebodys_hands_tells_the_hour(
    store: Store, keyring: Keyring, now: datetime, at: datetime
) -> None:
    file = await talking.told(store, keyring, at)
    await store.write(lambda conn: conn.execute(update(tables.timers).values(done_at=now)) and None)
    decided = talking.private(Append(file.report), Alarm(file.report), about=file, now=at)
    await making.say(store, keyring, message(2), decided, now=at + 2 * MINUTE)
    rows = await making.rows(store, tables.timers)
    (timer,) = [row for row in rows if row.kind == "alert" and row.done_at is None]
    assert timer.due_at.replace(microsecond=0) == now
    assert timer.data["hour"] is True
    (rung,) = [event for event in await making.rows(store, tables.events) if event.kind == "alarm"]
    assert rung.at.replace(microsecond=0) == now


async def test_the_talk_goes_on_and_its_words_keep_their_order(
    store: Store, keyring: Keyring, now: datetime, at: datetime
) -> None:
    file = await talking.told(store, keyring, at)
    for number in (2, 3):
        later = at + number * MINUTE
        decided = talking.private(Append(file.report), about=file, now=at)
        await making.say(store, keyring, message(number, text=f"{number}"), decided, now=later)
    known = await talking.known(store, keyring, at + 5 * MINUTE, 4)
    assert known.conversation.mode is Mode.PRIVATE
    assert known.conversation.ongoing is not None
    assert known.latest is not None
    assert known.latest.report == file.report
    thread = await store.read(lambda conn: threads.thread(conn, keyring, [(file.report, "")], bodies=True))
    said = [entry for entry in thread if entry.kind == "utterance"]
    assert [entry.text for entry in said][1:] == ["2", "3"]
    assert {entry.at.replace(microsecond=0) for entry in said} == {now}
    assert await talking.counts(store, tables.talks, tables.contacts, tables.senders) == [1, 1, 0]


async def test_words_after_an_answer_of_the_same_hour_stand_after_it(
    store: Store, keyring: Keyring, now: datetime, at: datetime
) -> None:
    file = await talking.told(store, keyring, at)
    person = await making.add_staff(store, "hala", office=OFFICE, desk=Desk.GENERAL, now=now)
    act = Act(staff=person, number=file.number, version=1, now=at + 5 * MINUTE)
    await store.write(lambda conn: cases.reply(conn, keyring, act, "وصلت") and None, staff=person)
    decided = talking.private(Append(file.report), about=file, now=at)
    await making.say(store, keyring, message(2, text="شكرا"), decided, now=at + 9 * MINUTE)
    thread = await store.read(lambda conn: threads.thread(conn, keyring, [(file.report, "")], bodies=True))
    assert [entry.text for entry in thread if entry.said][-2:] == ["وصلت", "شكرا"]


async def test_an_answer_waits_for_the_code(store: Store, keyring: Keyring, now: datetime, at: datetime) -> None:
    file = await talking.told(store, keyring, at, replies=[])
    person = await making.add_staff(store, "hala", office=OFFICE, desk=Desk.GENERAL, now=now)
    act = Act(staff=person, number=file.number, version=1, now=at + HOUR)
    await store.write(lambda conn: cases.reply(conn, keyring, act, "تعالي") and None, staff=person)
    assert await making.count(store, tables.outbox) == 0
    known = await talking.known(store, keyring, at + 2 * HOUR, 2, address=OTHER_PHONE, codes=(CODE,))
    assert known.by_code is not None
    assert known.by_code.last_answer == "تعالي"


async def test_for_whoever_was_told_no_code_staff_need_not_wait(store: Store, keyring: Keyring, at: datetime) -> None:
    told = await talking.told(store, keyring, at)
    untold = talking.filed(code="5829136500277411", facts=replace(making.THEFT, no_reply=True))
    await talking.told(store, keyring, at, 2, address=OTHER_PHONE, file=untold, replies=[])
    stands = {row.id: row.reachable for row in await making.rows(store, tables.reports)}
    assert stands == {told.report: "pull", untold.report: "no"}


async def test_two_reports_of_one_talk_have_nothing_in_common(store: Store, keyring: Keyring, at: datetime) -> None:
    first = await talking.told(store, keyring, at)
    second = await talking.told(store, keyring, at + MINUTE, 2, file=talking.filed("1111222233334444"))
    for table in (tables.outbox, tables.traces, tables.report_contacts):
        assert {row.report for row in await making.rows(store, table)} <= {None}
    assert {row.report for row in await making.rows(store, tables.codes)} == {first.report, second.report}


async def test_a_talk_is_found_after_midnight_and_another_persons_never(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    late = now.replace(hour=23, minute=50)
    await store.write(lambda conn: keys.register(conn, keyring, late))  # as the worker of keys does all day
    await talking.told(store, keyring, late)
    after = late + 15 * MINUTE
    assert after.date() != late.date()
    assert (await talking.known(store, keyring, after, 2, address=OTHER_PHONE)).conversation.mode is Mode.NORMAL
    assert (await talking.known(store, keyring, after, 3)).conversation.mode is Mode.PRIVATE
    (talk,) = await making.rows(store, tables.talks)
    assert talk.epoch == epoch_of(Domain.DOOR, after)


async def test_messages_of_a_private_reporter_settle_in_their_order(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    await talking.told(store, keyring, at)
    await making.keep(store, keyring, message(3), now=at)
    (third,) = await making.waiting(store, keyring, now=at)
    await making.keep(store, keyring, message(2), now=at)
    assert await making.settle(store, keyring, third, making.decision(), now=at) is Settled.LATER
    (second,) = await making.waiting(store, keyring, now=at)
    assert await making.settle(store, keyring, second, talking.private(now=at), now=at) is Settled.DONE
    assert await making.settle(store, keyring, third, talking.private(now=at), now=at) is Settled.DONE


async def test_delivered_five_times_it_is_settled_once(store: Store, keyring: Keyring, at: datetime) -> None:
    """No part names the message any more; the row of its hash alone knows that it was settled."""
    await making.keep(store, keyring, message(1), now=at)
    (one,) = await making.waiting(store, keyring, now=at)
    filed = [talking.filed(f"{1000 + n}222233334444") for n in range(5)]
    outcomes = await asyncio.gather(
        *(making.settle(store, keyring, one, talking.private(each, about=each, now=at), now=at) for each in filed)
    )
    assert sorted(outcome.value for outcome in outcomes) == ["done"] + ["gone"] * 4
    await store.write(lambda conn: stirring.stir(conn, at + HOUR) and None)
    for later in (at + HOUR, at + 24 * HOUR, at + 29 * 24 * HOUR):

        def purge(conn: Connection, later: datetime = later) -> None:
            keys.register(conn, keyring, later)
            retention.purge(conn, keyring, later)

        await store.write(purge)
        await making.keep(store, keyring, message(1), now=later)
    assert await making.waiting(store, keyring, now=at + 29 * 24 * HOUR) == []
    assert await talking.counts(store, tables.reports, tables.inbound) == [1, 1]


async def test_a_kill_before_the_commit_leaves_nothing(store: Store, keyring: Keyring, at: datetime) -> None:
    await making.say(store, keyring, message(1), making.decision(making.filing()), now=at)
    before = {table.name: sorted(map(str, await making.rows(store, table))) for table in tables.metadata.sorted_tables}
    await making.keep(store, keyring, message(2), now=at)
    (one,) = await making.waiting(store, keyring, now=at)
    twice = talking.filed()
    with pytest.raises(Exception, match=r".*"):
        await making.settle(store, keyring, one, talking.private(twice, twice, about=twice, now=at), now=at)
    for table in tables.metadata.sorted_tables:
        if table is not tables.inbound:
            assert sorted(map(str, await making.rows(store, table))) == before[table.name]
    assert len(await making.waiting(store, keyring, now=at)) == 1


async def test_whose_a_settled_message_was_is_forgotten_for_everybody(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    for number in (1, 2):
        await making.say(store, keyring, message(number), making.decision(), now=now)
    assert {row.pseudonym for row in await making.rows(store, tables.inbound)} == {b""}


async def test_a_dead_letter_that_is_revived_finds_its_place_again(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await making.keep(store, keyring, message(1), now=now)
    (one,) = await making.waiting(store, keyring, now=now)
    for _ in range(5):
        await store.write(lambda conn: ledger.stumble(conn, keyring, one.id, now=now, reason="bug"))
    await making.keep(store, keyring, message(2), now=now)
    assert await store.write(lambda conn: ledger.revive(conn, keyring, now=now)) == 1
    (first,) = await making.waiting(store, keyring, now=now)
    assert first.message.sequence == 1
