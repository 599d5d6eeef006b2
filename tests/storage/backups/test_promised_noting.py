"""How promises are noted outside the database, and what a restore does where some may be missing."""

import shutil
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.vocabulary import Hide, Mode, Mute
from storage import promises, tables
from storage.backups import clients, promised
from storage.backups.places import Target
from storage.keys import Keyring
from storage.outgoing import outbox
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.backups.towns import DAY, LONG, Town, phone, reach, target, town

__all__ = ["target", "town"]
pytestmark = [
    pytest.mark.skipif(not clients.is_here("pg_dump"), reason="PostgreSQL's client programs are not here"),
    sqlite_mostly,
]


async def test_doing_it_twice_does_no_more_than_once(town: Town, target: Target) -> None:
    files = [await town.files(who) for who in range(1, 4)]
    made = await town.backs_up()
    await town.does(1, Hide(files[0].report, ("زهرة",)))
    await town.does(2, Mute())
    private = replace(making.ongoing(replace(files[2], code=LONG), town.now), mode=Mode.PRIVATE)
    await town.say(3, making.decision(conversation=private))
    async with town.restored(made, target) as (there, done):
        assert done.kept.done == {"discreet": 1, "muted": 1, "private": 1}
        once = [await making.rows(there, table) for table in tables.metadata.sorted_tables]
        again = await there.write(lambda c: promised.keep(c, town.keyring, made.name, made.made_at, town.now + 2 * DAY))
        assert again == promised.Kept({})
        assert [await making.rows(there, table) for table in tables.metadata.sorted_tables] == once


@pytest.mark.parametrize("how", ["lost", "older", "spoilt"])
async def test_where_promises_may_be_missing_nobody_is_written_to(town: Town, target: Target, how: str) -> None:
    files = [await town.files(who) for who in range(1, 4)]
    await town.does(2, Mute())
    await town.does(3, Hide(files[2].report, ("زهرة",)))
    copied = shutil.copytree(town.keyring.folder, town.folder / "copied")
    made = await town.backs_up()
    await town.does(1, Mute())
    folder = town.keyring.folder / "promises"
    if how == "lost":
        shutil.rmtree(folder)
    elif how == "spoilt":
        (file,) = folder.iterdir()
        file.write_bytes(file.read_bytes()[:-9] + b"A" * 8 + b"\n")
    keyring = Keyring.open(copied) if how == "older" else town.keyring
    async with town.restored(made, target, keyring) as (there, done):
        assert done.kept.waits == 2
        assert set((await reach(there)).values()) == {"pull"}

        def answer(conn: Connection) -> None:
            for file in files:
                put = making.reply()
                outbox.put_answer(
                    conn, keyring, report=file.report, reply=put, once=file.report, due_at=town.now, now=town.now
                )

        await there.write(answer)
        waiting = await there.write(
            lambda c: outbox.claim(c, keyring, owner="me", now=town.now + DAY, limit=9, lease=timedelta(minutes=1))
        )
        assert waiting == []


async def test_after_a_restore_that_knows_all_everybody_is_answered_as_before(town: Town, target: Target) -> None:
    file = await town.files(1)
    made = await town.backs_up()
    async with town.restored(made, target) as (there, done):
        assert done.kept == promised.Kept({})
        assert await reach(there) == {file.report: "yes"}


async def test_the_lines_name_nobody_and_hold_no_word(town: Town) -> None:
    file = await town.files(1)
    await town.does(1, Hide(file.report, (file.code, "زهرة")))
    await town.does(1, Mute())
    read = promises.read(town.keyring, town.now - DAY)
    assert {line.kind.value for line in read.lines} == {"discreet", "muted"}
    told = b"".join(path.read_bytes() for path in (town.keyring.folder / "promises").iterdir())
    opened = repr([(line, line.data) for line in read.lines])
    for needle in (phone(1), file.code, "زهرة", file.report):
        assert needle.encode() not in told
        assert needle not in opened


async def test_nothing_is_promised_that_cannot_be_noted(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError("no space left")

    await town.files(1)
    monkeypatch.setattr(promises, "append", full)
    with pytest.raises(OSError, match="space"):
        await town.does(1, Mute())
    assert await making.count(town.store, tables.muted) == 0
