"""A phone and the desk that answers it, minute after minute, for journeys of many messages."""

import asyncio
import re
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from bot.vocabulary import Role
from storage import keys, tables
from tests.journeys.conftest import Town
from tests.journeys.desk import WOMAN, seated, settled

BEATEN = "زوجي يضربني كل يوم بالكرادة"
HOLE = "مطب كبير بشارع الشعلة كسر سيارتي"
QUESTION = "هل ما زال يضربك؟"

R = tables.reports.c
P = tables.parts.c
_MINUTES = timedelta(minutes=4)
ROLES = {"women": Role.FOCAL_POINT, "child": Role.FOCAL_POINT, "oversight": Role.SUPERVISOR}


async def says(town: Town, text: str, *, who: str = WOMAN) -> list[str]:
    """She writes; what her phone shows then. Four minutes pass."""
    before = len(town.twilio.texts(who))
    await town.sms(who, text)
    await quiet(town)
    return town.twilio.texts(who)[before:]


def code_in(said: list[str], digits: int = 6) -> str:
    """The first code of so many digits that her phone shows; there must be one."""
    found = re.search(rf"(?<!\d)\d{{{digits}}}(?!\d)", " ".join(said))
    assert found, "no code was told"
    return found[0]


async def told_days_ago(town: Town, count: int, words: str) -> tuple[str, Any]:
    """So many days ago she told this, the first thing that anybody told: its code, and the report."""
    code = code_in(await says(town, words))
    (told,) = await reports(town)
    await days(town, count)
    return code, told


async def days(town: Town, count: int) -> None:
    """So many days pass: after three of them the talk is forgotten."""
    town.clock.ahead += timedelta(days=count)
    await town.wiring.store.write(lambda c: keys.register(c, town.wiring.keyring, town.clock()))


async def answered(town: Town, report: Any, text: str, *, who: str = WOMAN) -> list[str]:
    """Whoever sits at the report's desk answers it; what her phone shows."""
    before = len(town.twilio.texts(who))
    async with seated(town, ROLES.get(report.desk, Role.COORDINATOR), report.office, report.desk) as officer:
        got = await officer.step(report.number, "reply", text=text, stage="send")
    assert got.status_code == 303
    await quiet(town)
    return town.twilio.texts(who)[before:]


async def reports(town: Town) -> list[Any]:
    """All reports, the oldest first."""
    which = select(R.id, R.number, R.office, R.desk, R.reachable, R.erased_at, R.joined).order_by(R.opened_at)
    return list(await town.wiring.store.read(lambda c: c.execute(which).all()))


async def said_of(town: Town, report: str) -> int:
    """How many messages of reporters it holds."""
    of = select(func.count()).where(P.report == report, P.kind == "utterance")
    return int(await town.wiring.store.read(lambda c: c.execute(of).scalar_one()))


async def led(town: Town) -> set[str]:
    """The reports that lead to whoever told them."""
    which = select(tables.report_contacts.c.report)
    return set(await town.wiring.store.read(lambda c: c.execute(which).scalars().all()))


async def quiet(town: Town) -> None:
    """Waits until all is settled, and all that is to be said now was sent. Four minutes pass."""
    town.clock.let_an_answer_out()
    o = tables.outbox.c
    waits = select(func.count()).where(o.state.in_(("pending", "sending")), o.kind.in_(("reply", "answer")))
    for _ in range(1000):
        await settled(town)
        if not await town.wiring.store.read(lambda c: c.execute(waits).scalar_one()):
            town.clock.ahead += _MINUTES
            return
        await asyncio.sleep(0.02)
    raise AssertionError("something still waits to be said")
