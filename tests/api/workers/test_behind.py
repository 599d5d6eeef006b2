"""A clock that is behind for one look of the minute worker: what protects somebody until a time lasts until then."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.workers import ahead, timers
from bot.vocabulary import Mode, Role
from storage import keys, tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import sessions
from storage.purging import bonds
from storage.reporting import talks
from tests import staffing
from tests.api.workers.wired import Clock, wiring
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.purging.test_holds import ORDER, People, people  # noqa: F401 - a fixture

pytestmark = sqlite_mostly

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AT_1970 = datetime(1970, 1, 1, 0, 2, tzinfo=UTC)
BEHIND = pytest.mark.parametrize(
    "behind",
    [
        pytest.param(3 * HOUR, id="3h"),
        pytest.param(30 * DAY, id="30d", marks=pytest.mark.slow),
        pytest.param(200 * DAY, id="200d", marks=pytest.mark.slow),
        pytest.param(None, id="1970"),
    ],
)


async def _looks(store: Store, keyring: Keyring, folder: Path, at: datetime) -> None:
    wired = wiring(folder, store, keyring, Clock(at), carriers={})
    for _ in range(2):
        await ahead.look(wired, ahead.Told())


def _wrong(now: datetime, behind: timedelta | None) -> datetime:
    return AT_1970 if behind is None else now - behind


async def _rows(store: Store, table: Any) -> list[Any]:
    return [tuple(row) for row in await store.read(lambda c: c.execute(select(table)).all())]


@BEHIND
@pytest.mark.parametrize("after", [10, 120], ids=["talking", "marked"])
async def test_whoever_chose_privacy_stays_private(
    store: Store, keyring: Keyring, now: datetime, tmp_path: Path, behind: timedelta | None, after: int
) -> None:
    await making.prepare(store, keyring, now)
    file = making.filing(code="4829136500277410")
    talk = replace(making.ongoing(file, now), mode=Mode.PRIVATE)
    message = making.message(1)
    await making.say(store, keyring, message, making.decision(file, replies=["added"], conversation=talk), now=now)
    then = now + timedelta(minutes=after)
    await store.write(lambda c: talks.end(c, then) and None)
    waits = await making.count(store, tables.outbox)
    contacts = await _rows(store, tables.contacts)
    await _looks(store, keyring, tmp_path, _wrong(then, behind))
    assert await _rows(store, tables.contacts) == contacts
    for hours in (0, 20):
        at = then + hours * HOUR
        await store.write(lambda c, at=at: keys.register(c, keyring, at))  # type: ignore[misc]
        await _looks(store, keyring, tmp_path, at)
        await store.write(lambda c, at=at: talks.end(c, at) and None)  # type: ignore[misc]
        names = talks.names(keyring, message.channel, message.address, at, came=at)
        found = await store.read(lambda c, at=at, names=names: talks.find(c, keyring, names, message=99, now=at))  # type: ignore[misc]
        assert found is not None
        assert found.conversation.mode is Mode.PRIVATE
    assert await making.count(store, tables.outbox) == waits


@BEHIND
@pytest.mark.parametrize("order", ["", ORDER], ids=["inquiry", "order"])
async def test_a_hold_stands_as_long_as_before(
    people: People,  # noqa: F811
    tmp_path: Path,
    behind: timedelta | None,
    order: str,
) -> None:
    hold = await people.ask("one", days=60, order=order)
    await people.confirm("watch" if order else "two", hold)
    assert await people.erase(HOUR) is not bool(order)
    was, rows = await people.row(), await _rows(people.store, tables.holds)
    now = people.now + 2 * DAY
    wrong = _wrong(people.now, behind)
    await _looks(people.store, people.keyring, tmp_path, wrong)
    wired = wiring(tmp_path, people.store, people.keyring, Clock(wrong), carriers={})
    await people.store.write(lambda c: keys.register(c, people.keyring, wrong))
    for at in (wrong, now):
        wired.clock.now = at  # type: ignore[attr-defined]
        await timers.ring_due(wired)
    after = await people.row()
    assert await _rows(people.store, tables.holds) == rows
    assert (after.held_until, after.bound_until, after.erased_at is None) == (
        was.held_until,
        was.bound_until,
        bool(order),
    )


async def test_a_hold_asked_for_while_a_clock_was_ahead_stands_until_its_day_or_one_of_the_two_ends_it(
    people: People,  # noqa: F811
    tmp_path: Path,
) -> None:
    ahead_by = 300 * DAY
    hold = await people.ask("one", days=180, after=ahead_by, order=ORDER)
    await people.confirm("watch", hold, after=ahead_by)
    assert not await people.erase(HOUR)
    await _looks(people.store, people.keyring, tmp_path, people.now + DAY)
    report = (await people.row()).id
    until = people.now + ahead_by + 180 * DAY
    assert await people.store.read(lambda c: bonds.until(c, people.keyring, report, people.now + DAY)) == until
    wired = wiring(tmp_path, people.store, people.keyring, Clock(people.now + 2 * DAY), carriers={})
    await timers.ring_due(wired)
    assert not await timers.ring_due(wired)  # her wish looks again tomorrow, not at once
    await people.end("watch", hold, after=2 * DAY)
    await timers.ring_due(wired)
    assert (await people.row()).erased_at is not None


@BEHIND
async def test_tokens_and_links_serve_again_once_the_clock_is_right(
    store: Store, keyring: Keyring, now: datetime, tmp_path: Path, behind: timedelta | None
) -> None:
    def made(conn: Any) -> tuple[str, str]:
        keys.register(conn, keyring, now)
        staffing.town(conn)
        person = staffing.hire(conn, keyring, "سالم", Role.ADMINISTRATOR, now=now)
        token = sessions.make_token(conn, keyring, person=person, now=now, entropy=b"t" * 32)
        return token, sessions.make_link(conn, person=person, now=now, entropy=b"l" * 32)

    token, link = await store.write(made)

    async def serve(at: datetime) -> tuple[bool, bool]:
        def work(conn: Any) -> tuple[bool, bool]:
            by_token = sessions.by_token(conn, token=token, now=at)
            return by_token is not None, bool(
                sessions.follow_link(conn, keyring, token=link, now=at, entropy=b"s" * 64)
            )

        return await store.write(work)

    wrong = _wrong(now, behind)
    await _looks(store, keyring, tmp_path, wrong)
    assert await serve(wrong) == (False, False)
    assert await serve(now + timedelta(minutes=1)) == (True, True)
