"""What somebody goes on about who is in no talk: the office spoke to them of a report, or they gave its code.

A talk is forgotten three days after their last message, and an answer may come later. What was hidden is gone on about
beside its code alone, or in the minutes after that: whoever holds the phone then adds nothing to it, nor learns of it.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select

from bot.vocabulary import Case, Conversation, Discretion, Message, Status
from storage import ties
from storage.intake import finding, understanding
from storage.keys import Keyring
from storage.outgoing import unasked
from storage.reporting import discretion as discretions
from storage.reporting.reporters import FORGOTTEN_AFTER, Reporter
from storage.tables import report_contacts

_READ: Final = timedelta(minutes=30)  # so long after its code was said, as a question for consent may be agreed to


def case(
    conn: Connection,
    keyring: Keyring,
    reporter: Reporter,
    message: Message,
    *,
    by_code: Case | None,
    discretion: Discretion | None,
    now: datetime,
) -> Case | None:
    """That case, with what its cards tell. by_code: the one that this message names."""
    talk = reporter.conversation
    if message.edit or message.entered_by or reporter.who.hidden or _is_about_another(conn, keyring, talk):
        return None
    if by_code is not None:
        named = not reporter.private and _is_told(conn, talk, by_code, now)
        return _understood(conn, keyring, by_code) if named else None
    report = _report(conn, keyring, reporter, discretion, now)
    found = finding.by_report(conn, keyring, report) if report else None
    # By the report that leads to them: it may have been joined into what another told.
    return None if found is None else replace(_understood(conn, keyring, found), report=report)


def standing(
    conn: Connection, keyring: Keyring, reporter: Reporter, discretion: Discretion | None, now: datetime
) -> Reporter:
    """The reporter; without a talk about a report whose code it does not know, where that is hidden by now."""
    talk, contact = reporter.conversation, reporter.contact
    about = talk.ongoing
    if about is None or about.code or (_is_read(talk, now, about.report) and _may_go_on(talk, discretion, now)):
        return reporter
    if contact is not None and not reporter.private and _is_open(conn, keyring, about.report, contact):
        return reporter
    return replace(reporter, conversation=replace(talk, ongoing=None))


def _is_about_another(conn: Connection, keyring: Keyring, talk: Conversation) -> bool:
    """Whether a talk about a report that they told in it stands, and can be gone on with."""
    if talk.ongoing is None or not talk.ongoing.code:
        return False
    latest = finding.by_report(conn, keyring, talk.ongoing.report)
    return latest is not None and latest.status is not Status.CLOSED


def _is_told(conn: Connection, talk: Conversation, named: Case, now: datetime) -> bool:
    return _is_read(talk, now, named.report) or unasked.is_answered(conn, named.report, now - FORGOTTEN_AFTER)


def _report(
    conn: Connection, keyring: Keyring, reporter: Reporter, discretion: Discretion | None, now: datetime
) -> str:
    talk = reporter.conversation
    if _is_read(talk, now, talk.read) and _may_go_on(talk, discretion, now):
        return talk.read
    if reporter.private or reporter.contact is None or (discretion is not None and not discretion.open):
        return ""
    about = talk.ongoing
    if about is not None and not about.code:
        return about.report
    report, at = unasked.answered(conn, keyring, reporter.contact, now) or ("", now)
    late = now - at > FORGOTTEN_AFTER or (reporter.talked_at is not None and at < reporter.talked_at)
    return report if report and not late and _is_open(conn, keyring, report, reporter.contact) else ""


def _is_read(talk: Conversation, now: datetime, report: str) -> bool:
    return bool(report) and talk.read == report and talk.read_at is not None and now - talk.read_at < _READ


def _may_go_on(talk: Conversation, discretion: Discretion | None, now: datetime) -> bool:
    """Whether what its code opened is open still: where they have a word, as long as that opens anything."""
    if discretion is None:
        return True
    within = talk.read_at is not None and now - talk.read_at < discretions.OPEN
    return discretion.open and within and discretion.only in {"", talk.read}


def _is_open(conn: Connection, keyring: Keyring, report: str, contact: str) -> bool:
    """Whether it leads to this contact, and they are told of it in the open."""
    theirs = (report_contacts.c.report == report, report_contacts.c.contact == contact)
    row = conn.execute(select(report_contacts).where(*theirs)).first()
    told = None if row is None else ties.told(keyring, row)
    return told is not None and not told.hidden


def _understood(conn: Connection, keyring: Keyring, found: Case) -> Case:
    return replace(found, facts=understanding.facts(conn, keyring, found.report))
