"""Somebody at a desk with the console open, for journeys that go from a phone to a desk and back."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from sqlalchemy import Connection, select

from bot.vocabulary import Desk, Role
from storage import tables
from storage.people import logins, sessions, staff
from storage.people.logins import Attempt
from storage.purging import figures
from tests.journeys.conftest import Town

WOMAN = "+9647700000091"


@dataclass(slots=True)
class Officer:
    """Somebody at a desk with the console open."""

    http: httpx.AsyncClient
    form_token: str

    async def page(self, number: str) -> str:
        """A report's page."""
        given = await self.http.get(f"/reports/{number}")
        assert given.status_code == 200
        return given.text

    async def step(self, number: str, name: str, **fields: str) -> httpx.Response:
        """Takes a step on a report as it stands."""
        version = re.search(r'name="version" value="(\d+)"', await self.page(number))
        assert version
        return await self.http.post(
            f"/reports/{number}/{name}",
            data={"form_token": self.form_token, "version": version[1], **fields},
            headers={"Origin": str(self.http.base_url).rstrip("/")},
        )

    async def numbers(self) -> list[str]:
        """What the list shows."""
        return re.findall(r'href="/reports/([A-Z0-9-]+)"', (await self.http.get("/")).text)


@asynccontextmanager
async def seated(town: Town, role: Role, office: str, desk: str) -> AsyncIterator[Officer]:
    """An officer of this role at this desk, signed in."""
    keyring, now = town.wiring.keyring, town.clock()
    name, hashed = f"{role.value} {secrets.token_hex(3)}", logins.hash_password("correct horse battery")

    def enter(conn: Connection) -> str:
        person = staff.add(conn, keyring, name=name, role=role, office=office, desks=(Desk(desk),), now=now)
        entropy = secrets.token_bytes(64)
        return logins.log_in(conn, keyring, tried=Attempt(person, hashed), now=now, entropy=entropy)

    token = await town.wiring.store.write(enter)
    signed = await town.wiring.store.read(lambda c: sessions.signed_in(c, token=token, now=now))
    assert signed is not None
    async with httpx.AsyncClient(
        base_url=town.wiring.public_url, cookies={"sid": token}, timeout=20, verify=False
    ) as http:
        yield Officer(http, signed.form_token)


async def settled(town: Town) -> None:
    """Waits until all that came has been answered."""
    # Not `town.settled`: what went to somebody discreet waits to be deleted.
    for _ in range(2500):
        if not (await town.wiring.store.read(figures.read))["unsettled"]:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("something still waits")


async def told(town: Town, words: str) -> tuple[str, str, str]:
    """The woman tells this by SMS: its number, office and desk."""
    await town.sms(WOMAN, words)
    await town.texted(WOMAN)
    await settled(town)
    r = tables.reports.c
    row = await town.wiring.store.read(lambda c: c.execute(select(r.number, r.office, r.desk)).one())
    return row.number, row.office, row.desk


async def asks(officer: Officer, number: str, scope: str, *, nth: int = 0) -> str:
    """Asks for the police of another office, the nth that is offered; which office that is."""
    there: list[str] = re.findall(r'<option value="([^"]+/urgent)"', await officer.page(number))
    assert len(there) > nth, "no police desk can be asked for"
    asked = await officer.step(number, "consent", to=there[nth], scope=scope, days="30")
    assert (asked.status_code, asked.headers.get("location")) == (303, f"/reports/{number}?done=consent#main")
    return there[nth].partition("/")[0]
