"""What the carriers' doors share below FastAPI: taking a request in with care, and the answers of CONTRACT.md."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Answer = tuple[int, bytes, bytes, tuple[tuple[bytes, bytes], ...]]  # status, body, content type, more headers
Door = Callable[[Scope, Receive], Awaitable[Answer]]

MAX_BODY: Final = 1_000_000
_LATE: Final = "the body came too slowly"
_PATIENCE_S: Final = 15.0  # Twilio itself gives up on us after 15 s

OK: Final[Answer] = (200, b"", b"text/plain", ())
FORGED: Final[Answer] = (403, b"", b"text/plain", ())
NOT_FOUND: Final[Answer] = (404, b"", b"text/plain", ())
TOO_SLOW: Final[Answer] = (408, b"", b"text/plain", ((b"connection", b"close"),))
TOO_LARGE: Final[Answer] = (413, b"", b"text/plain", ((b"connection", b"close"),))
WRONG_TYPE: Final[Answer] = (415, b"", b"text/plain", ())
LATER: Final[Answer] = (503, b"", b"text/plain", ((b"retry-after", b"5"),))


class TooLarge(Exception):
    """The body is over 1 MB."""


class HungUp(Exception):
    """The body did not come, or not in time."""


def wrong_method(*allowed: str) -> Answer:
    """The answer to a method that this door does not know."""
    return (405, b"", b"text/plain", ((b"allow", ", ".join(sorted(allowed)).encode()),))


async def answer_with(send: Send, answer: Answer) -> None:
    """Sends it."""
    status, body, kind, extra = answer
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def header(scope: Scope, name: bytes) -> str | None:
    """The only header of this name; None when there is none, or when there are two that could disagree."""
    found = None
    for key, value in scope["headers"]:
        if key == name:
            if found is not None:
                return None
            found = value
    return None if found is None else found.decode("latin-1")


def headers(scope: Scope) -> Mapping[str, str]:
    """Every header by its name in lower case, but none that came twice."""
    found: dict[str, str] = {}
    twice = []
    for key, value in scope["headers"]:
        name = key.decode("latin-1")
        if name in found:
            twice.append(name)
        found[name] = value.decode("latin-1")
    for name in twice:
        found.pop(name, None)
    return found


def content_type(scope: Scope) -> str:
    """The content type without its parameters, in small letters; "" when there is none."""
    for key, value in scope["headers"]:
        if key == b"content-type":
            return str(value.split(b";", 1)[0].strip().lower().decode("latin-1"))
    return ""


async def body(scope: Scope, receive: Receive) -> bytes:
    """The whole body. Raises TooLarge, and HungUp when it does not come within 15 s."""
    # What asyncio.timeout does, without the tenth of a message's whole cost that its bookkeeping takes.
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("a door is opened by a task")
    late = asyncio.get_running_loop().call_later(_PATIENCE_S, task.cancel, _LATE)
    try:
        return await _whole_body(scope, receive)
    except asyncio.CancelledError as cancelled:
        if cancelled.args != (_LATE,):
            raise
        task.uncancel()
        raise HungUp from None
    finally:
        late.cancel()


async def _whole_body(scope: Scope, receive: Receive) -> bytes:
    declared = header(scope, b"content-length")
    if declared and (not declared.isdigit() or len(declared) > len(str(MAX_BODY)) or int(declared) > MAX_BODY):
        raise TooLarge
    chunks: list[bytes] = []
    size = 0
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise HungUp
        chunk = event.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY:
            raise TooLarge
        chunks.append(chunk)
        if not event.get("more_body"):
            return b"".join(chunks)
