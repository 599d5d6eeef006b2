"""A file that SQL leads to another report opens there to nobody: waiting, fetched, kept or heard (H3)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.vocabulary import Desk, File, MediumKind, Urgency
from storage import tables
from storage.database.engine import Store
from storage.intake import transcripts
from storage.intake.transcripts import Words
from storage.keys import Keyring
from storage.words import filekeys, media
from storage.words.media import Fetch, Known
from storage.words.vault import Stored
from tests.databases import sqlite_mostly
from tests.staffing import KARRADA
from tests.storage import making
from tests.storage.house import FILE_KEY, House
from tests.storage.making import OTHER_PHONE, PHONE, message

pytestmark = sqlite_mostly


LEASE = timedelta(minutes=5)
DESKS = pytest.mark.parametrize("desk", [Desk.GENERAL, Desk.WOMEN])
_M, _P = tables.media.c, tables.parts.c


class Two:
    """Her report, with a photo or a voice, and his, with none."""

    def __init__(self, house: House) -> None:
        self.house, self.store, self.keyring = house, house.store, house.keyring
        self.hers, self.his = "", ""

    async def tell(self, desk: Desk) -> None:
        """Both tell, at the same desk."""
        found: list[File] = []
        for number, (address, files) in enumerate(((PHONE, (making.medium(),)), (OTHER_PHONE, ())), 1):
            file = making.filing(desk=desk, office=KARRADA, code=f"48219300000000{number:02d}", place=None)
            said = message(number, address=address, media=files)
            await making.say(self.store, self.keyring, said, making.decision(file), now=self.house.now)
            found.append(file)
        self.hers, self.his = (file.report for file in found)

    async def claim(self) -> list[Fetch]:
        """Whatever is to be fetched."""
        now, ring = self.house.now, self.keyring
        return await self.store.write(lambda c: media.claim(c, ring, owner="t", now=now, limit=9, lease=LEASE))

    async def keep(self, fetch: Fetch, *, unheard: bool = False) -> bool:
        """It was fetched."""
        stored, now = Stored(f"ab/{fetch.id}", 10, FILE_KEY), self.house.now
        seen = Known(MediumKind.VOICE if unheard else MediumKind.PHOTO, "x", stripped=True)
        return await self.store.write(
            lambda c: media.kept(c, self.keyring, fetch, stored, seen, now=now, unheard=unheard)
        )

    async def lead(self, how: str = "file") -> None:
        """What the attacker does: the row of the file, or of the part that it hangs on, is his report's now."""
        await self.store.write(lambda c: self._lead(c, how))

    def _lead(self, conn: Connection, how: str) -> None:
        part = select(_P.id).where(_P.report == self.his, _P.kind == "utterance").scalar_subquery()
        hangs = _P.id.in_(select(_M.part))
        match how:
            case "file":
                conn.execute(update(tables.media).values(part=part))
            case "part":
                conn.execute(update(tables.parts).where(hangs).values(report=self.his))
            case _:
                raise ValueError(how)

    async def opens(self) -> bool:
        """Whether the key of the file opens to a focal point of the desk, or to the server."""

        def work(conn: Connection) -> bool:
            rows = conn.execute(select(tables.media)).all()
            people: tuple[Any, ...] = (None, self.house.keys["هدى"], self.house.keys["recovery"])
            return any(filekeys.opened(conn, self.keyring, rows, each, hears=True) for each in people)

        return await self.store.read(work)

    async def told(self) -> set[tuple[str, str]]:
        """Which reports' staff are told of what."""
        e = tables.events.c
        found = select(e.report, e.data).where(e.kind == "tampered")
        return {(row.report, row.data["what"]) for row in await self.store.read(lambda c: c.execute(found).all())}


@pytest.fixture
async def two(store: Store, keyring: Keyring, now: datetime) -> Two:
    """A sealed desk that is on, and an ordinary one."""
    house = House(store, keyring, now)
    await house.begin()
    await house.recovery()
    await house.found("هدى", "سلمى")
    return Two(house)


@DESKS
async def test_untouched_it_is_fetched_kept_and_opens(two: Two, desk: Desk) -> None:
    await two.tell(desk)
    (fetch,) = await two.claim()
    assert await two.keep(fetch)
    assert await two.opens()
    assert await two.told() == set()


@DESKS
@pytest.mark.parametrize("how", ["file", "part"])
async def test_led_away_while_it_waits_it_is_given_up(two: Two, desk: Desk, how: str) -> None:
    await two.tell(desk)
    await two.lead(how)
    assert await two.claim() == []
    (row,) = await making.rows(two.store, tables.media)
    assert (row.state, row.reason, row.sealed) == ("failed", "unopenable", None)
    assert await two.told() == {(two.his, "file")}


@DESKS
@pytest.mark.parametrize("how", ["file", "part"])
async def test_led_away_while_it_is_fetched_it_is_nobodys(two: Two, desk: Desk, how: str) -> None:
    await two.tell(desk)
    (fetch,) = await two.claim()
    await two.lead(how)
    assert not await two.keep(fetch)
    assert not await two.opens()
    two.house.now += 2 * LEASE
    assert await two.claim() == []


@DESKS
@pytest.mark.parametrize("how", ["file", "part"])
async def test_led_away_when_it_lies_there_it_opens_to_nobody(two: Two, desk: Desk, how: str) -> None:
    await two.tell(desk)
    (fetch,) = await two.claim()
    assert await two.keep(fetch)
    await two.lead(how)
    assert not await two.opens()


@DESKS
async def test_a_row_of_his_with_all_that_seals_hers_opens_to_nobody(two: Two, desk: Desk) -> None:
    await two.tell(desk)
    (fetch,) = await two.claim()
    assert await two.keep(fetch)
    (hers,) = await making.rows(two.store, tables.media)
    part = select(_P.id).where(_P.report == two.his, _P.kind == "utterance")

    def copied(conn: Connection) -> None:
        seals = [dict(row._mapping) for row in conn.execute(select(tables.medium_seals))]
        here = conn.execute(part).scalar_one()
        conn.execute(tables.media.delete())
        for id in (hers.id, "f" * 32):  # under her file's id, which names its seals, and under one of his own
            conn.execute(insert(tables.media).values({**hers._mapping, "id": id, "part": here}))
            if seals:
                conn.execute(insert(tables.medium_seals), [{**seal, "medium": id} for seal in seals])

    await two.store.write(copied)
    assert not await two.opens()


@DESKS
@pytest.mark.parametrize("how", ["file", "part"])
async def test_what_a_voice_says_is_not_written_down_elsewhere(two: Two, desk: Desk, how: str) -> None:
    await two.tell(desk)
    (fetch,) = await two.claim()
    assert await two.keep(fetch, unheard=True)
    now, words = two.house.now, Words("سر", Urgency.EMERGENCY)
    recording = await two.store.write(lambda c: transcripts.claim(c, two.keyring, owner="h", now=now, lease=LEASE))
    assert recording is not None
    assert recording.key == FILE_KEY
    await two.lead(how)
    assert not await two.store.write(lambda c: transcripts.written(c, two.keyring, recording, words, now=now))
    assert "transcript" not in {row.kind for row in await making.rows(two.store, tables.parts)}
    later = now + 2 * LEASE
    again = lambda c: transcripts.claim(c, two.keyring, owner="h", now=later, lease=LEASE)  # noqa: E731
    assert await two.store.write(again) is None
