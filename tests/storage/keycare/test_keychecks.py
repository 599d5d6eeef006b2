"""A look at the key folder finds every fault that can be made in it, and none where there is none."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from storage import keyfiles, keys, loose, promises, tables
from storage.database.engine import Store
from storage.keycare import keychecks
from storage.keycare.keychecks import Fault, Wrong
from storage.keys import Domain, Keyring
from storage.purging import retention
from storage.sealed import roots
from tests.databases import sqlite_mostly
from tests.storage import making

pytestmark = sqlite_mostly

_NOON = datetime.fromisoformat("2026-11-21T09:00:00+00:00")


@pytest.fixture(autouse=True)
async def _prepared(store: Store, keyring: Keyring, now: datetime) -> None:
    keyring.folder.chmod(0o700)
    for daily in keys.PASSING:
        shutil.rmtree(keyring.folder / daily)  # those of the fixture reach further than the database knows
    for domain in Domain:
        for file in (keyring.folder / domain).glob("2026-12-*"):
            file.unlink()
    await making.prepare(store, Keyring.open(keyring.folder), now)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "media" / "aa").mkdir(parents=True)
    (folder / "media" / "aa" / "thirty-two").write_bytes(bytes(32))
    return folder


async def _faults(
    store: Store, keyring: Keyring, data_dir: Path, now: datetime, *, production: bool = True
) -> list[Fault]:
    fresh = Keyring.open(keyring.folder)
    return await store.read(lambda c: keychecks.faults(c, fresh, data_dir=data_dir, production=production, now=now))


async def test_a_whole_folder_has_no_fault(store: Store, keyring: Keyring, data_dir: Path, now: datetime) -> None:
    assert await _faults(store, keyring, data_dir, now) == []


def _lose(folder: Path, _data: Path) -> None:
    (folder / "content/2026-11").unlink()


def _change(folder: Path, _data: Path) -> None:
    _write(folder / "content/2026-11", b"7" * 32)


def _cut(folder: Path, _data: Path) -> None:
    _write(folder / "content/2026-11", b"short")


def _write(file: Path, content: bytes) -> None:
    file.unlink(missing_ok=True)
    file.write_bytes(content)
    file.chmod(0o400)


def _add(folder: Path, _data: Path) -> None:
    _write(folder / "content/2026-01", b"7" * 32)


def _show(folder: Path, _data: Path) -> None:
    (folder / "content/2026-11").chmod(0o440)


def _let_write(folder: Path, _data: Path) -> None:
    (folder / "content/2026-11").chmod(0o600)


def _tell(folder: Path, _data: Path) -> None:
    loose.note(Keyring.open(folder), loose.Seen(), now=_NOON)
    (folder / "waiting/audit").chmod(0o640)


def _lay_aside(folder: Path, _data: Path) -> None:
    _tell(folder, _data)
    (folder / "waiting/audit").rename(folder / "waiting/audit.damaged")


def _open_the_lists(folder: Path, _data: Path) -> None:
    promises.append(folder / "erased/reports-2026-11.me", ["a line"])
    (folder / "erased/reports-2026-11.me").chmod(0o644)


def _let_change_a_root(folder: Path, _data: Path) -> None:
    roots.place(folder, "a-root", ["7" * 64])
    (folder / "roots/a-root").chmod(0o600)


def _enter_what_waits(folder: Path, _data: Path) -> None:
    loose.note(Keyring.open(folder), loose.Seen(), now=_NOON)
    (folder / "waiting").chmod(0o755)


def _enter(folder: Path, _data: Path) -> None:
    (folder / "content").chmod(0o750)


def _enter_all(folder: Path, _data: Path) -> None:
    folder.chmod(0o755)


def _name_twice(folder: Path, data: Path) -> None:
    (data.parent / "elsewhere").hardlink_to(folder / "content/2026-11")


def _leave_over(folder: Path, _data: Path) -> None:
    _write(folder / "content/.0123", bytes(32))


def _copy(folder: Path, data: Path) -> None:
    shutil.copy(folder / "content/2026-11", data / "media" / "aa" / "copy")


def _demonstrate(folder: Path, _data: Path) -> None:
    keyfiles.mark_demo(folder)


@pytest.mark.parametrize(
    ("harm", "wrong"),
    [
        (_lose, {Wrong.MISSING}),
        (_change, {Wrong.ANOTHER}),
        (_cut, {Wrong.ANOTHER}),
        (_add, {Wrong.UNKNOWN}),
        (_show, {Wrong.OPEN_FILE}),
        (_let_write, {Wrong.OPEN_FILE}),
        (_tell, {Wrong.OPEN_FILE}),
        (_lay_aside, {Wrong.OPEN_FILE}),
        (_open_the_lists, {Wrong.OPEN_FILE}),
        (_let_change_a_root, {Wrong.OPEN_FILE}),
        (_enter_what_waits, {Wrong.OPEN_FOLDER}),
        (_enter, {Wrong.OPEN_FOLDER}),
        (_enter_all, {Wrong.OPEN_FOLDER}),
        (_name_twice, {Wrong.NAMED_TWICE}),
        (_leave_over, {Wrong.LEFT_OVER}),
        (_copy, {Wrong.IN_THE_DATA}),
        (_demonstrate, {Wrong.DEMO}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_every_harm_is_found(
    store: Store,
    keyring: Keyring,
    data_dir: Path,
    now: datetime,
    harm: Callable[[Path, Path], None],
    wrong: set[Wrong],
) -> None:
    harm(keyring.folder, data_dir)
    found = await _faults(store, keyring, data_dir, now)
    assert {fault.wrong for fault in found} == wrong
    assert len(found) == 1


async def test_a_demonstrations_keys_are_wrong_only_where_the_world_reaches_us(
    store: Store, keyring: Keyring, data_dir: Path, now: datetime
) -> None:
    keyfiles.mark_demo(keyring.folder)
    assert await _faults(store, keyring, data_dir, now, production=False) == []


async def test_a_destroyed_key_may_lie_there_for_a_day_and_no_longer(
    store: Store, keyring: Keyring, data_dir: Path, now: datetime
) -> None:
    await store.write(lambda c: keys.mark_destroyed(c, Domain.INTAKE, "2026-11-21", now))
    assert await _faults(store, keyring, data_dir, now + timedelta(hours=26)) == []
    found = await _faults(store, keyring, data_dir, now + timedelta(hours=27))
    assert found == [Fault(Wrong.ENDED, "intake/2026-11-21")]


async def test_a_key_that_should_have_ended_is_named_with_what_it_wraps(
    store: Store, keyring: Keyring, data_dir: Path, now: datetime
) -> None:
    await making.say(store, keyring, making.message(1), making.decision(making.filing()), now=now)
    found = await _faults(store, keyring, data_dir, datetime.fromisoformat("2026-12-04T01:00:00+00:00"))
    assert {(fault.wrong, fault.where.split(" ")[0]) for fault in found if fault.wrong is not Wrong.HELD} == {
        (Wrong.LATE, f"{domain}/2026-11") for domain in (Domain.CONTENT, Domain.CONTACT)
    }
    assert "content/2026-11 (2 that it opens, 0 that it does not)" in {fault.where for fault in found}


async def test_a_key_of_hours_that_no_purge_ended_for_a_day_is_named(
    store: Store, keyring: Keyring, data_dir: Path, now: datetime
) -> None:
    late = now + timedelta(hours=29)
    assert await _faults(store, keyring, data_dir, now + timedelta(hours=28)) == []
    found = await _faults(store, keyring, data_dir, late)
    assert found == [Fault(Wrong.HELD, f"{domain}/2026-11-21T08") for domain in ("door", "outbox")]
    await store.write(lambda c: keys.register(c, keyring, late))
    await store.write(lambda c: retention.purge(c, keyring, late))
    assert await _faults(store, keyring, data_dir, late) == []


async def test_a_sealed_desk_needs_the_files_that_say_to_whom(
    store: Store, keyring: Keyring, data_dir: Path, now: datetime
) -> None:
    desk = {"office": making.OFFICE, "desk": "women"}
    await store.write(lambda c: c.execute(insert(tables.desks).values(**desk)))
    assert await _faults(store, keyring, data_dir, now) == []
    await store.write(lambda c: c.execute(update(tables.desks).values(sealed_at=now)))
    found = await _faults(store, keyring, data_dir, now)
    assert {fault.where for fault in found} == {"roots/recovery", f"roots/{making.OFFICE}.women"}
    for name in (roots.RECOVERY, roots.name(making.OFFICE, "women")):
        roots.place(keyring.folder, name, ["ab" * 16])
    assert await _faults(store, keyring, data_dir, now) == []
