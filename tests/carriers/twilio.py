"""Twilio's Messages API, and its webhooks: signed by our own reading of the rule, repeated as connection overrides say.

In another process: `python -m tests.carriers.twilio --port N`; then POST /control/receive (arguments of `receive`),
POST /control/fault (fields of Fault), GET /control/sent.
"""

import argparse
import hmac
import json
import math
import re
import signal
from base64 import b64decode, b64encode
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from email.utils import formatdate
from typing import Any, Self, TypeVar
from urllib.parse import parse_qsl

import httpx

from tests.carriers.http import Answer, Dropped, Request, Server

T = TypeVar("T")

SID = "AC" + "0" * 31 + "1"
TOKEN = "made-up-auth-token-for-tests-0000"
NUMBER = "+9647700000099"
_JSON = {"content-type": "application/json"}
_FORM = {"content-type": "application/x-www-form-urlencoded; charset=UTF-8", "user-agent": "TwilioProxy/1.1"}
_ALLOWED = frozenset(
    {"To", "From", "MessagingServiceSid", "Body", "MediaUrl", "StatusCallback", "ContentRetention", "AddressRetention"}
)
# Text of a refusal by its code, https://www.twilio.com/docs/api/errors
_WORDS = {
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    21211: "The 'To' number is not a valid phone number.",
    21212: "The 'From' number is not a valid phone number.",
    21602: "Message body is required.",
    21603: "A 'From' or 'MessagingServiceSid' parameter is required.",
    21604: "A 'To' phone number is required.",
    21610: "Attempt to send to unsubscribed recipient",
    21617: "The concatenated message body exceeds the 1600 character limit.",
}
_PHONE = re.compile(r"(?:whatsapp:)?\+[1-9]\d{6,14}")


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with the next `times` messages (to `to`, if given). code 0: taken, and never answered."""

    code: int
    status: int = 400
    to: str = ""
    times: int = 1


class Refusal(Exception):
    """Twilio's own refusal."""

    def __init__(self, code: int, status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


def signature(token: str, url: str, params: Iterable[tuple[str, str]]) -> str:
    """X-Twilio-Signature: HMAC-SHA1 over the URL and, by name and then value, every distinct name and value."""
    signed = url + "".join(name + value for name, value in sorted(set(params)))
    return b64encode(hmac.digest(token.encode(), signed.encode(), "sha1")).decode()


class FakeTwilio:
    """One account's API, and the network behind it. opted_out: who wrote STOP to Twilio itself."""

    def __init__(self, *, port: int = 0) -> None:
        self.sid, self.token, self.number = SID, TOKEN, NUMBER
        self.messages: list[dict[str, Any]] = []
        self.violations: list[str] = []
        self.opted_out: set[str] = set()
        self.media: dict[str, bytes] = {}
        self._status_urls: dict[str, str] = {}
        self._faults: list[Fault] = []
        self._received = 0
        self._server = Server(self._handle, port=port)

    # ── for tests ──

    def start(self) -> Self:
        """Listens."""
        self._server.start()
        return self

    def close(self) -> None:
        """Ends."""
        self._server.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        """What MUNTADA_TWILIO_API_URL is set to."""
        return self._server.url

    def fault(self, fault: Fault) -> None:
        """Something will go wrong."""
        self._faults.append(fault)

    def texts(self, to: str) -> list[str]:
        """What one telephone was told."""
        return [message["body"] for message in self.messages if message["to"] == to]

    def form(
        self, sender: str, body: str, *, media: Sequence[tuple[str, str]] = (), **more: str
    ) -> list[tuple[str, str]]:
        """An incoming message as Twilio's form has it. media: (URL, content type). A new MessageSid unless given."""
        self._received += 1
        sid = more.pop("MessageSid", f"SM{self._received:032x}")
        fields = {
            "ToCountry": "IQ", "ToState": "", "SmsMessageSid": sid, "NumMedia": str(len(media)), "ToCity": "",
            "FromZip": "", "SmsSid": sid, "FromState": "", "SmsStatus": "received", "FromCity": "Kanarienstadt",
            "Body": body, "FromCountry": "IQ", "To": self.number, "NumSegments": str(segments(body)), "MessageSid": sid,
            "AccountSid": self.sid, "From": sender, "ApiVersion": "2010-04-01",
        }  # fmt: skip
        for n, (url, content_type) in enumerate(media):
            fields |= {f"MediaUrl{n}": url, f"MediaContentType{n}": content_type}
        return list((fields | more).items())

    def post(
        self, params: Sequence[tuple[str, str]], url: str, *, token: str = ""
    ) -> tuple[str, bytes, dict[str, str]]:
        """(URL without fragment, body, headers) of a signed webhook, for whichever client delivers it."""
        target = url.partition("#")[0]
        signed = signature(token or self.token, target, params)
        body = str(httpx.QueryParams(list(params))).encode()
        return (
            target,
            body,
            {**_FORM, "x-twilio-signature": signed, "i-twilio-idempotency-token": dict(params)["MessageSid"]},
        )

    async def deliver(self, params: Sequence[tuple[str, str]], url: str) -> list[int]:
        """Brings a webhook to `url`, repeating as its fragment says (#rc=5&rp=all); the status of each try, 0 for none.

        Without a fragment Twilio repeats once, and only what did not connect.
        """
        overrides = dict(parse_qsl(url.partition("#")[2]))
        tries, for_all = 1 + int(overrides.get("rc", "1")), overrides.get("rp", "ct") == "all"
        target, body, headers = self.post(params, url)
        seen: list[int] = []
        async with httpx.AsyncClient(timeout=15, trust_env=False) as http:
            for _ in range(tries):
                try:
                    seen.append((await http.post(target, content=body, headers=headers)).status_code)
                except httpx.HTTPError:
                    seen.append(0)
                if seen[-1] and not (for_all and seen[-1] >= 500):
                    break
        return seen

    async def receive(self, sender: str, body: str, url: str) -> list[int]:
        """Someone sends an SMS to our number; Twilio brings it to `url`."""
        return await self.deliver(self.form(sender, body), url)

    async def report(self, sid: str, status: str, error: str = "") -> list[int]:
        """Tells the sender's status URL what became of a message."""
        message = next(message for message in self.messages if message["sid"] == sid)
        fields = {
            "AccountSid": self.sid,
            "ApiVersion": "2010-04-01",
            "From": message["from"] or "",
            "To": message["to"],
            "MessageSid": sid,
            "MessageStatus": status,
            "SmsSid": sid,
            "SmsStatus": status,
        }
        if error:
            fields["ErrorCode"] = error
        return await self.deliver(list(fields.items()), self._status_urls[sid])

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs `receive`, `report` or `deliver` from a plain test."""
        return self._server.run(work)

    # ── the API ──

    async def _handle(self, request: Request) -> Answer:
        if request.path.startswith("/control/"):
            return await self._control(request)
        try:
            return await self._api(request)
        except Refusal as refusal:
            body = {
                "code": refusal.code,
                "message": _WORDS.get(refusal.code, "Injected"),
                "more_info": f"https://www.twilio.com/docs/errors/{refusal.code}",
                "status": refusal.status,
            }
            return Answer(refusal.status, json.dumps(body).encode(), _JSON)

    async def _api(self, request: Request) -> Answer:
        self._authorise(request)
        root = f"/2010-04-01/Accounts/{self.sid}/Messages"
        if request.path == f"{root}.json" and request.method == "POST":
            message = self._create(parse_qsl(request.body.decode(), keep_blank_values=True))
            return Answer(201, json.dumps(message).encode(), _JSON)
        if request.path in self.media:
            return Answer(200, self.media[request.path])
        for message in self.messages:
            if request.path == f"{root}/{message['sid']}.json":
                return Answer(200, json.dumps(message).encode(), _JSON)
        raise Refusal(20404, 404)

    def _authorise(self, request: Request) -> None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic" or b64decode(given) != f"{self.sid}:{self.token}".encode():
            raise Refusal(20003, 401)

    def _create(self, params: Sequence[tuple[str, str]]) -> dict[str, Any]:
        given = dict(params)
        unknown = set(given) - _ALLOWED
        self.violations += [f"unknown parameter {name}" for name in unknown]
        self._validate(given)
        fault = self._fault(given["To"])
        if fault and fault.code:
            raise Refusal(fault.code, fault.status)
        message = self._resource(given)
        self.messages.append(message)
        self._status_urls[message["sid"]] = given.get("StatusCallback", "")
        if fault:
            raise Dropped
        return message

    def _validate(self, given: Mapping[str, str]) -> None:
        to, sender, body = (given.get(name, "") for name in ("To", "From", "Body"))
        checks = (
            (21604, not to),
            (21211, not _PHONE.fullmatch(to)),
            (21603, not sender and "MessagingServiceSid" not in given),
            (21212, bool(sender) and not _PHONE.fullmatch(sender)),
            (21602, not body.strip() and "MediaUrl" not in given),
            (21617, len(body) > 1600),
            (21610, to in self.opted_out),
        )
        for code, wrong in checks:
            if wrong:
                raise Refusal(code)

    def _resource(self, given: Mapping[str, str]) -> dict[str, Any]:
        sid = f"SM{len(self.messages) + 1:032x}"
        uri = f"/2010-04-01/Accounts/{self.sid}/Messages/{sid}"
        now = formatdate()
        return {
            "account_sid": self.sid, "api_version": "2010-04-01", "body": given.get("Body", ""), "date_created": now,
            "date_sent": None, "date_updated": now, "direction": "outbound-api", "error_code": None,
            "error_message": None, "from": given.get("From"), "messaging_service_sid": given.get("MessagingServiceSid"),
            "num_media": "0", "num_segments": str(segments(given.get("Body", ""))), "price": None, "price_unit": "USD",
            "sid": sid, "status": "queued", "subresource_uris": {"media": f"{uri}/Media.json"}, "to": given["To"],
            "uri": f"{uri}.json",
        }  # fmt: skip

    def _fault(self, to: str) -> Fault | None:
        for number, fault in enumerate(self._faults):
            if fault.to in {"", to}:
                self._faults[number : number + 1] = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                return fault
        return None

    # ── from another process ──

    async def _control(self, request: Request) -> Answer:
        given = json.loads(request.body or b"{}")
        match request.path.removeprefix("/control/"):
            case "receive":
                result: object = await self.receive(**given)
            case "fault":
                self.fault(Fault(**given))
                result = asdict(Fault(**given))
            case "sent":
                result = self.messages
            case _:
                return Answer(404)
        return Answer(200, json.dumps(result).encode(), _JSON)


def segments(body: str) -> int:
    """Parts of a message, roughly as Twilio bills them: what is plain ASCII in 160 or 153, all else in 70 or 67."""
    alone, part = (160, 153) if body.isascii() else (70, 67)
    units = len(body.encode("utf-16-le")) // 2
    return 1 if units <= alone else math.ceil(units / part)


def main() -> None:
    """Serves until it is told to end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    port = parser.parse_args().port
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # in the server's thread too, so that sigwait gets them
    with FakeTwilio(port=port) as twilio:
        given = {"url": twilio.url, "sid": twilio.sid, "token": twilio.token, "number": twilio.number}
        print(json.dumps(given), flush=True)  # noqa: T201 - for the parent
        signal.sigwait(ends)


if __name__ == "__main__":
    main()
