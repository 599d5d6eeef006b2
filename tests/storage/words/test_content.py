"""Words open in their own row, under their own key, while that exists."""

from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from storage import tables
from storage.database.engine import Store
from storage.keys import Domain, KeyGone, Keyring
from storage.sealing import Tampered
from storage.words import content
from tests.storage import making
from tests.storage.making import TEXT, message


@pytest.fixture
async def report(store: Store, keyring: Keyring, now: datetime) -> str:
    """A report with its card and its first words."""
    await making.prepare(store, keyring, now)
    file = making.filing()
    await making.say(store, keyring, message(1), making.decision(file), now=now)
    return file.report


async def _part(store: Store, kind: str) -> Any:
    return await store.read(lambda conn: conn.execute(select(tables.parts).where(tables.parts.c.kind == kind)).one())


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "a\ud83d\x00b"}, {"text": "م" * 100_000, "n": [1, None]}])
async def test_what_was_added_opens(store: Store, keyring: Keyring, now: datetime, report: str, body: Any) -> None:
    part = await store.write(
        lambda conn: content.add_part(conn, keyring, report=report, kind="note", body=body, at=now)
    )
    row = await _part(store, "note")
    opened = content.open_part(keyring, row)
    assert row.id == part
    assert opened == ({"text": "a\ufffd\x00b"} if "\ud83d" in str(body.get("text")) else body)


@pytest.mark.parametrize("columns", [("sealed",), ("wrapped",), ("sealed", "wrapped", "epoch")])
async def test_nothing_opens_in_another_row(
    store: Store, keyring: Keyring, report: str, columns: tuple[str, ...]
) -> None:
    card = await _part(store, "card")
    swap = (
        update(tables.parts)
        .where(tables.parts.c.kind == "utterance")
        .values(**{name: getattr(card, name) for name in columns})
    )
    await store.write(lambda conn: conn.execute(swap) and None)
    with pytest.raises(Tampered):
        content.open_part(keyring, await _part(store, "utterance"))
    assert report


async def test_nothing_opens_in_another_report(store: Store, keyring: Keyring, now: datetime, report: str) -> None:
    other = making.filing()
    await making.say(store, keyring, message(2, address=making.OTHER_PHONE), making.decision(other), now=now)
    theirs = (tables.parts.c.report == report, tables.parts.c.kind == "utterance")
    move = update(tables.parts).where(*theirs).values(report=other.report)
    await store.write(lambda conn: conn.execute(move) and None)
    rows = await making.rows(store, tables.parts)
    opened = await store.read(lambda conn: content.bodies(conn, keyring, rows))
    assert Counter(type(body) for body in opened.values()) == {dict: 3, content.Shut: 1}


async def test_after_erasing_nothing_is_there_to_open(store: Store, keyring: Keyring, report: str) -> None:
    await store.write(lambda conn: content.erase(conn, report))
    with pytest.raises(Tampered):
        content.open_part(keyring, await _part(store, "utterance"))
    assert await store.read(lambda conn: content.card(conn, keyring, report)) == {}


async def test_with_the_months_key_all_its_words_are_gone(store: Store, keyring: Keyring, report: str) -> None:
    keyring.destroy(Domain.CONTENT, "2026-11")
    with pytest.raises(KeyGone):
        content.open_part(keyring, await _part(store, "utterance"))
    assert await store.read(lambda conn: content.card(conn, keyring, report)) == {}


async def test_each_part_has_a_key_of_its_own(store: Store, keyring: Keyring, report: str) -> None:
    rows = await making.rows(store, tables.parts)
    assert len({row.wrapped for row in rows}) == len(rows) == 2
    assert all(TEXT.encode() not in row.sealed for row in rows)
    assert keyring
    assert report
