"""What a decision does to reports: where they go, who rings, what a reporter's wish takes away."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, update

from bot.vocabulary import (
    SEALED_DESKS,
    Append,
    Category,
    Claim,
    Decision,
    Desk,
    Destination,
    Erase,
    Facts,
    Known,
    Mute,
    Reroute,
    Unmute,
    Urgency,
)
from storage import contacts, tables
from storage.casework import threads
from storage.database.engine import Store
from storage.keys import Keyring
from storage.outgoing import outbox
from storage.reporting import reach
from storage.words import content
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.making import OFFICE, OTHER_PHONE, PLACE, THEFT, message

pytestmark = [sqlite_mostly, pytest.mark.usefixtures("prepared")]

VIOLENCE = Facts(Category.DOMESTIC_VIOLENCE, Urgency.HIGH, sensitive=True)
KIDNAPPING = Facts(Category.KIDNAPPING, Urgency.EMERGENCY, sensitive=False)


async def _report(store: Store) -> Any:
    (row,) = await making.rows(store, tables.reports)
    return row


async def _cards(store: Store, keyring: Keyring) -> list[dict[str, Any]]:
    rows = [row for row in await making.rows(store, tables.parts) if row.kind == "card"]
    return [content.open_part(keyring, row) for row in sorted(rows, key=lambda row: row.at)]


# ── Sealed desks ─────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("desk", sorted(SEALED_DESKS))
async def test_a_sealed_desk_shows_only_office_urgency_and_hour(
    store: Store, keyring: Keyring, now: datetime, desk: Desk
) -> None:
    at = now + timedelta(minutes=17, seconds=3)
    file = making.filing(facts=VIOLENCE, desk=desk, office="women-baghdad")
    await making.say(store, keyring, message(1), making.decision(file), now=at)
    row = await _report(store)
    assert (row.category, row.place, row.language, row.channel) == (None, None, None, None)
    assert (row.opened_at, row.due_at) == (now, now + timedelta(hours=4))
    assert await _clear_times(store) == {now}
    (event,) = await making.rows(store, tables.events)
    assert event.data == {}
    (card,) = await _cards(store, keyring)
    assert (card["category"], card["channel"], card["place"]["id"]) == ("domestic_violence", "sms", PLACE.id)


async def _clear_times(store: Store) -> set[datetime]:
    """What the rows of parts and events tell, without what only keeps their order."""
    lines = [*await making.rows(store, tables.parts), *await making.rows(store, tables.events)]
    assert len({line.at for line in lines}) == len(lines)
    assert all(line.at - line.at.replace(microsecond=0) < timedelta(milliseconds=1) for line in lines)
    return {line.at.replace(microsecond=0) for line in lines}


async def test_at_a_sealed_desk_lines_keep_their_order_and_only_its_reader_learns_the_minute(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    file = making.filing(facts=VIOLENCE, desk=Desk.WOMEN, office="women-baghdad")
    times = [now + timedelta(minutes=minute, seconds=9) for minute in (17, 18, 25, 59, 61)]
    await making.say(store, keyring, message(0), making.decision(file), now=times[0])
    for number, at in enumerate(times[1:], start=1):
        said = message(number, text=str(number))
        await making.say(store, keyring, said, making.decision(Append(file.report)), now=at)
    assert await _clear_times(store) == {now, now + timedelta(hours=1)}
    opened = await store.read(lambda conn: threads.thread(conn, keyring, [(file.report, "")], bodies=True))
    assert [entry.at for entry in opened if entry.said] == times
    assert [entry.text for entry in opened if entry.said][1:] == ["1", "2", "3", "4"]
    assert [entry.kind for entry in opened][:2] == ["utterance", "file"]
    closed = await store.read(lambda conn: threads.thread(conn, keyring, [(file.report, "")], bodies=False))
    assert {entry.at.minute for entry in closed} == {0}


async def test_a_report_that_turns_sensitive_is_emptied_as_it_moves(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    at = now + timedelta(minutes=17)
    file = making.filing()
    await making.say(store, keyring, message(1), making.decision(file), now=at)
    to = Destination("women-baghdad", Desk.WOMEN, "sensitive")
    effects = (Append(file.report), Reroute(file.report, to, VIOLENCE, None))
    await making.say(store, keyring, message(2), making.decision(*effects), now=at)
    row = await _report(store)
    assert (row.office, row.desk, row.urgency) == ("women-baghdad", "women", 1)
    assert (row.category, row.place, row.language, row.channel) == (None, None, None, None)
    assert row.opened_at == now
    assert row.due_at == now + timedelta(hours=4)
    assert await _clear_times(store) == {now}
    assert all("rule" not in event.data for event in await making.rows(store, tables.events))
    parts = sorted(await making.rows(store, tables.parts), key=lambda part: part.at)
    assert sorted(part.kind for part in parts) == ["card", "card", "utterance", "utterance"]
    assert parts[-1].kind == "card"
    bodies = [content.open_part(keyring, part) for part in parts]
    assert [content.said_at(body, now) for body in bodies] == [at] * 4
    move = next(event for event in await making.rows(store, tables.events) if event.kind == "move")
    assert move.data == {"office": "women-baghdad", "desk": "women", "from_office": OFFICE, "from_desk": "general"}
    card = (await _cards(store, keyring))[-1]
    assert (card["category"], card["place"]["id"], card["language"]) == ("domestic_violence", PLACE.id, "ar")


@pytest.mark.parametrize("desk", sorted(set(Desk) - SEALED_DESKS))
@pytest.mark.parametrize("facts", [THEFT, KIDNAPPING])
async def test_nothing_that_is_said_brings_a_report_away_from_the_sealed_desks(
    store: Store, keyring: Keyring, now: datetime, desk: Desk, facts: Facts
) -> None:
    file = making.filing(facts=VIOLENCE, desk=Desk.WOMEN, office="women-baghdad")
    await making.say(store, keyring, message(1), making.decision(file), now=now)
    reroute = Reroute(file.report, Destination(OFFICE, desk, "coverage"), facts, PLACE)
    await making.say(store, keyring, message(2), making.decision(reroute), now=now)
    row = await _report(store)
    assert (row.office, row.desk, row.category, row.sealed_once) == ("women-baghdad", "women", None, True)
    assert row.urgency == max(facts.urgency.value, 1)  # what was once urgent stays so


# ── Better understood ────────────────────────────────────────────────────────────────────────────────────────
async def test_a_place_learnt_later_moves_the_report(store: Store, keyring: Keyring, now: datetime) -> None:
    file = making.filing(place=None)
    await making.say(store, keyring, message(1), making.decision(file), now=now)
    to = Destination("other-office", Desk.GENERAL, "coverage")
    effects = (Append(file.report), Reroute(file.report, to, replace(THEFT, lineage=PLACE.lineage), PLACE))
    await making.say(store, keyring, message(2, text="الشعلة"), making.decision(*effects), now=now)
    row = await _report(store)
    assert (row.office, row.place, row.version) == ("other-office", PLACE.id, 2)
    said = [part for part in await making.rows(store, tables.parts) if part.kind == "utterance"]
    assert len(said) == 2


async def test_what_only_confirms_keeps_place_and_desk(store: Store, keyring: Keyring, now: datetime) -> None:
    file = making.filing()
    await making.say(store, keyring, message(1), making.decision(file), now=now)
    reroute = Reroute(file.report, file.to, THEFT, None)
    await making.say(store, keyring, message(2), making.decision(reroute), now=now)
    row = await _report(store)
    assert (row.office, row.desk, row.place) == (file.to.office, file.to.desk, PLACE.id)
    assert [event.kind for event in await making.rows(store, tables.events)] == ["file"]


async def test_an_alarm_is_never_lowered_and_never_due_later(store: Store, keyring: Keyring, now: datetime) -> None:
    file = making.filing(facts=KIDNAPPING, desk=Desk.URGENT)
    await making.say(store, keyring, message(1), making.decision(file), now=now)
    reroute = Reroute(file.report, file.to, THEFT, PLACE)
    later = now + timedelta(minutes=5)
    await making.say(store, keyring, message(2), making.decision(reroute), now=later)
    row = await _report(store)
    assert row.urgency == Urgency.EMERGENCY
    assert row.due_at == now + timedelta(minutes=15)


async def test_a_moved_report_is_new_and_nobodys(store: Store, keyring: Keyring, now: datetime) -> None:
    file = making.filing()
    await making.say(store, keyring, message(1), making.decision(file), now=now)
    staff = await making.add_staff(store, "علي", office=OFFICE, desk=Desk.GENERAL, now=now)
    claim = update(tables.reports).values(claimed_by=staff, claimed_at=now, status="acknowledged")
    await store.write(lambda conn: conn.execute(claim) and None)
    reroute = Reroute(file.report, Destination(OFFICE, Desk.URGENT, "emergency"), KIDNAPPING, PLACE)
    await making.say(store, keyring, message(2), making.decision(reroute), now=now)
    row = await _report(store)
    assert (row.desk, row.claimed_by, row.claimed_at, row.status) == ("urgent", None, None, "new")


# ── Alerts ───────────────────────────────────────────────────────────────────────────────────────────────────
async def test_an_emergency_rings_at_once_and_anything_else_does_not(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await making.say(store, keyring, message(1), making.decision(making.filing()), now=now)
    assert await making.count(store, tables.timers) == 0
    file = making.filing(facts=KIDNAPPING, desk=Desk.URGENT, code="111111")
    await making.say(store, keyring, message(2), making.decision(file), now=now)
    (timer,) = await making.rows(store, tables.timers)
    assert (timer.kind, timer.report, timer.due_at) == ("alert", file.report, now)
    assert timer.data == {"office": OFFICE, "desk": "urgent", "rung": 0}


async def test_what_turns_urgent_rings_once(store: Store, keyring: Keyring, now: datetime) -> None:
    file = making.filing()
    await making.say(store, keyring, message(1), making.decision(file), now=now)
    reroute = Reroute(file.report, Destination(OFFICE, Desk.URGENT, "emergency"), KIDNAPPING, PLACE)
    for number in (2, 3, 4):
        await making.say(store, keyring, message(number), making.decision(reroute), now=now)
    assert await making.count(store, tables.timers) == 1
    assert (await _report(store)).due_at == now + timedelta(minutes=15)


async def test_a_closed_report_does_not_ring_again(store: Store, keyring: Keyring, now: datetime) -> None:
    file = making.filing()
    await making.say(store, keyring, message(1), making.decision(file), now=now)
    close = update(tables.reports).values(status="closed", closed_at=now)
    await store.write(lambda conn: conn.execute(close) and None)
    reroute = Reroute(file.report, Destination(OFFICE, Desk.URGENT, "emergency"), KIDNAPPING, PLACE)
    await making.say(store, keyring, message(2), making.decision(reroute), now=now)
    assert (await _report(store)).status == "closed"
    assert await making.count(store, tables.timers) == 0


# ── A reporter's wishes ──────────────────────────────────────────────────────────────────────────────────────
async def test_erasing_leaves_a_bare_row(store: Store, keyring: Keyring, now: datetime) -> None:
    file = making.filing(facts=KIDNAPPING, desk=Desk.URGENT)
    first = message(1, media=(making.medium(),))
    await making.say(store, keyring, first, making.decision(file, replies=["filed"]), now=now)
    fetched = update(tables.media).values(path="ab/cd")
    await store.write(lambda conn: conn.execute(fetched) and None)
    await making.say(store, keyring, message(2), making.decision(Erase(file.report), replies=["erased"]), now=now)
    row = await _report(store)
    assert (row.status, row.close_reason, row.erased_at, row.reachable) == ("closed", "erased", now, "no")
    assert (row.category, row.place, row.language, row.channel) == (None, None, None, None)
    for part in await making.rows(store, tables.parts):
        assert (part.sealed, part.wrapped, part.epoch) == (None, None, None)
    for table in (tables.media, tables.codes, tables.report_contacts):
        assert await making.count(store, table) == 0
    timers = {timer.kind: timer for timer in await making.rows(store, tables.timers)}
    assert timers["alert"].done_at == now
    assert (timers["shred"].data, timers["shred"].report) == ({"path": "ab/cd"}, None)
    states = {row.report: row.state for row in await making.rows(store, tables.outbox)}
    assert states == {file.report: "dead", None: "pending"}
    assert "erase" in {event.kind for event in await making.rows(store, tables.events)}
    assert [row.data for row in await making.rows(store, tables.audit)][-1:] != [{}]


async def test_an_erased_report_is_found_by_nobody(store: Store, keyring: Keyring, now: datetime) -> None:
    file = making.filing()
    await making.say(store, keyring, message(1), making.decision(file), now=now)
    await making.say(store, keyring, message(2), making.decision(Erase(file.report)), now=now)
    await making.say(store, keyring, message(3), making.decision(Erase(file.report)), now=now)
    with pytest.raises(LookupError):
        await making.say(store, keyring, message(4), making.decision(Append(file.report)), now=now)


async def test_whoever_wants_silence_is_sent_only_that_it_was_heard(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    file = making.filing()
    await making.say(store, keyring, message(1), making.decision(file, replies=["filed"]), now=now)
    await making.say(store, keyring, message(2), making.decision(Mute(), replies=["muted"]), now=now)
    assert (await _report(store)).reachable == "pull"
    rows = sorted(await making.rows(store, tables.outbox), key=lambda row: row.state)
    assert [(row.state, row.reason) for row in rows] == [("dead", "muted"), ("pending", None)]
    (contact,) = await making.rows(store, tables.contacts)
    assert (await store.read(lambda conn: contacts.address(conn, keyring, contact.id))).muted
    more = making.filing(code="111111")
    await making.say(store, keyring, message(3), making.decision(more), now=now)
    assert {row.reachable for row in await making.rows(store, tables.reports)} == {"pull"}
    await making.say(store, keyring, message(4), making.decision(Unmute()), now=now)
    assert {row.reachable for row in await making.rows(store, tables.reports)} == {"yes"}
    assert not (await store.read(lambda conn: contacts.address(conn, keyring, contact.id))).muted


async def test_a_report_filed_as_silence_ends_can_be_answered(store: Store, keyring: Keyring, now: datetime) -> None:
    await making.say(store, keyring, message(1), making.decision(Mute()), now=now)
    await making.say(store, keyring, message(2), making.decision(making.filing(), Unmute()), now=now)
    assert (await _report(store)).reachable == "yes"


async def test_whoever_is_sent_nothing_for_another_reason_hears_again_when_they_ask_for_it(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    file = making.filing()
    await making.say(store, keyring, message(1), making.decision(file, conversation=making.ongoing(file, now)), now=now)
    (contact,) = await making.rows(store, tables.contacts)
    await store.write(lambda conn: reach.lost(conn, keyring, contact.id, "pull"))
    seen: list[bool] = []

    def resumed(known: Known) -> Decision:
        seen.append(known.muted)
        return making.decision(*([Unmute()] if known.muted else []), conversation=known.conversation)

    await making.say(store, keyring, message(2), resumed, now=now)
    assert (await _report(store)).reachable == "yes"
    await making.say(store, keyring, message(3), resumed, now=now)
    assert seen == [True, False]


async def test_what_they_tell_meanwhile_is_answered_as_little(store: Store, keyring: Keyring, now: datetime) -> None:
    await making.say(store, keyring, message(1), making.decision(making.filing()), now=now)
    (contact,) = await making.rows(store, tables.contacts)
    await store.write(lambda conn: reach.lost(conn, keyring, contact.id, "pull"))
    await making.say(store, keyring, message(2), making.decision(making.filing(code="111111")), now=now)
    assert {row.reachable for row in await making.rows(store, tables.reports)} == {"pull"}


async def test_whoever_was_unreachable_and_writes_is_reachable_again(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await making.say(store, keyring, message(1), making.decision(making.filing()), now=now)

    def lose(conn: Connection) -> None:
        conn.execute(update(tables.contacts).values(unreachable_at=now))
        conn.execute(update(tables.reports).values(reachable="no"))

    await store.write(lose)
    await making.say(store, keyring, message(2), making.decision(), now=now)
    assert (await _report(store)).reachable == "yes"
    (contact,) = await making.rows(store, tables.contacts)
    assert contact.unreachable_at is None


# ── Claiming from the phone ──────────────────────────────────────────────────────────────────────────────────
async def test_a_claim_from_the_phone_takes_the_report_once(store: Store, keyring: Keyring, now: datetime) -> None:
    file = making.filing()
    await making.say(store, keyring, message(1), making.decision(file), now=now)
    told = {}
    for number, name in enumerate(("علي", "سارة"), start=2):
        staff = await making.add_staff(store, name, office=OFFICE, desk=Desk.GENERAL, now=now)
        slip = {"id": f"{number:032d}", "report": file.report, "staff": staff, "rung": 0, "at": now}
        await store.write(partial(_insert_alert, slip))
        claim = making.decision(Claim(file.report, staff), replies=["alert.claimed"])
        await making.say(store, keyring, message(number, address=OTHER_PHONE), claim, now=now)
        told[name] = await _told(store, keyring, now)
    assert told == {"علي": ["alert.claimed"], "سارة": ["alert.late"]}
    row = await _report(store)
    assert row.claimed_by == making.staff_id("علي")
    assert row.status == "acknowledged"
    assert [event.kind for event in await making.rows(store, tables.events)].count("claim") == 1


async def test_a_claim_by_someone_without_a_grant_changes_nothing(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    file = making.filing()
    await making.say(store, keyring, message(1), making.decision(file), now=now)
    staff = await making.add_staff(store, "علي", office="other-office", desk=Desk.GENERAL, now=now)
    claim = making.decision(Claim(file.report, staff), replies=["alert.claimed"])
    await making.say(store, keyring, message(2, address=OTHER_PHONE), claim, now=now)
    assert (await _report(store)).claimed_by is None
    assert await _told(store, keyring, now) == ["alert.refused"]


async def _told(store: Store, keyring: Keyring, now: datetime) -> list[str]:
    """What waited to be said, and does no more."""
    lease = timedelta(minutes=1)
    parcels = await store.write(lambda c: outbox.claim(c, keyring, owner="me", now=now, limit=9, lease=lease))
    await store.write(lambda c: c.execute(delete(tables.outbox)) and None)
    return [parcel.reply.key for parcel in parcels if parcel.reply]


# ── Answers ──────────────────────────────────────────────────────────────────────────────────────────────────
async def test_an_answer_finds_its_reporter(store: Store, keyring: Keyring, now: datetime) -> None:
    file = making.filing()
    await making.say(store, keyring, message(1), making.decision(file), now=now)
    due = now + timedelta(seconds=10)
    for _ in range(2):
        await store.write(
            lambda conn: (
                outbox.put_answer(
                    conn, keyring, report=file.report, reply=making.reply(), once="answer:1", due_at=due, now=now
                )
                and None
            )
        )
    (row,) = await making.rows(store, tables.outbox)
    (contact,) = await making.rows(store, tables.contacts)
    assert (row.kind, row.contact, row.channel, row.report, row.due_at) == (
        "answer",
        contact.id,
        "sms",
        file.report,
        due,
    )


async def test_an_answer_to_nobody_says_so(store: Store, keyring: Keyring, now: datetime) -> None:
    file = making.filing()
    await making.say(store, keyring, message(1, address=""), making.decision(file), now=now)
    sent = await store.write(
        lambda conn: outbox.put_answer(
            conn, keyring, report=file.report, reply=making.reply(), once="answer:1", due_at=now, now=now
        )
    )
    assert sent is False


async def test_a_sealed_desk_that_told_would_be_refused(store: Store, now: datetime) -> None:
    row = {
        "id": "r",
        "number": "IQ-1",
        "office": OFFICE,
        "desk": "women",
        "sealed_once": True,
        "urgency": 0,
        "category": "theft",
        "opened_at": now,
    }
    with pytest.raises(Exception, match=r"sealed_desk_tells_nothing"):
        await store.write(lambda conn: conn.execute(insert(tables.reports), row) and None)


def _insert_alert(told: dict[str, Any], connection: Connection) -> None:
    connection.execute(tables.alerts.insert(), told)
