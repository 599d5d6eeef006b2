"""Private reporters: nothing that leads back to them outlives the talk, and no message is lost or doubled for it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, insert, update

from bot.vocabulary import (
    Alarm,
    Append,
    Channel,
    Conversation,
    Decision,
    Desk,
    Effect,
    File,
    Hide,
    Known,
    Message,
    Mode,
    Mute,
    Role,
    SendFailed,
    Sent,
    Show,
    Urgency,
    Wipe,
)
from storage import alerts as ringing
from storage import keys, pickup, tables, timers
from storage.casework import cases, threads
from storage.casework.cases import Act
from storage.database.engine import Store
from storage.intake import ledger, transcripts
from storage.intake.ledger import Settled
from storage.intake.transcripts import Recording, Words
from storage.keys import Domain, Keyring, epoch_of
from storage.outgoing import delivery, outbox
from storage.outgoing.outbox import Parcel
from storage.people import directory
from storage.purging import retention
from storage.reporting import stirring, talks, traces
from tests import staffing
from tests.storage import making
from tests.storage.house import VIOLENCE, House
from tests.storage.making import OFFICE, OTHER_PHONE, message

CODE = "4829136500277410"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LEASE = timedelta(seconds=60)


@pytest.fixture(autouse=True)
async def _prepared(store: Store, keyring: Keyring, now: datetime) -> None:
    await making.prepare(store, keyring, now)


@pytest.fixture
def at(now: datetime) -> datetime:
    """A moment that no row may tell."""
    return now + timedelta(minutes=17, seconds=3, microseconds=141)


def _private(*effects: Effect, about: File | None = None, replies: Sequence[str] = (), now: datetime) -> Decision:
    talk = making.ongoing(about, now) if about is not None else Conversation()
    return making.decision(*effects, conversation=replace(talk, mode=Mode.PRIVATE), replies=replies)


def _filed(code: str = CODE, **more: Any) -> File:
    return replace(making.filing(code=code, **more), mode=Mode.PRIVATE)


async def _told(store: Store, keyring: Keyring, at: datetime, number: int = 1, **more: Any) -> File:
    """Somebody tells something privately."""
    file = more.pop("file", None) or _filed()
    replies = more.pop("replies", ["private.filed"])
    decided = _private(file, about=file, replies=replies, now=at)
    await making.say(store, keyring, message(number, **more), decided, now=at)
    return file


def _chat(number: int, **more: Any) -> Message:
    return message(
        number,
        address="7700000011",
        channel=Channel.TELEGRAM,
        carrier="telegram",
        external_id=f"u{number}",
        own_id=f"{number}",
        **more,
    )


async def _known(store: Store, keyring: Keyring, now: datetime, number: int, **more: Any) -> Known:
    seen: list[Known] = []

    def look(known: Known) -> Decision:
        seen.append(known)
        return making.decision(conversation=known.conversation)

    codes = more.pop("codes", ())
    await making.say(store, keyring, message(number, **more), look, now=now, codes=codes)
    return seen[0]


async def _claim(store: Store, keyring: Keyring, now: datetime) -> list[Parcel]:
    return await store.write(lambda conn: outbox.claim(conn, keyring, owner="me", now=now, limit=9, lease=LEASE))


async def _send(store: Store, keyring: Keyring, now: datetime, parcel: Parcel, *ids: str) -> None:
    assert await store.write(lambda conn: delivery.sent(conn, keyring, parcel, Sent(ids), carrier="", now=now))


async def _counts(store: Store, *tables_: Any) -> list[int]:
    return [await making.count(store, table) for table in tables_]


# ── While it lasts ───────────────────────────────────────────────────────────────────────────────────────────
async def test_a_private_report_has_no_sender_no_contact_and_no_minute(
    store: Store, keyring: Keyring, now: datetime, at: datetime
) -> None:
    file = await _told(store, keyring, at)
    assert await _counts(store, tables.senders, tables.conversations, tables.report_contacts) == [0, 0, 0]
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
    file = _filed(facts=VIOLENCE, desk=Desk.WOMEN, office=staffing.KARRADA, place=None)
    await _told(store, keyring, now + 20 * MINUTE, file=file)
    seals = await making.rows(store, tables.part_seals)
    assert {seal.recipient for seal in seals} == await house.standing(now + 20 * MINUTE)
    assert len({seal.recipient for seal in seals}) == 3


async def test_an_alarm_of_a_private_report_tells_the_hour(
    store: Store, keyring: Keyring, now: datetime, at: datetime
) -> None:
    urgent = replace(making.THEFT, urgency=Urgency.EMERGENCY)
    await _told(store, keyring, at, file=_filed(facts=urgent))
    (timer,) = [row for row in await making.rows(store, tables.timers) if row.kind == "alert"]
    assert timer.due_at == now
    person = await making.add_staff(store, "hala", office=OFFICE, desk=Desk.GENERAL, now=now)

    def ring(conn: Connection) -> None:
        conn.execute(insert(tables.desks), {"office": OFFICE, "desk": "general"})
        directory.add_duty(conn, office=OFFICE, desk=Desk.GENERAL, staff=person, rank=0)
        (rang,) = timers.claim(conn, owner="me", now=at, limit=9, lease=LEASE)
        town = directory.read(conn)
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
    await _told(store, keyring, at)
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
    file = await _told(store, keyring, at)
    await store.write(lambda conn: conn.execute(update(tables.timers).values(done_at=now)) and None)
    decided = _private(Append(file.report), Alarm(file.report), about=file, now=at)
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
    file = await _told(store, keyring, at)
    for number in (2, 3):
        later = at + number * MINUTE
        decided = _private(Append(file.report), about=file, now=at)
        await making.say(store, keyring, message(number, text=f"{number}"), decided, now=later)
    known = await _known(store, keyring, at + 5 * MINUTE, 4)
    assert known.conversation.mode is Mode.PRIVATE
    assert known.conversation.ongoing is not None
    assert known.latest is not None
    assert known.latest.report == file.report
    thread = await store.read(lambda conn: threads.thread(conn, keyring, [(file.report, "")], bodies=True))
    said = [entry for entry in thread if entry.kind == "utterance"]
    assert [entry.text for entry in said][1:] == ["2", "3"]
    assert {entry.at.replace(microsecond=0) for entry in said} == {now}
    assert await _counts(store, tables.talks, tables.contacts, tables.senders) == [1, 1, 0]


async def test_words_after_an_answer_of_the_same_hour_stand_after_it(
    store: Store, keyring: Keyring, now: datetime, at: datetime
) -> None:
    file = await _told(store, keyring, at)
    person = await making.add_staff(store, "hala", office=OFFICE, desk=Desk.GENERAL, now=now)
    act = Act(staff=person, number=file.number, version=1, now=at + 5 * MINUTE)
    await store.write(lambda conn: cases.reply(conn, keyring, act, "وصلت") and None, staff=person)
    decided = _private(Append(file.report), about=file, now=at)
    await making.say(store, keyring, message(2, text="شكرا"), decided, now=at + 9 * MINUTE)
    thread = await store.read(lambda conn: threads.thread(conn, keyring, [(file.report, "")], bodies=True))
    assert [entry.text for entry in thread if entry.said][-2:] == ["وصلت", "شكرا"]


async def test_an_answer_waits_for_the_code(store: Store, keyring: Keyring, now: datetime, at: datetime) -> None:
    file = await _told(store, keyring, at, replies=[])
    person = await making.add_staff(store, "hala", office=OFFICE, desk=Desk.GENERAL, now=now)
    act = Act(staff=person, number=file.number, version=1, now=at + HOUR)
    await store.write(lambda conn: cases.reply(conn, keyring, act, "تعالي") and None, staff=person)
    assert await making.count(store, tables.outbox) == 0
    known = await _known(store, keyring, at + 2 * HOUR, 2, address=OTHER_PHONE, codes=(CODE,))
    assert known.by_code is not None
    assert known.by_code.last_answer == "تعالي"


async def test_for_whoever_was_told_no_code_staff_need_not_wait(store: Store, keyring: Keyring, at: datetime) -> None:
    told = await _told(store, keyring, at)
    untold = _filed(code="5829136500277411", facts=replace(making.THEFT, no_reply=True))
    await _told(store, keyring, at, 2, address=OTHER_PHONE, file=untold, replies=[])
    stands = {row.id: row.reachable for row in await making.rows(store, tables.reports)}
    assert stands == {told.report: "pull", untold.report: "no"}


async def test_two_reports_of_one_talk_have_nothing_in_common(store: Store, keyring: Keyring, at: datetime) -> None:
    first = await _told(store, keyring, at)
    second = await _told(store, keyring, at + MINUTE, 2, file=_filed("1111222233334444"))
    for table in (tables.outbox, tables.traces, tables.report_contacts):
        assert {row.report for row in await making.rows(store, table)} <= {None}
    assert {row.report for row in await making.rows(store, tables.codes)} == {first.report, second.report}


async def test_a_talk_is_found_after_midnight_and_another_persons_never(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    late = now.replace(hour=23, minute=50)
    await _told(store, keyring, late)
    after = late + 15 * MINUTE
    assert after.date() != late.date()
    assert (await _known(store, keyring, after, 2, address=OTHER_PHONE)).conversation.mode is Mode.NORMAL
    assert (await _known(store, keyring, after, 3)).conversation.mode is Mode.PRIVATE
    (talk,) = await making.rows(store, tables.talks)
    assert talk.epoch == epoch_of(Domain.DOOR, after)


async def test_messages_of_a_private_reporter_settle_in_their_order(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    await _told(store, keyring, at)
    await making.keep(store, keyring, message(3), now=at)
    (third,) = await making.waiting(store, keyring, now=at)
    await making.keep(store, keyring, message(2), now=at)
    assert await making.settle(store, keyring, third, making.decision(), now=at) is Settled.LATER
    (second,) = await making.waiting(store, keyring, now=at)
    assert await making.settle(store, keyring, second, _private(now=at), now=at) is Settled.DONE
    assert await making.settle(store, keyring, third, _private(now=at), now=at) is Settled.DONE


async def test_delivered_five_times_it_is_settled_once(store: Store, keyring: Keyring, at: datetime) -> None:
    """No part names the message any more; the row of its hash alone knows that it was settled."""
    await making.keep(store, keyring, message(1), now=at)
    (one,) = await making.waiting(store, keyring, now=at)
    filed = [_filed(f"{1000 + n}222233334444") for n in range(5)]
    outcomes = await asyncio.gather(
        *(making.settle(store, keyring, one, _private(each, about=each, now=at), now=at) for each in filed)
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
    assert await _counts(store, tables.reports, tables.inbound) == [1, 1]


async def test_a_kill_before_the_commit_leaves_nothing(store: Store, keyring: Keyring, at: datetime) -> None:
    await making.say(store, keyring, message(1), making.decision(making.filing()), now=at)
    before = {table.name: sorted(map(str, await making.rows(store, table))) for table in tables.metadata.sorted_tables}
    await making.keep(store, keyring, message(2), now=at)
    (one,) = await making.waiting(store, keyring, now=at)
    twice = _filed()
    with pytest.raises(Exception, match=r".*"):
        await making.settle(store, keyring, one, _private(twice, twice, about=twice, now=at), now=at)
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


# ── The end ──────────────────────────────────────────────────────────────────────────────────────────────────
async def _end(store: Store, now: datetime) -> int:
    return await store.write(lambda conn: talks.end(conn, now))


async def test_half_an_hour_after_the_first_word_nothing_of_the_talk_is_left_but_a_mark_for_a_day(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    file = await _told(store, keyring, at)
    (talk,) = await making.rows(store, tables.talks)
    decided = _private(Append(file.report), about=file, now=at)
    await making.say(store, keyring, message(2), decided, now=at + 20 * MINUTE)
    (parcel,) = await _claim(store, keyring, at + 20 * MINUTE)
    await _send(store, keyring, at + 20 * MINUTE, parcel, "SM9")
    assert await _end(store, at + 29 * MINUTE) == 0
    assert await _end(store, at + 30 * MINUTE) == 2
    left = (tables.contacts, tables.outbox, tables.traces, tables.senders, tables.conversations)
    assert await _counts(store, *left) == [0] * 5
    (mark,) = await making.rows(store, tables.talks)
    assert mark.id != talk.id
    assert (mark.sealed, mark.contact, mark.until_at.minute) == (b"", None, 0)
    assert timedelta(hours=24) <= mark.until_at - at <= timedelta(hours=25)
    assert await _end(store, mark.until_at - MINUTE) == 0
    assert await _end(store, mark.until_at) == 1
    assert await _counts(store, tables.talks) == [0]
    known = await _known(store, keyring, at + 25 * HOUR, 3)
    assert known.conversation == Conversation()
    assert known.latest is None


async def test_a_talk_is_found_by_its_mark_for_a_day_with_nothing_of_it(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    await _told(store, keyring, at, replies=[])
    for later in (31 * MINUTE, 60 * MINUTE, 23 * HOUR):  # before the clock came round, and after it
        known = await _peeked(store, keyring, at + later)
        assert known.conversation == Conversation(introduced=False, mode=Mode.PRIVATE)
        assert (known.latest, known.lately_private) == (None, False)
        await _end(store, at + later)
    assert (await _peeked(store, keyring, at + 12 * HOUR, OTHER_PHONE)).conversation == Conversation()


async def _peeked(store: Store, keyring: Keyring, now: datetime, address: str = making.PHONE) -> Known:
    """What would be known of a sender, without anything coming of it."""
    seen: list[Known] = []

    def look(known: Known) -> Decision:
        seen.append(known)
        raise LookupError

    await store.write(lambda conn: keys.register(conn, keyring, now))
    with pytest.raises(LookupError):
        await making.say(store, keyring, message(777, address=address), look, now=now)
    await store.write(lambda conn: conn.execute(tables.inbound.delete().where(tables.inbound.c.settled_at.is_(None))))
    return seen[0]


async def test_who_tells_again_leaves_one_more_mark_and_none_leads_to_another(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    """So their number does not say that two talks were of one person, nor does the second's row the first's."""
    first = await _told(store, keyring, at, replies=[])
    await _end(store, at + 40 * MINUTE)
    (mark,) = await making.rows(store, tables.talks)
    second = await _told(store, keyring, at + 50 * MINUTE, 2, file=_filed("4829136500277411"), replies=[])
    rows = await making.rows(store, tables.talks)
    assert len(rows) == 2
    assert len({row.found_by for row in rows} - {mark.found_by}) == 1
    assert {row.sealed == b"" for row in rows} == {True, False}
    await _end(store, at + 90 * MINUTE)
    await store.write(lambda conn: stirring.stir(conn, at + 2 * HOUR) and None)
    place = "rowid" if store.dialect == "sqlite" else "-xmin::text::bigint"
    query = f"SELECT {place} FROM talks"
    places = [row[0] for row in await store.read(lambda conn: conn.exec_driver_sql(query).all())]
    assert max(places) < 0
    assert store.dialect == "sqlite" or len(set(places)) == 1
    names = [row.found_by for row in await making.rows(store, tables.talks)]
    assert len(set(names)) == 2
    assert names.count(mark.found_by) == 1
    assert first.report != second.report
    await _end(store, at + 27 * HOUR)
    assert await _counts(store, tables.talks) == [0]


async def test_whoever_only_came_back_with_a_code_leaves_no_mark(store: Store, keyring: Keyring, at: datetime) -> None:
    file = await _told(store, keyring, at, address=OTHER_PHONE, replies=[])
    await making.say(store, keyring, message(2, text=CODE), _private(now=at), now=at, codes=(CODE,))
    await making.say(store, keyring, message(3), _private(Append(file.report), now=at), now=at + MINUTE)
    assert await _counts(store, tables.talks) == [2]
    known = await _peeked(store, keyring, at + 31 * MINUTE)
    assert known.conversation == Conversation()
    await _end(store, at + HOUR)
    assert await _counts(store, tables.talks) == [1]
    assert (await _peeked(store, keyring, at + HOUR, OTHER_PHONE)).conversation.mode is Mode.PRIVATE


async def test_whoever_is_ordinary_again_has_no_mark(store: Store, keyring: Keyring, at: datetime) -> None:
    await _told(store, keyring, at, replies=[])
    await _end(store, at + HOUR)
    await making.say(store, keyring, message(2), making.decision(replies=["ordinary"]), now=at + HOUR)
    assert await _counts(store, tables.talks) == [0]


async def test_somebody_we_know_is_themselves_after_a_talk_and_what_they_tell_may_be_private(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    old = making.filing(code="111111")
    await making.say(store, keyring, message(1), making.decision(old, conversation=making.ongoing(old, at)), now=at)
    await _told(store, keyring, at + MINUTE, 2, replies=[])
    await _end(store, at + HOUR)
    known = await _peeked(store, keyring, at + HOUR)
    assert known.lately_private
    assert known.conversation.mode is Mode.NORMAL
    await _told(store, keyring, at + HOUR, 3, file=_filed("4829136500277411"), replies=[])
    links = await making.rows(store, tables.report_contacts)
    assert [link.report for link in links] == [old.report]
    await _end(store, at + 2 * HOUR)
    await making.say(store, keyring, message(4), making.decision(Show(), replies=["ordinary"]), now=at + 2 * HOUR)
    assert not (await _peeked(store, keyring, at + 2 * HOUR)).lately_private


async def test_what_waits_for_a_carrier_keeps_the_contact_but_not_the_talk_and_not_for_long(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    await _told(store, keyring, at)
    assert await _end(store, at + HOUR) == 1
    assert await _counts(store, tables.talks, tables.contacts, tables.outbox) == [1, 1, 1]
    assert await _end(store, at + 30 * MINUTE + 47 * HOUR) == 2
    assert await _counts(store, tables.talks, tables.contacts, tables.outbox) == [0, 0, 0]


async def test_a_talk_is_not_over_while_a_message_of_it_waits_here(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    await _told(store, keyring, at, replies=[])
    await making.keep(store, keyring, message(2), now=at + 10 * MINUTE)
    assert await _end(store, at + HOUR) == 0
    (one,) = await making.waiting(store, keyring, now=at + HOUR)
    seen: list[Mode] = []

    def look(known: Known) -> Decision:
        seen.append(known.conversation.mode)
        return _private(now=at)

    await making.settle(store, keyring, one, look, now=at + HOUR)
    assert seen == [Mode.PRIVATE]


async def test_the_purge_ends_talks_too_and_takes_no_contact_of_one_that_goes_on(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    await _told(store, keyring, at, replies=[])
    await store.write(lambda conn: retention.purge(conn, keyring, at + MINUTE) and None)
    assert await _counts(store, tables.talks, tables.contacts) == [1, 1]
    await store.write(lambda conn: retention.purge(conn, keyring, at + HOUR) and None)
    assert await _counts(store, tables.talks, tables.contacts) == [1, 0]
    await store.write(lambda conn: retention.purge(conn, keyring, at + 25 * HOUR) and None)
    assert await _counts(store, tables.talks, tables.contacts) == [0, 0]


# ── Deleting in the chat ─────────────────────────────────────────────────────────────────────────────────────
async def test_theirs_go_at_once_ours_after_ten_minutes_and_then_the_names_of_both(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    file = _filed()
    effects = (file, Wipe(theirs=True), Wipe(later=True))
    await making.say(
        store, keyring, _chat(1), _private(*effects, about=file, replies=["private.filed"], now=at), now=at
    )
    (unsay,) = await _claim(store, keyring, at)
    assert unsay.kind == "unsay"
    seen = await store.read(lambda conn: traces.of(conn, keyring, contact=unsay.contact, now=at))
    theirs = [trace for trace in seen if trace.theirs]
    assert [trace.own_id for trace in theirs] == ["1"]
    assert await store.write(lambda conn: delivery.wiped(conn, keyring, unsay, theirs, now=at))
    (told,) = await _claim(store, keyring, at)
    await _send(store, keyring, at, told, "2")
    assert await _claim(store, keyring, at + 9 * MINUTE) == []
    later = at + 10 * MINUTE
    (wipe,) = await _claim(store, keyring, later)
    seen = await store.read(lambda conn: traces.of(conn, keyring, contact=wipe.contact, now=later))
    assert [(trace.own_id, trace.theirs) for trace in seen] == [("2", False)]
    assert await store.write(lambda conn: delivery.wiped(conn, keyring, wipe, seen, now=later))
    assert await making.count(store, tables.traces) == 0
    await _end(store, at + 30 * MINUTE)
    assert await making.count(store, tables.contacts) == 0


async def test_noted_wipes_now(store: Store, keyring: Keyring, at: datetime) -> None:
    await making.say(store, keyring, _chat(1), _private(Wipe(later=True), now=at), now=at)
    assert await _claim(store, keyring, at) == []
    await making.say(store, keyring, _chat(2), _private(Wipe(), now=at), now=at)
    (wipe,) = await _claim(store, keyring, at)
    assert wipe.kind == "wipe"


async def test_a_private_chat_that_moved_gets_no_pseudonym(store: Store, keyring: Keyring, at: datetime) -> None:
    await _told(store, keyring, at)
    (parcel,) = await _claim(store, keyring, at)
    moved = SendFailed("moved", retryable=True, moved_to="+9647700000013")
    await store.write(lambda conn: delivery.failed(conn, keyring, parcel, moved, now=at, jitter=0.5) and None)
    assert await making.count(store, tables.senders) == 0


async def test_who_wants_silence_in_private_leaves_no_promise_that_names_them(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    await _told(store, keyring, at)
    await making.say(store, keyring, message(2), _private(Mute(), now=at), now=at)
    assert await making.count(store, tables.muted) == 0
    assert {row.state for row in await making.rows(store, tables.outbox)} == {"dead"}


@pytest.mark.parametrize("discreet", [False, True])
async def test_who_wants_silence_in_private_hears_no_answer_to_what_they_told_before(
    store: Store, keyring: Keyring, now: datetime, at: datetime, *, discreet: bool
) -> None:
    before = making.filing()
    hides = [Hide(before.report, ("482913",))] if discreet else []
    ordinary = making.decision(before, *hides, conversation=making.ongoing(before, now), replies=["filed"])
    await making.say(store, keyring, message(1), ordinary, now=now - HOUR)
    await _told(store, keyring, at, 2)
    await making.say(store, keyring, message(3), _private(Mute(), replies=["private.silent"], now=at), now=at)

    def answers(conn: Connection) -> None:
        reply = making.reply()
        outbox.put_answer(conn, keyring, report=before.report, reply=reply, once="after", due_at=at, now=at)

    await store.write(answers)
    assert "answer" not in {parcel.kind for parcel in await _claim(store, keyring, at + MINUTE)}
    (silence,) = await making.rows(store, tables.muted)
    assert silence.since_at == at.replace(minute=0, second=0, microsecond=0)
    assert {row.reachable for row in await making.rows(store, tables.reports)} == {"pull"}
    assert "mute" not in str([row.data for row in await making.rows(store, tables.audit)])


# ── Becoming private ─────────────────────────────────────────────────────────────────────────────────────────
async def test_whoever_asks_after_telling_is_cut_off_from_what_they_told(
    store: Store, keyring: Keyring, now: datetime, at: datetime
) -> None:
    file = making.filing()
    normal = making.decision(file, Hide(file.report, ("482913",)), conversation=making.ongoing(file, at), replies=["a"])
    await making.say(store, keyring, _chat(1), normal, now=at)
    assert await _counts(store, tables.senders, tables.conversations, tables.report_contacts) == [1, 1, 1]
    wish = _private(about=replace(file, code=CODE), replies=["private.filed"], now=at)
    await making.say(store, keyring, _chat(2), wish, now=at + MINUTE)
    gone = (tables.senders, tables.conversations, tables.report_contacts, tables.discreet)
    assert await _counts(store, *gone) == [0] * 4
    assert {row.report for table in (tables.outbox, tables.traces) for row in await making.rows(store, table)} == {None}
    (report,) = await making.rows(store, tables.reports)
    assert (report.reachable, report.opened_at) == ("pull", now)
    lines = [*await making.rows(store, tables.parts), *await making.rows(store, tables.events)]
    assert {line.at.replace(microsecond=0) for line in lines} == {now}
    assert {part.inbound for part in await making.rows(store, tables.parts)} == {None}
    assert {row.received_at for row in await making.rows(store, tables.inbound)} == {now}
    (code,) = await making.rows(store, tables.codes)
    assert (code.scope, code.report) == ("anywhere", file.report)
    assert await store.read(lambda conn: pickup.find(conn, keyring, CODE)) is not None
    (contact,) = await making.rows(store, tables.contacts)
    assert contact.until_at == at + 31 * MINUTE
    named = await store.read(lambda conn: traces.of(conn, keyring, contact=contact.id, now=at + HOUR))
    assert [trace.own_id for trace in named] == ["1", "2"]  # both can still be deleted in the chat


async def test_earlier_reports_keep_their_reporter_and_learn_nothing(
    store: Store, keyring: Keyring, now: datetime, at: datetime
) -> None:
    old = making.filing(code="111111")
    await making.say(store, keyring, _chat(1), making.decision(old), now=now)
    new = making.filing(code="222222")
    await making.say(store, keyring, _chat(2), making.decision(new, conversation=making.ongoing(new, at)), now=at)
    wish = _private(about=replace(new, code=CODE), replies=["private.filed"], now=at)
    await making.say(store, keyring, _chat(3), wish, now=at + MINUTE)
    (link,) = await making.rows(store, tables.report_contacts)
    assert link.report == old.report
    (sender,) = await making.rows(store, tables.senders)
    assert sender.contact == link.contact
    assert await making.count(store, tables.conversations) == 0
    brief = next(row for row in await making.rows(store, tables.contacts) if row.until_at is not None)
    assert brief.id != link.contact
    named = await store.read(lambda conn: traces.of(conn, keyring, contact=brief.id, now=at + HOUR))
    assert [trace.own_id for trace in named] == ["2", "3"]
    (parcel,) = await _claim(store, keyring, at + MINUTE)
    assert parcel.contact == brief.id
    states = {row.id: row.reachable for row in await making.rows(store, tables.reports)}
    assert states == {old.report: "yes", new.report: "pull"}
    await _send(store, keyring, at + MINUTE, parcel)
    await _end(store, at + 2 * HOUR)
    await making.say(store, keyring, _chat(4), making.decision(), now=at + 3 * HOUR)
    assert await _counts(store, tables.contacts, tables.senders) == [1, 1]


async def test_a_code_from_a_known_phone_leaves_its_own_conversation_alone(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    theirs = await _told(store, keyring, at, address=OTHER_PHONE)
    own = making.filing(code="111111")
    await making.say(store, keyring, message(2), making.decision(own, conversation=making.ongoing(own, at)), now=at)
    decided = _private(Append(theirs.report), now=at)
    await making.say(store, keyring, message(3, text=CODE), decided, now=at, codes=(CODE,))
    (link,) = await making.rows(store, tables.report_contacts)
    assert link.report == own.report
    assert await _counts(store, tables.conversations, tables.talks) == [1, 2]
    await _claim(store, keyring, at)
    await _end(store, at + HOUR)
    known = await _known(store, keyring, at + HOUR, 4)
    assert known.latest is not None
    assert known.latest.report == own.report


async def test_whoever_only_greeted_before_leaves_nothing_either(store: Store, keyring: Keyring, at: datetime) -> None:
    await making.say(store, keyring, message(1, text="هلو"), making.decision(replies=["hello"]), now=at)
    await _told(store, keyring, at + MINUTE, 2)
    assert await _counts(store, tables.senders, tables.conversations, tables.contacts) == [0, 0, 1]


async def test_whoever_is_private_no_longer_is_known_anew_but_not_by_what_they_told(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    file = await _told(store, keyring, at)
    back = making.decision(conversation=making.ongoing(file, at), replies=["ordinary"])
    await making.say(store, keyring, message(2), back, now=at + MINUTE)
    assert await _counts(store, tables.talks, tables.senders, tables.report_contacts) == [0, 1, 0]
    known = await _known(store, keyring, at + 2 * MINUTE, 3)
    assert known.conversation.ongoing is None
    assert known.latest is None


async def test_a_hidden_sender_may_be_private_too(store: Store, keyring: Keyring, at: datetime) -> None:
    await _told(store, keyring, at, address="")
    assert await _counts(store, tables.reports, tables.contacts, tables.talks) == [1, 0, 0]
    (row,) = await making.rows(store, tables.inbound)
    assert row.sequence == 0


# ── The order of rows ────────────────────────────────────────────────────────────────────────────────────────
async def test_rows_of_a_past_hour_lose_their_place_and_stay_what_they_are(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    files = [
        await _told(store, keyring, now + n * MINUTE, n, file=_filed(f"{1000 + n}222233334444"), replies=[])
        for n in range(8)
    ]
    normal = making.filing(code="111111")
    await making.say(store, keyring, message(50), making.decision(normal), now=now + MINUTE)
    before = {row.id: row for row in await making.rows(store, tables.reports)}
    order = await _order(store, *files)
    assert list(order) == [file.report for file in files]
    assert await store.write(lambda conn: stirring.stir(conn, now + 59 * MINUTE)) == 0
    assert await store.write(lambda conn: stirring.stir(conn, now + HOUR)) > 40
    stirred = await _order(store, *files)
    assert len(stirred) == 8
    # On PostgreSQL a row names the transaction that wrote it: now one and the same.
    assert len(set(stirred.values())) == 1 if store.dialect == "postgresql" else list(stirred) != list(order)
    assert {row.id: row for row in await making.rows(store, tables.reports)} == before
    for n in range(8):
        code = f"{1000 + n}222233334444"
        assert await store.read(lambda conn, code=code: pickup.find(conn, keyring, code)) is not None  # type: ignore[misc]
        await making.keep(store, keyring, message(n), now=now)
    assert await making.waiting(store, keyring, now=now) == []
    later = making.filing(code="222222")
    await making.say(store, keyring, message(51), making.decision(later), now=now + HOUR)
    assert await making.count(store, tables.reports) == 10


async def _order(store: Store, *files: File) -> dict[str, int]:
    """Reports in the order in which they were written, as far as the database tells, with their place."""
    place = "rowid" if store.dialect == "sqlite" else "xmin::text::bigint"
    query = f"SELECT id, {place} FROM reports ORDER BY 2, 1"
    rows = await store.read(lambda conn: conn.exec_driver_sql(query).all())
    mine = {file.report for file in files}
    return {row[0]: int(row[1]) for row in rows if row[0] in mine}
