"""What protects a reporter holds after a restore too, though it was promised after the backup was made."""

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from bot.vocabulary import (
    Decision,
    Desk,
    Destination,
    Effect,
    Erase,
    File,
    Gone,
    Hide,
    Mode,
    Mute,
    Reroute,
    Role,
    Show,
    Unmute,
    Veil,
)
from storage import keys, pickup, promises, tables, ties
from storage.anchors import Noted
from storage.backups import backup, clients, promised, restoring
from storage.backups.backup import Place
from storage.backups.manifests import Manifest
from storage.backups.places import Target
from storage.backups.restoring import Restored
from storage.consent import answering, consents
from storage.database.engine import Store
from storage.desks import membership
from storage.intake import settling
from storage.keys import Keyring
from storage.outgoing import outbox
from storage.people import directory, enrolling, logins, sessions, staff, unproven
from storage.people.staff import Grant
from storage.reporting import leaving
from storage.sealed import recipients
from tests import staffing
from tests.databases import sqlite_mostly
from tests.storage import holding, making
from tests.storage.house import PLACE, House
from tests.storage.making import message

LONG = "4829136500277410"
DAY = timedelta(days=1)
pytestmark = [
    pytest.mark.skipif(not clients.is_here("pg_dump"), reason="PostgreSQL's client programs are not here"),
    sqlite_mostly,
]


@pytest.fixture
def target(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Target:
    if database_url.startswith("sqlite"):
        return Target(f"sqlite:///{tmp_path / 'new' / 'muntada.db'}", tmp_path / "new" / "media")
    url: str = request.getfixturevalue("empty_postgresql_url")
    return Target(url, tmp_path / "new" / "media")


@dataclass(slots=True)
class Town:
    """Reporters by number, each with a phone of their own, and the time that goes by."""

    store: Store
    keyring: Keyring
    place: Place
    folder: Path
    now: datetime
    said: int = 0

    async def say(self, who: int, decided: Decision) -> None:
        """A reporter writes, and this is decided."""
        self.said += 1
        self.now += timedelta(minutes=1)
        one = message(self.said, address=_phone(who))
        await making.say(self.store, self.keyring, one, decided, now=self.now)

    async def does(self, who: int, *effects: Effect) -> None:
        """A reporter's message has these effects."""
        await self.say(who, making.decision(*effects))

    async def files(self, who: int, **more: Any) -> File:
        """A report of theirs, which they may be answered about."""
        file = making.filing(code=f"{100_000 + self.said}", **more)
        await self.say(who, making.decision(file, conversation=making.ongoing(file, self.now)))
        return file

    async def backs_up(self) -> Manifest:
        """A backup, at this time."""
        entropy, to = secrets.token_bytes(3), self.folder / "backups"
        return await asyncio.to_thread(backup.make, self.place, to, self.keyring, now=self.now, entropy=entropy)

    @asynccontextmanager
    async def restored(
        self, made: Manifest, target: Target, keyring: Keyring | None = None
    ) -> AsyncIterator[tuple[Store, Restored]]:
        """The backup put back, a day later."""
        ring = keyring or self.keyring
        given: dict[str, Any] = {"noted": Noted(), "now": self.now + DAY}
        folder = self.folder / "backups" / made.name
        done = await asyncio.to_thread(restoring.restore, folder, target, ring, ring.folder, **given)
        there = Store.open(target.url)
        try:
            yield there, done
        finally:
            there.close()


def _phone(who: int) -> str:
    return f"+96477000000{who:02d}"


@pytest.fixture
async def town(store: Store, keyring: Keyring, now: datetime, database_url: str, tmp_path: Path) -> Town:
    def begin(conn: Connection) -> None:
        keys.register(conn, keyring, now)
        staffing.town(conn)
        office = {"code": making.OFFICE, "kind": "forum", "name_ar": "منتدى", "languages": ["ar"]}
        conn.execute(insert(tables.offices), office)

    await store.write(begin)
    return Town(store, keyring, Place(database_url, tmp_path / "media"), tmp_path, now)


async def _reach(store: Store) -> dict[str, str]:
    return {row.id: row.reachable for row in await making.rows(store, tables.reports)}


async def _whose(store: Store, keyring: Keyring, now: datetime, who: int, text: str) -> Any:
    """What is known of a reporter when they write this."""
    seen: list[Any] = []

    def look(known: Any) -> Decision:
        seen.append(known)
        return making.decision(conversation=known.conversation)

    said = message(900 + who, address=_phone(who), text=text)
    await store.write(lambda conn: keys.register(conn, keyring, now))
    await making.say(store, keyring, said, look, now=now, codes=[text] if text.isdecimal() else [])
    return seen[0]


async def test_silence_discretion_and_being_away_hold_and_end_as_they_were_wished(town: Town, target: Target) -> None:
    files = {who: await town.files(who) for who in range(1, 8)}
    await town.does(3, Mute())
    await town.does(4, Hide(files[4].report, (files[4].code, "زهرة")))
    await town.does(5, Hide(files[5].report, (files[5].code, "زهرة")))
    made = await town.backs_up()
    await town.does(1, Hide(files[1].report, (files[1].code, "زهرة")))
    await town.does(2, Mute())
    await town.does(3, Unmute())
    await town.does(4, Hide(files[4].report, (files[4].code, "نرجس")))
    await town.does(5, Show())
    await town.does(6, Gone())
    await town.does(7, Gone())
    await town.does(7)  # and writes again
    before = await _reach(town.store)
    async with town.restored(made, target) as (there, done):
        assert done.kept.done == {"muted": 2, "discreet": 3, "reach": 1}
        assert done.kept.waits == 0
        assert await _reach(there) == before
        wanted = {1: "nudge", 2: "pull", 3: "yes", 4: "nudge", 5: "yes", 6: "no", 7: "yes"}
        assert before == {files[who].report: reach for who, reach in wanted.items()}
        at = town.now + DAY
        for who, text, said in ((1, "زهرة", True), (1, "وردة", False), (4, "نرجس", True), (4, "زهرة", False)):
            known = await _whose(there, town.keyring, at, who, text)
            assert known.discretion.said is said, (who, text)
            assert not known.discretion.open
            at += timedelta(seconds=1)
            await there.write(lambda conn: conn.execute(tables.inbound.delete()))
        assert (await _whose(there, town.keyring, at, 5, "زهرة")).discretion is None
        assert (await _whose(there, town.keyring, at, 2, "هلو")).muted
        assert not (await _whose(there, town.keyring, at, 3, "هلو")).muted


async def test_what_was_undone_before_it_was_committed_takes_no_protection_away(
    town: Town, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(Exception):
        pass

    def crash(*_: Any) -> None:
        raise Crash

    hidden, silent, away = [await town.files(who) for who in (1, 2, 3)]
    await town.does(1, Hide(hidden.report, (hidden.code, "زهرة")))
    await town.does(2, Mute())
    await town.does(3, Gone())
    made = await town.backs_up()
    monkeypatch.setattr(settling, "_record", crash)
    for who, effects in ((1, (Show(),)), (2, (Unmute(),)), (3, ())):
        with pytest.raises(Crash):
            await town.does(who, *effects)
    before = await _reach(town.store)
    assert before == {hidden.report: "nudge", silent.report: "pull", away.report: "no"}
    async with town.restored(made, target) as (there, done):
        assert done.kept == promised.Kept({})
        assert await _reach(there) == before
        assert await making.count(there, tables.discreet) == 1
        assert await making.count(there, tables.muted) == 1


async def test_discretion_asked_for_at_a_later_report_covers_what_the_backup_has(town: Town, target: Target) -> None:
    older = await town.files(1)
    made = await town.backs_up()
    later = await town.files(1)
    await town.does(1, Hide(later.report, (later.code, "زهرة")))
    async with town.restored(made, target) as (there, done):
        assert done.kept.done == {"discreet": 1}
        assert await _reach(there) == {older.report: "nudge"}


async def test_discretion_wished_days_after_telling_is_kept_after_a_restore(town: Town, target: Target) -> None:
    told = await town.files(1)
    made = await town.backs_up()
    await town.does(1, Veil())
    async with town.restored(made, target) as (there, _):
        assert await _reach(there) == {told.report: "nudge"}
        assert await making.count(there, tables.discreet) == 0


async def test_so_it_is_of_what_was_told_under_a_name_that_is_gone(town: Town, target: Target) -> None:
    old = await town.files(1)
    await town.store.write(lambda c: c.execute(delete(tables.senders)))
    new = await town.files(1)
    made = await town.backs_up()
    await town.does(1, Veil())
    assert await _reach(town.store) == {old.report: "nudge", new.report: "nudge"}
    async with town.restored(made, target) as (there, _):
        assert await _reach(there) == {old.report: "nudge", new.report: "nudge"}


async def test_a_word_that_was_said_counts_no_more(town: Town, target: Target) -> None:
    file = await town.files(1)
    await town.does(1, Hide(file.report, ("زهرة",)))
    await town.store.write(lambda c: c.execute(update(tables.discreet).values(open_until=town.now + 9 * DAY)))
    made = await town.backs_up()
    async with town.restored(made, target) as (there, _):
        (row,) = await making.rows(there, tables.discreet)
        assert row.open_until is None


async def test_whoever_became_private_is_led_to_by_nothing(town: Town, target: Target) -> None:
    """Of two who become private one has another report besides, and the other was discreet."""
    alone, both, other = await town.files(1), await town.files(2), await town.files(2)
    await town.does(1, Hide(alone.report, (alone.code, "زهرة")))
    made = await town.backs_up()
    for who, file in ((1, alone), (2, both)):
        private = replace(making.ongoing(replace(file, code=LONG[:-1] + str(who)), town.now), mode=Mode.PRIVATE)
        await town.say(who, making.decision(conversation=private))
    async with town.restored(made, target) as (there, done):
        assert done.kept.done == {"private": 2}
        (link,) = await making.rows(there, tables.report_contacts)
        assert link.report == other.report
        (sender,) = await making.rows(there, tables.senders)
        assert sender.contact == link.contact
        assert await making.count(there, tables.contacts) == 1
        assert await making.count(there, tables.discreet) == 0
        assert {row.report for row in await making.rows(there, tables.outbox)} <= {other.report}
        assert await _reach(there) == {alone.report: "pull", both.report: "pull", other.report: "yes"}
        for who, file in ((1, alone), (2, both)):
            found = await there.read(lambda c, n=who: pickup.find(c, town.keyring, LONG[:-1] + str(n)))  # type: ignore[misc]
            assert found is not None
            times = {row.at.minute for row in await making.rows(there, tables.parts) if row.report == file.report}
            assert times == {0}
        short = [row.report for row in await making.rows(there, tables.codes) if row.scope == "sender"]
        assert short == [other.report]


@pytest.mark.parametrize("backed_up", ["before the second", "after it"])
async def test_who_became_private_with_one_of_two_stays_discreet_for_the_other(
    town: Town, target: Target, backed_up: str
) -> None:
    first = await town.files(1)
    await town.does(1, Hide(first.report, (first.code, "زهرة")))
    made = await town.backs_up()
    second = await town.files(1)
    await town.does(1, Hide(second.report, (second.code,)))
    if backed_up == "after it":
        made = await town.backs_up()
    private = replace(making.ongoing(replace(second, code=LONG), town.now), mode=Mode.PRIVATE)
    await town.say(1, making.decision(conversation=private))
    async with town.restored(made, target) as (there, _):
        assert await making.count(there, tables.discreet) == 1
        assert (await _reach(there))[first.report] == "nudge"
        (row,) = await making.rows(there, tables.discreet)
        case = await there.read(lambda conn: leaving.case_of(conn, town.keyring, row.sender_hash))
        assert case == (first.report if backed_up == "after it" else "")


async def test_what_was_erased_stays_so_although_the_journal_had_no_time_to_note_it(town: Town, target: Target) -> None:
    gone, stays = await town.files(1), await town.files(2)
    made = await town.backs_up()
    await town.does(1, Erase(gone.report))
    assert not (town.keyring.folder / "erased").exists()
    async with town.restored(made, target) as (there, done):
        assert (done.erased, done.kept.done) == (0, {"erased": 1})
        rows = {row.id: row.erased_at is None for row in await making.rows(there, tables.reports)}
        assert rows == {gone.report: False, stays.report: True}
        assert {row.report for row in await making.rows(there, tables.parts) if row.sealed} == {stays.report}


async def test_what_a_hold_keeps_though_it_was_erased_is_cut_off_again(town: Town, target: Target) -> None:
    held, young = await town.files(1), await town.files(2)
    until = town.now + 60 * DAY

    def hold(conn: Connection, report: str) -> None:
        holding.hold(conn, town.keyring, until, report=report)

    await town.store.write(lambda c: hold(c, held.report))
    made = await town.backs_up()
    await town.store.write(lambda c: hold(c, young.report))  # a hold that the backup does not know
    await town.does(1, Erase(held.report))
    await town.does(2, Erase(young.report))
    async with town.restored(made, target) as (there, done):
        assert done.kept.done == {"cut": 2}
        for row in await making.rows(there, tables.reports):
            assert (row.reachable, row.held_until, row.erased_at) == ("no", until, None)
        assert await making.count(there, tables.codes) == 0
        assert await making.count(there, tables.report_contacts) == 0
        assert {row.kind for row in await making.rows(there, tables.timers)} >= {"erase"}


async def test_a_refusal_and_a_withdrawal_stand_and_what_was_copied_goes(town: Town, target: Target) -> None:
    file, copy = await town.files(1), await town.files(2)
    person = await town.store.write(lambda c: staffing.hire(c, town.keyring, "زينب", Role.COORDINATOR, now=town.now))
    base = {"report": file.report, "scope": "summary", "asked_by": person, "until_at": town.now + 30 * DAY}
    base |= {"asked_at": town.now, "office": making.OFFICE, "desk": "urgent"}
    rows = [
        base | {"id": "given", "answer": True, "answered_at": town.now, "copy": copy.report},
        base | {"id": "asked", "answer": None, "answered_at": None, "copy": None},
    ]
    empty = dict.fromkeys(("desk", "service", "answered_at", "revoked_at", "copy"))
    tied = [{**empty, **row} | {"tie": ties.consent(town.keyring, {**empty, **row})} for row in rows]
    await town.store.write(lambda c: c.execute(insert(tables.consents), tied))
    made = await town.backs_up()
    assert await town.store.write(
        lambda c: answering.answer(c, town.keyring, "asked", given=False, now=town.now + timedelta(hours=1))
    )
    await town.store.write(lambda c: answering.revoke(c, town.keyring, file.report, town.now + timedelta(hours=2)))
    async with town.restored(made, target) as (there, done):
        assert done.kept.done == {"consent": 2}
        at = town.now + DAY
        states = {row.id: consents.state(town.keyring, row, at) for row in await making.rows(there, tables.consents)}
        assert states == {"given": "ended", "asked": "no"}
        assert await there.read(lambda c: consents.asked(c, town.keyring, file.report, at)) is None
        gone = select(tables.reports.c.erased_at).where(tables.reports.c.id == copy.report)
        assert await there.read(lambda c: c.execute(gone).scalar_one()) is not None


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


async def test_doing_it_twice_does_no_more_than_once(town: Town, target: Target) -> None:
    files = [await town.files(who) for who in range(1, 4)]
    made = await town.backs_up()
    await town.does(1, Hide(files[0].report, ("زهرة",)))
    await town.does(2, Mute())
    private = replace(making.ongoing(replace(files[2], code=LONG), town.now), mode=Mode.PRIVATE)
    await town.say(3, making.decision(conversation=private))
    async with town.restored(made, target) as (there, done):
        assert done.kept.done == {"discreet": 1, "muted": 1, "private": 1}
        once = [await making.rows(there, table) for table in tables.metadata.sorted_tables]
        again = await there.write(lambda c: promised.keep(c, town.keyring, made.name, made.made_at, town.now + 2 * DAY))
        assert again == promised.Kept({})
        assert [await making.rows(there, table) for table in tables.metadata.sorted_tables] == once


@pytest.mark.parametrize("how", ["lost", "older", "spoilt"])
async def test_where_promises_may_be_missing_nobody_is_written_to(town: Town, target: Target, how: str) -> None:
    files = [await town.files(who) for who in range(1, 4)]
    await town.does(2, Mute())
    await town.does(3, Hide(files[2].report, ("زهرة",)))
    copied = shutil.copytree(town.keyring.folder, town.folder / "copied")
    made = await town.backs_up()
    await town.does(1, Mute())
    folder = town.keyring.folder / "promises"
    if how == "lost":
        shutil.rmtree(folder)
    elif how == "spoilt":
        (file,) = folder.iterdir()
        file.write_bytes(file.read_bytes()[:-9] + b"A" * 8 + b"\n")
    keyring = Keyring.open(copied) if how == "older" else town.keyring
    async with town.restored(made, target, keyring) as (there, done):
        assert done.kept.waits == 2
        assert set((await _reach(there)).values()) == {"pull"}

        def answer(conn: Connection) -> None:
            for file in files:
                put = making.reply()
                outbox.put_answer(
                    conn, keyring, report=file.report, reply=put, once=file.report, due_at=town.now, now=town.now
                )

        await there.write(answer)
        waiting = await there.write(
            lambda c: outbox.claim(c, keyring, owner="me", now=town.now + DAY, limit=9, lease=timedelta(minutes=1))
        )
        assert waiting == []


async def test_after_a_restore_that_knows_all_everybody_is_answered_as_before(town: Town, target: Target) -> None:
    file = await town.files(1)
    made = await town.backs_up()
    async with town.restored(made, target) as (there, done):
        assert done.kept == promised.Kept({})
        assert await _reach(there) == {file.report: "yes"}


async def test_the_lines_name_nobody_and_hold_no_word(town: Town) -> None:
    file = await town.files(1)
    await town.does(1, Hide(file.report, (file.code, "زهرة")))
    await town.does(1, Mute())
    read = promises.read(town.keyring, town.now - DAY)
    assert {line.kind.value for line in read.lines} == {"discreet", "muted"}
    told = b"".join(path.read_bytes() for path in (town.keyring.folder / "promises").iterdir())
    opened = repr([(line, line.data) for line in read.lines])
    for needle in (_phone(1), file.code, "زهرة", file.report):
        assert needle.encode() not in told
        assert needle not in opened


async def test_nothing_is_promised_that_cannot_be_noted(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError("no space left")

    await town.files(1)
    monkeypatch.setattr(promises, "append", full)
    with pytest.raises(OSError, match="space"):
        await town.does(1, Mute())
    assert await making.count(town.store, tables.muted) == 0


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
