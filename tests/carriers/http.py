"""A small HTTP/1.1 server in a thread. It can do what a carrier on a bad day does: take a request and never answer."""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar
from urllib.parse import unquote, urlsplit

import h11

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """What came. Header names are lower-case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Dropped(Exception):
    """Raised by a handler that wants the connection closed without an answer."""


async def silence(_: Request) -> Answer:
    """A handler that takes everything and never answers."""
    await asyncio.get_running_loop().create_future()
    raise Dropped


Handler = Callable[[Request], Awaitable[Answer]]


class Server:
    """Serves `handle` on 127.0.0.1 between start and close. port: 0 for any that is free."""

    def __init__(self, handle: Handler, *, port: int = 0) -> None:
        self._handle = handle
        self._port = port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._running = threading.Event()
        self._listening: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Its root, without a slash at the end."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> Self:
        """Listens; returns when it does."""
        self._thread.start()
        self._running.wait()
        self.run(self._listen())
        return self

    def _serve(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._loop.call_soon(self._running.set)
        self._loop.run_forever()
        self._loop.close()

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """Its event loop, once started."""
        if self._loop is None:
            raise RuntimeError("not started")
        return self._loop

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Does `work` in the server's own loop and waits for it, from any other thread."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=30)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Starts `work` from within the server's loop; it ends with the server at the latest."""
        task = self.loop.create_task(work)
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        return task

    def close(self) -> None:
        """Ends what is under way, and the thread."""
        if self._thread.is_alive():
            self.run(self._stop())
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join(timeout=10)

    async def _listen(self) -> None:
        self._listening = await asyncio.start_server(self._accept, "127.0.0.1", self._port)
        self._port = self._listening.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        # Who has connected is accepted first: a server that is closed already drops such a socket without closing it.
        await _turns()
        if self._listening:
            self._listening.close()
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in self._connections:
                task.cancel()
            await asyncio.wait(others)
            await _turns()
        await self.loop.shutdown_asyncgens()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Whoever is ended before the conversation began would leave its socket to whichever test runs later.
        self.spawn(self._converse(reader, writer)).add_done_callback(lambda _: writer.close())

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = h11.Connection(h11.SERVER)
        try:
            with contextlib.suppress(h11.RemoteProtocolError, ConnectionError, Dropped):
                while (request := await _receive(wire, reader)) is not None:
                    await _answer(wire, writer, await self._handle(request))
                    if wire.our_state is not h11.DONE:
                        break
                    wire.start_next_cycle()
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


class Listening:
    """A carrier's life for tests: it listens inside `with`. Whoever takes it over makes `_server`."""

    _server: Server

    def start(self) -> Self:
        """Listens."""
        self._server.start()
        return self

    def close(self) -> None:
        """Ends."""
        self._server.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()


async def _turns() -> None:
    """So many turns of the loop that a connection that came is spoken with, and one that ended lets its socket go."""
    for _ in range(3):
        await asyncio.sleep(0)


async def _receive(wire: h11.Connection, reader: asyncio.StreamReader) -> Request | None:
    head: h11.Request | None = None
    body = b""
    while True:
        event = wire.next_event()
        if event is h11.NEED_DATA:
            wire.receive_data(await reader.read(65_536))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            target = urlsplit(head.target.decode())
            headers = {name.decode().lower(): value.decode("latin-1") for name, value in head.headers}
            return Request(head.method.decode(), unquote(target.path), target.query, headers, body)
        else:
            return None


async def _answer(wire: h11.Connection, writer: asyncio.StreamWriter, answer: Answer) -> None:
    headers = {"content-length": str(len(answer.body)), **answer.headers}
    writer.write(wire.send(h11.Response(status_code=answer.status, headers=list(headers.items()))) or b"")
    writer.write(wire.send(h11.Data(data=answer.body)) or b"")
    writer.write(wire.send(h11.EndOfMessage()) or b"")
    await writer.drain()
