"""A database in which everything that a key wraps lives, and every sealed cell of it with the one way to open it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update

from bot.vocabulary import Channel, MediumKind, Sent
from storage import tables
from storage.database.engine import Store
from storage.encoding import dumps
from storage.intake import ledger
from storage.keycare.wraps import KINDS
from storage.keys import Domain, Keyring
from storage.outgoing import outbox
from storage.people import enrolling
from storage.reporting import traces
from storage.rows import open_row, seal_row, wrap
from storage.sealing import unseal
from storage.words import media
from storage.words.vault import Stored
from tests.storage import making


async def live(store: Store, keyring: Keyring, now: datetime) -> None:
    """Through the real ways where there are any; seals of people as storage.rows wraps them."""
    await making.prepare(store, keyring, now)
    file = making.filing()
    talk = making.ongoing(file, now)
    first = making.message(1, media=(making.medium(), making.medium()))
    await making.say(store, keyring, first, making.decision(file, replies=["filed"], conversation=talk), now=now)
    second = making.message(2, address=making.OTHER_PHONE)
    await making.say(store, keyring, second, making.decision(making.filing(code="111111"), replies=["filed"]), now=now)
    await store.write(lambda c: _more(c, keyring, file.report, now))
    await making.keep(store, keyring, making.message(3), making.message(4), now=now)


def _more(conn: Connection, keyring: Keyring, report: str, now: datetime) -> None:
    raw = b"no message at all"
    ledger.keep_dead(conn, keyring, channel=Channel.SMS, raw=raw, reason="unreadable", now=now)
    (parcel, _waits) = outbox.claim(conn, keyring, owner="me", now=now, limit=2, lease=timedelta(minutes=1))
    outbox.sent(conn, keyring, parcel, Sent(("SM1",)), now=now)
    traces.ours(conn, keyring, contact=parcel.contact, ids=["77"], report=report, now=now)
    body = dumps({"text": "x y"})
    example = seal_row(keyring, Domain.CONTENT, ("examples", "e" * 32), body, now=now)
    conn.execute(insert(tables.examples).values(id="e" * 32, report=report, at=now, **example.columns()))
    who = b"w" * 32
    words = seal_row(keyring, Domain.CONTACT, ("discreet", who.hex()), b"{}", now=now)
    conn.execute(insert(tables.discreet).values(sender_hash=who, since_at=now, tries=0, **words.columns()))
    fetch = media.claim(conn, keyring, owner="me", now=now, limit=1, lease=timedelta(minutes=1))[0]
    known = media.Known(MediumKind.PHOTO, "image/jpeg", stripped=True)
    media.kept(conn, keyring, fetch, Stored("aa/" + "a" * 32, 9, b"k" * 32), known, now=now, unheard=False)
    _seal_to_people(conn, keyring, fetch.id, now)
    conn.execute(insert(tables.staff).values(id="z" * 32, name="زينب", created_at=now))
    enrolling.enrol(conn, keyring, person="z" * 32, secret=b"s" * 20, step=1, hashes=("x",), instead=None, now=now)


def _seal_to_people(conn: Connection, keyring: Keyring, medium: str, now: datetime) -> None:
    person = {"id": "r" * 32, "office": making.OFFICE, "desk": "women", "public_key": b"p", "signing_key": b"s"}
    conn.execute(insert(tables.recipients).values(**person, added_at=now, effective_at=now))
    part = conn.execute(select(tables.parts.c.id).limit(1)).scalar_one()
    code = conn.execute(select(tables.codes.c.hash).limit(1)).scalar_one()
    facts = wrap(keyring, Domain.CONTENT, ("codes", "facts", bytes(code).hex()), b"hpke", now=now)
    here = update(tables.codes).where(tables.codes.c.hash == code)
    conn.execute(here.values(facts=facts.blob, epoch=facts.epoch))
    for table, one, other in (
        (tables.part_seals, ("part", part), ("recipient", "r" * 32)),
        (tables.code_seals, ("part", part), ("code", bytes(code))),
        (tables.medium_seals, ("medium", medium), ("recipient", "r" * 32)),
    ):
        words = [value if isinstance(value, str) else value.hex() for _, value in (one, other)]
        sealed = wrap(keyring, Domain.CONTENT, (table.name, "sealed", ":".join(words)), b"hpke", now=now)
        conn.execute(insert(table).values(dict((one, other)) | {"sealed": sealed.blob, "epoch": sealed.epoch}))


# ── Every sealed cell ────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Cell:
    """A sealed value where it stands, and the keys that it is opened with."""

    table: str
    row: str
    column: str
    blob: bytes
    epoch: str
    domain: Domain
    keyring: Keyring
    way: Callable[[Keyring, bytes, str], bytes]

    def open(self, blob: bytes, epoch: str) -> bytes:
        """What is in it when these stand there instead of its blob and epoch."""
        return self.way(self.keyring, blob, epoch)

    @property
    def name(self) -> str:
        """Where it stands, in words."""
        return f"{self.table}.{self.column}[{self.row[:8]}]"


async def cells(store: Store, keyring: Keyring) -> list[Cell]:
    """Every sealed value of every table that names an epoch."""
    found: list[Cell] = []
    of = {row.id: row.report for row in await making.rows(store, tables.parts)}
    for table in tables.metadata.sorted_tables:
        if "epoch" in table.columns and not {"sealed", "facts"}.isdisjoint(table.columns.keys()):
            for row in await making.rows(store, table):
                found += _cells(keyring, table, row, of)
    return found


def _cells(keyring: Keyring, table: Table, row: Any, of: Mapping[str, str]) -> Iterator[Cell]:
    if row.epoch is None:
        return
    domain, name = _domain(table, row), _name(table, row)
    direct = [column for column in ("sealed", "wrapped", "carrier_ids", "facts") if column in table.columns]
    if "wrapped" in table.columns:
        direct.remove("sealed")
        if row.sealed is not None:
            way = _under(domain, (table.name, name), row, _within(table, row, of))
            yield Cell(table.name, name, "sealed", row.sealed, row.epoch, domain, keyring, way)
    for column in direct:
        blob = getattr(row, column)
        if blob is not None:
            way = _directly(domain, (table.name, column, name))
            yield Cell(table.name, name, column, bytes(blob), row.epoch, domain, keyring, way)


def _directly(domain: Domain, context: tuple[str, str, str]) -> Callable[[Keyring, bytes, str], bytes]:
    return lambda keyring, blob, epoch: unseal(keyring.at(domain, epoch), blob, *context, epoch)


def _within(table: Table, row: Any, of: Mapping[str, str]) -> str:
    """What else a value is bound to. of: the report of each part."""
    match table.name:
        case "parts":
            return str(row.report)
        case "media":
            return f"{row.part}:{of[row.part]}"
        case "contacts":
            return f"{row.channel}:{row.carrier}:{row.staff or ''}:{bytes(row.sender_hash or b'').hex()}"
        case _:
            return ""


def _under(domain: Domain, place: tuple[str, str], row: Any, within: str) -> Callable[[Keyring, bytes, str], bytes]:
    """Under the data key that the same row wraps."""
    return lambda keyring, blob, epoch: open_row(
        keyring,
        domain,
        place,
        SimpleNamespace(sealed=blob, wrapped=row.wrapped, epoch=epoch),
        within=within,
    )


def _domain(table: Table, row: Any) -> Domain:
    if table is tables.media:
        return Domain.CONTENT if row.path else Domain.DOOR
    if table in (tables.inbound, tables.conversations, tables.talks):
        return Domain.DOOR
    if table is tables.outbox and row.sealed is not None:
        return Domain.OUTBOX
    known = {kind.table.name: kind.domain for kind in KINDS}
    return known.get(table.name, Domain.INTAKE)


def _name(table: Table, row: Any) -> str:
    keys = ["dedup"] if table is tables.inbound else [column.name for column in table.primary_key]
    values = (getattr(row, key) for key in keys)
    return ":".join(value if isinstance(value, str) else bytes(value).hex() for value in values)
