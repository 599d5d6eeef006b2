"""Who leaves a sealed desk's list, and who takes her place: no list is left with fewer than two."""

import asyncio
import contextlib
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, update

from bot.vocabulary import Append, Desk, Role
from storage import tables
from storage.desks import granting, lists, membership, settling, states
from storage.sealed import keypairs, recipients, roots
from storage.sealed.keypairs import Unlocked
from storage.sealed.recipients import Refused
from tests.databases import sqlite_mostly
from tests.staffing import KARRADA, hire
from tests.storage import making
from tests.storage.house import PLACE, WORDS, House
from tests.storage.making import message
from tests.storage.sealed import gathering
from tests.storage.sealed.gathering import DAY, HOUR

pytestmark = sqlite_mostly


async def test_whom_one_signed_stays_when_she_leaves_and_nobody_else_joins_by_her_hand(house: House) -> None:
    noor = await gathering.join(house, "نور", by="هدى")
    await house.later(4 * DAY)
    await gathering.revoke(house, "هدى", by="نور")
    left = {noor.recipient, house.keys["سلمى"].recipient, house.keys["recovery"].recipient}
    assert await house.standing() == left
    gone, thief = house.keys["هدى"], keypairs.new("e" * 32)
    added = house.now - 4 * DAY  # she still has her key, and somebody who writes SQL for her
    row = recipients.Row(
        id=thief.recipient,
        office=KARRADA,
        desk="women",
        staff=house.people["زينب"],
        public_key=thief.public,
        signing_key=thief.signing_public,
        added_at=added,
        effective_at=added + 3 * DAY,
        signed_by=gone.recipient,
    )
    signature = keypairs.sign(gone, recipients.invitation(row))
    values = {name: getattr(row, name) for name in recipients.Row.__slots__} | {"signature": signature}
    await house.store.write(lambda c: c.execute(tables.recipients.insert().values(**values)) and None)
    assert await house.standing() == left


async def test_a_founder_who_was_taken_off_takes_nobody_off_by_sql(house: House) -> None:
    noor = await gathering.join(house, "نور", by="هدى")
    await house.later(4 * DAY)
    await gathering.revoke(house, "هدى", by="نور")
    left = {noor.recipient, house.keys["سلمى"].recipient, house.keys["recovery"].recipient}
    gone, her = house.keys["هدى"], house.keys["سلمى"].recipient
    for at in (house.now, house.now - 3 * DAY):  # also dated back to when she stood there
        signature = keypairs.sign(gone, recipients.removal(her, at, gone.recipient))
        values = {"revoked_at": at, "revoked_by": gone.recipient, "revocation": signature}
        change = update(tables.recipients).where(tables.recipients.c.id == her).values(**values)
        await house.store.write(lambda c, change=change: c.execute(change) and None)  # type: ignore[misc]
        assert await house.standing() == left


async def test_one_who_works_there_no_more_signs_nobody_on_or_off_but_herself(house: House) -> None:
    over = update(tables.grants).where(tables.grants.c.staff == house.people["هدى"]).values(until_at=house.now)
    await house.store.write(lambda c: c.execute(over) and None)
    await house.later(HOUR)
    with pytest.raises(Refused, match=r"recipient\.not_standing"):
        await gathering.revoke(house, "سلمى", by="هدى")
    with pytest.raises(Refused, match=r"recipient\.not_standing"):
        await gathering.join(house, "نور", by="هدى")
    await gathering.join(house, "نور", by="سلمى")
    await gathering.revoke(house, "هدى", by="هدى")
    assert await house.standing() == {house.keys["سلمى"].recipient, house.keys["recovery"].recipient}


@pytest.mark.parametrize("by", ["هدى", "سلمى", "recovery"])
async def test_nobody_leaves_a_list_of_two_with_one(house: House, by: str) -> None:
    before = await house.standing()
    with pytest.raises(Refused, match=r"desk\.few"):
        await gathering.revoke(house, "هدى", by=by)
    assert await house.standing() == before
    assert roots.revoked(house.keyring.folder, roots.name(*PLACE)) == {}  # a file would outlive what was undone


@pytest.mark.parametrize("by", ["سلمى", "recovery"])
async def test_one_who_is_lost_goes_and_another_takes_her_place_in_one_act(house: House, by: str) -> None:
    lost = house.keys["هدى"].recipient
    away = update(tables.staff).where(tables.staff.c.id == house.people["هدى"]).values(active=False)
    await house.store.write(lambda c: c.execute(away) and None)
    at = await house.replace("هدى", "نور", by=by)
    stays = {house.keys["سلمى"].recipient, house.keys["recovery"].recipient}
    assert await house.standing() == stays
    assert await house.standing(at) == stays | {house.keys["نور"].recipient}
    with pytest.raises(Refused, match=r"recipient\.gone"):
        await gathering.revoke(house, "هدى", by="سلمى")
    assert lost not in await house.standing(at + DAY)


async def test_whoever_leaves_puts_another_in_her_own_place(house: House) -> None:
    before = await house.standing()
    at = await house.replace("هدى", "نور", by="هدى")
    assert await house.standing(at - timedelta(seconds=1)) == before
    assert await house.standing(at) == {house.keys[name].recipient for name in ("سلمى", "نور", "recovery")}


async def test_nobody_reads_alone_by_replacing_her_colleague(house: House) -> None:
    """For 72 hours both read; a newcomer is not replaced in her turn, and other words go on as they did."""
    before = await house.standing()
    at = await house.replace("هدى", "نور", by="سلمى")
    await house.later(71 * HOUR)
    assert await house.standing() == before
    for lost in ("نور", "هدى"):
        with pytest.raises(Refused, match=r"recipient\.pending"):
            await house.replace(lost, "زينب", by="سلمى")
    with pytest.raises(Refused, match=r"desk\.few"):
        await gathering.revoke(house, "هدى", by="سلمى")
    (seat,) = [each for each in (await gathering.listed(house)).seats if each.until]
    assert (seat.name, seat.until) == ("هدى", at)
    assert [each.replaces for each in (await gathering.listed(house)).coming] == ["هدى"]
    after = {house.keys[name].recipient for name in ("سلمى", "نور", "recovery")}
    assert await house.standing(at) == after
    house.now = at
    assert await house.store.write(lambda c: settling.settle(c, house.keyring, at)) == 1
    assert await house.store.write(lambda c: settling.settle(c, house.keyring, at)) == 0
    assert await house.standing() == after
    spoilt = (
        update(tables.recipients).where(tables.recipients.c.id == house.keys["نور"].recipient).values(signature=b"")
    )
    await house.store.write(lambda c: c.execute(spoilt) and None)
    people = await house.store.read(lambda c: recipients.people(c, house.keyring, *PLACE, house.now))
    assert [each.id for each in people] == [house.keys["سلمى"].recipient]  # the other does not come back
    with pytest.raises(recipients.Unverified):  # and she does not read alone
        await house.standing()


@pytest.mark.parametrize("by", ["هدى", "سلمى"])
async def test_a_replacement_is_refused_within_its_72_hours_and_she_stays(house: House, by: str) -> None:
    before = await house.standing()
    at = await house.replace("هدى", "نور", by="سلمى")
    await house.later(71 * HOUR)
    await gathering.revoke(house, "نور", by=by)
    assert await house.standing(at + DAY) == before
    assert await house.store.write(lambda c: settling.settle(c, house.keyring, at + DAY)) == 0


async def test_whoever_is_being_replaced_brings_nobody_and_takes_nobody_off_meanwhile(house: House) -> None:
    await house.replace("هدى", "نور", by="سلمى")
    with pytest.raises(Refused, match=r"recipient\.pending"):
        await house.replace("سلمى", "زينب", by="هدى")
    with pytest.raises(Refused, match=r"recipient\.pending"):
        await gathering.revoke(house, "سلمى", by="هدى")


async def test_the_officers_end_a_stolen_key_at_once_and_whom_they_name_is_not_refused_by_one_alone(
    house: House,
) -> None:
    at = await house.replace("هدى", "نور", by="سلمى")
    await gathering.revoke(house, "هدى", by="recovery")
    assert await house.standing() == {house.keys[name].recipient for name in ("سلمى", "recovery")}
    assert await house.standing(at) == {house.keys[name].recipient for name in ("سلمى", "نور", "recovery")}
    await house.later(4 * DAY)
    house.people["رابعة"] = await house.store.write(
        lambda c: hire(c, house.keyring, "رابعة", Role.FOCAL_POINT, desks=(Desk.WOMEN,), now=house.now)
    )
    at = await house.replace("نور", "رابعة", by="recovery")
    with pytest.raises(Refused, match=r"desk\.few"):
        await gathering.revoke(house, "رابعة", by="سلمى")
    assert house.keys["رابعة"].recipient in await house.standing(at)


async def test_a_replacement_that_was_not_committed_takes_nobody_off_later(house: House) -> None:
    noor = keypairs.new(f"{len(house.keys):032x}")
    root, lost = roots.name(*PLACE), house.keys["هدى"].recipient
    roots.replace(house.keyring.folder, root, (lost, noor.recipient), [])
    await gathering.join(house, "نور", by="سلمى")
    assert lost in await house.standing(house.now + 4 * DAY)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_two_removals_at_once_leave_two(empty: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have counted before either has written, unless one waits for the other."""
    await empty.recovery()
    await empty.found("هدى", "سلمى", "نور")
    both, place = threading.Barrier(2), roots.revoke

    def slowly(*of: Any) -> bool:
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(1)
        return place(*of)

    monkeypatch.setattr(roots, "revoke", slowly)
    removals = (gathering.revoke(empty, name, by="هدى") for name in ("سلمى", "نور"))
    done = await asyncio.gather(*removals, return_exceptions=True)
    (refused,) = [each for each in done if each is not None]
    assert isinstance(refused, Refused)
    assert refused.key == "desk.few"
    assert len(await empty.standing()) == 3  # two, and the recovery key


async def test_where_all_are_lost_the_officers_name_one_after_the_other(house: House) -> None:
    away = update(tables.staff).where(tables.staff.c.name.in_(["هدى", "سلمى"])).values(active=False)
    await house.store.write(lambda c: c.execute(away) and None)
    await house.replace("هدى", "نور", by="recovery")
    house.people["رابعة"] = await house.store.write(
        lambda c: hire(c, house.keyring, "رابعة", Role.FOCAL_POINT, desks=(Desk.WOMEN,), now=house.now)
    )
    at = await house.replace("سلمى", "رابعة", by="recovery")
    assert await house.standing() == {house.keys["recovery"].recipient}
    assert await house.standing(at) == {house.keys[name].recipient for name in ("نور", "رابعة", "recovery")}


async def test_with_other_letters_nobody_comes_and_nobody_goes(house: House) -> None:
    (id,) = await house.store.write(gathering.made(house, "نور"))
    by, lost, letters = house.keys["سلمى"], house.keys["هدى"].recipient, "AAAAA AAAAA AAAAA AAAAA"
    replace = lambda c: membership.replace_one(  # noqa: E731
        c, house.keyring, by=by, lost=lost, recipient=id, fingerprint=letters, now=house.now
    )
    assert await gathering.refused(house, replace) == "recipient.fingerprint"
    assert await house.standing() == {each.recipient for each in house.keys.values()}
    assert roots.revoked(house.keyring.folder, roots.name(*PLACE)) == {}


async def test_a_desk_with_fewer_than_two_who_work_there_says_so(house: House) -> None:
    async def few() -> tuple[bool, bool, bool]:
        def read(conn: Connection) -> tuple[bool, bool, bool]:
            (state,) = [each for each in states.states(conn, house.keyring, now=house.now) if each.sealed_at]
            listed = lists.listed(conn, house.keyring, (KARRADA, Desk.WOMEN), now=house.now)
            return state.few, listed.few, states.any_few(conn, house.keyring, now=house.now)

        return await house.store.read(read)

    assert await few() == (False, False, False)
    over = update(tables.grants).where(tables.grants.c.staff == house.people["هدى"]).values(until_at=house.now)
    await house.store.write(lambda c: c.execute(over) and None)
    assert await few() == (True, True, True)
    await house.replace("هدى", "نور", by="سلمى")
    assert await few() == (True, True, True)  # she is named, and has no seat for three days
    await house.later(3 * DAY)
    assert await few() == (False, False, False)


async def test_a_revoked_one_gets_nothing_new_also_in_an_old_case(house: House) -> None:
    file = await house.tell(1)
    await gathering.join(house, "نور", by="سلمى")
    with pytest.raises(Refused, match=r"desk\.few"):
        await gathering.revoke(house, "هدى", by="سلمى")  # whoever comes only does not count yet
    await house.later(3 * DAY)
    await gathering.revoke(house, "هدى", by="سلمى")
    later = message(2, text="بعدين")
    await making.say(house.store, house.keyring, later, making.decision(Append(file.report)), now=house.now)
    assert await house.texts(file, house.keys["هدى"]) == [WORDS]  # what she could read before
    assert await house.texts(file, house.keys["سلمى"], "سلمى") == [WORDS, "بعدين"]


async def test_a_grant_goes_only_to_one_who_stands_by_one_who_stands(house: House) -> None:
    await house.tell()
    stranger, her = keypairs.new("x"), house.keys["هدى"]

    async def refused(by: Unlocked, to: Unlocked) -> str:
        return await gathering.refused(
            house, lambda c: granting.grant(c, house.keyring, by=by, to=to.recipient, now=house.now)
        )

    assert await refused(stranger, her) == "recipient.not_standing"
    assert await refused(her, house.keys["recovery"]) == "recipient.gone"
    await house.replace("هدى", "نور", by="سلمى")
    assert await refused(house.keys["سلمى"], her) == "recipient.not_standing"
