"""An edit of what its sender erased brings nothing back; what is remembered for that leads to nobody."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.vocabulary import Append, Decision, Erase, File, Hide, Known, Point
from storage import keys, tables
from storage.anchors import Noted
from storage.backups import backup, clients, restoring
from storage.backups.backup import Place
from storage.backups.places import Target
from storage.database.engine import Store
from storage.keys import Domain, KeyGone, Keyring, epoch_of
from storage.purging import journal, retention
from tests.databases import on_sqlite_mostly
from tests.storage import making
from tests.storage.reporting import talking
from tests.storage.reporting.talking import HOUR, MINUTE

pytestmark = pytest.mark.usefixtures("prepared")


async def _is_weighed(store: Store, keyring: Keyring, now: datetime, number: int, of: int, **more: Any) -> bool:
    """Whether an edit of the of-th message is looked at at all; the number-th update of this chat."""
    seen: list[Known] = []

    def look(known: Known) -> Decision:
        seen.append(known)
        return making.decision(conversation=known.conversation)

    there = more.pop("chat", "7700000011")
    edit = replace(talking.chat(number, edit=True, **more), own_id=f"{of}", address=there)
    await making.say(store, keyring, edit, look, now=now)
    return bool(seen)


async def _erased(store: Store, keyring: Keyring, at: datetime, number: int = 1) -> File:
    """Somebody tells something with their number-th message and erases it with the next."""
    file = making.filing(code=f"{number:06d}")
    told = making.decision(file, conversation=making.ongoing(file, at))
    await making.say(store, keyring, talking.chat(number), told, now=at)
    await making.say(store, keyring, talking.chat(number + 1), making.decision(Erase(file.report)), now=at + MINUTE)
    return file


async def test_an_edit_of_a_message_whose_report_was_erased_is_kept_as_nothing(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    await _erased(store, keyring, at)
    assert not await _is_weighed(store, keyring, at + 2 * MINUTE, 3, of=1)
    await store.write(lambda c: keys.register(c, keyring, at + 47 * HOUR))
    assert not await _is_weighed(store, keyring, at + 47 * HOUR, 4, of=1)
    assert all(row.settled_at and row.sealed is None for row in await making.rows(store, tables.inbound))


async def test_an_edit_of_what_was_not_erased_is_weighed_as_ever(store: Store, keyring: Keyring, at: datetime) -> None:
    await making.say(store, keyring, talking.chat(1), making.decision(), now=at)
    other = making.filing(code="222222")
    await making.say(store, keyring, talking.chat(2), making.decision(other), now=at)
    await _erased(store, keyring, at + MINUTE, 3)
    for number, of in enumerate((1, 2, 99), start=5):
        assert await _is_weighed(store, keyring, at + HOUR, number, of=of)
    assert await _is_weighed(store, keyring, at + HOUR, 9, of=3, chat="7700000012")


async def test_of_whoever_is_discreet_nothing_deleted_in_the_chat_comes_back_by_an_edit(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    file = making.filing(code="482913")
    told = making.decision(file, Hide(file.report, ("482913",)), conversation=making.ongoing(file, at))
    await making.say(store, keyring, talking.chat(1), told, now=at)
    await making.say(store, keyring, talking.chat(2), making.decision(), now=at)
    await store.write(lambda conn: conn.execute(tables.traces.delete()) and None)  # deleting was ordered
    await making.say(store, keyring, talking.chat(3), making.decision(Erase(file.report)), now=at + MINUTE)
    for number, of in enumerate((1, 2), start=4):
        assert not await _is_weighed(store, keyring, at + HOUR, number, of=of)


async def test_in_private_no_message_of_that_chat_comes_back_by_an_edit(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    file = talking.filed()
    first = talking.private(file, about=file, now=at)
    await making.say(store, keyring, talking.chat(1), first, now=at)
    await making.say(store, keyring, talking.chat(2), talking.private(Append(file.report), about=file, now=at), now=at)
    await store.write(lambda conn: conn.execute(tables.traces.delete()) and None)  # deleted in the chat at once
    await making.say(store, keyring, talking.chat(3), talking.private(Erase(file.report), now=at), now=at)
    rows = await making.rows(store, tables.effaced)
    assert {row.at for row in rows} == {at.replace(minute=0, second=0, microsecond=0)}
    assert not await _is_weighed(store, keyring, at + MINUTE, 4, of=1)
    await talking.end(store, at + HOUR)
    for number, of in enumerate((1, 2, 3), start=5):
        assert not await _is_weighed(store, keyring, at + 2 * HOUR, number, of=of)
    # What is told there afterwards may be edited.
    new = making.filing(code="333333")
    await making.say(store, keyring, talking.chat(9), making.decision(new), now=at + 3 * HOUR)
    assert await _is_weighed(store, keyring, at + 3 * HOUR, 10, of=9)


@on_sqlite_mostly
async def test_two_days_later_neither_a_row_nor_the_key_is_left_that_made_it(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    await _erased(store, keyring, at)
    day = epoch_of(Domain.INTAKE, at)
    for ahead in (24 * HOUR, 46 * HOUR):
        await store.write(lambda c, ahead=ahead: keys.register(c, keyring, at + ahead))  # type: ignore[misc]
        for _ in range(2):
            await store.write(lambda c, ahead=ahead: retention.purge(c, keyring, at + ahead) and None)  # type: ignore[misc]
        assert await making.count(store, tables.effaced) == 1
        assert keyring.at(Domain.INTAKE, day)
    later = at + timedelta(hours=73)
    await store.write(lambda c: keys.register(c, keyring, later))
    for _ in range(2):
        await store.write(lambda c: retention.purge(c, keyring, later) and None)
    assert await making.count(store, tables.effaced) == 0
    with pytest.raises(KeyGone):
        keyring.at(Domain.INTAKE, day)


@on_sqlite_mostly
async def test_a_pin_that_moves_on_for_days_stays_erased(store: Store, keyring: Keyring, at: datetime) -> None:
    await _erased(store, keyring, at)
    for step in range(1, 5):
        now = at + step * 40 * HOUR
        await store.write(lambda c, now=now: keys.register(c, keyring, now))  # type: ignore[misc]
        moved = {"live": True, "point": Point(33.3 + step / 100, 44.4)}
        assert not await _is_weighed(store, keyring, now, 2 + step, of=1, **moved)
        await store.write(lambda c, now=now: retention.purge(c, keyring, now) and None)  # type: ignore[misc]


def test_a_row_holds_nothing_beside_the_hash_its_key_and_its_time() -> None:
    assert set(tables.effaced.c.keys()) == {"hash", "epoch", "at"}
    assert not tables.effaced.foreign_keys


@on_sqlite_mostly
@pytest.mark.parametrize("private", [False, True])
async def test_a_database_restored_from_before_the_erasing_brings_nothing_back_by_an_edit(
    store: Store,
    keyring: Keyring,
    at: datetime,
    database_url: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    *,
    private: bool,
) -> None:
    if database_url.startswith("postgresql") and not clients.is_here("pg_dump"):
        pytest.skip("PostgreSQL's client programs are not here")
    made = await asyncio.to_thread(
        backup.make, Place(database_url, tmp_path / "media"), tmp_path / "copies", keyring, now=at, entropy=b"abc"
    )
    if private:
        file = talking.filed()
        await making.say(store, keyring, talking.chat(1), talking.private(file, about=file, now=at), now=at)
        await making.say(store, keyring, talking.chat(2), talking.private(Erase(file.report), now=at), now=at)
    else:
        await _erased(store, keyring, at)
    new = f"sqlite:///{tmp_path / 'new' / 'muntada.db'}"
    url = new if database_url.startswith("sqlite") else request.getfixturevalue("empty_postgresql_url")
    given: dict[str, Any] = {"noted": Noted(), "now": at + 2 * HOUR}
    folder, target = tmp_path / "copies" / made.name, Target(url, tmp_path / "new" / "media")
    await asyncio.to_thread(restoring.restore, folder, target, keyring, keyring.folder, **given)
    there = Store.open(url)
    try:
        assert not await _is_weighed(there, keyring, at + 3 * HOUR, 21, of=1)
        assert await _is_weighed(there, keyring, at + 3 * HOUR, 22, of=1, chat="7700000012")
        assert await making.count(there, tables.reports) == 0
    finally:
        there.close()


async def test_the_list_beside_the_keys_names_nobody_and_goes_with_the_keys_that_made_it(
    store: Store, keyring: Keyring, at: datetime
) -> None:
    await _erased(store, keyring, at)
    (row,) = await making.rows(store, tables.effaced)
    (file,) = (keyring.folder / "erased").glob("effaced-*")
    assert file.read_text().split() == [f"{at:%Y-%m-%dT%H}", epoch_of(Domain.INTAKE, at), row.hash.hex()]
    journal.prune(keyring.folder, now=at + 48 * HOUR)
    assert file.exists()
    journal.prune(keyring.folder, now=at + 97 * HOUR)
    assert not file.exists()
