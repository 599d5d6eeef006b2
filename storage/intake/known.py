"""What storage tells `decide`: the case of a code, the case that a conversation is about, the alert that waits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import Connection, bindparam, select

from bot import conversation as talks
from bot import tickets
from bot.vocabulary import (
    Alerted,
    Case,
    Conversation,
    Discretion,
    Known,
)
from storage import ties
from storage.inbound import Waiting
from storage.intake import finding, questioned, resuming, theirs, understanding
from storage.keys import Keyring
from storage.outgoing import unasked
from storage.purging import bonds
from storage.reporting import discretion as discretions
from storage.reporting import reach, reporters, traces
from storage.reporting.reporters import Reporter, Standing, Who
from storage.tables import alerts, contacts, report_contacts, reports

_MOST_ALERTS: Final = 50  # unclaimed alerts that one officer may still claim by a tap

_LINKS: Final = select(report_contacts).where(report_contacts.c.contact == bindparam("one"))
_OPEN: Final = select(reports.c.id).where(
    reports.c.id == bindparam("one"), reports.c.closed_at.is_(None), reports.c.erased_at.is_(None)
)
_ALERTED: Final = (
    select(alerts.c.report, reports.c.number, alerts.c.staff)
    .join_from(alerts, reports, reports.c.id == alerts.c.report)
    .join(contacts, contacts.c.staff == alerts.c.staff)
    .where(
        contacts.c.sender_hash == bindparam("hash"),
        reports.c.claimed_by.is_(None),
        reports.c.closed_at.is_(None),
        reports.c.erased_at.is_(None),
    )
    .order_by(alerts.c.at.desc())
    .limit(_MOST_ALERTS)
)


def known(
    conn: Connection,
    keyring: Keyring,
    reporter: Reporter,
    standing: Standing,
    *,
    waiting: Waiting,
    said: Sequence[str],
    now: datetime,
    discretion: Discretion | None = None,
) -> Known:
    """said: the codes that stand in the message, digits only. What was tapped in it may name an alert."""
    reporter, only = _apart(conn, keyring, reporter, discretion), discretion.only if discretion is not None else ""
    reporter = resuming.standing(conn, keyring, reporter, discretion, now)
    message, about = waiting.message, reporter.conversation.ongoing
    by_word = discretion.report if discretion is not None and discretion.said else ""
    coded = finding.by_codes(conn, keyring, reporter.who, message=message, said=said, now=now)
    hers = discretion is None or discretion.by_word
    by_code = coded[0] if coded else finding.by_report(conn, keyring, by_word) if by_word else None
    told = theirs.of(
        conn,
        keyring,
        reporter,
        message,
        coded=coded,
        discreet=discretion is not None,
        opened=hers,
        veils=standing.veiled,
    )
    agreed, untold = questioned.agreed(
        conn,
        keyring,
        reporter,
        message,
        by_code=by_code,
        coded=bool(said),
        discreet=discretion is not None and not only,
        now=now,
    )
    return Known(
        conversation=_standing(conn, reporter.conversation),
        by_code=by_code,
        by_short=by_code is not None and not tickets.is_long(by_code.code),
        latest=finding.by_report(conn, keyring, about.report) if about else None,
        overtaken=_overtaken(conn, keyring, reporter) if message.choice else None,
        replied=_pointed_to(conn, keyring, reporter, message.reply_to, only),
        replied_at=_replied_at(conn, keyring, reporter, message.reply_to),
        edited=_pointed_to(conn, keyring, reporter, message.own_id, only) if message.edit else None,
        muted=standing.muted or _silent(conn, keyring, reporter.contact),
        held=_held(conn, keyring, reporter.conversation, now),
        lately_private=reporter.lately,
        alert=_alert(conn, reporter.who, message.choice) if standing.staff else None,
        discretion=discretion,
        asked=questioned.asked(conn, keyring, reporter, waiting, by_code=by_code, discretion=discretion, now=now),
        told_at=_told_at(conn, keyring, reporter, now),
        came_at=waiting.since,
        consents=agreed,
        untold=untold,
        theirs=told.reports,
        veiled=told.veiled,
        unveils=told.unveils,
        also=tuple(coded[1:]),
        resumes=resuming.case(conn, keyring, reporter, message, by_code=by_code, discretion=discretion, now=now),
    )


def _told_at(conn: Connection, keyring: Keyring, reporter: Reporter, now: datetime) -> datetime | None:
    """On the phone that they hold: in private also by the contact that another report of theirs leads to."""
    about = reporter.conversation.ongoing
    besides = reporters.linked(conn, keyring, reporter.who) if reporter.private else None
    each = [unasked.told_at(conn, reporter.contact, about.report if about else None, now)]
    if besides is not None:
        each.append(unasked.told_at(conn, besides, None, now))
    return max((at for at in each if at is not None), default=None)


def _silent(conn: Connection, keyring: Keyring, contact: str | None) -> bool:
    """Whether they are sent nothing though no row of theirs says so: a carrier stopped it, or a restore was unsure."""
    links = conn.execute(_LINKS, {"one": contact}).all() if contact is not None else ()
    return any(told is not None and told.silent for told in (ties.told(keyring, row) for row in links))


def _standing(conn: Connection, conversation: Conversation) -> Conversation:
    """Without the report in which was kept what came while locked, when nobody would look there any more."""
    locked = conversation.locked
    if locked is None or conn.execute(_OPEN, {"one": locked.report}).first() is not None:
        return conversation
    return replace(conversation, locked=None)


def _held(conn: Connection, keyring: Keyring, conversation: Conversation, now: datetime) -> bool:
    """Whether an order keeps the report that they were asked about, "erase it?"."""
    each = talks.asked_to_erase(conversation)
    return any(bonds.until(conn, keyring, one, now) is not None for one in each)


def _overtaken(conn: Connection, keyring: Keyring, reporter: Reporter) -> Case | None:
    question = reporter.conversation.overtaken
    return None if question is None else finding.by_report(conn, keyring, question.ongoing.report)


def _apart(conn: Connection, keyring: Keyring, reporter: Reporter, discretion: Discretion | None) -> Reporter:
    """Without the talk that went on when a word was said, or the code of one report alone, where it is of another.

    A report that is veiled on such a phone was told before the word, or beside a code: perhaps by somebody else.
    """
    talk = reporter.conversation
    if discretion is None or not discretion.said:
        return reporter
    told = reach.told(conn, keyring, talk.ongoing.report) if talk.ongoing is not None else None
    if not discretion.only and (told is None or not told.veiled):
        return reporter
    return replace(reporter, conversation=Conversation(locale=talk.locale, locked=talk.locked))


def _pointed_to(conn: Connection, keyring: Keyring, reporter: Reporter, own_id: str, only: str) -> Case | None:
    """The case that a message of this chat was about, by its carrier's name for it. only: None of any other."""
    if not own_id or reporter.contact is None:
        return None
    report = traces.about(conn, keyring, contact=reporter.contact, own_id=own_id)
    case = None if report is None else finding.by_report(conn, keyring, report)
    if case is None or (only and case.report != only):
        return None
    return replace(case, facts=understanding.facts(conn, keyring, case.report))


def _replied_at(conn: Connection, keyring: Keyring, reporter: Reporter, own_id: str) -> datetime | None:
    if not own_id or reporter.contact is None:
        return None
    return traces.at(conn, keyring, contact=reporter.contact, own_id=own_id)


def heard(
    conn: Connection,
    keyring: Keyring,
    reporter: Reporter,
    waiting: Waiting,
    *,
    codes: Sequence[str],
    private: bool,
    now: datetime,
) -> Discretion | None:
    """Whether the word of a discreet sender stands in this message, or the code of a report of theirs."""
    return discretions.heard(
        conn,
        keyring,
        reporter.who.hash,
        waiting.message.text,
        codes=codes,
        contact=reporter.contact,
        private=private,
        came=waiting.since,
        own=partial(finding.own, conn, keyring, reporter.who),
        now=now,
    )


def _alert(conn: Connection, who: Who, choice: str) -> Alerted | None:
    """The alert whose button was tapped; without one, the newest."""
    rows = conn.execute(_ALERTED, {"hash": who.hash}).all()
    row = next((row for row in rows if choice.endswith(f":{row.report}")), rows[0] if rows else None)
    return None if row is None else Alerted(row.report, row.number, row.staff)
