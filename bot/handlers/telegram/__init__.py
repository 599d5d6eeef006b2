"""Telegram, in two halves: `reading` is pure, `sending` speaks with the Bot API."""

from bot.handlers.telegram.reading import KINDS, authentic, read
from bot.handlers.telegram.sending import TelegramCarrier

__all__ = ["KINDS", "TelegramCarrier", "authentic", "read"]
