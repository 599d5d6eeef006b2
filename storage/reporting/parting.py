"""Cuts what leads from a private reporter to what they told: links and times (the order of rows: stirring).

What was told before they asked for privacy is cut off, too. The machine's rows of the audit, which nobody may change,
tell no more than the hour from the beginning.
"""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)

from storage import contacts, promises, ties
from storage import timers as set_for
from storage.contacts import Address
from storage.keys import Domain, Keyring
from storage.promises import Kind
from storage.reporting import leaving, order, traces
from storage.reporting.talks import LIFE
from storage.sealed import seals
from storage.sealed.keypairs import CodeKey
from storage.sealed.seals import CodeHolder
from storage.tables import (
    alerts,
    code_seals,
    codes,
    conversations,
    events,
    inbound,
    outbox,
    parts,
    report_contacts,
    reports,
    senders,
    timers,
)
from storage.tables import contacts as contact_rows
from storage.tables import traces as trace_rows
from storage.words import hours

CODE_CHANGED: Final = "code_changed"  # the event: an answer is to be said again
_ERRANDS: Final = ("wipe", "unsay")  # to delete messages in a chat (storage.outgoing.outbox)


def take_over(conn: Connection, keyring: Keyring, contact: str, *, about: Collection[str], now: datetime) -> str | None:
    """Cuts a known reporter off from the reports `about`, and from the pseudonym that they had only for these.

    Returns their contact, now under no pseudonym, for as long as a private talk; None when other reports of theirs keep
    it: then they need another (`hand_over`), and nothing of what they keep is touched.
    """
    theirs = select(report_contacts.c.report).where(report_contacts.c.contact == contact)
    if conn.execute(theirs.where(report_contacts.c.report.not_in(about))).first() is not None:
        order.lock_alone(conn, about)
    else:
        order.lock(conn, contacts=(contact,), reports=about)
    for report in about:
        _cut(conn, report, contact)
    if conn.execute(theirs).first() is not None:
        return None
    forget_talk(conn, contact)
    conn.execute(delete(senders).where(senders.c.contact == contact))
    brief = {"until_at": now + LIFE, "created_at": hours.hour(now)}
    conn.execute(update(contact_rows).where(contact_rows.c.id == contact).values(brief))
    _lead(conn, keyring, outbox.c.contact == contact, to=contact)
    traces.about_nothing(conn, contact)
    return contact


def forget_talk(conn: Connection, contact: str) -> None:
    """What a reporter's conversation remembered goes."""
    theirs = select(senders.c.pseudonym).where(senders.c.contact == contact)
    conn.execute(delete(conversations).where(conversations.c.pseudonym.in_(theirs)))


def hand_over(
    conn: Connection, keyring: Keyring, contact: str, place: Address, *, about: Collection[str], now: datetime
) -> str:
    """A new contact for the talk, with what waits of these reports or of none, and the names of those messages."""
    brief = contacts.add_brief(conn, keyring, place, until=now + LIFE, now=now)
    traces.hand_over(conn, keyring, old=contact, new=brief, reports=about)
    theirs = or_(outbox.c.report.in_(about), outbox.c.report.is_(None))
    _lead(conn, keyring, and_(outbox.c.contact == contact, outbox.c.kind.not_in(_ERRANDS), theirs), to=brief)
    _repeat(conn, keyring, contact, to=brief, now=now)
    traces.about_nothing(conn, brief)
    return brief


def _repeat(conn: Connection, keyring: Keyring, contact: str, *, to: str, now: datetime) -> None:
    """What was to be deleted in the chat is deleted for both: the names of those messages are with either contact.

    The other's errand stays where it is, for what was said of reports that stay theirs. This one tells no second, so
    that the two are no pair, and no name of a message that either answers.
    """
    waits = (outbox.c.contact == contact, outbox.c.kind.in_(_ERRANDS), outbox.c.state.in_(("pending", "sending")))
    for row in conn.execute(select(outbox).where(*waits)).all():
        errand = secrets.token_hex(16)
        which = {"id": errand, "kind": row.kind, "channel": row.channel, "contact": to, "report": None}
        times = {"created_at": now, "due_at": max(now, row.due_at.replace(second=0, microsecond=0))}
        conn.execute(
            insert(outbox).values(
                once=f"{row.kind}:{secrets.token_hex(32)}",
                tie=ties.parcel(keyring, **which),
                epoch=keyring.current(Domain.OUTBOX, now).epoch,
                state="pending",
                attempts=0,
                **which,
                **times,
            )
        )


def _lead(conn: Connection, keyring: Keyring, which: ColumnElement[bool], *, to: str) -> None:
    """These parcels go to this contact, and are about no report: tied anew, as far as it was us who put them."""
    for row in conn.execute(select(outbox).where(which)).all():
        ours = ties.parcel_holds(keyring, row)
        tie = ties.parcel(keyring, row.id, row.kind, channel=row.channel, contact=to, report=None) if ours else None
        anew = {"contact": to, "report": None, "tie": tie, "bound": None}
        conn.execute(update(outbox).where(outbox.c.id == row.id).values(anew))


def _cut(conn: Connection, report: str, contact: str) -> None:
    link = (report_contacts.c.report == report, report_contacts.c.contact == contact)
    if conn.execute(delete(report_contacts).where(*link)).rowcount:
        cut(conn, report)


def cut(conn: Connection, report: str) -> None:
    """No code of six digits, no message of the intake and no minute leads to this report any more.

    With its contact, or where it leads to none since it was closed.
    """
    conn.execute(delete(codes).where(codes.c.report == report, codes.c.scope == "sender"))
    came = select(parts.c.inbound).where(parts.c.report == report, parts.c.inbound.is_not(None))
    settled = (inbound.c.id.in_(came), inbound.c.settled_at.is_not(None))
    for row in conn.execute(select(inbound.c.id, inbound.c.received_at, inbound.c.settled_at).where(*settled)).all():
        coarse = {"received_at": hours.hour(row.received_at), "settled_at": hours.hour(row.settled_at), "sequence": 0}
        conn.execute(update(inbound).where(inbound.c.id == row.id).values(coarse))
    conn.execute(update(parts).where(parts.c.report == report).values(inbound=None))
    _blur(conn, report)
    _hush(conn, report)
    waits = (reports.c.id == report, reports.c.reachable.in_(("yes", "nudge")))
    conn.execute(update(reports).where(*waits).values(reachable="pull"))


def _blur(conn: Connection, report: str) -> None:
    """The rows of a report tell the hour, and their order."""
    lines = [
        (row.at, place, row.id, table)
        for place, table in enumerate((parts, events))
        for row in conn.execute(select(table.c.id, table.c.at).where(table.c.report == report))
    ]
    for step, (at, _, id, table) in enumerate(sorted(lines, key=lambda line: line[:3])):
        conn.execute(update(table).where(table.c.id == id).values(at=hours.hour(at) + hours.STEP * step))
    row = conn.execute(select(reports.c.opened_at, reports.c.due_at).where(reports.c.id == report)).one()
    told = {"opened_at": hours.hour(row.opened_at), "due_at": row.due_at and hours.hour(row.due_at)}
    conn.execute(update(reports).where(reports.c.id == report).values(told))


def _hush(conn: Connection, report: str) -> None:
    """What is left of its alarms tells the hour, and no message to a phone which alarm it was of."""
    for row in conn.execute(select(alerts).where(alerts.c.report == report)).all():
        conn.execute(update(alerts).where(alerts.c.id == row.id).values(at=hours.hour(row.at)))
    theirs = (timers.c.report == report, timers.c.kind == "alert")
    for row in conn.execute(select(timers).where(*theirs)).all():
        data = {**set_for.said(row.data), "hour": True}  # as alarms of what was told in private are rung from now on
        if "started_at" in data:
            begun = data.pop("started_at")
            data |= {"started_at": begun - begun % 3600} if isinstance(begun, float) else {}
        times = {"due_at": hours.hour(row.due_at), "done_at": row.done_at and hours.hour(row.done_at)}
        if row.done_at is None:
            five = row.due_at.minute - row.due_at.minute % 5
            times = {"due_at": row.due_at.replace(minute=five, second=0, microsecond=0)}
        conn.execute(update(timers).where(timers.c.id == row.id).values(id=secrets.token_hex(16), data=data, **times))


def only_by_long_code(
    conn: Connection, keyring: Keyring, row: Mapping[str, Any], *, old: CodeKey | None, now: datetime
) -> None:
    """A code of sixteen digits is the only one that finds its report from now on. row: of `codes`.

    old: what their code until now yields, where we still know it. What a sealed desk answered opens by the new one
    then; what does not is to be said again, and staff are told so.
    """
    if row["scope"] != "anywhere":
        return
    if conn.execute(select(codes.c.hash).where(codes.c.hash == row["hash"])).first() is None:
        conn.execute(insert(codes), dict(row))
    if old is not None and row["public_key"] is not None:
        seals.hand_on(conn, keyring, old, CodeHolder(row["hash"], row["public_key"]), now=now)
    conn.execute(delete(codes).where(codes.c.report == row["report"], codes.c.scope == "sender"))
    _tell_of_answers(conn, row, now)


def _tell_of_answers(conn: Connection, row: Mapping[str, Any], now: datetime) -> None:
    """Whoever answered is told where nobody can read it any more: sealed to people, and to no code."""
    opens = exists().where(code_seals.c.part == parts.c.id, code_seals.c.code == row["hash"])
    sealed = (parts.c.kind == "reply", parts.c.sealed.is_not(None), parts.c.wrapped.is_(None))
    lost = select(parts.c.id).where(parts.c.report == row["report"], *sealed, ~opens).limit(1)
    told = select(events.c.id).where(events.c.report == row["report"], events.c.kind == CODE_CHANGED)
    if conn.execute(lost).first() is None or conn.execute(told).first() is not None:
        return
    at = hours.after(conn, row["report"], now)
    event = {"id": secrets.token_hex(16), "report": row["report"], "at": at, "kind": CODE_CHANGED}
    conn.execute(insert(events), {**event, "actor": None, "data": {}})


# ── After a restore ──────────────────────────────────────────────────────────────────────────────────────────
def promise(keyring: Keyring, report: str, code: Mapping[str, Any], *, now: datetime) -> None:
    """Notes for any restore that a report's reporter is private from now on. code: what finds it, a row of `codes`.

    Neither who they are nor how they were reached.
    """
    columns = {name: {"hex": value.hex()} if isinstance(value, bytes) else value for name, value in code.items()}
    promises.note(keyring, Kind.PRIVATE, report, now=now, code=columns)


def again(conn: Connection, keyring: Keyring, report: str, said: Mapping[str, Any], *, now: datetime) -> bool:
    """Does again what `promise` noted (its data): nothing in a restored database leads from it to anybody.

    False where it stood so already.
    """
    found = select(report_contacts.c.contact).where(report_contacts.c.report == report)
    contact: str | None = conn.execute(found).scalar()
    code = {name: bytes.fromhex(v["hex"]) if isinstance(v, dict) else v for name, v in said["code"].items()}
    left = leaving.leave_again(conn, keyring, report, now=now)
    if contact is not None:
        _cut(conn, report, contact)
        for table in (outbox, trace_rows):
            conn.execute(delete(table).where(table.c.contact == contact, table.c.report == report))
        others = select(report_contacts.c.report).where(report_contacts.c.contact == contact)
        if conn.execute(others).first() is None:
            forget_talk(conn, contact)
            conn.execute(delete(contact_rows).where(contact_rows.c.id == contact))
    if code and conn.execute(select(reports.c.id).where(reports.c.id == report)).first() is not None:
        only_by_long_code(conn, keyring, code, old=None, now=now)
    return contact is not None or bool(left)
