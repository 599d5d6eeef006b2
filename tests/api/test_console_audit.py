"""The auditor's page: all that was done, without a word; and to nobody else."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.vocabulary import Desk, Role
from storage import anchors, audit
from storage.audit import Anchor, Verdict
from storage.backups import drills
from storage.backups.drills import Kind
from storage.database.engine import Connection, Store
from storage.keys import Keyring
from storage.people import staff
from storage.tables import audit as log
from storage.tables import grants, reports
from tests.api.house import House, build
from tests.databases import sqlite_mostly
from tests.staffing import ADHAMIYA, KARRADA, WATCH, Filed

pytestmark = sqlite_mostly


OWN, SEALED, SAID = "BG-00001", "BG-00003", "كلام لا يراه المدقق"


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    return await build(store, keyring, now)


async def _page(house: House, person: str, query: str = "") -> str:
    async with house.client(await house.session(person)) as http:
        given = await http.get(f"/audit{query}")
        assert given.status_code == 200
        return given.text


async def _audited(house: House) -> tuple[str, str]:
    """A coordinator who looked at a case, and an auditor of oversight."""
    auditor = await house.hire("المدقق", Role.AUDITOR, office=WATCH)
    zainab = await house.hire("زينب", Role.COORDINATOR)
    await house.file(Filed(OWN, said=(SAID,)))
    async with house.client(await house.session(zainab)) as http:
        assert (await http.get(f"/reports/{OWN}")).status_code == 200
    return auditor, zainab


def _lines(page: str) -> list[str]:
    return [re.sub(r"<[^>]+>|\s+", " ", row) for row in page.split("<tbody>")[1].split("<tr>")[1:]]


async def test_an_auditor_anywhere_sees_who_did_what_by_number_and_name_and_no_word(house: House) -> None:
    auditor, _ = await _audited(house)
    page = await _page(house, auditor)
    (line,) = [line for line in _lines(page) if "report.view" in line]
    assert "زينب" in line
    assert OWN in line
    assert SAID not in page
    assert not re.search(r"[0-9a-f]{32}", "".join(_lines(page)))


async def test_nobody_else_sees_it(house: House) -> None:
    for role in set(Role) - {Role.AUDITOR}:
        person = await house.hire(f"أحد {role.value}", role)
        async with house.client(await house.session(person)) as http:
            assert (await http.get("/audit")).status_code == 404, role


async def test_an_auditor_whose_time_is_over_sees_it_no_more(house: House) -> None:
    auditor, _ = await _audited(house)
    token = await house.session(auditor)
    await house.store.write(lambda c: staff.deactivate(c, house.keyring, person=auditor, now=house.now))
    async with house.client(token) as http:
        assert (await http.get("/audit")).status_code == 303


# A query, what its lines hold, and what they do not.
_QUERIES = (
    (f"?number={OWN}", "report.view", "login"),
    (f"?number={OWN.lower()}", "report.view", "login"),
    ("?number=BG-99999", "", "report.view"),
    ("?person=زينب", "report.view", "المدقق"),
    ("?person=nobody", "", "report.view"),
    ("?action=report.view", "report.view", "staff.add"),
    ("?action=staff", "staff.add", "report.view"),
    ("?action=rep", "", "report.view"),
    ("?since=2026-11-21", "report.view", ""),
    ("?since=2026-11-22", "", "report.view"),
    ("?until=2026-11-20", "", "report.view"),
    ("?until=2026-11-21", "report.view", ""),
    ("?since=nonsense&action=%27%3B--&cursor=x", "report.view", ""),
)


async def test_lines_are_found_by_case_person_action_and_day(house: House) -> None:
    auditor, _ = await _audited(house)
    async with house.client(await house.session(auditor)) as http:
        for query, there, absent in _QUERIES:
            page = (await http.get(f"/audit{query}")).text
            lines = "".join(_lines(page)) if "<tbody>" in page else ""
            assert there in lines, query
            assert not absent or absent not in lines, query


async def test_a_case_is_found_in_the_lists_that_showed_it_too(house: House) -> None:
    auditor, zainab = await _audited(house)
    async with house.client(await house.session(zainab)) as http:
        await http.get("/")
    lines = _lines(await _page(house, auditor, f"?number={OWN}"))
    assert any("report.list" in line and OWN in line for line in lines)


async def test_each_look_is_a_line_of_its_own(house: House) -> None:
    auditor, zainab = await _audited(house)
    await _page(house, auditor, "?person=زينب&action=report")
    asked = select(log.c.actor, log.c.data).where(log.c.action == "audit.view")
    (row,) = await house.store.read(lambda c: c.execute(asked).all())
    assert (row.actor, row.data["person"], row.data["action"]) == (auditor, zainab, "report")
    assert "audit.view" in "".join(_lines(await _page(house, auditor)))


async def test_pages_follow_each_other_without_a_gap(house: House) -> None:
    auditor, _ = await _audited(house)

    def many(conn: Connection) -> None:
        for n in range(120):
            at = house.now - timedelta(minutes=n // 3)
            audit.write(conn, house.keyring, at=at, actor="machine:test", action="x.y", data={"n": n})

    await house.store.write(many)
    seen: list[str] = []
    query: str | None = "?action=x"
    while query is not None:
        page = await _page(house, auditor, query)
        seen += re.findall(r"n: (\d+)<", page)
        found = re.search(r'href="/audit(\?[^"]*cursor=[^"]+)"', page)
        query = found[1].replace("&amp;", "&") if found else None
    assert len(seen) == 120
    assert {int(n) for n in seen} == set(range(120))


async def test_what_happened_at_a_sealed_desk_is_told_to_the_hour(house: House) -> None:
    auditor = await house.hire("المدقق", Role.AUDITOR, office=WATCH)
    await house.file(Filed(SEALED, desk=Desk.WOMEN))
    query = select(reports.c.id).where(reports.c.number == SEALED)
    report = await house.store.read(lambda c: c.execute(query).scalar_one())
    at = house.now.replace(hour=5, minute=47)
    await house.store.write(
        lambda c: audit.write(c, house.keyring, at=at, actor="machine:settle", action="settle", subject=report)
    )
    (line,) = _lines(await _page(house, auditor, f"?number={SEALED}"))
    assert "08:00" in line
    assert "47" not in line


# ── Conflict of interest ─────────────────────────────────────────────────────────────────────────────────────
OTHERS = "BG-00002"


async def _named(house: House, office: str) -> str:
    """A report about an office's own people, that a coordinator elsewhere looked at, listed and claimed; its id."""
    reader = await house.hire("أمل", Role.COORDINATOR, office=ADHAMIYA)
    await house.file(Filed(OTHERS, office=ADHAMIYA))
    where = reports.c.number == OTHERS
    await house.store.write(lambda c: c.execute(update(reports).where(where).values(apart=[office])))
    token = await house.session(reader)
    async with house.client(token) as http:
        assert (await http.get(f"/reports/{OTHERS}")).status_code == 200
        assert (await http.get("/")).status_code == 200
        form = {"form_token": await house.form_token(token), "version": "1"}
        assert (await http.post(f"/reports/{OTHERS}/claim", data=form)).status_code == 303
    return str(await house.store.read(lambda c: c.execute(select(reports.c.id).where(where)).scalar_one()))


async def _sealer(house: House) -> Verdict:
    """All rows take their places, and the log is checked."""
    while await house.store.write(lambda c: audit.chain(c, house.keyring, house.now)):
        pass
    return await house.store.read(lambda c: audit.verify(c, house.keyring))


def _places(page: str) -> list[int]:
    return sorted(int(n) for n in re.findall(r'<td><bdi dir="ltr">(\d+)</bdi></td>', page))


async def test_rows_about_a_report_that_names_an_auditors_own_office_are_places_and_nothing_else(house: House) -> None:
    own = await house.hire("مدقق المنتدى", Role.AUDITOR)
    watch = await house.hire("الرقابة", Role.AUDITOR, office=WATCH)
    report = await _named(house, KARRADA)
    assert (await _sealer(house)).whole
    page = await _page(house, own)
    assert page.count('class="withheld"') == 3  # looked at, listed, claimed
    told = "".join(_lines(page))
    assert OTHERS not in page
    assert report[:8] not in page
    assert "report.view" not in told
    assert "report.claim" not in told
    # Not one place of the chain is missing: what is withheld cannot be what was cut out.
    assert _places(page) == list(range(1, len(_places(page)) + 1))
    seen = await _page(house, watch)
    assert 'class="withheld"' not in seen
    for action in ("report.view", "report.list", "report.claim"):
        assert any(action in line and OTHERS in line for line in _lines(seen)), action
    assert (await _sealer(house)).whole


async def test_no_filter_tells_what_a_withheld_row_is(house: House) -> None:
    own = await house.hire("مدقق المنتدى", Role.AUDITOR)
    await _named(house, KARRADA)
    absent = await _page(house, own, "?number=BG-99999")
    asked = await _page(house, own, f"?number={OTHERS}")
    shown = [page.partition("<details")[2].partition("<footer")[0] for page in (asked, absent)]
    assert shown[0].replace(OTHERS, "BG-99999") == shown[1]
    for query in ("?action=report", "?action=report.claim", "?person=أمل"):
        page = await _page(house, own, query)
        assert '<td><bdi dir="ltr">report.view' not in page, query
        assert 'class="withheld"' not in page, query
    kept = select(log.c.data).where(log.c.action == "audit.view")
    rows = await house.store.read(lambda c: c.execute(kept).scalars().all())
    assert {row.get("case") for row in rows} == {None, "-"}


async def test_what_is_withheld_does_not_end_a_page_of_what_was_asked_for(house: House) -> None:
    own = await house.hire("مدقق المنتدى", Role.AUDITOR)
    report = await _named(house, KARRADA)

    def many(conn: Connection) -> None:
        for n in range(120):
            at = house.now + timedelta(minutes=1 + n)
            audit.write(conn, house.keyring, at=at, actor="machine:x", action="report.x", subject=report)
        at = house.now - timedelta(days=1)
        audit.write(conn, house.keyring, at=at, actor="machine:x", action="report.x")

    await house.store.write(many)
    (line,) = _lines(await _page(house, own, "?action=report.x"))
    assert "report.x" in line


async def test_the_oversight_that_a_report_names_does_not_see_it_either(house: House) -> None:
    watch = await house.hire("الرقابة", Role.AUDITOR, office=WATCH)
    await _named(house, WATCH)
    assert (await _page(house, watch)).count('class="withheld"') == 3


@pytest.mark.parametrize("also", [None, KARRADA])
async def test_rows_of_a_sealed_desk_are_for_oversight_that_is_of_no_other_office(
    house: House, also: str | None
) -> None:
    """Nobody but a focal point can tell whom such a report names."""
    watch = await house.hire("الرقابة", Role.AUDITOR, office=WATCH)
    if also:
        grant = {"staff": watch, "office": also, "desk": "general", "role": "coordinator"}
        await house.store.write(lambda c: c.execute(insert(grants).values(**grant)))
    local = await house.hire("مدقق المنتدى", Role.AUDITOR)
    await house.file(Filed(SEALED, desk=Desk.WOMEN))
    query = select(reports.c.id).where(reports.c.number == SEALED)
    report = await house.store.read(lambda c: c.execute(query).scalar_one())
    gone = "ab" * 16  # of which nothing is there any more

    def work(conn: Connection) -> None:
        audit.write(conn, house.keyring, at=house.now, actor="machine:settle", action="settle", subject=report)
        audit.write(conn, house.keyring, at=house.now, actor="machine:x", action="report.view", subject=gone)

    await house.store.write(work)
    page, seen = await _page(house, local), await _page(house, watch)
    assert SEALED not in page
    assert gone[:8] not in page
    assert page.count('class="withheld"') == 2
    assert (SEALED in seen, gone[:8] in seen) == (also is None, also is None)


async def test_it_says_whether_the_log_is_whole_and_where_it_is_anchored(house: House) -> None:
    auditor = await house.hire("المدقق", Role.AUDITOR)
    assert "لم يُفحص بعد" in await _page(house, auditor)

    by: Any = {"actor": "machine:audit", "took_ms": 1}
    none = anchors.Noted()

    async def found(verdict: Verdict, *notes: anchors.Note) -> str:
        noted = anchors.Noted(notes)
        await house.store.write(
            lambda c: drills.verified(c, house.keyring, verdict, noted, own=noted, at=house.now, **by)
        )
        return await _page(house, auditor)

    end = Anchor(41, bytes(32))
    page = await found(Verdict(whole=True, rows=41), anchors.Note(end.seq, end.chain, house.now))
    assert "سليم: فُحص 41 سطرا" in page
    assert "حتى السطر 41" in page
    house_later: Any = house.later(timedelta(minutes=1))
    await house.store.write(
        lambda c: drills.verified(
            c,
            house.keyring,
            Verdict(whole=False, rows=5, at=6, reason="changed"),
            none,
            own=none,
            at=house_later.now,
            **by,
        )
    )
    page = await _page(house, auditor)
    assert "أول خلل عند السطر 6" in page
    assert "لا علامة خارج قاعدة البيانات" in page


# ── The administrator's warning ──────────────────────────────────────────────────────────────────────────────
async def test_an_administrator_is_warned_on_every_page_while_no_drill_went_well(house: House) -> None:
    admin, other = await house.hire("مدير", Role.ADMINISTRATOR), await house.hire("زينب", Role.COORDINATOR)
    warning = "لم تنجح أي تجربة استرجاع خلال ثمانية أيام"
    async with house.client(await house.session(admin)) as http:
        for page in ("/", "/terms"):
            assert warning in (await http.get(page)).text
    async with house.client(await house.session(other)) as http:
        assert warning not in (await http.get("/")).text
    for well, warned in ((False, True), (True, False)):
        await house.store.write(
            lambda c, well=well: drills.record(
                c, house.keyring, Kind.DRILL, at=house.now, actor="machine:backup", took_ms=9, well=well
            )  # type: ignore[misc]
        )
        async with house.client(await house.session(admin)) as http:
            assert (warning in (await http.get("/")).text) is warned
    late = house.later(timedelta(days=8, minutes=1))
    async with late.client(await late.session(admin)) as http:
        assert warning in (await http.get("/")).text
