"""The provider: a gateway's requests are proven and read, and our words are put as it wants them."""

import hmac
import json
import re
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from bot.handlers import gateways
from bot.handlers.generic.fieldmap import PLACEHOLDER, FieldMap, Outgoing, Proof
from bot.handlers.generic.reading import at_path, looking_in, looks, plain, read, read_receipt
from bot.handlers.numbers import callable_number
from bot.handlers.provider import Ack, Caps, Request
from bot.handlers.segments import messages
from bot.vocabulary import Message, Receipt, Rendered, SendFailed, Sent

_KINDS: Final = {"form": "application/x-www-form-urlencoded", "json": "application/json"}
_SHORTEST_SIGNATURE: Final = 43  # letters of 32 bytes in base64, unpadded


class GenericCarrier:
    """Our side of a gateway. Nothing is opened before the first call.

    map_: what its fields mean. send_url: where words are handed over. secret: what it shows us and, where the map says
    so, we show it. number: whose name our words bear. status_url: where reports shall come. fresh: makes a name that
    was never used, of letters and digits.
    """

    name = "generic"

    def __init__(
        self,
        map_: FieldMap,
        send_url: str,
        number: str,
        *,
        secret: str,
        status_url: str,
        fresh: Callable[[], str],
    ) -> None:
        if not secret:
            raise ValueError("a gateway without a secret would let anyone forge a report")
        self._map = map_
        self._send_url = send_url
        self._secret = secret
        self._number = number
        self._status_url = status_url
        self._fresh = fresh
        self._line = gateways.Line()
        self.secrets: tuple[str, ...] = (secret,)
        self.caps = Caps(
            methods=frozenset({map_.door.method}),
            kinds=frozenset({_KINDS[map_.door.kind]} if map_.door.kind in _KINDS else ()),
            receipts=map_.report is not None,
            joins=not map_.message.part_ref,
            max_chars=map_.send.max_chars,
        )

    def plausible(self, request: Request) -> bool:
        """Whether it shows our secret; where it signs its body, whether there is something like a signature."""
        if self._map.proof.how == "hmac-sha256":
            return len(request.headers.get(self._map.proof.header.lower(), "")) >= _SHORTEST_SIGNATURE
        return self.authentic(request)

    def authentic(self, request: Request) -> bool:
        """Whether whoever asks knows our secret."""
        signed = request.query if self._map.door.kind == "query" else request.body
        return _proves(request, self._map.proof, self._secret.encode(), signed)

    def parse(self, request: Request, *, sequence: int, now: datetime) -> Sequence[Message | Receipt] | None:  # noqa: ARG002 - no clock is needed
        """Messages; at the path of reports, receipts."""
        reports = self._map.report if urlsplit(request.url).path.endswith("/status") else None
        found = looks(request, self._map.door.kind, (reports or self._map.message).each)
        if found is None:
            return None
        if reports:
            return tuple(receipt for look in found if (receipt := read_receipt(look, reports)))
        read_each = [read(look, self._map.message, sequence=sequence + n) for n, look in enumerate(found)]
        told = tuple(message for message in read_each if message)
        # One unreadable message makes the request a dead letter: a person finds the others in it, none is lost.
        return told if len(told) == len(read_each) else None

    def ack(self) -> Ack:
        """What the map says that the gateway wants to hear."""
        ack = self._map.ack
        return Ack(ack.status, ack.body.encode(), ack.content_type)

    async def fetch_since(self, since: datetime) -> AsyncIterator[Message]:  # noqa: ARG002 - it keeps nothing
        """Nothing: we know no list."""
        for message in tuple[Message, ...]():
            yield message

    async def redact(self, external_id: str) -> None:
        """Nothing: what such a gateway keeps is between it and its owner."""

    async def send(self, address: str, rendered: Rendered, *, callback: str = "") -> Sent:  # noqa: ARG002 - no taps here
        """Says the words, in several messages if they are over the map's limit. Raises SendFailed."""
        to, most = callable_number(address), self._map.send.max_chars
        return Sent(tuple([await self._say(to, piece) for piece in messages(rendered.text, most)]))

    async def _say(self, address: str, text: str) -> str:
        how, name = self._map.send, self._fresh()
        values = {
            "to": address,
            "to_digits": address[1:],
            "text": text,
            "text_hex": text.encode("utf-16-be").hex(),
            "from": self._number,
            "id": name,
            "secret": self._secret,
            "status_url": self._status_url,
        }
        url, content, headers = _put(how, self._send_url, values)
        answer = await self._line.ask(how.method, url, headers=headers, content=content)
        return _accepted(answer.text, how) or name

    async def close(self) -> None:
        """Closes the connections."""
        await self._line.close()


def _proves(request: Request, proof: Proof, secret: bytes, signed: bytes) -> bool:
    """signed: where its fields stand; what we read and nobody signed would be anybody's."""
    shown = request.headers.get(proof.header.lower(), "")
    if proof.how == "basic":
        return hmac.compare_digest(gateways.password(shown), secret)
    if not shown.startswith(proof.prefix):
        return False
    given = shown[len(proof.prefix) :].encode("latin-1", "replace")
    if proof.how == "equal":
        return hmac.compare_digest(given, secret)
    digest = hmac.digest(secret, signed, "sha256")
    as_hex = hmac.compare_digest(given.lower(), digest.hex().encode())
    return hmac.compare_digest(given, b64encode(digest)) or as_hex


def _put(how: Outgoing, url: str, values: Mapping[str, str]) -> tuple[str, bytes, dict[str, str]]:
    """Address, body and headers of a request."""
    fields = _filled(how.fields, values)
    headers = {name: str(value) for name, value in _filled(how.headers, values).items()}
    if how.kind == "query":
        return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(fields)}", b"", headers
    if how.kind == "json":
        return url, json.dumps(fields, ensure_ascii=False).encode(), {"Content-Type": "application/json"} | headers
    return url, urlencode(fields).encode(), {"Content-Type": _KINDS["form"]} | headers


def _filled(template: Any, values: Mapping[str, str]) -> Any:
    if isinstance(template, str):
        return PLACEHOLDER.sub(lambda found: values[found[1]], template)
    if isinstance(template, dict):
        return {name: _filled(item, values) for name, item in template.items()}
    if isinstance(template, list):
        return [_filled(item, values) for item in template]
    return template


def _accepted(text: str, how: Outgoing) -> str:
    """What the gateway calls the message, "" where it names none. Raises SendFailed when the answer is no yes."""
    parsed: object = None
    if how.ok_path or how.id_path:
        try:
            parsed = json.loads(text)
        except (RecursionError, ValueError):
            parsed = None
    page = text.lstrip()[:15].lower().startswith(("<!doctype html", "<html"))
    if page or how.ok_text not in text or (how.ok_path and str(at_path(parsed, how.ok_path)) not in how.ok_values):
        raise SendFailed("unexpected_answer", retryable=True)
    if how.id_path:
        found = looking_in(parsed)(how.id_path)
        return plain(found)[:128]
    match = re.search(how.id_pattern, text) if how.id_pattern else None
    return match[1][:128] if match else ""
