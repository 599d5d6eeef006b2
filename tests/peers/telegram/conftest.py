"""The real application in webhook mode, with a Bot API server by other people on the other side."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from pydantic import SecretStr

from api import app, logs
from api.demo import folk
from api.settings import Settings
from api.wiring import Wiring, build, prepare
from storage.people import directory, importing
from tests.carriers.telegram import TOKEN, FakeTelegram
from tests.carriers.twilio import FakeTwilio
from tests.journeys.conftest import Clock, Town
from tests.peers.telegram import programs
from tests.peers.telegram.proxy import Proxy

SECRET = "made-up-secret-of-the-door"
CHAT = 7_700_021


@dataclass(slots=True)
class Phone:
    """A person's Telegram. town: what a test sees on our side."""

    town: Town
    proxy: Proxy
    root: str
    _control: httpx.AsyncClient

    async def do(self, **update: Any) -> dict[str, Any]:
        """They write, tap or send a picture; the update as it was delivered."""
        params = {"bot_token": TOKEN}
        answer = await self._control.post("/send_update", json={"chat_id": CHAT, **update}, params=params)
        assert answer.status_code == 200, answer.text
        assert answer.json()["delivery"]["status_code"] == 200
        delivered: dict[str, Any] = answer.json()["update"]
        return delivered

    async def upload(self, content: bytes) -> str:
        """A picture is ready to be sent; its file id."""
        answer = await self._control.post("/upload_media", files={"file": ("photo.jpg", content, "image/jpeg")})
        return str(answer.json()["file_id"])

    async def seen(self, method: str = "sendMessage") -> list[dict[str, Any]]:
        """What our program did in this chat, in order."""
        answer = await self._control.get("/responses")
        return [one for one in answer.json()["responses"] if one["method"] == method]

    async def until(self, holds: Callable[[list[dict[str, Any]]], bool], method: str = "sendMessage") -> Any:
        """Waits for something to be seen; the last of what was."""
        for _ in range(2500):
            seen = await self.seen(method)
            if holds(seen):
                return seen[-1]
            await asyncio.sleep(0.05)
        raise AssertionError("it was not seen in time")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The root of telemelya's server."""
    with programs.telemelya(tmp_path_factory.mktemp("telemelya")) as root:
        yield root


@pytest.fixture
async def phone(server: str, sqlite_url: str, tmp_path: Path) -> AsyncGenerator[Phone]:
    """A phone, and the application that it talks to."""
    logs.configure()
    clock = Clock()
    with Proxy(SECRET) as proxy:
        wiring = await _wired(server, sqlite_url, tmp_path, proxy.url, clock)
        async with (
            _served(wiring, proxy),
            httpx.AsyncClient(base_url=proxy.target, timeout=20, trust_env=False) as http,
            programs.control(server, tmp_path.name) as control,
        ):
            town = Town(wiring, FakeTelegram(), FakeTwilio(), http, clock)  # its carriers are not started
            phone = Phone(town, proxy, server, control)
            await _announced(phone)
            yield phone


async def _wired(server: str, database: str, folder: Path, url: str, clock: Clock) -> Wiring:
    settings = Settings(
        data_dir=folder / "data",
        keys_dir=folder / "its-keys",
        database_url=SecretStr(database),
        public_url=url,
        telegram_token=SecretStr(TOKEN),
        telegram_api_url=server,
        telegram_mode="webhook",
        telegram_secret=SecretStr(SECRET),
    )
    prepare(settings)
    wiring = await build(settings, clock=clock)
    offices = importing.parse_offices((folk.DATA / "offices.csv").read_text(encoding="utf-8"))
    await wiring.store.write(lambda c: directory.import_offices(c, offices))
    await wiring.refresh()
    return wiring


@contextlib.asynccontextmanager
async def _served(wiring: Wiring, proxy: Proxy) -> AsyncGenerator[None]:
    listening = socket.create_server(("127.0.0.1", 0))
    proxy.target = f"http://127.0.0.1:{listening.getsockname()[1]}"
    config = uvicorn.Config(app.create(wiring), access_log=False, log_config=None, ws="none")
    server = uvicorn.Server(config)
    # serve() would take the test's own signals over.
    task = asyncio.create_task(server._serve(sockets=[listening]))
    while not server.started:
        assert not task.done(), "the application did not start"
        await asyncio.sleep(0.01)
    yield
    server.should_exit = True
    await task
    listening.close()


async def _announced(phone: Phone) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        for _ in range(400):
            answer = await http.post(f"{phone.root}/bot{TOKEN}/getWebhookInfo")
            if answer.json()["result"]["url"] == f"{phone.proxy.url}/hooks/telegram":
                return
            await asyncio.sleep(0.05)
    raise AssertionError("the webhook was not set")
