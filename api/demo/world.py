"""The world of `demo --check`: a new database, new keys and offices, served on loopback beside carriers of its own."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import typer
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from api import serving
from api.demo import ceremony, folk, loopback
from api.settings import Settings, without_carriers
from api.wiring import Wiring, build, prepare, utc_now
from storage import migrations

TOKEN: Final = "770000000:demo-check-token-that-opens-nothing"  # noqa: S105 - invented, for the loopback carrier
HOOK_SECRET: Final = "of-the-demonstration"  # noqa: S105 - as above
TWILIO_SECRET: Final = "demo-check"  # noqa: S105 - as above
ACCOUNT: Final = "AC" + "0" * 32
NUMBER: Final = "+9647700000099"
WAIT_S: Final = 20.0
LOOK_S: Final = 0.02


class Failed(Exception):
    """A step was not seen to work. Says which."""


@dataclass(slots=True)
class Clock:
    """The time; ahead of it once an answer is given, because that may be taken back for a while."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


@dataclass(frozen=True, slots=True)
class World:
    """What a step may touch. taken: what the carriers were given to deliver. http: at the server's own address."""

    wiring: Wiring
    clock: Clock
    taken: loopback.Taken
    http: httpx.AsyncClient


@contextlib.asynccontextmanager
async def opened(folder: Path) -> AsyncGenerator[World]:
    """A server with all its offices, until the block ends. folder: for its data and keys, which nobody keeps."""
    taken = loopback.Taken()
    async with _served(loopback.carriers(taken)) as carriers:
        port = _free_port()
        own: dict[str, Any] = without_carriers() | {
            "telegram_token": SecretStr(TOKEN),
            "telegram_secret": SecretStr(HOOK_SECRET),
            "twilio_account_sid": ACCOUNT,
        }
        settings = Settings(
            **own,
            data_dir=folder / "data",
            keys_dir=folder / "keys",
            database_url=SecretStr(""),
            public_url=f"http://127.0.0.1:{port}",
            port=port,
            telegram_api_url=carriers,
            telegram_mode="webhook",
            twilio_auth_token=SecretStr(TWILIO_SECRET),
            twilio_number=NUMBER,
            twilio_api_url=carriers,
        )
        prepare(settings)
        migrations.upgrade(settings.database)
        clock = Clock()
        wiring = await build(settings, demo=True, clock=clock)
        await folk.move_in(wiring)
        await ceremony.hold(wiring)
        typer.echo(f"  ✓ a new database, new keys and {len((await wiring.directory()).offices)} offices")
        async with (
            _started(serving.server(wiring, "127.0.0.1", port)),
            httpx.AsyncClient(base_url=settings.url, timeout=WAIT_S) as http,
        ):
            yield World(wiring, clock, taken, http)


@contextlib.asynccontextmanager
async def _served(app: FastAPI) -> AsyncGenerator[str]:
    port = _free_port()
    config = uvicorn.Config(app, host="127.0.0.1", port=port, access_log=False, log_config=None)
    async with _started(uvicorn.Server(config)):
        yield f"http://127.0.0.1:{port}"


@contextlib.asynccontextmanager
async def _started(server: uvicorn.Server) -> AsyncGenerator[None]:
    # uvicorn's own serve() would take this process's signals over.
    task = asyncio.create_task(server._serve())  # noqa: SLF001
    await until(lambda: server.started or task.done())
    if task.done():
        task.result()
        raise Failed("a server did not start")
    try:
        yield
    finally:
        server.should_exit = True
        await task


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


async def until(true: Callable[[], bool]) -> None:
    """Waits until it is true. Raises Failed when it is not within WAIT_S."""
    for _ in range(int(WAIT_S / LOOK_S)):
        if true():
            return
        await asyncio.sleep(LOOK_S)
    raise Failed("nothing came in time")
