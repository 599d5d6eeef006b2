"""A whole town in one process: the real application over HTTP, with carriers on loopback."""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
import uvicorn
from pydantic import SecretStr

from api import app, console, logs, v1
from api.settings import Settings
from api.wiring import Wiring, build, prepare
from bot.vocabulary import Channel, Desk, Locale, Role
from storage import contacts
from storage.database.engine import Connection
from storage.people import directory, sessions, staff
from storage.purging import figures
from tests import offices
from tests.carriers import updates
from tests.carriers.telegram import FakeTelegram
from tests.carriers.twilio import FakeTwilio
from tests.carriers.webhook import SECRET as WEBHOOK_SECRET
from tests.databases import SQLITE_MOSTLY
from tests.journeys.routes import Routes

_CARRIERS = {Channel.TELEGRAM: "telegram", Channel.SMS: "twilio", Channel.WEBHOOK: "webhook"}


@dataclass(slots=True)
class Clock:
    """The time, which a test may move."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def let_an_answer_out(self) -> None:
        """An answer may be taken back for ten seconds; they pass."""
        self.ahead += timedelta(seconds=11)

    def move_to_hour_in_baghdad(self, hour: int) -> None:
        now = datetime.now(UTC)
        then = now.replace(hour=(hour - 3) % 24, minute=0, second=0, microsecond=0)
        self.ahead = then - now


@dataclass(slots=True, repr=False)
class Town:
    """What a test says and sees."""

    wiring: Wiring
    telegram: FakeTelegram
    twilio: FakeTwilio
    http: httpx.AsyncClient
    clock: Clock
    _next: int = 0

    async def tell(self, chat: int, text: str) -> int:
        """Someone writes on Telegram; the status of our answer."""
        return await self.update(updates.said(chat, text, self._number()))

    async def update(self, update: dict[str, Any]) -> int:
        """Something happens at Telegram, which delivers it from its queue of the chat; the status of our answer."""
        (id,) = await asyncio.to_thread(self.telegram.push, update)
        await self.until(lambda: any(made == id for made, _ in self.telegram.deliveries))
        return next(status for made, status in self.telegram.deliveries if made == id)

    async def sms(self, sender: str, text: str) -> list[int]:
        """Someone sends an SMS."""
        return await self.twilio.receive(sender, text, f"{self.wiring.public_url}/hooks/sms/twilio")

    async def told(self, chat: int, count: int = 1) -> list[str]:
        """What this chat was told, once there are `count` messages."""
        await self.until(lambda: len(self.telegram.texts(chat)) >= count)
        return self.telegram.texts(chat)

    async def texted(self, number: str, count: int = 1) -> list[str]:
        """What this number was told, once there are `count` messages."""
        await self.until(lambda: len(self.twilio.texts(number)) >= count)
        return self.twilio.texts(number)

    async def until(self, holds: Callable[[], bool], *, timeout_s: float = 50.0) -> None:
        """Waits for something to be seen."""
        for _ in range(int(timeout_s / 0.02)):
            if holds():
                return
            await asyncio.sleep(0.02)
        raise AssertionError("it was not seen in time")

    async def settled(self) -> dict[str, Any]:
        """The figures, once nothing waits."""
        for _ in range(2500):
            found = await self.wiring.store.read(figures.read)
            if not found["unsettled"] and not found["outbox"]["pending"]:
                return found
            await asyncio.sleep(0.02)
        raise AssertionError("something still waits")

    async def newest(self) -> tuple[str, str, str]:
        """(number, office, desk) of the newest report."""
        await self.settled()
        number, office, desk, _ = (await self.wiring.store.read(lambda c: figures.newest(c, limit=1)))[0]
        return number, office, desk

    async def member(self, role: Role, office: str, *, desks: tuple[Desk, ...] = ()) -> dict[str, str]:
        """The headers of a new member of staff's API token."""
        name = f"{role.value} {secrets.token_hex(4)}"

        def make(connection: Connection) -> str:
            keyring, now = self.wiring.keyring, self.clock()
            person = staff.add(connection, keyring, name=name, role=role, office=office, desks=desks, now=now)
            return sessions.make_token(connection, keyring, person=person, now=now, entropy=secrets.token_bytes(32))

        return {"Authorization": f"Bearer {await self.wiring.store.write(make)}"}

    async def on_duty(
        self, office: str, desk: Desk, role: Role, address: int | str, *, channel: Channel = Channel.TELEGRAM
    ) -> str:
        """A new member of staff on a desk's rota, alerted at a Telegram chat, a number or a webhook; their name."""
        name = f"{role.value} {secrets.token_hex(4)}"

        def make(connection: Connection) -> None:
            keyring, now = self.wiring.keyring, self.clock()
            person = staff.add(connection, keyring, name=name, role=role, office=office, desks=(desk,), now=now)
            directory.add_duty(connection, office=office, desk=desk, staff=person, rank=0)
            contacts.add_staff_contact(
                connection,
                keyring,
                staff=person,
                channel=channel,
                carrier=_CARRIERS[channel],
                address=str(address),
                locale=Locale.AR,
                now=now,
            )

        await self.wiring.store.write(make)
        await self.wiring.refresh()
        return name

    def _number(self) -> int:
        self._next += 1
        return self._next


@pytest.fixture(params=SQLITE_MOSTLY)
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, migrated database; of PostgreSQL with -m slow, and where a test says so."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def _routes() -> dict[ModuleType, Routes]:
    return {module: Routes(module.router) for module in (v1, console)}


@pytest.fixture(autouse=True)
def _routes_are_made_once(_routes: dict[ModuleType, Routes], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for module, routes in _routes.items():
        monkeypatch.setattr(module, "router", routes.over)
    yield
    for routes in _routes.values():
        routes.give_back()


@pytest.fixture(scope="session")
def presented() -> dict[tuple[str, str], Any]:
    """How the bot presents itself: Telegram keeps it, and only the first town has to say it."""
    return {}


@pytest.fixture
async def town(database_url: str, tmp_path: Path, presented: dict[tuple[str, str], Any]) -> AsyncGenerator[Town]:
    """Serves the application with both carriers on."""
    async with built(database_url, tmp_path, presented, Clock()) as town:
        yield town


@contextlib.asynccontextmanager
async def built(
    database_url: str, folder: Path, presented: dict[tuple[str, str], Any], clock: Clock
) -> AsyncGenerator[Town]:
    """Serves the application with both carriers on; its data lies in the folder."""
    logs.configure()
    # Held from now on: another test's server may take a port that is only looked up.
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    port = int(listening.getsockname()[1])
    with FakeTelegram() as telegram, FakeTwilio() as twilio:
        telegram.profiles = presented
        settings = Settings(
            data_dir=folder / "data",
            keys_dir=folder / "its-keys",
            database_url=SecretStr(database_url),
            public_url=f"http://127.0.0.1:{port}",
            port=port,
            telegram_token=SecretStr(telegram.token),
            telegram_api_url=telegram.url,
            telegram_mode="webhook",
            telegram_secret=SecretStr("secret-of-the-door"),
            twilio_account_sid=twilio.sid,
            twilio_auth_token=SecretStr(twilio.token),
            twilio_number=twilio.number,
            twilio_api_url=twilio.url,
            webhook_secret=SecretStr(WEBHOOK_SECRET),
        )
        prepare(settings)
        wiring = await build(settings, clock=clock)
        # The demo's offices, but none of its people: each test hires those it needs.
        await wiring.store.write(offices.put_in)
        await wiring.refresh()
        async with (
            _served(wiring, listening),
            httpx.AsyncClient(base_url=settings.url, timeout=20, verify=False) as http,
        ):
            yield Town(wiring, telegram, twilio, http, clock)
        assert telegram.violations == []
        assert twilio.violations == []


@contextlib.asynccontextmanager
async def _served(wiring: Wiring, listening: socket.socket) -> AsyncGenerator[None]:
    config = uvicorn.Config(app.create(wiring), access_log=False, log_config=None)
    server = uvicorn.Server(config)
    # serve() would take the test's own signals over.
    task = asyncio.create_task(server._serve(sockets=[listening]))
    while not server.started:
        assert not task.done(), "the application did not start"
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await task
