"""Telegram, in two halves: `reading` and `content` are pure, `sending` speaks with the Bot API."""

from bot.handlers.telegram.profile import Profile
from bot.handlers.telegram.reading import KINDS, authentic, read
from bot.handlers.telegram.sending import Hook, TelegramCarrier

__all__ = ["KINDS", "Hook", "Profile", "TelegramCarrier", "authentic", "read"]
