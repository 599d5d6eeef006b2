"""Twilio: what we keep of its webhooks (`reading`, pure), and how our words get there through its own client."""

from bot.handlers.twilio.carrier import TwilioCarrier
from bot.handlers.twilio.failing import failure
from bot.handlers.twilio.line import HOME, Account
from bot.handlers.twilio.reading import authentic, form, is_status, read, read_receipt

__all__ = [
    "HOME",
    "Account",
    "TwilioCarrier",
    "authentic",
    "failure",
    "form",
    "is_status",
    "read",
    "read_receipt",
]
