"""A telephone's server that answers as the real one does: what arrives there, once, and what each refusal means."""

import traceback
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from android_sms_gateway import client, domain

from bot.handlers.smsgate import Phone, SmsGateCarrier, opened
from bot.vocabulary import Button, Rendered, SendFailed, Sent
from tests.carriers.http import Answer, Request, Server
from tests.carriers.smsgate import KEY, PASSWORD, USER, FakePhone

TO = "+9647700000012"
WORDS = Rendered("وصل بلاغك 482913")
NAME = "0123456789abcdef0123456789abcdef"


def _entropy(count: int) -> bytes:
    return bytes(range(count))


@pytest.fixture
def phone() -> Iterator[FakePhone]:
    with FakePhone() as fake:
        yield fake
        assert fake.violations == []


@pytest.fixture
async def sms(phone: FakePhone) -> AsyncIterator[SmsGateCarrier]:
    carrier = SmsGateCarrier(Phone(phone.url, USER, PASSWORD, KEY, _entropy))
    yield carrier
    await carrier.close()


async def _failure(carrier: SmsGateCarrier, to: str = TO, name: str = NAME) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await carrier.send(to, WORDS, callback=name)
    shown = "".join(traceback.format_exception(caught.value))
    assert not [secret for secret in (USER, PASSWORD, KEY, TO, WORDS.text) if secret in shown]
    return caught.value


# ── Saying ──


async def test_words_arrive_under_the_parcels_name(phone: FakePhone, sms: SmsGateCarrier) -> None:
    sent = await sms.send(TO, Rendered("1. اي\n2. لا", (Button("1", "اي", "v1:cmd:yes"),)), callback=NAME)
    (message,) = phone.messages
    assert (message["phoneNumbers"], message["textMessage"]["text"]) == ([TO], "1. اي\n2. لا")
    assert sent == Sent((NAME,))


async def test_what_we_say_is_what_the_official_client_would_say(phone: FakePhone, sms: SmsGateCarrier) -> None:
    second = SmsGateCarrier(Phone(phone.url, USER, PASSWORD, KEY, _entropy, sim=2))
    await sms.send(TO, WORDS, callback=NAME)
    await second.send(TO, WORDS)
    await second.close()
    ours, by_sim = phone.messages
    text = domain.TextMessage(text=WORDS.text)
    assert ours == domain.Message(phone_numbers=[TO], text_message=text, id=NAME).asdict()
    assert {**by_sim, "id": None} == {
        **domain.Message(phone_numbers=[TO], text_message=text, sim_number=2).asdict(),
        "id": None,
    }


async def test_the_official_client_and_we_knock_at_the_same_door(phone: FakePhone, sms: SmsGateCarrier) -> None:
    with client.APIClient(USER, PASSWORD, base_url=phone.url) as theirs:
        state = theirs.send(domain.Message(phone_numbers=[TO], text_message=domain.TextMessage(text="a"), id="x1"))
        await sms.send(TO, WORDS, callback=NAME)
        assert state.id == "x1"
        assert theirs.get_state(NAME).recipients[0].phone_number == TO


async def test_a_token_alone_is_shown_as_one(phone: FakePhone) -> None:
    carrier = SmsGateCarrier(Phone(phone.url, "", PASSWORD, KEY, _entropy))
    assert await carrier.send(TO, WORDS, callback=NAME) == Sent((NAME,))
    await carrier.close()


async def test_without_a_name_the_server_makes_one(phone: FakePhone, sms: SmsGateCarrier) -> None:
    for name in ("", "x" * 33, "a/../b", "سم"):
        assert await sms.send(TO, WORDS, callback=name) == Sent((f"made-{len(phone.messages)}",))


async def test_a_long_text_goes_in_pieces_each_with_its_own_name(phone: FakePhone, sms: SmsGateCarrier) -> None:
    text = "كلمة 👮 " * 300
    sent = await sms.send(TO, Rendered(text), callback=NAME)
    assert sent.ids == (NAME, f"{NAME}-1")
    assert "".join(message["textMessage"]["text"] for message in phone.messages) == text


async def test_with_a_passphrase_the_server_sees_neither_words_nor_number(phone: FakePhone) -> None:
    carrier = SmsGateCarrier(Phone(phone.url, USER, PASSWORD, KEY, _entropy, passphrase="made-up"))
    await carrier.send(TO, WORDS, callback=NAME)
    (message,) = phone.messages
    assert message["isEncrypted"] is True
    assert TO not in str(message)
    assert WORDS.text not in str(message)
    assert opened(message["textMessage"]["text"], "made-up") == WORDS.text
    assert opened(message["phoneNumbers"][0], "made-up") == TO
    await carrier.close()


@pytest.mark.parametrize("address", ["", "6999", "Zain IQ", "07700000012", "+", "whatsapp:+9647700000012"])
async def test_who_cannot_be_called_is_not_tried(phone: FakePhone, sms: SmsGateCarrier, address: str) -> None:
    refused = await _failure(sms, address)
    assert (refused.reason, refused.retryable, refused.unreachable) == ("no_address", False, True)
    assert phone.messages == []


# ── Once ──


async def test_the_same_parcel_twice_is_said_once(phone: FakePhone, sms: SmsGateCarrier) -> None:  # group 46
    for _ in range(3):
        assert await sms.send(TO, WORDS, callback=NAME) == Sent((NAME,))
    assert len(phone.messages) == 1


async def test_an_answer_that_was_lost_is_asked_for_by_name(phone: FakePhone, sms: SmsGateCarrier) -> None:  # group 46
    phone.failing = [0]
    assert (await _failure(sms)).retryable
    assert await sms.send(TO, WORDS, callback=NAME) == Sent((NAME,))
    assert len(phone.messages) == 1


async def test_a_text_whose_second_piece_failed_says_the_first_only_once(phone: FakePhone, sms: SmsGateCarrier) -> None:
    text = Rendered("كلمة 👮 " * 300)
    phone.failing = [202, 503]
    with pytest.raises(SendFailed):
        await sms.send(TO, text, callback=NAME)
    assert len((await sms.send(TO, text, callback=NAME)).ids) == 2
    assert len(phone.messages) == 2


# ── Refusals ──


@pytest.mark.parametrize(
    ("status", "reason", "retryable"),
    [
        (400, "refused", False),
        (403, "misconfigured", True),
        (404, "misconfigured", True),
        (429, "throttled", True),
        (500, "carrier_down", True),
        (503, "carrier_down", True),  # its queue is full: the telephone has been away for long
    ],
)
async def test_each_refusal_carries_its_policy(
    phone: FakePhone, sms: SmsGateCarrier, status: int, reason: str, *, retryable: bool
) -> None:
    phone.failing = [status]
    refused = await _failure(sms)
    assert (refused.reason, refused.retryable, refused.unreachable) == (reason, retryable, False)
    await sms.send(TO, WORDS, callback=NAME)


async def test_a_wrong_password_is_a_fault_of_ours(phone: FakePhone) -> None:
    carrier = SmsGateCarrier(Phone(phone.url, USER, "wrong", KEY, _entropy))
    refused = await _failure(carrier)
    assert (refused.reason, refused.retryable) == ("misconfigured", True)
    await carrier.close()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(200, b"<html>log in</html>"), "unexpected_answer"),
        (Answer(202, b"{}"), "unexpected_answer"),
        (Answer(202, b"[]"), "unexpected_answer"),
        (Answer(302, b"", {"location": "https://example.org/login"}), "misconfigured"),
        (Answer(502, b"<html>down</html>"), "carrier_down"),
    ],
)
async def test_an_answer_of_another_shape_is_a_failure(answer: Answer, reason: str) -> None:  # group 47
    async def handle(_: Request) -> Answer:
        return answer

    server = Server(handle).start()
    carrier = SmsGateCarrier(Phone(server.url, USER, PASSWORD, KEY, _entropy))
    try:
        assert (await _failure(carrier)).reason == reason
    finally:
        await carrier.close()
        server.close()


async def test_an_absent_telephone_is_tried_again() -> None:
    carrier = SmsGateCarrier(Phone("http://127.0.0.1:9", USER, PASSWORD, KEY, _entropy))
    await carrier.close()
    assert (await _failure(carrier)).retryable
    await carrier.close()


# ── Files ──


async def test_a_file_is_where_its_message_left_it(sms: SmsGateCarrier) -> None:
    assert [chunk async for chunk in sms.stream("data:;base64,anBlZw==")] == [b"jpeg"]


@pytest.mark.parametrize("ref", ["", "data:;base64,", "data:;base64,%%%", "https://example.org/x"])
async def test_a_file_that_did_not_come_cannot_be_fetched(sms: SmsGateCarrier, ref: str) -> None:
    with pytest.raises(SendFailed, match="unfetchable"):
        [chunk async for chunk in sms.stream(ref)]


async def test_a_telephone_is_not_asked_for_what_it_had(sms: SmsGateCarrier) -> None:
    assert not sms.caps.lists
    found: list[Any] = [message async for message in sms.fetch_since(datetime(2026, 11, 20, tzinfo=UTC))]
    assert found == []
    await sms.redact("E1")
