"""Passwords: what lets in, how guessing is slowed, and for whom."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.vocabulary import Role
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import devices, logins
from storage.people.logins import Attempt
from storage.people.staff import Invalid
from tests.databases import on_sqlite_mostly
from tests.staffing import hire
from tests.storage.people.house import HASHED, PASSWORD, House, build


@pytest.fixture
async def small_house(sqlite_store: Store, keyring: Keyring, now: datetime) -> House:
    """For what no database changes."""
    return await build(sqlite_store, keyring, now)


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    return await build(store, keyring, now)


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
        seen.append(logins.attempt(conn, house.keyring, name="زينب", now=at).staff is not None)  # type: ignore[arg-type]
        raise Undone

    with pytest.raises(Undone):
        await house.store.write(look)
    return seen[0]


async def test_even_the_right_password_waits_its_turn(house: House) -> None:
    assert not await house.attempt("زينب", "wrong", at=house.now)
    assert not await house.attempt("زينب", PASSWORD, at=house.now + timedelta(milliseconds=500))
    assert await house.attempt("زينب", PASSWORD, at=house.now + timedelta(seconds=1))


@on_sqlite_mostly
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
        lambda c: logins.set_password(c, house.keyring, person=house.zainab, password_hash=HASHED, now=house.now)
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
    tried = await house.store.write(lambda c: logins.attempt(c, house.keyring, name="nobody", now=house.now))
    assert tried.password_hash.rsplit("$", 2)[0] == HASHED.rsplit("$", 2)[0]  # the same work: algorithm and costs
    assert not logins.fits(tried, PASSWORD)
    with pytest.raises(ValueError, match="nobody"):
        await house.log_in(tried, at=house.now)


async def test_a_new_password_ends_old_sessions(house: House) -> None:
    token = await house.log_in(Attempt(house.zainab, HASHED), at=house.now)
    await house.store.write(
        lambda c: logins.set_password(c, house.keyring, person=house.zainab, password_hash=HASHED, now=house.now)
    )
    assert await house.session(token, at=house.now) is None


def test_a_short_password_is_refused() -> None:
    with pytest.raises(Invalid, match="at least 10"):
        logins.hash_password("short")


def test_a_space_that_a_phone_adds_is_no_other_password() -> None:
    tried = Attempt("anybody", logins.hash_password("ten letters  long"))
    assert logins.fits(tried, " ten letters long ")
    assert not logins.fits(tried, "tenletterslong")
    with pytest.raises(Invalid, match="at least 10"):
        logins.hash_password("a         b")
