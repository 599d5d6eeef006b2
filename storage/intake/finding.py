"""Finds a case as `decide` knows it: by a code that stands in a message, or by its report."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select

from bot import commands, tickets
from bot.vocabulary import Case, Channel, Desk, Message, Status
from storage import guessing
from storage.intake import coding, theirs, understanding
from storage.keys import KeyGone, Keyring
from storage.reporting import joins
from storage.reporting.reporters import Who
from storage.sealed import remembered, seals
from storage.sealed.keypairs import CodeKey
from storage.sealing import Tampered
from storage.tables import codes, parts, reports
from storage.ties import code_holds
from storage.words import content, suspicions

_MOST_CODES: Final = 4  # codes looked up in one message: a guesser learns no more from a long one

_TOLD: Final = tuple(reports.c[name] for name in ("id", "number", "status", "opened_at", "office", "desk"))
_STANDS: Final = select(*_TOLD).where(reports.c.id == bindparam("one"), reports.c.erased_at.is_(None))
_BY_CODE: Final = select(codes).where(codes.c.hash == bindparam("code", type_=codes.c.hash.type))
_ANSWERED: Final = (parts.c.report == bindparam("of"), parts.c.kind == "reply", parts.c.sealed.is_not(None))
_ANSWERS: Final = select(func.count()).select_from(parts).where(*_ANSWERED)
_LAST_ANSWER: Final = select(parts).where(*_ANSWERED).order_by(parts.c.at.desc(), parts.c.id).limit(1)


def by_report(conn: Connection, keyring: Keyring, report: str) -> Case | None:
    """Of the one that a report was joined into; None where either is erased."""
    return _case(conn, keyring, _worked_on(conn, keyring, report))


def by_codes(
    conn: Connection, keyring: Keyring, who: Who, *, message: Message, said: Sequence[str], now: datetime
) -> list[Case]:
    """The case of one of these codes, of sixteen digits before all; of each where it is asked to erase them.

    One that comes after too many wrong ones is not looked at (storage.guessing).
    """
    source, found = None, list[Case]()
    erases = theirs.erases(tickets.without_codes(message.text))
    if said and message.channel is not Channel.WEB:  # the form's door has counted it (api.web.door)
        names = () if who.hidden else who.talk[:2]
        source = guessing.phone(keyring, names, entered_by=message.entered_by)
    for code in sorted(said, key=len, reverse=True)[:_MOST_CODES]:
        amid = not tickets.is_long(code) and _tells(message.text)
        if source is not None and not guessing.take(conn, keyring, source, amid=amid, now=now):
            continue
        case = _of_code(conn, keyring, coding.key(keyring, who, code), now)
        if case is not None:
            if source is not None:
                guessing.give_back(conn, source, amid=amid, now=now)
            found.append(replace(case, code=code))
            if not erases:
                break
    return found


def own(conn: Connection, keyring: Keyring, who: Who, code: str) -> str:
    """The report of this sender's whose code six digits are, or the one that it was joined into; "" for none."""
    row = conn.execute(_BY_CODE, {"code": coding.key(keyring, who, code).hash}).first()
    if row is None or not code_holds(keyring, row):
        return ""
    there = _worked_on(conn, keyring, row.report)
    return "" if there is None else str(there.id)


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
