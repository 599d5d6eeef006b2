"""A carrier that keeps files behind HTTP on the loopback, and our side of it, for tests of what fetches them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Self

import httpx

from bot.vocabulary import Rendered, SendFailed, Sent
from tests.carriers.http import Answer, Dropped, Request, Server

NAME = "shelf"
TOKEN = "Kanarientoken-77"
_FAILURES: Mapping[int, SendFailed] = {
    404: SendFailed("gone", retryable=False),
    429: SendFailed("throttled", retryable=True, retry_after_s=900.0),
    503: SendFailed("carrier_down", retryable=True),
}


class Shelf:
    """The server. A file may be bytes, a status, or a call that is made while it is asked for."""

    def __init__(self) -> None:
        self.files: dict[str, bytes | int | Callable[[], Awaitable[bytes]]] = {}
        self.asked: list[str] = []
        self._server = Server(self._handle)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()

    def carrier(self) -> "Carrier":
        """Our side of it."""
        return Carrier(self._server.url)

    async def _handle(self, request: Request) -> Answer:
        name = request.path.removeprefix(f"/{TOKEN}/")
        self.asked.append(name)
        match self.files.get(name, 404):
            case 0:
                raise Dropped
            case int(status):
                return Answer(status)
            case bytes(content):
                return Answer(200, content)
            case call:
                return Answer(200, await call())


class Carrier:
    """Our side: a Sender that says nothing, and a Fetcher. Its address holds a token, as Telegram's does."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._http = httpx.AsyncClient(timeout=5, verify=False)

    async def send(self, address: str, rendered: Rendered, *, callback: str = "") -> Sent:  # noqa: ARG002 - says nothing
        """Takes everything."""
        return Sent()

    async def stream(self, ref: str) -> AsyncIterator[bytes]:
        """The bytes as they come."""
        failed: SendFailed | None = None
        try:
            async with self._http.stream("GET", f"{self._root}/{TOKEN}/{ref}") as answer:
                failed = _FAILURES.get(answer.status_code)
                if failed is None:
                    async for chunk in answer.aiter_bytes(10_000):
                        yield chunk
        except httpx.HTTPError:
            failed = SendFailed("network", retryable=True)
        if failed is not None:
            raise failed

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()
