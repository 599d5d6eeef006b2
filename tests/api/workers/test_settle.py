"""Settling: whose fault it is decides whether a message is tried again, and none disappears."""

import itertools
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import delete, or_, select, update

from api.demo import ceremony, folk
from api.settings import Settings
from api.wiring import Wiring, build, prepare
from api.workers.deliver import deliver_due
from api.workers.settle import settle_waiting
from bot.handlers import console
from bot.vocabulary import Channel, Desk, Message, Role
from storage import tables
from storage.database.engine import Connection
from storage.intake import ledger
from storage.keys import Domain, KeyMissing, epoch_of
from storage.outgoing import outbox
from storage.purging import figures
from storage.words import content
from tests import staffing
from tests.databases import on_sqlite_mostly, sqlite_mostly

pytestmark = sqlite_mostly


EMERGENCY = "هسه رمي قوي بحي العامل"


class Hands:
    """A clock that a test moves, and the workers called by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.said = 0

    def __call__(self) -> datetime:
        return self.now

    async def say(self, wiring: Wiring, text: str, *, phone: int = 1) -> None:
        self.said += 1
        await wiring.intake.keep(
            console.read(
                text,
                address=f"+999{phone:010d}",
                channel=Channel.SMS,
                external_id=str(self.said),
                sequence=self.said,
            )
        )

    async def settle(self, wiring: Wiring) -> dict[str, object]:
        while await settle_waiting(wiring):
            pass
        return await wiring.store.read(figures.read)


@pytest.fixture
def hands(now: datetime) -> Hands:
    return Hands(now)


@pytest.fixture
async def empty(hands: Hands, database_url: str, tmp_path: Path) -> AsyncGenerator[Wiring]:
    """Everything wired, and no office yet."""
    settings = Settings(
        data_dir=tmp_path / "data", keys_dir=tmp_path / "its-keys", database_url=SecretStr(database_url)
    )
    prepare(settings)
    wiring = await build(settings, demo=True, clock=hands)
    yield wiring
    await wiring.close()


@pytest.fixture
async def wiring(empty: Wiring) -> Wiring:
    await folk.move_in(empty)
    return empty


async def test_without_an_office_messages_wait_until_there_is_one(empty: Wiring, hands: Hands) -> None:
    await hands.say(empty, EMERGENCY)
    for _ in range(8):
        assert not await settle_waiting(empty)
        hands.now += timedelta(minutes=1)
    await folk.move_in(empty)
    found = await hands.settle(empty)
    assert (found["reports"], found["dead_letters"]) == (1, 0)


async def test_a_fault_of_the_machine_counts_against_no_message(wiring: Wiring, hands: Hands) -> None:
    await hands.say(wiring, EMERGENCY)
    outbox_keys = wiring.settings.keys_dir / "outbox" / epoch_of(Domain.OUTBOX, hands.now)
    hidden = outbox_keys.rename(outbox_keys.with_suffix(".away"))
    wiring.keyring._known.clear()
    for _ in range(8):
        with pytest.raises(KeyMissing):
            await settle_waiting(wiring)
        hands.now += timedelta(minutes=1)
    hidden.rename(outbox_keys)
    found = await hands.settle(wiring)
    assert (found["reports"], found["dead_letters"], found["unsettled"]) == (1, 0, 0)


async def test_a_message_that_cannot_be_settled_becomes_a_dead_letter_and_the_chat_goes_on(
    wiring: Wiring, hands: Hands
) -> None:
    await hands.say(wiring, "رسالة مسمومة")
    await hands.say(wiring, EMERGENCY)
    await _spoil(wiring)
    for _ in range(8):
        await hands.settle(wiring)
        hands.now += timedelta(minutes=1)
    found = await wiring.store.read(figures.read)
    assert (found["dead_letters"], found["unsettled"], found["reports"]) == (1, 0, 1)


async def _spoil(wiring: Wiring) -> None:
    """The first message's bytes are changed, as a broken disk would."""

    def spoil(connection: Connection) -> None:
        first = tables.inbound.select().order_by(tables.inbound.c.id).limit(1)
        row = connection.execute(first).one()
        changed = bytes(row.sealed[:-1]) + bytes([row.sealed[-1] ^ 1])
        connection.execute(tables.inbound.update().where(tables.inbound.c.id == row.id).values(sealed=changed))

    await wiring.store.write(spoil)


async def test_what_was_buried_by_a_mended_fault_is_tried_again_and_filed(wiring: Wiring, hands: Hands) -> None:
    await hands.say(wiring, EMERGENCY)
    (waiting,) = await wiring.store.read(lambda c: ledger.waiting(c, wiring.keyring, now=hands.now, limit=9))
    for _ in range(5):
        await wiring.store.write(
            lambda c: ledger.stumble(c, wiring.keyring, waiting.id, now=hands.now, reason="ValueError")
        )
    assert (await wiring.store.read(figures.read))["dead_letters"] == 1
    assert await wiring.store.write(lambda c: ledger.revive(c, wiring.keyring, now=hands.now)) == 1
    found = await hands.settle(wiring)
    assert (found["reports"], found["dead_letters"], found["kept"]) == (1, 0, 1)


async def test_one_persons_many_emergencies_are_all_filed_and_ring_one_after_another(
    wiring: Wiring, hands: Hands
) -> None:
    for number in range(5):
        await hands.say(wiring, f"بلاغ جديد: {EMERGENCY} {number}")
        await hands.settle(wiring)
    due = await wiring.store.read(_alerts_due)
    assert len(due) == 5
    assert all(later - earlier >= timedelta(minutes=10) for earlier, later in itertools.pairwise(due))


async def test_two_peoples_emergencies_ring_at_once(wiring: Wiring, hands: Hands) -> None:
    for phone in (1, 2):
        await hands.say(wiring, EMERGENCY, phone=phone)
    await hands.settle(wiring)
    assert len(set(await wiring.store.read(_alerts_due))) == 1


def _alerts_due(connection: Connection) -> list[datetime]:
    timers = tables.timers
    alerts = timers.select().where(timers.c.kind == "alert").order_by(timers.c.due_at)
    return [row.due_at for row in connection.execute(alerts)]


async def test_an_address_that_does_not_open_is_given_up_and_staff_see_it(wiring: Wiring, hands: Hands) -> None:
    await hands.say(wiring, EMERGENCY)
    await hands.settle(wiring)
    spoilt = tables.contacts.update().where(tables.contacts.c.staff.is_(None)).values(sealed=b"\x01" * 64)
    await wiring.store.write(lambda c: c.execute(spoilt))
    while await deliver_due(wiring):
        pass
    found = await wiring.store.read(figures.read)
    assert found["outbox"] == {"pending": 0, "sent": 0, "dead": 1}
    reachable = await wiring.store.read(lambda c: c.execute(tables.reports.select()).one().reachable)
    assert reachable == "no"


@pytest.mark.parametrize("only", [True, False])
@on_sqlite_mostly
async def test_what_the_only_one_of_a_sealed_desk_typed_in_goes_to_another_sealed_desk(
    wiring: Wiring, hands: Hands, *, only: bool
) -> None:
    """She may not open it, and it must not be lost: there is a regional desk."""
    text = "رجلها يضربها كل يوم وحابسها بالبيت بالكرادة"
    here = (tables.grants.c.office == "BG-karrada", tables.grants.c.desk == "women")
    people = await wiring.store.read(lambda c: c.execute(tables.grants.select().where(*here)).all())
    huda, *others = sorted(row.staff for row in people)
    assert others
    if only:
        gone = tables.grants.c.staff.in_(others)
        await wiring.store.write(lambda c: c.execute(tables.grants.delete().where(*here, gone)))
    by_hand = Message(
        Channel.CONSOLE, "entry", "entry", "1", "", 1, text=text, code="4829136500277410", entered_by=huda
    )
    await wiring.intake.keep(by_hand)
    await hands.settle(wiring)
    row = await wiring.store.read(lambda c: c.execute(tables.reports.select()).one())
    assert row.desk in {"women", "child"}
    assert (row.office != "BG-karrada") is only


@on_sqlite_mostly
async def test_where_all_others_at_her_desk_are_of_the_office_that_it_names_it_goes_to_another(
    hands: Hands, wiring: Wiring
) -> None:
    """They could not open it, and she who typed it in may not."""
    text = "طليقي ضابط بمركز الشعلة ويهددني بصوري"
    await hands.say(wiring, text)
    await hands.settle(wiring)
    first = await wiring.store.read(lambda c: c.execute(tables.reports.select()).one())

    def work(conn: Connection) -> str:
        hers, other = conn.execute(tables.staff.select().where(tables.staff.c.active).limit(2)).scalars()
        conn.execute(tables.grants.delete().where(tables.grants.c.staff.in_((hers, other))))
        there = {"office": first.office, "desk": first.desk, "role": "focal_point"}
        named = {"office": "BG-shula", "desk": "general", "role": "coordinator"}
        conn.execute(tables.grants.insert(), [{"staff": hers, **there}, {"staff": other, **there}])
        conn.execute(tables.grants.insert(), {"staff": other, **named})
        return str(hers)

    hers = await wiring.store.write(work)
    by_hand = Message(
        Channel.CONSOLE, "entry", "entry", "1", "", 1, text=text, code="4829136500277410", entered_by=hers
    )
    await wiring.intake.keep(by_hand)
    await hands.settle(wiring)
    rows = await wiring.store.read(lambda c: c.execute(tables.reports.select()).all())
    (typed,) = (row for row in rows if row.id != first.id)
    card = await wiring.store.read(lambda c: content.card(c, wiring.keyring, typed.id))
    assert "BG-shula" in card["apart"]
    assert typed.desk in {"women", "child"}
    assert (typed.office, typed.desk) != (first.office, first.desk)


# ── A sealed desk whose list was changed ─────────────────────────────────────────────────────────────────────
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
    assert await _replies(wiring, hands, "مساعدة") == ["help"]
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
