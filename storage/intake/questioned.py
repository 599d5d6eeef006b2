"""What a sender was asked to agree to, and what they agreed to: as far as their phone, or a code, may know of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import Connection

from bot import commands, consent
from bot.vocabulary import Asked, Case, Discretion, Explained, Message
from storage.consent import consents, explaining
from storage.inbound import Waiting
from storage.keys import Keyring
from storage.purging import joined
from storage.reporting import reach, ways
from storage.reporting.reporters import Reporter

_LONGEST_ANSWER: Final = 64  # letters; a longer text is no answer to a question for consent, also beside a code
_IS_LAST: Final = frozenset({Explained.YES, Explained.LEAVING})


def asked(
    conn: Connection,
    keyring: Keyring,
    reporter: Reporter,
    waiting: Waiting,
    *,
    by_code: Case | None,
    discretion: Discretion | None,
    now: datetime,
) -> Asked | None:
    """What they were asked to agree to, with what else they were told since: often days ago, in no talk any more.

    Of several that wait, the one whose question is the last thing that we said; else the one asked about last.
    """
    if len(waiting.message.text) > _LONGEST_ANSWER:
        return None
    each = _questions(conn, keyring, reporter, tapped=consent.named([waiting.message.choice]), by_code=by_code, now=now)
    each = [one for one in map(partial(_behind_its_code, conn, keyring, reporter, by_code, discretion), each) if one]
    if reporter.contact is None:
        return each[0] if each else None
    contact, private, at = reporter.contact, reporter.private, explaining.said_at(conn, waiting, now)
    heard = [explaining.told(conn, keyring, one, contact=contact, private=private, at=at) for one in each]
    last = (one for one in heard if not one.late and one.explained in _IS_LAST)
    return next(last, heard[0] if heard else None)


def _behind_its_code(
    conn: Connection,
    keyring: Keyring,
    reporter: Reporter,
    by_code: Case | None,
    discretion: Discretion | None,
    one: Asked,
) -> Asked | None:
    """A question as this phone may know it: of what only its code shows nothing, until that is said and it was put."""
    told = reach.told(conn, keyring, one.report)
    if told is None or not told.by_code_alone(has_word=discretion is not None and not discretion.only):
        return one
    said = by_code is not None and by_code.report == one.report
    put = consent.named(reporter.conversation.options) == one.consent
    return replace(one, coded=True) if said or put else None


def _questions(
    conn: Connection, keyring: Keyring, reporter: Reporter, *, tapped: str, by_code: Case | None, now: datetime
) -> Sequence[Asked]:
    """Of the report whose code stands here, or of theirs, or the one that was put in this talk; by a button, its own.

    Nothing but that leads from a private talk to what it was asked: neither its contact nor a report that it is about.
    """
    coded = consents.asked(conn, keyring, by_code.report, now) if by_code is not None else None
    if coded is not None and not coded.late:
        return (coded,)
    theirs: Sequence[Asked] = ()
    if reporter.contact is not None:
        theirs = consents.asked_of(conn, keyring, reporter.contact, now, tapped=tapped)
        if tapped and not theirs:
            theirs = consents.asked_of(conn, keyring, reporter.contact, now)
    if theirs or coded is not None:
        return theirs or ((coded,) if coded is not None else ())
    put, about = consent.named(reporter.conversation.options), reporter.conversation.ongoing
    report = consents.report_of(conn, put) if put else about.report if about else ""
    there = consents.asked(conn, keyring, report, now) if report else None
    return (there,) if there is not None else ()


def agreed(
    conn: Connection,
    keyring: Keyring,
    reporter: Reporter,
    message: Message,
    *,
    by_code: Case | None,
    coded: bool,
    discreet: bool,
    now: datetime,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The reports about which a yes of theirs stands; apart, those that this phone is told of by their code alone.

    coded: digits were said; what they name is meant alone, and told. discreet: their phone has a word.
    """
    stand = _agreed(conn, keyring, reporter, message, by_code=by_code, coded=coded, now=now)
    if coded and by_code is not None:
        return stand, ()
    led = {report: reach.told(conn, keyring, report) for report in stand}
    untold = {report for report, told in led.items() if told is not None and told.by_code_alone(has_word=discreet)}
    return tuple(one for one in stand if one not in untold), tuple(one for one in stand if one in untold)


def _agreed(
    conn: Connection,
    keyring: Keyring,
    reporter: Reporter,
    message: Message,
    *,
    by_code: Case | None,
    coded: bool,
    now: datetime,
) -> tuple[str, ...]:
    if len(message.text) > _LONGEST_ANSWER:
        return ()
    if coded and by_code is not None:
        # A yes stays with the report that it was said about, also after that was joined into the one worked on.
        parts_of = {row.id for row in joined.tied(conn, keyring, by_code.report)}
        return consents.agreed(conn, keyring, None, {by_code.report, *parts_of}, now)
    about = reporter.conversation.ongoing
    named = {by_code.report if by_code else "", about.report if about else ""} - {""}
    contact = reporter.contact
    if contact is not None and commands.withdraws(message.text, given=True):
        led = ways.leading(conn, keyring, message.channel, message.address, contact=contact)
        named |= led.keys()  # also what was told under the names of months before
    return consents.agreed(conn, keyring, contact, named, now)
