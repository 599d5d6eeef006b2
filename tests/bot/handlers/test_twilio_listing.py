"""What Twilio still knows: messages that no webhook brought, whether one of ours was taken, and how it forgets."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.handlers import provider
from bot.handlers.twilio import Account, TwilioCarrier, form, read
from bot.vocabulary import Message, Rendered, SendFailed, Sent
from tests.carriers.http import Answer, Request, Server
from tests.carriers.twilio import NUMBER, SID, TOKEN, FakeTwilio, Fault

FROM = "+9647700000012"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TWO_DAYS_AGO = NOW - timedelta(hours=48)


@pytest.fixture(autouse=True)
def _clock(twilio: FakeTwilio) -> None:
    twilio.clock = lambda: NOW


def _came(twilio: FakeTwilio, at: datetime, text: str = "باگو ماطوري", sender: str = FROM, to: str = NUMBER) -> str:
    """A message that Twilio logged and brought to nobody."""
    twilio.clock = lambda: at
    return dict(twilio.form(sender, text, To=to))["MessageSid"]


async def _fetched(sms: TwilioCarrier, since: datetime = TWO_DAYS_AGO) -> list[Message]:
    return [message async for message in sms.fetch_since(since)]


# ── Listing ──


async def test_what_no_webhook_brought_is_listed_oldest_first(twilio: FakeTwilio, sms: TwilioCarrier) -> None:
    third = _came(twilio, NOW - timedelta(hours=1))
    first = _came(twilio, NOW - timedelta(hours=47))
    second = _came(twilio, NOW - timedelta(hours=2))
    _came(twilio, NOW - timedelta(hours=49))
    assert [message.external_id for message in await _fetched(sms)] == [first, second, third]


async def test_what_came_within_one_second_keeps_its_order(twilio: FakeTwilio, sms: TwilioCarrier) -> None:
    sids = [_came(twilio, NOW) for _ in range(5)]
    assert [message.external_id for message in await _fetched(sms)] == sids


async def test_a_listed_message_is_the_one_its_webhook_would_have_brought(
    twilio: FakeTwilio, sms: TwilioCarrier
) -> None:
    twilio.clock = lambda: NOW
    url = f"{twilio.url}/2010-04-01/Accounts/{SID}/Messages/MM1/Media/ME1"
    params = twilio.form("07700000012", "صورة", media=[(url, "image/jpeg")])
    (listed,) = await _fetched(sms)
    brought = read(params, sequence=listed.sequence)
    assert listed == brought
    assert listed.sequence == int(NOW.timestamp()) * 1_000_000


async def test_every_page_is_read(twilio: FakeTwilio, sms: TwilioCarrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.handlers.twilio.listing._PAGE", 3)
    sids = [_came(twilio, NOW - timedelta(minutes=60 - n)) for n in range(10)]
    assert [message.external_id for message in await _fetched(sms)] == sids
    assert len([asked for asked in twilio.asked if "PageToken" in asked]) == 3


async def test_only_what_came_to_our_number_is_ours(twilio: FakeTwilio, sms: TwilioCarrier) -> None:
    await sms.send(FROM, Rendered("وصل بلاغك"))
    _came(twilio, NOW, to="+9647700000088")
    ours = _came(twilio, NOW)
    by_whatsapp = _came(twilio, NOW, sender=f"whatsapp:{FROM}", to=f"whatsapp:{NUMBER}")
    found = await _fetched(sms)
    assert {(message.external_id, message.address) for message in found} == {
        (ours, FROM),
        (by_whatsapp, f"whatsapp:{FROM}"),
    }


async def test_of_a_messaging_service_only_its_own_messages_are_listed(twilio: FakeTwilio) -> None:
    service = "MG" + "1" * 32
    carrier = TwilioCarrier(Account(SID, TOKEN, service, twilio.url))
    await carrier.send(FROM, Rendered("وصل بلاغك"))  # it bears the service's name, too
    _came(twilio, NOW)
    ours = _came(twilio, NOW)
    twilio.inbound[-1]["messaging_service_sid"] = service
    assert [message.external_id for message in await _fetched(carrier)] == [ours]
    await carrier.close()


async def test_a_page_elsewhere_gets_neither_our_token_nor_our_question() -> None:
    seen: list[str] = []

    async def stranger(request: Request) -> Answer:
        seen.append(request.path)
        return Answer(200, b'{"messages": []}')

    elsewhere = Server(stranger).start()
    uri = f"@127.0.0.1:{elsewhere.url.rpartition(':')[2]}/stolen"

    async def handle(request: Request) -> Answer:
        named = f'"{uri}"' if request.path.endswith("Messages.json") else "null"
        return Answer(200, b'{"messages": [], "page": 0, "next_page_uri": ' + named.encode() + b"}")

    server = Server(handle).start()
    carrier = TwilioCarrier(Account(SID, TOKEN, NUMBER, server.url))
    try:
        assert await _fetched(carrier) == []
        assert seen == []
    finally:
        await carrier.close()
        server.close()
        elsewhere.close()


@pytest.mark.parametrize("answer", [Answer(500), Answer(401), Answer(200, b"<html>"), Answer(200, b'{"messages": 7}')])
async def test_a_listing_that_fails_says_so_and_nothing_else(answer: Answer) -> None:
    async def handle(_: Request) -> Answer:
        return answer

    server = Server(handle).start()
    carrier = TwilioCarrier(Account(SID, TOKEN, NUMBER, server.url))
    try:
        with pytest.raises(SendFailed) as caught:
            await _fetched(carrier)
        assert caught.value.retryable
        assert caught.value.__cause__ is None
    finally:
        await carrier.close()
        server.close()


# ── Forgetting ──


async def test_a_redacted_message_has_no_words_and_is_listed_no_more(twilio: FakeTwilio, sms: TwilioCarrier) -> None:
    sid = _came(twilio, NOW)
    await sms.redact(sid)
    assert twilio.inbound[0]["body"] == ""
    assert await _fetched(sms) == []
    await sms.redact(sid)


async def test_a_message_with_files_is_deleted_with_them(twilio: FakeTwilio, sms: TwilioCarrier) -> None:
    url = f"{twilio.url}/2010-04-01/Accounts/{SID}/Messages/MM1/Media/ME1"
    sid = dict(twilio.form(FROM, "", media=[(url, "image/jpeg")]))["MessageSid"]
    await sms.redact(sid)
    assert twilio.inbound == []
    await sms.redact(sid)


async def test_what_twilio_does_not_know_or_cannot_name_is_forgotten_already(
    twilio: FakeTwilio, sms: TwilioCarrier
) -> None:
    await sms.redact("SM" + "9" * 32)
    await sms.redact("../../Calls")
    assert not [asked for asked in twilio.asked if "Calls" in asked]


async def test_what_is_still_on_its_way_is_forgotten_later(twilio: FakeTwilio, sms: TwilioCarrier) -> None:
    (sid,) = (await sms.send(FROM, Rendered("وصل"))).ids
    twilio.messages[0]["num_media"] = "1"
    with pytest.raises(SendFailed) as caught:
        await sms.redact(sid)
    assert (caught.value.reason, caught.value.retryable) == ("unfinished", True)


async def test_both_sides_words_are_wiped_at_twilio(twilio: FakeTwilio, sms: TwilioCarrier) -> None:
    theirs, (ours,) = _came(twilio, NOW), (await sms.send(FROM, Rendered("وصل"))).ids
    await sms.delete(FROM, [theirs, ours, "SM" + "9" * 32])
    assert [message["body"] for message in twilio.inbound + twilio.messages] == ["", ""]


async def test_without_the_right_to_it_redacting_is_a_fault_of_ours(twilio: FakeTwilio) -> None:
    carrier = TwilioCarrier(Account(SID, "wrong", NUMBER, twilio.url))
    with pytest.raises(SendFailed, match="misconfigured"):
        await carrier.redact("SM1")
    await carrier.close()


# ── Asking after a lost answer (group 46) ──


async def test_words_that_were_taken_before_the_line_broke_are_found_again(
    twilio: FakeTwilio, sms: TwilioCarrier
) -> None:
    twilio.fault(Fault(0))
    with pytest.raises(SendFailed):
        await sms.send(FROM, Rendered("وصل بلاغك 482913"))
    since = NOW - timedelta(minutes=1)
    assert isinstance(sms, provider.Rememberer)
    assert await sms.taken(FROM, Rendered("وصل بلاغك 482913"), since) == Sent((twilio.messages[0]["sid"],))
    assert await sms.taken(FROM, Rendered("وصل بلاغك 482914"), since) is None
    assert await sms.taken("+9647700000013", Rendered("وصل بلاغك 482913"), since) is None


async def test_what_was_said_before_this_parcel_was_due_is_not_it(twilio: FakeTwilio, sms: TwilioCarrier) -> None:
    await sms.send(FROM, Rendered("وصل"))
    assert await sms.taken(FROM, Rendered("وصل"), NOW + timedelta(minutes=1)) is None
    assert await sms.taken(FROM, Rendered("وصل"), NOW + timedelta(seconds=20))  # its clock is not ours
    _came(twilio, NOW, "وصل")  # nor what they said themselves
    assert await sms.taken(FROM, Rendered("شكرا"), NOW) is None


async def test_a_text_in_pieces_was_taken_only_if_all_were(twilio: FakeTwilio, sms: TwilioCarrier) -> None:
    text = Rendered("كلمة 👮 " * 300)
    sent = await sms.send(FROM, text)
    assert await sms.taken(FROM, text, NOW) == sent
    twilio.messages.pop()
    assert await sms.taken(FROM, text, NOW) is None


# ── Files ──


async def test_a_listed_file_can_be_fetched(twilio: FakeTwilio, sms: TwilioCarrier) -> None:
    path = f"/2010-04-01/Accounts/{SID}/Messages/MM1/Media/ME1"
    twilio.media[path] = b"jpeg" * 1000
    twilio.form(FROM, "", media=[(twilio.url + path, "image/jpeg")])
    ((medium,),) = [message.media for message in await _fetched(sms)]
    chunks: AsyncIterator[bytes] = sms.stream(medium.ref)
    assert b"".join([chunk async for chunk in chunks]) == b"jpeg" * 1000


def test_a_form_of_too_many_fields_is_none() -> None:
    assert form(b"&".join(b"a=1" for _ in range(501))) == []
    assert form(b"a=&a=1&b=%D8%A7+x") == [("a", ""), ("a", "1"), ("b", "ا x")]
