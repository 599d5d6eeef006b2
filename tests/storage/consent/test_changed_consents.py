"""Whoever can write SQL makes no yes: not of a no, nor of silence, nor of another yes, nor of one taken back (M1)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.vocabulary import Desk, Role
from storage import tables
from storage.casework.acts import Refused
from storage.consent import answering, consents
from storage.consent.consents import Scope
from storage.database.engine import Store
from storage.keys import Keyring
from tests.databases import sqlite_mostly
from tests.staffing import ADHAMIYA, BAGHDAD, KARRADA, Filed, file, hire, town
from tests.storage.consent.shared import SAID, N, Town

pytestmark = sqlite_mostly

_C = tables.consents.c
WIDER: dict[str, Any] = {"scope": "all", "office": BAGHDAD, "desk": "security", "copy": None}


@pytest.fixture
async def place(store: Store, keyring: Keyring, now: datetime) -> Town:
    """A report, whoever works on it, and the desk that it may be shared with."""
    made = Town(store, keyring, now)

    def people(conn: Connection) -> tuple[str, str, str]:
        town(conn)
        mine = hire(conn, keyring, "هدى", Role.COORDINATOR, office=KARRADA, desks=(Desk.GENERAL,), now=now)
        theirs = hire(conn, keyring, "علي", Role.DUTY_OFFICER, office=ADHAMIYA, desks=(Desk.URGENT,), now=now)
        filed = Filed(N, office=KARRADA, desk=Desk.GENERAL, category="threats_extortion", said=SAID)
        return mine, theirs, file(conn, keyring, filed, now=now)

    made.person, made.other, made.report = await store.write(people)
    return made


async def _sql(place: Town, work: Callable[[Connection], Any]) -> None:
    await place.store.write(lambda conn: work(conn) and None)


async def _refused(place: Town, consent: str) -> None:
    """Nothing is shared by it, staff see that it was changed, and so does the audit when they try."""
    with pytest.raises(Refused, match=r"consent\.changed"):
        await place.share(consent, summary="ملخص")
    assert await place.copies(place.other) == []
    standing = await place.store.read(
        lambda c: consents.of(c, place.keyring, staff=place.person, number=N, now=place.now)
    )
    assert {each.id: each.state for each in standing}[consent] == "changed"
    await place.store.write(lambda c: answering.note_changed(c, place.keyring, N, place.now))
    e, a = tables.events.c, tables.audit.c
    told = select(e.data).where(e.report == place.report, e.kind == "tampered")
    audited = select(a.data).where(a.subject == place.report, a.action == "report.tampered")
    for found in (told, audited):
        rows = await place.store.read(lambda c, q=found: c.execute(q).scalars().all())  # type: ignore[misc]
        assert rows == [{"what": "consent"}]


async def _row(place: Town, consent: str) -> dict[str, Any]:
    found = select(tables.consents).where(_C.id == consent)
    return dict((await place.store.read(lambda c: c.execute(found).one()))._mapping)


async def test_untouched_a_yes_is_carried_out(place: Town) -> None:
    await place.share(await place.agreed(Scope.WORDS), summary="للعلم")
    assert len(await place.copies(place.other)) == 1


@pytest.mark.parametrize("said", ["no", "nothing"])
@pytest.mark.parametrize("tie", ["its own", "of a yes"])
async def test_a_no_or_silence_turned_into_a_yes_is_none(place: Town, said: str, tie: str) -> None:
    yes = await _row(place, await place.agreed(Scope.WORDS))
    other = await (place.asks(Scope.WORDS) if said == "nothing" else place.agreed(Scope.WORDS, given=False))
    values = {"answer": True, "answered_at": place.now} | ({"tie": yes["tie"]} if tie == "of a yes" else {})
    await _sql(place, lambda c: c.execute(update(tables.consents).where(_C.id == other).values(**values)))
    await _refused(place, other)


@pytest.mark.parametrize("column", ["scope", "office", "desk", "answered_at", "until_at", "asked_at", "asked_by"])
async def test_a_yes_that_was_led_elsewhere_or_widened_is_none(place: Town, column: str) -> None:
    consent = await place.agreed(Scope.SUMMARY)
    later = place.now + timedelta(hours=1)
    values = {**WIDER, "answered_at": later, "until_at": later + timedelta(days=80), "asked_by": place.other}
    values["asked_at"] = place.now - timedelta(hours=1)
    change = update(tables.consents).where(_C.id == consent).values({column: values[column]})
    await _sql(place, lambda c: c.execute(change))
    await _refused(place, consent)


async def test_a_yes_copied_under_another_name_or_to_another_report_is_none(place: Town) -> None:
    yes = await _row(place, await place.agreed(Scope.WORDS))
    await _sql(place, lambda c: c.execute(insert(tables.consents).values({**yes, "id": "c" * 32})))
    await _refused(place, "c" * 32)
    filed = Filed("BG-00002", office=KARRADA, desk=Desk.GENERAL, said=SAID)
    second = await place.store.write(lambda c: file(c, place.keyring, filed, now=place.now))
    change = update(tables.consents).where(_C.id == yes["id"]).values(report=second)
    await _sql(place, lambda c: c.execute(change))
    with pytest.raises(Refused, match=r"consent\.changed"):
        await place.store.write(lambda c: answering.standing(c, place.keyring, second, yes["id"], place.now))


async def test_a_yes_that_was_taken_back_is_not_brought_back(place: Town) -> None:
    consent = await place.agreed(Scope.WORDS)
    before = await _row(place, consent)
    await place.store.write(lambda c: answering.revoke(c, place.keyring, place.report, place.now))
    await _sql(place, lambda c: c.execute(tables.consents.delete().where(_C.id == consent)))
    await _sql(place, lambda c: c.execute(insert(tables.consents).values(before)))
    await _refused(place, consent)


async def test_a_no_made_a_question_again_takes_no_answer(place: Town) -> None:
    consent = await place.asks(Scope.WORDS)
    before = await _row(place, consent)
    await place.says(consent, given=False)
    await _sql(place, lambda c: c.execute(update(tables.consents).where(_C.id == consent).values(**before)))
    await place.says(consent)
    assert (await _row(place, consent))["answer"] is None
    with pytest.raises(Refused, match=r"consent\.missing"):
        await place.share(consent, summary="ملخص")


@pytest.mark.parametrize("column", ["scope", "office", "desk", "until_at"])
async def test_a_question_that_was_changed_is_neither_put_nor_answered(place: Town, column: str) -> None:
    consent = await place.asks(Scope.SUMMARY)
    values = {**WIDER, "until_at": place.now + timedelta(days=80)}
    change = update(tables.consents).where(_C.id == consent).values({column: values[column]})
    await _sql(place, lambda c: c.execute(change))
    assert await place.store.read(lambda c: consents.asked(c, place.keyring, place.report, place.now)) is None
    await place.says(consent)
    assert (await _row(place, consent))["answer"] is None


@pytest.mark.parametrize("tie", ["as it was", "none"])
async def test_whoever_sql_made_her_reports_reporter_is_asked_nothing(place: Town, tie: str) -> None:
    await place.asks(Scope.WORDS)
    r = tables.report_contacts.c

    def contact(conn: Connection, report: str) -> str:
        return str(conn.execute(select(r.contact).where(r.report == report)).scalar_one())

    async def asked(who: str) -> object:
        found = await place.store.read(lambda c: consents.asked_of(c, place.keyring, who, place.now))
        return found[0] if found else None

    assert await asked(await place.store.read(lambda c: contact(c, place.report))) is not None
    filed = Filed("BG-00002", office=KARRADA, desk=Desk.GENERAL, said=SAID)
    his = await place.store.write(lambda c: file(c, place.keyring, filed, now=place.now))
    thief = await place.store.read(lambda c: contact(c, his))
    values = {"contact": thief} | ({"tie": None} if tie == "none" else {})
    change = update(tables.report_contacts).where(r.report == place.report).values(**values)
    await _sql(place, lambda c: c.execute(change))
    assert await asked(thief) is None
    assert await place.store.read(lambda c: consents.agreed(c, place.keyring, thief, (), place.now)) == ()
