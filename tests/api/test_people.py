"""Where a member of staff is alerted: by a carrier that is on, at an address that it can reach."""

import pytest
from pydantic import SecretStr

from api import people
from api.people import Mistake
from api.settings import Settings
from bot.vocabulary import Channel

_PHONE = Settings(
    smsgate_url="https://phone.example",
    smsgate_password=SecretStr("p"),
    smsgate_secret=SecretStr("made-up-key-of-a-phone"),
)


@pytest.mark.parametrize(
    ("settings", "channel", "carrier"),
    [
        (_PHONE, Channel.SMS, "smsgate"),
        (Settings(), Channel.SMS, "twilio"),
        (_PHONE, Channel.TELEGRAM, "telegram"),
        (_PHONE, Channel.WEBHOOK, "webhook"),
    ],
)
def test_an_alert_goes_by_a_carrier_that_is_on(settings: Settings, channel: Channel, carrier: str) -> None:
    assert people._carrier(settings, channel) == carrier


@pytest.mark.parametrize("written", ["07700000012", "+9647700000012", "00964 770 000 0012", "٠٧٧٠٠٠٠٠٠١٢"])
def test_a_number_is_kept_in_its_one_spelling(written: str) -> None:
    assert people._reachable(Channel.SMS, written) == "+9647700000012"


@pytest.mark.parametrize("written", ["", "6999", "Zain IQ", "0770"])
def test_what_cannot_be_called_is_refused_when_it_is_entered(written: str) -> None:
    with pytest.raises(Mistake):
        people._reachable(Channel.SMS, written)
