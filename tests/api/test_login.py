"""Logging in as an attacker tries it: guessing, asking which names there are, using a code again, planting a cookie."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, Final

import argon2
import httpx
import pytest
from sqlalchemy import Connection, select

from bot.vocabulary import Desk, Role
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import devices, enrolling, logins, sessions, staff
from storage.people.staff import Grant
from storage.tables import audit
from tests.api.entering import enter
from tests.api.house import HASHED, PASSWORD, House, build
from tests.api.second import CODES, enrol, hire
from tests.authenticator import digits
from tests.staffing import KARRADA

NAME = "زينب"
RIGHT = {"name": NAME, "password": PASSWORD}
MINUTE = timedelta(minutes=1)
PER_MINUTE: Final = 20


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    return await build(store, keyring, now)


@pytest.fixture
async def small_house(sqlite_store: Store, keyring: Keyring, now: datetime) -> House:
    """For what no database changes."""
    return await build(sqlite_store, keyring, now)


# ── Guessing ─────────────────────────────────────────────────────────────────────────────────────────────────
async def _checked(house: House, person: str, guesses: int) -> list[datetime]:
    """When a guess was checked at all, of so many in ten minutes from strange browsers and from their own."""
    token = await house.store.write(
        lambda c: devices.remember(c, token="", person=person, now=house.now, entropy=bytes(32))
    )

    def guess(conn: Connection) -> list[datetime]:
        found = []
        for n in range(guesses):
            at = house.now + n * 10 * MINUTE / guesses
            device = token if n % 2 else ""
            if logins.attempt(conn, house.keyring, name=NAME, now=at, device=device).staff is not None:
                found.append(at)
        return found

    return await house.store.write(guess)


@pytest.mark.parametrize("guesses", [1000, pytest.param(10_000, marks=pytest.mark.slow)])
async def test_of_ten_thousand_guesses_at_most_twenty_a_minute_are_checked(small_house: House, guesses: int) -> None:
    checked = await _checked(small_house, await hire(small_house), guesses)
    assert len(checked) > 20
    assert max(sum(at <= one < at + MINUTE for one in checked) for at in checked) <= PER_MINUTE


# ── Which names there are ────────────────────────────────────────────────────────────────────────────────────
Try = Mapping[str, str]
_TRIED: ContextVar[str] = ContextVar("tried")  # what is being tried, also in the threads that hash


async def _people(house: House) -> dict[str, Try]:
    """One of each kind of refusal, by what it is."""
    secret = await enrol(house, await hire(house))
    await hire(house, "هدى")
    gone, waits = await hire(house, "سلمى"), await hire(house, "مريم")
    await house.hire("نور", Role.COORDINATOR)
    await house.store.write(lambda c: staff.deactivate(c, house.keyring, person=gone, now=house.now))
    await house.store.write(lambda c: logins.attempt(c, house.keyring, name="مريم", now=house.now))
    assert waits
    spent = await hire(house, "سعاد")
    again = await enrol(house, spent)
    code = digits(again, house.now)
    async with house.client() as http:
        assert (await enter(http, {"name": "سعاد", "password": PASSWORD, "code": code})).status_code == 303
    return {
        "nobody": {"name": "لا احد", "password": PASSWORD},
        "wrong password": {"name": "هدى", "password": "wrong"},
        "wrong password, right code": {"name": NAME, "password": "wrong", "code": digits(secret, house.now)},
        "right password, wrong code": {**RIGHT, "code": "000000"},
        "right password, no code": RIGHT,
        "right password, a code used before": {"name": "سعاد", "password": PASSWORD, "code": code},
        "left": {"name": "سلمى", "password": PASSWORD},
        "no password": {"name": "نور", "password": PASSWORD},
        "too soon": {"name": "مريم", "password": PASSWORD},
    }


def _refusal(given: httpx.Response, name: str) -> tuple[Any, ...]:
    """All of it but what was typed and the token of the browser."""
    text = re.sub(r'name="form_token" value="[^"]+"', "", given.text).replace(f'value="{name}"', "")
    headers = {key: value for key, value in given.headers.items() if key not in {"set-cookie", "content-length"}}
    cookies = [cookie.partition("=")[0] for cookie in given.headers.get_list("set-cookie")]
    return given.status_code, text, headers, cookies


async def _refused(house: House, tries: Mapping[str, Try]) -> dict[str, tuple[Any, ...]]:
    """All of them at once, for each refusal takes a third of a second."""
    apart = house.apart()

    async def one(what: str, fields: Try) -> tuple[Any, ...]:
        _TRIED.set(what)
        async with apart.client() as http:
            given = await enter(http, fields)
        assert given.status_code == 401, what
        return _refusal(given, fields["name"])

    found = await asyncio.gather(*(one(what, fields) for what, fields in tries.items()))
    return dict(zip(tries, found, strict=True))


async def test_every_refusal_is_the_same_whatever_was_wrong(small_house: House) -> None:
    refused = await _refused(small_house, await _people(small_house))
    assert len(refused) == 9
    assert len({repr(each) for each in refused.values()}) == 1


@pytest.mark.parametrize(("code", "hashes"), [("", 1), ("000000", 1), ("no code", 1), ("4" + "0" * 15, 2)])
async def test_the_work_of_a_refusal_tells_nothing(
    small_house: House, monkeypatch: pytest.MonkeyPatch, code: str, hashes: int
) -> None:
    """How many slow hashes are made goes by how a code is written, never by whose name or which of both was wrong."""
    tries = await _people(small_house)
    made: dict[str, list[str]] = {what: [] for what in tries}
    verify = argon2.PasswordHasher.verify

    def counted(self: argon2.PasswordHasher, hashed: str, words: str) -> Any:
        made[_TRIED.get()].append(hashed.rsplit("$", 2)[0])
        return verify(self, hashed, words)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)
    await _refused(small_house, {what: {**fields, "code": code} for what, fields in tries.items()})
    assert {what: len(costs) for what, costs in made.items()} == dict.fromkeys(tries, hashes)
    assert len({cost for costs in made.values() for cost in costs}) == 1  # and each costs the same


# ── Once ─────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_code_that_somebody_looked_at_lets_nobody_in_again(house: House) -> None:
    secret = await enrol(house, await hire(house))
    for code in (digits(secret, house.now), CODES[0]):
        async with house.client() as http:
            assert (await enter(http, {**RIGHT, "code": code})).status_code == 303
        async with house.later(timedelta(seconds=2)).client() as http:
            assert (await enter(http, {**RIGHT, "code": code})).status_code == 401
        house = house.later(timedelta(seconds=5))
    rows = select(audit.c.data).where(audit.c.action == "login.failed")
    assert await house.store.read(lambda c: c.execute(rows).scalars().all()) == [{"password": "right"}] * 2


# ── Cookies ──────────────────────────────────────────────────────────────────────────────────────────────────
async def _opens(house: House, token: str) -> bool:
    async with house.client(token) as http:
        return (await http.get("/")).status_code == 200


async def test_a_cookie_that_was_planted_before_a_login_is_worth_nothing_after_it(house: House) -> None:
    await hire(house)
    theirs = await house.session(await hire(house, "هدى"))
    for planted in ("A" * 86, theirs):
        async with house.client(planted) as http:
            given = (await enter(http, RIGHT)).cookies["__Host-sid"]
        assert given != planted
        assert await _opens(house, given)
        assert not await _opens(house, planted)


async def test_a_second_login_in_a_browser_ends_the_first(house: House) -> None:
    await hire(house)
    async with house.client() as http:
        await enter(http, RIGHT)
        first = http.cookies["__Host-sid"]
        await enter(http, RIGHT)
        assert http.cookies["__Host-sid"] != first
        assert (await http.get("/")).status_code == 200
    assert not await _opens(house, first)


async def test_a_failed_login_ends_nobodys_session(small_house: House) -> None:
    token = await small_house.session(await hire(small_house))
    async with small_house.client(token) as http:
        assert (await enter(http, {**RIGHT, "password": "wrong"})).status_code == 401
    assert await _opens(small_house, token)


def _logs_out(house: House, token: str, _: str) -> Awaitable[Any]:
    return house.store.write(lambda c: sessions.log_out(c, house.keyring, token=token, now=house.now))


def _other_role(house: House, _: str, person: str) -> Awaitable[Any]:
    new = Grant(KARRADA, Desk.GENERAL, Role.SUPERVISOR)
    return house.store.write(lambda c: staff.grant(c, house.keyring, person=person, new=new, now=house.now))


def _other_password(house: House, _: str, person: str) -> Awaitable[Any]:
    return house.store.write(
        lambda c: logins.set_password(c, house.keyring, person=person, password_hash=HASHED, now=house.now)
    )


def _leaves(house: House, _: str, person: str) -> Awaitable[Any]:
    return house.store.write(lambda c: staff.deactivate(c, house.keyring, person=person, now=house.now))


async def _enrols(house: House, _: str, person: str) -> None:
    await enrol(house, person)


async def _is_reset(house: House, _: str, person: str) -> None:
    await enrol(house, person)
    await house.store.write(lambda c: enrolling.reset(c, house.keyring, person=person, by="x", now=house.now))


@pytest.mark.parametrize("what", [_logs_out, _other_role, _other_password, _leaves, _enrols, _is_reset])
async def test_an_old_cookie_is_dead_after(house: House, what: Callable[[House, str, str], Awaitable[Any]]) -> None:
    person = await hire(house)
    token = await house.session(person)
    colleague = await house.session(await hire(house, "هدى"))
    assert await _opens(house, token)
    await what(house, token, person)
    assert not await _opens(house, token)
    assert await _opens(house, colleague)
