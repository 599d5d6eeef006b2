"""A private reporter says yes and takes it back: nothing that is kept tells in which minute."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.consent import explained as explained_by
from bot.vocabulary import (
    Asked,
    Channel,
    Consent,
    Conversation,
    Delivery,
    Desk,
    Effect,
    Explained,
    Locale,
    Mode,
    Put,
    Revoke,
    Role,
    Stage,
)
from storage import contacts, tables
from storage.casework.acts import Act
from storage.consent import asking, explaining
from storage.consent.asking import Wanted
from storage.consent.consents import Scope, To
from storage.database.engine import Connection, Store
from storage.keys import Keyring
from storage.people import staff
from tests.databases import sqlite_mostly
from tests.storage import attacker, making

pytestmark = sqlite_mostly

DAYS = timedelta(days=30)
# Whatever is kept of them longer than their talk.
KEPT = ("reports", "parts", "events", "consents", "audit", "alerts", "timers", "codes", "inbound", "dead_letters")


def _asks(conn: Connection, keyring: Keyring, number: str, now: datetime) -> str:
    """A coordinator with a phone asks about the report; the consent's id."""
    there = [{"office": making.OFFICE, "desk": desk.value} for desk in (making.DESK, Desk.URGENT)]
    conn.execute(tables.desks.insert(), there)
    person = staff.add(
        conn, keyring, name="زينب", role=Role.COORDINATOR, office=making.OFFICE, desks=(making.DESK,), now=now
    )
    contacts.add_staff_contact(
        conn,
        keyring,
        staff=person,
        channel=Channel.SMS,
        carrier="twilio",
        address="+9647700000066",
        locale=Locale.AR,
        now=now,
    )
    act = Act(person, number, 1, now)
    asking.ask(conn, keyring, act, Wanted(To(making.OFFICE, Desk.URGENT), Scope.WORDS, DAYS, Locale.AR))
    consent: str = conn.execute(select(tables.consents.c.id)).scalar_one()
    return consent


async def _asked(store: Store, keyring: Keyring, now: datetime) -> tuple[str, str]:
    """A private report, and staff have asked about it: the report, the consent."""
    await making.prepare(store, keyring, now)
    filed = replace(making.filing(code="4829136500277410"), mode=Mode.PRIVATE)
    talk = replace(making.ongoing(filed, now), mode=Mode.PRIVATE)
    await making.say(store, keyring, making.message(1), making.decision(filed, conversation=talk), now=now)
    return filed.report, await store.write(lambda c: _asks(c, keyring, filed.number, now + timedelta(minutes=1)))


async def test_when_a_private_reporter_answers_is_told_by_nothing_that_stays(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    report, consent = await _asked(store, keyring, now)
    private = Conversation(mode=Mode.PRIVATE)
    hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    told: tuple[Effect, ...] = (Put(consent), Consent(consent, given=True), Revoke(report))
    minutes = [hour + timedelta(minutes=minute, seconds=7, microseconds=5) for minute in (23, 31, 44)]
    for number, (effect, at) in enumerate(zip(told, minutes, strict=True), start=2):
        said = making.decision(effect, conversation=private)
        await making.say(store, keyring, making.message(number), said, now=at)
    (row,) = await making.rows(store, tables.consents)
    assert (row.answer, row.put_at, row.answered_at, row.revoked_at) == (True, hour, hour, hour)
    loot = await store.read(attacker.steal)
    near = [range(int((at - _EPOCH) / _US) - 60_000_000, int((at - _EPOCH) / _US) + 60_000_000) for at in minutes]
    found = [
        (table, name)
        for table in KEPT
        for kept in loot.rows[table]
        for name, value in kept.items()
        if isinstance(value, int) and any(value in span for span in near)
    ]
    assert found == []
    alerts = [parcel for parcel in loot.rows["outbox"] if parcel["kind"] == "alert"]
    assert len(alerts) == 2
    for parcel in alerts:
        assert not any(parcel["created_at"] in span or parcel["due_at"] in span for span in near)
        assert {report, consent}.isdisjoint(map(str, parcel.values()))
    answers = [line for line in loot.rows["audit"] if line["action"].startswith("consent.")]
    assert {line["subject"] for line in answers} == {""}
    assert not [line for line in answers if consent in str(line["data"])]


@pytest.mark.parametrize("ends", [{"state": "dead", "sealed": None}, {"delivery": int(Delivery.FAILED)}])
async def test_in_private_too_only_the_question_itself_explains_and_nothing_that_was_said_after_it(
    store: Store, keyring: Keyring, now: datetime, ends: dict[str, object]
) -> None:
    report, consent = await _asked(store, keyring, now)
    private, o = Conversation(mode=Mode.PRIVATE), tables.outbox
    told = making.decision(Put(consent), conversation=private, replies=("consent.ask.words",))
    await making.say(store, keyring, making.message(2), told, now=now + timedelta(minutes=2))
    at_it = replace(private, stage=Stage.CONSENT, options=explained_by(consent))
    unsure = making.decision(conversation=at_it, replies=("consent.unsure",))
    await making.say(store, keyring, making.message(3), unsure, now=now + timedelta(minutes=3))
    question, after = await store.read(
        lambda c: c.execute(select(o).where(o.c.kind == "reply").order_by(o.c.created_at)).all()
    )

    async def explained(about: str = consent) -> Explained:
        at, to = now + timedelta(minutes=5), question.contact
        one = Asked(about, report, {})
        return (await store.read(lambda c: explaining.told(c, keyring, one, contact=to, private=True, at=at))).explained

    async def becomes(which: str, **what: object) -> None:
        await store.write(lambda c: c.execute(update(o).where(o.c.id == which).values(**what)) and None)

    assert consent not in str(question), "whoever steals the table reads no consent there"
    assert len(question.once) == len(after.once)
    left = {"state": "sent", "sealed": None, "sent_at": now + timedelta(minutes=4)}
    await becomes(after.id, **left)
    assert await explained() is Explained.LEAVING
    await becomes(question.id, **left)
    assert await explained() is Explained.YES
    assert await explained("d0" * 16) is Explained.NO
    await becomes(question.id, **ends)
    assert await explained() is Explained.NO


_US = timedelta(microseconds=1)
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@pytest.mark.parametrize("others", [False, True])
async def test_beside_whoever_became_private_no_parcel_names_what_they_were_asked(
    store: Store, keyring: Keyring, now: datetime, *, others: bool
) -> None:
    await making.prepare(store, keyring, now)
    if others:
        await making.say(store, keyring, making.message(1), making.decision(making.filing(code="111111")), now=now)
    file = making.filing()
    talk = making.ongoing(file, now)
    await making.say(store, keyring, making.message(2), making.decision(file, conversation=talk), now=now)
    consent = await store.write(lambda conn: _asks(conn, keyring, file.number, now))

    async def named() -> list[bool]:
        return [consent in row.once for row in await making.rows(store, tables.outbox)]

    assert True in await named()
    assert talk.ongoing is not None
    alone = replace(talk, mode=Mode.PRIVATE, ongoing=replace(talk.ongoing, code="4829136500277410"))
    await making.say(store, keyring, making.message(3), making.decision(conversation=alone), now=now)
    assert True not in await named()
