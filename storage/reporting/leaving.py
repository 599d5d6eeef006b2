"""What leads from a discreet sender to a report goes, when they become private; and what a restore does again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, exists, select, update

from storage import ties
from storage.database import sql
from storage.keys import Domain, Keyring
from storage.reporting import hidden
from storage.reporting.hidden import Kept
from storage.tables import codes, discreet, report_contacts, reports

_D: Final = discreet.c
_SHOWN: Final = delete(discreet).where(_D.sender_hash == bindparam("who", type_=_D.sender_hash.type))
_LOCKED: Final = (
    update(discreet).where(_D.sender_hash == bindparam("who", type_=_D.sender_hash.type)).values(open_until=None)
)
# Of a report that was erased, or is to be when no hold keeps it, neither code nor contact is left.
_HAS_CODE: Final = select(exists().where(codes.c.report == bindparam("one")))
_WHOSE: Final = select(report_contacts.c.contact).where(report_contacts.c.report == bindparam("one"))
_THEIRS: Final = (
    select(report_contacts)
    .join(reports, report_contacts.c.report == reports.c.id)
    .where(report_contacts.c.contact.in_(bindparam("whose", expanding=True)), reports.c.erased_at.is_(None))
    .order_by(reports.c.opened_at.desc(), reports.c.id)
)


def leave(conn: Connection, keyring: Keyring, who: bytes, reports: Collection[str], *, now: datetime) -> None:
    """What leads from this sender to one of these reports goes: from now on they are private.

    With other reports of theirs they stay discreet, by the same words; to be told before the links to these are cut.
    No promise names the sender: the reports' own does this again (`leave_again`).
    """
    kept = hidden.kept_of(conn, keyring, who)
    if kept.only in reports:
        conn.execute(_LOCKED, {"who": who})
        kept = replace(kept, only="")
        hidden.keep(conn, keyring, who, kept, now)
    if kept.report not in reports:
        return
    other = _another(conn, keyring, kept.report, reports)
    if other is None:
        conn.execute(_SHOWN, {"who": who})
    else:
        hidden.keep(conn, keyring, who, _left(kept, reports, other), now)


def _another(conn: Connection, keyring: Keyring, report: str, without: Collection[str]) -> str | None:
    """The newest other report of whoever told this one: "" for nobody knows whether there is one, None for none."""
    whose = list(conn.execute(_WHOSE, {"one": report}).scalars())
    if not whose:
        return ""
    return next((other for other in _theirs(conn, keyring, whose) if other not in without), None)


def others(conn: Connection, keyring: Keyring, report: str) -> tuple[str, ...]:
    """All other reports of whoever told this one, newest first, but those that are veiled."""
    whose = list(conn.execute(_WHOSE, {"one": report}).scalars())
    return tuple(other for other in _theirs(conn, keyring, whose) if other != report)


def _theirs(conn: Connection, keyring: Keyring, whose: Sequence[str]) -> list[str]:
    """What leads to these contacts and may be found by a word of their phone's."""
    rows = conn.execute(_THEIRS, {"whose": whose}).all() if whose else ()
    told = [(row.report, ties.told(keyring, row)) for row in rows]
    return [report for report, how in told if how is not None and how.hidden and not how.veiled]


def is_there(conn: Connection, report: str) -> bool:
    """Whether a report was not erased, nor is to be."""
    return bool(conn.execute(_HAS_CODE, {"one": report}).scalar_one())


def standing(conn: Connection, keyring: Keyring, report: str, contact: str | None) -> str | None:
    """The report that they hid last; where it was erased, the newest that is left of theirs; None for none.

    contact: where they are answered. What is veiled is found by its own code alone.
    """
    if is_there(conn, report):
        return report
    theirs = _theirs(conn, keyring, [contact] if contact else [])
    return next((other for other in theirs if other != report), None)


def _left(kept: Kept, without: Collection[str], other: str) -> Kept:
    """Of the other report of theirs, and what came beside those that they left with it, named by none of these."""
    locked = tuple((one, other if of in without else of) for one, of in kept.locked)
    return replace(kept, report=other, locked=locked if other else ())


def again(conn: Connection, keyring: Keyring, who: bytes, said: Mapping[str, Any]) -> bool:
    """Does again what a promise about this sender says (its data: no row, when they are so no longer); False: it stood.

    What is sealed under a key that was destroyed takes no readable row's place. Without a readable one they are
    discreet all the same.
    """
    row = hidden.row_of(conn, who)
    if "sealed" not in said:
        return bool(conn.execute(_SHOWN, {"who": who}).rowcount)
    sealed = bytes.fromhex(said["sealed"])
    if row is not None and (row.sealed == sealed or not keyring.has(Domain.CONTACT, said["epoch"])):
        return False
    columns = {"sealed": sealed, "wrapped": bytes.fromhex(said["wrapped"]), "epoch": said["epoch"]}
    since = datetime.fromisoformat(said["since"])
    values = {"sender_hash": who, "since_at": since, "open_until": None, "tries": 0, **columns}
    conn.execute(sql.upsert(conn, discreet, "sealed", "wrapped", "epoch"), values)
    return True


def leave_again(conn: Connection, keyring: Keyring, report: str, *, now: datetime) -> int:
    """What leads from any sender to a report that became private goes; how many they were.

    Where the backup is older than that report nobody knows what else its sender told: they stay discreet, with nothing.
    """
    rows = [row for row in conn.execute(select(discreet)).all() if hidden.opened(keyring, row).report == report]
    for row in rows:
        leave(conn, keyring, row.sender_hash, {report}, now=now)
    return len(rows)


def case_of(conn: Connection, keyring: Keyring, who: bytes) -> str:
    """The report that a discreet sender told last; "" where there is none, or none that can be read."""
    return hidden.kept_of(conn, keyring, who).report
