"""SMSGate, an Android phone with a local SIM: `reading` and `sealing` are pure, `carrier` speaks with its server."""

from bot.handlers.smsgate.carrier import Phone, SmsGateCarrier
from bot.handlers.smsgate.reading import authentic, read
from bot.handlers.smsgate.sealing import opened, sealed

__all__ = ["Phone", "SmsGateCarrier", "authentic", "opened", "read", "sealed"]
