"""What the telephone tells: whether it is signed, and what we keep of it. Pure.

Shapes: android-sms-gateway 4.3.3 (webhooks.py) and its documentation.
"""

import hmac
import json
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any, Final

from bot.handlers import numbers
from bot.handlers.channel import legible
from bot.handlers.gateways import moment
from bot.vocabulary import Channel, Delivery, Medium, MediumKind, Message, Receipt, SendFailed

NAME: Final = "smsgate"
Open = Callable[[str], str]  # what may be sealed, opened; raises ValueError

_SIGNATURE: Final = re.compile(r"[0-9a-f]{64}")
_TIMESTAMP: Final = re.compile(r"[0-9]{1,20}")
_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_BATCH: Final = ":batch"
_SAID: Final = frozenset({"sms:received", "sms:data-received", "mms:downloaded"})
# News of the telephone itself, and of a picture that it is about to fetch: mms:downloaded brings that.
_NO_NEWS: Final = frozenset({"system:ping", "app:started", "mms:received"})
_DELIVERIES: Final = {
    "sms:sent": Delivery.SENT,
    "sms:delivered": Delivery.DELIVERED,
    "sms:failed": Delivery.FAILED,
    "sms:cancelled": Delivery.FAILED,
}
_KINDS: Final = {"image": MediumKind.PHOTO, "audio": MediumKind.VOICE, "video": MediumKind.VIDEO}
_LAYOUT: Final = "application/smil"


def plausible(signature: str, timestamp: str) -> bool:
    """Whether these can be a signature and its time."""
    return bool(_SIGNATURE.fullmatch(signature.lower()) and _TIMESTAMP.fullmatch(timestamp))


def authentic(*, body: bytes, signature: str, timestamp: str, secret: str) -> bool:
    """Whether the telephone signed these bytes with its key. Never raises.

    How old the time is does not matter: a telephone's clock may be wrong for years, and its reports are none the
    worse; what is said twice is known by its id.
    """
    if not secret or not plausible(signature, timestamp):
        return False
    right = hmac.digest(secret.encode(), body + timestamp.encode(), "sha256").hex()
    return hmac.compare_digest(right, signature.lower())


def read(body: bytes, *, sequence: int, opens: Open) -> tuple[Message | Receipt, ...] | None:
    """What an authentic request tells; () when it is no news, None when it cannot be read or opened. Never raises.

    sequence: receipt in microseconds. The envelope's id names a message, for the telephone makes payload.messageId of
    the words: two reports may share one.
    """
    envelope = _parsed(body)
    event, name, payload = (envelope.get(key) for key in ("event", "id", "payload"))
    if not isinstance(event, str):
        return None
    if event in _NO_NEWS:
        return ()
    if not isinstance(payload, dict):
        return None
    try:
        if event in _DELIVERIES:
            return _receipt(_DELIVERIES[event], payload)
        return _messages(event, name, payload, account=_text(envelope, "deviceId"), sequence=sequence, opens=opens)
    except ValueError:
        return None


def _receipt(delivery: Delivery, payload: Mapping[str, Any]) -> tuple[Receipt, ...] | None:
    name = payload.get("messageId")
    if not (isinstance(name, str) and _ID.fullmatch(name)):
        return None
    # Not again: the telephone has tried, and would take a second sending under the same name for the first.
    failure = SendFailed("not_delivered", retryable=False) if delivery is Delivery.FAILED else None
    return (Receipt(NAME, name, delivery, failure),)


def _messages(
    event: str, name: object, payload: Mapping[str, Any], *, account: str, sequence: int, opens: Open
) -> tuple[Message, ...] | None:
    kind = event.replace(_BATCH, "")
    if not (isinstance(name, str) and _ID.fullmatch(name)) or kind not in _SAID:
        return None
    batched = payload.get("messages") if _BATCH in event else [payload]
    if not isinstance(batched, list) or not all(isinstance(one, dict) for one in batched):
        return None
    found: list[Message] = []
    for number, one in enumerate(batched):
        text = _words(kind, one, opens)
        media = _media(one, opens)
        if text is None and not media:
            continue  # bytes for a program, not words of a person
        found.append(
            Message(
                channel=Channel.SMS,
                carrier=NAME,
                account=account[:64],
                external_id=f"{name}:{number}" if _BATCH in event else name,
                address=numbers.sender(opens(_text(one, "sender") or _text(one, "phoneNumber"))),
                sequence=sequence + number,
                text=text or "",
                media=media,
                sent_at=moment(_text(one, "receivedAt")),
            )
        )
    return tuple(found)


def _words(kind: str, one: Mapping[str, Any], opens: Open) -> str | None:
    match kind:
        case "sms:received":
            return legible(opens(_text(one, "message")))
        case "sms:data-received":
            return _printable(b64decode(opens(_text(one, "data")), validate=True))
        case _:
            said = [opens(_text(one, name)) for name in ("subject", "body")]
            return legible("\n".join(part for part in said if part))


def _printable(raw: bytes) -> str | None:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if text and all(letter.isprintable() or letter.isspace() for letter in text) else None


def _media(one: Mapping[str, Any], opens: Open) -> tuple[Medium, ...]:
    attached = one.get("attachments")
    if not isinstance(attached, list):
        return ()
    found = (_medium(part, opens) for part in attached if isinstance(part, dict))
    return tuple(medium for medium in found if medium.content_type != _LAYOUT)


def _medium(part: Mapping[str, Any], opens: Open) -> Medium:
    content_type = legible(_text(part, "contentType")).partition(";")[0].strip().lower()[:100]
    kind = _KINDS.get(content_type.partition("/")[0], MediumKind.DOCUMENT)
    size = part.get("size")
    # The file itself came with it, so that is its handle; without it staff will see that it could not be fetched.
    return Medium(
        kind, f"data:;base64,{opens(_text(part, 'data'))}", content_type, size if isinstance(size, int) else 0
    )


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    return value if isinstance(value, str) else ""


def _parsed(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
