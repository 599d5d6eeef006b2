"""Our line to one Twilio account: Twilio's own client over our connections, and every failure as our policy."""

import asyncio
import json
import logging
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import httpx
from twilio.base.exceptions import TwilioException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from bot.handlers.authorities import trusted
from bot.handlers.twilio.failing import failure
from bot.vocabulary import SendFailed

T = TypeVar("T")

HOME: Final = "https://api.twilio.com"
_ODD: Final = (AttributeError, KeyError, TypeError, ValueError)  # Twilio's client over an answer of another shape


@dataclass(frozen=True, slots=True)
class Account:
    """A Twilio account as we use it.

    number: whose name our words bear, E.164, or a Messaging Service (MG…). old_token: signs webhooks, too, while
    `token` takes its place. status_url: where Twilio tells what became of a message; "" for nowhere. discard: Twilio
    is asked to keep neither words nor numbers (its Message Redaction must be on).
    """

    sid: str
    token: str = field(repr=False)
    number: str = field(repr=False)
    api_url: str = HOME
    status_url: str = ""
    old_token: str = field(default="", repr=False)
    discard: bool = False


class _Wire(AsyncHttpClient):  # type: ignore[misc]  # untyped
    """Twilio's client over our connections: another root, a timeout that holds, and no log of what was said."""

    def __init__(self, http: httpx.AsyncClient, root: str, timeout_s: float) -> None:
        super().__init__(logging.getLogger("twilio.http_client"), is_async=True, timeout=timeout_s)
        self._http = http
        self._root = root

    async def request(
        self,
        method: str,
        uri: str,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        **rest: Any,
    ) -> Response:
        """One request; redirects are answers. Raises Refused for whatever is not a success."""
        # Only path and query are Twilio's to say (it names the next page of a list): our token goes to our root alone.
        named = urlsplit(uri)
        url = f"{self._root}{named.path}" + (f"?{named.query}" if named.query else "")
        async with asyncio.timeout(self.timeout):
            answer = await self._http.request(
                method, url, params=params or None, data=data, headers=headers, auth=rest.get("auth")
            )
        if not answer.is_success:
            raise failure(answer.status_code, _code(answer), retry_after=answer.headers.get("retry-after", ""))
        return Response(answer.status_code, answer.text, answer.headers)


class Line:
    """Connections to one account. Nothing is opened before the first call. timeout_s: of one call."""

    def __init__(self, account: Account, *, timeout_s: float) -> None:
        self.account = account
        self.root = account.api_url.rstrip("/")
        self.discard = account.discard
        self._timeout_s = timeout_s
        self._opened: tuple[httpx.AsyncClient, Client] | None = None

    @property
    def auth(self) -> tuple[str, str]:
        """Who we are."""
        return self.account.sid, self.account.token

    @property
    def http(self) -> httpx.AsyncClient:
        """For what is not the Messages API: media."""
        return self._open()[0]

    @property
    def messages(self) -> Any:
        """The Messages resource of Twilio's untyped client; call its methods within `mapped`."""
        return self._open()[1].messages

    async def close(self) -> None:
        """Closes the connections; the next call opens them anew."""
        if self._opened:
            (http, _), self._opened = self._opened, None
            await http.aclose()

    def _open(self) -> tuple[httpx.AsyncClient, Client]:
        if self._opened is None:
            http = httpx.AsyncClient(timeout=self._timeout_s, follow_redirects=False, verify=trusted())
            self._opened = http, Client(*self.auth, http_client=_Wire(http, self.root, self._timeout_s))
        return self._opened


async def mapped(call: Awaitable[T]) -> T:
    """The call's result, or its failure as ours, raised afresh: a chained one would carry number, words and account."""
    try:
        return await call
    except SendFailed:
        raise
    except (TwilioException, OSError, httpx.HTTPError, httpx.InvalidURL, *_ODD) as error:
        failed = translated(error)
    raise failed


def translated(error: Exception) -> SendFailed:
    """A failure of the network or of Twilio's client as our policy; nothing of what it said."""
    if isinstance(error, (TimeoutError, httpx.TimeoutException)):
        return SendFailed("timeout", retryable=True)
    if isinstance(error, (OSError, httpx.HTTPError, httpx.InvalidURL)):
        return SendFailed("network", retryable=True)
    return SendFailed("unexpected_answer", retryable=True)


def _code(answer: httpx.Response) -> int:
    try:
        code = json.loads(answer.content)["code"]
    except (KeyError, RecursionError, TypeError, ValueError):
        return 0
    return code if isinstance(code, int) else 0
