"""Who may be sent away, who not, and what to do first; and that whoever left gets in by no way."""

import secrets
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.vocabulary import Desk, Role, Status, Urgency
from storage.casework import cases, leaving, paging
from storage.casework.acts import Act
from storage.casework.leaving import Stays
from storage.database.engine import Connection, Store
from storage.keys import Keyring
from storage.people import sessions, staff
from storage.people.staff import Grant
from storage.tables import audit, events, reports, timers
from tests.ceremony import held
from tests.staffing import KARRADA, Filed, file, hire, town


@pytest.fixture
async def people(store: Store, keyring: Keyring, now: datetime) -> dict[str, str]:
    """Two administrators, a coordinator, and three focal points of one women's desk, sealed to them."""

    def work(conn: Connection) -> dict[str, str]:
        town(conn)
        made = {
            name: hire(conn, keyring, name, role, desks=(Desk.WOMEN,) if role is Role.FOCAL_POINT else (), now=now)
            for name, role in ROLES.items()
        }
        held(conn, keyring, [made[name] for name in ("هدى", "مها", "ندى")], now=now)
        return made

    return await store.write(work)


ROLES = {
    "سالم": Role.ADMINISTRATOR,
    "ليلى": Role.ADMINISTRATOR,
    "زينب": Role.COORDINATOR,
    "هدى": Role.FOCAL_POINT,
    "مها": Role.FOCAL_POINT,
    "ندى": Role.FOCAL_POINT,
}


async def _leave(store: Store, keyring: Keyring, person: str, by: str, now: datetime) -> str:
    """Why they stay; "" when they left."""
    try:
        await store.write(lambda c: leaving.leave(c, keyring, person=person, by=by, now=now))
    except Stays as stays:
        return stays.key
    return ""


async def test_whoever_left_gets_in_by_no_way_and_it_is_known_who_did_it(
    store: Store, keyring: Keyring, now: datetime, people: dict[str, str]
) -> None:
    zainab, entropy = people["زينب"], secrets.token_bytes(64)

    def let_in(conn: Connection) -> tuple[str, str]:
        token = sessions.make_token(conn, keyring, person=zainab, now=now, entropy=entropy[:32])
        return sessions.begin(conn, keyring, person=zainab, how="login", now=now, entropy=entropy), token

    session, token = await store.write(let_in)
    assert await _leave(store, keyring, zainab, people["سالم"], now) == ""
    assert await store.read(lambda c: sessions.signed_in(c, token=session, now=now)) is None
    assert await store.read(lambda c: sessions.by_token(c, token=token, now=now)) is None
    assert "زينب" not in {each.name for each in await store.read(lambda c: leaving.colleagues(c, now))}
    row = await store.read(lambda c: c.execute(select(audit).where(audit.c.action == "staff.deactivate")).one())
    assert (row.actor, row.subject) == (people["سالم"], zainab)
    assert await _leave(store, keyring, zainab, people["سالم"], now) == "gone"


async def test_nobody_sends_themselves_away_and_the_last_administrator_stays(
    store: Store, keyring: Keyring, now: datetime, people: dict[str, str]
) -> None:
    salim, layla = people["سالم"], people["ليلى"]
    assert await _leave(store, keyring, salim, salim, now) == "self"
    assert await _leave(store, keyring, layla, salim, now) == ""
    assert await _leave(store, keyring, salim, layla, now) == "admin"  # a page that was open while she left


async def test_an_administrator_whose_time_has_run_out_does_not_count(
    store: Store, keyring: Keyring, now: datetime, people: dict[str, str]
) -> None:
    salim, layla = people["سالم"], people["ليلى"]
    over = Grant(KARRADA, Desk.GENERAL, Role.ADMINISTRATOR, until=now - timedelta(hours=1))
    await store.write(lambda c: staff.grant(c, keyring, person=layla, new=over, now=now))
    assert await _leave(store, keyring, salim, layla, now) == "admin"


async def test_two_stay_who_read_a_sealed_desk(
    store: Store, keyring: Keyring, now: datetime, people: dict[str, str]
) -> None:
    salim = people["سالم"]
    assert await _leave(store, keyring, people["هدى"], salim, now) == ""
    # One who left stands on the list until a colleague takes her off it: she is no second reader.
    for name in ("مها", "ندى"):
        assert await _leave(store, keyring, people[name], salim, now) == "desk"
    with pytest.raises(Stays) as stays:
        await store.write(lambda c: leaving.leave(c, keyring, person=people["مها"], by=salim, now=now))
    assert stays.value.place == (KARRADA, "women")


async def test_colleagues_are_listed_with_their_roles(store: Store, now: datetime, people: dict[str, str]) -> None:
    found = await store.read(lambda c: leaving.colleagues(c, now))
    assert {each.name: each.roles for each in found} == {name: (role,) for name, role in ROLES.items()}
    assert {each.id for each in found} == set(people.values())


async def test_whoever_must_go_goes_though_a_desk_is_left_with_one_and_the_log_says_so(
    store: Store, keyring: Keyring, now: datetime, people: dict[str, str]
) -> None:
    salim = people["سالم"]
    assert await _leave(store, keyring, people["هدى"], salim, now) == ""
    await store.write(lambda c: leaving.leave(c, keyring, person=people["مها"], by=salim, now=now, sure=True))
    rows = select(audit.c.actor, audit.c.data).where(audit.c.action == "desk.few")
    (row,) = await store.read(lambda c: c.execute(rows).all())
    assert tuple(row) == (salim, {"office": KARRADA, "desk": "women"})
    assert "مها" not in {each.name for each in await store.read(lambda c: leaving.colleagues(c, now))}


# ── What they had ────────────────────────────────────────────────────────────────────────────────────────────
GENERAL = Filed("BG-00001")
OLDER = Filed("BG-00002", age=timedelta(hours=9), due_in=timedelta(hours=1))
SHOTS = Filed("BG-00003", urgency=Urgency.EMERGENCY, category="weapons_gunfire")
DONE = Filed("BG-00004", status=Status.CLOSED)


async def _had(store: Store, keyring: Keyring, person: str, filed: Filed, now: datetime) -> str:
    """A report that this person has, as after they answered."""

    def work(conn: Connection) -> str:
        report = file(conn, keyring, filed, now=now)
        had = {"claimed_by": person, "claimed_at": now}
        if filed.status is not Status.CLOSED:
            had["status"] = Status.IN_PROGRESS.value
        conn.execute(update(reports).where(reports.c.id == report).values(**had))
        return report

    return await store.write(work)


async def test_what_they_had_is_everybodys_again_and_first_in_the_list(
    store: Store, keyring: Keyring, now: datetime, people: dict[str, str]
) -> None:
    zainab = people["زينب"]
    rana = await store.write(lambda c: hire(c, keyring, "رنا", Role.COORDINATOR, now=now))
    await store.write(lambda c: file(c, keyring, OLDER, now=now))
    report, closed = [await _had(store, keyring, zainab, each, now) for each in (GENERAL, DONE)]
    assert await _leave(store, keyring, zainab, people["سالم"], now) == ""
    page = await store.write(lambda c: paging.listing(c, keyring, staff=rana, now=now), staff=rana)
    assert [(row.number, row.left) for row in page.rows] == [("BG-00001", "زينب"), ("BG-00002", "")]
    first = page.rows[0]
    assert (first.claimed_by, first.status) == (None, Status.NEW)
    rows = select(audit.c.actor, audit.c.subject, audit.c.data).where(audit.c.action == "report.left")
    assert [tuple(row) for row in await store.read(lambda c: c.execute(rows).all())] == [
        (people["سالم"], report, {"from": zainab})
    ]
    kept = await store.read(lambda c: c.execute(select(reports.c.claimed_by).where(reports.c.id == closed)).scalar())
    assert kept == zainab
    act = Act(rana, "BG-00001", first.version, now)
    await store.write(lambda c: cases.claim(c, keyring, act), staff=rana)
    page = await store.write(lambda c: paging.listing(c, keyring, staff=rana, now=now), staff=rana)
    assert {row.number: row.left for row in page.rows} == {"BG-00001": "", "BG-00002": ""}


async def test_an_emergency_that_they_had_rings_the_others(
    store: Store, keyring: Keyring, now: datetime, people: dict[str, str]
) -> None:
    zainab = people["زينب"]
    report = await _had(store, keyring, zainab, SHOTS, now)
    await _had(store, keyring, zainab, GENERAL, now)
    assert await _leave(store, keyring, zainab, people["سالم"], now) == ""
    t = timers.c
    rings = select(t.report, t.due_at).where(t.kind == "alert", t.done_at.is_(None))
    assert [tuple(row) for row in await store.read(lambda c: c.execute(rings).all())] == [(report, now)]


async def test_at_a_sealed_desk_what_they_had_tells_no_minute(
    store: Store, keyring: Keyring, now: datetime, people: dict[str, str]
) -> None:
    at = now.replace(minute=17, second=5)
    report = await _had(store, keyring, people["هدى"], Filed("BG-00005", desk=Desk.WOMEN), at)
    assert await _leave(store, keyring, people["هدى"], people["سالم"], at) == ""
    row = await store.read(lambda c: c.execute(select(reports).where(reports.c.id == report)).one())
    assert (row.claimed_by, row.due_at.minute, row.due_at.second) == (None, 0, 0)
    left = select(events.c.at).where(events.c.kind == "left")
    assert (await store.read(lambda c: c.execute(left).scalar_one())).minute == 0
