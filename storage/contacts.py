"""Addresses: the only module that seals and opens them, and that tells "the same person again" without one.

A pseudonym is a keyed hash of channel and address under a pepper that changes monthly; for 72 hours the old pepper
still finds whoever wrote last month. Two promises outlive the month (silence, and a code's owner): for these there is a
hash under a key that stays.

By SMS and by WhatsApp a number is one person, answered where they wrote last: what they wish (silence, discretion) they
wish of their phone.

Whom a pseudonym leads to is tied (storage.ties), and an address is bound to the carrier that takes it and to the member
of staff whose it is: changed by hand, the one leads nowhere and the other does not open.
"""

import hmac
import re
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, exists, insert, select, update

from bot.vocabulary import Channel, Locale
from storage.database import sql
from storage.encoding import dumps, loads
from storage.keys import Domain, KeyGone, Keyring, epoch_of, is_passing
from storage.rows import Sealed, open_row, seal_row
from storage.tables import contacts, discreet, muted, senders
from storage.ties import Tie, holds, made

LOOK_BACK: Final = timedelta(hours=72)
_PSEUDONYM_BYTES: Final = 16
_APP: Final = "whatsapp:"  # before a number, where Twilio brought it from there
_NUMBER: Final = re.compile(rf"(?:{_APP})?\+?[0-9]+", re.ASCII)

_INSERT: Final = insert(contacts)
_ONE: Final = select(contacts).where(contacts.c.id == bindparam("one"))
_UNTIL: Final = select(contacts.c.until_at).where(contacts.c.id == bindparam("one"))
_RESEAL: Final = (
    update(contacts)
    .where(contacts.c.id == bindparam("one"))
    .values(
        channel=bindparam("via"),
        carrier=bindparam("by"),
        staff=bindparam("whose"),
        sender_hash=bindparam("hashed"),
        sealed=bindparam("s"),
        wrapped=bindparam("w"),
        epoch=bindparam("e"),
        unreachable_at=None,
    )
)
_RENAME: Final = (
    update(senders)
    .where(senders.c.pseudonym == bindparam("old"))
    .values(pseudonym=bindparam("new"), epoch=bindparam("in_epoch"), tie=bindparam("anew"))
)
_MUTED: Final = select(exists().where(muted.c.sender_hash == bindparam("who")))
_WISHES: Final = select(
    exists().where(muted.c.sender_hash == bindparam("who")),
    exists().where(discreet.c.sender_hash == bindparam("who")),
    select(discreet.c.open_until).where(discreet.c.sender_hash == bindparam("who")).scalar_subquery(),
)
_UNMUTE: Final = delete(muted).where(muted.c.sender_hash == bindparam("who"))


@dataclass(frozen=True, slots=True)
class Address:
    """Where a contact is reached, opened for one sending.

    muted: they asked for silence; only alerts may go. discreet: nothing of ours may show what it is about, but until
    open_until, when their word was said. brief: a private reporter's, soon forgotten.
    """

    channel: Channel
    carrier: str
    address: str = field(repr=False)
    locale: Locale
    muted: bool = False
    discreet: bool = False
    open_until: datetime | None = None
    brief: bool = False


# ── The same person again ────────────────────────────────────────────────────────────────────────────────────
def is_hidden(channel: Channel, address: str) -> bool:
    """Whether nobody can be recognised or answered by this: nothing, or a word where an SMS has its number."""
    return not address or (channel is Channel.SMS and not _NUMBER.fullmatch(address))


def pseudonym(keyring: Keyring, channel: Channel, address: str, now: datetime) -> bytes:
    """16 bytes that stay the same for an address within a month (UTC)."""
    return _hash(keyring.current(Domain.PEPPER, now).secret, channel, address)[:_PSEUDONYM_BYTES]


def previous(keyring: Keyring, channel: Channel, address: str, now: datetime) -> bytes | None:
    """The pseudonym of last month, in the first 72 hours of this one; None after, or when its pepper is gone."""
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if now - month >= LOOK_BACK:
        return None
    try:
        pepper = keyring.at(Domain.PEPPER, epoch_of(Domain.PEPPER, month - timedelta(days=1)))
    except KeyGone:
        return None
    return _hash(pepper, channel, address)[:_PSEUDONYM_BYTES]


def sender_hash(keyring: Keyring, channel: Channel, address: str) -> bytes:
    """32 bytes that stay the same for an address as long as the deployment lives."""
    return _hash(keyring.at(Domain.DEDUP, "all"), channel, address)


def is_same(one: str, other: str) -> bool:
    """Whether two addresses of a channel are of one person: a number by WhatsApp rings on the phone of its SMS."""
    return _number(one) == _number(other)


def _number(address: str) -> str:
    return address.removeprefix(_APP)


def _hash(key: bytes, channel: Channel, address: str) -> bytes:
    return hmac.digest(key, f"{channel}\x00{_number(address)}".encode("utf-8", "surrogatepass"), "sha256")


# ── Contacts ─────────────────────────────────────────────────────────────────────────────────────────────────
def find_or_add(
    conn: Connection,
    keyring: Keyring,
    *,
    channel: Channel,
    carrier: str,
    address: str,
    locale: Locale,
    now: datetime,
) -> str:
    """The contact of whoever has this address, known this month (or by the look-back); made when there is none."""
    mine = pseudonym(keyring, channel, address, now)
    names = (mine, previous(keyring, channel, address, now) or mine)
    rows = conn.execute(select(senders).where(senders.c.pseudonym.in_(names))).all()
    found = (row for row in rows if leads(keyring, row.tie, row.pseudonym, row.contact))
    for row in sorted(found, key=lambda row: row.pseudonym != mine):
        if row.pseudonym != mine:
            rename(conn, keyring, old=row.pseudonym, new=mine, contact=row.contact, now=now)
        return str(row.contact)
    place = Address(channel=channel, carrier=carrier, address=address, locale=locale)
    return add(conn, keyring, place, pseudonym=mine, now=now)


def add(conn: Connection, keyring: Keyring, place: Address, *, pseudonym: bytes, now: datetime) -> str:
    """Makes a reporter's contact under a pseudonym of this month."""
    contact = _insert(conn, keyring, place, now=now)
    # A row that is there already is none of ours: its tie did not hold.
    conn.execute(sql.upsert(conn, senders, "epoch", "contact", "tie"), _sender(keyring, pseudonym, contact, now))
    return contact


def add_brief(conn: Connection, keyring: Keyring, place: Address, *, until: datetime, now: datetime) -> str:
    """Makes a private reporter's contact: under no pseudonym, gone by `until`; it tells no time but that.

    Its address is sealed as replies are, under the key of a watch.
    """
    made = now.replace(minute=0, second=0, microsecond=0)
    return _insert(conn, keyring, place, now=made, until_at=until)


def rename(conn: Connection, keyring: Keyring, *, old: bytes, new: bytes, contact: str, now: datetime) -> None:
    """Moves whoever was found under last month's pepper to this month's."""
    row = _sender(keyring, new, contact, now)
    conn.execute(_RENAME, {"old": old, "new": new, "in_epoch": row["epoch"], "anew": row["tie"]})


def leads(keyring: Keyring, tie: bytes | None, pseudonym: bytes, contact: str) -> bool:
    """Whether it was us who said that this pseudonym is this contact's. tie: of `senders`."""
    return holds(keyring, tie, Tie.SENDER, pseudonym, contact)


def _sender(keyring: Keyring, pseudonym: bytes, contact: str, now: datetime) -> dict[str, Any]:
    tie = made(keyring, Tie.SENDER, pseudonym, contact)
    return {"pseudonym": pseudonym, "epoch": epoch_of(Domain.PEPPER, now), "contact": contact, "tie": tie}


def address(conn: Connection, keyring: Keyring, contact: str) -> Address:
    """Opens an address. Raises LookupError when there is no such contact; Tampered, KeyGone."""
    row = conn.execute(_ONE, {"one": contact}).first()
    if row is None:
        raise LookupError("no such contact")
    place = opened(keyring, row)
    if row.staff is not None:
        return place
    who = sender_hash(keyring, place.channel, place.address)
    hushed, hides, until = conn.execute(_WISHES, {"who": who}).one()
    brief = row.until_at is not None
    return replace(place, muted=bool(hushed), discreet=bool(hides), open_until=until, brief=brief)


def opened(keyring: Keyring, row: Any) -> Address:
    """The address in a row of contacts. Raises Tampered, KeyGone."""
    within = _within(row.channel, row.carrier, row.staff, row.sender_hash)
    domain = Domain.OUTBOX if row.epoch is not None and is_passing(row.epoch) else Domain.CONTACT
    read = loads(open_row(keyring, domain, (contacts.name, row.id), row, within=within))
    return Address(Channel(row.channel), row.carrier, read["address"], Locale(read["locale"]))


def reseal(conn: Connection, keyring: Keyring, contact: str, place: Address, *, now: datetime) -> None:
    """Sets a reporter's carrier, address and locale; whoever is told anew where they are is reachable again."""
    _reseal(conn, keyring, contact, place, now=now)


def _reseal(
    conn: Connection,
    keyring: Keyring,
    contact: str,
    place: Address,
    *,
    now: datetime,
    staff: str | None = None,
    sender_hash: bytes | None = None,
) -> None:
    within = _within(place.channel, place.carrier, staff, sender_hash)
    is_brief = conn.execute(_UNTIL, {"one": contact}).scalar() is not None
    sealed = _sealed(keyring, contact, place, now, within=within, brief=is_brief)
    columns = {"s": sealed.sealed, "w": sealed.wrapped, "e": sealed.epoch}
    way = {"via": place.channel.value, "by": place.carrier, "whose": staff, "hashed": sender_hash}
    conn.execute(_RESEAL, {"one": contact, **way, **columns})


def move(conn: Connection, keyring: Keyring, contact: str, new: str, *, now: datetime) -> None:
    """The carrier gave this chat another address: replies go there, and what comes from there is the same person."""
    place = address(conn, keyring, contact)
    row = conn.execute(_ONE, {"one": contact}).one()
    there = Address(place.channel, place.carrier, new, place.locale)
    _reseal(conn, keyring, contact, there, now=now, staff=row.staff, sender_hash=row.sender_hash)
    if place.brief:
        return
    name = pseudonym(keyring, place.channel, new, now)
    conn.execute(sql.insert_unless_there(conn, senders), _sender(keyring, name, contact, now))


def add_staff_contact(
    conn: Connection,
    keyring: Keyring,
    *,
    staff: str,
    channel: Channel,
    carrier: str,
    address: str,
    locale: Locale,
    now: datetime,
) -> str:
    """Where a member of staff is alerted: one for each channel, a new one replaces the old. Returns the contact.

    Apart from what they may report themselves: as a reporter the same phone has another contact without a name.
    """
    who = sender_hash(keyring, channel, address)
    conn.execute(
        delete(contacts).where(
            (contacts.c.sender_hash == who) | ((contacts.c.staff == staff) & (contacts.c.channel == channel.value))
        )
    )
    place = Address(channel=channel, carrier=carrier, address=address, locale=locale)
    return _insert(conn, keyring, place, now=now, staff=staff, sender_hash=who)


def _insert(conn: Connection, keyring: Keyring, place: Address, *, now: datetime, **more: Any) -> str:
    contact = secrets.token_hex(16)
    within = _within(place.channel, place.carrier, more.get("staff"), more.get("sender_hash"))
    conn.execute(
        _INSERT,
        {
            "id": contact,
            "channel": place.channel.value,
            "carrier": place.carrier,
            "staff": None,
            "sender_hash": None,
            "created_at": now,
            "until_at": None,
            **_sealed(keyring, contact, place, now, within=within, brief="until_at" in more).columns(),
            **more,
        },
    )
    return contact


def _sealed(keyring: Keyring, contact: str, place: Address, now: datetime, *, within: str, brief: bool) -> Sealed:
    body = dumps({"address": place.address, "locale": place.locale})
    domain = Domain.OUTBOX if brief else Domain.CONTACT
    return seal_row(keyring, domain, (contacts.name, contact), body, now=now, within=within)


def _within(channel: str, carrier: str, staff: str | None, sender_hash: bytes | None) -> str:
    """What of its row an address is bound to: no reporter is written to by another way, or as if they were staff."""
    return f"{channel}:{carrier}:{staff or ''}:{bytes(sender_hash or b'').hex()}"


# ── Silence ──────────────────────────────────────────────────────────────────────────────────────────────────
def mute(conn: Connection, who: bytes, *, now: datetime) -> None:
    """Notes that a sender (by `sender_hash`) wants nothing sent."""
    conn.execute(sql.insert_unless_there(conn, muted), {"sender_hash": who, "since_at": now})


def unmute(conn: Connection, who: bytes) -> None:
    """Answers may be sent again."""
    conn.execute(_UNMUTE, {"who": who})


def is_muted(conn: Connection, who: bytes) -> bool:
    """Whether this sender asked for silence."""
    return bool(conn.execute(_MUTED, {"who": who}).scalar_one())
