"""T36: a report that names an office or somebody of its staff is never theirs to see, by any door, on both databases.

The texts are understood, decided and settled as the product does it, among the offices of the demonstration.
"""

import csv
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, or_, select, update

from bot.decide.policy import decide
from bot.decide.turn import Heard, World
from bot.nlp.analyse import analyse
from bot.vocabulary import SEALED_DESKS, Analysis, Conversation, Decision, Desk, Directory, File, Known, Office, Role
from storage import alerts, keys, timers
from storage.casework import apart, claims, moves, opening, paging, queues
from storage.casework.acts import Act, Refused, Unseen
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import directory, importing
from storage.purging import figures
from storage.tables import alerts as alert_rows
from storage.tables import grants, reports
from storage.tables import staff as people
from tests import offices
from tests.databases import on_sqlite_mostly
from tests.shipped import shipped
from tests.storage import making

_ROOT = Path(__file__).parents[3]
_HERS = "طليقي ملازم اول بالشعلة ويلاحقني وين ما اروح ويهددني بصوري"
# Whoever complains of her own man: sealed, whatever he is.
_OWN = ("زوجي", "رجلي", "جوزي", "طليقي", "خطيبي", "ابوي", "خالي", "حماي", "عمي", "نسيبي", "zoji", "my husband", "my ex")
_ROLES = {
    Desk.WOMEN: Role.FOCAL_POINT,
    Desk.CHILD: Role.FOCAL_POINT,
    Desk.SECURITY: Role.POLICE_LIAISON,
    Desk.URGENT: Role.DUTY_OFFICER,
    Desk.MEDIATION: Role.MEDIATOR,
}


@dataclass(frozen=True, slots=True)
class Written:
    """A text of insiders.tsv. office: one whose staff must not see it."""

    split: str
    named: bool
    office: str
    text: str


def written() -> tuple[Written, ...]:
    with (_ROOT / "tests/bot/nlp/insiders.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple(Written(row["split"], row["insider"] == "yes", row["office"], row["text"]) for row in rows)


@dataclass(slots=True)
class Country:
    """The demonstration's offices with one person at each desk of each."""

    store: Store
    keyring: Keyring
    now: datetime
    offices: Directory
    people: Mapping[tuple[str, Desk], str]
    filed: list[File] = field(default_factory=list)
    count: int = 0

    async def tell(self, text: str, *, phone: int | None = None) -> list[File]:
        """Somebody writes; what was filed by it. phone: whose, by default somebody new's."""
        self.count += 1
        address = f"+9647700000{phone if phone is not None else 100 + self.count % 900:03d}"
        message = making.message(self.count, address=address, text=text)
        heard = Heard(message, analyse(shipped(), text))
        filed: list[File] = []

        def weigh(known: Known) -> Decision:
            world = World(self.offices, (), shipped().gazetteer, self.now, secrets.token_bytes(64))
            decision = decide(known, heard, world)
            filed.extend(effect for effect in decision.effects if isinstance(effect, File))
            return decision

        await making.say(self.store, self.keyring, message, weigh, now=self.now)
        return filed

    async def opens(self, person: str, number: str) -> bool:
        found = await self.store.write(
            lambda c: opening.one(c, self.keyring, staff=person, number=number, now=self.now), staff=person
        )
        return found is not None

    async def any_sees(self, persons: Sequence[str], number: str) -> bool:
        """Whether any of them may see it, by the one function that says so."""

        def ask(conn: Connection) -> bool:
            may = or_(*(queues.visible(person, self.now) for person in persons))
            return conn.execute(select(reports.c.id).where(reports.c.number == number, may)).first() is not None

        return await self.store.read(ask)

    async def who_see(self, number: str) -> set[tuple[str, Desk]]:
        """The places of all who may see it, each asked by themselves."""

        def ask(conn: Connection) -> set[tuple[str, Desk]]:
            asked = select(reports.c.id).where(reports.c.number == number)
            return {
                place
                for place, person in self.people.items()
                if conn.execute(asked.where(queues.visible(person, self.now))).first() is not None
            }

        return await self.store.read(ask)

    async def lists(self, person: str) -> set[str]:
        page = await self.store.write(
            lambda c: paging.listing(
                c, self.keyring, staff=person, now=self.now, wanted=paging.Wanted(limit=paging.MOST)
            ),
            staff=person,
        )
        return {row.number for row in page.rows}

    async def counts(self, person: str) -> int:
        found = await self.store.read(lambda c: queues.counts(c, staff=person, now=self.now), staff=person)
        return sum(count.open for count in found.values())

    async def row(self, number: str) -> Any:
        return await self.store.read(lambda c: c.execute(select(reports).where(reports.c.number == number)).one())

    async def also_at(self, person: str, office: str, desk: Desk, role: Role) -> None:
        """They get a further grant."""
        grant = {"staff": person, "office": office, "desk": desk.value, "role": role.value}
        await self.store.write(lambda c: c.execute(insert(grants), grant))


@pytest.fixture
async def country(store: Store, keyring: Keyring, now: datetime) -> Country:
    def build(conn: Connection) -> tuple[Directory, dict[tuple[str, Desk], str]]:
        keys.register(conn, keyring, now)
        offices.put_in(conn)
        found = directory.read(conn, now)
        there = [(office.code, desk) for office in found.offices.values() for desk in office.desks]
        hired = {place: secrets.token_hex(16) for place in there}
        conn.execute(
            insert(people),
            [{"id": id, "name": f"{office} {desk}", "created_at": now} for (office, desk), id in hired.items()],
        )
        conn.execute(
            insert(grants),
            [
                {"staff": id, "office": office, "desk": desk.value, "role": _ROLES.get(desk, Role.COORDINATOR).value}
                for (office, desk), id in hired.items()
            ],
        )
        return found, hired

    found, hired = await store.write(build)
    return Country(store, keyring, now, found, hired)


def _staff_of(country: Country, office: str) -> list[str]:
    return [person for (code, _), person in country.people.items() if code == office]


@on_sqlite_mostly
@pytest.mark.parametrize(
    ("split", "least", "of_their_own"), [("held", 30, 1), pytest.param("tune", 70, 12, marks=pytest.mark.slow)]
)
async def test_what_names_an_office_or_its_people_is_shown_to_none_of_them(
    country: Country, split: str, least: int, of_their_own: int
) -> None:
    shown = own = 0
    told = [one for one in written() if one.named and one.split == split]
    for one in told:
        filed = await country.tell(one.text)
        assert filed, one.text
        theirs = _staff_of(country, one.office)
        assert theirs, one.office
        if one.text.lower().startswith(_OWN):
            own += 1
            assert all(file.to.desk in SEALED_DESKS for file in filed), one.text
        for number in (file.number for file in filed):
            shown += await country.any_sees(theirs, number)
            assert (await country.row(number)).office != one.office, one.text
    assert len(told) >= least
    assert own >= of_their_own
    assert shown == 0
    # Every role at every office: what is listed and counted is never one that names it.
    for office in {one.office for one in told}:
        for person in _staff_of(country, office):
            assert not await country.lists(person)
            assert not await country.counts(person)


@on_sqlite_mostly
async def test_every_such_report_is_somebodys(country: Country) -> None:
    numbers = {(await country.tell(one.text))[0].number for one in written() if one.named and one.split == "held"}
    listed: set[str] = set()
    for person in country.people.values():
        listed |= await country.lists(person)
    assert numbers <= listed


async def test_whoever_belongs_to_a_named_office_sees_it_at_no_other_either(country: Country) -> None:
    (filed,) = await country.tell("ابن الضابط يفحط بسيارته بشارعنا بالشعلة كل ليلة")
    assert (filed.to.desk, filed.to.rule) == (Desk.OVERSIGHT, "insider")
    watcher = country.people[filed.to.office, Desk.OVERSIGHT]
    assert await country.opens(watcher, filed.number)
    assert await country.lists(watcher) == {filed.number}
    await country.also_at(watcher, "BG-shula", Desk.GENERAL, Role.COORDINATOR)
    assert not await country.opens(watcher, filed.number)
    assert not await country.lists(watcher)
    assert not await country.counts(watcher)
    await country.store.write(
        lambda c: c.execute(
            update(grants).where(grants.c.staff == watcher, grants.c.office == "BG-shula").values(until_at=country.now)
        )
    )
    assert await country.opens(watcher, filed.number)


async def test_it_holds_where_a_query_forgets_it(country: Country, store: Store) -> None:
    (filed,) = await country.tell("ابن الضابط يفحط بسيارته بشارعنا بالشعلة كل ليلة")
    watcher = country.people[filed.to.office, Desk.OVERSIGHT]
    everything = select(func.count()).select_from(reports)
    if store.dialect != "postgresql":
        pytest.skip("row-level security is PostgreSQL's")
    assert await store.read(lambda c: c.execute(everything).scalar_one(), staff=watcher) == 1
    await country.also_at(watcher, "BG-shula", Desk.GENERAL, Role.COORDINATOR)
    assert await store.read(lambda c: c.execute(everything).scalar_one(), staff=watcher) == 0


async def test_a_sealed_desks_row_tells_no_office_and_its_card_keeps_out_who_was_hired_since(country: Country) -> None:
    (filed,) = await country.tell(_HERS)
    focal = country.people[filed.to.office, Desk.WOMEN]
    assert (await country.row(filed.number)).apart is None
    assert await country.opens(focal, filed.number)
    await country.also_at(focal, "BG-shula", Desk.GENERAL, Role.COORDINATOR)
    assert not await country.opens(focal, filed.number)
    assert filed.number not in await country.lists(focal)


async def test_what_is_told_later_takes_it_away_from_those_who_had_it(country: Country) -> None:
    (filed,) = await country.tell("انسرق ماطوري البارحة بالشعلة من باب البيت", phone=1)
    assert filed.to.office == "BG-shula"
    coordinator = country.people["BG-shula", Desk.GENERAL]
    assert await country.opens(coordinator, filed.number)
    await country.store.write(
        lambda c: c.execute(
            update(reports).values(claimed_by=coordinator, claimed_at=country.now, status="in_progress")
        )
    )
    assert await country.tell("هو اخو ضابط بالمركز", phone=1) == []
    row = await country.row(filed.number)
    assert (row.office, row.desk) == ("IQ-oversight-centre", "oversight")
    assert "BG-shula" in row.apart
    assert not await country.opens(coordinator, filed.number)


async def test_a_place_that_is_told_later_is_kept_apart_too(country: Country) -> None:
    (filed,) = await country.tell("جارنا شرطي ومشغل مولدة بنص الشارع ومحد يكدر يحجي وياه", phone=2)
    assert filed.to.desk is Desk.OVERSIGHT
    await country.tell("بالكاظمية", phone=2)
    row = await country.row(filed.number)
    assert row.desk == "oversight"
    assert row.apart == ["BG-kadhimiya"]


async def test_nobody_moves_it_to_the_office_that_it_names(country: Country) -> None:
    (filed,) = await country.tell("ابن الضابط يفحط بسيارته بشارعنا بالشعلة كل ليلة")
    number, watcher = filed.number, country.people[filed.to.office, Desk.OVERSIGHT]
    await country.store.write(
        lambda c: c.execute(update(reports).values(office="IQ-BG", desk="general"))  # as if it lay at the office above
    )
    above = country.people["IQ-BG", Desk.GENERAL]

    def targets(conn: Connection) -> set[str]:
        return {each.office for each in moves.targets(conn, staff=above, number=number, now=country.now)}

    assert "BG-karrada" in await country.store.write(targets)
    assert "BG-shula" not in await country.store.write(targets)
    act = Act(staff=above, number=number, version=1, now=country.now)
    with pytest.raises(Refused, match="target"):
        await country.store.write(lambda c: moves.move(c, country.keyring, act, office="BG-shula", desk=Desk.GENERAL))
    await country.store.write(lambda c: moves.move(c, country.keyring, act, office="BG-karrada", desk=Desk.GENERAL))
    assert "BG-shula" in (await country.row(number)).apart
    assert watcher


async def test_a_focal_point_cannot_give_it_to_the_office_that_only_its_card_names(country: Country) -> None:
    (filed,) = await country.tell("زوجي ضابط بمركز الكرادة ويضربني كل يوم واخاف اشتكي عليه")
    focal = country.people[filed.to.office, Desk.WOMEN]
    await country.also_at(focal, "IQ-BG", Desk.CHILD, Role.FOCAL_POINT)
    act = Act(staff=focal, number=filed.number, version=1, now=country.now)
    lies = update(reports).values(office="IQ-BG", desk="child")
    await country.store.write(lambda c: c.execute(lies) and None)
    with pytest.raises(Refused, match="target"):
        await country.store.write(lambda c: moves.move(c, country.keyring, act, office="BG-karrada", desk=Desk.WOMEN))


async def test_an_emergency_that_names_an_officer_rings_above_and_never_at_theirs(country: Country) -> None:
    now = country.now
    on_duty = {office: country.people[office, Desk.URGENT] for office in ("BG-shula", "IQ-BG", "IQ")}

    def rota(conn: Connection) -> Directory:
        for office, person in on_duty.items():
            directory.add_duty(conn, office=office, desk=Desk.URGENT, staff=person)
        return directory.read(conn, now)

    country.offices = await country.store.write(rota)
    (filed,) = await country.tell("هسه ضابط جارنا بالشعلة ديرمي علينا رصاص واكو جرحى")
    assert (filed.to.office, filed.to.desk) == ("IQ-BG", Desk.URGENT)
    # Somebody of the forum stands in the rota of the office above: even so.
    await country.also_at(on_duty["IQ-BG"], "BG-shula", Desk.GENERAL, Role.COORDINATOR)

    def ring(conn: Connection) -> list[str]:
        for step in range(4):
            at = now + timedelta(minutes=6 * step)
            for timer in timers.claim(conn, owner="me", now=at, limit=9, lease=timedelta(minutes=1)):
                if timer.kind == "alert":
                    alerts.climb(conn, country.keyring, timer, directory=country.offices, url="https://x", now=at)
        return list(conn.execute(select(alert_rows.c.staff)).scalars())

    told = await country.store.write(ring)
    assert set(told) == {on_duty["IQ"]}
    # An alert that was sent before it was known whom it names claims nothing.
    report = filed.report
    early = {"id": secrets.token_hex(16), "report": report, "staff": on_duty["IQ-BG"], "rung": 0, "at": now}
    await country.store.write(lambda c: c.execute(insert(alert_rows), early))
    with pytest.raises(Unseen):
        await country.store.write(
            lambda c: claims.claim_from_phone(c, country.keyring, staff=on_duty["IQ-BG"], report=report, now=now)
        )


async def test_without_any_other_office_it_is_kept_unseen_and_counted(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    def build(conn: Connection) -> Directory:
        keys.register(conn, keyring, now)
        heading = "code,kind,name_ar,governorate,coverage,desks"
        text = f"{heading}\nBG-shula,forum,منتدى الشعلة,IQ-BG,IQ-BG-shula,general urgent\n"
        directory.import_offices(conn, importing.parse_offices(text))
        hired = secrets.token_hex(16)
        conn.execute(insert(people), {"id": hired, "name": "one", "created_at": now})
        for desk in ("general", "urgent", "oversight"):
            conn.execute(insert(grants), {"staff": hired, "office": "BG-shula", "desk": desk, "role": "coordinator"})
        return directory.read(conn, now)

    alone = Country(store, keyring, now, await store.write(build), {})
    (filed,) = await alone.tell("ابن الضابط يفحط بسيارته بشارعنا بالشعلة كل ليلة")
    assert filed.to.rule == "all-apart"
    person = await store.read(lambda c: c.execute(select(people.c.id)).scalar_one())
    assert not await alone.opens(person, filed.number)
    assert (await store.read(figures.read))["unseen"] == 1

    def widen(conn: Connection) -> int:
        watch = "code,kind,name_ar,governorate,coverage,desks\nwatch,oversight,مكتب الرقابة,,,oversight\n"
        directory.import_offices(conn, importing.parse_offices(watch))
        return apart.free(conn, keyring, directory.read(conn, now), now=now)

    assert await store.write(widen) == 1
    row = await alone.row(filed.number)
    assert (row.office, row.desk) == ("watch", "oversight")
    assert (await store.read(figures.read))["unseen"] == 0


async def test_what_only_speaks_of_police_goes_where_it_went_before() -> None:
    offices = _demo()
    changed = {"tune": 0, "held": 0}
    near = [one for one in written() if not one.named]
    for one in near:
        understood = analyse(shipped(), one.text)
        before = replace(understood, insiders=())
        changed[one.split] += _to(offices, understood) != _to(offices, before)
    assert len(near) >= 60
    # The second opinion asks oversight where it is in doubt: dearer than before, and nobody is missed by it.
    assert sum(changed.values()) <= 0.12 * len(near)


def _demo() -> Directory:
    rows = importing.parse_offices((_ROOT / "api/demo/data/offices.csv").read_text(encoding="utf-8"))
    return Directory({row.code: _office(row) for row in rows})


def _office(row: importing.OfficeRow) -> Office:
    return Office(
        row.code, row.kind, {}, row.desks, coverage=row.coverage, parent=row.parent, governorate=row.governorate
    )


def _to(offices: Directory, understood: Analysis) -> tuple[str, Desk]:
    now = datetime.fromisoformat("2026-11-21T09:00:00+00:00")
    message = making.message(1, text=understood.clean)
    world = World(offices, (), shipped().gazetteer, now, bytes(64))
    decision = decide(Known(Conversation()), Heard(message, understood), world)
    filed = [effect for effect in decision.effects if isinstance(effect, File)]
    return (filed[0].to.office, filed[0].to.desk) if filed else ("", Desk.GENERAL)
