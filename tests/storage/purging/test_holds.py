"""Two persons hold a report; while they do, nothing of it goes, and its reporter hears the truth."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.vocabulary import Desk, Role
from storage import audit, keys, tables
from storage.casework.acts import Refused, Unseen
from storage.database.engine import Store
from storage.keys import Keyring
from storage.purging import bonds, erasing, holds, retention
from storage.purging.holds import By, Reason
from storage.purging.schedule import DAY
from storage.ties import Tie, made
from tests.databases import sqlite_mostly
from tests.staffing import KARRADA, WATCH, Filed, file, hire, town
from tests.storage import holding

pytestmark = sqlite_mostly


N, S = "BG-00001", "BG-00002"
ORDER = "٤٥/ج/2026"


class People:
    """The database with its people, for short calls."""

    def __init__(self, store: Store, keyring: Keyring, now: datetime) -> None:
        self.store, self.keyring, self.now = store, keyring, now
        self.id: dict[str, str] = {}

    async def make(self) -> "People":
        def work(conn: Connection) -> None:
            keys.register(conn, self.keyring, self.now)
            town(conn)
            for name, role, office, desks in (
                ("one", Role.SUPERVISOR, KARRADA, (Desk.GENERAL,)),
                ("two", Role.SUPERVISOR, KARRADA, (Desk.GENERAL,)),
                ("reads", Role.COORDINATOR, KARRADA, (Desk.GENERAL,)),
                ("her", Role.FOCAL_POINT, KARRADA, (Desk.WOMEN,)),
                ("watch", Role.AUDITOR, WATCH, (Desk.OVERSIGHT,)),
                ("watches", Role.AUDITOR, WATCH, (Desk.OVERSIGHT,)),
            ):
                self.id[name] = hire(conn, self.keyring, name, role, office=office, desks=desks, now=self.now)
            for what in (Filed(N), Filed(S, desk=Desk.WOMEN)):
                file(conn, self.keyring, what, now=self.now)

        await self.store.write(work)
        return self

    async def ask(
        self, name: str, number: str = N, *, days: int = 90, after: timedelta = timedelta(), order: str = ""
    ) -> str:
        """order: a court's, and its number there; else an inquiry."""
        by, why = By(self.id[name], self.now + after), Reason.COURT if order else Reason.INQUIRY
        return await self.store.write(
            lambda c: holds.ask(c, self.keyring, by, number=number, reason=why, days=days, reference=order)
        )

    async def confirm(self, name: str, hold: str, *, after: timedelta = timedelta()) -> None:
        by = By(self.id[name], self.now + after)
        await self.store.write(lambda c: holds.confirm(c, self.keyring, by, hold))

    async def end(self, name: str, hold: str, *, after: timedelta = timedelta()) -> None:
        by = By(self.id[name], self.now + after)
        await self.store.write(lambda c: holds.end(c, self.keyring, by, hold))

    async def row(self, number: str = N) -> Any:
        return await self.store.read(
            lambda c: c.execute(select(tables.reports).where(tables.reports.c.number == number)).one()
        )

    async def purge(self, after: timedelta) -> None:
        await self.store.write(lambda c: retention.purge(c, self.keyring, self.now + after) and None)

    async def erase(self, after: timedelta = timedelta()) -> bool:
        """As its reporter wishes."""
        row, then = await self.row(), self.now + after

        def work(conn: Connection) -> bool:
            bound = bonds.until(conn, self.keyring, row.id, then)
            return erasing.erase(conn, row.id, now=then, bound=bound)

        return await self.store.write(work)

    async def words(self) -> int:
        row = await self.row()
        kept = select(tables.parts.c.id).where(tables.parts.c.report == row.id, tables.parts.c.sealed.is_not(None))
        return await self.store.read(lambda c: len(c.execute(kept).all()))


@pytest.fixture
async def people(store: Store, keyring: Keyring, now: datetime) -> People:
    return await People(store, keyring, now).make()


async def _held(people: People, **more: Any) -> str:
    hold = await people.ask("one", **more)
    await people.confirm("two", hold)
    return hold


async def _ordered(people: People, **more: Any) -> str:
    hold = await people.ask("one", order=ORDER, **more)
    await people.confirm("watch", hold)
    return hold


async def test_nothing_is_held_until_another_person_says_yes(people: People) -> None:
    hold = await people.ask("one", days=180)
    assert (await people.row()).held_until is None
    with pytest.raises(Refused, match=r"hold\.second"):
        await people.confirm("one", hold)
    await people.confirm("two", hold)
    assert (await people.row()).held_until == people.now + 180 * DAY
    with pytest.raises(Refused, match=r"hold\.over"):
        await people.confirm("watch", hold)


@pytest.mark.parametrize("days", [0, -1, 181])
async def test_no_hold_is_longer_than_180_days(people: People, days: int) -> None:
    with pytest.raises(Refused, match=r"hold\.days"):
        await people.ask("one", days=days)


@pytest.mark.parametrize(("name", "number"), [("reads", N), ("her", S), ("one", S), ("one", "BG-99999"), ("her", N)])
async def test_nobody_else_may_ask_and_no_report_is_told_of(people: People, name: str, number: str) -> None:
    with pytest.raises(Unseen):
        await people.ask(name, number)


async def test_oversight_holds_a_sealed_report_without_seeing_it(people: People) -> None:
    hold = await people.ask("watch", S)
    with pytest.raises(Unseen):  # a supervisor of another desk, and her own focal point
        await people.confirm("one", hold)
    with pytest.raises(Unseen):
        await people.confirm("her", hold)
    await people.confirm("watches", hold)
    assert (await people.row(S)).held_until is not None


async def test_who_watches_holds_nothing_that_names_an_office_of_their_own(people: People) -> None:
    where = tables.reports.c.number == N
    await people.store.write(lambda c: c.execute(update(tables.reports).where(where).values(apart=[WATCH])))
    hold = await people.ask("one")
    with pytest.raises(Unseen):
        await people.ask("watch")
    with pytest.raises(Unseen):
        await people.confirm("watch", hold)
    assert await people.store.read(lambda c: holds.listed(c, By(people.id["watch"], people.now))) == ()
    await people.confirm("two", hold)


async def test_who_is_of_a_forum_too_holds_nothing_of_a_sealed_desk(people: People) -> None:
    """Whom it names only its focal points can tell."""
    hold = await people.ask("watches", S)
    also = {"staff": people.id["watch"], "office": KARRADA, "desk": "general", "role": "coordinator"}
    await people.store.write(lambda c: c.execute(tables.grants.insert().values(**also)))
    with pytest.raises(Unseen):
        await people.ask("watch", S)
    with pytest.raises(Unseen):
        await people.confirm("watch", hold)
    assert await people.store.read(lambda c: holds.listed(c, By(people.id["watch"], people.now))) == ()


async def test_what_nobody_confirms_within_a_week_lapses(people: People) -> None:
    hold = await people.ask("one")
    with pytest.raises(Refused, match=r"hold\.over"):
        await people.confirm("two", hold, after=7 * DAY)
    await people.confirm("two", hold, after=7 * DAY - timedelta(seconds=1))


async def test_two_renew_it_and_either_ends_it_and_nobody_else(people: People) -> None:
    first = await _held(people, days=30)
    second = await people.ask("two", days=100, after=20 * DAY)
    await people.confirm("watch", second, after=20 * DAY)
    assert (await people.row()).held_until == people.now + 120 * DAY
    with pytest.raises(Refused, match=r"hold\.theirs"):
        await people.end("watches", first, after=20 * DAY)
    await people.end("one", first, after=20 * DAY)
    assert (await people.row()).held_until == people.now + 120 * DAY
    await people.end("watch", second, after=21 * DAY)
    assert (await people.row()).held_until is None
    with pytest.raises(Refused, match=r"hold\.over"):
        await people.end("two", second, after=21 * DAY)


async def test_a_list_shows_what_may_be_done_and_only_to_whom_it_concerns(people: People) -> None:
    await people.ask("one")
    await people.ask("watch", S)

    async def listed(name: str) -> list[tuple[str, str, bool, bool]]:
        by = By(people.id[name], people.now)
        found = await people.store.read(lambda c: holds.listed(c, by))
        return sorted((hold.number, hold.state, hold.may_confirm, hold.may_end) for hold in found)

    assert await listed("one") == [(N, "asked", False, True)]
    assert await listed("two") == [(N, "asked", True, False)]
    assert await listed("watches") == [(N, "asked", True, False), (S, "asked", True, False)]
    for name in ("reads", "her"):
        with pytest.raises(Unseen):
            await listed(name)


async def _close(people: People) -> None:
    closing = update(tables.reports).where(tables.reports.c.number == N)
    closed = closing.values(status="closed", closed_at=people.now)
    await people.store.write(lambda c: c.execute(closed) and None)


async def test_a_held_report_is_not_purged_and_the_day_after_it_is(people: People) -> None:
    await _close(people)
    await _held(people, days=180)
    before = await people.words()
    await people.purge(180 * DAY - timedelta(seconds=1))
    assert await people.words() == before > 0
    links = tables.report_contacts
    report = (await people.row()).id
    still = select(links.c.contact).where(links.c.report == report)
    assert await people.store.read(lambda c: c.execute(still).first()) is not None
    await people.purge(180 * DAY)
    assert await people.words() == 0
    assert await people.store.read(lambda c: c.execute(still).first()) is None


async def test_a_purge_by_a_clock_that_is_ahead_lets_no_hold_go_that_stands(people: People) -> None:
    await _held(people, days=60)
    await _ordered(people, days=60)
    before = await people.words()
    for after in (61 * DAY, DAY, 2 * DAY):
        await people.purge(after)
    row = await people.row()
    assert (row.held_until, row.bound_until) == (people.now + 60 * DAY, people.now + 60 * DAY)
    assert not await people.erase(2 * DAY)
    assert await people.words() == before > 0


async def test_a_hold_brings_no_contact_back(people: People) -> None:
    await _close(people)
    await people.purge(15 * DAY)
    hold = await people.ask("one", after=15 * DAY)
    await people.confirm("two", hold, after=15 * DAY)
    row = await people.row()
    links = select(tables.report_contacts).where(tables.report_contacts.c.report == row.id)
    assert await people.store.read(lambda c: c.execute(links).first()) is None
    assert row.reachable == "no"


async def test_a_held_report_is_cut_off_when_its_reporter_asks_to_erase_it_and_erased_when_it_ends(
    people: People,
) -> None:
    hold = await _ordered(people)
    before = await people.words()
    assert not await people.erase(DAY)
    row = await people.row()
    assert (row.erased_at, row.reachable, await people.words()) == (None, "no", before)
    for table in (tables.report_contacts, tables.codes):
        gone = select(table).where(table.c.report == row.id)
        assert await people.store.read(lambda c, gone=gone: c.execute(gone).first()) is None  # type: ignore[misc]
    told = select(tables.events.c.kind).where(tables.events.c.report == row.id, tables.events.c.kind == "erase_held")
    assert await people.store.read(lambda c: c.execute(told).scalar()) == "erase_held"

    async def ring(after: timedelta) -> datetime | None:
        return await people.store.write(
            lambda c: erasing.erase_when_free(c, people.keyring, row.id, now=people.now + after)
        )

    assert await ring(2 * DAY) == people.now + 3 * DAY < row.bound_until  # it looks each day
    await people.end("watch", hold, after=3 * DAY)
    due = select(tables.timers.c.due_at).where(tables.timers.c.kind == erasing.WISHED)
    assert await people.store.read(lambda c: c.execute(due).scalar()) == people.now + 3 * DAY
    assert await ring(3 * DAY) is None
    assert (await people.row()).erased_at is not None
    assert await people.words() == 0


async def test_an_erased_report_cannot_be_held(people: People) -> None:
    hold = await people.ask("one")
    await people.erase()
    with pytest.raises(Refused, match=r"hold\.erased"):
        await people.confirm("two", hold)
    with pytest.raises(Refused, match=r"hold\.erased"):
        await people.ask("one")


async def test_what_was_joined_is_held_with_it(people: People) -> None:
    def join(conn: Connection) -> str:
        part = file(conn, people.keyring, Filed("BG-00003"), now=people.now)
        elder = conn.execute(select(tables.reports.c.id).where(tables.reports.c.number == N)).scalar_one()
        reports = tables.reports
        tie = made(people.keyring, Tie.JOINED, part, elder)
        values = {"joined": elder, "joined_tie": tie, "status": "closed", "closed_at": people.now}
        conn.execute(update(reports).where(reports.c.number == "BG-00003").values(**values))
        return str(part)

    await people.store.write(join)
    await _close(people)
    hold = await people.ask("one", "BG-00003", days=180, order=ORDER)  # by the number of the part
    await people.confirm("watch", hold)
    assert (await people.row()).held_until is not None
    await people.purge(100 * DAY)
    part = (await people.row("BG-00003")).id
    kept = select(tables.parts.c.id).where(tables.parts.c.report == part)
    assert await people.store.read(lambda c: c.execute(kept).first()) is not None
    assert not await people.erase(DAY)
    assert (await people.row("BG-00003")).reachable == "no"
    assert (await people.row("BG-00003")).erased_at is None


async def test_every_step_is_audited_without_a_word(people: People) -> None:
    hold = await _held(people)
    await people.end("one", hold)
    rows = await people.store.read(
        lambda c: c.execute(select(tables.audit).where(tables.audit.c.action.like("hold.%"))).all()
    )
    assert sorted((row.action, row.actor) for row in rows) == [
        ("hold.ask", people.id["one"]),
        ("hold.confirm", people.id["two"]),
        ("hold.end", people.id["one"]),
    ]
    assert {row.subject for row in rows} == {(await people.row()).id}
    assert (await people.store.read(lambda c: audit.verify(c, people.keyring))).whole


async def test_an_order_on_a_part_keeps_the_whole_and_its_end_lets_the_wish_be_done_at_once(people: People) -> None:
    reports = tables.reports
    await people.store.write(lambda c: file(c, people.keyring, Filed("BG-00005"), now=people.now) and None)
    hold = await people.ask("one", "BG-00005", days=90, order=ORDER)
    await people.confirm("watch", hold)  # and only then she says that both are one
    part, elder = (await people.row("BG-00005")).id, (await people.row()).id
    tie = made(people.keyring, Tie.JOINED, part, elder)
    values = {"joined": elder, "joined_tie": tie, "status": "closed", "closed_at": people.now}
    join = update(reports).where(reports.c.id == part).values(**values)
    await people.store.write(lambda c: c.execute(join) and None)
    assert not await people.erase(DAY)
    await people.end("watch", hold, after=3 * DAY)
    due = select(tables.timers.c.due_at).where(tables.timers.c.kind == erasing.WISHED)
    assert await people.store.read(lambda c: c.execute(due).scalar()) == people.now + 3 * DAY


async def test_what_was_held_before_it_was_joined_stays_held(people: People) -> None:
    reports = tables.reports

    def join(conn: Connection) -> None:
        file(conn, people.keyring, Filed("BG-00004"), now=people.now)
        elder = conn.execute(select(reports.c.id).where(reports.c.number == N)).scalar_one()
        values = {"joined": elder, "status": "closed", "closed_at": people.now}
        conn.execute(update(reports).where(reports.c.number == "BG-00004").values(**values))
        part = conn.execute(select(reports.c.id).where(reports.c.number == "BG-00004")).scalar_one()
        holding.hold(conn, people.keyring, people.now + 180 * DAY, report=part)

    await people.store.write(join)
    await _close(people)
    part = (await people.row("BG-00004")).id
    kept = select(tables.parts.c.id).where(tables.parts.c.report == part)
    await people.purge(100 * DAY)
    assert await people.words() == 0
    assert await people.store.read(lambda c: c.execute(kept).first()) is not None


# ── Against its reporter's wish ──────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("reason", [Reason.INQUIRY, Reason.COMPLAINT])
async def test_what_no_court_ordered_yields_to_its_reporters_wish(people: People, reason: Reason) -> None:
    """Two of the office that she complains about would else keep what she wants gone."""
    by = By(people.id["one"], people.now)
    hold = await people.store.write(lambda c: holds.ask(c, people.keyring, by, number=N, reason=reason, days=180))
    await people.confirm("two", hold)
    await _close(people)
    await people.purge(150 * DAY)
    assert await people.words() > 0
    assert await people.erase(151 * DAY)
    assert await people.words() == 0


@pytest.mark.parametrize("reference", ["", "  ", "9" * 41])
async def test_an_order_is_held_by_its_number_there(people: People, reference: str) -> None:
    by = By(people.id["one"], people.now)
    for reason in (Reason.COURT, Reason.PROSECUTOR):
        asked = {"number": N, "reason": reason, "days": 9, "reference": reference}
        with pytest.raises(Refused, match=r"hold\.reference"):
            await people.store.write(lambda c, asked=asked: holds.ask(c, people.keyring, by, **asked))  # type: ignore[misc]


async def test_of_an_order_one_of_the_two_is_of_oversight(people: People) -> None:
    hold = await people.ask("one", order=ORDER)
    with pytest.raises(Refused, match=r"hold\.oversight"):
        await people.confirm("two", hold)
    await people.confirm("watch", hold)
    listed = await people.store.read(lambda c: holds.listed(c, By(people.id["two"], people.now)))
    assert [(each.state, each.reference) for each in listed] == [("holds", ORDER)]
    other = await people.ask("watch", order=ORDER)
    await people.confirm("two", other)


@pytest.mark.parametrize("ordered", [pytest.param(False, marks=pytest.mark.slow), True])
@pytest.mark.parametrize("written", ["both", "held_until", "bound_until", "tie of another", "longer"])
async def test_a_hold_that_somebody_wrote_by_sql_keeps_nothing(people: People, written: str, ordered: bool) -> None:  # noqa: FBT001
    century = people.now + 36500 * DAY
    values: dict[str, Any] = {name: century for name in ("held_until", "bound_until") if written in ("both", name)}
    if written == "tie of another":
        hold = await people.ask("watch", S, order=ORDER) if ordered else await people.ask("watch", S)
        await people.confirm("watches", hold)
        other = await people.row(S)
        values = {name: getattr(other, name) for name in ("held_until", "bound_until", "held_tie")}
    if written == "longer":
        await (_ordered if ordered else _held)(people)
        values = {"held_until": century, "bound_until": century}
    await _close(people)
    where = tables.reports.c.number == N
    await people.store.write(lambda c: c.execute(update(tables.reports).where(where).values(**values)) and None)
    await people.purge(DAY)
    assert (await people.row()).held_until is None
    await people.purge(91 * DAY)
    assert await people.words() == 0


async def test_a_wish_is_not_delayed_by_what_somebody_wrote_by_sql(people: People) -> None:
    century = people.now + 36500 * DAY
    values = {"held_until": century, "bound_until": century, "held_tie": bytes(32)}
    await people.store.write(lambda c: c.execute(update(tables.reports).values(**values)) and None)
    assert await people.erase()
    assert await people.words() == 0


async def test_a_request_that_somebody_put_in_or_changed_cannot_be_confirmed(people: People) -> None:
    hold = await people.ask("one")
    forged = {
        "asked_by": people.id["watches"],
        "reason": "court",
        "reference": "1",
        "until_at": people.now + 9999 * DAY,
    }
    for name, value in forged.items():
        was = await people.store.read(
            lambda c, name=name: c.execute(select(tables.holds.c[name])).scalar()  # type: ignore[misc]
        )
        change, back = ({name: each} for each in (value, was))
        await people.store.write(lambda c, new=change: c.execute(update(tables.holds).values(**new)) and None)  # type: ignore[misc]
        with pytest.raises(Unseen):
            await people.confirm("watch", hold)
        await people.store.write(lambda c, new=back: c.execute(update(tables.holds).values(**new)) and None)  # type: ignore[misc]
    await people.confirm("watch", hold)
