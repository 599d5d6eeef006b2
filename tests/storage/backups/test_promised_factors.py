"""A restore brings no second factor back that was taken away or replaced since, nor a code that was used."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Table, delete, insert, select

from storage import promises, tables
from storage.backups import promised
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import enrolling, second_factor, staff
from storage.people.second_factor import Asked, Proof
from storage.promises import Kind
from tests.storage.people.house import House, build

SECRET, OTHER = b"s" * 20, b"o" * 20
OLD, NEW = (tuple(f"{word} {slot}" for slot in range(10)) for word in ("old", "new"))
NAME = "muntada-1"


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    """The coordinator has a second factor, and then a backup is made."""
    made = await build(store, keyring, now)
    since = now - timedelta(days=3)
    await made.store.write(lambda c: _enrol(c, made, SECRET, OLD, instead=None, now=since))
    promises.note(keyring, Kind.BACKUP, NAME, now=now)
    return made


def _enrol(
    conn: Connection, house: House, secret: bytes, hashes: Sequence[str], *, instead: datetime | None, now: datetime
) -> None:
    what: dict[str, Any] = {"secret": secret, "step": 1, "hashes": tuple(hashes), "instead": instead}
    enrolling.enrol(conn, house.keyring, person=house.zainab, now=now, **what)


def _asked(conn: Connection, house: House) -> Asked:
    return second_factor.asked(conn, house.keyring, person=house.zainab, now=house.now, stranger=True)


async def _restored(house: House, change: Any) -> tuple[Asked, promised.Kept]:
    """What is asked of her after a restore of what was there before the change."""
    copied: tuple[Table, ...] = (tables.second_factors, tables.recovery_codes)

    def there_and_back(conn: Connection) -> tuple[Asked, promised.Kept]:
        kept = {table: [dict(row._mapping) for row in conn.execute(select(table))] for table in copied}
        change(conn)
        for table in reversed(copied):
            conn.execute(delete(table))
        for table in copied:
            conn.execute(insert(table), kept[table])
        done = promised.keep(conn, house.keyring, NAME, house.now, house.now + timedelta(hours=2))
        again = promised.keep(conn, house.keyring, NAME, house.now, house.now + timedelta(hours=3))
        assert again.done == {}
        return _asked(conn, house), done

    return await house.store.write(there_and_back)


async def test_what_nobody_changed_comes_back(house: House) -> None:
    asked, done = await _restored(house, lambda _: None)
    assert (asked.secret, len(asked.hashes)) == (SECRET, 10)
    assert done.done == {}


@pytest.mark.parametrize("how", ["remove", "reset", "replace", "leave"])
async def test_what_was_taken_away_or_replaced_is_not_there(house: House, how: str) -> None:
    at = house.now + timedelta(hours=1)

    def change(conn: Connection) -> None:
        match how:
            case "remove":
                enrolling.remove(conn, house.keyring, person=house.zainab, now=at)
            case "reset":
                enrolling.reset(conn, house.keyring, person=house.zainab, by="x", now=at)
            case "replace":
                _enrol(conn, house, OTHER, NEW, instead=house.now - timedelta(days=3), now=at)
            case _:
                staff.deactivate(conn, house.keyring, person=house.zainab, now=at)
                conn.execute(tables.staff.update().values(active=True))

    asked, done = await _restored(house, change)
    assert asked == second_factor.NOTHING
    assert done.done == ({"staff": 1} if how == "leave" else {"factor": 1})


async def test_a_code_on_paper_that_was_used_is_used(house: House) -> None:
    def use(conn: Connection) -> None:
        of, proof = _asked(conn, house), Proof(slot=4)
        second_factor.spend(conn, house.keyring, person=house.zainab, of=of, proof=proof, now=house.now)

    asked, done = await _restored(house, use)
    assert set(asked.hashes) == set(range(10)) - {4}
    assert asked.secret == SECRET
    assert done.done == {"recovery": 1}


async def test_of_codes_on_paper_that_were_replaced_none_is_left(house: House) -> None:
    at = house.now + timedelta(hours=1)
    asked, done = await _restored(
        house, lambda c: enrolling.new_codes(c, house.keyring, person=house.zainab, hashes=NEW, now=at)
    )
    assert (asked.secret, asked.hashes) == (SECRET, {})
    assert done.done == {"factor": 1}
