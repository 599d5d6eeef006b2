"""Twilio's Messages API, and its webhooks: signed by our own reading of the rule, repeated as connection overrides say.

In another process: `python -m tests.carriers.twilio --port N`; then POST /control/receive (arguments of `receive`),
POST /control/fault (fields of Fault), GET /control/sent.
"""

import argparse
import hmac
import json
import signal
from base64 import b64encode
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import asdict
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import httpx

from tests.carriers.http import Answer, Listening, Request, Server
from tests.carriers.twilio_api import NUMBER, SID, TOKEN, Api, Fault, Refusal, segments

__all__ = ["NUMBER", "SID", "TOKEN", "FakeTwilio", "Fault", "Refusal", "segments", "signature"]

T = TypeVar("T")

_FORM = {"content-type": "application/x-www-form-urlencoded; charset=UTF-8", "user-agent": "TwilioProxy/1.1"}


def signature(token: str, url: str, params: Iterable[tuple[str, str]]) -> str:
    """X-Twilio-Signature: HMAC-SHA1 over the URL and, by name and then value, every distinct name and value."""
    signed = url + "".join(name + value for name, value in sorted(set(params)))
    return b64encode(hmac.digest(token.encode(), signed.encode(), "sha1")).decode()


class FakeTwilio(Api, Listening):
    """One account's API, and the network behind it."""

    def __init__(self, *, port: int = 0) -> None:
        super().__init__()
        self._received = 0
        self._server = Server(self._handle, port=port)

    # ── for tests ──

    @property
    def url(self) -> str:
        """What MUNTADA_TWILIO_API_URL is set to."""
        return self._server.url

    def form(
        self, sender: str, body: str, *, media: Sequence[tuple[str, str]] = (), **more: str
    ) -> list[tuple[str, str]]:
        """An incoming message as Twilio's form has it, and its log. media: (URL, content type).

        A new MessageSid unless given.
        """
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
        fields |= more
        self.log_inbound(fields)
        return list(fields.items())

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
        async with httpx.AsyncClient(timeout=15, trust_env=False, verify=False) as http:
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
        message["status"], message["error_code"] = status, int(error) if error else None
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

    async def _handle(self, request: Request) -> Answer:
        if request.path.startswith("/control/"):
            return await self._control(request)
        return await self.answer(request)

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
        return Answer(200, json.dumps(result).encode(), {"content-type": "application/json"})


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
