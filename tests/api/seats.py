"""Focal points at their browsers, each with the key of her own."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http.cookies import SimpleCookie

import httpx
import pytest

from bot.vocabulary import Role
from storage.database.engine import Store
from storage.desks import lists
from storage.keys import Keyring
from tests.api.house import ORIGIN, House, build
from tests.ceremony import PHRASE, WOMEN_OF_KARRADA, held

N = "BG-4F7K2"
SAID = "زوجي يحبسني بالبيت"
OTHER = "عبارة اللص التي لا يعرفها أحد"


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    return await build(store, keyring, now)


@pytest.fixture
async def small_house(sqlite_store: Store, keyring: Keyring, now: datetime) -> House:
    """For what no database changes."""
    return await build(sqlite_store, keyring, now)


@dataclass(slots=True)
class Seat:
    """A person at her desk: her session, and the browser's half of her key while that is open."""

    house: House
    person: str
    token: str
    form_token: str
    half: str = ""

    def later(self, delay: timedelta) -> "Seat":
        """The same browser, some time on."""
        return Seat(self.house.later(delay), self.person, self.token, self.form_token, self.half)

    async def get(self, path: str, **cookies: str) -> tuple[int, str]:
        """Looks at a page."""
        async with self._browser(cookies) as http:
            given = await http.get(path)
        return given.status_code, given.text

    async def post(self, path: str, **fields: str) -> tuple[int, str]:
        """Sends a form; gives the status, and the page or where it leads. Keeps the key's half as a browser does."""
        async with self._browser({}) as http:
            given = await http.post(path, data={"form_token": self.form_token, "version": "1", **fields})
        for header in given.headers.get_list("set-cookie"):
            if (kept := SimpleCookie(header).get("__Host-key")) is not None:
                self.half = kept.value
        return given.status_code, given.headers.get("location", given.text)

    async def unlock(self, phrase: str = PHRASE, **fields: str) -> tuple[int, str]:
        """Opens the key."""
        return await self.post("/key/unlock", phrase=phrase, **fields)

    def _browser(self, cookies: dict[str, str]) -> httpx.AsyncClient:
        held = {"__Host-sid": self.token} | ({"__Host-key": self.half} if self.half else {}) | cookies
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.house.app),
            base_url=ORIGIN,
            cookies=held,
            headers={"Sec-Fetch-Site": "same-origin"},
        )


async def seat(house: House, name: str, role: Role = Role.FOCAL_POINT) -> Seat:
    """Somebody who has logged in."""
    person = await house.hire(name, role)
    token = await house.session(person)
    return Seat(house, person, token, await house.form_token(token))


async def opened(house: House, *more: str) -> tuple[Seat, ...]:
    """Huda and Suad, whose desk is on; and others, who have no key yet."""
    seats = [await seat(house, name) for name in ("هدى", "سعاد", *more)]
    founders = [each.person for each in seats[:2]]
    before = house.now - timedelta(hours=1)
    await house.store.write(lambda c: held(c, house.keyring, founders, now=before))
    return tuple(seats)


async def letters_of(house: House, person: str) -> tuple[str, str]:
    """The id of a key that waits, and the letters that its owner reads out."""
    place, now = WOMEN_OF_KARRADA, house.now
    listed = await house.store.read(lambda c: lists.listed(c, house.keyring, place, person=person, now=now))
    (one,) = (each for each in listed.waiting if each.mine)
    return one.id, one.fingerprint
