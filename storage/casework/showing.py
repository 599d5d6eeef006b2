"""Opens a kept file for whoever may see its report, and leaves a row in the audit each time."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, ScalarSelect, or_, select

from bot.files import may_leave
from bot.vocabulary import MediumKind, Role
from storage import audit
from storage.casework import apart, opening, queues
from storage.casework.acts import Refused
from storage.keys import Keyring
from storage.sealed.keypairs import Unlocked
from storage.tables import grants, media, parts, reports
from storage.words import content, filekeys

_M: Final = media.c


@dataclass(frozen=True, slots=True)
class Medium:
    """A kept file: where it lies in the vault, what it is, and the key that opens it."""

    id: str
    kind: MediumKind
    content_type: str
    stripped: bool
    path: str
    key: bytes = field(repr=False)


def medium(
    conn: Connection,
    keyring: Keyring,
    *,
    staff: str,
    number: str,
    file: str,
    now: datetime,
    leaving: bool = False,
    opener: Unlocked | None = None,
) -> Medium | None:
    """The file, opened for this person; None when it is absent, not kept, does not open, or is not theirs to see.

    Whoever may see the report but no bodies (an auditor) sees no file either. Both outcomes are audited: this writes a
    row, so the caller gives a writing connection, and commits it also for None. leaving: raises Refused, and audits
    nothing, for what may not leave the desk. opener: a focal point's key while it is open; a file that is sealed to
    people opens with it only.
    """
    row = conn.execute(
        select(media, reports.c.id.label("report"))
        .join(parts, parts.c.id == _M.part)
        .join(reports, reports.c.id == parts.c.report)
        .join(grants, (grants.c.office == reports.c.office) & (grants.c.desk == reports.c.desk))
        .where(
            # In the thread of a report stand also those that its reporter joined to it.
            or_(reports.c.number == number, reports.c.joined == _named(number)),
            reports.c.erased_at.is_(None),
            _M.id == file,
            _M.state == "kept",
            grants.c.staff == staff,
            grants.c.role != Role.AUDITOR.value,
            queues.visible(staff, now),
        )
    ).first()
    theirs = row is not None and not _named_by(conn, keyring, row.report, staff, now=now, opener=opener)
    key = filekeys.opened(conn, keyring, [row], opener).get(row.id) if row is not None and theirs else None
    if row is None or key is None:
        opening.denied(conn, keyring, staff=staff, now=now)
        return None
    if leaving and not may_leave(state=row.state, stripped=bool(row.stripped)):
        raise Refused("file.stays")
    audit.write(conn, keyring, at=now, actor=staff, action="file.view", subject=row.report, data={"file": row.id})
    return Medium(row.id, MediumKind(row.kind), row.content_type, bool(row.stripped), str(row.path), key)


def _named_by(
    conn: Connection, keyring: Keyring, report: str, staff: str, *, now: datetime, opener: Unlocked | None
) -> bool:
    """Whether somebody belongs to an office that the card names: at a sealed desk the row does not tell."""
    card = content.card(conn, keyring, report, opener)
    named = {*(card.get("apart") or ()), *apart.joined(conn, keyring, report, opener)}
    return apart.is_of(conn, staff, named, now)


def _named(number: str) -> ScalarSelect[str]:
    head = reports.alias("head")
    return select(head.c.id).where(head.c.number == number).scalar_subquery()
