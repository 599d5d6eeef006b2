"""Ways in, and how they close: grants, passwords, sessions, tokens, one-time links."""

import secrets
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from bot.vocabulary import Desk, Role
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import devices, staff
from storage.people.staff import Grant, Invalid
from storage.tables import login_links, sessions, tokens
from tests.staffing import ADHAMIYA, KARRADA, WATCH, WOMEN, hire, town

PASSWORD = "correct horse battery"
HASHED = staff.hash_password(PASSWORD)


class House:
    """A store with a town and one coordinator who has a password."""

    def __init__(self, store: Store, keyring: Keyring, now: datetime, zainab: str) -> None:
        self.store, self.keyring, self.now, self.zainab = store, keyring, now, zainab

    async def attempt(self, name: str, password: str, *, at: datetime) -> bool:
        """One try to log in, as the console makes it; logs in when it fits."""
        tried = await self.store.write(lambda c: staff.attempt(c, self.keyring, name=name, now=at))
        if not staff.fits(tried, password):
            return False
        await self.log_in(tried, at=at)
        return True

    async def from_browser(self, device: str, password: str, *, at: datetime) -> str | None:
        """A try from a browser that holds this token: the token it holds afterwards, None when it was not let in."""
        tried = await self.store.write(lambda c: staff.attempt(c, self.keyring, name="زينب", now=at, device=device))
        if not staff.fits(tried, password):
            return None
        await self.log_in(tried, at=at)
        entropy = secrets.token_bytes(32)
        return await self.store.write(
            lambda c: devices.remember(c, token=device, person=self.zainab, now=at, entropy=entropy)
        )

    async def log_in(self, tried: staff.Attempt, *, at: datetime) -> str:
        """A session's token."""
        entropy = secrets.token_bytes(64)
        return await self.store.write(lambda c: staff.log_in(c, self.keyring, tried=tried, now=at, entropy=entropy))

    async def session(self, token: str, *, at: datetime) -> staff.SignedIn | None:
        """Who holds a session."""
        return await self.store.read(lambda c: staff.session(c, token=token, now=at))


@pytest.fixture
async def small_house(sqlite_store: Store, keyring: Keyring, now: datetime) -> House:
    """For what no database changes."""
    return await _build(sqlite_store, keyring, now)


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    return await _build(store, keyring, now)


async def _build(store: Store, keyring: Keyring, now: datetime) -> House:
    await store.write(town)
    zainab = await store.write(lambda c: hire(c, keyring, "زينب", Role.COORDINATOR, now=now))
    await store.write(lambda c: staff.set_password(c, keyring, person=zainab, password_hash=HASHED, now=now))
    return House(store, keyring, now, zainab)


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
        lambda c: staff.make_token(
            c, small_house.keyring, person=staff.id_of(c, "جديد"), now=small_house.now, entropy=secrets.token_bytes(32)
        )
    )
    person = await small_house.store.read(lambda c: staff.by_token(c, token=token, now=small_house.now))
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
    token = await house.log_in(staff.Attempt(house.zainab, HASHED), at=house.now)
    signed = await house.session(token, at=house.now)
    assert signed is not None
    assert len(signed.person.grants) == 3
    later = await house.session(await house.log_in(staff.Attempt(house.zainab, HASHED), at=house.now), at=house.now)
    assert later is not None
    after = house.now + timedelta(days=1)
    token = await house.log_in(staff.Attempt(house.zainab, HASHED), at=after)
    signed = await house.session(token, at=after)
    assert signed is not None
    assert len(signed.person.grants) == 2


async def test_the_right_password_lets_in_and_a_wrong_one_does_not(house: House) -> None:
    assert not await house.attempt("زينب", "wrong", at=house.now)
    assert await house.attempt("زينب", PASSWORD, at=house.now + timedelta(seconds=2))


async def test_waiting_grows_from_one_second_to_forty_two_and_never_locks_out(small_house: House) -> None:
    at, waits = small_house.now, []
    for _ in range(9):
        assert not await small_house.attempt("زينب", "wrong", at=at)
        wait = 0
        while not await _may_try(small_house, at + timedelta(seconds=wait)):
            wait += 1
        waits.append(wait)
        at += timedelta(seconds=wait)
    assert waits == [1, 2, 4, 8, 16, 32, 42, 42, 42]
    assert await small_house.attempt("زينب", PASSWORD, at=at)


async def _may_try(house: House, at: datetime) -> bool:
    """Whether a try would be checked at all; the transaction is undone."""

    class Undone(Exception):
        pass

    seen: list[bool] = []

    def look(conn: object) -> None:
        seen.append(staff.attempt(conn, house.keyring, name="زينب", now=at).staff is not None)  # type: ignore[arg-type]
        raise Undone

    with pytest.raises(Undone):
        await house.store.write(look)
    return seen[0]


async def test_even_the_right_password_waits_its_turn(house: House) -> None:
    assert not await house.attempt("زينب", "wrong", at=house.now)
    assert not await house.attempt("زينب", PASSWORD, at=house.now + timedelta(milliseconds=500))
    assert await house.attempt("زينب", PASSWORD, at=house.now + timedelta(seconds=1))


async def test_a_strangers_guesses_never_delay_the_owners_own_browser(house: House) -> None:
    device = await house.from_browser("", PASSWORD, at=house.now)
    assert device is not None
    at = house.now + timedelta(minutes=1)
    for _ in range(20):
        await house.attempt("زينب", "guess", at=at)
        assert await house.from_browser(device, PASSWORD, at=at) == device
        at += timedelta(seconds=10)


async def test_guesses_in_ones_own_browser_wait_there_and_delay_nobody_else(house: House) -> None:
    device = await house.from_browser("", PASSWORD, at=house.now)
    assert device is not None
    at = house.now + timedelta(minutes=1)
    assert await house.from_browser(device, "wrong", at=at) is None
    assert await house.from_browser(device, PASSWORD, at=at) is None
    assert await house.attempt("زينب", PASSWORD, at=at)
    assert await house.from_browser(device, PASSWORD, at=at + timedelta(seconds=1)) == device


async def test_a_login_at_home_makes_no_strangers_guess_cheaper(small_house: House) -> None:
    device = await small_house.from_browser("", PASSWORD, at=small_house.now)
    assert device is not None
    at = small_house.now + timedelta(minutes=1)
    for _ in range(7):
        await small_house.attempt("زينب", "guess", at=at)
        at += timedelta(seconds=42)
    await small_house.attempt("زينب", "guess", at=at)
    assert await small_house.from_browser(device, PASSWORD, at=at)
    assert not await _may_try(small_house, at + timedelta(seconds=41))
    assert await _may_try(small_house, at + timedelta(seconds=42))


async def test_tries_that_come_too_soon_make_nobody_wait_longer(house: House) -> None:
    for _ in range(6):
        await house.attempt("زينب", "guess", at=house.now)
    assert await house.attempt("زينب", PASSWORD, at=house.now + timedelta(seconds=1))


@pytest.mark.parametrize("device", ["", "x", "A" * 43])
async def test_a_browser_that_nobody_logged_in_from_waits_like_any(small_house: House, device: str) -> None:
    await small_house.attempt("زينب", "guess", at=small_house.now)
    assert await small_house.from_browser(device, PASSWORD, at=small_house.now) is None


async def test_a_browser_is_known_for_ninety_days_by_its_person_only_and_until_a_new_password(house: House) -> None:
    device = await house.from_browser("", PASSWORD, at=house.now)
    assert device is not None

    async def known(name: str, at: datetime) -> bool:
        return await house.store.read(lambda c: devices.known(c, token=device, name=name, now=at))

    await house.store.write(lambda c: hire(c, house.keyring, "هدى", Role.FOCAL_POINT, now=house.now))
    assert await known("زينب", house.now + timedelta(days=90))
    assert not await known("زينب", house.now + timedelta(days=90, seconds=1))
    assert not await known("هدى", house.now)
    await house.store.write(
        lambda c: staff.set_password(c, house.keyring, person=house.zainab, password_hash=HASHED, now=house.now)
    )
    assert not await known("زينب", house.now)


async def test_colleagues_share_a_browser_without_forgetting_each_other(house: House) -> None:
    huda = await house.store.write(lambda c: hire(c, house.keyring, "هدى", Role.FOCAL_POINT, now=house.now))
    device = await house.from_browser("", PASSWORD, at=house.now)
    assert device is not None

    def remember(conn: Connection) -> str:
        return devices.remember(conn, token=device, person=huda, now=house.now, entropy=bytes(32))

    assert await house.store.write(remember) == device
    for name in ("زينب", "هدى"):
        assert await house.store.read(
            lambda c, name=name: devices.known(c, token=device, name=name, now=house.now)  # type: ignore[misc]
        )


async def test_an_unknown_name_works_as_long_and_is_answered_the_same(house: House) -> None:
    tried = await house.store.write(lambda c: staff.attempt(c, house.keyring, name="nobody", now=house.now))
    assert tried.password_hash.rsplit("$", 2)[0] == HASHED.rsplit("$", 2)[0]  # the same work: algorithm and costs
    assert not staff.fits(tried, PASSWORD)
    with pytest.raises(ValueError, match="nobody"):
        await house.log_in(tried, at=house.now)


async def test_who_left_has_no_way_in(house: House) -> None:
    token = await house.log_in(staff.Attempt(house.zainab, HASHED), at=house.now)
    bearer = await house.store.write(
        lambda c: staff.make_token(
            c, house.keyring, person=house.zainab, now=house.now, entropy=secrets.token_bytes(32)
        )
    )
    await house.store.write(lambda c: staff.deactivate(c, house.keyring, person=house.zainab, now=house.now))
    assert await house.session(token, at=house.now) is None
    assert await house.store.read(lambda c: staff.by_token(c, token=bearer, now=house.now)) is None
    assert not await house.attempt("زينب", PASSWORD, at=house.now)


async def test_a_session_ends_after_half_an_hour_unused(house: House) -> None:
    token = await house.log_in(staff.Attempt(house.zainab, HASHED), at=house.now)
    used = house.now + timedelta(minutes=29)
    signed = await house.session(token, at=used)
    assert signed is not None
    assert signed.to_touch
    await house.store.write(lambda c: staff.touch(c, token=token, now=used))
    assert await house.session(token, at=used + timedelta(minutes=29)) is not None
    assert await house.session(token, at=used + timedelta(minutes=31)) is None


async def test_a_session_ends_after_twelve_hours_however_busy(small_house: House) -> None:
    token = await small_house.log_in(staff.Attempt(small_house.zainab, HASHED), at=small_house.now)
    for minutes in range(0, 12 * 60 + 1, 20):
        at = small_house.now + timedelta(minutes=minutes)
        assert await small_house.session(token, at=at) is not None
        await small_house.store.write(lambda c, at=at: staff.touch(c, token=token, now=at))  # type: ignore[misc]
    assert await small_house.session(token, at=small_house.now + timedelta(hours=12, minutes=1)) is None


async def test_logging_out_ends_the_session_for_ever(house: House) -> None:
    token = await house.log_in(staff.Attempt(house.zainab, HASHED), at=house.now)
    for _ in range(2):
        await house.store.write(lambda c: staff.log_out(c, house.keyring, token=token, now=house.now))
    assert await house.session(token, at=house.now) is None


async def test_a_new_password_ends_old_sessions(house: House) -> None:
    token = await house.log_in(staff.Attempt(house.zainab, HASHED), at=house.now)
    await house.store.write(
        lambda c: staff.set_password(c, house.keyring, person=house.zainab, password_hash=HASHED, now=house.now)
    )
    assert await house.session(token, at=house.now) is None


async def test_a_token_ends_within_ninety_days(house: House) -> None:
    token = await house.store.write(
        lambda c: staff.make_token(
            c, house.keyring, person=house.zainab, now=house.now, entropy=secrets.token_bytes(32)
        )
    )
    assert token.startswith("mun_")
    last = house.now + timedelta(days=90)
    early = await house.store.read(lambda c: staff.by_token(c, token=token, now=last - timedelta(seconds=1)))
    assert early is not None
    assert await house.store.read(lambda c: staff.by_token(c, token=token, now=last)) is None
    with pytest.raises(Invalid, match="90 days"):
        await house.store.write(
            lambda c: staff.make_token(
                c,
                house.keyring,
                person=house.zainab,
                now=house.now,
                entropy=secrets.token_bytes(32),
                life=timedelta(days=91),
            )
        )


async def test_a_link_lets_in_once(house: House) -> None:
    link = await house.store.write(
        lambda c: staff.make_link(c, person=house.zainab, now=house.now, entropy=secrets.token_bytes(32))
    )
    tokens_given = [
        await house.store.write(
            lambda c: staff.follow_link(c, house.keyring, token=link, now=house.now, entropy=secrets.token_bytes(64))
        )
        for _ in range(2)
    ]
    assert tokens_given[0] is not None
    assert tokens_given[1] is None
    assert await house.session(tokens_given[0], at=house.now) is not None


async def test_no_secret_lies_in_the_database_as_it_is(house: House) -> None:
    token = await house.log_in(staff.Attempt(house.zainab, HASHED), at=house.now)
    link = await house.store.write(
        lambda c: staff.make_link(c, person=house.zainab, now=house.now, entropy=secrets.token_bytes(32))
    )
    bearer = await house.store.write(
        lambda c: staff.make_token(
            c, house.keyring, person=house.zainab, now=house.now, entropy=secrets.token_bytes(32)
        )
    )
    for table, secret in ((sessions, token), (login_links, link), (tokens, bearer)):
        rows = await house.store.read(lambda c, table=table: c.execute(select(table)).all())  # type: ignore[misc]
        assert rows
        assert secret not in repr(rows)


def test_a_short_password_is_refused() -> None:
    with pytest.raises(Invalid, match="at least 10"):
        staff.hash_password("short")
