"""What comes for a sealed desk whose list was changed is acknowledged, held, read by nobody else, and filed later."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, or_, select, update

from api.demo import ceremony
from api.wiring import Wiring
from bot.vocabulary import Desk, Role
from storage import inbound, keys, tables
from storage.database.engine import Connection
from storage.intake import ledger
from storage.outgoing import outbox
from tests import staffing
from tests.api.workers.hands import Hands
from tests.databases import on_sqlite_mostly, sqlite_mostly

pytestmark = sqlite_mostly

VIOLENCE = "زوجي يضربني كل يوم بحي العامل"


async def _watched(wiring: Wiring, hands: Hands) -> set[str]:
    """The demonstration's desks are on; an administrator and somebody of oversight have phones: their names."""
    await ceremony.hold(wiring)

    def phones(conn: Connection) -> set[str]:
        g = tables.grants.c
        watch = or_(g.role == Role.ADMINISTRATOR.value, g.desk == Desk.OVERSIGHT.value)
        people = select(tables.staff.c.id, tables.staff.c.name).join(tables.grants, g.staff == tables.staff.c.id)
        rows = conn.execute(people.where(watch).distinct()).all()
        for number, row in enumerate(rows):
            staffing.give_phone(
                conn, wiring.keyring, row.id, f"+96477000000{number + 10}", carrier="console", now=hands.now
            )
        return {row.name for row in rows}

    return await wiring.store.write(phones)


async def _said(wiring: Wiring, hands: Hands) -> list[str]:
    """What leaves the house now, by the keys of its texts."""
    lease = timedelta(minutes=1)
    parcels = await wiring.store.write(
        lambda c: outbox.claim(c, wiring.keyring, owner="me", now=hands.now, limit=99, lease=lease)
    )
    await wiring.store.write(lambda c: c.execute(delete(tables.outbox)) and None)
    return sorted(parcel.reply.key for parcel in parcels if parcel.reply)


async def test_what_comes_for_a_desk_whose_list_was_changed_is_acknowledged_waits_and_is_delivered(
    wiring: Wiring, hands: Hands
) -> None:
    watch = await _watched(wiring, hands)
    assert len(watch) >= 2
    r = tables.recipients.c
    founders = await wiring.store.read(lambda c: c.execute(select(r.id, r.staff).where(r.desk == "women")).all())
    away = update(tables.recipients).where(r.desk == "women").values(staff=None)
    await wiring.store.write(lambda c: c.execute(away) and None)
    await hands.say(wiring, VIOLENCE)
    found = await hands.settle(wiring)
    assert (found["reports"], found["dead_letters"]) == (0, 0)
    assert await _said(wiring, hands) == ["alert.list"] * len(watch) + ["held"]
    for _ in range(5):
        hands.now += timedelta(minutes=1)
        assert (await hands.settle(wiring))["reports"] == 0
        assert await _said(wiring, hands) == []  # nobody is told twice
    noted = select(tables.audit.c.data).where(tables.audit.c.action == "desk.broken")
    rows = await wiring.store.read(lambda c: list(c.execute(noted).scalars()))
    assert {row["desk"] for row in rows} == {"women"}

    def mend(conn: Connection) -> None:
        for row in founders:
            conn.execute(update(tables.recipients).where(r.id == row.id).values(staff=row.staff))

    await wiring.store.write(mend)
    hands.now += timedelta(minutes=1)
    found = await hands.settle(wiring)
    assert (found["reports"], found["dead_letters"]) == (1, 0)
    desk = await wiring.store.read(lambda c: c.execute(select(tables.reports.c.desk)).scalar_one())
    assert desk == "women"
    assert any(key.startswith("filed") for key in await _said(wiring, hands))


KNIFE = "هسه ديكتلني بالسكين الحكوني"
FIRE = "اكو حريق ببيتنا محبوسين بيه"


async def _broken(wiring: Wiring) -> dict[str, str | None]:
    """The women's desks' lists, changed by SQL; who stood there before."""
    r = tables.recipients.c
    rows = await wiring.store.read(lambda c: c.execute(select(r.id, r.staff).where(r.desk == "women")).all())
    away = update(tables.recipients).where(r.desk == "women").values(staff=None)
    await wiring.store.write(lambda c: c.execute(away) and None)
    return {row.id: row.staff for row in rows}


async def _mended(wiring: Wiring, founders: dict[str, str | None]) -> None:
    def mend(conn: Connection) -> None:
        for one, person in founders.items():
            conn.execute(update(tables.recipients).where(tables.recipients.c.id == one).values(staff=person))

    await wiring.store.write(mend)


async def _replies(wiring: Wiring, hands: Hands, text: str) -> list[str]:
    hands.now += timedelta(seconds=70)
    await hands.say(wiring, text)
    await hands.settle(wiring)
    return [key for key in await _said(wiring, hands) if not key.startswith("alert")]


async def test_nobody_waits_behind_a_message_that_is_held(wiring: Wiring, hands: Hands) -> None:
    await _watched(wiring, hands)
    founders = await _broken(wiring)
    assert await _replies(wiring, hands, VIOLENCE) == ["held"]
    for danger in (KNIFE, "رجع هسه وبيده سكين يريد يقتلني"):
        assert (await _replies(wiring, hands, danger))[0].startswith("held.emergency")
    assert any("emergency" in key for key in await _replies(wiring, hands, FIRE))
    r = tables.reports.c
    desks = await wiring.store.read(lambda c: list(c.execute(select(r.desk)).scalars()))
    assert "women" not in desks
    assert len(desks) == 1
    assert await _replies(wiring, hands, "مساعدة") == ["danger.unplaced"]  # the number comes first
    await _mended(wiring, founders)
    hands.now += timedelta(minutes=2)
    found = await hands.settle(wiring)
    assert (found["unsettled"], found["dead_letters"]) == (0, 0)
    desks = await wiring.store.read(lambda c: list(c.execute(select(r.desk)).scalars()))
    assert desks.count("women") >= 1


async def test_what_is_held_is_asked_about_and_erased_and_never_filed(wiring: Wiring, hands: Hands) -> None:
    await _watched(wiring, hands)
    founders = await _broken(wiring)
    assert await _replies(wiring, hands, VIOLENCE) == ["held"]
    assert await _replies(wiring, hands, "حالة") == ["case.new"]
    assert await _replies(wiring, hands, "حذف") == ["erase.ask"]
    assert (await _replies(wiring, hands, "1"))[0] in {"erase.gone", "erase.done"}
    kept = select(tables.inbound.c.id).where(tables.inbound.c.sealed.is_not(None))
    assert await wiring.store.read(lambda c: c.execute(kept).all()) == []
    await _mended(wiring, founders)
    hands.now += timedelta(minutes=2)
    assert (await hands.settle(wiring))["reports"] == 0


@pytest.mark.parametrize("way", [pytest.param("", marks=pytest.mark.slow), "سري: "])
async def test_erasing_another_report_by_its_code_leaves_what_is_held(wiring: Wiring, hands: Hands, way: str) -> None:
    """In private, too, where both were told in one talk."""
    await _watched(wiring, hands)
    code = await _coded(wiring, hands, f"{way}سرقوا دراجتي الهوائية من باب المحل بالشعلة")
    founders = await _broken(wiring)
    hands.now += timedelta(minutes=5)
    assert await _replies(wiring, hands, VIOLENCE) == ([] if way else ["held"])
    assert await _replies(wiring, hands, f"حذف {code}") == ["erase.ask"]
    assert (await _replies(wiring, hands, "نعم"))[0] in {"erase.gone", "erase.done"}
    await _mended(wiring, founders)
    hands.now += timedelta(minutes=2)
    await hands.settle(wiring)
    r = tables.reports.c
    standing = select(r.desk).where(r.erased_at.is_(None))
    assert await wiring.store.read(lambda c: list(c.execute(standing).scalars())) == ["women"]


@pytest.mark.parametrize(
    "more", ["اسمه كرار ويشتغل بالكراج", pytest.param("{} وعنده سلاح بالبيت", marks=pytest.mark.slow)]
)
async def test_what_is_held_to_come_into_a_report_goes_with_it(wiring: Wiring, hands: Hands, more: str) -> None:
    await _watched(wiring, hands)
    code = await _coded(wiring, hands, VIOLENCE)
    founders = await _broken(wiring)
    hands.now += timedelta(hours=1)
    await _replies(wiring, hands, more.format(code))
    waits = inbound.held(tables.inbound.c)
    which = select(tables.inbound.c.id).where(tables.inbound.c.settled_at.is_(None), waits)
    assert len(await wiring.store.read(lambda c: c.execute(which).all())) == 1
    assert await _replies(wiring, hands, f"حذف {code}") == ["erase.ask"]
    await _replies(wiring, hands, "نعم")
    await _mended(wiring, founders)
    hands.now += timedelta(minutes=2)
    await hands.settle(wiring)
    r = tables.reports.c
    standing = select(r.desk).where(r.erased_at.is_(None))
    assert await wiring.store.read(lambda c: list(c.execute(standing).scalars())) == []


async def _coded(wiring: Wiring, hands: Hands, words: str) -> str:
    """Told and settled; the code that is told of it."""
    await hands.say(wiring, words)
    await hands.settle(wiring)
    lease = timedelta(minutes=1)
    claimed = await wiring.store.write(
        lambda c: outbox.claim(c, wiring.keyring, owner="me", now=hands.now, limit=99, lease=lease)
    )
    await wiring.store.write(lambda c: c.execute(delete(tables.outbox)) and None)
    (code,) = {parcel.reply.values["code"] for parcel in claimed if "code" in parcel.reply.values}
    return code


@on_sqlite_mostly
async def test_stop_and_discretion_are_obeyed_while_a_message_is_held(wiring: Wiring, hands: Hands) -> None:
    await _watched(wiring, hands)
    await _broken(wiring)
    assert await _replies(wiring, hands, VIOLENCE) == ["held"]
    assert await _replies(wiring, hands, "دخيلكم محد يدري") == ["held.emergency"]
    assert await _replies(wiring, hands, "توقف") == ["stopped"]
    assert await _replies(wiring, hands, KNIFE) == []


async def _on_duty(wiring: Wiring, hands: Hands) -> None:
    """Everyone in a women's desk's rota has a phone."""
    duty = tables.duty.c

    def phones(conn: Connection) -> None:
        for number, person in enumerate(
            conn.execute(select(duty.staff).where(duty.desk == "women").distinct()).scalars()
        ):
            staffing.give_phone(
                conn, wiring.keyring, person, f"+96477000000{number + 40}", carrier="console", now=hands.now
            )

    await wiring.store.write(phones)


async def test_danger_for_a_desk_that_cannot_open_it_rings_at_once(wiring: Wiring, hands: Hands) -> None:
    watch = await _watched(wiring, hands)
    await _broken(wiring)
    far = {"name": "desks:broken", "value": 2**40}
    await wiring.store.write(lambda c: c.execute(tables.cursors.insert().values(**far)) and None)
    await _on_duty(wiring, hands)
    await hands.say(wiring, "زوجي هسه ديكتلني بالسكين بحي العامل الحكوني")
    await hands.settle(wiring)
    hands.now += timedelta(seconds=5)
    await hands.say(wiring, "رجع هسه وبيده سكين يريد يقتلني")
    await hands.settle(wiring)
    said = await _said(wiring, hands)
    assert said.count("alert.danger") > len(watch)  # those on duty, too; once, though it was told twice
    assert said.count("alert.list") == len(watch)  # a time that lies ahead silences nobody
    assert {key for key in said if not key.startswith("alert")} == {"held.emergency"}
    noted = select(tables.audit.c.data).where(tables.audit.c.action == "desk.broken")
    assert await wiring.store.read(lambda c: c.execute(noted).all())


async def test_danger_rings_nobody_whose_work_at_the_desk_has_ended(wiring: Wiring, hands: Hands) -> None:
    watch = await _watched(wiring, hands)
    await _broken(wiring)
    await _on_duty(wiring, hands)
    g = tables.grants.c
    ended = update(tables.grants).where(g.desk == "women").values(until_at=hands.now)
    await wiring.store.write(lambda c: c.execute(ended) and None)
    still = select(g.staff).join(tables.duty, tables.duty.c.staff == g.staff).where(g.until_at.is_(None))
    assert await wiring.store.read(lambda c: c.execute(still).all())  # they work elsewhere yet
    await hands.say(wiring, "زوجي هسه ديكتلني بالسكين بحي العامل الحكوني")
    await hands.settle(wiring)
    assert (await _said(wiring, hands)).count("alert.danger") == len(watch)


# ── Told in private ──────────────────────────────────────────────────────────────────────────────────────────
async def _links(wiring: Wiring) -> int:
    """Rows by which somebody could be known or answered: of the demonstration's reporters there are none."""

    def count(conn: Connection) -> int:
        leads = (tables.senders, tables.conversations, tables.report_contacts)
        return sum(len(conn.execute(table.select()).all()) for table in leads)

    return await wiring.store.read(count)


async def _pass(wiring: Wiring, hands: Hands, time: timedelta) -> None:
    """The keys of then are made, as the worker that makes them would have."""
    hands.now += time
    await wiring.store.write(lambda c: keys.register(c, wiring.keyring, hands.now))


async def _waits(wiring: Wiring) -> Any:
    unsettled = tables.inbound.select().where(tables.inbound.c.settled_at.is_(None))
    return await wiring.store.read(lambda c: c.execute(unsettled).one())


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(("سري", VIOLENCE), id="before", marks=pytest.mark.slow),
        pytest.param((f"سري: {VIOLENCE}",), id="with it", marks=pytest.mark.slow),
        pytest.param((VIOLENCE, "سري"), id="after it"),
    ],
)
async def test_what_was_told_in_private_is_filed_in_private_however_long_its_desk_holds_it(
    wiring: Wiring, hands: Hands, said: tuple[str, ...]
) -> None:
    """The talk is over by then, and its mark as well: nobody else remembers that it was private."""
    await _watched(wiring, hands)
    founders = await _broken(wiring)
    for text in said:
        await _replies(wiring, hands, text)
    await _pass(wiring, hands, timedelta(hours=19))
    assert (await hands.settle(wiring))["reports"] == 0
    await wiring.store.write(lambda c: c.execute(delete(tables.talks)) and None)
    before = await _links(wiring)
    await _mended(wiring, founders)
    hands.now += timedelta(minutes=2)
    assert (await hands.settle(wiring))["reports"] == 1
    assert await _links(wiring) == before
    assert "private.filed" in await _said(wiring, hands)
    scopes = await wiring.store.read(lambda c: list(c.execute(select(tables.codes.c.scope)).scalars()))
    assert scopes == ["anywhere"]


async def test_within_a_day_nothing_tells_whose_a_private_message_was_that_its_desk_holds(
    wiring: Wiring, hands: Hands
) -> None:
    await _watched(wiring, hands)
    founders = await _broken(wiring)
    await _replies(wiring, hands, f"سري: {VIOLENCE}")
    told = await _waits(wiring)
    await _pass(wiring, hands, inbound.KNOWN_IN_PRIVATE)
    await hands.settle(wiring)
    now = await _waits(wiring)
    assert (now.pseudonym != told.pseudonym, now.sequence, now.received_at.minute) == (True, 0, 0)
    (held,) = await wiring.store.read(
        lambda c: ledger.waiting(c, wiring.keyring, now=hands.now + timedelta(minutes=2), limit=9)
    )
    message = held.message
    assert message.text == f"سري: {VIOLENCE}"
    assert (message.address, message.external_id, message.own_id, message.callback) == ("", "", "", "")
    await _said(wiring, hands)
    await _mended(wiring, founders)
    hands.now += timedelta(minutes=2)
    found = await hands.settle(wiring)
    assert (found["reports"], found["dead_letters"], found["unsettled"]) == (1, 0, 0)
    assert [key for key in await _said(wiring, hands) if not key.startswith("alert")] == []
    assert await wiring.store.read(lambda c: c.execute(select(tables.reports.c.desk)).scalar_one()) == "women"


async def test_what_its_desk_holds_of_others_can_be_answered_as_long_as_it_waits(wiring: Wiring, hands: Hands) -> None:
    await _watched(wiring, hands)
    founders = await _broken(wiring)
    assert await _replies(wiring, hands, VIOLENCE) == ["held"]
    await _pass(wiring, hands, timedelta(hours=40))
    await hands.settle(wiring)
    await _said(wiring, hands)
    await _mended(wiring, founders)
    hands.now += timedelta(minutes=2)
    await hands.settle(wiring)
    assert any(key.startswith("filed") for key in await _said(wiring, hands))
