"""What opens something never becomes part of a report: it is looked for and cut out before anything is kept.

A code or a word of one's own, typed beside a story, would be read by whoever reads that, and be shared with it. The one
place where it is cut is the turn, before any effect is carried out; a copy for another body is cut once more, and so is
what a machine wrote down of a voice. Nobody is told whether something was found: that would be a way to guess.

Sixteen digits that stand as a code does go, whether they open anything or not. Six digits go where they open something
for this sender; else they are a price, a plate or a part of a telephone number, and stay.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, bindparam, select

from bot import cuts
from bot.cuts import SHORT, Secrets
from bot.vocabulary import Decision, Effect, File, Known, Message, Ongoing
from storage import contacts
from storage.inbound import Waiting
from storage.keys import KeyGone, Keyring
from storage.reporting import bearer, discretion
from storage.reporting.reporters import Reporter
from storage.sealing import Tampered
from storage.tables import report_contacts

# How many six-digit numbers and words of one message are looked at: whoever holds a phone and reads its desk, too,
# must not find a code by what is missing there.
_MOST_SHORT: Final = 32
_FIRST_WORDS: Final = 4
_WHOSE: Final = select(report_contacts.c.contact).where(
    report_contacts.c.report.in_(bindparam("of", expanding=True, type_=report_contacts.c.report.type))
)


def cut(
    conn: Connection, keyring: Keyring, reporter: Reporter, waiting: Waiting, known: Known, decision: Decision
) -> tuple[Waiting, Decision]:
    """The message and what was decided, without what opens something of its sender's, or of anybody's."""
    message = waiting.message
    found = _of_message(conn, keyring, reporter, message, known)
    if not (found.numbers or found.words):
        return waiting, decision
    kept = replace(waiting, message=replace(message, text=cuts.cut(message.text, found)))
    effects = tuple(_without(effect, found) for effect in decision.effects)
    return kept, replace(decision, effects=effects)


def cut_from_reports(conn: Connection, keyring: Keyring, reports: Collection[str], texts: Iterable[str]) -> list[str]:
    """Texts of these reports, as they go elsewhere: without what opens something to whoever told them."""
    whose = conn.execute(_WHOSE, {"of": list(reports)}).scalars().all()
    senders = [who for contact in whose for who in _sender(conn, keyring, contact)]
    return [cuts.cut(text, _of_text(conn, keyring, senders, text)) for text in texts]


def _sender(conn: Connection, keyring: Keyring, contact: str) -> list[bytes]:
    with suppress(LookupError, KeyGone, Tampered):
        place = contacts.address(conn, keyring, contact)
        return [contacts.sender_hash(keyring, place.channel, place.address)]
    return []


def _without(effect: Effect, found: Secrets) -> Effect:
    return replace(effect, analysis=cuts.cut_from(effect.analysis, found)) if isinstance(effect, File) else effect


# ── What is a secret ─────────────────────────────────────────────────────────────────────────────────────────
def _of_message(conn: Connection, keyring: Keyring, reporter: Reporter, message: Message, known: Known) -> Secrets:
    text, who = message.text, reporter.who.hash
    told = {message.code, message.about, *(one.code for one in _talks(reporter, known))} - {""}
    if message.entered_by and known.by_code is None:
        return Secrets(bearer.codes_in(conn, keyring, text) | told)  # staff learn no code of a caller's
    found = _of_text(conn, keyring, [who], text, first=_first_words(known))
    return Secrets(found.numbers | told, found.words)


def _talks(reporter: Reporter, known: Known) -> list[Ongoing]:
    each = (reporter.conversation, known.conversation)
    return [one for talk in each for one in (talk.ongoing, talk.before) if one is not None]


def _first_words(known: Known) -> int | None:
    """Among how many words hers is looked for; None for all: then it was said, just now or minutes ago."""
    standing = known.discretion
    return None if standing is None or standing.by_word else _FIRST_WORDS


def _of_text(
    conn: Connection, keyring: Keyring, senders: Collection[bytes], text: str, *, first: int | None = None
) -> Secrets:
    each = list(cuts.numbers(text))
    numbers, words = bearer.codes_in(conn, keyring, text), frozenset[str]()
    short = list(dict.fromkeys(one.digits for one in each if len(one.digits) == SHORT))[:_MOST_SHORT]
    for who in senders:
        numbers |= _short(conn, keyring, who, short)
        words |= discretion.secrets(conn, keyring, who, {word for _, _, word in cuts.words(text, first=first)})
    return Secrets(numbers, words)


def _short(conn: Connection, keyring: Keyring, who: bytes, each: Collection[str]) -> frozenset[str]:
    return bearer.opening(conn, keyring, who, each) | discretion.secrets(conn, keyring, who, each)
