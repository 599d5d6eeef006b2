"""Offices and places: a file is taken whole or not at all, and what it gave is what is read."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from bot.nlp import places as gazetteer
from bot.vocabulary import Desk, Directory, Locale, OfficeKind, Shift
from storage import tables
from storage.database.engine import Store
from storage.people import directory
from storage.people.importing import check_offices
from tests.databases import on_sqlite_mostly

DEMO = Path(__file__).parents[3] / "api" / "demo" / "data" / "offices.csv"
HEAD = "code,kind,name_ar,parent,governorate,coverage,desks\n"
CHAIN = (
    HEAD
    + "NI-mosul,forum,منتدى الموصل,IQ-NI,IQ-NI,IQ-NI-mosul,general women\n"
    + "IQ-NI,governorate,مكتب نينوى,IQ,IQ-NI,IQ-NI,general urgent\n"
    + "IQ,national,المكتب الوطني,,,,general urgent\n"
)
PLACES = "id\tlevel\tname_ar\tname_ckb\tname_en\tvariants\tparent\tgovernorate\n"


async def take(store: Store, text: str) -> int:
    rows = directory.parse_offices(text)
    return await store.write(lambda conn: directory.import_offices(conn, rows))


async def take_places(store: Store, text: str) -> int:
    rows = directory.parse_places(text)
    return await store.write(lambda conn: directory.import_places(conn, rows))


async def read(store: Store, now: datetime = datetime(2026, 11, 21, 9, tzinfo=UTC)) -> Directory:
    return await store.read(lambda conn: directory.read(conn, now))


async def hire(store: Store, name: str, now: datetime) -> str:
    """Somebody who works at the urgent desk of IQ-NI."""

    def write(conn: Connection) -> None:
        conn.execute(insert(tables.staff).values(id=name, name=name, created_at=now))
        works = {"staff": name, "office": "IQ-NI", "desk": "urgent", "role": "duty_officer"}
        conn.execute(insert(tables.grants).values(**works))

    await store.write(write)
    return name


async def test_offices_are_read_as_the_file_gave_them(store: Store) -> None:
    assert await take(store, CHAIN) == 3
    forum = (await read(store)).offices["NI-mosul"]
    assert forum.kind is OfficeKind.FORUM
    assert forum.parent == "IQ-NI"
    assert forum.coverage == {"IQ-NI-mosul"}
    assert forum.desks == {Desk.GENERAL, Desk.WOMEN}
    assert forum.names[Locale.EN] == "منتدى الموصل"
    assert (forum.opens_minute, forum.closes_minute) == (480, 960)


async def test_a_second_import_changes_what_it_names_and_leaves_the_rest(store: Store) -> None:
    await take(store, CHAIN)
    await take(store, CHAIN)
    await take(store, HEAD + "NI-mosul,forum,منتدى الموصل الجديد,IQ-NI,IQ-NI,IQ-NI-right-bank,general child\n")
    offices = (await read(store)).offices
    assert set(offices) == {"NI-mosul", "IQ-NI", "IQ"}
    assert offices["NI-mosul"].names[Locale.AR] == "منتدى الموصل الجديد"
    assert offices["NI-mosul"].coverage == {"IQ-NI-right-bank"}
    assert offices["NI-mosul"].desks == {Desk.GENERAL, Desk.CHILD}


async def test_an_import_keeps_since_when_a_desk_is_sealed(store: Store, now: datetime) -> None:
    await take(store, CHAIN)
    await store.write(
        lambda conn: conn.execute(
            tables.desks.update().where(tables.desks.c.desk == Desk.WOMEN.value).values(sealed_at=now)
        )
    )
    await take(store, CHAIN)
    sealed = await store.read(
        lambda conn: conn.execute(
            select(tables.desks.c.sealed_at).where(tables.desks.c.desk == Desk.WOMEN.value)
        ).scalar_one()
    )
    assert sealed == now


async def test_a_desk_with_open_reports_is_not_taken_away(store: Store, now: datetime) -> None:
    await take(store, CHAIN)
    report = {"id": "r", "number": "NI-22222", "office": "IQ-NI", "desk": "urgent", "urgency": 0, "opened_at": now}
    await store.write(lambda conn: conn.execute(insert(tables.reports).values(report)))
    with pytest.raises(directory.ImportWrong, match=r"row 2, column desks: urgent"):
        await take(store, HEAD + "IQ-NI,governorate,مكتب نينوى,IQ,IQ-NI,IQ-NI,general\n")


async def test_an_office_that_no_longer_works_is_not_read(store: Store) -> None:
    await take(store, CHAIN)
    await take(
        store, "code,kind,name_ar,governorate,desks,active\nNI-mosul,forum,منتدى الموصل,IQ-NI,general women,no\n"
    )
    assert "NI-mosul" not in (await read(store)).offices


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("a b,forum,x,,IQ-NI,,general", r"row 2, column code"),
        ("X,club,x,,IQ-NI,,general", r"row 2, column kind: each is one of: forum"),
        ("X,forum,,,IQ-NI,,general", r"row 2, column name_ar"),
        ("X,forum,x,,IQ-ZZ,,general", r"row 2, column governorate"),
        ("X,forum,x,,,,general", r"row 2, column governorate"),
        ("X,forum,x,nobody,IQ-NI,,general", r"row 2, column parent: no office has the code nobody"),
        ("X,forum,x,X,IQ-NI,,general", r"row 2, column parent: .*circle"),
        ("X,oversight,x,IQ,,,oversight", r"row 2, column parent: .*outside"),
        ("X,forum,x,,IQ-NI,IQ-NI-atlantis,general", r"row 2, column coverage: no place has the id IQ-NI-atlantis"),
        ("X,forum,x,,IQ-NI,,", r"row 2, column desks"),
        ("X,forum,x,,IQ-NI,,general tea", r"row 2, column desks: each is one of"),
        ("X,forum,x,,IQ-NI,general", r"row 2: 6 cells where the heading has 7"),
    ],
)
async def test_a_wrong_row_is_named_and_nothing_is_written(sqlite_store: Store, line: str, fault: str) -> None:
    with pytest.raises(directory.ImportWrong, match=fault):
        await take(sqlite_store, f"{HEAD}{line}\nY,forum,y,,IQ-NI,,general\n")
    assert (await read(sqlite_store)).offices == {}


def test_a_file_without_a_needed_column_or_with_an_office_twice_is_refused() -> None:
    with pytest.raises(directory.ImportWrong, match="row 1: the column desks is missing"):
        directory.parse_offices("code,kind,name_ar\n")
    with pytest.raises(directory.ImportWrong, match="row 3, column code: the same as in row 2"):
        directory.parse_offices(f"{HEAD}X,forum,x,,IQ-NI,,general\nX,forum,x,,IQ-NI,,general\n")
    with pytest.raises(directory.ImportWrong, match="empty"):
        directory.parse_offices("\n")


def test_a_circle_over_what_is_there_and_what_comes_is_seen() -> None:
    rows = directory.parse_offices(f"{HEAD}A,forum,x,B,IQ-NI,,general\nB,forum,x,A,IQ-NI,,general\n")
    with pytest.raises(directory.ImportWrong, match="circle"):
        check_offices(rows, {}, frozenset())


def test_headings_and_values_may_be_arabic_and_parted_by_semicolons() -> None:
    heading = "\ufeffالرمز;النوع;الاسم;المحافظة;الأقسام;اللغات;يفتح;يغلق;تجريبي"
    text = f"{heading}\r\nNI-x;منتدى;منتدى;IQ-NI;عام، نساء;عربية كردية;9:30;24:00;نعم\r\n"
    (row,) = directory.parse_offices(text)
    assert row.kind is OfficeKind.FORUM
    assert row.desks == {Desk.GENERAL, Desk.WOMEN}
    assert row.languages == {Locale.AR, Locale.CKB}
    assert (row.opens_minute, row.closes_minute, row.demo) == (570, 1440, True)
    with pytest.raises(directory.ImportWrong, match="row 2, column opens"):
        directory.parse_offices(text.replace("9:30", "9:75"))


async def test_a_rota_is_read_by_rank_and_an_entry_can_be_taken_off(store: Store, now: datetime) -> None:
    await take(store, CHAIN)
    first, second = await hire(store, "first", now), await hire(store, "second", now)
    late = await store.write(
        lambda conn: directory.add_duty(
            conn,
            office="IQ-NI",
            desk=Desk.URGENT,
            staff=second,
            rank=1,
            weekdays=frozenset({0, 6}),
            since_minute=1200,
            to_minute=480,
        )
    )
    await store.write(lambda conn: directory.add_duty(conn, office="IQ-NI", desk=Desk.URGENT, staff=first))
    rota = (await read(store)).offices["IQ-NI"].duty[Desk.URGENT]
    assert rota == (Shift("first", 0), Shift("second", 1, frozenset({0, 6}), 1200, 480))
    assert await store.write(lambda conn: directory.remove_duty(conn, late))
    assert not await store.write(lambda conn: directory.remove_duty(conn, late))
    assert len((await read(store)).offices["IQ-NI"].duty[Desk.URGENT]) == 1


async def test_a_shift_needs_a_desk_that_is_there_and_real_hours(sqlite_store: Store) -> None:
    await take(sqlite_store, CHAIN)
    with pytest.raises(directory.ImportWrong, match="no desk"):
        await sqlite_store.write(lambda conn: directory.add_duty(conn, office="IQ-NI", desk=Desk.CHILD, staff="x"))
    with pytest.raises(directory.ImportWrong, match="hours"):
        await sqlite_store.write(
            lambda conn: directory.add_duty(conn, office="IQ-NI", desk=Desk.URGENT, staff="x", to_minute=1500)
        )


async def test_imported_places_are_found_and_may_be_served(store: Store) -> None:
    text = PLACES + "IQ-NI-x-own\ttown\tخربة الاختبار\t\tOwn\tخربتنا|الخربة\tIQ-NI-mosul\tIQ-NI\n"
    rows = directory.parse_places(text)
    for _ in range(2):
        assert await store.write(lambda conn: directory.import_places(conn, rows)) == 1
    own = await store.read(directory.places)
    assert own == rows
    loaded = gazetteer.load(Path(gazetteer.__file__).parent / "data" / "places.tsv", own)
    place = gazetteer.answer(loaded, "خربة الاختبار").place
    assert place is not None
    assert place.lineage == ("IQ-NI-x-own", "IQ-NI-mosul", "IQ-NI")
    assert await take(store, HEAD + "NI-own,forum,منتدى,,IQ-NI,IQ-NI-x-own,general\n") == 1


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("X\tplanet\tx\t\t\t\tIQ-NI\tIQ-NI", "row 2, column level"),
        ("X\ttown\tx\t\t\t\tIQ-NI\tIQ-ZZ", "row 2, column governorate"),
        ("X\ttown\tx\t\t\t\tIQ-NI\t", "row 2, column governorate"),
        ("X\ttown\tx\t\t\t\tnowhere\tIQ-NI", "place X, column parent: it does not lead up to IQ-NI"),
        ("X\ttown\tx\t\t\t\tIQ-BG\tIQ-NI", "place X, column parent: it does not lead up to IQ-NI"),
        ("X\ttown\tx\t\t\t\tX\tIQ-NI", "place X, column parent: .*circle"),
        ("IQ-NI\tgovernorate\tx\t\t\t\tIQ-NI-mosul\tIQ-NI", "place IQ-NI, column parent: .*circle"),
    ],
)
async def test_a_place_that_would_stop_the_next_start_is_refused(sqlite_store: Store, line: str, fault: str) -> None:
    with pytest.raises(directory.ImportWrong, match=fault):
        await take_places(sqlite_store, f"{PLACES}{line}\n")
    assert await sqlite_store.read(directory.places) == ()


@on_sqlite_mostly
async def test_the_demonstrations_offices_cover_the_country(store: Store) -> None:
    text = DEMO.read_text(encoding="utf-8")
    assert await take(store, text) == 73
    offices = (await read(store)).offices.values()
    kinds = Counter(office.kind for office in offices)
    assert kinds == {
        OfficeKind.FORUM: 43,
        OfficeKind.GOVERNORATE: 19,
        OfficeKind.WOMEN: 5,
        OfficeKind.OVERSIGHT: 5,
        OfficeKind.NATIONAL: 1,
    }
    programme = {"IQ-AN", "IQ-BG", "IQ-BA", "IQ-DI", "IQ-KA", "IQ-NI", "IQ-SD"}
    assert {office.governorate for office in offices if office.kind is OfficeKind.FORUM} == programme
    assert all(("(تجريبي)" in office.names[Locale.AR]) == office.demo for office in offices)
    for kind in (OfficeKind.WOMEN, OfficeKind.OVERSIGHT, OfficeKind.GOVERNORATE):
        served = [place for office in offices if office.kind is kind for place in office.coverage]
        assert len(served) == len(set(served)) == 19
    assert Desk.SECURITY not in {desk for o in offices if o.kind is OfficeKind.FORUM for desk in o.desks}
