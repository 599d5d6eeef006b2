"""Carriers for the handlers' tests. A test's name says by which table its calls to Telegram were checked."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.handlers.telegram import TelegramCarrier
from bot.handlers.twilio import Account, TwilioCarrier
from tests.carriers import botapi
from tests.carriers.telegram import FakeTelegram
from tests.carriers.twilio import FakeTwilio
from tests.carriers.webhook import FakeReceiver

_API = botapi.reference()


@pytest.fixture(params=[_API], ids=["checked-by-reference" if _API else "checked-by-own-table"])
def telegram(request: pytest.FixtureRequest) -> Iterator[FakeTelegram]:
    """A Bot API server; fails the test if a call was not one the API knows."""
    with FakeTelegram(api=request.param, speed=100) as fake:
        yield fake
        assert fake.violations == []


@pytest.fixture
async def carrier(telegram: FakeTelegram) -> AsyncIterator[TelegramCarrier]:
    """Our carrier, pointed at it."""
    carrier = TelegramCarrier(telegram.token, telegram.url)
    yield carrier
    await carrier.close()


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    """A Twilio account."""
    with FakeTwilio() as fake:
        yield fake
        assert fake.violations == []


@pytest.fixture
async def sms(twilio: FakeTwilio) -> AsyncIterator[TwilioCarrier]:
    """Our carrier, pointed at it."""
    account = Account(twilio.sid, twilio.token, twilio.number, twilio.url, "http://127.0.0.1:9/status")
    carrier = TwilioCarrier(account)
    yield carrier
    await carrier.close()


@pytest.fixture
def receiver() -> Iterator[FakeReceiver]:
    """A staff member's own program."""
    with FakeReceiver() as fake:
        yield fake
