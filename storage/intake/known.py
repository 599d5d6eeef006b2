"""What storage tells `decide`: the case of a code, the case that a conversation is about, the alert that waits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select

from bot import commands, tickets
from bot import conversation as talks
from bot.vocabulary import (
    Alerted,
    Case,
    Channel,
    Conversation,
    Desk,
    Discretion,
    Known,
    Message,
    Status,
)
from storage import guessing, ties
from storage.inbound import Waiting
from storage.intake import meaning, questioned, understanding
from storage.keys import Domain, KeyGone, Keyring
from storage.outgoing import unasked
from storage.purging import bonds
from storage.reporting import discretion as discretions
from storage.reporting import joins, reach, reporters, traces
from storage.reporting.reporters import Reporter, Standing, Who
from storage.sealed import keypairs, remembered, seals
from storage.sealed.keypairs import CodeKey
from storage.sealing import Tampered
from storage.tables import alerts, codes, contacts, parts, report_contacts, reports
from storage.ties import Tie, code_holds, made
from storage.words import content, suspicions

_MOST_ALERTS: Final = 50  # unclaimed alerts that one officer may still claim by a tap
_MOST_CODES: Final = 4  # codes looked up in one message: a guesser learns no more from a long one

_TOLD: Final = tuple(reports.c[name] for name in ("id", "number", "status", "opened_at", "office", "desk"))
_STANDS: Final = select(*_TOLD).where(reports.c.id == bindparam("one"), reports.c.erased_at.is_(None))
_BY_CODE: Final = select(codes).where(codes.c.hash == bindparam("code", type_=codes.c.hash.type))
_LINKS: Final = select(report_contacts).where(report_contacts.c.contact == bindparam("one"))
_OPEN: Final = select(reports.c.id).where(
    reports.c.id == bindparam("one"), reports.c.closed_at.is_(None), reports.c.erased_at.is_(None)
)
_ANSWERED: Final = (parts.c.report == bindparam("of"), parts.c.kind == "reply", parts.c.sealed.is_not(None))
_ANSWERS: Final = select(func.count()).select_from(parts).where(*_ANSWERED)
_LAST_ANSWER: Final = select(parts).where(*_ANSWERED).order_by(parts.c.at.desc(), parts.c.id).limit(1)
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
    message, about = waiting.message, reporter.conversation.ongoing
    by_word = discretion.report if discretion is not None and discretion.said else ""
    coded = _by_codes(conn, keyring, reporter.who, message=message, said=said, now=now)
    hers = discretion is None or discretion.said or discretion.open
    by_code = coded[0] if coded else _by_id(conn, keyring, by_word) if by_word else None
    theirs = meaning.of(
        conn,
        keyring,
        reporter,
        message,
        coded=coded,
        discreet=discretion is not None,
        opened=hers,
        veils=standing.veiled,
    )
    return Known(
        conversation=_standing(conn, reporter.conversation),
        by_code=by_code,
        by_short=by_code is not None and not tickets.is_long(by_code.code),
        latest=_by_id(conn, keyring, about.report) if about else None,
        overtaken=_overtaken(conn, keyring, reporter) if message.choice else None,
        replied=_pointed_to(conn, keyring, reporter, message.reply_to),
        replied_at=_replied_at(conn, keyring, reporter, message.reply_to),
        edited=_pointed_to(conn, keyring, reporter, message.own_id) if message.edit else None,
        muted=standing.muted or _silent(conn, keyring, reporter.contact),
        held=_held(conn, keyring, reporter.conversation, now),
        lately_private=reporter.lately,
        alert=_alert(conn, reporter.who, message.choice) if standing.staff else None,
        discretion=discretion,
        asked=questioned.asked(conn, keyring, reporter, waiting, by_code=by_code, discretion=discretion, now=now),
        told_at=_told_at(conn, keyring, reporter, now),
        came_at=waiting.since,
        consents=questioned.agreed(conn, keyring, reporter, message, by_code=by_code, coded=bool(said), now=now),
        theirs=theirs.reports,
        veiled=theirs.veiled,
        unveils=theirs.unveils,
        also=tuple(coded[1:]),
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


def _by_id(conn: Connection, keyring: Keyring, report: str) -> Case | None:
    return _case(conn, keyring, _worked_on(conn, keyring, report))


def _overtaken(conn: Connection, keyring: Keyring, reporter: Reporter) -> Case | None:
    question = reporter.conversation.overtaken
    return None if question is None else _by_id(conn, keyring, question.ongoing.report)


def _pointed_to(conn: Connection, keyring: Keyring, reporter: Reporter, own_id: str) -> Case | None:
    """The case that a message of this chat was about, by its carrier's name for it."""
    if not own_id or reporter.contact is None:
        return None
    report = traces.about(conn, keyring, contact=reporter.contact, own_id=own_id)
    case = None if report is None else _by_id(conn, keyring, report)
    return case and replace(case, facts=understanding.facts(conn, keyring, case.report))


def _replied_at(conn: Connection, keyring: Keyring, reporter: Reporter, own_id: str) -> datetime | None:
    if not own_id or reporter.contact is None:
        return None
    return traces.at(conn, keyring, contact=reporter.contact, own_id=own_id)


def code_row(keyring: Keyring, who: Who, code: str, report: str) -> dict[str, Any]:
    """How a report's code is kept: six digits serve their sender only, sixteen from anywhere.

    Its hash, and the public key that it yields: answers of a desk that is sealed to people are sealed to it.
    """
    scope = "anywhere" if len(code) >= keypairs.ANYWHERE_DIGITS else "sender"
    key = code_key(keyring, who, code)
    tie = made(keyring, Tie.CODE, key.hash, report, scope, key.public)
    return {"hash": key.hash, "report": report, "scope": scope, "public_key": key.public, "tie": tie}


def code_key(keyring: Keyring, who: Who, code: str) -> CodeKey:
    """What a code yields when this sender gives it. Of sixteen digits it takes some 40 ms."""
    # The sender's lasting hash, not the month's pseudonym: a code is often used weeks later.
    return keypairs.from_code(keyring.at(Domain.CODE, "all"), code, who.hash)


def _by_codes(
    conn: Connection, keyring: Keyring, who: Who, *, message: Message, said: Sequence[str], now: datetime
) -> list[Case]:
    """The case of one of these codes, of sixteen digits before all; of each where it is asked to erase them.

    One that comes after too many wrong ones is not looked at (storage.guessing).
    """
    source, found = None, list[Case]()
    erases = meaning.erases(tickets.without_codes(message.text))
    if said and message.channel is not Channel.WEB:  # the form's door has counted it (api.web.door)
        names = () if who.hidden else who.talk[:2]
        source = guessing.phone(keyring, names, entered_by=message.entered_by)
    for code in sorted(said, key=len, reverse=True)[:_MOST_CODES]:
        amid = not tickets.is_long(code) and _tells(message.text)
        if source is not None and not guessing.take(conn, keyring, source, amid=amid, now=now):
            continue
        case = _of_code(conn, keyring, code_key(keyring, who, code), now)
        if case is not None:
            if source is not None:
                guessing.give_back(conn, source, amid=amid, now=now)
            found.append(replace(case, code=code))
            if not erases:
                break
    return found


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
    """Whether the word of a discreet sender stands in this message, or the code of what is veiled."""
    return discretions.heard(
        conn,
        keyring,
        reporter.who.hash,
        waiting.message.text,
        codes=codes,
        contact=reporter.contact,
        private=private,
        came=waiting.since,
        unveils=partial(_unveils, conn, keyring, reporter.who),
        now=now,
    )


def _unveils(conn: Connection, keyring: Keyring, who: Who, code: str) -> bool:
    """Whether six digits are the code of what is veiled on this sender's phone."""
    row = conn.execute(_BY_CODE, {"code": code_key(keyring, who, code).hash}).first()
    if row is None or not code_holds(keyring, row):
        return False
    told = reach.told(conn, keyring, joins.root(conn, keyring, row.report))
    return told is not None and told.veiled


def _tells(text: str) -> bool:
    """Whether there are words beside the digits, and more than a wish that goes with a code."""
    words = tickets.without_codes(text)
    return bool(words) and commands.intent(words, "") is None


def _of_code(conn: Connection, keyring: Keyring, key: CodeKey, now: datetime) -> Case | None:
    row = conn.execute(_BY_CODE, {"code": key.hash}).first()
    if row is None:
        return None
    if not code_holds(keyring, row):
        suspicions.note(conn, keyring, row.report, suspicions.Changed.CODE, now=now)
        return None
    case = _case(conn, keyring, _worked_on(conn, keyring, row.report), key)
    if case is None:
        return None
    coded = remembered.opened(keyring, row, key) if case.report == row.report else None
    return replace(case, coded=coded, facts=understanding.facts(conn, keyring, case.report))


def _worked_on(conn: Connection, keyring: Keyring, report: str) -> Any:
    """Of a report that was joined into another it is the other that is worked on; None where one of them is erased."""
    if conn.execute(_STANDS, {"one": report}).first() is None:
        return None
    return conn.execute(_STANDS, {"one": joins.root(conn, keyring, report)}).first()


def _case(conn: Connection, keyring: Keyring, row: Any, key: CodeKey | None = None) -> Case | None:
    if row is None:
        return None
    answers = int(conn.execute(_ANSWERS, {"of": row.id}).scalar_one())
    return Case(
        report=row.id,
        number=row.number,
        status=Status(row.status),
        opened_at=row.opened_at,
        answers=answers,
        last_answer=_last_answer(conn, keyring, row.id, key) if answers else "",
        office=row.office,
        desk=Desk(row.desk),
    )


def _last_answer(conn: Connection, keyring: Keyring, report: str, key: CodeKey | None) -> str:
    """key: of the code that they gave; without it an answer that is sealed to it is "" here."""
    row = conn.execute(_LAST_ANSWER, {"of": report}).one()
    data = {} if key is None else seals.opened_by_code(conn, keyring, [row.id], key)
    try:
        return str(content.open_part(keyring, row, data.get(row.id)).get("text", ""))
    except (content.SealedAway, KeyGone, Tampered):
        return ""


def _alert(conn: Connection, who: Who, choice: str) -> Alerted | None:
    """The alert whose button was tapped; without one, the newest."""
    rows = conn.execute(_ALERTED, {"hash": who.hash}).all()
    row = next((row for row in rows if choice.endswith(f":{row.report}")), rows[0] if rows else None)
    return None if row is None else Alerted(row.report, row.number, row.staff)
