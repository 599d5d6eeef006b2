"""Whom a report names stands in its row: where that is no list of offices any more, only oversight sees the report."""

import json
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, bindparam, func, select, text

from bot.vocabulary import Desk, Role
from storage.casework import apart, opening, queues
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import directory
from storage.purging import figures
from storage.tables import events, reports
from tests.databases import on_both
from tests.staffing import ADHAMIYA, BAGHDAD, KARRADA, WATCH, WOMEN, Filed, file, hire, town

N = "BG-00001"
# The last ones: what it was, in another spelling, or with another thing in it.
ODD = (
    "{}",
    "[]",
    "5",
    "true",
    "null",
    '"x"',
    "[5]",
    f'"{ADHAMIYA}"',
    '["\\u0066orum"]',
    f'["{ADHAMIYA}", [1], "x"]',
    '["no code"]',
    '[""]',
)
NO_JSON = ("", "x", "[", f'["{ADHAMIYA}', f"['{ADHAMIYA}']", "\x00")


class House:
    """A report at a forum, and somebody at the desks that may come to have it."""

    def __init__(self, store: Store, keyring: Keyring, now: datetime, people: dict[str, str]) -> None:
        self.store, self.keyring, self.now, self.people = store, keyring, now, people

    async def put(self, words: str | bytes) -> None:
        """What somebody wrote there by SQL."""
        json_there = "CAST(:words AS json)" if self.store.dialect == "postgresql" else ":words"
        change = text(f"UPDATE reports SET apart = {json_there}").bindparams(bindparam("words", words))
        await self.store.write(lambda c: c.execute(change))

    async def sees(self, name: str) -> bool:
        """By the function that says so, by what opens it, and by the second wall."""
        person = self.people[name]
        may = select(reports.c.id).where(queues.visible(person, self.now))
        seen = await self.store.read(lambda c: c.execute(may).first() is not None)
        one = {"staff": person, "number": N, "now": self.now}
        opened = await self.store.write(lambda c: opening.one(c, self.keyring, **one), staff=person)  # type: ignore[arg-type]
        if self.store.dialect == "postgresql":
            there = await self.store.read(
                lambda c: c.execute(select(func.count()).select_from(reports)).scalar_one(), staff=person
            )
            assert bool(there) is seen
        assert (opened is not None) is seen
        return seen

    async def row(self) -> Any:
        return await self.store.read(lambda c: c.execute(select(reports)).one())

    async def mend(self) -> int:
        def work(conn: Connection) -> int:
            return apart.mend(conn, self.keyring, directory.read(conn, self.now), now=self.now)

        return await self.store.write(work)


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    def build(conn: Connection) -> dict[str, str]:
        town(conn)
        file(conn, keyring, Filed(N), now=now)
        here = {"here": (KARRADA, Desk.GENERAL), "above": (BAGHDAD, Desk.GENERAL), "watch": (WATCH, Desk.OVERSIGHT)}
        return {
            name: hire(conn, keyring, name, Role.COORDINATOR, office=office, desks=(desk,), now=now)
            for name, (office, desk) in here.items()
        }

    return House(store, keyring, now, await store.write(build))


@on_both
@pytest.mark.parametrize("words", [*ODD[:3], *(pytest.param(words, marks=pytest.mark.slow) for words in ODD[3:])])
async def test_what_is_no_list_of_offices_keeps_it_from_all_and_brings_it_to_oversight(
    house: House, words: str
) -> None:
    assert await house.sees("here")
    await house.put(words)
    assert [name for name in house.people if await house.sees(name)] == []
    assert (await house.store.read(figures.read))["unseen"] == 1
    assert await house.mend() == 1
    row = await house.row()
    assert row.apart == sorted([KARRADA, ADHAMIYA, BAGHDAD, WOMEN])
    assert (row.office, row.desk) == (WATCH, "oversight")
    assert [name for name in house.people if await house.sees(name)] == ["watch"]
    told = await house.store.read(lambda c: c.execute(select(events.c.kind)).scalars().all())
    assert "tampered" in told
    assert await house.mend() == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("words", [*NO_JSON, b"\xff", b'["forum-adhamiya"]'])
async def test_so_does_what_is_no_json(house: House, words: str | bytes) -> None:
    await house.put(words)
    assert [name for name in house.people if await house.sees(name)] == []
    assert (await house.row()).apart == ["*"] or isinstance(words, bytes)
    assert await house.mend() == 1
    assert [name for name in house.people if await house.sees(name)] == ["watch"]


@on_both
@pytest.mark.parametrize(("codes", "seen"), [([ADHAMIYA], True), ([ADHAMIYA, KARRADA], False), (None, True)])
async def test_a_list_of_offices_keeps_it_from_those_alone(
    house: House, codes: list[str] | None, *, seen: bool
) -> None:
    await house.store.write(lambda c: c.execute(reports.update().values(apart=codes)))
    assert await house.sees("here") is seen
    for words in [json.dumps(codes), json.dumps(codes, separators=(",", ":"))] if codes else []:
        await house.put(words)
        assert await house.sees("here") is seen
    assert await house.mend() == 0


@on_both
async def test_what_a_step_writes_before_it_is_mended_keeps_it_closed(house: House) -> None:
    await house.put("{}")
    row = await house.row()
    assert row.apart == ["*"]
    again = apart.column(apart.known(row, {}), desk=Desk.GENERAL)
    await house.store.write(lambda c: c.execute(reports.update().values(apart=again)))
    assert not await house.sees("here")
    assert await house.mend() == 1
