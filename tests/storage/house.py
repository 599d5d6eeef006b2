"""A women's desk that is on: focal points whose keys are here, a recovery key, and messages sealed to them."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from bot.vocabulary import Category, Desk, Facts, File, MediumKind, Role, Urgency
from storage import keys, tables
from storage.casework import cases, opening
from storage.casework.acts import Act
from storage.casework.opening import Opened
from storage.database.engine import Store
from storage.desks import ceremonies, membership
from storage.keys import Domain, KeyGone, Keyring
from storage.sealed import keypairs, paper, recipients
from storage.sealed.keypairs import Unlocked
from storage.sealing import Tampered, unseal
from storage.words import media
from storage.words.media import Known
from storage.words.vault import Stored
from tests.staffing import KARRADA, hire, town
from tests.storage import making
from tests.storage.making import message

WORDS = "زوجي يهددني كل يوم"
NOTE, ANSWER = "لا تتصلوا بها نهارا", "احنا وياج نحچي باچر"
CODE = "4821930000000017"
SECRETS = (WORDS, NOTE, ANSWER)
FILE_KEY = b"f" * 32
VIOLENCE = Facts(Category.DOMESTIC_VIOLENCE, Urgency.HIGH, sensitive=True)
PLACE = (KARRADA, "women")


@dataclass(slots=True)
class House:
    """keys: each person's own, by name. halves: of the recovery key, as on paper."""

    store: Store
    keyring: Keyring
    now: datetime
    people: dict[str, str] = field(default_factory=dict)
    keys: dict[str, Unlocked] = field(default_factory=dict)
    halves: tuple[str, str] = ("", "")

    async def begin(self) -> None:
        """The town, its people and a service; nothing is sealed to anybody yet."""
        await self.store.write(self._begin)

    def _begin(self, conn: Connection) -> None:
        keys.register(conn, self.keyring, self.now)
        town(conn)
        for name in ("هدى", "سلمى", "نور"):
            person = hire(conn, self.keyring, name, Role.FOCAL_POINT, office=KARRADA, desks=(Desk.WOMEN,), now=self.now)
            self.people[name] = person
        self.people["زينب"] = hire(conn, self.keyring, "زينب", Role.COORDINATOR, now=self.now)
        service = {"id": "s1", "kind": "shelter", "name_ar": "بيت", "governorate": "IQ-BG", "languages": ["ar"]}
        conn.execute(insert(tables.services), {**service, "verified_on": self.now})

    async def later(self, by: timedelta) -> None:
        """Time goes by."""
        self.now += by
        await self.store.write(lambda conn: keys.register(conn, self.keyring, self.now))

    async def recovery(self) -> Unlocked:
        """Makes the recovery key."""
        make = lambda conn: ceremonies.make_recovery(conn, self.keyring, by="officers", now=self.now)  # noqa: E731
        self.halves = await self.store.write(make)
        read = [paper.read(half)[1] for half in self.halves]
        row = await self.store.read(lambda conn: ceremonies.recovery(conn, self.keyring))
        assert row is not None
        self.keys["recovery"] = keypairs.from_seed(row.id, keypairs.joined(read[0], read[1]))
        return self.keys["recovery"]

    async def found(self, *names: str, place: tuple[str, str] = PLACE) -> None:
        """Switches the desk on with keys that no phrase locks, which takes no time."""

        def work(conn: Connection) -> None:
            rows = []
            for name in names:
                pair = keypairs.new(f"{len(self.keys):032x}")
                self.keys[name] = pair
                person = self.people[name]
                rows.append(
                    ceremonies.added(
                        conn, pair, office=place[0], desk=place[1], person=person, phrase=None, now=self.now
                    )
                )
            ceremonies.seat(conn, self.keyring, place, rows=rows, by="officers", now=self.now)

        await self.store.write(work)

    async def replace(self, lost: str, name: str, *, by: str) -> datetime:
        """Somebody's key is made, and she takes the place of one on the list."""

        def work(conn: Connection) -> datetime:
            pair = keypairs.new(f"{len(self.keys):032x}")
            person, at = self.people[name], self.now + recipients.WAITS
            ceremonies.added(
                conn, pair, office=KARRADA, desk="women", person=person, phrase=None, now=self.now, effective_at=at
            )
            letters = keypairs.fingerprint(pair.public, pair.signing_public)
            signed = {"by": self.keys[by], "lost": self.keys[lost].recipient, "recipient": pair.recipient}
            membership.replace_one(conn, self.keyring, **signed, fingerprint=letters, now=self.now)  # type: ignore[arg-type]
            self.keys[name] = pair
            return at

        return await self.store.write(work)

    async def tell(
        self, number: int = 1, *, photo: bool = True, facts: Facts = VIOLENCE, desk: Desk = Desk.WOMEN
    ) -> File:
        """A woman reports, with a photo that is fetched, and is promised a code of sixteen digits."""
        file = making.filing(facts=facts, desk=desk, office=KARRADA, code=f"{CODE[:-2]}{number:02d}", place=None)
        said = message(number, text=WORDS, media=(making.medium(),) if photo else ())
        await making.say(self.store, self.keyring, said, making.decision(file), now=self.now)
        if photo:
            await self.fetch()
        return file

    async def fetch(self, *, unheard: bool = False, kind: MediumKind = MediumKind.PHOTO) -> None:
        """Every file that waits is fetched."""
        lease = timedelta(minutes=5)

        def work(conn: Connection) -> None:
            for each in media.claim(conn, self.keyring, owner="t", now=self.now, limit=9, lease=lease):
                stored = Stored(f"ab/{each.id}", 10, FILE_KEY)
                known = Known(kind, "image/jpeg", stripped=True)
                assert media.kept(conn, self.keyring, each, stored, known, now=self.now, unheard=unheard)

        await self.store.write(work)

    async def work_on(self, file: File, name: str = "هدى") -> None:
        """A member of staff notes something and answers; a focal point with her key open."""

        def work(conn: Connection) -> None:
            version = conn.execute(
                select(tables.reports.c.version).where(tables.reports.c.id == file.report)
            ).scalar_one()
            for step, (do, text) in enumerate(((cases.note, NOTE), (cases.reply, ANSWER))):
                at = self.now + timedelta(seconds=1 + step)
                act = Act(self.people[name], file.number, version + step, at, self.keys.get(name))
                do(conn, self.keyring, act, text)

        await self.store.write(work, staff=self.people[name])

    async def open(self, file: File, name: str = "هدى", opener: Unlocked | None = None) -> Opened:
        """A report as this person sees it."""
        person = self.people[name]
        opened = await self.store.write(
            lambda conn: opening.one(conn, self.keyring, staff=person, number=file.number, now=self.now, opener=opener),
            staff=person,
        )
        assert opened is not None
        return opened

    async def texts(self, file: File, opener: Unlocked | None, name: str = "هدى") -> list[str]:
        """What a person reads of a report's words."""
        return [entry.text for entry in (await self.open(file, name, opener)).thread if entry.text is not None]

    async def standing(self, now: datetime | None = None) -> set[str]:
        """To whom the desk's words are sealed."""
        at = now or self.now
        found = await self.store.read(lambda conn: recipients.standing(conn, self.keyring, *PLACE, at))
        return {each.id for each in found}


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the database, as a thief has it."""

    rows: Mapping[str, Sequence[Any]]


async def copy_of(store: Store) -> Copy:
    """All rows of all tables."""

    def work(conn: Connection) -> Copy:
        return Copy({table.name: conn.execute(select(table)).all() for table in tables.metadata.sorted_tables})

    return await store.read(work)


# ── A thief ──────────────────────────────────────────────────────────────────────────────────────────────────
def stolen(copy: Copy, keyring: Keyring, privates: Sequence[bytes] = ()) -> str:
    """All that opens to whoever holds a copy of the database, every key of the server, and these private keys."""
    known = [(Domain(row.domain), row.epoch) for row in copy.rows["keys"]]
    secrets = [keyring.at(*key) for key in known if keyring.has(*key)]
    data: dict[str, list[bytes]] = {}
    for table, name, to in (("part_seals", "part", "recipient"), ("medium_seals", "medium", "recipient")):
        for row in copy.rows[table]:
            context = (name.upper(), getattr(row, name), getattr(row, to))
            data.setdefault(context[1], []).extend(_unsealed(keyring, table, row, context, [*privates, *secrets]))
    for row in copy.rows["code_seals"]:
        context = ("CODE", row.part, bytes(row.code).hex())
        data.setdefault(row.part, []).extend(_unsealed(keyring, "code_seals", row, context, [*privates, *secrets]))
    found = _told(copy, keyring, [*privates, *secrets])
    of = {row.id: row.report for row in copy.rows["parts"]}
    for table in ("parts", "media"):
        for row in copy.rows[table]:
            within = row.report if table == "parts" else f"{row.part}:{of.get(row.part)}"
            found += _all_that_opens(keyring, table, row, within, [*data.get(row.id, []), *secrets])
    return "\n".join(found)


def _told(copy: Copy, keyring: Keyring, privates: Sequence[bytes]) -> list[str]:
    """What was understood, of reports whose code opens it."""
    found = []
    for row in (row for row in copy.rows["codes"] if row.facts is not None):
        code = bytes(row.hash).hex()
        under = keyring.at(Domain.CONTENT, row.epoch)
        blob = unseal(under, bytes(row.facts), "codes", "facts", code, row.epoch)
        for private in privates:
            with contextlib.suppress(Tampered):
                found.append(keypairs.open_with(private, blob, "FACTS", code).decode())
    return found


def _unsealed(
    keyring: Keyring, table: str, row: Any, context: tuple[str, str, str], privates: Sequence[bytes]
) -> list[bytes]:
    blob = unseal(keyring.at(Domain.CONTENT, row.epoch), row.sealed, table, "sealed", ":".join(context[1:]), row.epoch)
    opened = []
    for private in privates:
        try:
            opened.append(keypairs.open_with(private, blob, *context))
        except Tampered:
            continue
    return opened


def _all_that_opens(keyring: Keyring, table: str, row: Any, within: str, keys: Sequence[bytes]) -> list[str]:
    wrapped = []
    for domain in Domain:
        try:
            context = (table, "wrapped", row.id, row.epoch)
            wrapped.append(unseal(keyring.at(domain, row.epoch), row.wrapped, *context))
        except (KeyGone, Tampered, TypeError):
            continue
    found = []
    for key in (*keys, *wrapped):
        try:
            found.append(unseal(key, row.sealed, table, "sealed", row.id, within).decode())
        except (Tampered, TypeError):
            continue
    return found
