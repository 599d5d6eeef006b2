"""Whatever is changed in a sealed database, swapped, cut or moved, does not open; nor does anything without its key."""

import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from storage import keys, tables
from storage.database.engine import Connection, Store
from storage.keycare import rewrapping
from storage.keycare.rewrapping import LINGERS
from storage.keycare.wraps import KINDS
from storage.keys import Domain, KeyGone, Keyring
from storage.purging import erasing, retention
from storage.sealing import Tampered, seal
from tests.databases import sqlite_mostly
from tests.examples import examples
from tests.storage import living, making
from tests.storage.living import Cell

pytestmark = sqlite_mostly


OVER = datetime(2026, 12, 3, 0, 30, tzinfo=UTC)


@pytest.fixture
async def cells(store: Store, keyring: Keyring, now: datetime) -> list[Cell]:
    """Every sealed value of a database that was really settled, each opened once."""
    await living.live(store, keyring, now)
    found = await living.cells(store, keyring)
    for cell in found:
        cell.open(cell.blob, cell.epoch)
    return found


def _opens(cell: Cell, blob: bytes, epoch: str) -> bool:
    try:
        cell.open(blob, epoch)
    except (Tampered, KeyGone):
        return False
    return True


def test_every_sealed_column_is_here(cells: list[Cell]) -> None:
    here = {(cell.table, cell.column) for cell in cells}
    sealed = {
        (table.name, column)
        for table in tables.metadata.sorted_tables
        if "epoch" in table.columns and "sealed" in table.columns
        for column in ("sealed", "wrapped", "carrier_ids")
        if column in table.columns
    }
    # A private reporter's talk is sealed as a conversation is; tests of storage.reporting.talks move those.
    assert sealed - here == {("talks", "sealed")}
    assert {kind.table.name for kind in KINDS} <= {cell.table for cell in cells}
    assert len({cell.row for cell in cells if cell.table == "parts"}) >= 4  # of two cases


def test_no_value_opens_in_the_place_of_another(cells: list[Cell]) -> None:
    # Every row, column, table and case against every other, also under the other's epoch.
    swapped = [
        (here.name, there.name)
        for here, there in product(cells, cells)
        if here is not there and (_opens(here, there.blob, here.epoch) or _opens(here, there.blob, there.epoch))
    ]
    assert swapped == []
    assert len(cells) ** 2 > 1_000


def test_no_value_opens_with_any_byte_changed(cells: list[Cell]) -> None:
    kept = {(cell.table, cell.column): cell for cell in cells}
    for cell in kept.values():
        for place in range(len(cell.blob)):
            changed = bytearray(cell.blob)
            changed[place] ^= 1 << place % 8
            assert not _opens(cell, bytes(changed), cell.epoch), (cell.name, place)


def test_no_value_opens_cut_empty_or_with_something_added(cells: list[Cell]) -> None:
    kept = {(cell.table, cell.column): cell for cell in cells}
    for cell in kept.values():
        for length in range(len(cell.blob)):
            assert not _opens(cell, cell.blob[:length], cell.epoch), (cell.name, length)
        assert not _opens(cell, cell.blob + b"\x00", cell.epoch)
        assert not _opens(cell, cell.blob + bytes(1_000_000), cell.epoch)


@settings(max_examples=examples(50), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(junk=st.binary(max_size=300))
def test_nothing_that_we_did_not_seal_opens(cells: list[Cell], junk: bytes) -> None:
    for cell in cells:
        assert not _opens(cell, junk, cell.epoch)
        assert not _opens(cell, b"\x01" + junk, cell.epoch)


def test_no_value_opens_under_another_epoch_or_none(cells: list[Cell], keyring: Keyring) -> None:
    for cell in cells:
        others = {"2026-11", "2026-12", "2026-11-21", "2026-11-22", "all", "", "../x"} - {cell.epoch}
        assert not [epoch for epoch in others if _opens(cell, cell.blob, epoch)]
    assert keyring.has(Domain.CONTENT, "2026-12")  # these were keys, not gaps


def test_no_value_opens_with_another_domains_key(cells: list[Cell], keyring: Keyring) -> None:
    by_domain = {domain: keyring.at(domain, "2026-11") for domain in rewrapping.DOMAINS}
    for cell in cells:
        if cell.column != "wrapped":
            continue
        for domain, key in by_domain.items():
            wrapped = seal(key, bytes(32), cell.table, cell.column, cell.row, cell.epoch)
            assert _opens(cell, wrapped, cell.epoch) is (domain is cell.domain)


async def test_changed_words_are_shown_as_none_and_the_rest_as_before(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await living.live(store, keyring, now)
    one, other = (await making.rows(store, tables.parts))[:2]
    swap = {"sealed": other.sealed, "wrapped": other.wrapped}
    await store.write(lambda c: c.execute(update(tables.parts).where(tables.parts.c.id == one.id).values(**swap)))
    found = {cell.row: _opens(cell, cell.blob, cell.epoch) for cell in await living.cells(store, keyring)}
    assert not found[one.id]
    assert all(opens for row, opens in found.items() if row != one.id)


# ── After its key is gone (T22) ──────────────────────────────────────────────────────────────────────────────
async def _a_week_passes(store: Store, keyring: Keyring) -> None:
    """The month ends, everything that lives is carried on, and its keys go; with them those of the days before."""
    await store.write(lambda c: keys.register(c, keyring, OVER))
    place = await store.read(lambda c: rewrapping.first(c, OVER))
    while place is not None:
        at = place
        place = await store.write(lambda c, at=at: rewrapping.step(c, keyring, at, OVER))  # type: ignore[misc]
    await store.write(lambda c: rewrapping.end(c, keyring, OVER))
    await store.write(lambda c: rewrapping.shred(c, keyring, OVER + LINGERS))
    later = OVER + timedelta(days=2)
    await store.write(lambda c: keys.register(c, keyring, later))
    for _ in range(2):
        await store.write(lambda c: retention.purge(c, keyring, later))


async def test_last_weeks_backup_with_todays_keys_yields_nothing(store: Store, keyring: Keyring, now: datetime) -> None:
    await living.live(store, keyring, now)
    await _settle_all(store, keyring, now)
    backup = await living.cells(store, keyring)
    await store.write(lambda c: _erase_all(c, now + timedelta(days=1)))
    await _a_week_passes(store, keyring)
    today = Keyring.open(keyring.folder)
    assert today.has(Domain.CONTENT, "2026-12")
    with_todays = [replace(cell, keyring=today) for cell in backup]
    assert [cell.name for cell in with_todays if _opens(cell, cell.blob, cell.epoch)] == []
    assert len(backup) >= 25


async def _settle_all(store: Store, keyring: Keyring, now: datetime) -> None:
    while waiting := await making.waiting(store, keyring, now=now):
        for one in waiting:
            await making.settle(store, keyring, one, making.decision(), now=now)


def _erase_all(connection: Connection, now: datetime) -> None:
    for report in connection.execute(tables.reports.select()).all():
        erasing.erase(connection, report.id, now=now)


async def test_what_was_erased_is_gone_from_the_file_and_its_log(
    sqlite_store: Store, keyring: Keyring, now: datetime, tmp_path: Path
) -> None:
    store = sqlite_store
    await living.live(store, keyring, now)
    cut = {cell.name: cell.blob[13:45] for cell in await living.cells(store, keyring) if cell.table == "parts"}
    await store.tidy()
    shutil.copy(tmp_path / "muntada.db", tmp_path / "backup.db")
    assert _standing(tmp_path, cut) == set(cut)
    await store.write(lambda c: _erase_all(c, now))
    await store.tidy()
    assert _standing(tmp_path, cut) == set()
    # The backup holds it still, and so the search would find it; it does not open once the key is gone.
    assert all(blob in (tmp_path / "backup.db").read_bytes() for blob in cut.values())
    await _a_week_passes(store, keyring)
    today = Keyring.open(keyring.folder)
    with sqlite3.connect(tmp_path / "backup.db") as copy:
        epochs = {row[0] for row in copy.execute("SELECT epoch FROM parts")}
    copy.close()
    assert epochs == {"2026-11"}
    for domain in rewrapping.DOMAINS:
        with pytest.raises(KeyGone):
            today.at(domain, "2026-11")


def _standing(folder: Path, canaries: dict[str, bytes]) -> set[str]:
    files = [file.read_bytes() for file in folder.glob("muntada.db*")]
    return {name for name, blob in canaries.items() if any(blob in file for file in files)}
