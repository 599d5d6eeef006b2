"""Whoever chooses privacy after telling: no row tells the minute at which the report came, nor whom it came from."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete

from bot.vocabulary import Desk, Mode, Role, Sent, Urgency
from storage import alerts, audit, keys, tables, timers
from storage.database.engine import Store
from storage.intake.ledger import Settled
from storage.keys import Keyring
from storage.outgoing import outbox
from storage.people import directory
from storage.tables import Instant
from storage.words.hours import STEP
from tests.databases import on_sqlite_mostly
from tests.staffing import KARRADA, give_phone, hire, town
from tests.storage import making
from tests.storage.making import THEFT, message

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TOLD = timedelta(minutes=17, seconds=3, microseconds=141_000)


@pytest.fixture(autouse=True)
async def _prepared(store: Store, keyring: Keyring, now: datetime) -> None:
    def on_duty(conn: Connection) -> None:
        keys.register(conn, keyring, now)
        town(conn)
        person = hire(conn, keyring, "أول", Role.DUTY_OFFICER, office=KARRADA, desks=(Desk.URGENT,), now=now)
        directory.add_duty(conn, office=KARRADA, desk=Desk.URGENT, staff=person, rank=0)
        give_phone(conn, keyring, person, "+9647700000077", now=now)

    await store.write(on_duty)


async def _ring(store: Store, keyring: Keyring, at: datetime) -> None:
    def ring(conn: Connection) -> None:
        for timer in timers.claim(conn, owner="me", now=at, limit=9, lease=MINUTE):
            alerts.climb(conn, keyring, timer, directory=directory.read(conn, at), url="https://x.example", now=at)
        for parcel in outbox.claim(conn, keyring, owner="me", now=at, limit=9, lease=MINUTE):
            outbox.sent(conn, keyring, parcel, Sent(), now=at)

    await store.write(ring)


async def _told_then_private(store: Store, keyring: Keyring, at: datetime) -> str:
    """An emergency, alarms for it, and an hour later her wish that nothing leads back."""
    urgent = replace(THEFT, urgency=Urgency.EMERGENCY)
    file = making.filing(facts=urgent, desk=Desk.URGENT, office=KARRADA, place=None, code="4829131234567890")
    told = making.decision(file, conversation=making.ongoing(file, at), replies=["filed"])
    await making.say(store, keyring, message(1), told, now=at)
    for late in (timedelta(), HOUR + 8 * MINUTE + timedelta(seconds=11)):
        await _ring(store, keyring, at + late)
    private = replace(making.ongoing(file, at), mode=Mode.PRIVATE)
    wish = making.decision(conversation=private, replies=["private.on"])
    await making.say(store, keyring, message(2), wish, now=at + HOUR + 9 * MINUTE + timedelta(seconds=22))
    return file.report


@on_sqlite_mostly
async def test_what_was_told_before_tells_the_hour_wherever_it_stands(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    at = now + TOLD
    report = await _told_then_private(store, keyring, at)
    rows = await _all(store)
    assert {name for name, row, _ in rows if report in row.values()} >= {
        "reports",
        "parts",
        "alerts",
        "timers",
        "audit",
    }
    named = _names(rows, report)
    telling = [
        (name, column)
        for name, row, times in rows
        for column in times
        if _is_of(row, named) and _minute(row[column], at)
    ]
    assert telling == []


async def test_the_machines_rows_of_the_audit_tell_the_hour_and_have_their_place_at_once_but_in_private(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    """So nobody takes away unseen that a report came; what is told in private waits for the end of its hour."""
    await _told_then_private(store, keyring, now + TOLD)
    await store.write(lambda c: audit.chain(c, keyring, now + TOLD + HOUR + 10 * MINUTE))
    told = [row for row in await making.rows(store, tables.audit) if row.action in {"settle", "alerted"}]
    placed = {(row.action, row.at) for row in told if row.seq is not None}
    assert placed == {("settle", now + STEP), ("alerted", now + STEP), ("alerted", now + HOUR + STEP)}
    assert {(row.action, row.at) for row in told if row.seq is None} == {("settle", now + 2 * HOUR)}
    await store.write(lambda c: audit.chain(c, keyring, now + 2 * HOUR))
    assert (await store.read(lambda c: audit.verify(c, keyring))).whole


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL lets this role take no row away
async def test_the_row_that_a_report_came_is_missed_within_the_hour(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    file = making.filing(office=KARRADA, place=None)
    told = making.decision(file, conversation=making.ongoing(file, now), replies=["filed"])
    await making.say(store, keyring, message(1), told, now=now + TOLD)
    await store.write(lambda c: audit.chain(c, keyring, now + TOLD))
    kept = await store.read(audit.anchor)
    await store.write(lambda c: c.execute(delete(tables.audit).where(tables.audit.c.action == "settle")) and None)
    found = await store.read(lambda c: audit.verify(c, keyring, anchors=[kept]))
    assert not found.whole


# ── Looking through everything ───────────────────────────────────────────────────────────────────────────────
Row = tuple[str, dict[str, Any], list[str]]


async def _all(store: Store) -> list[Row]:
    """Every row of every table, with the names of its columns of times."""
    found: list[Row] = []
    for table in tables.metadata.sorted_tables:
        times = [column.name for column in table.columns if isinstance(column.type, Instant)]
        found += [(table.name, dict(row._mapping), times) for row in await making.rows(store, table)]
    return found


def _names(rows: list[Row], report: str) -> set[str]:
    """What leads to a report: its id, and the ids of rows that name it."""
    return {report} | {str(row["id"]) for _, row, _ in rows if "id" in row and report in row.values()}


def _is_of(row: dict[str, Any], named: set[str]) -> bool:
    return any(name in word for word in _words(row) for name in named)


def _words(row: dict[str, Any]) -> Iterator[str]:
    yield from (str(value) for value in row.values() if not isinstance(value, bytes | datetime))


def _minute(value: datetime | None, at: datetime) -> bool:
    """Whether a time tells more than the hour of that one: it is of its ten minutes, or was counted from its second."""
    if value is None:
        return False
    if (value.second, value.microsecond) == (at.second, at.microsecond):
        return True
    of_the_hour = value - value.replace(minute=0, second=0, microsecond=0)
    return abs(value - at) < 10 * MINUTE and of_the_hour > timedelta(milliseconds=1)


@pytest.mark.parametrize("begun", ["x", [], None])
async def test_words_in_the_time_of_an_alarm_keep_nobody_from_becoming_private(
    store: Store, keyring: Keyring, now: datetime, begun: object
) -> None:
    urgent = replace(THEFT, urgency=Urgency.EMERGENCY)
    file = making.filing(facts=urgent, desk=Desk.URGENT, office=KARRADA, place=None, code="4829131234567890")
    await making.say(store, keyring, message(1), making.decision(file), now=now)
    await store.write(lambda c: c.execute(tables.timers.update().values(data={"started_at": begun})) and None)
    private = making.decision(conversation=replace(making.ongoing(file, now), mode=Mode.PRIVATE))
    assert await making.say(store, keyring, message(2), private, now=now + MINUTE) is Settled.DONE
