"""Files that came with a message: the carrier's handle, sealed apart from the content until the file is fetched."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, insert, select

from bot.vocabulary import Medium
from storage import timers
from storage.encoding import dumps
from storage.keys import Domain, Keyring
from storage.rows import seal_row
from storage.tables import media, parts

_INSERT: Final = insert(media)
_FILES: Final = (
    select(media.c.id, media.c.path).join(parts, parts.c.id == media.c.part).where(parts.c.report == bindparam("of"))
)
_LARGEST: Final = 2**31 - 1  # the column's


def add(
    conn: Connection, keyring: Keyring, *, part: str, files: Sequence[Medium], now: datetime, carrier: str = ""
) -> None:
    """Notes the files of a part, to be fetched from this carrier. Handles are like addresses (they name an account)."""
    rows = []
    for file in files:
        medium = secrets.token_hex(16)
        handle = seal_row(
            keyring, Domain.CONTACT, (media.name, medium), dumps({"ref": file.ref, "carrier": carrier}), now=now
        )
        rows.append(
            {
                "id": medium,
                "part": part,
                "kind": file.kind.value,
                "content_type": _shown(file.content_type),
                "size": max(0, min(file.size, _LARGEST)),
                "state": "waiting",
                "attempts": 0,
                "due_at": now,
                **handle.columns(),
            }
        )
    if rows:
        conn.execute(_INSERT, rows)


def erase(conn: Connection, report: str, *, now: datetime) -> None:
    """Forgets the files of a report; what lies on disk is shredded by a timer, which outlives a crash."""
    for row in conn.execute(_FILES, {"of": report}).all():
        if row.path:
            timers.set_timer(conn, once=f"shred:{row.id}", kind="shred", due_at=now, data={"path": row.path})
        conn.execute(delete(media).where(media.c.id == row.id))


def album_name(report: str, album: str) -> str:
    """What pictures sent together have in common within one report, without the carrier's name for it; "" for none."""
    return hashlib.sha256(f"{report}:{album}".encode()).hexdigest()[:16] if album else ""


def _shown(content_type: str) -> str:
    # PostgreSQL takes neither NUL nor half a surrogate pair, and a type has neither.
    return "".join(sign for sign in content_type if sign.isascii() and sign.isprintable())[:80]
