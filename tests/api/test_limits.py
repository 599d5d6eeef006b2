"""Requests that are too large are refused, whatever they say of themselves, and nobody keeps them meanwhile."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import datetime

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from api.limits import MOST, BodyLimit
from bot.vocabulary import Role
from storage.database.engine import Store
from storage.keys import Keyring
from tests.api.entering import AS_STRANGER, visiting
from tests.api.house import House, build
from tests.staffing import Filed

N = "BG-00001"


@pytest.fixture
async def house(sqlite_store: Store, keyring: Keyring, now: datetime) -> House:
    return await build(sqlite_store, keyring, now)


class Stream:
    """A body of many chunks that says no length; counts how many of them were taken."""

    def __init__(self, chunks: int) -> None:
        self.chunks, self.taken = chunks, 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(self.chunks):
            self.taken += 1
            yield b"x" * 1024


async def test_the_api_answers_a_problem_to_what_is_too_large_with_and_without_a_length(house: House) -> None:
    headers = await house.bearer(await house.hire("زينب", Role.COORDINATOR))
    await house.file(Filed(N))
    async with house.client() as http:
        for body in (b"x" * (MOST + 1), Stream(10_000)):
            given = await http.post(f"/v1/reports/{N}/notes", content=body, headers=headers)
            assert (given.status_code, given.headers["content-type"]) == (413, "application/problem+json")
            assert given.json()["type"] == "urn:muntada:problem:too-large"
            assert given.headers["connection"] == "close"
            assert given.headers["x-content-type-options"] == "nosniff"


async def test_a_stream_without_a_length_is_let_go_at_four_times_what_may_be_sent(house: House) -> None:
    stream = Stream(10_000)
    async with house.client() as http:
        given = await http.post("/login", content=stream, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert given.status_code == 413
    assert stream.taken <= 4 * MOST // 1024 + 2


@pytest.mark.parametrize(
    ("headers", "chunks", "taken"),
    [
        ([(b"content-length", b"40")], 4, 4),  # the rest is on its way: whoever sends is not cut off
        ([(b"content-length", b"41")], 4, 0),
        ([(b"content-length", b"40"), (b"expect", b"100-continue")], 4, 0),  # nothing comes after a refusal
        ([], 2, 2),
        ([], 4, 4),
        ([], 40, 5),
    ],
)
async def test_the_answer_comes_after_a_bounded_rest(
    headers: list[tuple[bytes, bytes]], chunks: int, taken: int
) -> None:
    events: list[str] = []

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    async def page(_request: Request) -> Response:
        return Response(status_code=413)

    async def receive() -> Message:
        events.append("taken")
        assert len(events) <= chunks, "nothing more will come"
        return {"type": "http.request", "body": b"x" * 10, "more_body": len(events) < chunks}

    async def send(message: Message) -> None:
        events.append(message["type"])

    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    await BodyLimit(app, page=page, most=10)(scope, receive, send)
    assert events == ["taken"] * taken + ["http.response.start", "http.response.body"]


async def test_whoever_does_not_stop_sending_before_the_end_still_reads_the_answer() -> None:
    async def page(_request: Request) -> Response:
        return Response(b"too much", status_code=413)

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise AssertionError

    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(BodyLimit(app, page=page), log_config=None, access_log=False, lifespan="off", ws="none")
    )
    serving = asyncio.create_task(server._serve(sockets=[listening]))
    reader, writer = await asyncio.open_connection(*listening.getsockname())
    writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n")
    for _ in range(20):
        writer.write(b"x" * 10_000)
        await writer.drain()
        await asyncio.sleep(0.005)  # a bad line; meanwhile the server could have hung up
    assert (await reader.read()).endswith(b"too much")
    writer.close()
    server.should_exit = True
    await serving


@pytest.mark.parametrize(("language", "word"), [("ar", "طويل جداً"), ("ckb", "زۆر درێژە"), ("en", "too long")])
async def test_a_page_says_it_in_the_persons_language(house: House, language: str, word: str) -> None:
    async with house.client() as http:
        http.cookies.set("lang", language)
        for path in ("/login", "/reports/x/note", "/nowhere"):
            given = await http.post(path, content=b"x" * (MOST + 1))
            assert given.status_code == 413
            assert word in given.text


async def test_what_just_fits_is_read(house: House) -> None:
    form = f"form_token={visiting()['form_token']}&language=en&back=".encode()
    async with house.client() as http:
        given = await http.post(
            "/language",
            content=form + b"x" * (MOST - len(form)),
            headers={"Content-Type": "application/x-www-form-urlencoded", **AS_STRANGER},
        )
    assert given.status_code == 303


@pytest.mark.parametrize("length", [b"-1", b"x", b"", b"9" * 40, b"1_0"])
async def test_a_length_that_is_no_number_is_too_large(length: bytes) -> None:
    answers: list[Message] = []

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise AssertionError

    async def page(_request: Request) -> Response:
        raise AssertionError

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        answers.append(message)

    limit = BodyLimit(app, page=page)
    scope = {"type": "http", "method": "POST", "path": "/v1/reports", "headers": [(b"content-length", length)]}
    await limit(scope, receive, send)
    assert answers[0]["status"] == 413


async def test_an_error_of_the_application_is_not_swallowed() -> None:
    class Broken(Exception):
        pass

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        await receive()
        raise Broken

    async def page(_request: Request) -> Response:
        raise AssertionError

    async def receive() -> Message:
        return {"type": "http.request", "body": b"x", "more_body": False}

    async def send(_message: Message) -> None:
        raise AssertionError

    with pytest.raises(Broken):
        await BodyLimit(app, page=page)({"type": "http", "headers": []}, receive, send)
