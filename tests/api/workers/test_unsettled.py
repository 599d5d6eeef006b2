"""What was told in private stays so, whatever its settling waits for: no office, no keys, a fault of ours."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from api.wiring import Wiring
from bot.vocabulary import Message
from storage import deadletters, keys, tables
from storage.database.engine import Connection
from storage.intake import ledger
from storage.keys import Domain
from storage.purging import retention
from tests.api.workers.hands import Hands
from tests.databases import sqlite_mostly
from tests.storage.reporting import talking

pytestmark = sqlite_mostly

STORY = "انسرق ماطوري بحي العامل"
PRIVATELY = f"سري: {STORY}"
LATER = partial(pytest.param, marks=pytest.mark.slow)
TABLES = (tables.senders, tables.conversations, tables.report_contacts, tables.traces)


async def _links(wiring: Wiring) -> int:
    """Rows by which somebody could be known again or answered."""
    return await wiring.store.read(lambda c: sum(len(c.execute(table.select()).all()) for table in TABLES))


async def _pass(wiring: Wiring, hands: Hands, hours: int, *, step: int = 4) -> None:
    """The hours, as the workers spend them that do not settle: keys are made and end, talks and marks too."""

    def work(conn: Connection) -> None:
        keys.register(conn, wiring.keyring, hands.now)
        talking.look(conn, wiring.keyring, hands.now)
        retention.purge(conn, wiring.keyring, hands.now)

    for _ in range(max(1, hours // step)):
        hands.now += timedelta(hours=min(hours, step))
        await wiring.store.write(work)


async def _said(wiring: Wiring, hands: Hands, text: str, *, settled: bool = False) -> None:
    hands.now += timedelta(minutes=2)
    await hands.say(wiring, text)
    if settled:
        await hands.settle(wiring)


async def _filed(wiring: Wiring, hands: Hands) -> list[Any]:
    found = await hands.settle(wiring)
    assert (found["unsettled"], found["dead_letters"]) == (0, 0)
    return await wiring.store.read(lambda c: list(c.execute(select(tables.reports)).all()))


async def _messages(wiring: Wiring, hands: Hands) -> list[Message]:
    later = hands.now + timedelta(minutes=9)
    waiting = await wiring.store.write(lambda c: ledger.waiting(c, wiring.keyring, now=later, limit=9))
    return [one.message for one in waiting]


async def _assert_private(wiring: Wiring, hands: Hands, before: int) -> None:
    (report,) = await _filed(wiring, hands)
    assert report.reachable in {"no", "pull"}
    assert await _links(wiring) == before
    parts = await wiring.store.read(lambda c: c.execute(select(tables.parts.c.inbound)).scalars().all())
    assert set(parts) == {None}


@pytest.mark.parametrize("hours", [LATER(3), LATER(30), 60])
async def test_what_is_told_in_a_private_talk_is_filed_in_private_however_long_it_waits(
    wiring: Wiring, hands: Hands, hours: int
) -> None:
    await _said(wiring, hands, "سري", settled=True)
    before = await _links(wiring)
    await _said(wiring, hands, STORY)
    await _pass(wiring, hands, hours)
    await _assert_private(wiring, hands, before)


async def test_so_is_what_is_told_within_the_day_after_it(wiring: Wiring, hands: Hands) -> None:
    await _said(wiring, hands, "سري", settled=True)
    await _pass(wiring, hands, 20)
    before = await _links(wiring)
    await _said(wiring, hands, STORY)
    await _pass(wiring, hands, 48)
    await _assert_private(wiring, hands, before)


@pytest.mark.parametrize("said", [("سري", STORY), LATER((STORY, "سري")), LATER((PRIVATELY,))])
@pytest.mark.parametrize("hours", [LATER(3), 60])
async def test_so_it_is_where_the_wish_waits_as_well(
    wiring: Wiring, hands: Hands, said: tuple[str, ...], hours: int
) -> None:
    before = await _links(wiring)
    for text in said:
        await _said(wiring, hands, text)
    await _pass(wiring, hands, hours)
    await _assert_private(wiring, hands, before)


async def test_so_is_what_comes_while_the_wish_still_waits_that_nobody_may_know_any_more(
    wiring: Wiring, hands: Hands
) -> None:
    await _said(wiring, hands, "سري")
    await _pass(wiring, hands, 22)
    before = await _links(wiring)
    await _said(wiring, hands, STORY)
    await _pass(wiring, hands, 30)
    await _assert_private(wiring, hands, before)


async def test_within_a_day_nothing_that_waits_tells_whose_it_is(wiring: Wiring, hands: Hands) -> None:
    for text in ("سري", STORY):
        await _said(wiring, hands, text)
    await _pass(wiring, hands, 16)
    assert all(one.address for one in await _messages(wiring, hands))
    await _pass(wiring, hands, 4)
    assert {one.text: one.address for one in await _messages(wiring, hands)} == {"سري": "", STORY: ""}


async def test_what_nobody_looked_up_in_time_is_private_in_doubt(wiring: Wiring, hands: Hands) -> None:
    """The machine was off: no worker ran, and yesterday's keys are gone."""
    before = await _links(wiring)
    await _said(wiring, hands, STORY)
    hands.now += timedelta(hours=50)
    await wiring.store.write(lambda c: keys.register(c, wiring.keyring, hands.now))
    await _assert_private(wiring, hands, before)
    codes = await wiring.store.read(lambda c: list(c.execute(select(tables.codes.c.scope)).scalars()))
    assert codes == ["anywhere"]  # and its sender can come back


async def test_where_no_key_opens_it_for_a_day_it_is_private_in_doubt(wiring: Wiring, hands: Hands) -> None:
    await _said(wiring, hands, "سري", settled=True)
    before = await _links(wiring)
    await _said(wiring, hands, STORY)
    door = wiring.keyring.folder / "door"
    away = door.rename(door.with_name("away"))
    wiring.keyring.forget(Domain.DOOR, keys.epoch_of(Domain.DOOR, hands.now))
    for _ in range(60):
        hands.now += timedelta(hours=1)
        await wiring.store.write(lambda c: talking.look(c, wiring.keyring, hands.now))
    away.rename(door)
    await wiring.store.write(lambda c: keys.register(c, wiring.keyring, hands.now))
    await _assert_private(wiring, hands, before)


async def test_what_anybody_tells_can_be_answered_however_long_it_waits(wiring: Wiring, hands: Hands) -> None:
    await _said(wiring, hands, STORY)
    await _pass(wiring, hands, 60)
    (report,) = await _filed(wiring, hands)
    assert report.reachable == "yes"


@pytest.mark.parametrize("said", [("سري", STORY), LATER((PRIVATELY,))])
async def test_a_dead_letter_of_a_private_reporter_names_nobody_and_is_revived_in_private(
    wiring: Wiring, hands: Hands, said: tuple[str, ...]
) -> None:
    *first, last = said
    for text in first:
        await _said(wiring, hands, text, settled=True)
    before = await _links(wiring)
    await _said(wiring, hands, last)
    await _buried(wiring, hands)
    await _pass(wiring, hands, 48)
    revived = await wiring.store.write(lambda c: deadletters.revive(c, wiring.keyring, now=hands.now))
    assert revived == 1
    (message,) = await _messages(wiring, hands)
    assert (message.text, message.address, message.external_id, message.own_id) == (last, "", "", "")
    await _assert_private(wiring, hands, before)


async def _buried(wiring: Wiring, hands: Hands) -> None:
    """Its settling fails as often as it is tried."""
    (one,) = await wiring.store.write(lambda c: ledger.waiting(c, wiring.keyring, now=hands.now, limit=9))
    for _ in range(5):
        await wiring.store.write(lambda c: ledger.stumble(c, wiring.keyring, one.id, now=hands.now, reason="Fault"))
    dead = await wiring.store.read(lambda c: c.execute(tables.dead_letters.select()).all())
    assert len(dead) == 1


async def test_a_wish_for_privacy_that_cannot_be_settled_counts_for_what_comes_next(
    wiring: Wiring, hands: Hands
) -> None:
    before = await _links(wiring)
    await _said(wiring, hands, "سري")
    await _buried(wiring, hands)
    await _said(wiring, hands, STORY)
    await hands.settle(wiring)
    (report,) = await wiring.store.read(lambda c: list(c.execute(select(tables.reports)).all()))
    assert report.reachable == "pull"
    assert await _links(wiring) == before


async def test_a_dead_letter_of_anybody_else_is_revived_as_it_was(wiring: Wiring, hands: Hands) -> None:
    await _said(wiring, hands, STORY)
    await _buried(wiring, hands)
    await _pass(wiring, hands, 48)
    await wiring.store.write(lambda c: deadletters.revive(c, wiring.keyring, now=hands.now))
    (report,) = await _filed(wiring, hands)
    assert report.reachable == "yes"


async def test_a_letter_that_nobody_looked_at_is_private_in_doubt(wiring: Wiring, hands: Hands) -> None:
    before = await _links(wiring)
    await _said(wiring, hands, STORY)
    (one,) = await wiring.store.write(lambda c: ledger.waiting(c, wiring.keyring, now=hands.now, limit=9))
    await wiring.store.write(lambda c: deadletters.bury(c, wiring.keyring, one.id, now=hands.now, reason="Fault"))
    await _pass(wiring, hands, 24)
    await wiring.store.write(lambda c: deadletters.revive(c, wiring.keyring, now=hands.now))
    await wiring.store.write(lambda c: c.execute(update(tables.inbound).values(next_at=None)) and None)
    await _assert_private(wiring, hands, before)
