"""A clock that was ahead: once it is right nothing waits for the date it told, and whoever guesses gains nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import Connection, select, update

from bot.vocabulary import Mode, Role, SendFailed
from storage import ahead, audit, guessing, keys, tables, timers
from storage.database.engine import Store
from storage.desks import unlocking
from storage.guessing import Source
from storage.keys import Keyring
from storage.outgoing import outbox
from storage.outgoing.outbox import Parcel
from storage.people import hashing, logins, sessions
from storage.purging import retention
from storage.reporting import talks
from storage.tables import Instant
from tests import staffing
from tests.databases import on_sqlite_mostly
from tests.storage import making

T = TypeVar("T")
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ONE_OF = ("next_at", "next_login_at", "next_code_at", "due_at", "until_at", "expires_at")
UNTIL = ("lease_until", "key_until", "halted_until", "open_until")

# What else tells until when, or from when on, something is so, and why no clock that was ahead is looked for there.
ELSEWHERE = {
    "inbound.next_at": "storage.inbound takes what lies farther ahead than it can wait",
    "leases.until_at": "storage.database.leases.take does",
    "reports.due_at": "a deadline, which keeps nothing from anybody: staff see it",
    "reports.held_until": "of a hold",
    "reports.bound_until": "of an order",
    "reports.shown_until": "of a consent",
    "holds.until_at": "no clock shortens a hold: its list shows until when, and either of the two ends it",
    "talks.until_at": "a talk ends and leaves its mark, which protects somebody: storage.reporting.talks",
    "tokens.expires_at": "storage.people.sessions looks at both sides of now",
    "login_links.expires_at": "storage.people.sessions looks at both sides of now",
    "consents.until_at": "tied, and its reporter was told",
    "grants.until_at": "a person chose it",
}


def test_every_time_that_something_waits_for_is_looked_at_or_said_why_not(now: datetime) -> None:
    looked_at = {f"{wait.column.table.name}.{wait.column.name}" for wait in ahead.waits(now)}
    waits = {
        f"{table.name}.{column.name}"
        for table in tables.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Instant) and (column.name in ONE_OF or column.name.endswith("_until"))
    }
    assert {name.rpartition(".")[2] for name in waits} >= {*ONE_OF, *UNTIL}
    assert waits - looked_at == set(ELSEWHERE)


async def _at(store: Store, keyring: Keyring, at: datetime, work: Callable[[Connection], T]) -> T:
    """What a clock that tells this has somebody do."""
    await store.write(lambda c: keys.register(c, keyring, at))
    return await store.write(work)


async def _right(store: Store, now: datetime) -> dict[str, int]:
    """What the look of each minute finds and does."""
    if not await store.read(lambda c: ahead.is_any(c, now)):
        return {}
    done = dict(await store.write(lambda c: ahead.bring_back(c, now)))
    assert not await store.read(lambda c: ahead.is_any(c, now))
    return done


async def _says(store: Store, keyring: Keyring, number: int, now: datetime) -> None:
    await making.say(store, keyring, making.message(number), making.decision(replies=["added"]), now=now)


async def _taken(store: Store, keyring: Keyring, now: datetime) -> list[Parcel]:
    def take(conn: Connection) -> list[Parcel]:
        return outbox.claim(conn, keyring, owner="me", now=now, limit=10, lease=MINUTE)

    return await _at(store, keyring, now, take)


@pytest.mark.usefixtures("prepared")
@pytest.mark.parametrize("far", [5 * HOUR, 60 * DAY])
async def test_what_could_not_be_sent_then_is_sent_now(
    store: Store, keyring: Keyring, now: datetime, far: timedelta
) -> None:
    """No certificate is valid on that day."""
    then = now + far
    await store.write(lambda c: keys.register(c, keyring, then))
    await _says(store, keyring, 1, then)
    (parcel,) = await _taken(store, keyring, then)
    down = SendFailed("network", retryable=True, retry_after_s=4200.0)
    later = then + HOUR + 10 * MINUTE
    await store.write(lambda c: outbox.failed(c, parcel, down, now=then, jitter=0.5))
    assert [row.due_at for row in await making.rows(store, tables.outbox)] == [later]
    assert await _taken(store, keyring, now + MINUTE) == []
    assert (await _right(store, now + MINUTE))["outbox"] == 1
    assert [one.id for one in await _taken(store, keyring, now + MINUTE)] == [parcel.id]


@pytest.mark.usefixtures("prepared")
async def test_who_held_something_then_holds_it_no_more(store: Store, keyring: Keyring, now: datetime) -> None:
    """A process that died meanwhile; and its carrier's budget fills again."""
    await _says(store, keyring, 1, now)
    (parcel,) = await _taken(store, keyring, now + 2 * HOUR)
    halted = update(tables.budgets).values(at=now + 9 * DAY, halted_until=now + 9 * DAY, tokens=0.0)
    await store.write(lambda c: c.execute(halted) and None)
    assert await _taken(store, keyring, now) == []
    assert await _right(store, now) == {"outbox": 1, "budgets": 2}
    assert [one.id for one in await _taken(store, keyring, now + SECOND)] == [parcel.id]


@pytest.mark.usefixtures("prepared")
async def test_a_private_talk_begun_then_ends_now(store: Store, keyring: Keyring, now: datetime) -> None:
    then = now + 6 * DAY
    await store.write(lambda c: keys.register(c, keyring, then))
    file = making.filing(code="4829136500277410")
    talk = replace(making.ongoing(file, then), mode=Mode.PRIVATE)
    await making.say(store, keyring, making.message(1), making.decision(file, conversation=talk), now=then)
    assert [row.until_at for row in await making.rows(store, tables.contacts)] == [then + talks.LIFE]
    assert await _right(store, now) == {"talks": 1, "contacts": 1}
    await store.write(lambda c: talks.end(c, now))
    (mark,) = await making.rows(store, tables.talks)
    assert (mark.sealed, mark.contact) == (b"", None)
    assert then < mark.until_at <= then + talks.MARKED + HOUR  # whichever clock was wrong, they stay private
    assert await making.count(store, tables.contacts) == 0
    await store.write(lambda c: retention.purge(c, keyring, then + 30 * HOUR))
    assert await making.count(store, tables.talks) == 0


async def _person(store: Store, keyring: Keyring, now: datetime) -> str:
    def work(conn: Connection) -> str:
        keys.register(conn, keyring, now)
        staffing.town(conn)
        person = staffing.hire(conn, keyring, "هدى", Role.COORDINATOR, now=now)
        made = hashing.made("a b c d e f g h i j")
        logins.set_password(conn, keyring, person=person, password_hash=made, by="x", now=now)
        return person

    return await store.write(work)


async def test_a_log_in_that_failed_then_keeps_nobody_out_and_stays_counted(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    person = await _person(store, keyring, now)

    def tried(at: datetime) -> Callable[[Connection], bool]:
        return lambda c: logins.attempt(c, keyring, name="هدى", now=at).staff == person

    then = now + 60 * DAY
    for n in range(4):
        assert await _at(store, keyring, then + n * MINUTE, tried(then + n * MINUTE))
    assert await _right(store, now) == {"staff": 1}
    assert [await store.write(tried(now + n * SECOND)) for n in (0, 1, 8, 15, 16)] == [True, False, False, False, True]


async def test_a_session_begun_then_and_a_key_opened_in_it_end_as_any(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    person, then = await _person(store, keyring, now), now + 60 * DAY
    token = await _at(
        store,
        keyring,
        then,
        lambda c: sessions.begin(c, keyring, person=person, how="login", now=then, entropy=b"e" * 64),
    )
    half = update(tables.sessions).values(key_half=b"half", key_until=then + unlocking.OPEN_FOR)
    await store.write(lambda c: c.execute(half) and None)
    assert await _right(store, now) == {"sessions": 3}
    later = now + sessions.IDLE + SECOND
    assert await store.read(lambda c: sessions.signed_in(c, token=token, now=later)) is None
    await store.write(lambda c: retention.purge(c, keyring, later))
    assert await making.count(store, tables.sessions) == 0


@on_sqlite_mostly
async def test_pass_phrases_tried_then_bar_nobody_and_no_unlocking_of_then_forgives_a_try(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    person, then = await _person(store, keyring, now), now + 60 * DAY

    def tried(at: datetime) -> Callable[[Connection], bool]:
        return lambda c: unlocking.may_try(c, keyring, person=person, now=at)

    def unlocked(at: datetime) -> Callable[[Connection], str]:
        return lambda c: audit.write(c, keyring, at=at, actor=person, action="key.unlock", subject=person)

    async def wait_s(at: datetime) -> int:
        """How long after a try that was heard the next one is."""
        assert await store.write(tried(at))
        later = at + SECOND
        while not await store.write(tried(later)):
            later += SECOND
        return (later - at) // SECOND

    assert await _at(store, keyring, then, tried(then))
    await store.write(unlocked(then + SECOND))
    assert [await wait_s(now + n * 2 * HOUR) for n in range(2)] == [2, 2]  # one more counts than else
    assert await wait_s(now + 2 * HOUR + 2 * MINUTE) == 8
    for n in range(9):
        await _at(store, keyring, then + n * HOUR, tried(then + n * HOUR))
    assert await wait_s(now + 6 * HOUR) == logins.LONGEST_DELAY_S  # a guesser who turned the clock gains nothing
    await store.write(unlocked(now + 9 * HOUR))
    assert await wait_s(now + 12 * HOUR) == logins.LONGEST_DELAY_S
    assert not await store.read(lambda c: ahead.is_any(c, now + 12 * HOUR))  # it is no row's to be changed


@pytest.mark.usefixtures("prepared")
async def test_codes_guessed_then_count_as_guessed_now(store: Store, keyring: Keyring, now: datetime) -> None:
    crowd, then = Source((b"web",), crowd=True), now + 60 * DAY

    async def looked_up(tries: int, at: datetime) -> int:
        return await store.write(lambda c: sum(guessing.take(c, keyring, crowd, now=at) for _ in range(tries)))

    assert await looked_up(10, now) == 10
    assert [await looked_up(12, then), await looked_up(12, then + 6 * MINUTE)] == [12, 12]
    assert await looked_up(1, now) == 0
    assert await _right(store, now) == {"guesses": 2}
    (row,) = await making.rows(store, tables.guesses)
    assert (row.wrong, row.refused, row.slot_at) == (34, 1, now)
    assert await looked_up(1, now) == 0
    assert await looked_up(1, now + HOUR + 6 * MINUTE) == 1  # as after any hour in which too much was guessed


@pytest.mark.usefixtures("prepared")
async def test_what_waits_by_a_right_clock_is_left_alone(store: Store, keyring: Keyring, now: datetime) -> None:
    file = making.filing(code="4829136500277410")
    talk = replace(making.ongoing(file, now), mode=Mode.PRIVATE)
    await making.say(store, keyring, making.message(1), making.decision(file, conversation=talk), now=now)
    await making.say(
        store, keyring, making.message(2, address=making.OTHER_PHONE), making.decision(replies=["added"]), now=now
    )
    (parcel,) = await _taken(store, keyring, now)
    throttled = SendFailed("throttled", retryable=True, retry_after_s=20 * 3600.0)
    await store.write(lambda c: outbox.failed(c, parcel, throttled, now=now, jitter=0.9))
    for minutes in (-5, 0, 31):  # another replica's clock may be behind
        at = now + minutes * MINUTE
        assert await _right(store, at) == {}
        await store.write(lambda c, at=at: talks.end(c, at))  # type: ignore[misc]
    assert (await store.read(lambda c: c.execute(select(tables.talks.c.sealed)).scalar_one())) == b""


@pytest.mark.usefixtures("prepared")
@pytest.mark.parametrize("begun", ["x", "1e999", "-1", "", {"a": 1}, [], None, True, 1e300])
async def test_words_where_a_time_is_meant_hold_up_nothing_else(store: Store, now: datetime, begun: object) -> None:
    """PostgreSQL casts none of these, and would end the whole look."""
    begun_then = {"started_at": (now + 9 * DAY).timestamp()}

    def set_them(conn: Connection) -> None:
        timers.set_timer(conn, once="odd", kind="alert", due_at=now + 3 * HOUR, data={"started_at": begun})
        timers.set_timer(conn, once="ahead", kind="alert", due_at=now + 3 * HOUR, data=begun_then)

    await store.write(set_them)
    assert await _right(store, now) in ({"timers": 1}, {"timers": 2})
    due = {row.once: row.due_at for row in await making.rows(store, tables.timers)}
    assert due["ahead"] == now
