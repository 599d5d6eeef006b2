"""Whoever was taken off a sealed desk stays off where the keys came back from an older copy, or it was half done."""

import shutil
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select, text, update

from storage import audit, keys, tables
from storage.database.engine import Store
from storage.desks import membership, recalling, settling, states
from storage.keycare import keybackups, keychecks
from storage.keycare.keybackups import Copy
from storage.keycare.keychecks import Fault, Wrong
from storage.keys import Keyring
from storage.sealed import roots
from tests.databases import sqlite_mostly
from tests.storage.house import PLACE, House
from tests.storage.sealed import gathering
from tests.storage.sealed.gathering import DAY, HOUR

pytestmark = sqlite_mostly
ROOT = roots.name(*PLACE)


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    """Two founders, and one whom هدى signed and who sits there."""
    house = House(store, keyring, now)
    await house.begin()
    await house.recovery()
    await house.found("هدى", "سلمى")
    await gathering.join(house, "نور", by="هدى")
    await house.later(4 * DAY)
    await _settle(house)
    return house


async def _settle(house: House) -> None:
    await house.store.write(lambda c: settling.settle(c, house.keyring, house.now) and None)


async def _copied(house: House) -> Copy:
    until = house.now + 7 * DAY
    return await house.store.write(lambda c: keybackups.take(c, house.keyring, now=house.now, keep_until=until))


async def _lose(house: House, copy: Copy) -> None:
    """The folder is lost, and an officer's copy is put in its place."""
    folder = house.keyring.folder
    shutil.rmtree(folder)
    folder.mkdir(0o700)
    house.keyring = Keyring.open(folder)
    await house.store.write(lambda c: keybackups.restore(c, house.keyring, copy) and None)
    await house.store.write(lambda c: keys.register(c, house.keyring, house.now))


async def _stand(house: House, *names: str) -> None:
    assert await house.standing() == {house.keys[name].recipient for name in (*names, "recovery")}
    assert await house.store.read(lambda c: states.broken(c, house.keyring, now=house.now)) == ()


async def _still_on(house: House) -> list[Fault]:
    given = {"data_dir": house.keyring.folder.parent / "none", "production": False, "now": house.now}
    found = await house.store.read(lambda c: keychecks.faults(c, house.keyring, **given))  # type: ignore[arg-type]
    return [each for each in found if each.wrong is Wrong.STILL_ON]


# What was signed by whoever joined, and what the hour did, stands in no row that alone would tell.
@pytest.mark.parametrize("by", ["نور", "سلمى", "recovery"])
async def test_taken_off_after_the_copy_she_is_off_again_with_the_next_look(house: House, by: str) -> None:
    copy = await _copied(house)
    await house.later(HOUR)
    await gathering.revoke(house, "هدى", by=by)
    await _stand(house, "سلمى", "نور")
    await _lose(house, copy)
    if by == "نور":
        assert [each.where for each in await _still_on(house)] == [f"{ROOT}: {house.keys['هدى'].recipient}"]
    await _settle(house)
    await _stand(house, "سلمى", "نور")
    assert await _still_on(house) == []
    await house.tell(photo=False)


@pytest.mark.parametrize("settled", [True, False])
async def test_replaced_after_the_copy_she_goes_when_the_others_seat_begins(house: House, settled: bool) -> None:  # noqa: FBT001
    copy = await _copied(house)
    house.people["رابعة"] = house.people["نور"]
    at = await house.replace("هدى", "رابعة", by="سلمى")
    if settled:
        house.now = at
        await _settle(house)
    await _lose(house, copy)
    assert await house.store.write(lambda c: recalling.all_again(c, house.keyring)) == 1
    assert await house.store.write(lambda c: recalling.all_again(c, house.keyring)) == 0
    house.now = at + HOUR
    await _stand(house, "سلمى", "نور", "رابعة")
    await _settle(house)
    await _stand(house, "سلمى", "نور", "رابعة")


async def test_a_newcomer_who_was_refused_after_the_copy_takes_nobodys_place(house: House) -> None:
    house.people["رابعة"] = house.people["نور"]
    at = await house.replace("هدى", "رابعة", by="سلمى")
    copy = await _copied(house)
    await gathering.revoke(house, "رابعة", by="هدى")
    await _lose(house, copy)
    await house.store.write(lambda c: recalling.all_again(c, house.keyring) and None)
    house.now = at + HOUR
    await _settle(house)
    await _stand(house, "هدى", "سلمى", "نور")


async def test_what_somebody_writes_by_sql_takes_nobody_off_and_is_named(house: House) -> None:
    her = house.keys["سلمى"].recipient

    def sql(conn: Connection) -> None:
        if conn.dialect.name == "postgresql":
            conn.execute(text("RESET ROLE"))
        row = {"id": "f" * 32, "at": house.now, "actor": "machine:desks", "action": "recipient.revoke", "subject": her}
        conn.execute(insert(tables.audit), {**row, "data": {"endorsed": []}, "mac": bytes(32)})
        conn.execute(update(tables.recipients).where(tables.recipients.c.id == her).values(revoked_at=house.now))

    await house.store.write(sql)
    await _settle(house)
    await _stand(house, "هدى", "سلمى", "نور")
    assert [each.where for each in await _still_on(house)] == [f"{ROOT}: {her}"]


class _Killed(Exception):
    pass


async def test_a_removal_that_was_not_committed_holds_and_is_written_down_with_the_next_look(house: House) -> None:
    """Its file is there before: so nobody is back because a disk was full."""
    her, by = house.keys["هدى"].recipient, house.keys["سلمى"]

    def work(conn: Connection) -> None:
        membership.revoke(conn, house.keyring, by=by, recipient=her, now=house.now)
        raise _Killed

    with pytest.raises(_Killed):
        await house.store.write(work)
    await _stand(house, "سلمى", "نور")
    await house.later(timedelta(minutes=30))
    await _settle(house)
    await _settle(house)
    r, a = tables.recipients.c, tables.audit.c
    assert await house.store.read(lambda c: c.execute(select(r.revoked_at).where(r.id == her)).scalar()) == house.now
    said = (a.action == "recipient.revoke") & (a.subject == her)
    rows = await house.store.read(lambda c: audit.said(c, house.keyring, said))
    assert rows == [(house.now, {"endorsed": [house.keys["نور"].recipient]})]
    await _stand(house, "سلمى", "نور")
