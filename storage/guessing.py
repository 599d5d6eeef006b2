"""How often codes may be guessed: wrong ones are counted, and beyond a measure none is looked up any more.

Whoever guesses from one phone soon meets a measure of their own. Whoever has many phones meets one for all together;
but that one must not become a way to keep residents from their answers, so a phone that tried nothing wrong for a day
is still heard beyond it. Where nothing tells people apart (the web form behind its proxy or over Tor, hidden numbers)
there is a measure for the crowd, which takes nothing from the phones': a long code serves from any of them. Within any
hour at most 50 wrong codes of phones and 25 of either crowd are looked up, and one of each phone that was quiet.

A six-digit number amid words is rarely a code, more often a price. It counts for its phone alone: six digits open what
was told from that phone and nothing else. What is refused is answered as a wrong code is. Whoever watches over the
machine is told once an hour: by a row of the audit log, on the console, and where they have a phone there.

The counters lie in the database, for all replicas, by hashes under keys of the day; they are gone after a day.
"""

import hmac
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, case, delete, exists, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.vocabulary import Reply
from storage import audit
from storage.database import cursors
from storage.database.leases import SKEW
from storage.keys import Domain, KeyGone, Keyring, epoch_of
from storage.outgoing import watchers
from storage.tables import guesses

KEPT: Final = timedelta(hours=25)
ALARMED: Final = "codes_guessed"  # the cursor that says when somebody was told last, in seconds since 1970

_EACH_HOUR: Final = 5
_EACH_DAY: Final = 20
_AMID_DAY: Final = 20  # a million six-digit codes at forty a day: a phone that is not its reporter's needs lifetimes
_ALL_HOUR: Final = 50
_CROWD_HOUR: Final = 25
_ALARM_FROM: Final = 100  # tries within an hour, looked up or not
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_SLOT: Final = timedelta(minutes=5)  # times are no finer; a window reaches back by a whole one more
_SHOWN: Final = timedelta(days=1)

_ONE_AT_A_TIME: Final = text("SELECT pg_advisory_xact_lock(7161970)")
_G: Final = guesses.c
_ONE: Final = (_G.source, _G.slot_at)
_AHEAD: Final = select(exists().where(_G.slot_at > bindparam("latest", type_=_G.slot_at.type)))
_OWN: Final = select(
    func.coalesce(func.sum(case((_G.slot_at > bindparam("hour", type_=_G.slot_at.type), _G.wrong), else_=0)), 0),
    func.coalesce(func.sum(_G.wrong), 0),
    func.coalesce(func.sum(_G.amid), 0),
).where(
    _G.source.in_(bindparam("names", expanding=True, type_=_G.source.type)),
    _G.slot_at > bindparam("day", type_=_G.slot_at.type),
)
_ALL: Final = select(
    func.coalesce(func.sum(case((_G.crowd, 0), else_=_G.wrong)), 0),
    func.coalesce(func.sum(_G.wrong), 0),
    func.coalesce(func.sum(_G.refused), 0),
).where(_G.slot_at > bindparam("hour", type_=_G.slot_at.type))
_NOTHING: Final = delete(guesses).where(
    _G.source == bindparam("name", type_=_G.source.type), _G.wrong == 0, _G.amid == 0, _G.refused == 0
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where codes come from, by hashes: today's, and what it was known by yesterday. crowd: many, not told apart."""

    names: tuple[bytes, ...]
    crowd: bool = False


def phone(keyring: Keyring, names: Sequence[bytes], *, entered_by: str = "") -> Source:
    """Whoever sent a message. names: under today's key and yesterday's, () for a number that is hidden.

    entered_by: the member of staff who typed it for somebody.
    """
    if entered_by:
        return Source((_hashed(keyring, b"staff\0" + entered_by.encode()),))
    if not names:
        return Source((_hashed(keyring, b"hidden"),), crowd=True)
    return Source(tuple(_hashed(keyring, name) for name in names))


def web(keyring: Keyring, network: str, now: datetime) -> Source:
    """Whoever uses the web form. network: what tells them from others there; "" when nothing does."""
    if not network:
        return Source((_hashed(keyring, b"web"),), crowd=True)
    secrets = [keyring.current(Domain.INTAKE, now).secret]
    with suppress(KeyGone):  # then nobody tried anything yesterday
        secrets.append(keyring.at(Domain.INTAKE, epoch_of(Domain.INTAKE, now - _DAY)))
    return Source(tuple(hmac.digest(secret, b"guess\0web\0" + network.encode(), "sha256") for secret in secrets))


def take(conn: Connection, keyring: Keyring, source: Source, *, amid: bool = False, now: datetime) -> bool:
    """Whether a code from there may be looked up now. It counts as wrong until `give_back`.

    amid: a six-digit number that stands among words.
    """
    if not amid:
        _one_at_a_time(conn)
    may = _may(conn, source, amid=amid, now=now)
    _count(conn, source, _column(amid=amid) if may else "refused", now)
    if not (amid and may):
        _look(conn, keyring, now)
    return may


def give_back(conn: Connection, source: Source, *, amid: bool = False, now: datetime) -> None:
    """It was right. now: as at `take`."""
    column = _G[_column(amid=amid)]
    mine = and_(_G.source == source.names[0], _G.slot_at == _slot(now), column > 0)
    conn.execute(update(guesses).where(mine).values({column: column - 1}))
    conn.execute(_NOTHING, {"name": source.names[0]})  # that a right code was used is nothing to remember


def is_ahead(conn: Connection, now: datetime) -> bool:
    """Whether something was counted while a clock was ahead: it would count as new until then."""
    return bool(conn.execute(_AHEAD, {"latest": now + SKEW}).scalar_one())


def bring_back(conn: Connection, now: datetime) -> int:
    """Counts as tried just now what lies ahead; returns how many rows."""
    rows = conn.execute(delete(guesses).where(_G.slot_at > now + SKEW).returning(guesses)).mappings().all()
    for row in rows:
        conn.execute(_adding(conn.dialect.name), {**row, "slot_at": _slot(now)})
    return len(rows)


def is_alarming(conn: Connection, now: datetime) -> bool:
    """Whether somebody seems to have guessed codes within the day."""
    return cursors.last(conn, ALARMED, now) > (now - _SHOWN).timestamp()


def _may(conn: Connection, source: Source, *, amid: bool, now: datetime) -> bool:
    own = {"names": list(source.names), "hour": _since(now, _HOUR), "day": _since(now, _DAY)}
    hour, day, numbers = conn.execute(_OWN, own).one()
    if source.crowd:
        return bool(hour < _CROWD_HOUR)
    if amid:
        return bool(numbers < _AMID_DAY)
    if hour >= _EACH_HOUR or day >= _EACH_DAY:
        return False
    return day == 0 or bool(conn.execute(_ALL, {"hour": _since(now, _HOUR)}).one()[0] < _ALL_HOUR)


def _column(*, amid: bool) -> str:
    return "amid" if amid else "wrong"


def _count(conn: Connection, source: Source, column: str, now: datetime) -> None:
    row = {"source": source.names[0], "slot_at": _slot(now), "crowd": source.crowd, "wrong": 0, "amid": 0, "refused": 0}
    conn.execute(_counting(conn.dialect.name, column), {**row, column: 1})


@cache
def _counting(dialect: str, column: str) -> Any:
    return _insert(dialect).on_conflict_do_update(index_elements=_ONE, set_={column: _G[column] + 1})


@cache
def _adding(dialect: str) -> Any:
    insert = _insert(dialect)
    both = {column: _G[column] + insert.excluded[column] for column in ("wrong", "amid", "refused")}
    return insert.on_conflict_do_update(index_elements=_ONE, set_=both)


def _insert(dialect: str) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(guesses) if dialect == "postgresql" else sqlite.insert(guesses)


def _look(conn: Connection, keyring: Keyring, now: datetime) -> None:
    """Tells whoever watches over the machine, where there is reason to and nobody was told within the hour."""
    _, wrong, refused = conn.execute(_ALL, {"hour": _since(now, _HOUR)}).one()
    if wrong + refused < _ALARM_FROM:
        return
    _one_at_a_time(conn)
    if cursors.last(conn, ALARMED, now) > (now - _HOUR).timestamp():
        return
    cursors.put(conn, ALARMED, int(now.timestamp()))
    data = {"wrong": int(wrong), "refused": int(refused)}
    audit.write(conn, keyring, at=now, actor="machine:codes", action="codes.guessed", data=data)
    watchers.ring(conn, keyring, Reply("alert.guessing"), once="guessed", now=now)


def _one_at_a_time(conn: Connection) -> None:
    """Guesses that come at once, at any replica, do not share a count (SQLite has but one writer anyway)."""
    if conn.dialect.name == "postgresql":
        conn.execute(_ONE_AT_A_TIME)


def _hashed(keyring: Keyring, name: bytes) -> bytes:
    """Not what the name itself is found by elsewhere: whoever has the database alone learns of no connection."""
    return hmac.digest(keyring.at(Domain.CODE, "all"), b"guess\0" + name, "sha256")


def _slot(now: datetime) -> datetime:
    return now.replace(minute=now.minute - now.minute % 5, second=0, microsecond=0)


def _since(now: datetime, window: timedelta) -> datetime:
    return now - window - _SLOT
