"""How large a request may be. What is larger is refused as soon as that shows: by its own word, or by the bytes.

Whoever is cut off while sending may never see the answer: the reset that says so takes it away. So a bounded rest is
taken in first, and thrown away.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems

MOST: Final = 64 * 1024  # bytes; a reply of 2,000 Arabic letters is 12 kB when percent-encoded
_API: Final = "/v1/"
_CLOSE: Final = {"Connection": "close"}  # what is beyond the rest that we take in is not read
_SPARE: Final = 4  # so many times what may be sent is taken in, counting what was
_PATIENCE_S: Final = 60.0  # a bad line carries some ten kilobytes a second

Page = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Room:
    """A path, and those below it, whose bodies may have another size; `page` tells when one has more."""

    most: int
    page: Page


class BodyLimit:
    """ASGI middleware: 413 for a body over `most` bytes, a problem under /v1 and a `page` elsewhere.

    It keeps nothing: a body goes on to the application as it comes, which alone decides whether to read it. rooms: the
    paths that have limits of their own.
    """

    def __init__(self, app: ASGIApp, *, page: Page, most: int = MOST, rooms: Mapping[str, Room] | None = None) -> None:
        self._app = app
        self._here = Room(most, page)
        self._rooms = dict(rooms or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        room = self._room(scope.get("path", ""))
        if (declared := _declared(scope)) > room.most:
            if declared <= _SPARE * room.most and not _waits(scope):
                await _throw_away(receive, _SPARE * room.most)
            await self._refuse(scope, receive, send)
            return
        tap = _Tap(receive, send, room.most)
        try:
            await self._app(scope, tap.receive, tap.send)
        except Exception:
            if not tap.over:
                raise
        if tap.over and not tap.begun:
            if not tap.ended:
                await _throw_away(receive, (_SPARE - 1) * room.most)
            await self._refuse(scope, receive, send)

    def _room(self, path: str) -> Room:
        for name, room in self._rooms.items():
            if path == name or path.startswith(f"{name}/"):
                return room
        return self._here

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        room = self._room(scope["path"])
        if scope["path"].startswith(_API):
            kind, title = "too-large", f"A request has at most {room.most} bytes."
            answer: Response = problems.problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, kind, title)
        else:
            answer = await room.page(Request(scope))
        answer.headers.update(_CLOSE)
        await answer(scope, receive, send)


class _Tap:
    """Counts what comes in. Once it is too much the application hears that its client is gone, and is not heard."""

    def __init__(self, receive: Receive, send: Send, most: int) -> None:
        self._receive, self._send = receive, send
        self._left = most
        self.begun, self.ended = False, False

    @property
    def over(self) -> bool:
        """More came than may."""
        return self._left < 0

    async def receive(self) -> Message:
        if self.over:
            return {"type": "http.disconnect"}
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        self.ended = not message.get("more_body")
        return {"type": "http.disconnect"} if self.over else message

    async def send(self, message: Message) -> None:
        if self.over and not self.begun:
            return  # an error about a client that went away; 413 is the answer
        self.begun = True
        await self._send(message)


async def _throw_away(receive: Receive, most: int) -> None:
    """Takes in what is still on its way, for a minute and up to `most` bytes."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE_S):
            while most > 0:
                message = await receive()
                most -= len(message.get("body", b""))
                if not message.get("more_body"):
                    return


def _waits(scope: Scope) -> bool:
    """The client asked whether it may send, and sends nothing that is refused."""
    return any(name == b"expect" for name, _ in scope["headers"])


def _declared(scope: Scope) -> int:
    """The length that the request says it has; 0 when it says none, and more than any limit when it is no number."""
    said = [value for name, value in scope["headers"] if name == b"content-length"]
    if not said:
        return 0
    return int(said[0]) if len(said) == 1 and said[0].isdigit() and len(said[0]) < 19 else 1 << 62  # noqa: PLR2004
