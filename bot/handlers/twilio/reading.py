"""What Twilio's webhooks say: whether they are signed, and what we keep of them. Pure.

ProfileName, WaId, FromCity and whatever else Twilio knows about a person are never read.
"""

import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator

from bot.handlers import numbers
from bot.handlers.channel import legible
from bot.handlers.twilio.failing import failure
from bot.vocabulary import Channel, Delivery, Medium, MediumKind, Message, Point, Receipt

Params = Sequence[tuple[str, str]]

NAME: Final = "twilio"
SIGNATURE: Final = 28  # letters of a SHA-1 in base64
SID: Final = re.compile(r"[A-Za-z0-9]{2,64}")
_MOST_FIELDS: Final = 500
_MAX_MEDIA: Final = 10  # Twilio, NumMedia
_KINDS: Final = {"image": MediumKind.PHOTO, "audio": MediumKind.VOICE, "video": MediumKind.VIDEO}
_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]{4}){4,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_ARABIC: Final = re.compile(r"[\u0621-\u06d3]")
_KEYWORD_LETTERS: Final = 20  # a word that opts out or in, of whatever language, is no longer
_DELIVERIES: Final = {
    "accepted": Delivery.ACCEPTED,
    "scheduled": Delivery.ACCEPTED,
    "queued": Delivery.QUEUED,
    "sending": Delivery.SENDING,
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "failed": Delivery.FAILED,
    "undelivered": Delivery.FAILED,
    "canceled": Delivery.FAILED,
}


class _Repeated(dict[str, list[str]]):
    """Parameters as the validator wants them when a name comes more than once."""

    def getall(self, name: str) -> list[str]:
        return self[name]


def form(body: bytes) -> list[tuple[str, str]]:
    """The form's parameters in order, empty and repeated ones too; none when there are over 500."""
    try:
        return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return []


def authentic(*, url: str, params: Params, signature: str | None, tokens: Sequence[str]) -> bool:
    """Whether Twilio signed this request with one of `tokens` (two while one is being replaced). Never raises.

    url: as Twilio was given it, with its query. params: every one of the form, also empty, repeated and unknown ones,
    untouched. Only HMAC-SHA1 with the account's token: which algorithm holds is for us to say, not for a header.
    """
    if not signature or len(signature) != SIGNATURE:
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
    number, with "whatsapp:" before it where Twilio wrote that; a short code or a name stays as it is. Whose account
    and which of its numbers it came to is not for us to mind: who signed it is.
    """
    given = _first(params)
    sid = given.get("MessageSid", "")
    if not SID.fullmatch(sid):
        return None
    return Message(
        channel=Channel.SMS,
        carrier=NAME,
        account=legible(given.get("AccountSid", ""))[:64],
        external_id=sid,
        address=_address(given.get("From", "")),
        sequence=sequence,
        text=_text(given),
        media=tuple(_medium(given, n) for n in range(_MAX_MEDIA) if given.get(f"MediaUrl{n}")),
        point=_point(given),
        own_id=sid,
        reply_to=_sid(given, "OriginalRepliedMessageSid"),
        forwarded=given.get("Forwarded", "") == "true",
    )


def is_status(params: Params) -> bool:
    """Whether this tells what became of a message of ours, at whichever door it came."""
    return _first(params).get("MessageStatus", "received") not in {"received", "receiving"}


def read_receipt(params: Params) -> tuple[Receipt, ...] | None:
    """What a status callback tells; () of a status that is news to nobody, None without a MessageSid."""
    given = _first(params)
    sid, code = given.get("MessageSid", ""), given.get("ErrorCode", "")
    if not SID.fullmatch(sid):
        return None
    delivery = _DELIVERIES.get(given.get("MessageStatus", ""))
    if delivery is None:
        return ()
    number = int(code) if re.fullmatch(r"[0-9]{1,6}", code) else 0
    return (Receipt(NAME, sid, delivery, failure(0, number) if delivery is Delivery.FAILED else None),)


def _sid(given: Mapping[str, str], name: str) -> str:
    found = given.get(name, "")
    return found if SID.fullmatch(found) else ""


def _first(params: Params) -> Mapping[str, str]:
    return dict(reversed(params))  # the first of a name counts


def _address(sender: str) -> str:
    scheme, colon, rest = legible(sender).strip().rpartition(":")
    return f"{scheme}{colon}{numbers.sender(rest)}"[:64] if scheme == "whatsapp" else numbers.sender(sender)


def _text(given: Mapping[str, str]) -> str:
    text = _joined(legible(given.get("Body", "")))
    # Twilio obeyed the word already, of whichever list and language: it must mean the same to us. Its HELP stays what
    # was written, which may be a cry for help. A longer text is a report, whatever Twilio thinks.
    asked = given.get("OptOutType", "")
    return asked if asked in {"STOP", "START"} and len(text) <= _KEYWORD_LETTERS else text


def _joined(text: str) -> str:
    """The words of a long SMS that Twilio passed on as base64; any other text as it is."""
    plain = "".join(text.split())
    if not _BASE64.fullmatch(plain):
        return text
    try:
        decoded = b64decode(plain, validate=True).decode("utf-8")
    except ValueError:
        return text
    words = all(letter.isprintable() or letter.isspace() for letter in decoded)
    return decoded if words and (_ARABIC.search(decoded) or " " in decoded.strip()) else text


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
