"""The real application with Kannel as its only carrier, and a proxy before it that can be out of order."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs

import httpx
import uvicorn
from pydantic import SecretStr
from sqlalchemy import select

from api import app, logs
from api.demo import folk
from api.settings import Settings
from api.wiring import Wiring, build, prepare
from bot.vocabulary import Delivery
from storage.database.engine import Connection
from storage.people import directory, importing
from storage.purging import figures
from storage.tables import outbox
from tests.carriers.http import Answer, Request, Server
from tests.carriers.kannel import PASSWORD, SECRET, USER

NUMBER = "4444"


class Proxy:
    """What stands before us: for the next messages it may say that we are away, or lose our answer.

    away: how many get 503 without reaching us. deaf: how many reach us and get 503 all the same. door: our address.
    asked: the ids that Kannel gave, message by message. addresses: every path and query.
    """

    def __init__(self) -> None:
        self.away = 0
        self.deaf = 0
        self.door = ""
        self.asked: list[str] = []
        self.addresses: list[str] = []
        self._open: set[str] = set()
        self._server = Server(self._handle)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()

    @property
    def url(self) -> str:
        """The address that kannel.conf names."""
        return self._server.url

    async def quiet(self) -> None:
        """Returns once Kannel heard a yes to everything that it brought."""
        for _ in range(2500):
            if not self._open:
                return
            await asyncio.sleep(0.02)
        raise AssertionError("Kannel still waits")

    async def _handle(self, request: Request) -> Answer:
        self.addresses.append(f"{request.path}?{request.query}")
        asked = parse_qs(request.query, errors="replace").get("id", [])
        self.asked += asked
        self._open |= set(asked)
        answer = await self._answer(request)
        if answer.status == 200:
            self._open -= set(asked)
        return answer

    async def _answer(self, request: Request) -> Answer:
        message = not request.path.endswith("/status")
        if message and self.away > 0:
            self.away -= 1
            return Answer(503, headers={"retry-after": "1"})
        headers = {name: value for name, value in request.headers.items() if name not in {"host", "connection"}}
        try:
            async with httpx.AsyncClient(timeout=20, trust_env=False) as http:
                url = f"{self.door}{request.path}?{request.query}"
                answer = await http.request(request.method, url, headers=headers, content=request.body)
        except httpx.HTTPError:
            return Answer(503)  # between two tests
        if message and self.deaf > 0:
            self.deaf -= 1
            return Answer(503)
        return Answer(answer.status_code, answer.content, {"content-type": answer.headers["content-type"]})


@dataclass(slots=True)
class Town:
    """What a test says and sees."""

    wiring: Wiring
    proxy: Proxy

    async def figures(self) -> dict[str, Any]:
        """What the database holds."""
        return await self.wiring.store.read(figures.read)

    async def until_kept(self, kept: int) -> dict[str, Any]:
        """The figures, once so many messages were kept and nothing waits."""
        for _ in range(2500):
            found = await self.figures()
            if found["kept"] >= kept and not found["unsettled"] and not found["outbox"]["pending"]:
                return found
            await asyncio.sleep(0.02)
        raise AssertionError(f"it was not seen in time: {found}")

    async def until_delivered(self, delivery: Delivery) -> None:
        """Waits until some parcel has come so far."""

        def furthest(connection: Connection) -> int:
            return max(connection.execute(select(outbox.c.delivery)).scalars(), default=0)

        for _ in range(2500):
            if await self.wiring.store.read(furthest) == delivery:
                return
            await asyncio.sleep(0.02)
        raise AssertionError("it was not reported in time")


@contextlib.asynccontextmanager
async def serving(proxy: Proxy, smsbox_port: int, port: int, folder: Path, database_url: str) -> AsyncGenerator[Town]:
    """The application on 127.0.0.1."""
    logs.configure()
    settings = Settings(
        data_dir=folder / "data",
        keys_dir=folder / "its-keys",
        database_url=SecretStr(database_url),
        public_url=proxy.url,
        port=port,
        kannel_url=f"http://127.0.0.1:{smsbox_port}",
        kannel_user=USER,
        kannel_password=SecretStr(PASSWORD),
        kannel_number=NUMBER,
        kannel_secret=SecretStr(SECRET),
    )
    prepare(settings)
    wiring = await build(settings)
    offices = importing.parse_offices((folk.DATA / "offices.csv").read_text(encoding="utf-8"))
    await wiring.store.write(lambda connection: directory.import_offices(connection, offices))
    await wiring.refresh()
    config = uvicorn.Config(app.create(wiring), host="127.0.0.1", port=port, access_log=False, log_config=None)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve())  # serve() would take the test's own signals over
    while not server.started:
        assert not task.done(), "the application did not start"
        await asyncio.sleep(0.01)
    proxy.door = f"http://127.0.0.1:{port}"
    yield Town(wiring, proxy)
    server.should_exit = True
    await task
