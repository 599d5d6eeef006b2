"""Who left, may do less or must not see a report comes back no wider from a backup."""

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from bot.vocabulary import Desk, Destination, Reroute, Role
from storage import tables
from storage.backups import clients, promised
from storage.backups.places import Target
from storage.desks import membership
from storage.people import directory, enrolling, logins, sessions, staff, unproven
from storage.people.staff import Grant
from storage.sealed import recipients
from tests import staffing
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.backups.towns import DAY, Town, target, town
from tests.storage.house import PLACE, House

__all__ = ["target", "town"]
pytestmark = [
    pytest.mark.skipif(not clients.is_here("pg_dump"), reason="PostgreSQL's client programs are not here"),
    sqlite_mostly,
]


async def test_what_went_to_a_desk_that_keeps_it_from_others_is_kept_from_them_again(
    town: Town, target: Target
) -> None:
    """To women, to a desk that is on; to oversight, for it names the office; on to another desk that all may read."""
    files = {who: await town.files(who, office=staffing.KARRADA) for who in range(1, 5)}
    house = House(town.store, town.keyring, town.now)
    for name in ("هدى", "سلمى"):
        house.people[name] = await town.store.write(
            lambda c, name=name: staffing.hire(  # type: ignore[misc]
                c, town.keyring, name, Role.FOCAL_POINT, desks=(Desk.WOMEN,), now=town.now
            )
        )
    await house.recovery()
    await house.found("هدى", "سلمى")
    made = await town.backs_up()
    names = (staffing.KARRADA,)
    for who, office, desk, named in (
        (1, staffing.KARRADA, Desk.WOMEN, ()),
        (2, staffing.WATCH, Desk.OVERSIGHT, names),
        (3, staffing.KARRADA, Desk.MEDIATION, ()),
        (4, staffing.BAGHDAD, Desk.GENERAL, names),
    ):
        facts = replace(making.THEFT, apart=named)
        await town.does(who, Reroute(files[who].report, Destination(office, desk, "rule"), facts, None))
    async with town.restored(made, target) as (there, done):
        assert done.kept.done == {"apart": 3}
        rows = {row.id: row for row in await making.rows(there, tables.reports)}
        women, oversight, mediation, other = (rows[files[who].report] for who in range(1, 5))
        assert (women.office, women.desk, women.sealed_once) == (staffing.KARRADA, "women", True)
        assert (women.category, women.place, women.channel, women.opened_at.minute) == (None, None, None, 0)
        assert (oversight.office, oversight.desk, oversight.apart) == (staffing.WATCH, "oversight", list(names))
        assert mediation.desk == "general"
        assert (other.office, other.apart) == (staffing.BAGHDAD, list(names))
        said = [row for row in await making.rows(there, tables.parts) if row.report == women.id]
        assert said
        assert {row.wrapped for row in said} == {None}  # only her people open it
        sealed_to = {row.recipient for row in await making.rows(there, tables.part_seals)}
        assert sealed_to >= {house.keys["هدى"].recipient, house.keys["سلمى"].recipient}


async def test_whoever_was_taken_off_a_sealed_desk_stays_off(town: Town, target: Target) -> None:
    house = House(town.store, town.keyring, town.now)
    for name in ("هدى", "سلمى", "نور"):
        house.people[name] = await town.store.write(
            lambda c, name=name: staffing.hire(  # type: ignore[misc]
                c, town.keyring, name, Role.FOCAL_POINT, desks=(Desk.WOMEN,), now=town.now
            )
        )
    await house.recovery()
    await house.found("هدى", "سلمى", "نور")
    made = await town.backs_up()
    by, gone = house.keys["هدى"], house.keys["نور"].recipient
    await town.store.write(
        lambda c: membership.revoke(c, town.keyring, by=by, recipient=gone, now=town.now + timedelta(hours=1))
    )
    async with town.restored(made, target) as (there, _):
        at = town.now + DAY
        standing = await there.read(lambda c: recipients.standing(c, town.keyring, *PLACE, at))
        assert gone not in {each.id for each in standing}
        assert house.keys["سلمى"].recipient in {each.id for each in standing}


def _is_rung(conn: Connection, town: Town, *people: str) -> None:
    """Each has a phone, stands in a rota, and was alerted to a report."""
    report = staffing.file(conn, town.keyring, staffing.Filed("BG-00001"), now=town.now)
    for place, person in enumerate(people):
        directory.add_duty(conn, office=staffing.KARRADA, desk=Desk.GENERAL, staff=person)
        staffing.give_phone(conn, town.keyring, person, f"+96477000000{place + 50}", now=town.now)
        slip = {"id": person, "report": report, "staff": person, "rung": 0, "at": town.now}
        conn.execute(insert(tables.alerts).values(**slip))


async def test_who_left_or_may_do_less_does_not_come_back(town: Town, target: Target) -> None:
    def hire(conn: Connection) -> list[str]:
        names = ("زينب", "هدى", "سلمى")
        return [staffing.hire(conn, town.keyring, name, Role.COORDINATOR, now=town.now) for name in names]

    left, less, other = await town.store.write(hire)
    await town.store.write(lambda c: _is_rung(c, town, left, other))
    token = await town.store.write(
        lambda c: sessions.make_token(c, town.keyring, person=left, now=town.now, entropy=secrets.token_bytes(32))
    )
    made = await town.backs_up()
    until = town.now + timedelta(hours=3)
    fresh = logins.hash_password("a quite long one")

    def change(conn: Connection) -> None:
        staff.deactivate(conn, town.keyring, person=left, now=town.now)
        ends = Grant(staffing.KARRADA, Desk.GENERAL, Role.COORDINATOR, until)
        staff.grant(conn, town.keyring, person=less, new=ends, now=town.now)
        wider = Grant(staffing.KARRADA, Desk.URGENT, Role.COORDINATOR)
        staff.grant(conn, town.keyring, person=other, new=wider, now=town.now)
        logins.set_password(conn, town.keyring, person=other, password_hash=fresh, now=town.now)

    await town.store.write(change)
    async with town.restored(made, target) as (there, done):
        assert done.kept.done == {"staff": 1, "grant": 1, "password": 1}
        at = town.now + DAY
        assert await there.read(lambda c: sessions.by_token(c, token=token, now=at)) is None
        people = {row.id: row for row in await making.rows(there, tables.staff)}
        assert [people[one].active for one in (left, less, other)] == [False, True, True]
        for table in (tables.contacts, tables.duty, tables.alerts):
            assert {row.staff for row in await making.rows(there, table)} - {None} == {other}
        assert people[other].password_hash == fresh
        grants = {(row.staff, row.desk): row.until_at for row in await making.rows(there, tables.grants)}
        assert grants[less, "general"] == until
        assert (other, "urgent") not in grants  # nobody is given more than the backup gave them


async def test_a_role_that_was_changed_comes_back_no_wider(town: Town, target: Target) -> None:
    """A coordinator who is a liaison now stays one; of a supervisor nobody can say so, and the grant ends."""

    def hire(conn: Connection) -> list[str]:
        names = {"زينب": Role.COORDINATOR, "هدى": Role.COORDINATOR, "سلمى": Role.MEDIATOR}
        desks = (Desk.MEDIATION,)
        return [staffing.hire(conn, town.keyring, name, names[name], desks=desks, now=town.now) for name in names]

    liaison, supervisor, more = await town.store.write(hire)
    made = await town.backs_up()
    at = town.now + timedelta(hours=1)

    def change(conn: Connection) -> None:
        roles = {liaison: Role.POLICE_LIAISON, supervisor: Role.SUPERVISOR, more: Role.COORDINATOR}
        for person, role in roles.items():
            staff.grant(conn, town.keyring, person=person, new=Grant(staffing.KARRADA, Desk.MEDIATION, role), now=at)

    await town.store.write(change)
    async with town.restored(made, target) as (there, done):
        assert done.kept.done == {"grant": 2}
        grants = {row.staff: (row.role, row.until_at) for row in await making.rows(there, tables.grants)}
        assert grants[liaison] == ("police_liaison", None)
        assert grants[supervisor] == ("coordinator", at)
        assert grants[more] == ("mediator", None)
        again = await there.write(lambda c: promised.keep(c, town.keyring, made.name, made.made_at, town.now + 2 * DAY))
        assert again == promised.Kept({})


async def test_whoever_has_no_second_factor_in_the_backup_needs_more_than_a_password_to_set_one_up(
    town: Town, target: Target
) -> None:
    def hire(conn: Connection) -> list[str]:
        return [staffing.hire(conn, town.keyring, name, Role.COORDINATOR, now=town.now) for name in ("زينب", "هدى")]

    has, lacks = await town.store.write(hire)
    hashes = tuple(str(slot) for slot in range(10))
    what: dict[str, Any] = {"secret": b"s" * 20, "step": 1, "hashes": hashes, "instead": None}
    await town.store.write(lambda c: enrolling.enrol(c, town.keyring, person=has, now=town.now, **what))
    made = await town.backs_up()
    await town.store.write(
        lambda c: enrolling.enrol(c, town.keyring, person=lacks, now=town.now + timedelta(hours=1), **what)
    )
    async with town.restored(made, target) as (there, _):
        marked = await there.read(unproven.marked)
        assert lacks in marked
        assert has not in marked
    assert await town.store.read(unproven.marked) == frozenset()
