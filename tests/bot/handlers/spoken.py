"""What the tests of Telegram's carrier say, and how they fetch a file."""

from bot.handlers.telegram import TelegramCarrier
from bot.vocabulary import Rendered

WORDS = Rendered("وصل بلاغك 482913")
VOICE = b"OggS" + bytes(300)


async def fetched(carrier: TelegramCarrier, ref: str) -> bytes:
    return b"".join([chunk async for chunk in carrier.stream(ref)])
