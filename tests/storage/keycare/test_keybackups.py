"""Copies for officers: each opens with its own identity, holds no day's key, and brings no destroyed key back."""

import json
import resource
import signal
from datetime import datetime, timedelta
from pathlib import Path

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import keyfiles, keys
from storage.database.engine import Store
from storage.keycare import keybackups
from storage.keycare.keybackups import Copy, InTheWay, NotACopy, NotAnOfficer, Restored
from storage.keys import Domain, KeyMismatch, KeyMissing, Keyring
from storage.sealed import roots
from tests.databases import sqlite_mostly
from tests.storage import making

pytestmark = sqlite_mostly


@pytest.fixture(autouse=True)
async def _prepared(store: Store, keyring: Keyring, now: datetime) -> None:
    await making.prepare(store, keyring, now)


async def _take(store: Store, keyring: Keyring, now: datetime) -> Copy:
    until = now + timedelta(days=7)
    return await store.read(lambda c: keybackups.take(c, keyring, now=now, keep_until=until))


async def _restore(store: Store, folder: Path, copy: Copy) -> Restored:
    return await store.write(lambda c: keybackups.restore(c, Keyring.open(folder), copy))


def _officer() -> tuple[str, str]:
    identity = pyrage.x25519.Identity.generate()
    return str(identity.to_public()), f"# created: today\n# public key: x\n{identity}\n"


async def test_every_officer_opens_their_own_copy_and_no_other(store: Store, keyring: Keyring, now: datetime) -> None:
    copy = await _take(store, keyring, now)
    (one, hers), (other, his) = _officer(), _officer()
    assert keybackups.opened(keybackups.sealed_for(copy, one), hers) == copy
    assert keybackups.opened(keybackups.sealed_for(copy, other), his) == copy
    with pytest.raises(NotACopy):
        keybackups.opened(keybackups.sealed_for(copy, one), his)


async def test_a_copy_holds_every_key_but_the_days(store: Store, keyring: Keyring, now: datetime) -> None:
    copy = await _take(store, keyring, now)
    assert {domain for domain, _ in copy.keys} == set(Domain) - keys.PASSING
    assert copy.keys[Domain.CONTENT, "2026-11"] == keyring.at(Domain.CONTENT, "2026-11")
    sealed = keybackups.sealed_for(copy, _officer()[0])
    assert keyring.at(Domain.CONTENT, "2026-11") not in sealed


async def test_what_was_destroyed_is_in_no_later_copy(store: Store, keyring: Keyring, now: datetime) -> None:
    await store.write(lambda c: keys.mark_destroyed(c, Domain.CONTENT, "2026-11", now))
    assert (Domain.CONTENT, "2026-11") not in (await _take(store, keyring, now)).keys


async def test_a_lost_or_changed_key_is_not_copied_over(store: Store, keyring: Keyring, now: datetime) -> None:
    file = keyring.folder / "content" / "2026-11"
    file.unlink()
    with pytest.raises(KeyMissing):
        await _take(store, Keyring.open(keyring.folder), now)
    file.write_bytes(bytes(32))
    with pytest.raises(KeyMismatch):
        await _take(store, Keyring.open(keyring.folder), now)


async def test_an_empty_folder_has_all_again(store: Store, keyring: Keyring, now: datetime, tmp_path: Path) -> None:
    roots.place(keyring.folder, "recovery", ["ab" * 16])
    (keyring.folder / "erased").mkdir()
    (keyring.folder / "erased" / "reports-2026-11.ab").write_text("2026-11-21T09 " + "a" * 32 + "\n")
    (keyring.folder / "anchors").mkdir()
    (keyring.folder / "anchors" / "2026-11.anchors").write_text("7 ab\n")
    copy, folder = await _take(store, keyring, now), tmp_path / "new"
    done = await _restore(store, folder, copy)
    assert done == Restored(len(copy.keys), 0, 0, lost=2)
    again = Keyring.open(folder)
    assert all(again.at(domain, epoch) == secret for (domain, epoch), secret in copy.keys.items())
    assert roots.read(folder, "recovery") == frozenset({"ab" * 16})
    assert (folder / "erased" / "reports-2026-11.ab").read_text().endswith("a" * 32 + "\n")
    anchors = folder / "anchors" / "2026-11.anchors"
    assert (anchors.read_text(), anchors.stat().st_mode & 0o777) == ("7 ab\n", 0o600)  # it goes on
    assert (folder / "content" / "2026-11").stat().st_mode & 0o777 == 0o400
    # The days' keys are in no copy: new ones are made, and messages can be kept again.
    await store.write(lambda c: keys.register(c, again, now))
    for domain in keys.PASSING:
        assert again.current(domain, now).secret != keyring.current(domain, now).secret
    # Twice changes nothing.
    assert await _restore(store, folder, copy) == Restored(0, len(copy.keys), 0)


async def test_where_there_is_no_database_yet_all_of_a_copy_is_put_back(
    store: Store, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    copy, folder = await _take(store, keyring, now), tmp_path / "new"
    assert keybackups.restore_all(folder, copy) == Restored(len(copy.keys), 0)
    again = Keyring.open(folder)
    assert all(again.at(domain, epoch) == secret for (domain, epoch), secret in copy.keys.items())
    keyfiles.shred(folder / "content" / "2026-11")
    keyfiles.place(folder / "content", "2026-11", bytes(32))
    with pytest.raises(InTheWay):
        keybackups.restore_all(folder, copy)


async def test_a_destroyed_key_stays_destroyed(store: Store, keyring: Keyring, now: datetime, tmp_path: Path) -> None:
    copy, folder = await _take(store, keyring, now), tmp_path / "new"
    await store.write(lambda c: keys.mark_destroyed(c, Domain.CONTENT, "2026-11", now))
    assert (await _restore(store, folder, copy)).left_out == 1
    assert not (folder / "content" / "2026-11").exists()


async def test_another_deployments_copy_brings_nothing(
    store: Store, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    copy = await _take(store, keyring, now)
    strange = Copy(now, copy.keep_until, {name: bytes(32) for name in copy.keys}, {})
    assert await _restore(store, tmp_path / "new", strange) == Restored(0, 0, len(copy.keys), lost=2)


async def test_nothing_is_overwritten_and_nothing_half_restored(
    store: Store, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    copy, folder = await _take(store, keyring, now), tmp_path / "new"
    keyfiles.place(folder / "pepper", "2026-11", b"another" + bytes(25))
    with pytest.raises(InTheWay):
        await _restore(store, folder, copy)
    assert [file.name for file in folder.rglob("*") if file.is_file()] == ["2026-11"]


async def test_a_journal_that_went_on_is_left_as_it_is(
    store: Store, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    copy = await _take(store, keyring, now)
    copy = Copy(copy.made_at, copy.keep_until, copy.keys, {"erased/reports-2026-11.ab": b"one\n"})
    journal = tmp_path / "new" / "erased" / "reports-2026-11.ab"
    journal.parent.mkdir(parents=True)
    journal.write_bytes(b"one\ntwo\n")
    await _restore(store, tmp_path / "new", copy)
    assert journal.read_bytes() == b"one\ntwo\n"


@pytest.mark.parametrize(
    "name", ["intake/2026-11-21", "door/2026-11-21", "content/../x", "content/2026-11/x", "nothing/all", "content/"]
)
def test_a_copy_names_no_other_file(now: datetime, name: str) -> None:
    officer, identity = _officer()
    body = json.dumps(
        {
            "form": keybackups._FORM,
            "made_at": now.isoformat(),
            "keep_until": now.isoformat(),
            "keys": {name: keybackups._text(bytes(32))},
            "beside": {},
        }
    )
    sealed = pyrage.encrypt(body.encode(), [pyrage.x25519.Recipient.from_str(officer)])
    with pytest.raises(NotACopy):
        keybackups.opened(sealed, identity)


@pytest.mark.parametrize("name", ["roots/../content/2026-11", "keys/x", "/etc/passwd", "roots/.x", "erased/"])
def test_nor_does_what_stands_beside_the_keys(now: datetime, name: str) -> None:
    officer, identity = _officer()
    copy = Copy(now, now, {}, {name: b"x"})
    with pytest.raises(NotACopy):
        keybackups.opened(keybackups.sealed_for(copy, officer), identity)


@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_changed_copy_does_not_open(place: int, bit: int) -> None:
    at = datetime.fromisoformat("2026-11-21T09:00:00+00:00")
    officer, identity = _officer()
    sealed = bytearray(keybackups.sealed_for(Copy(at, at, {(Domain.CODE, "all"): bytes(32)}, {}), officer))
    sealed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(NotACopy):
        keybackups.opened(bytes(sealed), identity)


@pytest.mark.parametrize("officer", ["", "age1", "ssh-ed25519 AAAA", "AGE-SECRET-KEY-1QQ", "age1qqqq"])
def test_an_officer_is_named_by_an_age_recipient(now: datetime, officer: str) -> None:
    with pytest.raises(NotAnOfficer):
        keybackups.sealed_for(Copy(now, now, {}, {}), officer)


@pytest.mark.parametrize("identity", ["", "nothing\n", "AGE-SECRET-KEY-1QQ\n"])
def test_an_identity_file_without_one_is_said_to_be_none(identity: str) -> None:
    with pytest.raises(NotAnOfficer):
        keybackups.opened(b"", identity)


def test_a_copy_shows_no_secret(now: datetime) -> None:
    assert "cc" not in repr(Copy(now, now, {(Domain.CODE, "all"): b"cc"}, {}))


def test_a_written_copy_is_its_owners_and_overwrites_nothing(tmp_path: Path) -> None:
    keybackups.write({tmp_path / "x.age": b"1"})
    assert (tmp_path / "x.age").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        keybackups.write({tmp_path / "y.age": b"2", tmp_path / "x.age": b"2"})
    assert [file.name for file in tmp_path.glob("*age")] == ["x.age"]


def test_where_the_disk_is_full_no_copy_is_there_and_it_can_be_written_again(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    files = {stick / "1.age": bytes(100), stick / "2.age": bytes(200_000)}
    had = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, had[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            keybackups.write(files)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, had)
        signal.signal(signal.SIGXFSZ, before)
    assert list(stick.iterdir()) == []
    keybackups.write(files)
    assert {file: file.read_bytes() for file in stick.iterdir()} == files
