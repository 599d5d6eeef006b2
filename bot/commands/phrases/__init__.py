"""The words that command, in every language: here they meet, in the files beside this one they are written."""

from collections.abc import Callable
from typing import Final

from bot.commands.intents import Intent
from bot.commands.phrases.arabic import ARABIC
from bot.commands.phrases.english import ENGLISH
from bot.commands.phrases.kurdish import KURDISH
from bot.commands.phrases.lists import Phrases

__all__ = ["ARABIC", "ENGLISH", "KURDISH", "LANGUAGES", "alone", "every"]

LANGUAGES: Final = (ARABIC, KURDISH, ENGLISH)


def alone(intent: Intent) -> str:
    """The phrases that command alone, of every language, between bars; "" for what has none."""
    return "|".join(filter(None, (spoken.alone.get(intent, "") for spoken in LANGUAGES)))


def every(which: Callable[[Phrases], str]) -> str:
    """The phrases of one list of every language, between bars."""
    return "|".join(filter(None, map(which, LANGUAGES)))
