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
    """Whether an answer that may go out by SMS is too long for it. row: of `reports`.

    Which of the channels brought it is on a sealed desk's card alone.
    """
    card = content.card(conn, keyring, row.id, opener)
    may = may_be_sms(row.reachable, row.channel or str(card.get("channel") or ""), app=str(card.get("app") or ""))
    return may and parts(text) > MOST_PARTS


def may_be_sms(reachable: str, channel: str, *, app: str) -> bool:
    """Whether an answer may leave by SMS. reachable, channel ("" for not known): of the report. app: of its card.

    Whoever fetches it themselves may send their code or word from any phone. WhatsApp counts no parts.
    """
    return reachable != "yes" or (channel in {"", Channel.SMS.value} and not app)


def parts(text: str) -> int:
    """Of how many SMS an answer is, at most.

    The language it goes out in is sealed with the address, or is that of whoever sends the code: the dearest counts.
    Behind Arabic words Latin letters cost more than double.
    """
    return max(segments.count(on_paper(before + text)).parts for before in BEFORE.values())
