"""What Twilio still knows of messages: those to us that no webhook brought, and whether one of ours was taken."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from bot.handlers.twilio import reading
from bot.handlers.twilio.failing import Refused
from bot.handlers.twilio.line import Line, mapped
from bot.vocabulary import Message, SendFailed

_PAGE: Final = 1000  # Twilio's most
_MOST: Final = 20_000  # of one listing: what a flood brings in two days still fits in memory
# Of Twilio's clock and ours. At worst somebody is not told the same words twice within half a minute.
_SKEW: Final = timedelta(seconds=30)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


async def fetch_since(line: Line, since: datetime) -> AsyncIterator[Message]:
    """Messages to our number since then, oldest first, as their webhooks would have been read. Raises SendFailed.

    A message that Twilio was made to forget is passed over.
    """
    found = await mapped(_incoming(line, since))
    found.reverse()  # the newest are listed first, also within a second
    found.sort(key=_sent_at)
    for resource in found:
        message = await _read(line, resource)
        if message and (message.text or message.media):
            yield message


async def taken(line: Line, address: str, texts: Sequence[str], since: datetime) -> tuple[str, ...]:
    """The sids of messages of ours to this address with just these texts since then; () unless each is there.

    Where Twilio was told to keep no words (Account.discard) there are none to know them by, so it is always ().
    """
    found = await mapped(_listed(line, since - _SKEW, to=address))
    ours = [resource for resource in found if str(resource.direction).startswith("outbound")]
    sids: list[str] = []
    for text in texts:
        match = next((r for r in sorted(ours, key=_sent_at) if r.body == text and r.sid not in sids), None)
        if match is None or not isinstance(match.sid, str):
            return ()
        sids.append(match.sid)
    return tuple(sids)


async def _incoming(line: Line, since: datetime) -> list[Any]:
    number = line.account.number
    if number.startswith("MG"):
        # A Messaging Service has numbers that we do not know; its messages bear its name.
        found = await _listed(line, since)
        found = [resource for resource in found if resource.messaging_service_sid == number]
    else:
        found = await _listed(line, since, to=number) + await _listed(line, since, to=f"whatsapp:{number}")
    return [resource for resource in found if resource.direction == "inbound"]


async def _listed(line: Line, since: datetime, **of: str) -> list[Any]:
    listed: list[Any] = await line.messages.list_async(date_sent_after=since, page_size=_PAGE, limit=_MOST, **of)
    return listed


def _sent_at(resource: Any) -> datetime:
    at = resource.date_sent or resource.date_created
    return at if isinstance(at, datetime) else _EPOCH


async def _read(line: Line, resource: Any) -> Message | None:
    """The same Message that the webhook's form would have given; None of one that cannot be read now."""
    fields = {
        "MessageSid": resource.sid,
        "AccountSid": resource.account_sid,
        "From": resource.from_,
        "Body": resource.body,
    }
    if str(resource.num_media or "0") != "0":
        try:
            fields |= await _media(line, resource)
        except SendFailed as failure:
            if not (isinstance(failure, Refused) and failure.status == HTTPStatus.NOT_FOUND):
                return None  # the next pass finds it whole; meanwhile it hinders no other
            # Its words are not lost with its pictures: staff see of one that it could not be fetched.
            fields["MediaUrl0"] = line.root + str(resource.uri).removesuffix(".json") + "/Media/0"
    params = [(name, value) for name, value in fields.items() if isinstance(value, str)]
    return reading.read(params, sequence=int(_sent_at(resource).timestamp() * 1_000_000))


async def _media(line: Line, resource: Any) -> dict[str, str]:
    fields: dict[str, str] = {}
    for n, medium in enumerate(await mapped(resource.media.list_async())):
        # Its file lies where its description does, without the ending.
        fields[f"MediaUrl{n}"] = line.root + str(medium.uri).removesuffix(".json")
        fields[f"MediaContentType{n}"] = str(medium.content_type)
    return fields
