"""What a telephone's webhooks say, whether they are signed, and what it seals."""

import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import pytest
from android_sms_gateway import webhooks
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.handlers.smsgate import Phone, SmsGateCarrier, authentic, opened, read, sealed
from bot.vocabulary import Channel, Delivery, Medium, MediumKind, Message, Receipt
from tests.carriers.smsgate import DEVICE, KEY, FakePhone, sms

FROM = "+9647700000012"
PHONE = FakePhone()  # its voice only: it is never started
_SALT = bytes(range(16))
_PASSPHRASE = "made-up-passphrase"


def _plain(text: str) -> str:
    return opened(text, "")


def _read(body: bytes) -> tuple[Message | Receipt, ...] | None:
    return read(body, sequence=5, opens=_plain)


def _one(body: bytes) -> Message:
    (message,) = _read(body) or ()
    assert isinstance(message, Message)
    return message


# ── Signatures ──


def test_what_the_telephone_signed_is_authentic() -> None:
    body = PHONE.said(FROM, "باگو ماطوري")
    headers = PHONE.signed(body)
    signature, timestamp = headers["x-signature"], headers["x-timestamp"]
    assert authentic(body=body, signature=signature, timestamp=timestamp, secret=KEY)
    assert authentic(body=body, signature=signature.upper(), timestamp=timestamp, secret=KEY)
    assert not authentic(body=body + b" ", signature=signature, timestamp=timestamp, secret=KEY)
    assert not authentic(body=body, signature=signature, timestamp="1795338001", secret=KEY)
    assert not authentic(body=body, signature=signature, timestamp=timestamp, secret="another")


def test_a_known_vector_holds() -> None:
    # printf '{"a":1}1700000000' | openssl dgst -sha256 -hmac secret
    signature = "5bfb71b792ec829c706a4d9bf7e6cb063d5abc4336963b9ecdb01288e5befb5b"
    assert authentic(body=b'{"a":1}', signature=signature, timestamp="1700000000", secret="secret")


@pytest.mark.parametrize("at", [0, 1, 1_795_338_000 - 3 * 86_400, 1_795_338_000 + 86_400, 99_999_999_999])
def test_a_wrong_clock_silences_nobody(at: int) -> None:  # group 49
    body = PHONE.said(FROM, "a")
    headers = PHONE.signed(body, at=at)
    assert authentic(body=body, signature=headers["x-signature"], timestamp=headers["x-timestamp"], secret=KEY)


@given(st.binary(max_size=20), st.text(max_size=70), st.text(max_size=20), st.text(max_size=5))
def test_authenticating_never_raises(body: bytes, signature: str, timestamp: str, secret: str) -> None:
    assert authentic(body=body, signature=signature, timestamp=timestamp, secret=secret) is False


def test_an_empty_key_signs_nothing() -> None:
    headers = PHONE.signed(b"{}", key="")
    assert not authentic(body=b"{}", signature=headers["x-signature"], timestamp=headers["x-timestamp"], secret="")


# ── Messages ──


def test_words_are_kept_and_nothing_else_that_the_telephone_knows() -> None:
    assert _one(PHONE.said("07700000012", "انباك ماطوري", name="E1")) == Message(
        channel=Channel.SMS,
        carrier="smsgate",
        account=DEVICE,
        external_id="E1",
        address=FROM,
        sequence=5,
        text="انباك ماطوري",
        sent_at=datetime(2026, 11, 22, 6, 0, tzinfo=UTC),
    )


def test_our_reading_agrees_with_the_official_client() -> None:
    payload = sms(FROM, "انباك ماطوري")
    theirs = webhooks.SmsReceivedPayload.from_dict(payload)
    ours = _one(PHONE.event("sms:received", payload))
    assert (ours.text, ours.address, ours.sent_at) == (theirs.message, theirs.sender, theirs.received_at)


def test_two_reports_of_the_same_words_are_two() -> None:  # group 49
    first, second = (_one(PHONE.said(FROM, "باگو")) for _ in range(2))
    assert first.external_id != second.external_id
    body = json.loads(PHONE.said(FROM, "باگو"))
    assert body["payload"]["messageId"] == json.loads(PHONE.said(FROM, "باگو"))["payload"]["messageId"]


def test_a_repeated_delivery_is_the_same_message() -> None:
    body = PHONE.said(FROM, "باگو")
    assert _one(body) == _one(body)


def test_an_older_telephone_names_the_sender_otherwise() -> None:
    payload = sms(FROM, "a")
    del payload["sender"]
    assert _one(PHONE.event("sms:received", payload)).address == FROM


@pytest.mark.parametrize("sender", ["", "Zain IQ", "6999", None, 7])
def test_a_sender_without_a_number_is_heard(sender: object) -> None:  # group 41
    payload = {**sms(FROM, "a"), "sender": sender, "phoneNumber": sender}
    assert _one(PHONE.event("sms:received", payload)).address == (sender if isinstance(sender, str) else "")


def test_a_batch_is_read_in_its_order() -> None:
    texts = ["اول", "ثاني", "ثالث"]
    body = PHONE.event("sms:batch:received", {"messages": [sms(FROM, text) for text in texts]}, name="B1")
    messages = [message for message in _read(body) or () if isinstance(message, Message)]
    assert [message.text for message in messages] == texts
    assert [message.external_id for message in messages] == ["B1:0", "B1:1", "B1:2"]
    assert [message.sequence for message in messages] == [5, 6, 7]


@pytest.mark.parametrize(
    ("raw", "text"), [("هلو".encode(), "هلو"), (b"plain", "plain"), (b"\x06\x05\x04\x0b\x84", None), (b"", None)]
)
def test_of_data_messages_only_words_are_kept(raw: bytes, text: str | None) -> None:
    payload = {**sms(FROM, ""), "data": b64encode(raw).decode()}
    told = _read(PHONE.event("sms:data-received", payload))
    assert told is not None
    assert [message.text for message in told if isinstance(message, Message)] == ([] if text is None else [text])


async def test_pictures_come_with_their_bytes() -> None:
    payload = {
        **sms(FROM, ""),
        "subject": "صورة",
        "body": "شوفو",
        "attachments": [
            {"partId": 1, "contentType": "image/jpeg", "name": "x.jpg", "data": b64encode(b"jpeg").decode(), "size": 4},
            {"partId": 2, "contentType": "application/smil", "data": "PHNtaWw+", "size": 6},
            {"partId": 3, "contentType": "audio/amr"},
        ],
    }
    message = _one(PHONE.event("mms:downloaded", payload))
    assert message.text == "صورة\nشوفو"
    assert message.media == (
        Medium(MediumKind.PHOTO, "data:;base64,anBlZw==", "image/jpeg", 4),
        Medium(MediumKind.VOICE, "data:;base64,", "audio/amr"),
    )


@pytest.mark.parametrize("event", ["system:ping", "app:started", "mms:received"])
def test_news_of_the_telephone_itself_is_none(event: str) -> None:
    assert _read(PHONE.event(event, {"health": {"status": "pass"}})) == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b"{}",
        b"[" * 100_000,
        b'{"event": "sms:received", "payload": {}}',
        b'{"event": "sms:received", "id": "E1", "payload": []}',
        b'{"event": ["sms:received"], "id": "E1", "payload": {}}',
        b'{"event": "sms:received", "id": 7, "payload": {}}',
        b'{"event": "sms:foretold", "id": "E1", "payload": {}}',
        b'{"event": "sms:batch:received", "id": "E1", "payload": {"messages": [7]}}',
        b'{"event": "sms:sent", "id": "E1", "payload": {"messageId": 7}}',
        b'{"event": "sms:data-received", "id": "E1", "payload": {"data": "%%"}}',
    ],
)
def test_what_cannot_be_read_is_told_from_what_says_nothing(body: bytes) -> None:
    assert _read(body) is None


_KEYS = st.sampled_from(["event", "id", "payload", "messages", "message", "sender", "data", "attachments", "messageId"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec=None), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=5),
    max_leaves=12,
)
_EVENTS = st.sampled_from(["sms:received", "sms:data-received", "mms:downloaded", "sms:batch:received", "sms:failed"])


@given(_EVENTS, _JSON)
def test_reading_never_raises(event: str, payload: Any) -> None:
    for message in _read(json.dumps({"event": event, "id": "E1", "payload": payload}).encode()) or ():
        if isinstance(message, Message):
            (message.text + message.address).encode()


# ── What became of ours ──


@pytest.mark.parametrize(
    ("event", "delivery"),
    [("sms:sent", Delivery.SENT), ("sms:delivered", Delivery.DELIVERED), ("sms:failed", Delivery.FAILED)],
)
def test_a_receipt_tells_how_far_a_message_has_come(event: str, delivery: Delivery) -> None:
    body = PHONE.event(event, {"messageId": "0123abcd", "phoneNumber": FROM, "reason": "RESULT_ERROR_NO_SERVICE"})
    (receipt,) = _read(body) or ()
    assert isinstance(receipt, Receipt)
    assert (receipt.carrier, receipt.external_id, receipt.delivery) == ("smsgate", "0123abcd", delivery)
    assert (receipt.failure is not None) == (delivery is Delivery.FAILED)


# ── Sealing ──

# Made with the official client 4.3.3 (encryption.py over pycryptodome), the salt being the bytes 0 to 15.
_VECTORS = {
    "باگو ماطوري": "7qPlf1Ousn5m/uiGayXJcYFRiWZ2wRTzK9XbgURPiic=",
    "": "bqVmoM1NS3pcBspE332ZpA==",
    FROM: "ObDKpDuX8tfw4KIKyWXeCg==",
}


@pytest.mark.parametrize("text", list(_VECTORS))
def test_what_the_official_client_sealed_opens_and_ours_is_the_same(text: str) -> None:
    theirs = f"$aes-256-cbc/pbkdf2-sha1$i=75000$AAECAwQFBgcICQoLDA0ODw==${_VECTORS[text]}"
    assert sealed(text, _PASSPHRASE, _SALT) == theirs
    assert opened(theirs, _PASSPHRASE) == text


def test_the_telephones_own_number_of_rounds_is_heard() -> None:
    theirs = "$aes-256-cbc/pbkdf2-sha1$i=1000$AAECAwQFBgcICQoLDA0ODw==$6lPoedOyFeUJR/0H5qfDfQ=="
    assert opened(theirs, _PASSPHRASE) == "هلو"


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=40), st.binary(min_size=16, max_size=16))
def test_what_is_sealed_opens_again(text: str, salt: bytes) -> None:
    assert opened(sealed(text, "p", salt), "p") == text


@pytest.mark.parametrize(
    "text",
    [
        "$aes-256-cbc/pbkdf2-sha1$",
        "$aes-256-cbc/pbkdf2-sha1$i=0$AAECAwQFBgcICQoLDA0ODw==$6lPoedOyFeUJR/0H5qfDfQ==",
        "$aes-256-cbc/pbkdf2-sha1$i=999999999999$AAECAwQFBgcICQoLDA0ODw==$6lPoedOyFeUJR/0H5qfDfQ==",
        "$aes-256-cbc/pbkdf2-sha1$i=1000$AAEC$6lPoedOyFeUJR/0H5qfDfQ==",
        "$aes-256-cbc/pbkdf2-sha1$i=1000$AAECAwQFBgcICQoLDA0ODw==$6lPoedOyFeUJR/0H5qfDfA==",
        "$aes-256-cbc/pbkdf2-sha1$i=1000$AAECAwQFBgcICQoLDA0ODw==$AA==",
    ],
)
def test_what_does_not_open_is_a_value_error_and_its_message_unreadable(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of whichever library
        opened(text, _PASSPHRASE)
    assert _read(PHONE.said(FROM, text)) is None


def test_a_sealed_message_is_read_with_the_passphrase_and_unreadable_without() -> None:
    body = PHONE.said(sealed(FROM, _PASSPHRASE, _SALT), sealed("باگو", _PASSPHRASE, _SALT))
    (message,) = read(body, sequence=5, opens=lambda text: opened(text, _PASSPHRASE)) or ()
    assert isinstance(message, Message)
    assert (message.address, message.text) == (FROM, "باگو")
    assert _read(body) is None


def test_no_secret_shows_when_a_carrier_is_printed() -> None:
    phone = Phone("https://x", "u", "S3cret1", "S3cret2", entropy=lambda n: b"S3" * n, passphrase="S3cret3")
    carrier = SmsGateCarrier(phone)
    assert "S3" not in repr(phone) + repr(carrier)
    assert set(carrier.secrets) == {"S3cret1", "S3cret2", "S3cret3"}
