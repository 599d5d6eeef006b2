"""One who was signed on and sits at a sealed desk does not vanish from its list by SQL without its desk stopping."""

import stat
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, select, text, update

from storage import tables
from storage.desks import alarming, membership, settling, states
from storage.sealed import keypairs, recipients, roots
from storage.sealed.recipients import Refused, Unverified
from tests.databases import sqlite_mostly
from tests.staffing import BAGHDAD
from tests.storage.house import PLACE, House
from tests.storage.sealed import gathering
from tests.storage.sealed.gathering import DAY, HOUR

pytestmark = sqlite_mostly


ROOT = roots.name(*PLACE)
HOW = ["spoilt", "signed otherwise", "gone", "moved to another office", "moved to another desk"]


async def _settle(house: House) -> None:
    await house.store.write(lambda c: settling.settle(c, house.keyring, house.now) and None)


async def _sit(house: House) -> str:
    """A newcomer is in a founder's place, and her seat has begun."""
    house.now = await house.replace("سلمى", "نور", by="هدى")
    await house.later(HOUR)
    await _settle(house)
    return house.keys["نور"].recipient


async def _sql(house: House, recipient: str, *, gone: bool) -> None:
    """By somebody who has no key: her row is spoilt, or gone."""

    def work(conn: Connection) -> None:
        if conn.dialect.name == "postgresql":
            conn.execute(text("RESET ROLE"))
        hers = tables.recipients.c.id == recipient
        spoilt = update(tables.recipients).where(hers).values(signature=None, signed_by=None)
        conn.execute(delete(tables.recipients).where(hers) if gone else spoilt)

    await house.store.write(work)


@pytest.mark.parametrize("gone", [False, True], ids=["spoilt", "gone"])
async def test_the_desk_stops_and_phones_ring_where_her_row_no_longer_counts(house: House, gone: bool) -> None:  # noqa: FBT001
    noor = await _sit(house)
    assert await house.standing() == {house.keys[name].recipient for name in ("هدى", "نور", "recovery")}
    await _sql(house, noor, gone=gone)
    with pytest.raises(Unverified):
        await house.standing()
    with pytest.raises(Unverified):
        await house.tell()
    assert await house.store.read(lambda c: states.broken(c, house.keyring, now=house.now)) == (PLACE,)
    assert await house.store.write(lambda c: alarming.look(c, house.keyring, house.now)) == 1
    actions = await house.store.read(lambda c: c.execute(select(tables.audit.c.action)).scalars().all())
    assert "desk.broken" in actions
    await house.later(HOUR)
    await _settle(house)  # takes no note of it as how it ought to be
    with pytest.raises(Unverified):
        await house.standing()


async def test_one_who_is_taken_off_by_her_colleague_stops_nothing_also_where_her_row_goes(house: House) -> None:
    await gathering.join(house, "نور", by="هدى")
    await house.later(3 * DAY)
    await _settle(house)
    noor = house.keys["نور"].recipient
    await gathering.revoke(house, "نور", by="هدى")
    left = {house.keys[name].recipient for name in ("هدى", "سلمى", "recovery")}
    assert await house.standing() == left
    await _sql(house, noor, gone=True)
    assert await house.standing() == left


async def test_one_who_sits_is_replaced_in_her_turn(house: House) -> None:
    noor = await _sit(house)
    house.people["رابعة"] = house.people.pop("سلمى")
    house.now = await house.replace("نور", "رابعة", by="هدى")
    after = {house.keys[name].recipient for name in ("هدى", "رابعة", "recovery")}
    assert await house.standing() == after
    await house.later(HOUR)
    await _settle(house)
    assert await house.standing() == after
    await _sql(house, noor, gone=True)
    assert await house.standing() == after
    await _sql(house, house.keys["رابعة"].recipient, gone=True)
    with pytest.raises(Unverified):
        await house.standing()


async def test_a_seat_is_noted_when_it_begins_and_not_as_somebody_is_invited(house: House) -> None:
    """A note of what was not committed would stop the desk; and whoever only comes may still be refused."""
    noor = (await gathering.join(house, "نور", by="هدى")).recipient
    await house.later(3 * DAY - HOUR)
    await _settle(house)
    assert roots.seats(house.keyring.folder) == []
    await house.later(HOUR)
    await _settle(house)
    assert roots.seats(house.keyring.folder) == [(ROOT, noor)]
    file = house.keyring.folder / "roots" / f"{ROOT}.seated.{noor}"
    assert stat.S_IMODE(file.stat().st_mode) == 0o400
    assert file.stat().st_nlink == 1
    (row,) = await house.store.read(
        lambda c: [row for row in recipients.rows_of(c, *PLACE) if row.id == noor],
    )
    assert roots.seated(house.keyring.folder, ROOT) == {noor: {recipients.invited(row)}}


async def test_a_seat_that_a_clock_ahead_began_stops_nothing_when_it_is_right_again(house: House) -> None:
    noor = (await gathering.join(house, "نور", by="هدى")).recipient
    await house.store.write(lambda c: settling.settle(c, house.keyring, house.now + 60 * DAY) and None)
    assert roots.seats(house.keyring.folder) == [(ROOT, noor)]
    assert len(await house.standing()) == 3
    await gathering.revoke(house, "نور", by="سلمى")
    await house.later(4 * DAY)
    assert noor not in await house.standing()


async def test_who_was_put_out_by_sql_is_signed_on_anew_and_then_the_list_verifies(house: House) -> None:
    noor = await _sit(house)
    await _sql(house, noor, gone=False)
    pair = house.keys["نور"]
    letters = keypairs.fingerprint(pair.public, pair.signing_public)
    invited = {"by": house.keys["هدى"], "recipient": noor, "fingerprint": letters}
    await house.store.write(
        lambda c: membership.invite(c, house.keyring, now=house.now, **invited) and None  # type: ignore[arg-type]
    )
    await house.later(3 * DAY - timedelta(minutes=1))
    await _settle(house)
    with pytest.raises(Unverified):  # for so long her colleague would read alone
        await house.standing()
    await house.later(HOUR)
    await _settle(house)
    assert noor in await house.standing()


async def _vanishes(house: House, how: str) -> None:
    """Beside two founders one more sits there, who is put out by SQL."""
    await gathering.join(house, "نور", by="هدى")
    await house.later(4 * DAY)
    await _settle(house)
    noor = house.keys["نور"].recipient
    otherwise: dict[str, dict[str, Any]] = {
        "signed otherwise": {"signature": b""},
        "moved to another office": {"office": BAGHDAD},
        "moved to another desk": {"desk": "child"},
    }
    if how in otherwise:
        spoilt = update(tables.recipients).where(tables.recipients.c.id == noor).values(**otherwise[how])
        await house.store.write(lambda c: c.execute(spoilt) and None)
    else:
        await _sql(house, noor, gone=how == "gone")
    with pytest.raises(Unverified):
        await house.standing()


@pytest.mark.parametrize("how", HOW)
async def test_whose_seat_vanished_is_off_by_the_officers_word_alone_and_then_the_list_verifies(
    house: House, how: str
) -> None:
    await _vanishes(house, how)
    noor, name = house.keys["نور"].recipient, "نور" if how in ("spoilt", "signed otherwise") else ""
    assert (await gathering.listed(house)).vanished == {noor: name}
    with pytest.raises(Refused, match=r"recipient\.gone"):
        await gathering.revoke(house, "نور", by="هدى")
    await gathering.revoke(house, "نور", by="recovery")
    assert await house.standing() == {house.keys[name].recipient for name in ("هدى", "سلمى", "recovery")}
    assert (await gathering.listed(house)).vanished == {}
    await house.later(4 * DAY)
    await _settle(house)
    await house.tell(photo=False)


@pytest.mark.parametrize("how", HOW)
async def test_where_one_would_be_left_the_officers_name_another_in_her_place_also_herself_with_a_new_key(
    house: House, how: str
) -> None:
    await _vanishes(house, how)
    away = update(tables.staff).where(tables.staff.c.id == house.people["هدى"]).values(active=False)
    await house.store.write(lambda c: c.execute(away) and None)
    with pytest.raises(Refused, match=r"desk\.few"):
        await gathering.revoke(house, "نور", by="recovery")
    if how != "spoilt":  # nobody signed that one: it waits, and she withdraws it first
        (own,) = await house.store.write(gathering.made(house, "نور"))
        await house.store.write(lambda c: c.execute(delete(tables.recipients).where(tables.recipients.c.id == own)))
    await house.replace("نور", "نور", by="recovery")
    left = {house.keys[name].recipient for name in ("هدى", "سلمى", "recovery")}
    assert await house.standing() == left
    await house.later(4 * DAY)
    assert await house.standing() == left | {house.keys["نور"].recipient}


async def test_where_all_rows_are_lost_a_desk_that_is_founded_anew_is_not_stopped_by_older_seats(house: House) -> None:
    noor = await _sit(house)
    lost = delete(tables.recipients).where(tables.recipients.c.desk == "women")
    await house.store.write(lambda c: c.execute(lost) and None)
    with pytest.raises(Unverified):
        await house.standing()
    house.people |= {"رابعة": house.people["هدى"], "سعاد": house.people["نور"]}
    await house.found("رابعة", "سعاد")
    assert await house.standing() == {house.keys[name].recipient for name in ("رابعة", "سعاد", "recovery")}
    assert (ROOT, noor) not in roots.seats(house.keyring.folder)
