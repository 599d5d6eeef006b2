"""A phone and the desk that answers it, minute after minute, for journeys of many messages."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from bot.vocabulary import Role
from storage import keys, tables
from tests.journeys.conftest import Town
from tests.journeys.desk import WOMAN, seated, settled

R = tables.reports.c
_MINUTES = timedelta(minutes=4)
ROLES = {"women": Role.FOCAL_POINT, "child": Role.FOCAL_POINT, "oversight": Role.SUPERVISOR}


async def says(town: Town, text: str, *, who: str = WOMAN) -> list[str]:
    """She writes; what her phone shows then. Four minutes pass."""
    before = len(town.twilio.texts(who))
    await town.sms(who, text)
    await quiet(town)
    return town.twilio.texts(who)[before:]


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
