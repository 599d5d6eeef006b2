"""How our words get to Twilio, and how Twilio is made to forget them."""

from typing import Any, Final

from bot.handlers import numbers
from bot.handlers.segments import messages
from bot.handlers.twilio.failing import NO_RETENTION, Refused
from bot.handlers.twilio.line import Line, mapped
from bot.handlers.twilio.reading import SID
from bot.vocabulary import SendFailed

MAX_BODY: Final = 1600  # characters, Twilio error 21617
_GONE: Final = 404


def pieces(text: str) -> tuple[str, ...]:
    """The text in messages that Twilio takes."""
    return messages(text, MAX_BODY)


def callable_number(address: str) -> str:
    """The address, if Twilio can carry anything there. Raises SendFailed for a short code, a name or nobody."""
    numbers.callable_number(address.removeprefix("whatsapp:"))
    return address


async def say(line: Line, address: str, text: str) -> str:
    """Sends one message; its sid. Raises SendFailed."""
    given = _sender(line, address)
    if line.account.status_url:
        given["status_callback"] = line.account.status_url
    if line.discard:
        try:
            return await _make(line, address, text, {**given, **_FORGET})
        except Refused as refused:
            if refused.code not in NO_RETENTION:
                raise
        line.discard = False  # the account does not allow it, and will not for the next message either
    return await _make(line, address, text, given)


_FORGET: Final = {"content_retention": "discard", "address_retention": "obfuscate"}


def _sender(line: Line, address: str) -> dict[str, str]:
    number = line.account.number
    if number.startswith("MG"):
        return {"messaging_service_sid": number}
    scheme, colon, _ = address.rpartition(":")
    return {"from_": f"{scheme}{colon}{number}"}


async def _make(line: Line, address: str, text: str, given: dict[str, str]) -> str:
    made = await mapped(line.messages.create_async(to=address, body=text, **given))
    if not isinstance(made.sid, str):
        raise SendFailed("unexpected_answer", retryable=True)
    return made.sid


async def redact(line: Line, sid: str) -> None:
    """Has Twilio forget the words of a message; what has files is deleted with them. Raises SendFailed."""
    if not SID.fullmatch(sid):
        return
    try:
        kept = await mapped(line.messages(sid).update_async(body=""))
        if _has_media(kept):
            await mapped(line.messages(sid).delete_async())
    except Refused as refused:
        if refused.status != _GONE:
            raise


def _has_media(message: Any) -> bool:
    return str(message.num_media or "0") != "0"
