"""The files that came with messages, from Twilio's own hosts alone."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from bot.handlers.channel import MAX_MEDIUM_BYTES
from bot.handlers.twilio.failing import failure
from bot.handlers.twilio.line import Line, translated
from bot.vocabulary import SendFailed

_PATIENCE_S: Final = 120.0  # of one file, however slowly it trickles
_MAX_HOPS: Final = 4


async def stream(line: Line, url: str) -> AsyncIterator[bytes]:
    """The bytes of a medium as they come. Raises SendFailed: "too_large" over the limit, "unfetchable" elsewhere."""
    failed: SendFailed | None = None
    try:
        async for chunk in _followed(line, url):
            yield chunk
    except SendFailed as error:
        failed = error
    except (OSError, httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError) as error:
        failed = translated(error)
    if failed:
        raise failed  # afresh: a chained one would carry where the file lies


async def _followed(line: Line, url: str) -> AsyncIterator[bytes]:
    ends_at = asyncio.get_running_loop().time() + _PATIENCE_S
    for _ in range(_MAX_HOPS):
        ours = origin(url) == origin(line.root)
        if not ours and not _is_twilio(url):
            break
        async with line.http.stream("GET", url, auth=line.auth if ours else None) as answer:
            if answer.is_redirect:
                url = urljoin(url, answer.headers["location"])
                continue
            if not answer.is_success:
                raise failure(answer.status_code, 0, retry_after=answer.headers.get("retry-after", ""))
            async for chunk in _limited(answer, ends_at):
                yield chunk
            return
    raise SendFailed("unfetchable", retryable=False)


async def _limited(answer: httpx.Response, ends_at: float) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in answer.aiter_bytes():
        size += len(chunk)
        if size > MAX_MEDIUM_BYTES:
            raise SendFailed("too_large", retryable=False)
        if asyncio.get_running_loop().time() > ends_at:
            raise SendFailed("timeout", retryable=True)
        yield chunk


def origin(url: str) -> tuple[str, str]:
    """(scheme, host and port); ("", "") of what is no URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc


def _is_twilio(url: str) -> bool:
    scheme, host = origin(url)
    return scheme == "https" and host.endswith((".twilio.com", ".twiliocdn.com"))
