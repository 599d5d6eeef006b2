"""What whoever comes back with a code of sixteen digits may read: how their case stands, and what was answered."""

import hmac
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from bot.vocabulary import Asked, Coded, Status
from storage.consent import answering, consents
from storage.intake import coding
from storage.keys import Domain, KeyGone, Keyring
from storage.purging import bonds, joined
from storage.reporting import joins
from storage.reporting.reporters import Who
from storage.sealed import remembered, seals
from storage.sealed.keypairs import CodeKey
from storage.sealing import Tampered
from storage.tables import codes, inbound, parts, reports
from storage.tables import consents as consent_rows
from storage.ties import code_holds
from storage.words import content

DIGITS: Final = 16
_C: Final = consent_rows.c
_NOBODY: Final = Who(current=b"", names=(b"", b"", b""), hash=b"", hidden=True)
_CASE: Final = (
    select(reports.c.id, reports.c.status, reports.c.opened_at, codes)
    .join(codes, codes.c.report == reports.c.id)
    .where(
        codes.c.hash == bindparam("hash", type_=codes.c.hash.type),
        codes.c.scope == "anywhere",
        reports.c.erased_at.is_(None),
    )
)
_ANSWERS: Final = (
    select(parts)
    .where(parts.c.report == bindparam("of"), parts.c.kind == "reply", parts.c.sealed.is_not(None))
    .order_by(parts.c.at, parts.c.id)
)
_SETTLED: Final = select(inbound.c.settled_at).where(inbound.c.dedup == bindparam("dedup", type_=inbound.c.dedup.type))


@dataclass(frozen=True, slots=True)
class Answer:
    """What the office wrote, and when. text None: it does not open any more."""

    at: datetime
    text: str | None


@dataclass(frozen=True, slots=True)
class Pickup:
    """A case as its reporter may see it: nothing of their own words, nor who works on it."""

    status: Status
    opened_at: datetime
    answers: tuple[Answer, ...] = ()
    bound_until: datetime | None = None  # a court's or a prosecutor's order keeps it from being erased before
    coded: Coded | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Consented:
    """What others may receive of a case. asked: the question that waits. agreed: the consents that stand, ids."""

    asked: Asked | None = None
    agreed: tuple[str, ...] = ()


def find(conn: Connection, keyring: Keyring, code: str) -> Pickup | None:
    """The case of a code of sixteen ASCII digits; None when there is none, it was erased, or it is not tied to it."""
    found = _found(conn, keyring, code)
    if found is None:
        return None
    row, key = found
    replies = conn.execute(_ANSWERS, {"of": row.id}).all()
    data = seals.opened_by_code(conn, keyring, [part.id for part in replies], key)
    answers = tuple(_answer(keyring, part, data.get(part.id)) for part in replies)
    return Pickup(
        status=Status(row.status),
        opened_at=row.opened_at,
        answers=answers,
        bound_until=bonds.last(conn, keyring, joins.root(conn, keyring, row.id)),
        coded=remembered.opened(keyring, row, key),
    )


def consented(conn: Connection, keyring: Keyring, code: str, now: datetime) -> Consented:
    """What others may receive of the case of a code, and the question about it; it counts as put from now on.

    Run it when both are shown: from the first time on the question waits a day (storage.consent.answering).
    """
    found = _found(conn, keyring, code)
    if found is None:
        return Consented()
    row, _ = found
    about = joins.root(conn, keyring, row.id)
    every = {row.id, about, *(part.id for part in joined.tied(conn, keyring, about))}
    stands = (_C.report.in_(sorted(every)), _C.answer, _C.revoked_at.is_(None), _C.until_at > now)
    agreed = conn.execute(select(_C.id).where(*stands).order_by(_C.id)).scalars().all()
    asked = consents.asked(conn, keyring, about, now)
    if asked is None or asked.late:
        return Consented(agreed=tuple(agreed))
    answering.put(conn, keyring, asked.consent, hourly=True, now=now)
    return Consented(asked, tuple(agreed))


def settled(conn: Connection, keyring: Keyring, *, carrier: str, account: str, external_id: str) -> bool:
    """Whether a message that a door kept has been settled: filed, added or carried out."""
    row = conn.execute(_SETTLED, {"dedup": _dedup(keyring, carrier, account, external_id)}).first()
    return row is not None and row.settled_at is not None


def came(conn: Connection, keyring: Keyring, *, carrier: str, account: str, external_id: str) -> bool:
    """Whether a door has kept this very message before, settled or not."""
    return conn.execute(_SETTLED, {"dedup": _dedup(keyring, carrier, account, external_id)}).first() is not None


def _dedup(keyring: Keyring, carrier: str, account: str, external_id: str) -> bytes:
    words = f"{carrier}\x00{account}\x00{external_id}".encode()
    return hmac.digest(keyring.at(Domain.DEDUP, "all"), words, "sha256")


def _found(conn: Connection, keyring: Keyring, code: str) -> tuple[Any, CodeKey] | None:
    if len(code) != DIGITS:
        return None
    key = coding.key(keyring, _NOBODY, code)
    row = conn.execute(_CASE, {"hash": key.hash}).first()
    return None if row is None or not code_holds(keyring, row) else (row, key)


def _answer(keyring: Keyring, row: Any, key: bytes | None) -> Answer:
    try:
        body = content.open_part(keyring, row, key)
    except (content.SealedAway, KeyGone, Tampered):
        return Answer(row.at, None)
    return Answer(content.said_at(body, row.at), str(body.get("text") or ""))
