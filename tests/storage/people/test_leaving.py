"""Who may be sent away, who not, and what to do first; and that whoever left gets in by no way."""

import secrets
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.vocabulary import Desk, Role
from storage.database.engine import Connection, Store
from storage.keys import Keyring
from storage.people import leaving, sessions, staff
from storage.people.leaving import Stays
from storage.people.staff import Grant
from storage.tables import audit
from tests.ceremony import held
from tests.staffing import KARRADA, hire, town


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
