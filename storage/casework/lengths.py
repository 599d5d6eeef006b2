"""How long an answer may be on its way to a phone: no more SMS than a gateway joins again into one.

The words that go before it stand in locales/, which nothing here reads: tests/storage/casework/test_lengths.py holds
those of this page to them.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, Row

from bot.handlers import segments
from bot.replies import on_paper
from bot.vocabulary import Channel, Locale
from storage.keys import Keyring
from storage.sealed.keypairs import Unlocked
from storage.words import content

MOST_PARTS: Final = 9  # as "answer" states in locales/
BEFORE: Final[Mapping[Locale, str]] = {
    Locale.AR: "رد على رسالتك: ",
    Locale.CKB: "وەڵامی نامەکەت: ",
    Locale.EN: "Answer to your message: ",
}


def is_too_long(conn: Connection, keyring: Keyring, row: Row[Any], text: str, *, opener: Unlocked | None) -> bool:
    """Whether an answer that goes out by SMS is too long for it. row: of `reports`.

    WhatsApp counts no parts. Which of these brought it, and in what language, is on a sealed desk's card alone.
    """
    if row.reachable != "yes" or row.channel not in {None, Channel.SMS.value}:
        return False
    card = content.card(conn, keyring, row.id, opener)
    if (row.channel or card.get("channel")) != Channel.SMS.value or card.get("app"):
        return False
    before = BEFORE[spoken(row.language or str(card.get("language") or ""))]
    return segments.count(on_paper(before + text)).parts > MOST_PARTS


def spoken(language: str) -> Locale:
    """In which of our languages somebody is answered who writes in this one."""
    match language:
        case "ckb" | "kmr":
            return Locale.CKB
        case "en":
            return Locale.EN
        case _:
            return Locale.AR
