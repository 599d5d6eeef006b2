"""Twilio's Messages API as documented: makes, lists, redacts and deletes messages, and refuses what Twilio refuses."""

import json
import math
import re
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.carriers.http import Answer, Dropped, Request

SID = "AC" + "0" * 31 + "1"
TOKEN = "made-up-auth-token-for-tests-0000"
NUMBER = "+9647700000099"
ROOT = f"/2010-04-01/Accounts/{SID}/Messages"
_JSON = {"content-type": "application/json"}
_ALLOWED = frozenset(
    {"To", "From", "MessagingServiceSid", "Body", "MediaUrl", "StatusCallback", "ContentRetention", "AddressRetention"}
)
_FILTERS = frozenset({"To", "From", "DateSent>", "PageSize", "Page", "PageToken"})
# Text of a refusal by its code, https://www.twilio.com/docs/api/errors
_WORDS = {
    20003: "Authenticate",
    20009: "Cannot delete message because delivery has not been completed.",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    21211: "The 'To' number is not a valid phone number.",
    21212: "The 'From' number is not a valid phone number.",
    21602: "Message body is required.",
    21603: "A 'From' or 'MessagingServiceSid' parameter is required.",
    21604: "A 'To' phone number is required.",
    21610: "Attempt to send to unsubscribed recipient",
    21617: "The concatenated message body exceeds the 1600 character limit.",
    30029: "Invalid ContentRetention",
    30030: "Invalid AddressRetention",
}
_PHONE = re.compile(r"(?:whatsapp:)?\+[1-9]\d{6,14}")
_UNFINISHED = frozenset({"accepted", "queued", "sending"})


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with the next `times` messages (to `to`, if given). code 0: taken, and never answered."""

    code: int
    status: int = 400
    to: str = ""
    times: int = 1
    retry_after: str = ""


class Refusal(Exception):
    """Twilio's own refusal."""

    def __init__(self, code: int, status: int = 400, retry_after: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.retry_after = retry_after


class Api:
    """One account's messages. messages: ours, oldest first. inbound: what came to our number, whoever was told.

    opted_out: who wrote STOP to Twilio itself. redaction: whether the account may ask for words not to be kept. clock:
    when a message comes or goes. refused: HTTP status by "METHOD last part of the path". asked: every request,
    "METHOD path?query". given: the parameters of every message we tried to make.
    """

    def __init__(self) -> None:
        self.sid, self.token, self.number = SID, TOKEN, NUMBER
        self.messages: list[dict[str, Any]] = []
        self.inbound: list[dict[str, Any]] = []
        self.violations: list[str] = []
        self.opted_out: set[str] = set()
        self.media: dict[str, bytes] = {}
        self.redaction = True
        self.refused: dict[str, int] = {}
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.asked: list[str] = []
        self.given: list[dict[str, str]] = []
        self._status_urls: dict[str, str] = {}
        self._faults: list[Fault] = []

    def fault(self, fault: Fault) -> None:
        """Something will go wrong."""
        self._faults.append(fault)

    def mended(self) -> None:
        """Nothing goes wrong any more."""
        self._faults.clear()

    def texts(self, to: str) -> list[str]:
        """What one telephone was told."""
        return [message["body"] for message in self.messages if message["to"] == to]

    def log_inbound(self, form: Mapping[str, str]) -> None:
        """Remembers an incoming message, once, as the log does whether or not a webhook brings it."""
        if any(message["sid"] == form["MessageSid"] for message in self.inbound):
            return
        count = int(form["NumMedia"])
        media = [(form[f"MediaUrl{n}"], form[f"MediaContentType{n}"]) for n in range(count)]
        self.inbound.append(
            _resource(
                form["MessageSid"], self._now(),
                account_sid=form["AccountSid"], body=form["Body"], to=form["To"], **{"from": form["From"]},
                direction="inbound", status="received", date_sent=self._now(), num_media=str(count), _media=media,
            )
        )  # fmt: skip

    async def answer(self, request: Request) -> Answer:
        """One call of the API."""
        self.asked.append(f"{request.method} {request.path}" + (f"?{request.query}" if request.query else ""))
        try:
            self._refuse(request)
            return self._api(request)
        except Refusal as refusal:
            body = {
                "code": refusal.code,
                "message": _WORDS.get(refusal.code, "Injected"),
                "more_info": f"https://www.twilio.com/docs/errors/{refusal.code}",
                "status": refusal.status,
            }
            wish = {"retry-after": refusal.retry_after} if refusal.retry_after else {}
            return Answer(refusal.status, json.dumps(body).encode(), _JSON | wish)

    def _refuse(self, request: Request) -> None:
        if status := self.refused.get(f"{request.method} {request.path.rpartition('/')[2]}"):
            raise Refusal(20001, status)

    def _api(self, request: Request) -> Answer:
        self._authorise(request)
        if request.path == f"{ROOT}.json":
            if request.method == "POST":
                return _said(self._create(parse_qsl(request.body.decode(), keep_blank_values=True)), 201)
            return _said(self._list(dict(parse_qsl(request.query))))
        if request.path in self.media:
            return Answer(200, self.media[request.path])
        for log in (self.messages, self.inbound):
            for message in log:
                if request.path == f"{ROOT}/{message['sid']}/Media.json":
                    return _said(_media_of(message))
                if request.path == f"{ROOT}/{message['sid']}.json":
                    return self._one(request, log, message)
        raise Refusal(20404, 404)

    def _one(self, request: Request, log: list[dict[str, Any]], message: dict[str, Any]) -> Answer:
        if request.method == "DELETE":
            if message["status"] in _UNFINISHED:
                raise Refusal(20009, 409)
            log.remove(message)
            return Answer(204)
        if request.method == "POST":
            given = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
            if given != {"Body": ""}:
                self.violations.append("a message can only be emptied")
            message["body"] = ""
        return _said(_shown(message))

    def _list(self, given: Mapping[str, str]) -> dict[str, Any]:
        self.violations += [f"unknown filter {name}" for name in set(given) - _FILTERS]
        size, page = min(int(given.get("PageSize", 50)), 1000), int(given.get("Page", 0))
        # Twilio compares whole seconds, and begins with the newest.
        after = datetime.fromisoformat(given["DateSent>"]) if "DateSent>" in given else None
        log = self.messages + self.inbound
        log.sort(key=_when)
        log.reverse()
        found = [
            message
            for message in log
            if given.get("To") in {None, message["to"]}
            and given.get("From") in {None, message["from"]}
            and (after is None or _when(message) >= after.replace(microsecond=0))
        ]
        shown, rest = found[page * size : (page + 1) * size], found[(page + 1) * size :]
        following = urlencode({**given, "Page": page + 1, "PageToken": "PA1"})
        return {
            "messages": [_shown(message) for message in shown], "page": page, "page_size": size, "start": page * size,
            "end": page * size + len(shown), "uri": f"{ROOT}.json", "first_page_uri": f"{ROOT}.json",
            "previous_page_uri": None, "next_page_uri": f"{ROOT}.json?{following}" if rest else None,
        }  # fmt: skip

    def _authorise(self, request: Request) -> None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic" or b64decode(given) != f"{self.sid}:{self.token}".encode():
            raise Refusal(20003, 401)

    def _create(self, params: Sequence[tuple[str, str]]) -> dict[str, Any]:
        given = dict(params)
        self.given.append(given)
        self.violations += [f"unknown parameter {name}" for name in set(given) - _ALLOWED]
        self._validate(given)
        fault = self._fault(given["To"])
        if fault and fault.code:
            raise Refusal(fault.code, fault.status, fault.retry_after)
        sid = f"SMe{len(self.messages) + 1:031x}"  # never one of `form`'s
        message = _resource(
            sid, self._now(),
            account_sid=self.sid, body=given.get("Body", ""), to=given["To"], **{"from": given.get("From")},
            messaging_service_sid=given.get("MessagingServiceSid"), direction="outbound-api", status="queued",
            date_sent=self._now(),
        )  # fmt: skip
        self.messages.append(message)
        self._status_urls[sid] = given.get("StatusCallback", "")
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
            (30029, not self.redaction and "ContentRetention" in given),
            (30030, not self.redaction and "AddressRetention" in given),
        )
        for code, wrong in checks:
            if wrong:
                raise Refusal(code)

    def _fault(self, to: str) -> Fault | None:
        for number, fault in enumerate(self._faults):
            if fault.to in {"", to}:
                self._faults[number : number + 1] = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                return fault
        return None

    def _now(self) -> str:
        return format_datetime(self.clock())


def segments(body: str) -> int:
    """Parts of a message, roughly as Twilio bills them: what is plain ASCII in 160 or 153, all else in 70 or 67."""
    alone, part = (160, 153) if body.isascii() else (70, 67)
    units = len(body.encode("utf-16-le")) // 2
    return 1 if units <= alone else math.ceil(units / part)


def _resource(sid: str, now: str, **more: Any) -> dict[str, Any]:
    uri = f"{ROOT}/{sid}"
    message: dict[str, Any] = {
        "api_version": "2010-04-01", "date_created": now, "date_sent": None, "date_updated": now, "error_code": None,
        "error_message": None, "messaging_service_sid": None, "num_media": "0",
        "num_segments": str(segments(more["body"])), "price": None, "price_unit": "USD", "sid": sid,
        "subresource_uris": {"media": f"{uri}/Media.json"}, "uri": f"{uri}.json", "_media": [],
    }  # fmt: skip
    return message | more


def _media_of(message: Mapping[str, Any]) -> dict[str, Any]:
    listed = []
    for url, content_type in message["_media"]:
        uri = url[url.index("/2010-04-01/") :] + ".json" if "/2010-04-01/" in url else url
        parent, sid = message["sid"], url.rpartition("/")[2]
        listed.append({"sid": sid, "parent_sid": parent, "content_type": content_type, "uri": uri, "account_sid": SID})
    return {"media_list": listed, "page": 0, "page_size": 50, "next_page_uri": None, "uri": message["uri"]}


def _when(message: Mapping[str, Any]) -> datetime:
    return parsedate_to_datetime(message["date_sent"])


def _shown(message: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if not name.startswith("_")}


def _said(found: Mapping[str, Any], status: int = 200) -> Answer:
    return Answer(status, json.dumps(_shown(found)).encode(), _JSON)
