"""Every carrier of SMS keeps the one shape, whatever it is handed: it never raises, waits, or shows a secret."""

import inspect
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.handlers.generic import GenericCarrier, load, ready
from bot.handlers.kannel import KannelCarrier
from bot.handlers.provider import Request, SmsProvider
from bot.handlers.smsgate import Phone, SmsGateCarrier
from bot.handlers.twilio import Account, TwilioCarrier
from bot.vocabulary import Rendered, SendFailed

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SECRET = "S3cret-of-twenty-letters"
NOWHERE = "http://127.0.0.1:9"


def _providers() -> list[SmsProvider]:
    return [
        TwilioCarrier(Account("AC1", SECRET, "+9647700000099", NOWHERE, old_token=SECRET)),
        SmsGateCarrier(Phone(NOWHERE, "u", SECRET, SECRET, bytes, passphrase=SECRET)),
        KannelCarrier(NOWHERE, ("u", SECRET), "6999", secret=SECRET, status_url=NOWHERE, fresh=lambda: "f"),
        GenericCarrier(load(ready("simple")), NOWHERE, "6999", secret=SECRET, status_url=NOWHERE, fresh=lambda: "f"),
    ]


@pytest.fixture(params=_providers(), ids=lambda provider: provider.name)
async def provider(request: pytest.FixtureRequest) -> AsyncIterator[SmsProvider]:
    made: SmsProvider = request.param
    yield made
    await made.close()


_TEXT = st.text(st.characters(codec="latin-1"), max_size=80)
_NAMES = st.sampled_from(
    ["authorization", "content-type", "x-twilio-signature", "x-signature", "x-timestamp", "x-gateway-secret"]
)
_BYTES = st.binary(max_size=120) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))
REQUESTS = st.builds(
    Request,
    method=st.sampled_from(["GET", "POST"]),
    url=st.text(max_size=80),
    headers=st.dictionaries(_NAMES | _TEXT, _TEXT, max_size=5),
    query=_BYTES,
    body=_BYTES,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=REQUESTS)
def test_no_strangers_request_is_believed_and_none_makes_it_stumble(provider: SmsProvider, request: Request) -> None:
    provider.plausible(replace(request, body=b""))
    assert provider.authentic(request) is False


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=REQUESTS)
def test_whatever_an_authentic_request_holds_it_is_read_or_unreadable(provider: SmsProvider, request: Request) -> None:
    told = provider.parse(request, sequence=5, now=NOW)
    assert told is None or all(item.carrier == provider.name for item in told)


def test_it_says_what_it_can(provider: SmsProvider) -> None:
    assert provider.name in {"twilio", "smsgate", "kannel", "generic"}
    assert provider.caps.methods <= {"GET", "POST"}
    assert provider.caps.max_chars >= 160
    assert 200 <= provider.ack().status < 300


def test_its_secrets_are_told_for_masking_and_shown_nowhere(provider: SmsProvider) -> None:  # group 60
    assert SECRET in provider.secrets
    assert SECRET not in repr(provider) + str(provider)


async def test_what_it_cannot_do_does_no_harm(provider: SmsProvider) -> None:
    if not provider.caps.lists:
        assert [message async for message in provider.fetch_since(NOW)] == []
    if not provider.caps.redacts:
        await provider.redact("SM1")
    await provider.redact("")
    await provider.close()
    await provider.close()


@pytest.mark.parametrize("address", ["", "6999", "Zain IQ", "+", "\ud83d"])
async def test_who_cannot_be_called_is_not_tried(provider: SmsProvider, address: str) -> None:  # group 41
    with pytest.raises(SendFailed) as caught:
        await provider.send(address, Rendered("وصل بلاغك"))
    assert (caught.value.reason, caught.value.retryable, caught.value.unreachable) == ("no_address", False, True)


async def test_an_absent_carrier_is_tried_again_and_nothing_it_was_told_is_said(provider: SmsProvider) -> None:
    with pytest.raises(SendFailed) as caught:
        await provider.send("+9647700000012", Rendered("وصل بلاغك"), callback="0123")
    assert caught.value.retryable
    assert caught.value.__cause__ is None
    assert not [word for word in (SECRET, "9647700000012", "وصل") if word in repr(caught.value)]


def test_reading_needs_no_waiting(provider: SmsProvider) -> None:
    for half in (provider.plausible, provider.authentic, provider.parse, provider.ack):
        assert not inspect.iscoroutinefunction(half)
