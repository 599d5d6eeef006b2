"""Twilio: signatures and what we keep of a webhook (pure), and how our words get there (through Twilio's own client).

ProfileName, WaId, FromCity and whatever else Twilio knows about a person are never read.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import urljoin, urlsplit

import httpx
import phonenumbers
from twilio.base.exceptions import TwilioException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from bot.handlers.channel import MAX_MEDIUM_BYTES, legible
from bot.handlers.segments import cut
from bot.vocabulary import Channel, Medium, MediumKind, Message, Point, Rendered, SendFailed, Sent

T = TypeVar("T")
Params = Sequence[tuple[str, str]]

_HOME: Final = "https://api.twilio.com"
_MAX_BODY: Final = 1600  # characters, Twilio error 21617
_MAX_MEDIA: Final = 10  # Twilio, NumMedia
_SIGNATURE: Final = 28  # letters of a SHA-1 in base64
_FETCH_S: Final = 60.0
_MAX_HOPS: Final = 4
_SID: Final = re.compile(r"[A-Za-z0-9]{2,64}")
_CALLABLE: Final = re.compile(r"(?:whatsapp:)?\+[0-9]{5,15}")
_DIALLED: Final = re.compile(r"[+\d\s().\-]{5,32}")
_KINDS: Final = {"image": MediumKind.PHOTO, "audio": MediumKind.VOICE, "video": MediumKind.VIDEO}


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


class _Repeated(dict[str, list[str]]):
    """Parameters as the validator wants them when a name comes more than once."""

    def getall(self, name: str) -> list[str]:
        return self[name]


def authentic(*, url: str, params: Params, signature: str | None, tokens: Sequence[str]) -> bool:
    """Whether Twilio signed this request with one of `tokens` (two while one is being replaced). Never raises.

    url: as Twilio was given it, with its query. params: every one of the form, also empty, repeated and unknown ones,
    untouched. Only HMAC-SHA1 with the account's token: which algorithm holds is for us to say, not for a header.
    """
    if not signature or len(signature) != _SIGNATURE:
        return False
    repeated = _Repeated()
    for name, value in params:
        repeated.setdefault(name, []).append(value)
    try:
        return any(RequestValidator(token).validate(url, repeated, signature) for token in tokens if token)
    except (AttributeError, IndexError, TypeError, ValueError):  # the validator raises at what it did not expect
        return False


def read(params: Params, *, sequence: int = 0) -> Message | None:
    """What we keep of an incoming message; None without a MessageSid.

    sequence: receipt in microseconds; Twilio's own order is not to be had. The address is in E.164 where it is a
    number, with "whatsapp:" before it where Twilio wrote that; a short code or a name stays as it is.
    """
    given = _first(params)
    sid = given.get("MessageSid", "")
    if not _SID.fullmatch(sid):
        return None
    return Message(
        channel=Channel.SMS,
        carrier="twilio",
        account=legible(given.get("AccountSid", ""))[:64],
        external_id=sid,
        address=_address(given.get("From", "")),
        sequence=sequence,
        text=legible(given.get("Body", "")),
        media=tuple(_medium(given, n) for n in range(_MAX_MEDIA) if given.get(f"MediaUrl{n}")),
        point=_point(given),
    )


def read_status(params: Params) -> tuple[str, str, str]:
    """(message sid, status, error code) of a status callback; "" for what is absent or malformed."""
    given = _first(params)
    sid, status, code = (given.get(name, "") for name in ("MessageSid", "MessageStatus", "ErrorCode"))
    return (
        sid if _SID.fullmatch(sid) else "",
        status if re.fullmatch(r"[a-z_-]{1,32}", status) else "",
        code if re.fullmatch(r"[0-9]{1,6}", code) else "",
    )


def _first(params: Params) -> Mapping[str, str]:
    return dict(reversed(params))  # the first of a name counts


def _address(sender: str) -> str:
    scheme, colon, rest = sender.strip().rpartition(":")
    plain = legible(rest).strip()
    return f"{scheme}{colon}{_e164(plain)}"[:64]


def e164(number: str) -> str:
    """The number in international spelling (0770… is Iraq's); "" when it is no telephone number."""
    spelt = _e164(number.strip())
    return spelt if spelt.startswith("+") else ""


def _e164(number: str) -> str:
    if not _DIALLED.fullmatch(number):
        return number
    try:
        parsed = phonenumbers.parse(number, "IQ")
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_possible_number(parsed):
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _medium(given: Mapping[str, str], n: int) -> Medium:
    content_type = legible(given.get(f"MediaContentType{n}", ""))[:100].lower()
    kind = _KINDS.get(content_type.partition("/")[0], MediumKind.DOCUMENT)
    return Medium(kind, legible(given[f"MediaUrl{n}"]), content_type)


def _point(given: Mapping[str, str]) -> Point | None:
    try:
        lat, lon = float(given["Latitude"]), float(given["Longitude"])
    except (KeyError, ValueError):
        return None
    return Point(lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None  # noqa: PLR2004 - degrees


# ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────────

# What Twilio's error codes mean for us (twilio.com/docs/api/errors); what is not here follows from the HTTP status.
_STOPPED: Final = frozenset({21610})
_DEAD: Final = frozenset({21211, 21217, 21612, 21614, 30005, 30006})
_OURS_TO_MEND: Final = frozenset({21212, 21408, 21603, 21606, 21659, 30002})
_FINAL: Final = {30004: "blocked", 30007: "filtered", 63016: "window_closed"}
_BUSY: Final = frozenset({20429, 21611, 30001, 63018})
_ON_THE_WAY: Final = range(30000, 31000)  # delivery failures that pass: a telephone switched off, a network down


def failure(status: int, code: int) -> SendFailed:
    """Twilio's error as our policy. status: of HTTP, 0 for the error code of a status callback."""
    if code in _STOPPED:
        return SendFailed("stopped", retryable=False, unreachable=True)
    if code in _DEAD:
        return SendFailed("unreachable", retryable=False, unreachable=True)
    if code in _OURS_TO_MEND:
        return SendFailed("misconfigured", retryable=False)
    if code in _FINAL:
        return SendFailed(_FINAL[code], retryable=False)
    return _by_status(status, code)


def _by_status(status: int, code: int) -> SendFailed:
    if status == 429 or code in _BUSY:  # noqa: PLR2004 - HTTP
        return SendFailed("throttled", retryable=True)
    if status in {401, 403, 404} or 300 <= status < 400:  # noqa: PLR2004 - HTTP
        return SendFailed("misconfigured", retryable=True)
    if status >= 500 or code in _ON_THE_WAY:  # noqa: PLR2004 - HTTP
        return SendFailed("carrier_down", retryable=True)
    return SendFailed("refused", retryable=False)


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
        """One request; redirects are answers."""
        url = uri if self._root == _HOME else f"{self._root}{urlsplit(uri).path}"
        async with asyncio.timeout(self.timeout):
            answer = await self._http.request(
                method, url, params=params, data=data, headers=headers, auth=rest.get("auth")
            )
        return Response(answer.status_code, answer.text, answer.headers)


class TwilioCarrier:
    """Our side of Twilio's Messages. Nothing is opened before the first call.

    number: whose name our words bear, E.164, or a Messaging Service (MG…). status_url: where Twilio tells what became
    of a message; "" for nowhere. timeout_s: of one call. Buttons are not shown: the words say which digit means what.
    """

    def __init__(
        self,
        sid: str,
        token: str,
        number: str,
        api_url: str = _HOME,
        status_url: str = "",
        *,
        timeout_s: float = 15.0,
    ) -> None:
        self._auth = (sid, token)
        self._number = number
        self._root = api_url.rstrip("/")
        self._status_url = status_url
        self._timeout_s = timeout_s
        self._opened: tuple[httpx.AsyncClient, Client] | None = None

    async def send(self, address: str, rendered: Rendered, *, callback: str = "") -> Sent:  # noqa: ARG002 - no taps here
        """Says the words, in several messages if they are over 1,600 characters. Raises SendFailed."""
        if not _CALLABLE.fullmatch(address):
            # A short code, a name or nobody: Twilio can carry nothing there.
            raise SendFailed("no_address", retryable=False, unreachable=True)
        pieces = [piece for piece in cut(legible(rendered.text), _MAX_BODY) if piece.strip()]
        return Sent(tuple([await self._say(address, piece) for piece in pieces]))

    async def _say(self, address: str, text: str) -> str:
        _, client = self._open()
        scheme, colon, _ = address.rpartition(":")
        sender = {"from_": f"{scheme}{colon}{self._number}"}
        if self._number.startswith("MG"):
            sender = {"messaging_service_sid": self._number}
        if self._status_url:
            sender["status_callback"] = self._status_url
        made = await _mapped(client.messages.create_async(to=address, body=text, **sender))
        if not isinstance(made.sid, str):
            raise SendFailed("unexpected_answer", retryable=True)
        return made.sid

    async def fetch(self, url: str) -> bytes:
        """The bytes of a medium, from Twilio's own hosts alone. Raises SendFailed: "too_large" over 20 MB."""
        for _ in range(_MAX_HOPS):
            status, content = await _mapped(self._get(url))
            if status == 200:  # noqa: PLR2004 - HTTP
                return content
            url = urljoin(url, content.decode("ascii", "replace"))
        raise SendFailed("unfetchable", retryable=False)

    async def _get(self, url: str) -> tuple[int, bytes]:
        """(200, the bytes), or (a redirect's status, where it points)."""
        http, _ = self._open()
        ours = _origin(url) == _origin(self._root)
        if not ours and not _is_twilio(url):
            raise SendFailed("unfetchable", retryable=False)
        async with asyncio.timeout(_FETCH_S), http.stream("GET", url, auth=self._auth if ours else None) as answer:
            if answer.is_redirect:
                return answer.status_code, answer.headers["location"].encode("ascii", "replace")
            if answer.status_code != 200:  # noqa: PLR2004 - HTTP
                raise failure(answer.status_code, 0)
            content = bytearray()
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > MAX_MEDIUM_BYTES:
                    raise SendFailed("too_large", retryable=False)
            return 200, bytes(content)

    async def close(self) -> None:
        """Closes the connections."""
        if self._opened:
            (http, _), self._opened = self._opened, None
            await http.aclose()

    def _open(self) -> tuple[httpx.AsyncClient, Client]:
        if self._opened is None:
            http = httpx.AsyncClient(timeout=self._timeout_s, follow_redirects=False)
            self._opened = http, Client(*self._auth, http_client=_Wire(http, self._root, self._timeout_s))
        return self._opened


async def _mapped(call: Awaitable[T]) -> T:
    """The call's result, or its failure as ours, raised afresh: a chained one would carry number, words and account."""
    try:
        return await call
    except SendFailed:
        raise
    except TwilioException as error:
        failed = failure(_number(error, "status"), _number(error, "code"))
    except (TimeoutError, httpx.TimeoutException):
        failed = SendFailed("timeout", retryable=True)
    except (httpx.HTTPError, httpx.InvalidURL):
        failed = SendFailed("network", retryable=True)
    except (AttributeError, KeyError, TypeError, ValueError):
        failed = SendFailed("unexpected_answer", retryable=True)
    raise failed


def _number(error: TwilioException, name: str) -> int:
    value = getattr(error, name, 0)
    return value if isinstance(value, int) else 0


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc


def _is_twilio(url: str) -> bool:
    scheme, host = _origin(url)
    return scheme == "https" and host.endswith((".twilio.com", ".twiliocdn.com"))
