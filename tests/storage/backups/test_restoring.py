"""What a restore refuses, and what it makes good of what happened since the backup."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, update

from storage import anchors, audit, keys, tables
from storage.backups import clients, manifests, places, trying
from storage.backups.manifests import NotABackup
from storage.backups.places import NotEmpty, Target, TooOld
from storage.database.engine import Store
from storage.keys import Domain, KeyMismatch, Keyring
from storage.purging import journal
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.backups.homes import Home, every_row, files_of, home, lived_in, media_dir, place, put_back, target

__all__ = ["home", "lived_in", "media_dir", "place", "target"]
pytestmark = [
    pytest.mark.skipif(not clients.is_here("pg_dump"), reason="PostgreSQL's client programs are not here"),
    sqlite_mostly,
]


@pytest.mark.parametrize("which", ["database", "media", "manifest", "counts"])
async def test_a_changed_backup_is_not_restored_and_leaves_nothing(home: Home, which: str) -> None:
    made = home.make()
    folder = home.backups / made.name
    changed = {"database": made.database, "manifest": manifests.FILE, "counts": manifests.FILE}.get(which)
    path = folder / (changed or next(name for name in made.files if name.startswith("media/")))
    whole = path.read_bytes()
    if which == "counts":
        path.write_bytes(whole.replace(b'"reports": 5', b'"reports": 6'))
    else:
        path.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
    with pytest.raises(NotABackup):
        await put_back(home, made)
    assert not home.target.media_dir.exists()
    assert not (home.folder / "new" / "muntada.db").exists()


async def test_it_needs_the_right_keys(home: Home) -> None:
    made = home.make()
    assert {(key.domain, key.epoch) for key in made.keys} >= {(Domain.CONTENT, "2026-11"), (Domain.AUDIT, "all")}
    assert {Domain.INTAKE, Domain.DOOR, Domain.PEPPER, Domain.OUTBOX} & {key.domain for key in made.keys} == set()
    assert made.until == datetime.fromisoformat("2026-12-03T00:00:00+00:00")
    other = Keyring.open(home.folder / "other")
    for domain in Domain:
        other.make(domain, home.now)
    with pytest.raises(NotABackup):
        await put_back(home, made, keyring=other)
    home.keyring.destroy(Domain.CONTENT, "2026-11")
    with pytest.raises(TooOld):
        await put_back(home, made, keyring=Keyring.open(home.keys_dir))
    (home.keys_dir / "content" / "2026-11").write_bytes(bytes(32))
    with pytest.raises(KeyMismatch):
        await put_back(home, made, keyring=Keyring.open(home.keys_dir))


async def test_nothing_that_is_there_is_overwritten(home: Home) -> None:
    made = home.make()
    with pytest.raises(NotEmpty):
        await put_back(home, made, target=Target(home.place.url, home.target.media_dir))
    with pytest.raises(NotEmpty):
        await put_back(home, made, target=Target(home.target.url, home.place.media_dir))
    assert any(home.place.media_dir.rglob("*"))


async def test_what_was_erased_since_is_erased_again_and_its_file_is_to_be_shredded(home: Home) -> None:
    made = home.make()
    query = select(tables.reports.c.id).where(tables.reports.c.number == "BG-00000")
    report = await home.store.read(lambda c: c.execute(query).scalar_one())
    journal.write(home.keys_dir, "ab", report, [b"\x07" * 32], now=home.now)
    restored = await put_back(home, made)
    assert restored.erased == 1
    there = Store.open(home.target.url)
    try:
        parts = select(tables.parts.c.sealed).where(tables.parts.c.report == report)
        assert set(await there.read(lambda c: c.execute(parts).scalars().all())) <= {None}
        assert await every_row(there, tables.media) == []
        dedups = await there.read(lambda c: c.execute(select(tables.inbound.c.dedup)).scalars().all())
        assert b"\x07" * 32 in [bytes(one) for one in dedups]
    finally:
        there.close()


async def test_what_waited_to_be_sent_is_not_sent_a_second_time(home: Home) -> None:
    def put(conn: Connection) -> None:
        report = conn.execute(select(tables.report_contacts)).first()
        assert report
        row = {"id": "p", "once": "p", "kind": "reply", "report": report.report, "contact": report.contact}
        row |= {"channel": "sms", "sealed": b"x", "epoch": "2026-11", "created_at": home.now, "due_at": home.now}
        conn.execute(insert(tables.outbox), row)

    await home.store.write(put)
    made = home.make()
    await put_back(home, made)
    there = Store.open(home.target.url)
    try:
        (row,) = await there.read(lambda c: c.execute(select(tables.outbox)).all())
        assert (row.state, row.reason, row.sealed) == ("dead", "restored", None)
    finally:
        there.close()


async def test_keys_that_ended_since_are_known_as_ended(home: Home) -> None:
    made = home.make()
    home.keyring.destroy(Domain.INTAKE, f"{home.now:%Y-%m-%d}")
    later = home.now + timedelta(days=3)
    fresh = Keyring.open(home.keys_dir)
    await put_back(home, made, keyring=fresh, now=later)
    there = Store.open(home.target.url)
    try:
        assert f"{home.now:%Y-%m-%d}" in await there.read(lambda c: keys.destroyed(c, Domain.INTAKE))
        await there.write(lambda c: keys.register(c, fresh, later))
        await making.keep(there, fresh, making.message(7), now=later)
    finally:
        there.close()


async def test_the_log_must_go_through_the_anchors_up_to_there(home: Home) -> None:
    first = await home.store.read(audit.anchor)
    made = home.make()
    folder = home.folder / "anchors"
    anchors.append(folder, home.keyring, first, now=home.now)
    anchors.append(
        folder, home.keyring, audit.Anchor(99, bytes(32)), now=home.now
    )  # after the backup: it cannot know it
    restored = await put_back(home, made, noted=anchors.read(folder, home.keyring))
    assert restored.checked.whole
    if home.place.url.startswith("sqlite"):
        other = Target(home.target.url + "2", home.target.media_dir.with_name("other"))
        anchors.append(folder, home.keyring, audit.Anchor(first.seq - 1, bytes(32)), now=home.now)
        with pytest.raises(places.NotWhole):
            await put_back(home, made, target=other, noted=anchors.read(folder, home.keyring))
        assert not other.media_dir.exists()


async def test_a_drill_sees_what_does_not_open_though_it_should(home: Home) -> None:
    """The backup is whole; what it holds was spoilt before: a key that was swapped, a file that was lost."""

    def spoil(conn: Connection) -> None:
        said = tables.parts.c.kind == "utterance"
        one = conn.execute(select(tables.parts.c.id).where(said).order_by(tables.parts.c.id).limit(1)).scalar_one()
        conn.execute(update(tables.parts).where(tables.parts.c.id == one).values(wrapped=bytes(60)))

    await home.store.write(spoil)
    for path in files_of(home.place.media_dir):
        path.unlink()
    made = home.make()
    assert made.gone == 1
    await put_back(home, made)
    found = places.transaction(
        home.target.url, lambda conn: trying.examine(conn, home.keyring, home.target.media_dir, entropy=b"x")
    )
    assert (found.opened, found.files, found.failed) == (15, 0, 2)


async def test_what_the_manifest_does_not_name_is_not_put_back(home: Home) -> None:
    made = home.make()
    secret, laid = home.folder / "secret", home.backups / made.name / "media"
    secret.write_text("of another")
    (laid / "planted").write_text("by somebody")
    (laid / "led").symlink_to(secret)
    (laid / "away").symlink_to(home.folder)
    await put_back(home, made)
    there = {path.relative_to(home.target.media_dir) for path in files_of(home.target.media_dir)}
    assert there == {Path(path).relative_to("media") for path in made.files if path.startswith("media/")}


async def test_one_of_a_newer_version_is_refused_in_words(home: Home) -> None:
    made = replace(home.make(), revision="9999_newer")
    manifests.write(home.backups / made.name, home.keyring, made)
    with pytest.raises(NotABackup, match="a newer version"):
        await put_back(home, made)
    assert not home.target.media_dir.exists()
