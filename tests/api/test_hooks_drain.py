"""Told to stop, the server answers what is under way; nobody is acknowledged without being kept (group 59)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import uvicorn

from api import serving
from api.hooks import Hooks
from api.wire import Receive, Scope, Send
from storage.database.engine import Store
from storage.keys import Keyring
from tests.api.doorstep import Letter, doors, figured, letter


@asynccontextmanager
async def _serving(store: Store, keyring: Keyring, now: datetime, seen: list[Any]) -> AsyncIterator[uvicorn.Server]:
    """A server on loopback that lets go of its store when it ends, as the real one does. seen: what was in it then."""

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "lifespan"
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        seen.append(await figured(store))
        store.close()
        await send({"type": "lifespan.shutdown.complete"})

    server = uvicorn.Server(serving.configured(Hooks(doors(store, keyring, now), inner), "127.0.0.1", 0))
    running = asyncio.create_task(server.serve())
    try:
        while not server.started:  # noqa: ASYNC110 - it sets no event
            await asyncio.sleep(0.01)
        yield server
    finally:
        server.should_exit = True
        await running


def _port(server: uvicorn.Server) -> int:
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port


def _head(brought: Letter) -> bytes:
    lines = [f"{brought.method} {brought.path} HTTP/1.1", "host: forum.example"]
    lines += [f"{name}: {value}" for name, value in brought.headers.items()]
    return "\r\n".join([*lines, f"content-length: {len(brought.content)}", "", ""]).encode()


async def test_a_message_half_sent_when_we_are_told_to_stop_is_kept_and_acknowledged(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    brought, seen = letter("smsgate"), list[Any]()
    async with _serving(store, keyring, now, seen) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", _port(server))
        writer.write(_head(brought) + brought.content[:10])
        await writer.drain()
        await asyncio.sleep(0.1)
        server.should_exit = True  # what SIGTERM does
        await asyncio.sleep(0.3)
        writer.write(brought.content[10:])
        await writer.drain()
        answer = await asyncio.wait_for(reader.read(), 60)
        writer.close()
    assert answer.startswith(b"HTTP/1.1 200")
    assert seen[0]["kept"] == 1


async def test_a_message_that_does_not_come_in_time_is_neither_kept_nor_acknowledged(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    brought, seen = letter("twilio"), list[Any]()
    async with _serving(store, keyring, now, seen) as server:
        server.config.timeout_graceful_shutdown = 1
        reader, writer = await asyncio.open_connection("127.0.0.1", _port(server))
        writer.write(_head(brought) + brought.content[:10])
        await writer.drain()
        await asyncio.sleep(0.1)
        server.should_exit = True
        answer = await asyncio.wait_for(reader.read(), 60)
        writer.close()
    assert not answer.startswith(b"HTTP/1.1 2")
    assert seen[0]["kept"] == 0
