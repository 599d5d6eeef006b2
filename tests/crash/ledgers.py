"""Reads the database after the crash: what was said, and which replies were owed to whom."""

from collections import Counter
from typing import Any

from sqlalchemy import Connection, func, select

from bot.vocabulary import Channel
from storage import contacts, tables
from storage.keys import Keyring


def utterances(connection: Connection) -> list[Any]:
    """Every utterance part."""
    parts = tables.parts
    return list(connection.execute(select(parts).where(parts.c.kind == "utterance")))


def owed(connection: Connection, keyring: Keyring) -> Counter[tuple[Channel, str]]:
    """How many replies were decided for each (channel, address)."""
    o = tables.outbox.c
    rows = connection.execute(select(o.contact, func.count()).where(o.kind == "reply").group_by(o.contact))
    counted: Counter[tuple[Channel, str]] = Counter()
    for contact, count in rows:
        place = contacts.address(connection, keyring, contact)
        counted[place.channel, place.address] += count
    return counted
