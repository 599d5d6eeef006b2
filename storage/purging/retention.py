"""Takes away what has served its time, by a rule for each kind, in lots small enough that nobody waits for them.

May run as often as one likes, on any replica: it counts what it took. `schedule` says in words what stays how
long and why; a test holds each table to it. What a legal hold keeps (storage.purging.holds) no rule here touches.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, and_, delete, exists, func, or_, select, update

from storage import audit, checkpoints, guessing, terms
from storage.keys import Domain, Keyring, epoch_of
from storage.people.devices import LIFE as BROWSER_LIFE
from storage.people.sessions import ABSOLUTE, IDLE
from storage.purging import bonds, ending, forgetting
from storage.purging.lots import LATELY, Lot, Rule, came_lately, change, take
from storage.purging.schedule import DAY, Periods
from storage.reporting import discretion, talks
from storage.reporting.reporters import FORGOTTEN_AFTER
from storage.reporting.traces import KEPT
from storage.tables import (
    alerts,
    contacts,
    conversations,
    dead_letters,
    devices,
    drills,
    duty,
    effaced,
    grants,
    guesses,
    holds,
    inbound,
    login_links,
    outbox,
    parts,
    report_contacts,
    senders,
    sessions,
    staff,
    timers,
    tokens,
    traces,
)
from storage.words import examples

_SENT: Final = 30 * DAY
_CARRIER_IDS: Final = timedelta(hours=48)  # after this a carrier deletes nothing any more
_TIMERS: Final = 30 * DAY
_ALERTS: Final = 90 * DAY
_ENDED_GRANTS: Final = 30 * DAY
_ACCOUNT: Final = 730 * DAY  # what tells how things were handled


def purge(conn: Connection, keyring: Keyring, now: datetime, keep: Periods | None = None) -> Mapping[str, int]:
    """Deletes all that is past its time in one transaction, however long that takes; returns how many of each kind."""
    lot, taken = Lot(conn, keyring, now, keep or Periods()), dict[str, int]()
    bonds.settle(conn, keyring)
    for kind, rule in RULES.items():
        while count := rule(lot):
            taken[kind] = taken.get(kind, 0) + count
            if count < lot.most:
                break
    return taken


# ── Messages ─────────────────────────────────────────────────────────────────────────────────────────────────
def _inbound(lot: Lot) -> int:
    """The parts that messages became forget which they were: SQLite may give an id a second time."""
    i = inbound.c
    past = and_(i.settled_at < lot.now - LATELY, i.id < came_lately(lot))
    old = select(i.id).where(past).order_by(i.settled_at).limit(lot.most)
    ids = list(lot.conn.execute(old).scalars())
    if ids:
        lot.conn.execute(update(parts).where(parts.c.inbound.in_(ids)).values(inbound=None))
        lot.conn.execute(delete(inbound).where(i.id.in_(ids)))
    return len(ids)


def _outbox(lot: Lot) -> int:
    o = outbox.c
    ended = and_(o.state.in_(("sent", "dead")), func.coalesce(o.sent_at, o.created_at) < lot.now - _SENT)
    return take(lot, outbox, ended)


def _carrier_ids(lot: Lot) -> int:
    o = outbox.c
    return change(lot, outbox, and_(o.sent_at < lot.now - _CARRIER_IDS, o.carrier_ids.is_not(None)), carrier_ids=None)


# ── Addresses ────────────────────────────────────────────────────────────────────────────────────────────────
def _contacts(lot: Lot) -> int:
    """A reporter's that no report, no conversation, and nothing that waits or can still be deleted there needs."""
    c, o = contacts.c, outbox.c
    needed = (
        exists().where(report_contacts.c.contact == c.id),
        exists().where(o.contact == c.id, or_(o.state.in_(("pending", "sending")), o.carrier_ids.is_not(None))),
        exists().where(senders.c.contact == c.id, conversations.c.pseudonym == senders.c.pseudonym),
        exists().where(traces.c.contact == c.id),
    )
    mine = and_(c.staff.is_(None), c.until_at.is_(None), c.created_at < lot.now - FORGOTTEN_AFTER)
    return take(lot, contacts, and_(mine, ~or_(*needed)))


def _senders(lot: Lot) -> int:
    """Last month's names, once nobody looks back by its pepper."""
    if ending.looks_back(lot.now):
        return 0
    return take(lot, senders, senders.c.epoch < epoch_of(Domain.PEPPER, lot.now))


def _phones(lot: Lot) -> int:
    left = exists().where(staff.c.id == contacts.c.staff, ~staff.c.active)
    return take(lot, contacts, left)


# ── Reports ──────────────────────────────────────────────────────────────────────────────────────────────────
def _ended_holds(lot: Lot) -> int:
    """The hold itself tells for 24 months what was kept."""
    return take(lot, holds, func.coalesce(holds.c.ended_at, holds.c.until_at) < lot.now - _ACCOUNT)


# ── Staff ────────────────────────────────────────────────────────────────────────────────────────────────────
def _sessions(lot: Lot) -> int:
    s = sessions.c
    return take(lot, sessions, or_(s.seen_at < lot.now - IDLE, s.created_at < lot.now - ABSOLUTE))


def _key_halves(lot: Lot) -> int:
    return change(lot, sessions, sessions.c.key_until < lot.now, key_half=None, key_until=None)


def _duty(lot: Lot) -> int:
    return take(lot, duty, exists().where(staff.c.id == duty.c.staff, ~staff.c.active))


# In this order: a row goes after what needs it.
RULES: Final[Mapping[str, Rule]] = {
    "keys_shredded": ending.shred,
    "inbound": _inbound,
    # Each minute all that waits is looked up before (storage.reporting.unsettled); here, also where that fails.
    "talks": lambda lot: talks.end(lot.conn, lot.now, spared=True),
    "conversations": lambda lot: take(lot, conversations, conversations.c.updated_at < lot.now - FORGOTTEN_AFTER),
    "outbox": _outbox,
    "carrier_ids": _carrier_ids,
    "effaced": lambda lot: take(lot, effaced, effaced.c.at <= lot.now - KEPT),
    "traces": lambda lot: take(lot, traces, traces.c.at < lot.now - KEPT),
    "timers": lambda lot: take(lot, timers, timers.c.done_at < lot.now - _TIMERS),
    "links": forgetting.links,
    "examples": lambda lot: examples.purge(lot.conn, lot.now),
    "content": forgetting.content,
    "reports": forgetting.rows,
    "holds": _ended_holds,
    "alerts": lambda lot: take(lot, alerts, alerts.c.at < lot.now - _ALERTS),
    "tries": lambda lot: discretion.forget_tries(lot.conn, lot.now),
    "guesses": lambda lot: take(lot, guesses, guesses.c.slot_at < lot.now - guessing.KEPT),
    "senders": _senders,
    "contacts": _contacts,
    "phones": _phones,
    "dead_letters": lambda lot: take(lot, dead_letters, dead_letters.c.received_at < lot.now - lot.keep.dead_letter),
    "sessions": _sessions,
    "key_halves": _key_halves,
    "tokens": lambda lot: take(lot, tokens, tokens.c.expires_at < lot.now),
    "login_links": lambda lot: take(lot, login_links, login_links.c.expires_at < lot.now),
    "devices": lambda lot: take(lot, devices, devices.c.created_at < lot.now - BROWSER_LIFE),
    "grants": lambda lot: take(lot, grants, grants.c.until_at < lot.now - _ENDED_GRANTS),
    "duty": _duty,
    "terms": lambda lot: terms.purge(lot.conn, lot.now),
    "drills": lambda lot: take(lot, drills, drills.c.at < lot.now - _ACCOUNT),
    "audit": lambda lot: audit.purge(lot.conn, lot.keyring, before=lot.now - checkpoints.KEPT, now=lot.now),
    "carried": ending.carry,
    "keys_ended": ending.end,
}
