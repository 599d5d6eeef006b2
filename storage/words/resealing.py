"""Seals a report's words and files anew: to the people of the desk that it comes to, or under the month's key again.

A part gets a new data key, so that nothing wrapped before opens what is kept from now on. A file keeps its own, which
only its seal hides: a backup of before still opens it, as it still holds the words.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from storage.keys import Keyring
from storage.sealed import seals
from storage.sealed.keypairs import Unlocked
from storage.sealed.recipients import Recipient
from storage.sealed.seals import Kind
from storage.tables import media as media_rows
from storage.tables import parts
from storage.words import content, filekeys


def reseal(
    conn: Connection,
    keyring: Keyring,
    rows: Sequence[Row[Any]],
    people: Sequence[Recipient],
    *,
    now: datetime,
    opener: Unlocked | None = None,
) -> None:
    """Seals these parts (of one report), each with the exact time in it, and their files: to people, or to none.

    What nobody can open is left as it is. Raises content.SealedAway, and then the caller undoes it, where one is sealed
    to others than `opener`.
    """
    opened = content.bodies(conn, keyring, rows, opener)
    if content.Shut.LOCKED in opened.values():
        raise content.SealedAway
    to_codes = seals.holders(conn, keyring, rows[0].report) if rows and people else ()
    for row in rows:
        body = opened.get(row.id, content.Shut.LOST)
        if isinstance(body, content.Shut):
            continue
        kept = {**body, "at": content.said_at(body, row.at).isoformat()}
        new = content.sealed(keyring, (row.id, row.report), kept, people, now=now)
        columns = {name: new[name] for name in ("sealed", "wrapped", "epoch")}
        conn.execute(update(parts).where(parts.c.id == row.id).values(**columns))
        seals.remove(conn, Kind.PART, [row.id])
        seals.add(conn, Kind.PART, new["seals"])
        if row.kind == "reply" and people:
            seals.add_codes(conn, seals.to_codes(keyring, row.id, new["key"], to_codes, now=now))
    _files(conn, keyring, [row.id for row in rows], people, now=now, opener=opener)


def _files(
    conn: Connection,
    keyring: Keyring,
    ids: Sequence[str],
    people: Sequence[Recipient],
    *,
    now: datetime,
    opener: Unlocked | None,
) -> None:
    kept = select(media_rows).where(media_rows.c.part.in_(ids), media_rows.c.state == "kept")
    rows = conn.execute(kept).all()
    keys, at = filekeys.opened(conn, keyring, rows, opener), filekeys.places(conn, rows)
    for row in rows:
        if (key := keys.get(row.id)) is None:
            if filekeys.is_sealed_to_people(row):
                raise content.SealedAway
            continue
        filekeys.seal_anew(conn, keyring, at[row.id], key, people, now=now)
