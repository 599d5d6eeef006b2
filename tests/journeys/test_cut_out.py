"""What opens a report or a phone stays with its reporter: neither the desk nor who is shared with reads it."""

import asyncio
import re
from datetime import timedelta

from sqlalchemy import Connection, func, select

from bot.cuts import MARK
from bot.vocabulary import Role
from storage import tables
from tests.databases import on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.journeys.desk import WOMAN, asks, seated, settled

SECRETLY = "انباك ماطوري بالشعلة محد يدري"
WORD = "زيتونة"
_SIGNS = re.compile(r"[ \u2066-\u2069]")


async def _says(town: Town, *texts: str) -> str:
    """Sends texts, and gives what came back to the last; some minutes later."""
    before, o = 0, tables.outbox.c
    waits = select(func.count()).where(o.state.in_(("pending", "sending")), o.kind.in_(("reply", "answer")))
    for text in texts:
        before = len(town.twilio.texts(WOMAN))
        await town.sms(WOMAN, text)
        for _ in range(2500):
            await settled(town)
            if not await town.wiring.store.read(lambda c: c.execute(waits).scalar_one()):
                break
            await asyncio.sleep(0.02)
        town.clock.ahead += timedelta(minutes=4)
    return _SIGNS.sub("", "\n".join(town.twilio.texts(WOMAN)[before:]))


@on_sqlite_mostly
async def test_neither_the_desk_nor_the_police_read_her_number_or_her_word(town: Town) -> None:
    code = re.search(r"\d{6}", await _says(town, SECRETLY))
    assert code
    await _says(town, code[0], f"كلمتي {WORD}", f"رقم الماطور 5 بغداد {code[0]}")
    town.clock.ahead += timedelta(hours=2)
    await _says(town, f"{WORD} شفت الماطور اليوم")
    number, office, desk = await town.newest()
    async with seated(town, Role.COORDINATOR, office, desk) as forum:
        page = await forum.page(number)
        assert (code[0] in page, WORD in page) == (False, False)
        assert (f"رقم الماطور 5 بغداد {MARK}" in page, f"{MARK} شفت الماطور اليوم" in page) == (True, True)
        other = await asks(forum, number, "words")
        await _says(town, code[0], "1", "3")
        consent = re.search(r'name="consent" value="([0-9a-f]{32})"', await forum.page(number))
        assert consent
        typed = "رمزه 4829 1365 0027 7418، سرقات متكررة"
        assert (await forum.step(number, "share", consent=consent[1], summary=typed)).status_code == 303
    async with seated(town, Role.DUTY_OFFICER, other, "urgent") as police:
        (copy,) = set(await police.numbers())
        page = await police.page(copy)
    assert f"رقم الماطور 5 بغداد {MARK}" in page
    assert [secret in page for secret in (code[0], WORD, "4829 1365")] == [False] * 3


@on_sqlite_mostly
async def test_a_code_of_sixteen_digits_is_read_by_nobody(town: Town) -> None:
    code = re.search(r"\d{16}", await _says(town, f"سري: {SECRETLY.removesuffix(' محد يدري')}"))
    assert code
    town.clock.ahead += timedelta(hours=1)
    await _says(town, f"{code[0]} رجع اليوم")
    number, office, desk = await town.newest()
    async with seated(town, Role.COORDINATOR, office, desk) as forum:
        page = await forum.page(number)
    assert code[0] not in page
    assert f"{MARK} رجع اليوم" in page


@on_sqlite_mostly
async def test_sixteen_digits_open_their_report_on_a_locked_phone_and_leave_nothing_with_what_is_hidden_there(
    town: Town,
) -> None:
    hidden = re.search(r"\d{6}", await _says(town, SECRETLY))
    assert hidden
    code = re.search(r"\d{16}", await _says(town, hidden[0], "جديد", "سري", "جارنا يبيع مخدرات بالكرادة قرب المدرسة"))
    assert code
    town.clock.ahead += timedelta(hours=1)
    decoys = await _says(town, f"{int(code[0]) ^ 1} التاجر اسمه مازن")
    town.clock.ahead += timedelta(hours=2)
    before = await _rows(town)
    added = await _says(town, f"{code[0]} التاجر اسمه مازن")
    assert added != decoys
    assert hidden[0] not in added
    after = await _rows(town)
    assert after | {"parts": 0} == before | {"parts": 0}
    assert after["parts"] == before["parts"] + 1
    town.clock.ahead += timedelta(hours=1)
    assert await _says(town, "منو انتم") != added


async def _rows(town: Town) -> dict[str, int]:
    """What could tell, beside a report that is hidden on a phone, that a code was used there."""
    all_tables = (tables.reports, tables.parts, tables.report_contacts, tables.discreet, tables.guesses, tables.senders)

    def read(conn: Connection) -> dict[str, int]:
        counts = {
            table.name: conn.execute(select(func.count()).select_from(table)).scalar_one() for table in all_tables
        }
        tried = conn.execute(select(func.sum(tables.discreet.c.tries))).scalar_one()
        return {**counts, "tries": tried}

    return await town.wiring.store.read(read)


@on_sqlite_mostly
async def test_a_name_becomes_no_word_so_the_desk_reads_who_it_was(town: Town) -> None:
    code = re.search(r"\d{6}", await _says(town, SECRETLY))
    assert code
    assert "كلمةأخرى" in await _says(town, code[0], "كلمتي كرار")
    await _says(town, code[0], "كرار باكه وباعه")
    number, office, desk = await town.newest()
    async with seated(town, Role.COORDINATOR, office, desk) as forum:
        assert "كرار باكه وباعه" in await forum.page(number)
