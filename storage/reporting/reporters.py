"""Whoever a message is from, as far as settling needs to know: their names under each pepper, contact, conversation."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, delete, exists, not_, or_, select, text

from bot import conversation as remembering
from bot.vocabulary import Conversation, Locale
from storage import contacts, promises
from storage.contacts import Address
from storage.database import sql
from storage.encoding import conversation_from_bytes, conversation_to_bytes
from storage.inbound import Waiting, held
from storage.keys import Domain, KeyGone, Keyring
from storage.promises import Kind
from storage.reporting import reach, talks, traces
from storage.sealing import Tampered, seal, unseal
from storage.tables import contacts as contact_rows
from storage.tables import conversations, discreet, inbound, muted, report_contacts, senders, veils
from storage.tables import talks as talk_rows

FORGOTTEN_AFTER: Final = timedelta(hours=72)

_NAMES: Final = ("p1", "p2", "p3")
_LOCK: Final = text("SELECT pg_advisory_xact_lock(:p1), pg_advisory_xact_lock(:p2), pg_advisory_xact_lock(:p3)")


@dataclass(frozen=True, slots=True)
class Who:
    """current: the pseudonym of this month. names: all that they may be filed under, current first, always three.

    hash: the one that stays. hidden: they can be neither answered nor met again. talk: what a private talk of theirs
    is found by, today's name first.
    """

    current: bytes
    names: tuple[bytes, bytes, bytes]
    hash: bytes
    hidden: bool
    talk: talks.Names = (b"",)


@dataclass(frozen=True, slots=True)
class Reporter:
    """contact None: they hide. place: where the contact is reached now. known_as: the name they were found under.

    private: this is a private talk that goes on until then, and the contact is the talk's; or, until None, it begins.
    lately: somebody we know, who told something privately within the day. talked_at: when the conversation was kept.
    """

    who: Who
    conversation: Conversation
    contact: str | None = None
    place: Address | None = None
    known_as: bytes | None = None
    unreachable: bool = False
    private: bool = False
    until: datetime | None = None
    lately: bool = False
    talked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a message stands at the moment of settling it."""

    settled: bool
    behind: bool  # an older one of the same reporter waits
    held: bool  # it waited for its desk's list, and others of this reporter may have gone before it
    muted: bool
    staff: bool  # the sender's phone is one that we alert
    discreet: bool  # they asked for discretion
    veiled: bool  # they asked for it where no word could be told them
    talking: bool  # a private talk with them goes on, or has left its mark


def who(keyring: Keyring, waiting: Waiting, now: datetime) -> Who:
    """Names whoever sent a message. A hidden sender goes by the message's own pseudonym."""
    channel, address = waiting.message.channel, waiting.message.address
    if not waiting.readable or contacts.is_hidden(channel, address):
        own = waiting.pseudonym
        return Who(current=own, names=(own, own, own), hash=waiting.dedup, hidden=True)
    current = contacts.pseudonym(keyring, channel, address, now)
    before = contacts.previous(keyring, channel, address, now) or current
    return Who(
        current=current,
        names=(current, before, waiting.pseudonym),
        hash=contacts.sender_hash(keyring, channel, address),
        hidden=False,
        talk=talks.names(keyring, channel, address, now, came=waiting.since or now),
    )


def lock(conn: Connection, who: Who) -> None:
    """Lets nobody else settle this reporter until the transaction ends (SQLite has but one writer anyway).

    All their names, in one order everywhere, so that two messages on either side of a month's end never cross.
    """
    if conn.dialect.name == "postgresql":
        numbers = sorted(int.from_bytes(name[:8], signed=True) for name in who.names)
        conn.execute(_LOCK, dict(zip(_NAMES, numbers, strict=True)))


_OLDER: Final = inbound.alias("older")
_STANDING: Final = select(
    inbound.c.settled_at.is_not(None).label("settled"),
    exists()
    .where(
        _OLDER.c.pseudonym.in_([bindparam(name, type_=inbound.c.pseudonym.type) for name in _NAMES]),
        _OLDER.c.settled_at.is_(None),
        or_(
            _OLDER.c.sequence < inbound.c.sequence,
            and_(_OLDER.c.sequence == inbound.c.sequence, _OLDER.c.id < inbound.c.id),
        ),
        or_(held(inbound.c), not_(held(_OLDER.c))),
    )
    .label("behind"),
    held(inbound.c).label("held"),
    exists().where(muted.c.sender_hash == bindparam("hash")).label("muted"),
    exists().where(contact_rows.c.sender_hash == bindparam("hash")).label("staff"),
    exists().where(discreet.c.sender_hash == bindparam("hash")).label("discreet"),
    exists().where(veils.c.sender_hash == bindparam("hash")).label("veiled"),
    exists()
    .where(talk_rows.c.found_by.in_(bindparam("talks", expanding=True, type_=talk_rows.c.found_by.type)))
    .label("talking"),
).where(inbound.c.id == bindparam("one"))


def standing(conn: Connection, who: Who, id: int) -> Standing | None:
    """After `lock`. None when the message is not there at all."""
    names = dict(zip(_NAMES, who.names, strict=True))
    row = conn.execute(_STANDING, {"one": id, "hash": who.hash, "talks": list(who.talk), **names}).first()
    return None if row is None else Standing(*(bool(value) for value in row))


_FOUND: Final = (
    select(
        senders.c.pseudonym,
        senders.c.tie,
        contact_rows,
        conversations.c.sealed.label("talk"),
        conversations.c.epoch.label("talk_epoch"),
        conversations.c.updated_at.label("talk_at"),
    )
    .join_from(senders, contact_rows, contact_rows.c.id == senders.c.contact)
    .outerjoin(conversations, conversations.c.pseudonym == senders.c.pseudonym)
    .where(senders.c.pseudonym.in_([bindparam(name, type_=senders.c.pseudonym.type) for name in _NAMES]))
)
# A purge that took this contact for nobody's would take with it what is queued for it from now on.
_HELD: Final = (
    select(contact_rows.c.id).where(contact_rows.c.id == bindparam("one")).with_for_update(read=True, key_share=True)
)
_CONTACT: Final = select(contact_rows).where(contact_rows.c.id == bindparam("one"))
_LINKED: Final = select(report_contacts.c.report).where(report_contacts.c.contact == bindparam("one")).limit(1)


def load(
    conn: Connection,
    keyring: Keyring,
    who: Who,
    now: datetime,
    *,
    talking: int | None = None,
    discreet: bool = False,
    private: bool = False,
    edits: str = "",
) -> Reporter:
    """Contact and conversation of whoever this is; both empty for someone new.

    talking: the message that is settled, where a private talk or its mark is there (Standing). After a talk those whom
    we know besides are themselves again (`lately`); of all others what comes is private. Where somebody is discreet
    their word comes first. private: what they said was told so, and then held for longer than anybody remembers that.
    edits: the message that this is an edit of, as its carrier calls it; one of what we know besides is theirs as there.
    """
    if who.hidden:
        return Reporter(who, talks.CHOSEN if private else Conversation(), private=private)
    talk = talks.find(conn, keyring, who.talk, message=talking, now=now) if talking is not None else None
    if talk is not None and talk.until is not None and not _is_besides(conn, keyring, who, talk, edits):
        return _in_private(conn, keyring, who, talk, talk.until)
    if private:
        return Reporter(who, talks.CHOSEN, private=True)
    known = _known(conn, keyring, who, now)
    if talk is None or (discreet and known is None):
        return known or Reporter(who, Conversation())
    return replace(known, lately=True) if known else Reporter(who, talk.conversation, private=True)


def _is_besides(conn: Connection, keyring: Keyring, who: Who, talk: talks.Talk, edits: str) -> bool:
    """Whether what was edited was told before the private talk: in it, it would lead from one report to the other."""
    if not edits or remembering.is_said(talk.conversation, edits):
        return False
    known = _known_as(conn, keyring, who)
    return known is not None and traces.knows(conn, keyring, contact=known.id, own_id=edits)


def _known(conn: Connection, keyring: Keyring, who: Who, now: datetime) -> Reporter | None:
    row = _known_as(conn, keyring, who)
    if row is None:
        return None
    return Reporter(
        who,
        conversation=_conversation(keyring, row, now),
        talked_at=row.talk_at,
        contact=row.id,
        place=_place(keyring, row),
        known_as=row.pseudonym,
        unreachable=row.unreachable_at is not None,
    )


def linked(conn: Connection, keyring: Keyring, who: Who) -> str | None:
    """The contact by which we know them besides a private talk, where a report leads to it; else None."""
    if who.hidden:
        return None
    known = _known_as(conn, keyring, who)
    return None if known is None or conn.execute(_LINKED, {"one": known.id}).first() is None else str(known.id)


def _known_as(conn: Connection, keyring: Keyring, who: Who) -> Row[Any] | None:
    """The contact under the newest of their names, with the conversation that is kept there."""
    found = conn.execute(_FOUND, dict(zip(_NAMES, who.names, strict=True))).all()
    rows = [row for row in found if contacts.leads(keyring, row.tie, row.pseudonym, row.id)]
    return min(rows, key=lambda row: who.names.index(row.pseudonym), default=None)


def _in_private(conn: Connection, keyring: Keyring, who: Who, talk: talks.Talk, until: datetime) -> Reporter:
    row = conn.execute(_CONTACT, {"one": talk.contact}).first()
    if row is None:
        return Reporter(who, talk.conversation, private=True, until=until)
    return Reporter(
        who,
        talk.conversation,
        contact=row.id,
        place=_place(keyring, row),
        unreachable=row.unreachable_at is not None,
        private=True,
        until=until,
    )


def _place(keyring: Keyring, row: Row[Any]) -> Address | None:
    try:
        return contacts.opened(keyring, row)
    except (KeyGone, Tampered):
        return None  # sealed anew by `meet`, from the message's own address


def _conversation(keyring: Keyring, row: Row[Any], now: datetime) -> Conversation:
    if row.talk is None or now - row.talk_at > FORGOTTEN_AFTER:
        return Conversation()
    try:
        key = keyring.at(Domain.DOOR, row.talk_epoch)
        name = row.pseudonym.hex()
        return conversation_from_bytes(unseal(key, row.talk, conversations.name, "sealed", name, row.talk_epoch))
    except (KeyGone, Tampered):
        return Conversation()  # what is lost is the thread of a talk, never what was said


def meet(
    conn: Connection, keyring: Keyring, reporter: Reporter, waiting: Waiting, *, locale: Locale, now: datetime
) -> Reporter:
    """Makes sure of a contact under this month's name that says where and in which language to answer.

    It is held from here on, not while it is looked for: whether this is told in private is decided in between, and then
    the row would keep the number of the transaction that wrote what was told.
    """
    if reporter.who.hidden:
        return reporter
    message = waiting.message
    if reporter.contact is not None and conn.execute(_HELD, {"one": reporter.contact}).first() is None:
        reporter = replace(reporter, contact=None, place=None, known_as=None, unreachable=False)  # purged meanwhile
    place = Address(message.channel, message.carrier, message.address, locale)
    if reporter.contact is None:
        contact = contacts.add(conn, keyring, place, pseudonym=reporter.who.current, now=now)
        return replace(reporter, contact=contact, place=place)
    if reporter.known_as is not None and reporter.known_as != reporter.who.current:
        names = {"old": reporter.known_as, "new": reporter.who.current}
        contacts.rename(conn, keyring, **names, contact=reporter.contact, now=now)
        conn.execute(_FORGET, {"name": reporter.known_as})
    if reporter.place != place or reporter.unreachable:
        contacts.reseal(conn, keyring, reporter.contact, place, now=now)
    if reporter.unreachable:
        reach.found(conn, keyring, reporter.contact, reporter.who.hash, instead_of="no")
        promises.ease(conn, keyring, Kind.REACH, reporter.contact, now=now, found=reporter.who.hash.hex())
    return replace(reporter, place=place)


_FORGET: Final = delete(conversations).where(conversations.c.pseudonym == bindparam("name"))


def save(conn: Connection, keyring: Keyring, reporter: Reporter, conversation: Conversation, *, now: datetime) -> None:
    """Keeps the conversation, sealed as what came in is. That of a hidden sender is never met again, so not kept."""
    if reporter.who.hidden:
        return
    key, name = keyring.current(Domain.DOOR, now), reporter.who.current
    sealed = seal(key.secret, conversation_to_bytes(conversation), conversations.name, "sealed", name.hex(), key.epoch)
    conn.execute(
        sql.upsert(conn, conversations, "sealed", "epoch", "updated_at"),
        {"pseudonym": name, "sealed": sealed, "epoch": key.epoch, "updated_at": now},
    )
