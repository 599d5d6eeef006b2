"""A sealed desk's list: founded in one ceremony, beside a recovery key, and named by a root that no SQL can change."""

import time
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, delete, update

from bot.vocabulary import Desk
from storage import tables
from storage.desks import ceremonies, offering
from storage.desks.ceremonies import WrongHalf, WrongPhrase
from storage.sealed import keypairs, paper, recipients, roots
from storage.sealed.keypairs import Unlocked
from tests.databases import on_sqlite_mostly
from tests.staffing import KARRADA
from tests.storage import making
from tests.storage.house import PLACE, WORDS, House, copy_of, stolen
from tests.storage.sealed import gathering
from tests.storage.sealed.gathering import PHRASES

CHILD_SERVICE = {"id": "s2", "kind": "child", "name_ar": "دار", "governorate": "", "languages": ["ar"]}


# ── Founding ─────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_desk_is_founded_and_each_phrase_opens_what_is_sealed_to_it(empty: House) -> None:
    await empty.recovery()
    ids = await empty.store.write(gathering.made(empty, "هدى", "سلمى"))
    assert await empty.standing() == {empty.keys["recovery"].recipient}
    await empty.store.write(gathering.found(empty, ids))
    assert await empty.standing() == {*ids, empty.keys["recovery"].recipient}
    file = await empty.tell()
    for name, phrase in PHRASES.items():
        unlock = gathering.unlock(empty, name, phrase)
        assert await empty.texts(file, await empty.store.read(unlock), name) == [WORDS]
    for name, phrase in (("هدى", PHRASES["سلمى"]), ("زينب", PHRASES["هدى"])):
        with pytest.raises(WrongPhrase):
            await empty.store.read(gathering.unlock(empty, name, phrase))
    assert oct((empty.keyring.folder / "roots" / f"{KARRADA}.women").stat().st_mode)[-3:] == "400"


async def test_a_desk_is_not_founded_before_everything_is_there(empty: House) -> None:
    ids = await empty.store.write(gathering.made(empty, "هدى", "سلمى"))
    assert await gathering.refused(empty, gathering.found(empty, ids)) == "desk.recovery"
    await empty.recovery()
    assert await gathering.refused(empty, gathering.found(empty, ids[:1])) == "desk.two"
    serves = tables.services.update()
    for wanting in ({"governorate": "IQ-BA"}, {"governorate": "", "active": False}):
        await empty.store.write(lambda c, wanting=wanting: c.execute(serves.values(**wanting)) and None)  # type: ignore[misc]
        assert await gathering.refused(empty, gathering.found(empty, ids)) == "desk.services"
    await empty.store.write(lambda c: c.execute(serves.values(active=True)) and None)
    await empty.store.write(gathering.found(empty, ids))
    assert await gathering.refused(empty, gathering.found(empty, ids)) == "desk.founded"
    assert await gathering.refused(empty, gathering.found(empty, ids, Desk.GENERAL)) == "desk.kind"


async def test_nothing_is_half_founded_when_the_ceremony_breaks_off(empty: House) -> None:
    await empty.recovery()
    ids = await empty.store.write(gathering.made(empty, "هدى", "سلمى"))

    def broken(conn: Connection) -> None:
        gathering.found(empty, ids)(conn)
        raise RuntimeError("the light went out")

    with pytest.raises(RuntimeError):
        await empty.store.write(broken)
    # Its root looks like that of a list whose rows somebody deleted: messages wait until the ceremony is held again.
    with pytest.raises(recipients.Unverified):
        await empty.standing()
    await empty.store.write(gathering.found(empty, ids))  # a second try is not refused
    assert len(await empty.standing()) == 3


@on_sqlite_mostly
async def test_what_lay_at_the_desk_under_the_months_key_is_sealed_as_it_is_founded(empty: House) -> None:
    file = await empty.tell()
    assert WORDS in stolen(await copy_of(empty.store), empty.keyring)
    await empty.recovery()
    await empty.found("هدى", "سلمى")
    assert stolen(await copy_of(empty.store), empty.keyring) == ""
    assert await empty.texts(file, empty.keys["هدى"]) == [WORDS]


# ── The recovery key ─────────────────────────────────────────────────────────────────────────────────────────
@on_sqlite_mostly
async def test_while_a_desk_is_off_its_words_are_sealed_to_the_recovery_key_alone(empty: House) -> None:
    recovery = await empty.recovery()
    file = await empty.tell()
    assert stolen(await copy_of(empty.store), empty.keyring) == ""
    assert (await empty.open(file)).locked
    await empty.found("هدى", "سلمى")
    her = empty.keys["هدى"]
    assert await empty.texts(file, her) == []
    for name in ("هدى", "سلمى"):
        assert await gathering.grant(empty, recovery, empty.keys[name].recipient) == 3
    assert await empty.texts(file, her) == [WORDS]
    seen = await empty.open(file, "هدى", her)
    assert [each.state for entry in seen.thread for each in entry.files] == ["kept"]


async def test_two_halves_on_paper_give_the_recovery_key_and_nothing_else_does(empty: House) -> None:
    key = await empty.recovery()
    one, other = empty.halves

    def recovered(*halves: str) -> Callable[[Connection], Unlocked]:
        return lambda conn: ceremonies.recovered(conn, empty.keyring, halves, by="it", now=empty.now)

    assert await empty.store.write(recovered(one, other)) == await empty.store.write(recovered(other, one)) == key
    foreign = paper.written(2, b"x" * 32)
    for halves in ((one, one), (one,), (one, foreign)):
        with pytest.raises(WrongHalf):
            await empty.store.write(recovered(*halves))
    with pytest.raises(paper.Typo):
        await empty.store.write(recovered(one, "7" + other[1:] if other[0] != "7" else "8" + other[1:]))
    make = lambda conn: ceremonies.make_recovery(conn, empty.keyring, by="it", now=empty.now)  # noqa: E731
    assert await gathering.refused(empty, make) == "recovery.made"


async def test_without_its_row_the_recovery_key_that_was_made_is_not_forgotten(empty: House) -> None:
    await empty.recovery()
    await empty.store.write(lambda c: c.execute(delete(tables.recipients)) and None)
    with pytest.raises(recipients.Unverified):
        await empty.tell()


@pytest.mark.parametrize("how", ["one gone", "both gone", "changed"])
async def test_without_a_founders_row_nothing_is_sealed_to_those_who_are_left(house: House, how: str) -> None:
    r = tables.recipients.c
    hers = r.id == house.keys["هدى"].recipient
    spoil = {
        "one gone": delete(tables.recipients).where(hers),
        "both gone": delete(tables.recipients).where(r.desk != ""),
        "changed": update(tables.recipients).where(hers).values(public_key=keypairs.new("x").public),
    }[how]
    await house.store.write(lambda c: c.execute(spoil) and None)
    with pytest.raises(recipients.Unverified):
        await house.tell()
    assert await making.count(house.store, tables.reports) == 0


# ── The roots ────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("office", ["a.b", "../../etc", "a/b", "منتدى", "", "x.women.revoked"])
async def test_a_root_is_one_file_whatever_an_office_is_called(empty: House, office: str) -> None:
    name = roots.name(office, "women")
    folder = empty.keyring.folder
    assert roots.place(folder, name, ["a" * 64])
    assert not roots.place(folder, name, ["b" * 64])
    assert roots.read(folder, name) == frozenset({"a" * 64})
    assert (folder / "roots" / name).parent == folder / "roots"
    assert roots.revoked(folder, roots.name("x", "women")) == {}


async def test_a_list_is_verified_once_and_looked_up_quickly(house: House) -> None:
    def often(conn: Connection) -> float:
        began = time.thread_time()
        for _ in range(50):
            recipients.standing(conn, house.keyring, *PLACE, house.now)
        return (time.thread_time() - began) / 50

    assert await house.store.read(often) < 0.01


@on_sqlite_mostly
async def test_one_phrase_opens_her_words_at_every_desk_where_she_works(empty: House) -> None:
    await empty.recovery()

    def both(conn: Connection) -> None:
        conn.execute(tables.desks.insert().values(office=KARRADA, desk="child"))
        rows = [
            {"staff": empty.people[name], "office": KARRADA, "desk": "child", "role": "focal_point"} for name in PHRASES
        ]
        conn.execute(tables.grants.insert(), rows)
        conn.execute(tables.services.insert().values(**CHILD_SERVICE, verified_on=empty.now))
        gathering.made(empty, *PHRASES)(conn)
        for desk in (Desk.WOMEN, Desk.CHILD):
            waiting = offering.waiting(conn, empty.keyring, (KARRADA, desk))
            gathering.found(empty, [row.id for row in waiting], desk)(conn)

    await empty.store.write(both)
    her = await empty.store.read(gathering.unlock(empty, "هدى", PHRASES["هدى"]))
    files = [await empty.tell(1, photo=False), await empty.tell(2, photo=False, desk=Desk.CHILD)]
    assert [await empty.texts(file, her) for file in files] == [[WORDS], [WORDS]]
    ids = {row.recipient for row in await making.rows(empty.store, tables.part_seals)}
    assert len(ids) == 5  # two people at two desks, each desk with a seal of its own, and the recovery key


async def test_a_private_key_that_somebody_put_in_place_of_hers_does_not_unlock(house: House) -> None:
    her = house.keys["هدى"].recipient
    mine = update(tables.recipients).where(tables.recipients.c.id == her)
    for pair, opens in ((house.keys["هدى"], True), (keypairs.new(her), False)):
        locked = keypairs.lock(pair, PHRASES["هدى"])
        await house.store.write(lambda c, locked=locked: c.execute(mine.values(private_sealed=locked)) and None)  # type: ignore[misc]
        try:
            found = await house.store.read(gathering.unlock(house, "هدى", PHRASES["هدى"])) == pair
        except WrongPhrase:
            found = False
        assert found is opens
