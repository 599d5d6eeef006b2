"""PostgreSQL's second wall keeps what once was sealed from police, and from whoever typed it in, as the first does."""

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select, text, update

from bot.vocabulary import Desk, Role
from storage import keys
from storage.casework import entered, queues
from storage.database.engine import Store
from storage.keys import Keyring
from storage.outgoing import outbox
from storage.tables import codes, grants, parts, reports, staff
from tests.staffing import ADHAMIYA, KARRADA, Filed, file, hire, town
from tests.storage import making

_PLAIN, _ONCE, _HERS = "BG-00001", "BG-00002", "BG-00003"  # ordinary; at the general desk, once sealed; sealed
_TABLES = ("reports", "parts", "events")


@dataclass(frozen=True, slots=True)
class Town:
    """Three reports, and the ids of everybody who works where they lie. Huda typed the last one in."""

    store: Store
    report: dict[str, str]
    omar: str  # an officer
    zainab: str
    huda: str
    suad: str

    async def sees(self, person: str, table: str = "reports") -> frozenset[str]:
        """The numbers of all reports of which a query without any condition gives this person rows."""
        column = "id" if table == "reports" else "report"
        ask = text(f"SELECT DISTINCT {column} FROM {table}")
        found = await self.store.read(lambda conn: set(conn.execute(ask).scalars()), staff=person)
        return frozenset(number for number, report in self.report.items() if report in found)


@pytest.fixture
async def at(postgresql_store: Store, keyring: Keyring, now: datetime) -> Town:
    def work(conn: Connection) -> Town:
        keys.register(conn, keyring, now)
        town(conn)
        general = (Filed(_PLAIN), Filed(_ONCE, desk=Desk.WOMEN))
        made = {what.number: file(conn, keyring, what, now=now) for what in (*general, Filed(_HERS, desk=Desk.WOMEN))}
        conn.execute(update(reports).where(reports.c.number == _ONCE).values(desk="general"))
        omar = hire(conn, keyring, "عمر", Role.POLICE_LIAISON, desks=(Desk.GENERAL,), now=now)
        zainab = hire(conn, keyring, "زينب", Role.COORDINATOR, desks=(Desk.GENERAL,), now=now)
        huda, suad = (
            hire(conn, keyring, name, Role.FOCAL_POINT, desks=(Desk.WOMEN,), now=now) for name in ("هدى", "سعاد")
        )
        entered.note(conn, made[_HERS], by=huda, at=now)
        return Town(postgresql_store, made, omar, zainab, huda, suad)

    return await postgresql_store.write(work)


@pytest.mark.parametrize("table", _TABLES)
async def test_an_officer_gets_no_row_of_what_once_was_sealed(at: Town, table: str) -> None:
    assert await at.sees(at.zainab, table) == {_PLAIN, _ONCE}
    assert await at.sees(at.omar, table) == {_PLAIN}


@pytest.mark.parametrize("table", _TABLES)
async def test_nor_does_who_typed_it_in(at: Town, table: str) -> None:
    assert await at.sees(at.suad, table) == {_HERS}
    assert await at.sees(at.huda, table) == frozenset()


async def test_neither_changes_such_a_report(at: Town) -> None:
    for person, number in ((at.omar, _ONCE), (at.huda, _HERS), (at.zainab, _ONCE), (at.suad, _HERS)):
        taken = update(reports).where(reports.c.number == number).values(version=reports.c.version + 1)
        touched = await at.store.write(lambda conn, taken=taken: conn.execute(taken).rowcount, staff=person)  # type: ignore[misc]
        assert touched == (person in {at.zainab, at.suad})


async def _asks(at: Town, keyring: Keyring, now: datetime, report: str, *, staff: str) -> tuple[bool, int, int, bool]:
    """Whether an answer leaves; how many are followed; to how many codes one would be sealed; whether one is undone."""

    def work(conn: Connection) -> tuple[bool, int, int, bool]:
        part, about = f"{staff}{report}"[:32], {"about": report}
        put = outbox.put_answer(
            conn, keyring, report=report, reply=making.reply(), once=f"answer:{part}", due_at=now, now=now
        )
        followed = conn.execute(text("SELECT count(*) FROM muntada_deliveries(:about)"), about).scalar_one()
        codes = conn.execute(text("SELECT count(*) FROM muntada_code_keys(:about)"), about).scalar_one()
        undone = conn.execute(text("SELECT muntada_withdraw(:part)"), {"part": _part(staff)}).scalar_one()
        return put, followed, codes, undone

    return await at.store.write(work, staff=staff)


def _part(staff: str) -> str:
    return f"part{staff}"[:32]


async def test_no_function_that_sees_more_than_its_caller_serves_either_of_them(
    at: Town, keyring: Keyring, now: datetime
) -> None:
    def work(conn: Connection) -> None:
        for step, (person, report) in enumerate(asked):
            code = {"hash": bytes([step]) * 32, "report": report, "scope": "own", "public_key": b"key", "tie": b""}
            conn.execute(insert(codes).values(**code))
            part = {"id": _part(person), "report": report, "kind": "reply", "author": person, "at": now}
            conn.execute(insert(parts).values(**part))
            once = f"answer:{_part(person)}"
            assert outbox.put_answer(conn, keyring, report=report, reply=making.reply(), once=once, due_at=now, now=now)

    asked = [
        *((at.omar, at.report[_ONCE]), (at.huda, at.report[_HERS])),
        *((at.zainab, at.report[_ONCE]), (at.suad, at.report[_HERS])),
    ]
    await at.store.write(work)
    answers = [await _asks(at, keyring, now, report, staff=person) for person, report in asked]
    assert answers[:2] == [(False, 0, 0, False)] * 2
    assert answers[2:] == [(True, 3, 2, True)] * 2


@pytest.mark.slow
async def test_both_walls_show_everybody_the_same(at: Town, keyring: Keyring, now: datetime) -> None:
    def work(conn: Connection) -> list[str]:
        """Every office's general and women's desk, each role that may be there, and reports of every past."""
        people = [at.omar, at.zainab, at.huda, at.suad]
        for office, desk, role in itertools.product((KARRADA, ADHAMIYA), (Desk.GENERAL, Desk.WOMEN), Role):
            if desk is Desk.WOMEN and role is not Role.FOCAL_POINT:
                continue
            name = f"{office}{desk}{role}"
            people.append(hire(conn, keyring, name, role, office=office, desks=(desk,), now=now))
        numbers = (f"BG-{number:05d}" for number in itertools.count(10))
        for office, desk, once in itertools.product((KARRADA, ADHAMIYA), (Desk.GENERAL, Desk.WOMEN), (False, True)):
            for by in (None, *people[3:]):
                report = file(conn, keyring, Filed(next(numbers), office=office, desk=desk), now=now)
                named = {"apart": [ADHAMIYA]} if by is None and once and desk is Desk.GENERAL else {}
                marked = update(reports).where(reports.c.id == report)
                conn.execute(marked.values(sealed_once=once or desk is Desk.WOMEN, **named))
                if by is not None:
                    entered.note(conn, report, by=by, at=now)
        ended = update(grants).where(grants.c.staff.in_(people[4::3]))
        conn.execute(ended.values(until_at=now - timedelta(days=1)))
        conn.execute(update(staff).where(staff.c.id == people[5]).values(active=False))
        return people

    people = await at.store.write(work)
    ask = select(reports.c.number)
    shown = 0
    for person in people:
        first = await at.store.read(lambda c, p=person: set(c.execute(ask.where(queues.visible(p, now))).scalars()))  # type: ignore[misc]
        second = await at.store.read(lambda c: set(c.execute(ask).scalars()), staff=person)
        assert first == second
        shown += len(first)
    assert shown > 50
