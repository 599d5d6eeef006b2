"""Who sees which report, in which order, and what of it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.vocabulary import Desk, Role, Status, Urgency
from storage.casework import queues
from storage.casework.queues import BadCursor, Wanted
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import staff
from storage.tables import audit, grants, parts, reports
from storage.tables import staff as people
from tests.staffing import ADHAMIYA, KARRADA, Filed, file, hire, town


class Desks:
    """A store with a town, and short ways to what the tests ask."""

    def __init__(self, store: Store, keyring: Keyring, now: datetime) -> None:
        self.store, self.keyring, self.now = store, keyring, now

    async def hire(self, name: str, role: Role, *, office: str = KARRADA, desks: tuple[Desk, ...] = ()) -> str:
        """A new member of staff."""
        return await self.store.write(
            lambda c: hire(c, self.keyring, name, role, office=office, desks=desks, now=self.now)
        )

    async def file(self, *filed: Filed) -> None:
        """New reports."""
        await self.store.write(lambda c: [file(c, self.keyring, what, now=self.now) for what in filed])

    async def numbers(self, person: str, wanted: Wanted | None = None) -> list[str]:
        """The numbers on a person's list, in its order."""
        return [row.number for row in (await self.page(person, wanted)).rows]

    async def page(self, person: str, wanted: Wanted | None = None) -> queues.Page:
        """A person's list."""
        return await self.store.write(
            lambda c: queues.listing(c, self.keyring, staff=person, now=self.now, wanted=wanted), staff=person
        )

    async def audited(self, *actions: str) -> list[Any]:
        """The audit rows of these actions, by action and time."""
        wanted = select(audit).where(audit.c.action.in_(actions)).order_by(audit.c.action.desc(), audit.c.at)
        return await self.store.read(lambda c: list(c.execute(wanted).all()))

    async def one(self, person: str, number: str) -> queues.Opened | None:
        """One report as a person opens it."""
        return await self.store.write(
            lambda c: queues.one(c, self.keyring, staff=person, number=number, now=self.now), staff=person
        )


@pytest.fixture
async def desks(store: Store, keyring: Keyring, now: datetime) -> Desks:
    await store.write(town)
    return Desks(store, keyring, now)


async def test_a_coordinator_sees_their_own_office_and_desks_only(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    await desks.file(
        Filed("BG-00001"),
        Filed("BG-00002", desk=Desk.MEDIATION),
        Filed("BG-00003", desk=Desk.URGENT),
        Filed("BG-00004", desk=Desk.WOMEN, category="domestic_violence"),
        Filed("BG-00005", office=ADHAMIYA),
    )
    assert sorted(await desks.numbers(zainab)) == ["BG-00001", "BG-00002"]
    assert await desks.one(zainab, "BG-00003") is None
    assert await desks.one(zainab, "BG-00004") is None
    assert await desks.one(zainab, "BG-00005") is None


async def test_a_grant_ends_at_its_time(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    await desks.file(Filed("BG-00001"))
    ended = desks.now - timedelta(seconds=1)
    await desks.store.write(lambda c: c.execute(update(grants).values(until_at=ended)))
    assert await desks.numbers(zainab) == []
    assert await desks.one(zainab, "BG-00001") is None


async def test_who_left_sees_nothing(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    await desks.file(Filed("BG-00001"))
    await desks.store.write(lambda c: staff.deactivate(c, desks.keyring, person=zainab, now=desks.now))
    assert await desks.numbers(zainab) == []


async def test_an_administrator_sees_no_report(desks: Desks) -> None:
    admin = await desks.hire("مدير", Role.ADMINISTRATOR)
    await desks.file(Filed("BG-00001"))
    assert await desks.numbers(admin) == []
    assert await desks.store.read(lambda c: queues.counts(c, staff=admin, now=desks.now), staff=admin) == {}


async def test_an_auditor_sees_what_happened_and_no_words(desks: Desks) -> None:
    auditor = await desks.hire("مدقق", Role.AUDITOR)
    await desks.file(Filed("BG-00001"))
    (row,) = (await desks.page(auditor)).rows
    opened = await desks.one(auditor, "BG-00001")
    assert row.excerpt is None
    assert opened is not None
    assert opened.card is None
    assert [entry.kind for entry in opened.thread] == ["utterance", "file"]
    assert all(entry.text is None for entry in opened.thread)


async def test_a_focal_point_reads_on_the_list_what_the_row_does_not_say(desks: Desks) -> None:
    focal = await desks.hire("هدى", Role.FOCAL_POINT)
    await desks.file(Filed("BG-00004", desk=Desk.WOMEN, category="domestic_violence", said=("يضربني",)))
    (row,) = (await desks.page(focal)).rows
    assert (row.category, row.channel) == ("domestic_violence", "sms")
    assert row.place is not None
    assert row.place.ar == "الكرادة"
    stored = await desks.store.read(lambda c: c.execute(select(reports.c.category, reports.c.place)).one())
    assert tuple(stored) == (None, None)


async def test_emergencies_come_first_then_deadlines_then_age(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    hour = timedelta(hours=1)
    await desks.file(
        Filed("BG-00001", due_in=None, age=5 * hour),
        Filed("BG-00002", due_in=2 * hour, age=hour),
        Filed("BG-00003", due_in=2 * hour, age=2 * hour),
        Filed("BG-00004", due_in=-hour),
        Filed("BG-00005", due_in=9 * hour, urgency=Urgency.EMERGENCY),
        Filed("BG-00006", due_in=9 * hour, urgency=Urgency.HIGH),
    )
    assert await desks.numbers(zainab) == [
        "BG-00005",
        "BG-00006",
        "BG-00004",
        "BG-00003",
        "BG-00002",
        "BG-00001",
    ]
    late = {row.number: row.overdue for row in (await desks.page(zainab)).rows}
    assert [number for number, overdue in late.items() if overdue] == ["BG-00004"]


async def test_pages_hold_every_row_once_though_rows_arrive_meanwhile(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    await desks.file(*(Filed(f"BG-0001{n}", due_in=timedelta(hours=n % 3)) for n in range(9)))
    seen: list[str] = []
    cursor = ""
    while True:
        page = await desks.page(zainab, Wanted(cursor=cursor, limit=2))
        seen += [row.number for row in page.rows]
        cursor = page.next
        if not cursor:
            break
        await desks.file(Filed(f"BG-0002{len(seen)}", urgency=Urgency.EMERGENCY))
    assert sorted(seen) == [f"BG-0001{n}" for n in range(9)]


@pytest.mark.parametrize("cursor", ["x", "e30", "WzEsMiwzLDRd", "\0", "ب", "WzksMCwwLCJhIl0"])
async def test_a_cursor_that_we_never_gave_is_refused(desks: Desks, cursor: str) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    with pytest.raises(BadCursor):
        await desks.page(zainab, Wanted(cursor=cursor))


async def test_lists_are_narrowed_by_each_filter(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    await desks.file(
        Filed("BG-00001"),
        Filed("BG-00002", desk=Desk.MEDIATION),
        Filed("BG-00003", urgency=Urgency.HIGH),
        Filed("BG-00004", status=Status.CLOSED),
    )
    claim = update(reports).where(reports.c.number == "BG-00003").values(claimed_by=zainab)
    await desks.store.write(lambda c: c.execute(claim))
    assert await desks.numbers(zainab, Wanted(desk=Desk.MEDIATION)) == ["BG-00002"]
    assert await desks.numbers(zainab, Wanted(urgency=Urgency.HIGH)) == ["BG-00003"]
    assert await desks.numbers(zainab, Wanted(status=Status.CLOSED)) == ["BG-00004"]
    assert await desks.numbers(zainab, Wanted(mine=True)) == ["BG-00003"]
    assert await desks.numbers(zainab, Wanted(office=ADHAMIYA)) == []
    assert len(await desks.numbers(zainab, Wanted(office=KARRADA))) == 3


async def test_counts_know_what_is_open_late_and_an_alarm(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    await desks.file(
        Filed("BG-00001", due_in=timedelta(hours=-1)),
        Filed("BG-00002", urgency=Urgency.EMERGENCY),
        Filed("BG-00003", desk=Desk.WOMEN, urgency=Urgency.EMERGENCY),
        Filed("BG-00004", status=Status.CLOSED),
    )
    counts = await desks.store.read(lambda c: queues.counts(c, staff=zainab, now=desks.now), staff=zainab)
    assert counts == {Desk.GENERAL: queues.Count(2, 1, 1), Desk.MEDIATION: queues.Count(0, 0, 0)}


async def test_every_opening_is_audited_and_so_is_asking_for_what_is_not_theirs(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    await desks.file(Filed("BG-00001"), Filed("BG-00002", office=ADHAMIYA))
    for number in ("BG-00001", "BG-99999", "BG-00002"):
        await desks.one(zainab, number)
    asked = await desks.audited("report.view", "report.denied")
    assert [(row.action, row.actor) for row in asked] == [("report.view", zainab)] + [("report.denied", zainab)] * 2
    assert all((row.subject, row.data) == ("", {}) for row in asked if row.action == "report.denied")


async def test_every_page_of_a_list_is_audited_with_what_it_showed(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    await desks.page(zainab)
    assert await desks.audited("report.list") == []
    await desks.file(Filed("BG-00001"), Filed("BG-00002"), Filed("BG-00003", office=ADHAMIYA))
    shown = [row.id for row in (await desks.page(zainab)).rows]
    (row,) = await desks.audited("report.list")
    assert (row.actor, row.subject, row.data) == (zainab, "", {"ids": shown})
    assert len(shown) == 2


async def test_a_sealed_desks_list_holds_no_words_and_opening_shows_them(desks: Desks) -> None:
    focal = await desks.hire("هدى", Role.FOCAL_POINT)
    await desks.file(Filed("BG-00004", desk=Desk.WOMEN, category="domestic_violence", said=("يضربني",)))
    (row,) = (await desks.page(focal)).rows
    assert (row.category, row.excerpt) == ("domestic_violence", None)
    opened = await desks.one(focal, "BG-00004")
    assert opened is not None
    assert [entry.text for entry in opened.thread if entry.said] == ["يضربني"]


async def test_a_part_that_cannot_be_opened_hides_no_other(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    await desks.file(Filed("BG-00001"), Filed("BG-00002"))
    damaged = select(reports.c.id).where(reports.c.number == "BG-00001").scalar_subquery()
    spoil = update(parts).where(parts.c.report == damaged).values(sealed=b"spoilt")
    await desks.store.write(lambda c: c.execute(spoil))
    rows = {row.number: row.excerpt for row in (await desks.page(zainab)).rows}
    assert rows == {"BG-00001": None, "BG-00002": "سرقوا دراجتي من باب الدار"}
    opened = await desks.one(zainab, "BG-00001")
    assert opened is not None
    assert [entry.lost for entry in opened.thread if entry.said] == [True]


async def test_a_forgotten_filter_meets_the_second_wall(
    postgresql_store: Store, keyring: Keyring, now: datetime
) -> None:
    def arrange(conn: Connection) -> str:
        town(conn)
        person = hire(conn, keyring, "زينب", Role.COORDINATOR, now=now)
        file(conn, keyring, Filed("BG-00001"), now=now)
        file(conn, keyring, Filed("BG-00004", desk=Desk.WOMEN), now=now)
        return person

    zainab = await postgresql_store.write(arrange)
    everything = select(reports.c.number)
    assert (await postgresql_store.read(lambda c: c.execute(everything).all(), staff=zainab)) == [("BG-00001",)]


async def test_a_long_text_is_cut_for_the_list(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    await desks.file(Filed("BG-00001", said=("كلمة " * 100,)))
    (row,) = (await desks.page(zainab)).rows
    assert row.excerpt is not None
    assert len(row.excerpt) <= 140
    assert row.excerpt.endswith("…")


async def test_a_grant_that_slips_past_the_code_meets_the_schema(desks: Desks) -> None:
    zainab = await desks.hire("زينب", Role.COORDINATOR)
    slip = insert(grants).values(staff=zainab, office=KARRADA, desk="women", role="coordinator")
    with pytest.raises(Exception, match="sealed_desk_focal_points_only"):
        await desks.store.write(lambda c: c.execute(slip))
    assert await desks.store.read(lambda c: c.execute(select(people.c.name)).all()) == [("زينب",)]
