"""What a gateway's fields tell: messages and delivery reports, looked up by the names that its map gives them."""

import binascii
import json
from base64 import b64decode
from collections.abc import Callable
from typing import Any

from bot.handlers import gateways
from bot.handlers.channel import legible
from bot.handlers.generic.fieldmap import Incoming, Reports
from bot.handlers.mojibake import repaired, words
from bot.handlers.numbers import sender
from bot.handlers.provider import Request
from bot.vocabulary import Channel, Delivery, Fragment, Message, Receipt, SendFailed

Look = Callable[[str], bytes | str | None]  # the value of a field, bytes where it is not text yet

_LATIN, _UCS2 = 3, 8  # SMPP 3.4, 5.2.19 data_coding


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────
def read(look: Look, names: Incoming, *, sequence: int = 0) -> Message | None:
    """What we keep of an incoming message; None when there is no text in it, or its bytes cannot be read.

    A gateway that names no message has it named by sender, time and words: what it repeats is the same, and the same
    words at another time are another message. Where it tells no time either, nothing is taken for a repetition.
    """
    text = _text(look, names)
    if text is None:
        return None
    who, at = plain(look(names.from_)), plain(look(names.time))
    named = plain(look(names.id)).strip()
    if len(named) > 128:  # noqa: PLR2004 - no gateway's, but what is too long to keep must not be mixed up
        named = gateways.content_id(named)
    return Message(
        channel=Channel.SMS,
        carrier="generic",
        account=sender(plain(look(names.to))),
        external_id=named or gateways.content_id(who, at or str(sequence), text),
        address=sender(who),
        sequence=sequence,
        text=text,
        sent_at=gateways.moment(at),
        fragment=_fragment(look, names),
    )


def _text(look: Look, names: Incoming) -> str | None:
    value = look(names.text)
    if value is None:
        return None
    if names.carried == "text" and isinstance(value, str):
        return legible(repaired(value))
    raw = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    try:
        if names.carried == "hex":
            raw = binascii.unhexlify(raw.strip())
        elif names.carried == "base64":
            raw = b64decode(raw, validate=True)
    except ValueError:
        return None
    return words(raw, _charset(look(names.coding), names.charset))


def _charset(coding: bytes | str | None, charset: str) -> str:
    """SMPP's data coding as a number in digits, or as the raw byte that Jasmin sends."""
    digits = plain(coding)
    number = int(digits) if digits.isascii() and digits.isdigit() else ord(digits) if len(digits) == 1 else 0
    return {_UCS2: "utf-16be", _LATIN: "iso-8859-1"}.get(number, charset)


def _fragment(look: Look, names: Incoming) -> Fragment | None:
    ref, *numbers = (plain(look(name)) for name in (names.part_ref, names.part_index, names.part_total))
    if not ref or not all(number.isascii() and number.isdigit() and len(number) <= 3 for number in numbers):  # noqa: PLR2004 - one byte
        return None
    index, total = map(int, numbers)
    return Fragment(ref[:64], index, total) if 0 < index <= total > 1 else None


def read_receipt(look: Look, names: Reports) -> Receipt | None:
    """What a delivery report tells; None when it names no message or a state that moves nothing."""
    name, status = plain(look(names.id)).strip(), plain(look(names.status)).strip().casefold()
    if not name:
        return None
    states = {
        Delivery.DELIVERED: names.delivered,
        Delivery.FAILED: names.failed,
        Delivery.SENT: names.sent,
        Delivery.QUEUED: names.queued,
    }
    for delivery, spelt in states.items():
        if status in {word.casefold() for word in spelt}:
            failed = SendFailed("undelivered", retryable=False) if delivery is Delivery.FAILED else None
            return Receipt("generic", name[:128], delivery, failed)
    return None


def plain(value: bytes | str | None) -> str:
    """A field as text that a database can hold."""
    return legible(value.decode("utf-8", "replace") if isinstance(value, bytes) else value or "")


# ── Looking fields up ────────────────────────────────────────────────────────────────────────────────────────────
def looks(request: Request, kind: str, each: str) -> list[Look] | None:
    """How to look fields up, once for each message that the request holds; None when it cannot be read."""
    if kind != "json":
        found = gateways.fields(request.query if kind == "query" else request.body)
        return [found.get]
    try:
        parsed = json.loads(request.body.decode("utf-8", "replace"))
    except (RecursionError, ValueError):
        return None
    items = at_path(parsed, each) if each else [parsed]
    if not isinstance(items, list):
        return None
    return [looking_in(item) for item in items]


def looking_in(item: object) -> Look:
    """How to look a path up in JSON; what is no scalar is not there."""

    def look(path: str) -> str | None:
        found = at_path(item, path) if path else None
        if isinstance(found, bool) or found is None or isinstance(found, dict | list):
            return None
        return str(found)

    return look


def at_path(value: Any, path: str) -> Any:
    """What stands at a path such as "data.0.from"; None when nothing does."""
    for step in path.split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isascii() and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value
