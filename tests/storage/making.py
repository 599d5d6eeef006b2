"""Invented messages, decisions and rows for the tests of storage. Numbers are of the range +964 770 000 00xx only."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

from bot.vocabulary import (
    Analysis,
    Category,
    Channel,
    Conversation,
    Decision,
    Desk,
    Destination,
    Effect,
    Facts,
    File,
    Guess,
    Known,
    Language,
    Locale,
    Medium,
    MediumKind,
    Message,
    Ongoing,
    Place,
    Reply,
    Urgency,
)
from storage import keys, tables
from storage.database.engine import Store
from storage.intake import ledger
from storage.intake.ledger import Settled, Waiting
from storage.keys import Keyring

PHONE = "+9647700000011"
OTHER_PHONE = "+9647700000012"
TEXT = "انباك ماطوري بالشعلة"
OFFICE, DESK = "baghdad-shula", Desk.GENERAL
PLACE = Place("IQ-BG-shula", "quarter", "الشعلة", "", "Shula", "IQ-BG", ("IQ-BG-shula", "IQ-BG"))
THEFT = Facts(Category.THEFT, Urgency.NORMAL, sensitive=False)


def message(number: int, *, address: str = PHONE, text: str = TEXT, **more: Any) -> Message:
    """The number-th message; the same number is the same delivery."""
    plain = Message(
        Channel.SMS, "twilio", account="AC0", external_id=f"SM{number}", address=address, sequence=number, text=text
    )
    return replace(plain, **more)


def medium() -> Medium:
    """A photo that a carrier keeps for us."""
    return Medium(MediumKind.PHOTO, "https://carrier.example/media/1", "image/jpeg", 1000)


def analysis(text: str = TEXT, facts: Facts = THEFT) -> Analysis:
    """What was understood of a text that says `facts`."""
    return Analysis(
        clean=text,
        key=text,
        language=Language.AR,
        guesses=(Guess(facts.category, 0.9),),
        urgency=facts.urgency,
        sensitive=facts.sensitive,
    )


def filing(
    *, facts: Facts = THEFT, desk: Desk = DESK, office: str = OFFICE, code: str = "482913", place: Place | None = PLACE
) -> File:
    """An effect that files a new report."""
    report = secrets.token_hex(16)
    to = Destination(office, desk, "coverage")
    return File(report, f"IQ-{report[:9]}", code, to, facts, place, analysis(facts=facts))


def ongoing(file: File, now: datetime) -> Conversation:
    """The conversation right after a report was filed."""
    about = Ongoing(file.report, file.number, file.code, file.facts, file.to.office, file.to.desk, now)
    return Conversation(ongoing=about, introduced=True)


def decision(*effects: Effect, conversation: Conversation | None = None, replies: Sequence[str] = ()) -> Decision:
    """What follows: these effects, and replies by their keys."""
    said = tuple(Reply(key, {"number": "IQ-4F7K2"}) for key in replies)
    return Decision(conversation or Conversation(), Locale.AR, said, effects)


async def prepare(store: Store, keyring: Keyring, now: datetime) -> None:
    """Registers the keys and adds one office with every desk."""

    def work(conn: Connection) -> None:
        keys.register(conn, keyring, now)
        for office in (OFFICE, "women-baghdad", "other-office"):
            conn.execute(
                insert(tables.offices), {"code": office, "kind": "forum", "name_ar": "منتدى", "languages": ["ar"]}
            )

    await store.write(work)


async def keep(store: Store, keyring: Keyring, *messages: Message, now: datetime) -> None:
    """Keeps messages as a door does."""
    envelopes = [ledger.envelope(keyring, one, now) for one in messages]
    await store.write(lambda conn: ledger.keep(conn, envelopes))


async def waiting(store: Store, keyring: Keyring, *, now: datetime) -> list[Waiting]:
    """What waits to be settled."""
    return await store.write(lambda conn: ledger.waiting(conn, keyring, now=now, limit=100))


async def settle(
    store: Store,
    keyring: Keyring,
    one: Waiting,
    decide: Callable[[Known], Decision] | Decision,
    *,
    now: datetime,
    codes: Sequence[str] = (),
) -> Settled:
    """Settles one message with a decision, or a function that makes it."""
    chosen = decide if callable(decide) else lambda _known: decide
    said = {"keyring": keyring, "waiting": one, "codes": codes, "now": now}
    return await ledger.settle_wholly(store, decide=chosen, **said)


async def say(
    store: Store,
    keyring: Keyring,
    one: Message,
    decide: Callable[[Known], Decision] | Decision,
    *,
    now: datetime,
    codes: Sequence[str] = (),
) -> Settled:
    """Keeps one message and settles it."""
    await keep(store, keyring, one, now=now)
    dedup = ledger.envelope(keyring, one, now).dedup
    (here,) = [found for found in await waiting(store, keyring, now=now) if found.dedup == dedup]
    return await settle(store, keyring, here, decide, now=now, codes=codes)


async def count(store: Store, table: Table) -> int:
    """How many rows a table has."""
    return await store.read(lambda conn: int(conn.execute(select(func.count()).select_from(table)).scalar_one()))


async def rows(store: Store, table: Table) -> list[Any]:
    """All rows of a table, as they were put in: PostgreSQL fills the gaps of an emptied table in any order."""

    def read(conn: Connection) -> list[Any]:
        put_in = (text("xmin::text::bigint"), text("cmin::text::bigint")) if conn.dialect.name == "postgresql" else ()
        return list(conn.execute(select(table).order_by(*put_in)).all())

    return await store.read(read)


def reply() -> Reply:
    """Words of a coordinator."""
    return Reply("answer", {"number": "IQ-4F7K2", "text": "وصلت"})


def staff_id(name: str) -> str:
    """The id that `add_staff` gives this name."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


async def add_staff(store: Store, name: str, *, office: str, desk: Desk, now: datetime, **more: Any) -> str:
    """A member of staff with one grant; returns the id, which is the same for the same name."""
    id = staff_id(name)

    def work(conn: Connection) -> None:
        conn.execute(insert(tables.staff), {"id": id, "name": name, "created_at": now})
        grant = {"staff": id, "office": office, "desk": desk.value, "role": "coordinator", "until_at": None} | more
        conn.execute(insert(tables.grants), grant)

    await store.write(work)
    return id
