"""What is told on a phone of which it is said, in the same message, that another reads it."""

import re

import pytest
from sqlalchemy import func, select

from storage import tables
from storage.database.engine import Connection
from storage.reporting import traces
from tests.carriers import updates
from tests.databases import on_both, on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.journeys.phone import answered, days, quiet, reports, says

CHAT = 7001
QUESTION = "هل ما زال يضربك؟"


def _code(said: list[str]) -> str:
    found = re.search(r"(?<!\d)\d{6}(?!\d)", " ".join(said))
    assert found, "no code was told"
    return found[0]


@on_both
async def test_its_number_brings_her_back_and_nothing_comes_unasked(town: Town) -> None:
    (first,) = await says(town, "زوجي كسر ايدي ويقرا رسائلي")
    assert first.startswith("شكرا. رقم الطلب")
    (told,) = await reports(town)
    assert (told.desk, told.reachable) == ("women", "pull")
    assert await answered(town, told, QUESTION) == []
    await days(town, 5)
    assert await says(town, "شنو الجواب") == []
    assert any(QUESTION in text for text in await says(town, _code([first])))
    assert len([one for one in await reports(town) if one.reachable == "pull"]) == 1


@pytest.mark.slow
@on_sqlite_mostly
async def test_her_number_erases_what_she_told(town: Town) -> None:
    code = _code(await says(town, "my father locks me in and he reads my messages"))
    await days(town, 1)
    await says(town, f"DELETE {code}")
    await says(town, "yes")
    (told,) = await reports(town)
    assert told.erased_at is not None


@on_sqlite_mostly
async def test_days_after_another_report_it_gets_a_number_of_its_own(town: Town) -> None:
    first = _code(await says(town, "مطب كبير بشارع الشعلة كسر سيارتي"))
    await days(town, 4)
    second = _code(await says(town, "رجلي يهددني ويفتش تلفوني"))
    assert first != second
    await days(town, 1)
    hole, hers = await reports(town)
    assert await answered(town, hers, QUESTION) == []
    said = await says(town, first)
    assert said
    assert not any(QUESTION in text for text in said)
    assert any(QUESTION in text for text in await says(town, second))
    assert hole.desk == "general"


async def _chat(town: Town, text: str, number: int, *, to: int = 0) -> list[str]:
    """She writes on Telegram, or answers one of our messages by pulling it; what the chat shows then."""
    before = len(town.telegram.texts(CHAT))
    await town.update(updates.replied(CHAT, text, to, number) if to else updates.said(CHAT, text, number))
    await quiet(town)
    return town.telegram.texts(CHAT)[before:]


async def _ours(town: Town) -> int:
    """The last message that we sent."""

    def last(conn: Connection) -> int:
        contact = conn.execute(select(tables.report_contacts.c.contact).limit(1)).scalar_one()
        sent = traces.of(conn, town.wiring.keyring, contact=contact, now=town.clock())
        return max(int(each.own_id) for each in sent if not each.theirs)

    return await town.wiring.store.read(last)


@on_sqlite_mostly
async def test_who_pulls_the_nudge_of_a_veiled_report_learns_nothing_and_her_desk_hears_it(town: Town) -> None:
    code = _code(await _chat(town, "زوجي يضربني كل يوم بالكرادة", 11))
    (told,) = await reports(town)
    await days(town, 4)
    await _chat(town, "محد يدري", 12)
    await answered(town, told, QUESTION)
    nudge = await _ours(town)
    spoken = [await _chat(town, text, 20 + at, to=nudge) for at, text in enumerate(("لا", "اي وهسه يهددني بالسجين"))]
    assert spoken == [["شكرا لتواصلك مع خدمات المنطقة."], ["شكرا لتواصلك معنا. للطوارئ 911."]]
    assert len(await reports(town)) == 1
    of = select(func.count()).where(tables.parts.c.report == told.id, tables.parts.c.kind == "utterance")
    assert await town.wiring.store.read(lambda c: c.execute(of).scalar_one()) == 3
    assert any(QUESTION in text for text in await _chat(town, code, 30))
