"""Kannel: the SMPP gateway towards Zain, Asiacell and Korek, or a row of modems. What it brings, and how words get out.

In kannel.conf (SECRET is ours; Kannel takes it out of the address and into a header):

    group = core          sms-combine-concatenated-mo-timeout = 60, log-level = 3
    group = smsbox        http-request-retry = 1000, http-queue-delay = 10, log-level = 3
    group = sendsms-user  username = …, password = …, concatenation = true, max-messages = 10
    group = sms-service   keyword = default, catch-all = true, max-messages = 0, send-sender = true, and on one line
      post-url = "http://muntada:SECRET@HOST/hooks/sms/kannel?to=%P&coding=%c&charset=%C&id=%I&smsc=%i&time=%T&udh=%u"

- Without tries Kannel forgets a message that we could not keep at once.
- Of a long answer Kannel sends the first part alone and says that it took all, unless it is told of ten and to join.
- The service itself may send nothing: an answer in our response would reach a reporter as question marks.
- With `post-url` the words travel in the body and the sender in a header, so no log of addresses holds them; below
  log-level 3 Kannel itself writes both into its own. `get-url` with `&from=%p&text=%b` is understood too: %b are the
  raw bytes, UTF-16BE for Arabic.
- A part of a long message waits so many seconds for the others (half an hour, unless told otherwise).
- A message whose sender the network hides never reaches us: Kannel throws it away.
"""

import hmac
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from bot.handlers import gateways
from bot.handlers.channel import legible
from bot.handlers.mojibake import words
from bot.handlers.numbers import callable_number, sender
from bot.handlers.provider import Ack, Caps, Request
from bot.handlers.segments import count, fragment, messages
from bot.vocabulary import Channel, Delivery, Message, Receipt, Rendered, SendFailed, Sent

# Ten parts (max-messages; what is over is cut off without a word) of 67 UTF-16 units, less what is left empty where a
# pair would not fit.
_MAX_UNITS: Final = 660
_TAKEN: Final = re.compile(r"\s*[03]:")  # 0: Accepted for delivery, 3: Queued for later delivery
_HEARD: Final = frozenset({400})
_ASKED_FOR: Final = "31"  # dlr-mask: delivered 1, failed 2, queued 4, sent 8, rejected 16
_SECRET: Final = re.compile(r"[A-Za-z0-9._~-]{16,128}")
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────
def read(given: Mapping[str, bytes], *, called: str = "", sequence: int = 0) -> Message | None:
    """What we keep of an incoming message; None when it holds no text at all, not even an empty one.

    given: the fields of get-url, or of post-url with its body as "text". called: the sender, where no field names it.
    Kannel names a message once, so a second try carries the same id. It joins long messages itself; parts come only
    when the rest stayed away for so long that it gave up.
    """
    if "text" not in given:
        return None
    plain = {name: legible(value.decode("utf-8", "replace")) for name, value in given.items() if name != "text"}
    who, text = plain.get("from") or called, words(given["text"], _charset(plain))
    named = plain.get("id", "") or gateways.content_id(who, plain.get("time") or str(sequence), text)
    return Message(
        channel=Channel.SMS,
        carrier="kannel",
        account=sender(plain.get("to", "")),
        external_id=f"{plain.get('smsc', '')[:64]}:{named[:64]}",
        address=sender(who),
        sequence=sequence,
        text=text,
        sent_at=gateways.moment(plain.get("time", "")),
        fragment=fragment(given.get("udh", b"")),
    )


def _charset(plain: Mapping[str, str]) -> str:
    # Where kannel.conf names no charset, the coding still tells UCS-2 from the rest.
    return plain.get("charset") or ("utf-16be" if plain.get("coding") == "2" else "")


def read_receipt(given: Mapping[str, bytes]) -> Receipt | None:
    """What a delivery report tells; None when it is of a kind that moves nothing, or is none."""
    name = given.get("receipt", b"").decode("ascii", "replace")
    if not _NAME.fullmatch(name):
        return None
    match given.get("type", b""):
        case b"1":
            return Receipt("kannel", name, Delivery.DELIVERED)
        case b"2":  # the network tried until the message was too old
            return Receipt("kannel", name, Delivery.FAILED, SendFailed("undelivered", retryable=False))
        case b"4":
            return Receipt("kannel", name, Delivery.QUEUED)
        case b"8":
            return Receipt("kannel", name, Delivery.SENT)
        case b"16":
            return Receipt("kannel", name, Delivery.FAILED, SendFailed("refused", retryable=False))
        case _:
            return None


def _check(answer: gateways.Answer) -> None:
    """Raises SendFailed when smsbox did not take a message."""
    if answer.status in _HEARD:
        # All that it finds wrong with a request is ours to mend, but for a list in kannel.conf that bars this number.
        barred = "denied" in answer.text
        raise SendFailed("refused" if barred else "misconfigured", retryable=not barred)
    if not _TAKEN.match(answer.text):  # a page of a login, or of a proxy
        raise SendFailed("unexpected_answer", retryable=True)


# ── The provider ─────────────────────────────────────────────────────────────────────────────────────────────────
class KannelCarrier:
    """Our side of one smsbox. Nothing is opened before the first call.

    url: where smsbox listens for sendsms, such as http://127.0.0.1:13013. login: user and password of a `sendsms-user`.
    number: whose name our words bear, a short code or a name; "" where kannel.conf knows one. secret: what Kannel shows
    us, 16 to 128 of A–Z a–z 0–9 . _ ~ -, since it stands in an address in kannel.conf. status_url: where Kannel reports
    what became of a message, without the secret; "" for nowhere. fresh: makes a name never used, of letters and digits.
    """

    name = "kannel"
    caps = Caps(
        methods=frozenset({"GET", "POST"}),
        kinds=frozenset({"text/plain", "application/octet-stream"}),
        receipts=True,
        max_chars=_MAX_UNITS,
    )

    def __init__(
        self,
        url: str,
        login: tuple[str, str],
        number: str,
        *,
        secret: str,
        status_url: str,
        fresh: Callable[[], str],
    ) -> None:
        if not _SECRET.fullmatch(secret):
            raise ValueError("Kannel's secret is 16 to 128 of the letters A-Z a-z 0-9 . _ ~ -")
        self._url = url if urlsplit(url).path.strip("/") else f"{url.rstrip('/')}/cgi-bin/sendsms"
        self._login = login
        self._number = number
        self._secret = secret
        self._status_url = status_url
        self._fresh = fresh
        self._line = gateways.Line()
        self.secrets: tuple[str, ...] = (login[1], secret)

    def plausible(self, request: Request) -> bool:
        """Its password is in the header."""
        return self.authentic(request)

    def authentic(self, request: Request) -> bool:
        """Whether whoever asks knows our secret."""
        given = gateways.password(request.headers.get("authorization", ""))
        return hmac.compare_digest(given, self._secret.encode())

    def parse(self, request: Request, *, sequence: int, now: datetime) -> Sequence[Message | Receipt] | None:  # noqa: ARG002 - no clock is needed
        """One message, or one receipt."""
        given = gateways.fields(request.query)
        if "receipt" in given:
            told = read_receipt(given)
            return (told,) if told else ()
        if request.method == "POST":
            given["text"] = request.body
        # The header holds bytes; as text we were handed them one by one.
        called = request.headers.get("x-kannel-from", "").encode("latin-1", "replace").decode("utf-8", "replace")
        message = read(given, called=called, sequence=sequence)
        return (message,) if message else None

    def ack(self) -> Ack:
        """Nothing: every word of ours would be sent to the reporter as it stands."""
        return Ack()

    async def fetch_since(self, since: datetime) -> AsyncIterator[Message]:  # noqa: ARG002 - it keeps nothing
        """Nothing: Kannel keeps no list."""
        for message in tuple[Message, ...]():
            yield message

    async def redact(self, external_id: str) -> None:
        """Nothing: Kannel forgets what it handed on."""

    async def send(self, address: str, rendered: Rendered, *, callback: str = "") -> Sent:  # noqa: ARG002 - no taps here
        """Says the words, in several messages if they are over ten parts. Raises SendFailed."""
        to = callable_number(address)
        return Sent(tuple([await self._say(to, piece) for piece in messages(rendered.text, _MAX_UNITS)]))

    async def _say(self, address: str, text: str) -> str:
        name = self._fresh()
        # As a POST, so that words, number and password stand in no address.
        headers = {
            "X-Kannel-Username": self._login[0],
            "X-Kannel-Password": self._login[1],
            "X-Kannel-To": address,
            "X-Kannel-Coding": "0" if count(text).encoding == "gsm7" else "2",
            "Content-Type": "text/plain; charset=UTF-8",
        }
        if self._number:
            headers["X-Kannel-From"] = self._number
        if self._status_url:
            headers["X-Kannel-DLR-Mask"] = _ASKED_FOR
            headers["X-Kannel-DLR-Url"] = self._receipt_url(name)
        answer = await self._line.ask("POST", self._url, headers=headers, content=text.encode(), heard=_HEARD)
        _check(answer)
        return name

    def _receipt_url(self, name: str) -> str:
        scheme, _, rest = self._status_url.partition("://")
        rest = rest.replace("%", "%%")  # Kannel fills in what a percent sign announces
        return f"{scheme}://muntada:{self._secret}@{rest}?receipt={name}&type=%d"

    async def close(self) -> None:
        """Closes the connections."""
        await self._line.close()
