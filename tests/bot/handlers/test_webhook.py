"""Alerts to a program of the staff's own."""

import traceback
from collections.abc import AsyncIterator

import pytest

from bot.handlers.webhook import WebhookCarrier
from bot.vocabulary import Rendered, SendFailed
from tests.carriers.http import Server, silence
from tests.carriers.webhook import SECRET, FakeReceiver

ALERT = Rendered("بلاغ عاجل جديد")


@pytest.fixture
async def carrier() -> AsyncIterator[WebhookCarrier]:
    carrier = WebhookCarrier(SECRET, allow_loopback=True)
    yield carrier
    await carrier.close()


async def _failure(carrier: WebhookCarrier, url: str) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await carrier.send(url, ALERT)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert not url or url not in "".join(traceback.format_exception(caught.value))
    return caught.value


async def test_an_alert_is_signed_and_holds_only_its_words(receiver: FakeReceiver, carrier: WebhookCarrier) -> None:
    sent = await carrier.send(receiver.url, ALERT)
    (alert,) = receiver.alerts
    assert alert.genuine
    assert alert.payload["type"] == "alert"
    assert alert.payload["data"] == {"text": ALERT.text}
    assert set(alert.payload) == {"type", "timestamp", "data"}
    assert sent.ids == (alert.name,)


async def test_a_repetition_bears_the_same_name(receiver: FakeReceiver, carrier: WebhookCarrier) -> None:
    for _ in range(2):
        await carrier.send(receiver.url, ALERT, callback="outbox-7")
    await carrier.send(receiver.url, ALERT)
    names = [alert.name for alert in receiver.alerts]
    assert names[:2] == ["outbox-7", "outbox-7"]
    assert names[2] not in {"", "outbox-7"}


@pytest.mark.parametrize(
    ("status", "policy"),
    [
        (410, ("gone", False, True)),
        (404, ("misconfigured", True, False)),
        (401, ("misconfigured", True, False)),
        (400, ("misconfigured", False, False)),
        (429, ("carrier_down", True, False)),
        (500, ("carrier_down", True, False)),
    ],
)
async def test_each_answer_carries_its_policy(
    receiver: FakeReceiver,
    carrier: WebhookCarrier,
    status: int,
    policy: tuple[str, bool, bool],
) -> None:
    receiver.status = status
    refused = await _failure(carrier, receiver.url)
    assert (refused.reason, refused.retryable, refused.unreachable) == policy


@pytest.mark.parametrize(
    ("wish", "wait"), [("120", 120), ("99999", 3600), ("soon", None), ("٣", None), ("9" * 50, None)]
)
async def test_a_wish_for_patience_is_heard(
    receiver: FakeReceiver, carrier: WebhookCarrier, wish: str, wait: float | None
) -> None:
    receiver.status = 503
    receiver.headers = {"retry-after": wish} if wish.isascii() else {}
    assert (await _failure(carrier, receiver.url)).retry_after_s == wait


async def test_a_redirect_is_not_followed(receiver: FakeReceiver, carrier: WebhookCarrier) -> None:
    receiver.status = 307
    receiver.headers = {"location": "/elsewhere"}
    assert (await _failure(carrier, receiver.url)).reason == "misconfigured"
    assert len(receiver.alerts) == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://203.0.113.5/x",
        "https:///x",
        "https://a\0b/",
        "https://8.8.8.8:99999999/",
        "https://user:word@8.8.8.8/",
        "http://8.8.8.8/x",  # in the clear over the open net
        "https://10.0.0.1/x",
        "https://192.168.1.1/x",
        "https://172.16.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://0.0.0.0/x",
        "https://[fe80::1]/x",
        "https://[fd00::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://224.0.0.1/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://[::1]/x",
        "https://8.8.8.8/" + "x" * 2048,
    ],
)
async def test_only_the_open_net_over_tls_is_spoken_to(url: str) -> None:
    carrier = WebhookCarrier(SECRET)
    refused = await _failure(carrier, url)
    assert (refused.reason, refused.retryable) == ("forbidden_address", False)


async def test_loopback_is_refused_unless_it_is_allowed(receiver: FakeReceiver) -> None:
    carrier = WebhookCarrier(SECRET)
    assert (await _failure(carrier, receiver.url)).reason == "forbidden_address"
    assert receiver.alerts == []


async def test_a_receiver_that_is_away_is_tried_again(carrier: WebhookCarrier) -> None:
    for url in ("http://127.0.0.1:9/x", "https://["):
        refused = await _failure(carrier, url)
        assert (refused.reason, refused.retryable) == ("network", True)


async def test_a_receiver_that_never_answers_is_tried_again() -> None:
    server = Server(silence).start()
    carrier = WebhookCarrier(SECRET, allow_loopback=True, timeout_s=0.05)
    try:
        refused = await _failure(carrier, server.url)
        assert (refused.reason, refused.retryable) == ("timeout", True)
    finally:
        await carrier.close()
        await carrier.close()
        server.close()


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "not base64 €", "é"])
def test_a_weak_or_broken_secret_is_refused_without_being_shown(secret: str) -> None:
    with pytest.raises(ValueError, match="24 random bytes") as caught:
        WebhookCarrier(secret)
    assert not secret or secret not in str(caught.value).replace('"whsec_"', "")
