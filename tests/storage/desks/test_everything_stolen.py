"""The whole attack at once: every secret of the server, last week's backup, the log, and a key put in by SQL.

A log keeps each row as it ever was: the bytes on the disk, and, once a backup is put back, the sealed values as they
stood while a message and an answer waited.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, make_url, update

from bot.vocabulary import Desk, File, Sent
from storage import tables
from storage.anchors import Noted
from storage.backups import backup, clients, trying
from storage.backups.backup import Place
from storage.backups.manifests import Manifest
from storage.backups.places import Target
from storage.database.engine import Store
from storage.keys import KeyGone, Keyring
from storage.outgoing import delivery, outbox
from storage.purging import retention
from storage.sealed import keypairs, recipients
from storage.sealed.keypairs import Unlocked
from storage.sealing import Tampered
from tests.ceremony import PHRASE
from tests.staffing import KARRADA
from tests.storage import living, making
from tests.storage.house import ANSWER, CODE, FILE_KEY, NOTE, PLACE, SECRETS, VIOLENCE, WORDS, House, copy_of, stolen
from tests.storage.living import Cell
from tests.storage.making import message

MINUTE, HOUR, WATCH_OVER, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(hours=4), timedelta(days=7)


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    """A desk that is on, its people's private keys in its rows under their pass phrases."""
    house = House(store, keyring, now)
    await house.begin()
    await house.recovery()
    await house.found("هدى", "سلمى")
    for name in ("هدى", "سلمى"):
        pair = house.keys[name]
        hers = update(tables.recipients).where(tables.recipients.c.id == pair.recipient)
        locked = hers.values(private_sealed=keypairs.lock(pair, f"{PHRASE} {name}"))
        await store.write(lambda c, locked=locked: c.execute(locked) and None)  # type: ignore[misc]
    return house


def _opened(cells: list[Cell], keyring: Keyring) -> bytes:
    """All that these sealed values yield to the keys of this folder."""
    found = b""
    for cell in cells:
        try:
            found += replace(cell, keyring=keyring).open(cell.blob, cell.epoch) + b"\n"
        except (KeyGone, Tampered, TypeError):  # a part of a sealed desk has no key of the server's
            continue
    return found


async def _lived(house: House) -> tuple[File, list[Cell]]:
    """A woman reports and is answered; the sealed values of every table as they stood on the way."""
    file = making.filing(facts=VIOLENCE, desk=Desk.WOMEN, office=KARRADA, code=CODE, place=None)
    said = message(1, text=WORDS, media=(making.medium(),))
    await making.keep(house.store, house.keyring, said, now=house.now)
    log = await living.cells(house.store, house.keyring)
    (waits,) = await making.waiting(house.store, house.keyring, now=house.now)
    talk = making.ongoing(file, house.now)
    filed = making.decision(file, conversation=talk, replies=["filed"])
    await making.settle(house.store, house.keyring, waits, filed, now=house.now)
    await house.fetch()
    await house.work_on(file)
    return file, log + await living.cells(house.store, house.keyring)


def _send(conn: Connection, keyring: Keyring, at: datetime) -> int:
    parcels = outbox.claim(conn, keyring, owner="me", now=at, limit=9, lease=MINUTE)
    for parcel in parcels:
        delivery.sent(conn, keyring, parcel, Sent(("SM1",)), carrier="twilio", now=at)
    return len(parcels)


async def _purged(house: House, *steps: timedelta) -> None:
    """The time goes by, as the application lets it."""
    for step in steps:
        await house.later(step)
        await house.store.write(lambda c: retention.purge(c, house.keyring, house.now) and None)


async def _puts_herself_in(house: House) -> Unlocked:
    """An administrator writes a key of her own into the list, signed as well as she can."""
    thief = keypairs.new("e" * 32)
    own: dict[str, Any] = {"id": thief.recipient, "office": PLACE[0], "desk": PLACE[1], "staff": house.people["زينب"]}
    own |= {"public_key": thief.public, "signing_key": thief.signing_public}
    own |= {"added_at": house.now, "effective_at": house.now, "signed_by": house.keys["هدى"].recipient}
    forged = keypairs.sign(thief, recipients.invitation(recipients.Row(**own)))
    values = insert(tables.recipients).values(**own, signature=forged)
    await house.store.write(lambda c: c.execute(values) and None)
    return thief


async def _unlocked(house: House, name: str, phrase: str) -> Unlocked:
    """A person's keys from what lies in the database, by her pass phrase."""
    rows = {row.id: row for row in await making.rows(house.store, tables.recipients)}
    recipient = house.keys[name].recipient
    return keypairs.unlock(recipient, bytes(rows[recipient].private_sealed), phrase)


async def _attacked(
    house: House, make: Callable[[datetime], Manifest]
) -> tuple[File, File, list[Cell], Manifest, Unlocked]:
    """Two reports with a week's work, the log, last week's backup, and the key of who put herself in between."""
    file, log = await _lived(house)
    # While the message and the answer waited the server could read them: else nothing here could fail.
    at_first = _opened(log, house.keyring).decode("utf-8", "replace")
    assert WORDS in at_first
    assert ANSWER in at_first
    for at in (house.now + MINUTE, house.now + 2 * MINUTE):  # one at a time to each number
        assert await house.store.write(lambda c, at=at: _send(c, house.keyring, at)) == 1  # type: ignore[misc]
    made = make(house.now + 2 * MINUTE)
    thief = await _puts_herself_in(house)
    await _purged(house, WATCH_OVER, HOUR)
    later = await house.tell(2)
    await _purged(house, WATCH_OVER, WEEK, HOUR)
    return file, later, log, made, thief


def _tried(folder: Path, target: Target, house: House, keys_dir: Path) -> House:
    """Last week's backup, put back with today's keys."""
    noted: dict[str, Any] = {"noted": Noted(), "now": house.now, "entropy": b"x"}
    trying.try_out(folder, target, house.keyring, keys_dir, **noted)
    return House(Store.open(target.url), house.keyring, house.now, house.people, house.keys)


def _disk(database_url: str, tmp_path: Path) -> bytes:
    """SQLite's file and its log, or all of a PostgreSQL server's files, its log among them, as a thief finds them."""
    if database_url.startswith("postgresql"):
        folder = Path(str(make_url(database_url).query["host"]))
        assert list(folder.rglob("pg_wal/0*"))
        return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert (tmp_path / "muntada.db-wal").stat().st_size > 0
    return b"".join(file.read_bytes() for file in sorted(tmp_path.glob("muntada.db*")))


async def test_the_disk_with_its_log_holds_what_is_sealed_and_no_word_of_it_and_no_secret_opens_it(
    house: House, database_url: str, keys_dir: Path, tmp_path: Path
) -> None:
    _, log = await _lived(house)
    thief = await _puts_herself_in(house)
    disk = _disk(database_url, tmp_path)
    # Any 16 bytes: a page may end within it, and PostgreSQL moves what is long.
    for row in await making.rows(house.store, tables.part_seals):
        assert any(bytes(row.sealed)[at : at + 16] in disk for at in range(0, len(row.sealed) - 16, 16))
    words = (*SECRETS, CODE)
    forms = {form for word in words for form in (word.encode(), word.encode("utf-16-le"), json.dumps(word).encode())}
    # Not the key of a file, which is 32 times one letter here: a server of other tests, too, may hold that as an id.
    assert [form for form in forms if form.strip(b'"') in disk] == []
    copy, secrets = await copy_of(house.store), Keyring.open(keys_dir)
    assert stolen(copy, secrets, [thief.private]) == ""
    assert WORDS in _opened(log, secrets).decode("utf-8", "replace")  # while it waited: else nothing here could fail
    hers = await _unlocked(house, "هدى", f"{PHRASE} هدى")
    everything = stolen(copy, secrets, [hers.private])
    assert all(word in everything for word in (*SECRETS, FILE_KEY.decode()))


@pytest.mark.slow
async def test_with_all_that_a_server_has_nothing_opens_and_with_one_pass_phrase_everything(
    house: House, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if house.store.dialect == "postgresql" and not clients.is_here("pg_dump"):
        pytest.skip("PostgreSQL's client programs are not here")
    url, keys_dir = request.getfixturevalue("database_url"), request.getfixturevalue("keys_dir")
    place, copies = Place(url, tmp_path / "media"), tmp_path / "copies"
    file, later, log, made, thief = await _attacked(
        house, lambda at: backup.make(place, copies, house.keyring, now=at, entropy=b"abc")
    )
    secrets = Keyring.open(keys_dir)
    copy = await copy_of(house.store)
    assert stolen(copy, secrets, [thief.private]) == ""
    told = _opened(log + await living.cells(house.store, secrets), secrets).decode("utf-8", "replace")
    assert [words for words in (*SECRETS, FILE_KEY.decode(), CODE) if words in told] == []
    (tmp_path / "scratch").mkdir()
    with trying.scratch(url, "", tmp_path / "scratch", now=house.now, entropy=b"abcd") as target:
        before = await asyncio.to_thread(_tried, copies / made.name, target, house, keys_dir)
        try:
            assert stolen(await copy_of(before.store), secrets, [thief.private]) == ""
        finally:
            before.store.close()

    hers = await _unlocked(house, "هدى", f"{PHRASE} هدى")
    everything = stolen(copy, secrets, [hers.private])
    assert all(words in everything for words in (*SECRETS, FILE_KEY.decode()))
    # One is lost with her phrase; the other reads what came before and after.
    forgotten = update(tables.recipients).where(tables.recipients.c.id == hers.recipient).values(private_sealed=None)
    await house.store.write(lambda c: c.execute(forgotten) and None)
    left = await _unlocked(house, "سلمى", f"{PHRASE} سلمى")
    assert await house.texts(file, left, "سلمى") == [WORDS, NOTE, ANSWER]
    assert await house.texts(later, left, "سلمى") == [WORDS]
