"""What a member of staff does to a case: claim, reply, note, status, refer, close, reopen.

Each function is one step of a caller's transaction: it finds the report through `queues.visible`, checks the role,
raises the version, and leaves an event for the thread and an audit row. Whoever comes second is told (Conflict).
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from bot.vocabulary import Reply, Status
from storage.casework import claims, landing, lengths
from storage.casework.acts import (
    Act,
    Conflict,
    Refused,
    Right,
    Unseen,
    change,
    checked,
    claiming,
    not_erased,
    permitted,
    still_open,
)
from storage.keys import Keyring
from storage.outgoing import outbox
from storage.sealed import seals
from storage.tables import parts
from storage.words import content, hours, suspicions

__all__ = [
    "Act",
    "Conflict",
    "Reason",
    "Refused",
    "Unseen",
    "answer",
    "claim",
    "close",
    "note",
    "refer",
    "reopen",
    "reply",
    "set_status",
    "undo",
]

UNDO: Final = timedelta(seconds=10)  # an answer leaves the house no sooner


class Reason(StrEnum):
    """Why a case was closed."""

    RESOLVED = "resolved"
    HANDED_OVER = "handed_over"
    ADVISED = "advised"
    NOT_OURS = "not_ours"
    TOO_LITTLE = "too_little"
    DUPLICATE = "duplicate"
    UNFOUNDED = "unfounded"
    WITHDRAWN = "withdrawn"


def claim(conn: Connection, keyring: Keyring, act: Act) -> int:
    """Takes a case: from now on it is this person's. Returns the new version, as all of these do."""
    row = permitted(Right.CLAIM, conn, keyring, act)
    if row.claimed_by == act.staff:
        return int(row.version)
    if row.claimed_by is not None and not claims.unopened(conn, row):
        raise Refused("case.taken")
    still_open(row)
    return change(conn, keyring, act, row, claiming(row, act), event=("claim", {}))


def reply(conn: Connection, keyring: Keyring, act: Act, text: str) -> int:
    """Answers the reporter: the words become a part, and in the same transaction leave for the outbox.

    They are sent no sooner than UNDO from now. Whoever answers a case that nobody had, or had opened, takes it.
    Refused: case.unreachable; reply.long (by SMS it would be more than nine parts); what `checked` refuses.
    """
    row = permitted(Right.REPLY, conn, keyring, act)
    still_open(row)
    if row.reachable == "no":
        raise Refused("case.unreachable")
    words = checked(text)
    if lengths.is_too_long(conn, keyring, row, words, opener=act.opener):
        raise Refused("reply.long")
    part = _say(conn, keyring, act, row, kind="reply", body={"text": words})
    if seals.has_strangers(conn, keyring, row.id):
        suspicions.note(conn, keyring, row.id, suspicions.Changed.CODE, now=act.now, by=act.staff)
    if row.reachable in ("yes", "nudge"):
        queued = outbox.put_answer(
            conn,
            keyring,
            report=row.id,
            # Whoever is discreet is told that something waits; the words stay here until their own word is said.
            reply=answer(row.number, words) if row.reachable == "yes" else Reply("nudge.discreet"),
            once=f"answer:{part}",
            due_at=act.now + UNDO,
            now=act.now,
        )
        if not queued:
            raise Refused("case.unreachable")
    taken = row.claimed_by and not claims.unopened(conn, row)
    values: dict[str, Any] = {} if taken else {"claimed_by": act.staff, "claimed_at": act.now}
    if row.status in (Status.NEW, Status.ACKNOWLEDGED):
        values["status"] = Status.IN_PROGRESS.value
    return change(conn, keyring, act, row, values, event=("reply", {"part": part}))


def _say(conn: Connection, keyring: Keyring, act: Act, row: Row[Any], *, kind: str, body: Mapping[str, str]) -> str:
    clear_at = hours.when(conn, row.id, act.now, desk=row.desk)
    return content.add_part(
        conn, keyring, report=row.id, kind=kind, body=body, at=act.now, clear_at=clear_at, author=act.staff
    )


def answer(number: str, text: str) -> Reply:
    """A member of staff's words as what leaves for the reporter."""
    return Reply("answer", {"number": number, "text": text})


def undo(conn: Connection, keyring: Keyring, act: Act) -> int:
    """Takes back this person's last answer while it has not left; Refused when it has."""
    row = permitted(Right.REPLY, conn, keyring, act)
    not_erased(row)
    mine = (parts.c.report == row.id, parts.c.kind == "reply", parts.c.author == act.staff)
    last = conn.execute(select(parts.c.id).where(*mine).order_by(parts.c.at.desc(), parts.c.id).limit(1)).scalar()
    if last is None or not outbox.withdraw(conn, part=last):
        raise Refused("case.gone")
    return change(conn, keyring, act, row, {}, event=("undo", {}))


def note(conn: Connection, keyring: Keyring, act: Act, text: str) -> int:
    """Keeps words for colleagues that no reporter ever gets."""
    row = permitted(Right.NOTE, conn, keyring, act)
    not_erased(row)
    part = _say(conn, keyring, act, row, kind="note", body={"text": checked(text)})
    return change(conn, keyring, act, row, {}, event=("note", {"part": part}))


def set_status(conn: Connection, keyring: Keyring, act: Act, status: Status) -> int:
    """Acknowledged or in progress; `refer`, `close` and `reopen` make the other steps, with their reasons."""
    row = permitted(Right.STATUS, conn, keyring, act)
    still_open(row)
    if status not in (Status.ACKNOWLEDGED, Status.IN_PROGRESS):
        raise Refused("case.step")
    if row.status == status.value:
        return int(row.version)
    return change(
        conn, keyring, act, row, {"status": status.value}, event=("status", {"from": row.status, "to": status.value})
    )


def refer(conn: Connection, keyring: Keyring, act: Act, *, body: str, text: str) -> int:
    """Notes to which outside body (at most 120 characters) the case was referred, and why.

    Of what ever lay at a sealed desk, and of what its reporter refused to have told, only where they agreed that a body
    outside is told, and one was.
    """
    row = permitted(Right.REFER, conn, keyring, act)
    still_open(row)
    if not landing.may_be_referred(conn, row):
        raise Refused("case.refer.consent")
    kept = {"text": checked(text, empty=True), "referred_to": checked(body, longest=120)}
    part = _say(conn, keyring, act, row, kind="note", body=kept)
    values = {"status": Status.REFERRED.value}
    return change(conn, keyring, act, row, values, event=("refer", {"from": row.status, "part": part}))


def close(conn: Connection, keyring: Keyring, act: Act, reason: Reason) -> int:
    """Ends the work on a case."""
    row = permitted(Right.CLOSE, conn, keyring, act)
    if row.status == Status.CLOSED.value:
        raise Refused("case.closed")
    values = {"status": Status.CLOSED.value, "closed_at": act.now, "close_reason": reason.value}
    return change(conn, keyring, act, row, values, event=("close", {"reason": reason.value}))


def reopen(conn: Connection, keyring: Keyring, act: Act) -> int:
    """Takes up a closed case again."""
    row = permitted(Right.CLOSE, conn, keyring, act)
    not_erased(row)
    if row.status != Status.CLOSED.value:
        raise Refused("case.step")
    values = {"status": Status.IN_PROGRESS.value, "closed_at": None, "close_reason": None}
    return change(conn, keyring, act, row, values, event=("reopen", {}))
