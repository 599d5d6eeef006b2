"""How the bot presents itself: its menu of commands and two descriptions, in each language."""

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import Bot

from bot.handlers.telegram.wire import mapped


@dataclass(frozen=True, slots=True)
class Profile:
    """What Telegram shows of us to people of one language.

    language: two letters (ISO 639-1); "" for everybody whose language has no profile of its own. commands: (name,
    description), the name of 1-32 of a-z 0-9 _. description: up to 512 letters, shown in an empty chat. short: up to
    120, on the bot's page.
    """

    language: str
    commands: Sequence[tuple[str, str]]
    description: str
    short: str


async def set_commands(bot: Bot, profile: Profile) -> None:
    """The menu. Looked at first: Telegram lets a bot change these only now and then. Raises SendFailed."""
    shown = await mapped(bot.get_my_commands(language_code=profile.language))
    if [(each.command, each.description) for each in shown] != list(profile.commands):
        await mapped(bot.set_my_commands(profile.commands, language_code=profile.language))


async def set_description(bot: Bot, profile: Profile) -> None:
    """What an empty chat shows. Raises SendFailed."""
    shown = await mapped(bot.get_my_description(language_code=profile.language))
    if shown.description != profile.description:
        await mapped(bot.set_my_description(profile.description, language_code=profile.language))


async def set_short_description(bot: Bot, profile: Profile) -> None:
    """What the bot's page shows. Raises SendFailed."""
    shown = await mapped(bot.get_my_short_description(language_code=profile.language))
    if shown.short_description != profile.short:
        await mapped(bot.set_my_short_description(profile.short, language_code=profile.language))
