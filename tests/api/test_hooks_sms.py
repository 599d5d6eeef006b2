"""The doors of SMS: whichever carrier knocks gets the contract's answer, and what it told is kept before it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import datetime
from typing import cast

import httpx
import pytest

from bot.vocabulary import Channel, Delivery, Message, Receipt
from storage.database.engine import Store
from storage.intake import ledger
from storage.keys import Keyring
from tests.api import doorstep
from tests.api.doorstep import OLD_TOKEN, URL, Letter, by_generic, by_phone, by_twilio, doors, figured, knocking, letter
from tests.carriers.smsgate import FakePhone
from tests.carriers.smsgate import sms as sms_payload
from tests.carriers.twilio import FakeTwilio

EVERY = ("twilio", "smsgate", "kannel", "generic")
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
async def door(store: Store, keyring: Keyring, now: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    async with knocking(doors(store, keyring, now)) as client:
        yield client


@pytest.fixture
async def nothing(keyring: Keyring, now: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    """Doors behind which nothing can be kept: whatever they tried to keep would be answered with 503."""
    async with knocking(doors(cast("Store", None), keyring, now)) as client:
        yield client


async def _heard(store: Store, keyring: Keyring, now: datetime) -> list[Message]:
    """What was kept, oldest first."""
    return [found.message for found in await store.read(lambda c: ledger.waiting(c, keyring, now=now, limit=100))]


# ── Kept, once ──


@pytest.mark.parametrize("carrier", EVERY)
async def test_a_message_is_kept_once_however_often_it_comes(
    door: httpx.AsyncClient, store: Store, carrier: str
) -> None:  # groups 2, 4, 33, 48
    brought = letter(carrier)
    answers = [await brought.post(door) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    found = await figured(store)
    assert (found["kept"], found["dead_letters"]) == (1, 0)


@pytest.mark.parametrize("carrier", EVERY)
async def test_two_deliveries_at_once_are_one_message(door: httpx.AsyncClient, store: Store, carrier: str) -> None:
    brought = letter(carrier)
    answers = await asyncio.gather(*(brought.post(door) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert (await figured(store))["kept"] == 1


async def test_a_retry_with_another_token_of_idempotency_is_no_other_message(
    door: httpx.AsyncClient, store: Store
) -> None:  # group 2: primary and fallback address
    fields = [("MessageSid", "SM1"), ("AccountSid", "AC1"), ("From", doorstep.SENDER), ("Body", "باگو")]
    for path, token in (("/hooks/sms/twilio", "one"), ("/hooks/sms/twilio?fallback=1", "two")):
        brought = by_twilio(fields, path)
        headers = {**brought.headers, "i-twilio-idempotency-token": token}
        assert (await door.post(path, content=brought.content, headers=headers)).status_code == 200
    assert (await figured(store))["kept"] == 1


async def test_the_same_words_twice_are_two_reports(door: httpx.AsyncClient, store: Store) -> None:  # group 49
    for carrier in EVERY:
        for _ in range(2):
            assert (await letter(carrier, "نفس الكلام").post(door)).status_code == 200
    assert (await figured(store))["kept"] == 8


@pytest.mark.parametrize("carrier", ["twilio", "smsgate", "kannel"])  # a generic gateway's path alone tells them apart
async def test_a_message_may_come_by_the_other_path_too(door: httpx.AsyncClient, store: Store, carrier: str) -> None:
    brought = letter(carrier)
    path = brought.path.replace(f"/{carrier}", f"/{carrier}/status", 1)
    moved = by_twilio([("MessageSid", "SM7"), ("Body", "a")], path) if carrier == "twilio" else brought
    answer = await door.request(moved.method, path, headers=moved.headers, content=moved.content)
    assert answer.status_code == 200
    assert (await figured(store))["kept"] == 1


async def test_each_carrier_is_acknowledged_in_its_own_way(door: httpx.AsyncClient) -> None:
    answers = {carrier: await letter(carrier).post(door) for carrier in EVERY}
    assert answers["twilio"].text.endswith("<Response/>")
    assert answers["twilio"].headers["content-type"] == "text/xml"
    assert {answers[carrier].text for carrier in EVERY[1:]} == {""}


# ── Not authentic: 403, and nothing kept ──


@pytest.mark.parametrize("carrier", EVERY)
async def test_without_its_proof_nobody_is_believed_nor_listened_to(
    nothing: httpx.AsyncClient, carrier: str
) -> None:  # group 31
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b"x" * 10_000

    brought = letter(carrier)
    bare = brought.without(brought.proof)
    content = endless() if bare.method == "POST" else b""
    answer = await nothing.request(bare.method, bare.path, headers=bare.headers, content=content)
    assert answer.status_code == 403
    assert taken <= 1


@pytest.mark.parametrize("carrier", EVERY)
@pytest.mark.parametrize("shown", ["", "x", "Basic !!!!", "é" * 28, "\xff" * 64, "Bearer ", "a" * 10_000])
async def test_a_wrong_proof_is_refused(nothing: httpx.AsyncClient, carrier: str, shown: str) -> None:
    brought = letter(carrier)
    headers = [(name.encode(), value.encode()) for name, value in brought.without(brought.proof).headers.items()]
    headers.append((brought.proof.encode(), shown.encode("utf-8")))
    answer = await nothing.request(brought.method, brought.path, headers=headers, content=brought.content)
    assert answer.status_code == 403


@pytest.mark.parametrize("carrier", EVERY)
async def test_two_proofs_are_none(nothing: httpx.AsyncClient, carrier: str) -> None:  # they could disagree
    brought = letter(carrier)
    headers = [*brought.headers.items(), (brought.proof, brought.headers[brought.proof])]
    answer = await nothing.request(brought.method, brought.path, headers=headers, content=brought.content)
    assert answer.status_code in {403, 415}


@pytest.mark.parametrize("carrier", ["twilio", "smsgate"])
async def test_altered_words_are_refused(nothing: httpx.AsyncClient, carrier: str) -> None:
    brought = letter(carrier, "kulshi zain")
    altered = brought.content.replace(b"zain", b"muzain")
    answer = await nothing.request(brought.method, brought.path, headers=brought.headers, content=altered)
    assert answer.status_code == 403


async def test_only_the_configured_address_counts_whatever_a_proxy_or_a_stranger_says(
    door: httpx.AsyncClient, store: Store
) -> None:  # group 31
    brought = letter("twilio")
    spoofed = {**brought.headers, "x-forwarded-host": "evil.example", "x-forwarded-proto": "http", "host": "10.0.0.7"}
    assert (await door.post(brought.path, headers=spoofed, content=brought.content)).status_code == 200
    fields = [("MessageSid", "SM1"), ("Body", "a")]
    _, content, headers = FakeTwilio().post(fields, "https://evil.example/hooks/sms/twilio")
    headers |= {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https"}
    assert (await door.post("/hooks/sms/twilio", headers=headers, content=content)).status_code == 403
    assert (await figured(store))["kept"] == 1


@pytest.mark.parametrize("path", ["/hooks/sms/twilio?a=1%2F2", "/hooks/sms/twilio?a=+&a=&b", "/hooks/sms/twilio?"])
async def test_the_signature_covers_the_query_letter_by_letter(door: httpx.AsyncClient, path: str) -> None:
    signed = path.removesuffix("?")  # an empty query is none
    brought = by_twilio([("MessageSid", "SM1"), ("Body", " a "), ("Empty", "")], signed)
    assert (await door.post(path, headers=brought.headers, content=brought.content)).status_code == 200
    other = "/hooks/sms/twilio?a=1/2"
    assert (await door.post(other, headers=brought.headers, content=brought.content)).status_code == 403


async def test_an_address_with_a_slash_at_its_end_is_another(nothing: httpx.AsyncClient) -> None:  # group 31
    brought = by_twilio([("MessageSid", "SM1"), ("Body", "a")], "/hooks/sms/twilio/")
    assert (await brought.post(nothing)).status_code == 404


@pytest.mark.parametrize("token", ["", OLD_TOKEN])
async def test_while_a_token_is_replaced_both_sign(door: httpx.AsyncClient, token: str) -> None:  # group 34
    fields = [("MessageSid", "SM1"), ("Body", "a")]
    assert (await by_twilio(fields, token=token).post(door)).status_code == 200
    assert (await by_twilio(fields, token="another").post(door)).status_code == 403


@pytest.mark.parametrize("said", ["key=k1,algorithm=HMAC_SHA256", "algorithm=NONE", "key=,algorithm=", "nonsense"])
async def test_which_algorithm_holds_is_not_for_a_header_to_say(door: httpx.AsyncClient, said: str) -> None:
    brought = letter("twilio")  # group 32
    headers = {**brought.headers, "x-twilio-webhooks-signature-settings": said}
    assert (await door.post(brought.path, headers=headers, content=brought.content)).status_code == 200
    forged = {**headers, "x-twilio-signature": "A" * 27 + "="}
    assert (await door.post(brought.path, headers=forged, content=brought.content)).status_code == 403


async def test_another_number_and_a_subaccount_are_kept_if_they_are_signed(
    door: httpx.AsyncClient, store: Store, keyring: Keyring, now: datetime
) -> None:  # group 35
    fields = [("MessageSid", "SM1"), ("AccountSid", "AC" + "9" * 32), ("To", "+9647700000088"), ("Body", "باگو")]
    assert (await by_twilio(fields).post(door)).status_code == 200
    assert [message.account for message in await _heard(store, keyring, now)] == ["AC" + "9" * 32]


@pytest.mark.parametrize("at", [0, 1_795_338_000 - 2 * 86_400, 1_795_338_000 + 86_400])
async def test_a_telephone_that_comes_two_days_late_or_with_a_wrong_clock_is_heard(
    door: httpx.AsyncClient, store: Store, at: int
) -> None:  # group 49
    body = FakePhone().said(doorstep.SENDER, "باگو")
    for time in (1_795_338_000, at):
        assert (await by_phone(body, at=time).post(door)).status_code == 200
    assert (await figured(store))["kept"] == 1


# ── Wrong method, type, size: 405, 415, 413, 408 ──


@pytest.mark.parametrize(
    ("carrier", "method", "allowed"),
    [
        ("twilio", "GET", "POST"),
        ("twilio", "PUT", "POST"),
        ("smsgate", "GET", "POST"),
        ("kannel", "DELETE", "GET, POST"),
        ("generic", "GET", "POST"),
    ],
)
@pytest.mark.parametrize("status", ["", "/status"])
async def test_a_wrong_method_is_told_which_are_right(
    nothing: httpx.AsyncClient, carrier: str, method: str, allowed: str, status: str
) -> None:
    answer = await nothing.request(method, f"/hooks/sms/{carrier}{status}")
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize("carrier", ["twilio", "smsgate", "generic"])
@pytest.mark.parametrize("kind", ["", "text/html", "multipart/form-data; boundary=x", "application/xml"])
async def test_a_wrong_content_type_is_told_so(nothing: httpx.AsyncClient, carrier: str, kind: str) -> None:  # group 29
    brought = letter(carrier)
    headers = {**brought.without("content-type").headers, **({"content-type": kind} if kind else {})}
    answer = await nothing.post(brought.path, headers=headers, content=brought.content)
    assert answer.status_code == 415


async def test_a_content_type_may_have_parameters_and_capitals(door: httpx.AsyncClient) -> None:
    brought = letter("twilio")
    headers = {**brought.headers, "content-type": "Application/X-WWW-Form-Urlencoded; Charset=UTF-8"}
    assert (await door.post(brought.path, headers=headers, content=brought.content)).status_code == 200


@pytest.mark.parametrize("carrier", ["twilio", "smsgate", "generic"])
async def test_fifty_megabytes_are_refused_before_they_came(
    nothing: httpx.AsyncClient, carrier: str
) -> None:  # group 29
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(50):
            sent += 1
            yield b"x" * 1_000_000

    brought = letter(carrier)
    answer = await nothing.post(brought.path, headers=brought.headers, content=endless())
    assert answer.status_code == 413
    declared = {**brought.headers, "content-length": "50000000"}
    assert (await nothing.post(brought.path, headers=declared, content=b"a")).status_code == 413


# ── Authentic, but unreadable: acknowledged, and a dead letter ──


@pytest.mark.parametrize(
    "brought",
    [
        by_twilio([("MessageSid", "SM 1"), ("Body", "a")]),
        by_twilio([("MessageSid", ""), ("MessageStatus", "sent")], "/hooks/sms/twilio/status"),
        by_phone(b"not json"),
        by_phone(b"\xff\xfe\x00"),
        by_phone(b"[" * 100_000),
        by_phone(FakePhone().event("sms:invented", {})),
        by_phone(FakePhone().said("$aes-256-cbc/pbkdf2-sha1$i=1$x$y", "sealed, and we have no passphrase")),
        by_generic({"id": "1", "colour": "red"}),
    ],
    ids=lambda brought: f"{brought.path} {brought.content[:24]!r}",
)
async def test_what_is_authentic_but_unreadable_is_a_dead_letter_once(
    door: httpx.AsyncClient, store: Store, brought: Letter
) -> None:  # groups 27, 28
    for _ in range(2):
        assert (await brought.post(door)).status_code == 200
    found = await figured(store)
    assert (found["kept"], found["dead_letters"]) == (0, 1)


@pytest.mark.parametrize("text", ["", " ", "\u200f\u202e", "؟؟؟", "👮" * 400, "a\x00b", "س" + "\u064b" * 3000])
@pytest.mark.parametrize("carrier", ["twilio", "smsgate", "generic"])
async def test_no_text_is_too_odd_to_be_kept(door: httpx.AsyncClient, store: Store, carrier: str, text: str) -> None:
    assert (await letter(carrier, text).post(door)).status_code == 200  # groups 26, 38
    found = await figured(store)
    assert (found["kept"], found["dead_letters"]) == (1, 0)


async def test_a_lone_surrogate_is_still_a_report(
    door: httpx.AsyncClient, store: Store, keyring: Keyring, now: datetime
) -> None:  # group 25
    body = FakePhone().said(doorstep.SENDER, "@@").replace(b"@@", b"\\ud83d \xd8\xa8")
    assert (await by_phone(body).post(door)).status_code == 200
    assert [message.text for message in await _heard(store, keyring, now)] == ["\ufffd ب"]


async def test_a_batch_of_messages_is_kept_as_many(door: httpx.AsyncClient, store: Store) -> None:
    batch = {"messages": [sms_payload(doorstep.SENDER, f"رسالة {n}") for n in range(20)]}
    brought = by_phone(FakePhone().event("sms:batch:received", batch, name="B1"))
    for _ in range(2):
        assert (await brought.post(door)).status_code == 200
    assert (await figured(store))["kept"] == 20


async def test_news_of_nothing_is_acknowledged_and_leaves_nothing(door: httpx.AsyncClient, store: Store) -> None:
    ping = by_phone(FakePhone().event("system:ping", {"health": {}}))
    partial = doorstep.receipt("twilio", "SM1", "partially_delivered")
    for brought in (ping, partial):
        assert (await brought.post(door)).status_code == 200
    found = await figured(store)
    assert (found["kept"], found["dead_letters"]) == (0, 0)


# ── Receipts ──


@pytest.mark.parametrize(
    ("carrier", "word", "delivery"),
    [
        ("twilio", "delivered", Delivery.DELIVERED),
        ("twilio", "undelivered", Delivery.FAILED),
        ("smsgate", "sent", Delivery.SENT),
        ("smsgate", "failed", Delivery.FAILED),
        ("kannel", "1", Delivery.DELIVERED),
        ("kannel", "2", Delivery.FAILED),
        ("generic", "delivered", Delivery.DELIVERED),
    ],
)
async def test_a_receipt_is_handed_on(
    store: Store, keyring: Keyring, now: datetime, carrier: str, word: str, delivery: Delivery
) -> None:
    arrived: list[Receipt] = []

    async def arrive(receipt: Receipt) -> None:
        arrived.append(receipt)

    async with knocking(doors(store, keyring, now, arrive=arrive)) as door:
        assert (await doorstep.receipt(carrier, "a0b1c2", word).post(door)).status_code == 200
    (told,) = arrived
    assert (told.carrier, told.external_id, told.delivery) == (carrier, "a0b1c2", delivery)
    assert (told.failure is None) == (delivery is not Delivery.FAILED)
    assert (await figured(store))["kept"] == 0


@pytest.mark.parametrize("carrier", EVERY)
async def test_a_receipt_of_a_message_that_nobody_knows_does_no_harm(
    door: httpx.AsyncClient, store: Store, carrier: str
) -> None:  # group 45
    for word in ("delivered", "sent", "failed"):
        word = {"delivered": "1", "sent": "8", "failed": "2"}[word] if carrier == "kannel" else word  # noqa: PLW2901
        assert (await doorstep.receipt(carrier, "a0b1c2", word).post(door)).status_code == 200
    found = await figured(store)
    assert (found["kept"], found["dead_letters"]) == (0, 0)


# ── Away ──


@pytest.mark.parametrize("carrier", EVERY)
async def test_while_the_database_is_gone_every_carrier_is_told_to_come_back(
    door: httpx.AsyncClient, store: Store, carrier: str
) -> None:  # group 58
    store.close()
    for brought in (letter(carrier), doorstep.receipt(carrier, "a0b1c2", "2" if carrier == "kannel" else "failed")):
        answer = await brought.post(door)
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0


async def test_a_dead_letter_that_cannot_be_kept_is_not_acknowledged(door: httpx.AsyncClient, store: Store) -> None:
    store.close()
    assert (await by_phone(b"not json").post(door)).status_code == 503


async def test_while_the_database_is_gone_nobody_is_told_that_a_forgery_was_one(
    door: httpx.AsyncClient, store: Store
) -> None:
    store.close()
    assert (await by_twilio([("MessageSid", "SM1")], token="another").post(door)).status_code == 403


async def test_a_telephone_keeps_coming_until_it_is_heard(store: Store, keyring: Keyring, now: datetime) -> None:
    tries = 0

    async def bury(_channel: Channel, _raw: bytes, _reason: str) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise OSError

    async with knocking(doors(store, keyring, now, bury=bury)) as door:
        brought = by_phone(b"not json")
        assert [(await brought.post(door)).status_code for _ in range(3)] == [503, 503, 200]


def test_the_doors_are_where_the_contract_says() -> None:
    assert [provider.name for provider in doorstep.providers()] == list(EVERY)
    assert all(letter(carrier).path.startswith(f"/hooks/sms/{carrier}") for carrier in EVERY)
    assert URL.startswith("https://")
