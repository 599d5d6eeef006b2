"""A busy database, wound forward by 400 days: exactly what may stay is there, table by table, on each day that matters.

Every row that is laid down here says itself on which day it goes; the purge is not asked.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import pytest
from sqlalchemy import Connection, Table, func, insert, select

from storage import keys, tables
from storage.database.engine import Store
from storage.keys import Domain, Keyring
from storage.purging import retention
from storage.purging.schedule import DAY, SCHEDULE
from storage.rows import seal_row
from tests.databases import on_sqlite_mostly
from tests.storage import holding, making
from tests.storage.making import OFFICE

EVER: Final = 10_000
CONTENT: Final = ("parts", "codes", "media", "part_seals", "code_seals", "medium_seals", "examples")


@dataclass
class World:
    """The rows that were laid down: (table, first day on which it is gone)."""

    conn: Connection
    keyring: Keyring
    now: datetime
    laid: list[tuple[str, int]] = field(default_factory=list)

    def lay(self, table: Table, gone: int, **values: Any) -> None:
        self.conn.execute(insert(table).values(**values))
        self.laid.append((table.name, gone))

    def left(self, day: int) -> dict[str, int]:
        """How many rows of each table may be there after the purge of this day."""
        found = dict.fromkeys((name for name, _ in self.laid), 0)
        for name, gone in self.laid:
            found[name] += day < gone
        return found


@dataclass(frozen=True)
class Story:
    """A report. closed: on which day, None when it never is. hold, agreed: until which day. talks: days of messages."""

    desk: str = "general"
    closed: int | None = None
    hold: int = 0
    agreed: int = 0
    talks: tuple[int, ...] = (0,)
    joined: str | None = None
    joined_closed: int | None = None  # when the one it was joined to is closed

    @property
    def sealed(self) -> bool:
        return self.desk in ("women", "child")

    @property
    def ended(self) -> int:
        """The day that counts for closing."""
        closed = self.joined_closed if self.joined else self.closed
        return EVER if closed is None else closed

    def gone(self, days: int, *, agreed: bool = False) -> int:
        """The day after whose purge something is gone that stays `days` after closing."""
        first = self.ended + days + 1  # the purge comes at the same hour, and a time that is just over is not past
        return min(EVER, max(first, self.hold, self.agreed if agreed else 0))

    @property
    def link_gone(self) -> int:
        silent = max(self.talks) + 61
        return min(self.gone(14), max(silent, self.hold))


def report(world: World, story: Story) -> str:
    """Lays down a report with one row of everything that may hang on it."""
    id, at = secrets.token_hex(16), world.now
    kept, said = story.gone(730), story.gone(30 if story.sealed else 90, agreed=story.sealed)
    plain = {} if story.sealed else {"category": "theft", "language": "ar", "channel": "sms"}
    closing = {} if story.closed is None else {"status": "closed", "closed_at": at + story.closed * DAY}
    world.lay(
        tables.reports,
        kept,
        id=id,
        number=f"IQ-{id[:6]}",
        office=OFFICE,
        desk=story.desk,
        urgency=1,
        opened_at=at,
        joined=story.joined,
        sealed_once=story.sealed,
        **plain,
        **closing,
    )
    if story.hold:
        holding.hold(world.conn, world.keyring, at + story.hold * DAY, report=id)
    _words(world, story, id, said)
    contact = _reachable(world, story, id)
    world.lay(tables.events, kept, id=secrets.token_hex(16), report=id, at=at, kind="file", data={})
    world.lay(tables.alerts, min(91, kept), id=secrets.token_hex(16), report=id, staff="s" * 32, rung=0, at=at)
    _sent(world, id, contact, gone=min(31, story.link_gone))
    if story.hold:
        asked = {"asked_by": "s" * 32, "asked_at": at, "confirmed_by": "t" * 32, "until_at": at + story.hold * DAY}
        asked["tie"] = b"t"  # what counts is the report's own
        world.lay(tables.holds, story.hold + 731, id=secrets.token_hex(16), report=id, reason="court", **asked)
    if story.agreed:
        agreed = {"answer": True, "until_at": at + story.agreed * DAY, "asked_by": "s" * 32, "asked_at": at}
        world.lay(
            tables.consents,
            kept,
            id=secrets.token_hex(16),
            report=id,
            office=OFFICE,
            desk="general",
            scope="words",
            **agreed,
        )
    return id


def _words(world: World, story: Story, id: str, said: int) -> None:
    keyring = world.keyring
    for day in story.talks:
        part = secrets.token_hex(16)
        sealed = seal_row(keyring, Domain.CONTENT, ("parts", part), b"{}", now=world.now)
        words = {"kind": "utterance", "at": world.now + day * DAY, **sealed.columns()}
        world.lay(tables.parts, said, id=part, report=id, **words)
    seal = {"recipient": "r" * 32, "sealed": b"s", "epoch": "2026-11"}
    world.lay(tables.part_seals, said, part=part, **seal)
    code = secrets.token_bytes(32)
    world.lay(tables.codes, said, hash=code, report=id, scope="anywhere")
    world.lay(tables.code_seals, said, part=part, code=code, sealed=b"s", epoch="2026-11")
    medium = secrets.token_hex(16)
    file = {"kind": "photo", "state": "kept", "path": f"{medium[:2]}/{medium}", "size": 1}
    world.lay(tables.media, said, id=medium, part=part, **file)
    world.lay(tables.medium_seals, said, medium=medium, **seal)
    if not story.sealed:
        id2 = secrets.token_hex(16)
        sealed = seal_row(keyring, Domain.CONTENT, ("examples", id2), b"{}", now=world.now)
        # Learnt from: 90 days after its own closing, also where a hold keeps the words themselves.
        own = EVER if story.closed is None else story.closed + 91
        world.lay(tables.examples, min(own, said), id=id2, report=id, at=world.now, **sealed.columns())


def _reachable(world: World, story: Story, id: str) -> str:
    contact = secrets.token_hex(16)
    sealed = seal_row(world.keyring, Domain.CONTACT, ("contacts", contact), b"{}", now=world.now)
    values = {"channel": "sms", "carrier": "twilio", "created_at": world.now, **sealed.columns()}
    world.lay(tables.contacts, story.link_gone, id=contact, **values)
    world.lay(tables.report_contacts, story.link_gone, report=id, contact=contact)
    # The name goes when the month's pepper does (4 December: day 13), or with the contact.
    world.lay(
        tables.senders, min(13, story.link_gone), pseudonym=secrets.token_bytes(16), epoch="2026-11", contact=contact
    )
    return contact


def _sent(world: World, report: str, contact: str, *, gone: int) -> None:
    parcel = secrets.token_hex(16)
    times = {"created_at": world.now, "due_at": world.now, "sent_at": world.now}
    body = {"channel": "sms", "epoch": "2026-11", "kind": "reply", "once": parcel, "state": "sent"}
    world.lay(tables.outbox, gone, id=parcel, report=report, contact=contact, carrier_ids=b"x", **times, **body)
    world.lay(tables.receipts, gone, hash=secrets.token_bytes(16), outbox=parcel)
    world.lay(
        tables.traces,
        3,
        id=secrets.token_hex(16),
        contact=contact,
        hash=b"h",
        at=world.now,
        sealed=b"s",
        epoch="2026-11",
        report=report,
    )


def _people(world: World) -> None:
    now = world.now
    for id, active in (("s", True), ("t", True), ("left", False)):
        world.lay(tables.staff, EVER, id=(id * 32)[:32], name=id, created_at=now, active=active)
    left = ("left" * 32)[:32]
    world.lay(tables.duty, 0, id="1", office=OFFICE, desk="general", staff=left)
    world.lay(tables.duty, EVER, id="2", office=OFFICE, desk="general", staff="s" * 32)
    grant = {"staff": "s" * 32, "office": OFFICE, "role": "coordinator"}
    world.lay(tables.grants, EVER, **grant, desk="general", until_at=None)
    world.lay(tables.grants, 41, **grant, desk="urgent", until_at=now + 10 * DAY)
    for name, gone in (("contacts", 0), ("phones", EVER)):
        sealed = seal_row(world.keyring, Domain.CONTACT, ("contacts", name), b"{}", now=now)
        owner = left if gone == 0 else "s" * 32
        values = {"channel": "sms", "carrier": "twilio", "created_at": now, **sealed.columns()}
        world.lay(tables.contacts, gone, id=name, staff=owner, **values)
    session = {"staff": "s" * 32, "form_token": "x", "created_at": now}
    world.lay(tables.sessions, 1, token_hash=b"1", seen_at=now, **session)
    world.lay(tables.tokens, 91, token_hash=b"1", staff="s" * 32, created_at=now, expires_at=now + 90 * DAY)
    world.lay(tables.login_links, 1, token_hash=b"1", staff="s" * 32, expires_at=now + DAY / 24)
    world.lay(tables.devices, 91, token_hash=b"1", staff="s" * 32, created_at=now)
    world.lay(tables.guesses, 2, source=b"1", slot_at=now, crowd=False, wrong=5, amid=0, refused=9)
    public = {"public_key": b"k", "signing_key": b"k", "added_at": now, "effective_at": now}
    world.lay(tables.recipients, EVER, id="r" * 32, office=OFFICE, desk="women", **public)


def _intake(world: World) -> None:
    now, name = world.now, secrets.token_bytes(16)
    row = {"channel": "sms", "pseudonym": name, "epoch": "2026-11-21", "received_at": now}
    world.lay(tables.effaced, 2, hash=b"1", epoch="2026-11-20", at=now)
    world.lay(tables.inbound, 31, dedup=b"1", sequence=1, settled_at=now, **row)
    world.lay(tables.inbound, EVER, dedup=b"2", sequence=2, sealed=b"waits", **{**row, "received_at": now + 2 * DAY})
    world.lay(tables.conversations, 4, pseudonym=name, sealed=b"s", epoch="2026-11-21", updated_at=now)
    # For a day after its end a talk leaves a mark, until the hour is full.
    for id, gone, until in (("a", 2, now + DAY / 48), ("b", 1, now)):
        talk = {"found_by": id.encode(), "sealed": b"s", "epoch": "2026-11-21"}
        world.lay(tables.talks, gone, id=id, until_at=until, **talk)
    sealed = seal_row(world.keyring, Domain.CONTENT, ("dead_letters", "d"), b"{}", now=now)
    letter = {"channel": "sms", "received_at": now, "reason": "unreadable", **sealed.columns()}
    world.lay(tables.dead_letters, 91, id="d", dedup=b"d", **letter)
    world.lay(tables.muted, EVER, sender_hash=b"m", since_at=now)
    world.lay(tables.veils, EVER, sender_hash=b"v")
    timer = {"kind": "x", "data": {}, "due_at": now}
    world.lay(tables.timers, 31, id="1", once="1", done_at=now, **timer)
    world.lay(tables.timers, EVER, id="2", once="2", **timer)


def _house(world: World) -> None:
    now = world.now
    term = {"kind": "word", "phrase": "x", "key": "x", "target": "theft", "weight": 1.0, "added_at": now}
    world.lay(tables.terms, EVER, id="1", **term)
    world.lay(tables.terms, 731, id="2", **{**term, "key": "y"}, removed_at=now)
    world.lay(tables.terms, 31, id="3", **{**term, "key": "z"}, removed_at=now - 700 * DAY)
    drill = {"kind": "drill", "took_ms": 1, "well": True, "data": {}}
    world.lay(tables.drills, 31, id="1", at=now - 700 * DAY, **drill)
    world.lay(tables.drills, 731, id="2", at=now, **drill)


def _stories() -> Iterator[Story]:
    yield Story()  # never closed, and silent after the first day
    yield Story(talks=(0, 40, 200))
    for desk in ("general", "women"):
        yield Story(desk, closed=0)
        yield Story(desk, closed=20)
        yield Story(desk, closed=3, hold=150)
        yield Story(desk, closed=3, hold=5)
    yield Story("child", closed=3, agreed=120)
    yield Story("women", closed=250, talks=(0, 30, 80, 130, 180, 230))


def busy(conn: Connection, keyring: Keyring, now: datetime) -> World:
    """Everything at once."""
    world = World(conn, keyring, now)
    _people(world)
    for story in _stories():
        report(world, story)
    root = Story(closed=60, talks=(0, 50))
    part = Story(closed=2, joined=report(world, root), joined_closed=60)
    report(world, part)
    _intake(world)
    _house(world)
    return world


def _days(world: World) -> list[int]:
    """Those on which something goes, and those before, up to the 400th."""
    turns = {gone for _, gone in world.laid if 0 < gone <= 400}
    return sorted({0, 400} | turns | {day - 1 for day in turns})


def _count(conn: Connection, names: list[str]) -> dict[str, int]:
    all_ = tables.metadata.tables
    return {name: int(conn.execute(select(func.count()).select_from(all_[name])).scalar_one()) for name in names}


@pytest.mark.slow
@on_sqlite_mostly
async def test_of_a_busy_database_exactly_what_may_stay_is_left(store: Store, keyring: Keyring, now: datetime) -> None:
    await making.prepare(store, keyring, now)
    world = await store.write(lambda c: busy(c, keyring, now))
    names = sorted({name for name, _ in world.laid})
    ended = {table for stays in SCHEDULE if stays.rules for table in stays.tables}
    # Rows of the discreet stay: what ends in them is that a word was tried. Those of keys: test_door_keys.
    assert ended - set(names) == {"audit", "checkpoints", "discreet", "keys"}, "a table that ends is not wound forward"
    for day in _days(world):
        at = now + day * DAY

        def step(conn: Connection, at: datetime = at) -> None:
            keys.register(conn, keyring, at)
            retention.purge(conn, keyring, at)

        await store.write(step)
        left = await store.read(lambda c: _count(c, names))
        # Files are shredded by timers of their own, which are done at once where a worker runs.
        shreds = await store.read(
            lambda c: int(c.execute(select(func.count()).where(tables.timers.c.kind == "shred")).scalar_one())
        )
        left["timers"] -= shreds
        assert left == world.left(day), f"day {day}"
    assert shreds == sum(1 for name, gone in world.laid if name == "media" and gone <= 400)
