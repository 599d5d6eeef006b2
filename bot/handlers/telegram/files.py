"""How a file comes from Telegram. Its address holds the token, so no failure here carries it."""

import re
from collections.abc import AsyncIterator
from typing import Final

import httpx

from bot.handlers.channel import MAX_MEDIUM_BYTES
from bot.vocabulary import SendFailed

_CHUNK: Final = 65_536
_PLAIN: Final = re.compile(r"[\w-]+(?:[./][\w-]+)*", re.ASCII)  # no "..", no scheme, no query, not from the root


def located(address: str | None, root: str) -> str:
    """The address of a file if it lies under `root` and nowhere else. Raises SendFailed.

    root: where this bot's files are. A server that keeps them on its own disk names a path there, and we do not follow.
    """
    path = (address or "").removeprefix(root)
    if not address or path == address or not _PLAIN.fullmatch(path):
        raise SendFailed("unfetchable", retryable=False)
    return address


async def download(http: httpx.AsyncClient, address: str, size: int) -> AsyncIterator[bytes]:
    """The bytes of a file as they come. size: as Telegram told it, 0 where it did not. Raises SendFailed.

    "too_large" over 20 MB; "truncated" when it is not of the size that was told; "expired" when the link is old: a new
    one is made each time.
    """
    if size > MAX_MEDIUM_BYTES:
        raise SendFailed("too_large", retryable=False)
    failed: SendFailed | None = None
    try:
        async with http.stream("GET", address) as answer:
            failed = _refusal(answer.status_code)
            taken = 0
            if failed is None:
                async for chunk in answer.aiter_bytes(_CHUNK):
                    taken += len(chunk)
                    if taken > MAX_MEDIUM_BYTES:
                        failed = SendFailed("too_large", retryable=False)
                        break
                    yield chunk
        if failed is None and size and taken != size:
            failed = SendFailed("truncated", retryable=True)
    except httpx.HTTPError:
        failed = SendFailed("network", retryable=True)
    if failed is not None:
        raise failed


def _refusal(status: int) -> SendFailed | None:
    match status:
        case 200:
            return None
        case 404 | 410:
            return SendFailed("expired", retryable=True)
        case 401 | 403:
            return SendFailed("misconfigured", retryable=True)
        case 429:
            return SendFailed("throttled", retryable=True, retry_after_s=1.0)
        case _ if 400 <= status < 500:  # noqa: PLR2004 - HTTP
            return SendFailed("unfetchable", retryable=False)
        case _:
            return SendFailed("carrier_down", retryable=True)
