"""Messages that wait longer than the door's key lives: sealed anew under the next, for a week, or a month where held.

Held is what cannot be sealed to its desk now, because the desk's list does not verify (storage.intake.holding). Of whom
it is, a private reporter's message that waits, held or not, tells for less than a day: then the words wait on without
anybody's name.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, select, update

from storage import contacts, envelopes
from storage.encoding import message_from_bytes, message_to_bytes
from storage.inbound import is_old, of_nobody, pseudonym
from storage.keys import Domain, KeyGone, Keyring
from storage.sealing import Tampered
from storage.tables import inbound
from storage.words import hours

_I: Final = inbound.c
_WAIT: Final = timedelta(minutes=1)
# Watches: a week; a month where the list of its desk did not verify, for so long may that honestly take to mend.
_CARRIES: Final = 42
_CARRIES_HELD: Final = 192


def hold(conn: Connection, keyring: Keyring, id: int, *, now: datetime, private: bool = False) -> None:
    """Lets a message wait a minute, for its desk's list to verify. No try is counted: it never becomes a dead letter.

    What came later goes on before it (storage.inbound.held). private: it was told so, and stays so.
    """
    row = conn.execute(select(inbound).where(_I.id == id, _I.settled_at.is_(None)).with_for_update()).first()
    if row is not None:
        marked = _marked(keyring, row, private=private, now=now)
        _update(conn, row, {"attempts": 0, "next_at": now + _WAIT, **marked})


def make_private(conn: Connection, keyring: Keyring, ids: Sequence[int], *, now: datetime) -> None:
    """What is held of somebody who chooses privacy now is private, too."""
    for row in conn.execute(select(inbound).where(_I.id.in_(ids), _I.settled_at.is_(None)).with_for_update()).all():
        if marked := _marked(keyring, row, private=True, now=now):
            _update(conn, row, marked)


def remember(conn: Connection, keyring: Keyring, id: int, *, private: bool, now: datetime) -> None:
    """Writes down whether a message that waits was told in private, while that is known. Once private it stays so."""
    row = conn.execute(select(inbound).where(_I.id == id, _I.settled_at.is_(None)).with_for_update()).first()
    if row is not None and (marked := _marked(keyring, row, private=private, now=now, held=False)):
        _update(conn, row, marked)


def _update(conn: Connection, row: Row[Any], values: dict[str, Any]) -> None:
    conn.execute(update(inbound).where(_I.id == row.id).values(**values))


def _marked(keyring: Keyring, row: Row[Any], *, private: bool, now: datetime, held: bool = True) -> dict[str, Any]:
    """The columns of a message that waits that change: by its marks, or as nobody may know any more whose it is."""
    try:
        marks, raw = envelopes.opened(keyring, row)
        message = message_from_bytes(raw)
    except (KeyGone, Tampered, ValueError, KeyError, TypeError):
        return {}
    told = replace(marks, held=marks.held or held, private=marks.private or private, looked=True)
    key = keyring.current(Domain.DOOR, now)
    # Found out only now, it is known for the minute in which it may yet be settled, and answered.
    long = marks.private and is_old(marks, now)
    if long and not contacts.is_hidden(message.channel, message.address):
        bare = of_nobody(message)
        return {
            "sealed": envelopes.sealed(key, row.dedup, message_to_bytes(bare), told),
            "epoch": key.epoch,
            "pseudonym": pseudonym(keyring, bare, row.dedup, now),
            "received_at": hours.over(row.received_at),
            "sequence": 0,
        }
    if told == marks:
        return {}
    named = pseudonym(keyring, message, row.dedup, now)  # under the key of now it is not carried on, where that is told
    return {"sealed": envelopes.sealed(key, row.dedup, raw, told), "epoch": key.epoch, "pseudonym": named}


def carry(conn: Connection, keyring: Keyring, epoch: str, *, now: datetime, most: int) -> int:
    """Seals anew, under the door's key of now, what waits under an earlier one's; returns how many.

    What another transaction holds is passed over, and so is what does not open, or was carried for a week, for a month
    where its desk holds it: settling makes it a dead letter.
    """
    done, last = 0, 0
    while done < most:
        waits = _under(epoch).where(_I.id > last).order_by(_I.id).limit(most)
        rows = conn.execute(waits.with_for_update(skip_locked=True)).all()
        done += sum(_carried(conn, keyring, row, now) for row in rows)
        if len(rows) < most:
            break
        last = rows[-1].id
    return done


def _carried(conn: Connection, keyring: Keyring, row: Row[Any], now: datetime) -> bool:
    if not _is_carried_on(keyring, row):
        return False
    key, (marks, raw) = keyring.current(Domain.DOOR, now), envelopes.opened(keyring, row)
    sealed = envelopes.sealed(key, row.dedup, raw, replace(marks, carried=marks.carried + 1))
    _update(conn, row, {"sealed": sealed, "epoch": key.epoch, "pseudonym": _known_now(keyring, row, raw, now)})
    return True


def _known_now(keyring: Keyring, row: Row[Any], raw: bytes, now: datetime) -> bytes:
    """Whose it is, by the pepper of now: by last month's nobody's DELETE would find what waits, or what came before."""
    try:
        return pseudonym(keyring, message_from_bytes(raw), row.dedup, now)
    except (ValueError, KeyError, TypeError):
        return bytes(row.pseudonym)


def waits_under(conn: Connection, keyring: Keyring, epoch: str) -> bool:
    """Whether something waits to be settled that an epoch's key of the door opens, and that may still be carried on."""
    return any(_is_carried_on(keyring, row) for row in conn.execute(_under(epoch)).all())


def _under(epoch: str) -> Select[Any]:
    return select(inbound).where(_I.epoch == epoch, _I.sealed.is_not(None), _I.settled_at.is_(None))


def _is_carried_on(keyring: Keyring, row: Row[Any]) -> bool:
    try:
        marks, _ = envelopes.opened(keyring, row)
    except (KeyGone, Tampered):
        return False
    return marks.carried < (_CARRIES_HELD if marks.held else _CARRIES)
