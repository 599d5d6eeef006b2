"""The key of a kept file: under the month's key, or sealed to the people of a sealed desk.

It is bound to the part and the report that the file came with, so that a row of `media` led to another part by SQL
opens nothing there. The bytes on disk are bound to that key by their name (storage.words.vault): a file shared by
consent lies there once, and each of its rows seals its key for its own part.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, exists, select, update

from storage.keys import Domain, KeyGone, Keyring, is_passing
from storage.rows import open_row, seal_row, wrap
from storage.sealed import seals
from storage.sealed.keypairs import Unlocked
from storage.sealed.recipients import Recipient
from storage.sealed.seals import Kind
from storage.sealing import Tampered, new_key, seal, unseal
from storage.tables import media, medium_seals, parts

_M: Final = media.c
_MOST: Final = 500  # ids in one statement
# A voice that no machine wrote down for so long is left to people: its line is longer than it is worth.
HEARD_WITHIN: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class At:
    """Where a file belongs: its own id, its part's and its report's."""

    medium: str
    part: str
    report: str

    @property
    def within(self) -> str:
        """What its row's sealed value is bound to."""
        return f"{self.part}:{self.report}"


def places(conn: Connection, rows: Iterable[Row[Any]]) -> dict[str, At]:
    """Where each of these rows of `media` (id, part) says that it belongs, by its id."""
    there = list(rows)
    reports: dict[str, str] = {}
    ids = sorted({row.part for row in there})
    for start in range(0, len(ids), _MOST):
        lot = select(parts.c.id, parts.c.report).where(parts.c.id.in_(ids[start : start + _MOST]))
        reports |= {row.id: row.report for row in conn.execute(lot)}
    return {row.id: At(row.id, row.part, reports[row.part]) for row in there if row.part in reports}


def opened(
    conn: Connection,
    keyring: Keyring,
    rows: Iterable[Row[Any]],
    opener: Unlocked | None = None,
    *,
    hears: bool = False,
) -> dict[str, bytes]:
    """The keys of kept files, by their ids; those that do not open (to this person) are not there.

    hears: it is the machine that writes down what is said.
    """
    there = [row for row in rows if row.sealed is not None]
    data = seals.opened(conn, keyring, Kind.MEDIUM, [row.id for row in there], opener)
    at = places(conn, there)
    found: dict[str, bytes] = {}
    for row in (row for row in there if row.id in at):
        within = at[row.id].within
        try:
            if row.id in data:
                found[row.id] = unseal(data[row.id], bytes(row.sealed), media.name, "sealed", row.id, within)
            elif row.wrapped is not None and (hears or not is_passing(row.epoch)):
                found[row.id] = open_row(keyring, _wraps(row.epoch), (media.name, row.id), row, within=within)
        except (KeyGone, Tampered):
            continue
    return found


def is_sealed_to_people(row: Row[Any]) -> bool:
    """Whether a kept file opens with the keys of people only; the machine may still have to hear it (`opened`)."""
    return row.sealed is not None and (row.wrapped is None or is_passing(row.epoch))


def seal_anew(
    conn: Connection, keyring: Keyring, at: At, key: bytes, people: Sequence[Recipient], *, now: datetime
) -> None:
    """Seals the key of a kept file anew: to people, or under the month's key where there are none."""
    columns, rows = sealed(keyring, at, key, people, now=now)
    seals.remove(conn, Kind.MEDIUM, [at.medium])
    seals.add(conn, Kind.MEDIUM, rows)
    conn.execute(update(media).where(_M.id == at.medium).values(**columns))


def close_to_machine(conn: Connection, medium: str) -> None:
    """Once a voice that is sealed to people is written down, or was given up, only they can open it."""
    theirs = exists().where(medium_seals.c.medium == medium)
    conn.execute(update(media).where(_M.id == medium, theirs).values(wrapped=None, epoch=None))


def close_unheard(conn: Connection, watch: str, now: datetime) -> int:
    """Closes to the machine what it did not hear in HEARD_WITHIN, of an epoch of the door; returns how many."""
    late = select(parts.c.id).where(parts.c.at < now - HEARD_WITHIN)
    unheard = (_M.epoch == watch, _M.state == "kept", _M.wrapped.is_not(None), _M.part.in_(late))
    return conn.execute(update(media).where(*unheard).values(wrapped=None, epoch=None, due_at=None)).rowcount


def sealed(
    keyring: Keyring, at: At, key: bytes, people: Sequence[Recipient], *, now: datetime, unheard: bool = False
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The columns of a file's row, and the rows of its seals.

    unheard: a voice that is to be written down. Until then the machine, too, opens it, as it opened what came in: under
    the door's key, which no backup holds and which goes hours later (`close_to_machine`, storage.keycare.carrying).
    """
    medium = at.medium
    if not people:
        sealed_row = seal_row(keyring, Domain.CONTENT, (media.name, medium), key, now=now, within=at.within)
        return sealed_row.columns(), []
    data = new_key()
    rows = seals.to_people(keyring, Kind.MEDIUM, medium, data, people, now=now)
    blob = seal(data, key, media.name, "sealed", medium, at.within)
    if not unheard:
        return {"sealed": blob, "wrapped": None, "epoch": None}, rows
    heard = wrap(keyring, Domain.DOOR, (media.name, "wrapped", medium), data, now=now)
    return {"sealed": blob, "wrapped": heard.blob, "epoch": heard.epoch}, rows


def _wraps(epoch: str) -> Domain:
    """A watch's key is the door's, a month's of content."""
    return Domain.DOOR if is_passing(epoch) else Domain.CONTENT
