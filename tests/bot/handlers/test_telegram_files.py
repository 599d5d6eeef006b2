"""The library's Bot and a Bot API server: files, fetched from there and nowhere else."""

import asyncio
import json
import traceback
from collections.abc import AsyncIterator, Callable

import pytest

from bot.handlers.telegram import TelegramCarrier
from bot.vocabulary import SendFailed
from tests.bot.handlers.spoken import fetched
from tests.carriers.http import Answer, Request, Server
from tests.carriers.telegram import TOKEN, FakeTelegram, Fault


@pytest.fixture
async def answering() -> AsyncIterator[Callable[[Answer, Answer], TelegramCarrier]]:
    """A carrier whose server answers getFile with one thing and a download with another."""
    opened: list[tuple[Server, TelegramCarrier]] = []

    def make(told: Answer, content: Answer) -> TelegramCarrier:
        async def handle(request: Request) -> Answer:
            return content if request.path.startswith("/file/") else told

        server = Server(handle).start()
        opened.append((server, TelegramCarrier(TOKEN, server.url)))
        return opened[-1][1]

    yield make
    for server, carrier in opened:
        await carrier.close()
        server.close()


Answering = Callable[[Answer, Answer], TelegramCarrier]


def _told(**file: object) -> Answer:
    return Answer(200, json.dumps({"ok": True, "result": {"file_id": "F", "file_unique_id": "u", **file}}).encode())


async def test_a_file_is_fetched_by_its_handle_in_pieces(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    telegram.files["F1"] = bytes(range(256)) * 2000
    pieces = [piece async for piece in carrier.stream("F1")]
    assert b"".join(pieces) == telegram.files["F1"]
    assert len(pieces) > 1


async def test_a_file_may_be_left_half_read(telegram: FakeTelegram, carrier: TelegramCarrier) -> None:
    telegram.files["F1"] = bytes(1_000_000)
    stream = carrier.stream("F1")
    assert await anext(stream)
    await stream.aclose()  # type: ignore[attr-defined]  # an async generator behind its protocol
    assert len(await fetched(carrier, "F1")) == 1_000_000


async def test_a_file_that_is_gone_or_too_large_is_not_fetched(
    telegram: FakeTelegram, carrier: TelegramCarrier
) -> None:
    """Group 23."""
    telegram.files["F2"] = bytes(20 * 1024 * 1024 + 1)
    with pytest.raises(SendFailed, match="too_large") as large:
        await fetched(carrier, "F2")
    assert not large.value.retryable
    with pytest.raises(SendFailed, match="unfetchable") as gone:  # Telegram has one sentence for gone and for later
        await fetched(carrier, "F0")
    assert gone.value.retryable


@pytest.mark.parametrize(
    ("status", "reason", "retryable"),
    [
        (200, "truncated", True),
        (401, "misconfigured", True),
        (404, "expired", True),
        (429, "throttled", True),
        (451, "unfetchable", False),
        (502, "carrier_down", True),
    ],
)
async def test_each_way_of_a_download_to_fail_has_its_policy(
    telegram: FakeTelegram, carrier: TelegramCarrier, status: int, reason: str, *, retryable: bool
) -> None:
    """Group 23: cut short, an old link, a bad day."""
    telegram.files["F1"] = bytes(1000)
    telegram.fault(Fault("download", status))
    with pytest.raises(SendFailed) as caught:
        await fetched(carrier, "F1")
    assert (caught.value.reason, caught.value.retryable) == (reason, retryable)
    assert caught.value.__cause__ is caught.value.__context__ is None
    assert len(await fetched(carrier, "F1")) == 1000


@pytest.mark.parametrize("size", [30 * 1024 * 1024, 5, None])
async def test_a_file_larger_than_it_may_be_is_not_taken(answering: Answering, size: int | None) -> None:
    carrier = answering(_told(file_size=size, file_path="files/F"), Answer(200, bytes(20 * 1024 * 1024 + 1)))
    with pytest.raises(SendFailed, match="too_large"):
        await fetched(carrier, "F")


async def test_a_file_of_unknown_size_is_taken_as_it_comes(answering: Answering) -> None:
    assert await fetched(answering(_told(file_path="a/b-c_d/e.tar.gz"), Answer(200, b"abc")), "F") == b"abc"


async def test_a_connection_lost_in_the_middle_of_a_file_is_a_failure() -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        body = _told(file_path="files/F").body
        head, sent = (b"100000", b"x" * 500) if b"/file/" in asked else (str(len(body)).encode(), body)
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: " + head + b"\r\n\r\n" + sent)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(half, "127.0.0.1", 0)
    carrier = TelegramCarrier(TOKEN, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    with pytest.raises(SendFailed, match="network") as caught:
        await fetched(carrier, "F")
    assert caught.value.retryable
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    await carrier.close()
    server.close()


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        7,
        "/etc/hostname",
        "pyproject.toml/../README.md",
        "../../bot/deleteWebhook",
        "files/%2e%2e/x",
        "files/F?x=1",
        "files//F",
        "http://127.0.0.1:1/x",
        "//127.0.0.1:1/x",
        "@127.0.0.1:1/x",
    ],
)
async def test_a_file_is_fetched_from_nowhere_but_the_api(answering: Answering, path: object) -> None:
    carrier = answering(_told(file_size=5, file_path=path), Answer(200, b"12345"))
    with pytest.raises(SendFailed) as caught:
        await fetched(carrier, "F")
    assert caught.value.reason in {"unfetchable", "unexpected_answer"}
