"""What gateways of SMS share: fields read as raw bytes, Basic authorisation, times, one request and its failures."""

import asyncio
import hashlib
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import unquote_to_bytes

import httpx

from bot.handlers.authorities import trusted
from bot.vocabulary import SendFailed

_MAX_FIELDS: Final = 200
_MICROSECONDS: Final = 10**6
_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────
def fields(raw: bytes) -> dict[str, bytes]:
    """The first value of each name in a query or form: percent-decoded once, and then the bytes as they were sent.

    A gateway may write UTF-16 there, which no library for text would survive. Never raises.
    """
    found: dict[str, bytes] = {}
    for pair in raw.split(b"&", _MAX_FIELDS):
        name, _, value = (unquote_to_bytes(half) for half in pair.replace(b"+", b" ").partition(b"="))
        found.setdefault(name.decode("utf-8", "replace"), value)
    return found


def password(authorization: str) -> bytes:
    """What follows the user's name in a header of Basic authorisation (RFC 7617); b"" when it is none. Never raises."""
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return b64decode(given.strip(), validate=True).partition(b":")[2]
    except ValueError:
        return b""


def moment(text: str) -> datetime | None:
    """A time as gateways write it, else None: Unix seconds, milli- or microseconds, or ISO 8601 (no zone: UTC)."""
    try:
        if text.isascii() and text.isdigit() and len(text) <= 16:  # noqa: PLR2004 - microseconds, until 2286
            scale = _MICROSECONDS // 10 ** max(0, (len(text) - 8) // 3 * 3)
            at = datetime.fromtimestamp(int(text) * scale / _MICROSECONDS, UTC)
        else:
            at = datetime.fromisoformat(text.strip())
    except (OSError, OverflowError, ValueError):
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return at if _EARLIEST <= at < _LATEST else None


def content_id(*parts: str) -> str:
    """A name for a message that its gateway gave none: the same for the same parts. 32 hexadecimal digits."""
    hashed = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        hashed.update(len(raw).to_bytes(8, "big") + raw)
    return hashed.hexdigest()[:32]


# ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Answer:
    """What a gateway answered, with a status of 2xx or one that was asked for."""

    status: int
    text: str


class Line:
    """Connections to one gateway. Nothing is opened before the first request. timeout_s: of a whole request."""

    def __init__(self, timeout_s: float = 15.0) -> None:
        self._timeout_s = timeout_s
        self._http: httpx.AsyncClient | None = None

    async def ask(
        self, method: str, url: str, *, headers: Mapping[str, str], content: bytes, heard: frozenset[int] = frozenset()
    ) -> Answer:
        """One request. A redirect is a refusal: a gateway that sends us to a login took nothing. Raises SendFailed.

        heard: statuses beside 2xx that are an answer and no failure.
        """
        if self._http is None:
            self._http = httpx.AsyncClient(timeout=self._timeout_s, follow_redirects=False, verify=trusted())
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await self._http.request(method, url, headers=raw, content=content or None)
        except (TimeoutError, httpx.TimeoutException):
            failed = SendFailed("timeout", retryable=True)
        except (httpx.HTTPError, httpx.InvalidURL):
            failed = SendFailed("network", retryable=True)
        else:
            if answer.is_success or answer.status_code in heard:
                return Answer(answer.status_code, answer.text)
            failed = _refusal(answer)
        raise failed  # afresh: a chained one would carry the URL

    async def close(self) -> None:
        """Closes the connections."""
        if self._http:
            http, self._http = self._http, None
            await http.aclose()


def _refusal(answer: httpx.Response) -> SendFailed:
    status = answer.status_code
    wait = answer.headers.get("retry-after", "")
    after = float(wait) if wait.isascii() and wait.isdigit() else None
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return SendFailed("throttled", retryable=True, retry_after_s=after)
    if status in {401, 403, 404, 405} or answer.is_redirect or answer.has_redirect_location:
        return SendFailed("misconfigured", retryable=True)
    if answer.is_server_error or status == httpx.codes.REQUEST_TIMEOUT:
        return SendFailed("carrier_down", retryable=True, retry_after_s=after)
    return SendFailed("refused", retryable=False)
