"""Alerts to a staff member's own program: a signed, content-free POST as Standard Webhooks describes it.

The same way the end of the audit chain goes to another organisation.
"""

import asyncio
import json
import secrets
import socket
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

import httpx
from standardwebhooks import Webhook

from bot.vocabulary import Rendered, SendFailed, Sent

_MAX_URL: Final = 2048
_PORTS: Final = range(1, 65_536)
_MAX_WAIT_S: Final = 3600.0
_MIN_SECRET: Final = 24  # bytes, Standard Webhooks, "Signature scheme"
_REFUSED: Final = "forbidden_address"


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the signature's moment is the sending's, and sending is I/O


class WebhookCarrier:
    """Posts alerts. secret: "whsec_" and the base64 of 24 bytes or more. Raises ValueError when it is not.

    allow_loopback: tests and a program on the same machine may be told over plain HTTP. timeout_s: of one call.
    """

    def __init__(
        self,
        secret: str,
        *,
        allow_loopback: bool = False,
        clock: Callable[[], datetime] = _now,
        timeout_s: float = 15.0,
    ) -> None:
        self._webhook = _webhook(secret)
        self._allow_loopback = allow_loopback
        self._clock = clock
        self._timeout_s = timeout_s
        self._http: httpx.AsyncClient | None = None

    async def send(self, address: str, rendered: Rendered, *, callback: str = "") -> Sent:
        """POSTs the words to the URL `address`. Raises SendFailed.

        callback: a name of this delivery that a repetition bears too; it becomes webhook-id, by which a receiver knows
        what it has heard already.
        """
        name = callback or f"msg_{secrets.token_hex(12)}"
        await self.tell(address, "alert", {"text": rendered.text}, name=name)
        return Sent((name,))

    async def tell(self, address: str, kind: str, data: Mapping[str, str], *, name: str) -> None:
        """POSTs what happened to the URL `address`; returns once the other side has it. Raises SendFailed."""
        now = self._clock()
        body = json.dumps({"type": kind, "timestamp": now.isoformat(), "data": dict(data)}, ensure_ascii=True)
        headers = {
            "content-type": "application/json",
            "user-agent": "Muntada",
            "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(name, now, body),
        }
        status, wait = await self._post(address, headers, body.encode())
        if failure := _failure(status, wait):
            raise failure

    async def _post(self, address: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
        """(status, Retry-After). The failure is raised outside: a chained one would carry the URL."""
        try:
            async with asyncio.timeout(self._timeout_s):
                url, host = await self._checked(address)
                request = self._open().build_request("POST", url, headers=headers | {"host": host}, content=body)
                # We speak to the very address that was checked; the name stays for TLS and for the other side.
                request.extensions["sni_hostname"] = httpx.URL(address).host
                answer = await self._open().send(request, stream=True)
                await answer.aclose()
                return answer.status_code, answer.headers.get("retry-after", "")
        except SendFailed as refused:
            failed = refused
        except (TimeoutError, httpx.TimeoutException):
            failed = SendFailed("timeout", retryable=True)
        except (OSError, httpx.HTTPError, httpx.InvalidURL, UnicodeError):
            failed = SendFailed("network", retryable=True)
        raise failed

    async def _checked(self, address: str) -> tuple[httpx.URL, str]:
        """The URL with a checked IP address for its host, and the Host header. Raises SendFailed."""
        try:
            url = httpx.URL(address if len(address) <= _MAX_URL else "")
        except httpx.InvalidURL:
            url = httpx.URL("")
        port = url.port or (443 if url.scheme == "https" else 80)
        if url.scheme not in {"https", "http"} or not url.host or url.userinfo or port not in _PORTS:
            raise SendFailed(_REFUSED, retryable=False, unreachable=True)
        found = await asyncio.get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        addresses = [ip_address(entry[4][0]) for entry in found]
        if not all(self._may(one, url.scheme) for one in addresses):
            raise SendFailed(_REFUSED, retryable=False, unreachable=True)
        return url.copy_with(host=str(addresses[0])), url.netloc.decode("ascii")

    def _may(self, address: IPv4Address | IPv6Address, scheme: str) -> bool:
        address = getattr(address, "ipv4_mapped", None) or address
        if address.is_loopback:
            return self._allow_loopback
        return scheme == "https" and address.is_global and not address.is_multicast

    def _open(self) -> httpx.AsyncClient:
        if self._http is None:
            self._http = httpx.AsyncClient(timeout=self._timeout_s, follow_redirects=False, trust_env=False)
        return self._http

    async def close(self) -> None:
        """Closes the connections."""
        if self._http:
            http, self._http = self._http, None
            await http.aclose()


def _webhook(secret: str) -> Webhook:
    try:
        key = b64decode(secret.removeprefix("whsec_") + "==")  # padding may be left out; too much does no harm
    except ValueError:
        key = b""
    if len(key) < _MIN_SECRET:
        raise ValueError('a webhook secret is "whsec_" and the base64 of at least 24 random bytes')
    return Webhook(key)


def _failure(status: int, wait: str) -> SendFailed | None:
    if 200 <= status < 300:  # noqa: PLR2004 - HTTP
        return None
    retry_after_s = min(float(wait), _MAX_WAIT_S) if wait.isascii() and wait.isdigit() and len(wait) <= 6 else None  # noqa: PLR2004 - more is absurd
    if status == 410:  # noqa: PLR2004 - "gone", which Standard Webhooks gives this meaning
        return SendFailed("gone", retryable=False, unreachable=True)
    if status in {408, 425, 429} or status >= 500:  # noqa: PLR2004 - HTTP
        return SendFailed("carrier_down", retryable=True, retry_after_s=retry_after_s)
    # A redirect is not followed: it may point where we do not go. The receiver's owner has to give the new address.
    return SendFailed("misconfigured", retryable=status in {401, 403, 404} or status < 400)  # noqa: PLR2004 - HTTP
