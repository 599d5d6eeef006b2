"""Who works here, what their grants open, and how every way in closes when they leave."""

import secrets
from datetime import datetime, timedelta

import pytest

from bot.vocabulary import Desk, Role
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import sessions, staff
from storage.people.logins import Attempt
from storage.people.staff import Grant, Invalid
from tests.staffing import ADHAMIYA, KARRADA, WATCH, WOMEN, hire
from tests.storage.people.house import HASHED, PASSWORD, House, build


@pytest.fixture
async def small_house(sqlite_store: Store, keyring: Keyring, now: datetime) -> House:
    """For what no database changes."""
    return await build(sqlite_store, keyring, now)


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    return await build(store, keyring, now)


@pytest.mark.parametrize(
    ("role", "office", "desks"),
    [
        (Role.COORDINATOR, KARRADA, {Desk.GENERAL, Desk.MEDIATION}),
        (Role.COORDINATOR, WATCH, {Desk.OVERSIGHT}),
        (Role.FOCAL_POINT, KARRADA, {Desk.WOMEN}),
        (Role.FOCAL_POINT, WOMEN, {Desk.WOMEN}),
        (Role.DUTY_OFFICER, KARRADA, {Desk.URGENT}),
        (Role.MEDIATOR, KARRADA, {Desk.MEDIATION}),
        (Role.POLICE_LIAISON, KARRADA, {Desk.SECURITY}),
        (Role.SUPERVISOR, KARRADA, {Desk.GENERAL, Desk.MEDIATION, Desk.URGENT}),
        (Role.AUDITOR, KARRADA, {Desk.GENERAL, Desk.MEDIATION, Desk.URGENT}),
    ],
)
async def test_a_role_brings_its_usual_desks(small_house: House, role: Role, office: str, desks: set[Desk]) -> None:
    await small_house.store.write(
        lambda c: hire(c, small_house.keyring, "جديد", role, office=office, now=small_house.now)
    )
    token = await small_house.store.write(
        lambda c: sessions.make_token(
            c, small_house.keyring, person=staff.id_of(c, "جديد"), now=small_house.now, entropy=secrets.token_bytes(32)
        )
    )
    person = await small_house.store.read(lambda c: sessions.by_token(c, token=token, now=small_house.now))
    assert person is not None
    assert {grant.desk for grant in person.grants} == desks
    assert person.roles == {role}


@pytest.mark.parametrize(
    ("role", "office", "desks", "key"),
    [
        (Role.COORDINATOR, KARRADA, (Desk.WOMEN,), "staff.role"),
        (Role.ADMINISTRATOR, KARRADA, (Desk.WOMEN,), "staff.role"),
        (Role.AUDITOR, KARRADA, (Desk.SECURITY,), "staff.role"),
        (Role.COORDINATOR, ADHAMIYA, (Desk.SECURITY,), "staff.desk"),
        (Role.FOCAL_POINT, WATCH, (), "staff.desk"),
        (Role.COORDINATOR, "nowhere", (), "staff.office"),
    ],
)
async def test_what_the_schema_forbids_is_said_in_words(
    small_house: House, role: Role, office: str, desks: tuple[Desk, ...], key: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await small_house.store.write(
            lambda c: hire(c, small_house.keyring, "جديد", role, office=office, desks=desks, now=small_house.now)
        )
    assert refused.value.key == key


async def test_a_name_is_taken_once(house: House) -> None:
    with pytest.raises(Invalid, match="taken"):
        await house.store.write(lambda c: hire(c, house.keyring, " زينب ", Role.MEDIATOR, now=house.now))


async def test_a_further_grant_opens_one_more_desk_until_its_end(house: House) -> None:
    new = Grant(ADHAMIYA, Desk.GENERAL, Role.COORDINATOR, until=house.now + timedelta(days=1))
    for _ in range(2):
        await house.store.write(lambda c: staff.grant(c, house.keyring, person=house.zainab, new=new, now=house.now))
    token = await house.log_in(Attempt(house.zainab, HASHED), at=house.now)
    signed = await house.session(token, at=house.now)
    assert signed is not None
    assert len(signed.person.grants) == 3
    later = await house.session(await house.log_in(Attempt(house.zainab, HASHED), at=house.now), at=house.now)
    assert later is not None
    after = house.now + timedelta(days=1)
    token = await house.log_in(Attempt(house.zainab, HASHED), at=after)
    signed = await house.session(token, at=after)
    assert signed is not None
    assert len(signed.person.grants) == 2


async def test_who_left_has_no_way_in(house: House) -> None:
    token = await house.log_in(Attempt(house.zainab, HASHED), at=house.now)
    bearer = await house.store.write(
        lambda c: sessions.make_token(
            c, house.keyring, person=house.zainab, now=house.now, entropy=secrets.token_bytes(32)
        )
    )
    await house.store.write(lambda c: staff.deactivate(c, house.keyring, person=house.zainab, now=house.now))
    assert await house.session(token, at=house.now) is None
    assert await house.store.read(lambda c: sessions.by_token(c, token=bearer, now=house.now)) is None
    assert not await house.attempt("زينب", PASSWORD, at=house.now)
