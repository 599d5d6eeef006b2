"""What somebody goes on about who is in no talk: the office spoke to them of a report, or they gave its code.

A talk is forgotten three days after their last message, and an answer may come later. What was hidden is gone on about
beside its code alone, or in the minutes after that: whoever holds the phone then adds nothing to it, nor learns of it.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select

from bot.vocabulary import SEALED_DESKS, Case, Conversation, Discretion, Message, Status
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
    if message.entered_by or reporter.who.hidden:
        return None
    told = _told_in_it(conn, keyring, reporter.conversation)
    if by_code is not None:
        named = told is None and not reporter.private and _is_told(conn, reporter.conversation, by_code, now)
        return _understood(conn, keyring, by_code) if named else None
    report = _report(conn, keyring, reporter, discretion, now, told=told)
    found = finding.by_report(conn, keyring, report) if report else None
    if found is None or (told is not None and found.report == told.report):
        return None
    # By the report that leads to them: it may have been joined into what another told.
    return replace(_understood(conn, keyring, found), report=report)


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


def _told_in_it(conn: Connection, keyring: Keyring, talk: Conversation) -> Case | None:
    """The report that they told in the talk that stands, where it can be gone on with."""
    if talk.ongoing is None or not talk.ongoing.code:
        return None
    latest = finding.by_report(conn, keyring, talk.ongoing.report)
    return latest if latest is not None and latest.status is not Status.CLOSED else None


def _is_told(conn: Connection, talk: Conversation, named: Case, now: datetime) -> bool:
    return _is_read(talk, now, named.report) or unasked.is_answered(conn, named.report, now - FORGOTTEN_AFTER)


def _report(
    conn: Connection,
    keyring: Keyring,
    reporter: Reporter,
    discretion: Discretion | None,
    now: datetime,
    *,
    told: Case | None,
) -> str:
    """told: what the talk is about, which only what was asked since their last word comes before."""
    talk = reporter.conversation
    if told is None and _is_read(talk, now, talk.read) and _may_go_on(talk, discretion, now):
        return talk.read
    if reporter.private or reporter.contact is None or (discretion is not None and not discretion.open):
        return ""
    about = talk.ongoing
    before = about.report if about is not None and not about.code else ""
    waits = talk.waits if talk.waits and _is_open(conn, keyring, talk.waits, reporter.contact) else ""
    return _asked_about(conn, keyring, reporter, reporter.contact, now) or waits or before


def _asked_about(conn: Connection, keyring: Keyring, reporter: Reporter, contact: str, now: datetime) -> str:
    """The report that staff spoke of last since their last word; of several, that of a desk where few read."""
    since = max(now - FORGOTTEN_AFTER, reporter.talked_at or now - FORGOTTEN_AFTER)
    spoken = unasked.answered(conn, keyring, contact, since=since, now=now)
    of = [report for report in spoken if _is_open(conn, keyring, report, contact)]
    cases = [(report, finding.by_report(conn, keyring, report)) for report in of]
    stand = [(report, each) for report, each in cases if each is not None and each.status is not Status.CLOSED]
    few = [report for report, each in stand if each.desk in SEALED_DESKS]
    return next(iter([*few, *(report for report, _ in stand), *of]), "")


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
