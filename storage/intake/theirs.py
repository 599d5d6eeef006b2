"""Of all that was told on a phone, what a wish that is about all of it ("erase everything") may reach.

Whoever holds the phone may ask so. What is hidden there is meant too only where its word was said, and what is veiled
(`bot.vocabulary.Veil`) only where its own code was: another's may be of what somebody else told there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot import commands, conversation, tickets
from bot.commands import Intent
from bot.decide import modes
from bot.vocabulary import Case, Message
from storage.keys import Keyring
from storage.reporting import reach, ways
from storage.reporting.reporters import Reporter
from storage.ties import Told


@dataclass(frozen=True, slots=True)
class Theirs:
    """As bot.vocabulary.Known has them."""

    reports: tuple[str, ...] = ()
    veiled: bool = False
    unveils: bool = False


def erases(words: str) -> bool:
    """Whether words without a code ask to erase what was sent."""
    return commands.intent(words, "") is Intent.ERASE or commands.asks_to_erase(words)


def of(
    conn: Connection,
    keyring: Keyring,
    reporter: Reporter,
    message: Message,
    *,
    coded: Sequence[Case],
    discreet: bool,
    opened: bool,
    veils: bool,
) -> Theirs:
    """Finds them. coded: the cases whose codes stand in the message.

    discreet: they have a word; opened: it was said, or there is none. veils: what they tell is discreet whatever leads
    to them now.

    At a wish that is about all of it also what was told under the names of months before. Nothing of a private talk,
    but where they ask beside a code to erase: what they told besides is not to be seen in it.
    """
    if reporter.who.hidden:
        return Theirs()
    words = tickets.without_codes(message.text)
    asked = conversation.asked_to_erase(reporter.conversation)
    wishes = erases(words) or bool(asked) or modes.asks_privacy(words, message.choice)
    links = _links(conn, keyring, reporter, message, months=wishes)
    named = {each.report: how for each in coded if (how := _told(conn, keyring, each, links)) is not None}
    by_word = discreet and opened
    unveils = any(how.by_code_alone(has_word=by_word) for how in named.values())
    hides = veils or any(told.hidden for told in links.values())
    if reporter.private and not (named and erases(words)) and asked.isdisjoint(links):
        return Theirs(unveils=unveils)
    if not opened and not named:
        return Theirs(veiled=True)
    meant = asked | named.keys()
    known = {report for report, told in links.items() if not told.hidden or (by_word and not told.veiled)}
    seen = tuple(report for report in links if report in meant or (opened and report in known))
    return Theirs(seen, veiled=hides and not reporter.private, unveils=unveils)


def _links(
    conn: Connection, keyring: Keyring, reporter: Reporter, message: Message, *, months: bool
) -> dict[str, Told]:
    """What leads to their phone, and how they are told of it. months: under earlier names, too."""
    contact = None if reporter.private else reporter.contact
    each = (contact,) if contact is not None else ()
    if months:
        led = ways.leading(conn, keyring, message.channel, message.address, contact=contact)
        each = tuple(dict.fromkeys((*each, *led.values())))
    return {report: told for one in each for report, told in reach.theirs(conn, keyring, one).items()}


def _told(conn: Connection, keyring: Keyring, case: Case, links: Mapping[str, Told]) -> Told | None:
    """Of a case whose six digits were said, which serve its sender alone; None of one by sixteen.

    Where nothing leads to it any more, nothing is hidden by it either.
    """
    if tickets.is_long(case.code):
        return None
    return links.get(case.report) or reach.told(conn, keyring, case.report) or Told()
