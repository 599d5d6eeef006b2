"""Keys are made once, on disk before they are used, and a wrong or missing one stops the process that has it."""

import asyncio
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from storage import keys, tables
from storage.database.engine import Store
from storage.keys import Domain, KeyGone, KeyMismatch, KeyMissing, Keyring


@pytest.fixture
def fresh(tmp_path: Path) -> Keyring:
    """A keyring whose folder is empty."""
    return Keyring.open(tmp_path / "fresh")


async def test_registering_makes_todays_keys_and_the_next(store: Store, fresh: Keyring, now: datetime) -> None:
    await store.write(lambda conn: keys.register(conn, fresh, now))
    rows = await store.read(
        lambda conn: {tuple(row) for row in conn.execute(select(tables.keys.c.domain, tables.keys.c.epoch))}
    )
    assert {epoch for domain, epoch in rows if domain == "intake"} == {"2026-11-21", "2026-11-22"}
    assert {epoch for domain, epoch in rows if domain == "content"} == {"2026-11", "2026-12"}
    assert {epoch for domain, epoch in rows if domain == "dedup"} == {"all"}
    assert fresh.current(Domain.CONTENT, now).secret != fresh.current(Domain.CONTACT, now).secret


async def test_registering_again_changes_nothing(store: Store, fresh: Keyring, now: datetime) -> None:
    await store.write(lambda conn: keys.register(conn, fresh, now))
    before = fresh.current(Domain.CONTENT, now).secret
    await store.write(lambda conn: keys.register(conn, fresh, now))
    assert Keyring.open(fresh._folder).current(Domain.CONTENT, now).secret == before


@pytest.mark.parametrize("at", [datetime(2026, 12, 31, 23, 59, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC)])
async def test_the_next_epoch_is_ready_before_it_begins(store: Store, fresh: Keyring, at: datetime) -> None:
    await store.write(lambda conn: keys.register(conn, fresh, at))
    for domain in Domain:
        for ahead in (timedelta(), timedelta(minutes=2), timedelta(hours=8 if domain in keys.WATCHES else 24)):
            assert len(fresh.current(domain, at + ahead).secret) == 32


async def test_no_key_of_hours_lies_ready_further_ahead_than_eight(store: Store, fresh: Keyring, now: datetime) -> None:
    await store.write(lambda conn: keys.register(conn, fresh, now))
    assert sorted(path.name for path in (fresh.folder / "door").iterdir()) == [
        "2026-11-21T08",
        "2026-11-21T12",
        "2026-11-21T16",
    ]


def test_a_key_file_is_read_only_and_its_folder_private(fresh: Keyring, now: datetime) -> None:
    fresh.make(Domain.CONTENT, now)
    file = fresh._folder / "content" / "2026-11"
    assert stat.S_IMODE(file.stat().st_mode) == 0o400
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["2026-11"]


def test_replicas_on_one_folder_end_with_one_key(fresh: Keyring, now: datetime) -> None:
    rings = [Keyring.open(fresh._folder) for _ in range(16)]
    start, made = threading.Barrier(len(rings)), []

    def make(ring: Keyring) -> None:
        start.wait(60)
        made.append(ring.make(Domain.CONTENT, now))

    threads = [threading.Thread(target=make, args=(ring,)) for ring in rings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(made) == [False] * 15 + [True]
    assert len({ring.current(Domain.CONTENT, now).secret for ring in rings}) == 1


async def test_a_second_replica_on_the_same_folder_is_ready(store: Store, fresh: Keyring, now: datetime) -> None:
    await store.write(lambda conn: keys.register(conn, fresh, now))
    second = Keyring.open(fresh._folder)
    await store.write(lambda conn: keys.register(conn, second, now))
    assert second.current(Domain.INTAKE, now) == fresh.current(Domain.INTAKE, now)


async def test_a_replica_with_an_empty_folder_is_not_ready_and_makes_no_key(
    store: Store, fresh: Keyring, now: datetime, tmp_path: Path
) -> None:
    await store.write(lambda conn: keys.register(conn, fresh, now))
    other = Keyring.open(tmp_path / "other")
    with pytest.raises(KeyMissing):
        await store.write(lambda conn: keys.register(conn, other, now))
    assert not list((tmp_path / "other").rglob("2026*"))


async def test_a_replica_that_made_its_own_key_too_late_takes_it_back(
    postgresql_store: Store, fresh: Keyring, now: datetime, tmp_path: Path
) -> None:
    second = Keyring.open(tmp_path / "other")
    looked, registered = threading.Event(), threading.Event()
    make = second.make

    def slow_make(domain: Domain, now: datetime) -> bool:
        looked.set()  # the second has seen that no key is registered, and waits until the first has registered all
        registered.wait(60)
        return make(domain, now)

    second.make = slow_make  # type: ignore[method-assign]
    outcome: list[BaseException] = []

    def register_second() -> None:
        store = Store.open(str(postgresql_store._backend._engine.url.render_as_string(hide_password=False)))  # type: ignore[attr-defined]
        try:
            asyncio.run(store.write(lambda conn: keys.register(conn, second, now)))
        except BaseException as error:  # noqa: BLE001 - what it is is what the test asks
            outcome.append(error)
        finally:
            store.close()

    thread = threading.Thread(target=register_second)
    thread.start()
    assert looked.wait(60)
    await postgresql_store.write(lambda conn: keys.register(conn, fresh, now))
    registered.set()
    thread.join(60)
    assert isinstance(outcome[0], KeyMissing)
    assert not list((tmp_path / "other").rglob("2026*"))


async def test_another_deployments_key_is_a_mismatch(
    store: Store, fresh: Keyring, now: datetime, tmp_path: Path
) -> None:
    await store.write(lambda conn: keys.register(conn, fresh, now))
    stranger = Keyring.open(tmp_path / "stranger")
    for domain in Domain:
        for at in keys.upcoming(domain, now):
            stranger.make(domain, at)
    with pytest.raises(KeyMismatch):
        await store.write(lambda conn: keys.register(conn, stranger, now))


async def test_a_lost_key_that_is_in_use_stops_the_process(store: Store, fresh: Keyring, now: datetime) -> None:
    await store.write(lambda conn: keys.register(conn, fresh, now))
    (fresh._folder / "content" / "2026-11").unlink()
    restarted = Keyring.open(fresh._folder)
    with pytest.raises(KeyMissing):
        await store.write(lambda conn: keys.register(conn, restarted, now))
    assert not (fresh._folder / "content" / "2026-11").exists()


async def test_a_destroyed_key_is_gone_and_never_made_again(store: Store, fresh: Keyring, now: datetime) -> None:
    await store.write(lambda conn: keys.register(conn, fresh, now))
    for domain, epoch in ((Domain.INTAKE, "2026-11-21"), (Domain.DEDUP, "all")):
        await store.write(lambda conn, d=domain, e=epoch: keys.mark_destroyed(conn, d, e, now))  # type: ignore[misc]
        fresh.destroy(domain, epoch)
        with pytest.raises(KeyGone):
            fresh.at(domain, epoch)
    with pytest.raises(KeyMissing):  # that of all time: whatever it sealed, nothing may take its name
        await store.write(lambda conn: keys.register(conn, fresh, now))
    no_dedup = Keyring.open(fresh.folder, domains=frozenset(Domain) - {Domain.DEDUP})
    await store.write(lambda conn: keys.register(conn, no_dedup, now + timedelta(days=1)))
    assert not fresh.has(Domain.INTAKE, "2026-11-21")


async def test_a_key_that_ended_before_its_time_is_followed_by_another(
    store: Store, fresh: Keyring, now: datetime
) -> None:
    """A clock was ahead: the present key was destroyed, and messages must be kept all the same."""
    await store.write(lambda conn: keys.register(conn, fresh, now))
    replica = Keyring.open(fresh.folder)
    for domain in (Domain.DOOR, Domain.CONTENT, Domain.PEPPER):
        first, epoch = replica.current(domain, now).secret, keys.epoch_of(domain, now)
        await store.write(lambda conn, d=domain, e=epoch: keys.mark_destroyed(conn, d, e, now))  # type: ignore[misc]
        fresh.destroy(domain, epoch)
        assert not await store.read(lambda conn: keys.ready(conn, fresh, now))
        await store.write(lambda conn: keys.register(conn, fresh, now))
        second = fresh.current(domain, now)
        assert (second.epoch, second.secret != first) == (epoch, True)
        # Whoever still had the first in memory notices, and seals nothing that only their memory opens.
        assert await store.read(lambda conn: keys.ready(conn, replica, now))
        assert replica.current(domain, now) == second
        assert epoch in await store.read(lambda conn, d=domain: keys.in_use(conn, d))  # type: ignore[misc]


async def test_an_end_that_was_noted_too_early_is_taken_back_while_the_file_is_there(
    store: Store, fresh: Keyring, now: datetime
) -> None:
    await store.write(lambda conn: keys.register(conn, fresh, now))
    before = fresh.current(Domain.DOOR, now)
    await store.write(lambda conn: keys.mark_destroyed(conn, Domain.DOOR, before.epoch, now))
    await store.write(lambda conn: keys.register(conn, fresh, now))
    assert fresh.current(Domain.DOOR, now) == before


async def test_a_lost_key_whose_hours_are_to_come_is_made_anew_and_one_of_now_is_not(
    store: Store, fresh: Keyring, now: datetime
) -> None:
    await store.write(lambda conn: keys.register(conn, fresh, now))
    (fresh.folder / "door" / "2026-11-21T16").unlink()
    restarted = Keyring.open(fresh.folder)
    await store.write(lambda conn: keys.register(conn, restarted, now))
    assert restarted.has(Domain.DOOR, "2026-11-21T16")
    await store.write(lambda conn: keys.register(conn, Keyring.open(fresh.folder), now + timedelta(hours=7)))
    (fresh.folder / "door" / "2026-11-21T08").unlink()
    with pytest.raises(KeyMissing):
        await store.write(lambda conn: keys.register(conn, Keyring.open(fresh.folder), now))


def test_destroying_overwrites_before_it_removes(fresh: Keyring, now: datetime) -> None:
    fresh.make(Domain.INTAKE, now)
    file = fresh._folder / "intake" / "2026-11-21"
    secret = file.read_bytes()
    same = fresh._folder / "same"
    same.hardlink_to(file)
    fresh.destroy(Domain.INTAKE, "2026-11-21")
    assert not file.exists()
    assert same.read_bytes() != secret


def test_a_keyring_without_a_domain_cannot_have_its_key(keyring: Keyring, now: datetime) -> None:
    console = Keyring.open(keyring._folder, domains=frozenset({Domain.CONTENT, Domain.OUTBOX, Domain.AUDIT}))
    assert console.current(Domain.CONTENT, now).secret
    for ask in (
        lambda: console.current(Domain.CONTACT, now),
        lambda: console.at(Domain.CONTACT, "2026-11"),
        lambda: console.make(Domain.CONTACT, now),
    ):
        with pytest.raises(KeyMissing):
            ask()


async def test_a_keyring_of_some_domains_registers_only_those(store: Store, fresh: Keyring, now: datetime) -> None:
    await store.write(lambda conn: keys.register(conn, fresh, now))
    console = Keyring.open(fresh._folder, domains=frozenset({Domain.CONTENT}))
    (fresh._folder / "contact" / "2026-11").unlink()
    await store.write(lambda conn: keys.register(conn, console, now))


@pytest.mark.parametrize("epoch", ["../content/2026-11", "/etc/passwd", "2026-11/../x", "", "2026-11\n"])
def test_an_epoch_names_no_other_file(keyring: Keyring, epoch: str) -> None:
    with pytest.raises(KeyGone):
        keyring.at(Domain.CONTENT, epoch)


def test_a_key_shows_in_no_repr(keyring: Keyring, now: datetime) -> None:
    key = keyring.current(Domain.CONTENT, now)
    assert repr(key) == "Key(epoch='2026-11')"
