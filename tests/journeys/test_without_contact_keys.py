"""The console works where no key of an address is: it has no way to who reported."""

from collections.abc import AsyncGenerator
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api import console, problems, v1
from bot.vocabulary import Desk, Role
from storage.keys import Domain, Keyring
from tests.journeys.conftest import Town

CHAT = 7_700_041


@pytest.fixture
async def desk(town: Town, tmp_path: Path) -> AsyncGenerator[httpx.AsyncClient]:
    """The staff side alone, over the town's database, with every key but those of addresses."""
    keyring = Keyring.open(tmp_path / "its-keys", domains=frozenset(Domain) - {Domain.CONTACT, Domain.PEPPER})

    class Base:
        store, catalogue, public_url, production = (
            town.wiring.store,
            town.wiring.catalogue,
            town.wiring.public_url,
            False,
        )

        def __init__(self) -> None:
            self.keyring = keyring

        def clock(self) -> datetime:
            return town.clock()

        directory = staticmethod(town.wiring.directory)
        understanding = town.wiring.understanding
        words_changed = staticmethod(town.wiring.words_changed)
        second_factor = town.wiring.second_factor
        media_dir, reached_by = town.wiring.media_dir, town.wiring.reached_by
        keep = staticmethod(town.wiring.keep)

    app = FastAPI()
    problems.install(app)
    base = Base()
    app.include_router(console.router(base))
    app.include_router(v1.router(base))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=town.wiring.public_url) as client:
        yield client


async def test_a_coordinator_reads_and_answers_where_no_key_of_an_address_is(
    town: Town, desk: httpx.AsyncClient
) -> None:
    await town.tell(CHAT, "انباك ماطوري بالشعلة")
    await town.told(CHAT)
    number, office, where = await town.newest()
    token = await town.member(Role.COORDINATOR, office, desks=(Desk(where),))
    seen = await desk.get(f"/v1/reports/{number}", headers=token)
    assert "ماطوري" in seen.text
    answered = await desk.post(
        f"/v1/reports/{number}/reply", json={"text": "سنأتي غدا"}, headers={**token, "If-Match": seen.headers["ETag"]}
    )
    assert answered.is_success
    town.clock.let_an_answer_out()
    assert "سنأتي غدا" in (await town.told(CHAT, 2))[1]
