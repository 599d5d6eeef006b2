"""Discreet and private through the real application: a stranger at her phone, and sixteen digits from another."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot import commands, tickets
from bot.handlers import segments
from tests.bot.test_outbound import OF_A_REPORT
from tests.bot.test_stranger import PHRASES, TAP
from tests.journeys.conftest import Town

HERS = "رجلي يضربني بالكرادة ومحد يدري"
NUMBER, OTHER = "+9647700000031", "+9647700000032"
CHAT = 7_700_031
AT_ONCE = 6  # within one hour, so that no limit keeps us from answering


async def _kept(town: Town) -> list[int]:
    """How many utterances each report holds, the smallest first."""
    query = text("SELECT count(*) AS n FROM parts WHERE kind = 'utterance' GROUP BY report ORDER BY n")
    return [row.n for row in await town.wiring.store.read(lambda c: c.execute(query).all())]


@pytest.mark.parametrize("count", [12, pytest.param(200, marks=[pytest.mark.slow, pytest.mark.timeout(300)])])
async def test_what_a_stranger_tries_tells_him_nothing_and_is_all_kept(town: Town, count: int) -> None:
    await town.sms(NUMBER, HERS)
    (first,) = await town.texted(NUMBER)
    assert segments.count(first).parts == 1
    (code,) = tickets.codes_in(first)
    phrases = [each for each in PHRASES if code not in each and not each.startswith(TAP)]
    phrases = phrases[:: len(phrases) // count][:count]
    for place, phrase in enumerate(phrases):
        if place % AT_ONCE == 0:
            await town.settled()
            town.clock.ahead += timedelta(hours=1)
        assert await town.sms(NUMBER, phrase) == [200]
    await town.settled()
    said = town.twilio.texts(NUMBER)[1:]
    assert said
    for each in said:
        assert not OF_A_REPORT.search(commands.fold(each))
        assert code not in each
        assert segments.count(each).parts == 1
    kept = await _kept(town)
    assert kept[0] == 1
    assert sum(kept) == 1 + len(phrases)
    town.clock.ahead += timedelta(hours=2)
    before = len(town.twilio.texts(NUMBER))
    await town.sms(NUMBER, code)
    await town.texted(NUMBER, before + 1)
    await town.settled()
    assert any(OF_A_REPORT.search(commands.fold(each)) for each in town.twilio.texts(NUMBER)[before:])


async def test_what_was_told_privately_is_found_by_its_code_from_another_phone_and_by_nothing_else(town: Town) -> None:
    await town.tell(CHAT, "سري")
    await town.told(CHAT)
    await town.tell(CHAT, "انباك ماطوري بالشعلة")
    told = (await town.told(CHAT, 2))[1]
    found = re.search(r"\d{4} \d{4} \d{4} \d{4}", told)
    assert found
    await town.sms(OTHER, found[0].replace(" ", ""))
    (status,) = await town.texted(OTHER)
    assert status
    for table, rows in (("senders", 0), ("report_contacts", 0), ("reports", 1)):
        count = await town.wiring.store.read(lambda c: c.execute(text(f"SELECT count(*) FROM {table}")).scalar())  # noqa: B023
        assert (table, count) == (table, rows)
