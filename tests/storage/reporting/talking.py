"""Telling something privately, and looking at what is kept of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.vocabulary import Channel, Conversation, Decision, Effect, File, Known, Message, Mode, Sent
from storage.database.engine import Store
from storage.keys import Keyring
from storage.outgoing import delivery, outbox
from storage.outgoing.outbox import Parcel
from storage.reporting import talks, traces, unsettled
from tests.storage import making
from tests.storage.making import message

CODE = "4829136500277410"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LEASE = timedelta(seconds=60)


def private(*effects: Effect, about: File | None = None, replies: Sequence[str] = (), now: datetime) -> Decision:
    talk = making.ongoing(about, now) if about is not None else Conversation()
    return making.decision(*effects, conversation=replace(talk, mode=Mode.PRIVATE), replies=replies)


def filed(code: str = CODE, **more: Any) -> File:
    return replace(making.filing(code=code, **more), mode=Mode.PRIVATE)


async def told(store: Store, keyring: Keyring, at: datetime, number: int = 1, **more: Any) -> File:
    """Somebody tells something privately."""
    file = more.pop("file", None) or filed()
    replies = more.pop("replies", ["private.filed"])
    decided = private(file, about=file, replies=replies, now=at)
    await making.say(store, keyring, message(number, **more), decided, now=at)
    return file


def chat(number: int, **more: Any) -> Message:
    return message(
        number,
        address="7700000011",
        channel=Channel.TELEGRAM,
        carrier="telegram",
        external_id=f"u{number}",
        own_id=f"{number}",
        **more,
    )


async def known(store: Store, keyring: Keyring, now: datetime, number: int, **more: Any) -> Known:
    seen: list[Known] = []

    def look(known: Known) -> Decision:
        seen.append(known)
        return making.decision(conversation=known.conversation)

    codes = more.pop("codes", ())
    await making.say(store, keyring, message(number, **more), look, now=now, codes=codes)
    return seen[0]


async def claim(store: Store, keyring: Keyring, now: datetime) -> list[Parcel]:
    return await store.write(lambda conn: outbox.claim(conn, keyring, owner="me", now=now, limit=9, lease=LEASE))


async def send(store: Store, keyring: Keyring, now: datetime, parcel: Parcel, *ids: str) -> None:
    assert await store.write(lambda conn: delivery.sent(conn, keyring, parcel, Sent(ids), carrier="", now=now))


async def note(store: Store, keyring: Keyring, now: datetime, parcel: Parcel, *ids: str) -> None:
    """As `send`, on Telegram: what it is called there is remembered."""
    assert await store.write(lambda conn: delivery.sent(conn, keyring, parcel, Sent(ids), carrier="telegram", now=now))


async def wiped(store: Store, keyring: Keyring, now: datetime, parcel: Parcel) -> list[str]:
    """Does an errand; the names of the messages that it deleted."""
    found = await store.read(lambda conn: traces.of(conn, keyring, contact=parcel.contact, now=now))
    assert await store.write(lambda conn: delivery.wiped(conn, keyring, parcel, found, now=now))
    return [trace.own_id for trace in found]


async def counts(store: Store, *tables_: Any) -> list[int]:
    return [await making.count(store, table) for table in tables_]


async def end(store: Store, now: datetime) -> int:
    return await store.write(lambda conn: talks.end(conn, now))


def look(conn: Connection, keyring: Keyring, now: datetime) -> int:
    """As the worker does each minute, in one transaction: looks at what waits, then ends talks."""
    seen = unsettled.look(conn, keyring, now)
    unsettled.write_down(conn, keyring, seen, seen.ids)
    return unsettled.end_talks(conn, seen, written=True)
