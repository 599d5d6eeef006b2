"""How a phone is told changes while something is put, sent or lost: nothing goes past it, and nobody waits in a ring.

On PostgreSQL the two are open at once; SQLite, which has one writer, has them one after the other.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import Connection

from bot.vocabulary import (
    Append,
    Delivery,
    Effect,
    Erase,
    File,
    Hide,
    Leave,
    Mode,
    Mute,
    Receipt,
    SendFailed,
    Sent,
    Veil,
)
from storage import tables, ties
from storage.casework import cases
from storage.casework.acts import Act
from storage.database.engine import Store
from storage.intake import ledger
from storage.keys import Keyring
from storage.outgoing import delivery, outbox, receipts
from storage.outgoing.outbox import Parcel
from storage.reporting import reach
from tests.storage import making
from tests.storage.beside import Work, beside

MINUTE = timedelta(minutes=1)
WORDS = "هل انت بخير؟"
STOPPED = SendFailed("stopped", retryable=False, unreachable=True)
# SQLite has one writer: there nobody waits for another's rows.
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
PAIRS = tuple(product(("sent", "failed", "left", "lost"), ("veil", "hide", "mute", "leave", "private")))
QUICK = (("sent", "veil"), ("failed", "veil"), ("left", "hide"), ("lost", "private"))


@dataclass(slots=True)
class Scene:
    """A reporter, what she told, and an officer who may answer it."""

    store: Store
    keyring: Keyring
    now: datetime
    person: str
    file: File = field(default_factory=making.filing)
    said: int = 0

    async def say(self, *effects: Effect, mode: Mode = Mode.NORMAL) -> Work:
        """What is to be done as she writes something."""
        self.said += 1
        said = making.message(self.said)
        await making.keep(self.store, self.keyring, said, now=self.now)
        (waits,) = await making.waiting(self.store, self.keyring, now=self.now)
        talk = replace(making.ongoing(self.file, self.now), mode=mode)
        decided = making.decision(*effects, conversation=talk)

        def settles(conn: Connection) -> None:
            ledger.settle(conn, self.keyring, waits, codes=(), decide=lambda _known: decided, now=self.now)

        return settles

    async def does(self, *effects: Effect) -> None:
        await self.store.write(await self.say(*effects))

    def answers(self, version: int = 1) -> Work:
        act = Act(staff=self.person, number=self.file.number, version=version, now=self.now)
        return lambda c: cases.reply(c, self.keyring, act, WORDS)

    async def taken(self) -> Parcel:
        """The parcel that is due by now."""
        (parcel,) = await self.store.write(
            lambda c: outbox.claim(c, self.keyring, owner="a", now=self.now + MINUTE, limit=9, lease=MINUTE)
        )
        return parcel


@pytest.fixture
async def scene(store: Store, keyring: Keyring, now: datetime) -> Scene:
    await making.prepare(store, keyring, now)
    file = making.filing()
    person = await making.add_staff(store, "سالم", office=file.to.office, desk=file.to.desk, now=now)
    made = Scene(store, keyring, now, person, file)
    await made.does(file)
    return made


@pytest.mark.parametrize("answered_first", [True, False])
async def test_an_answer_of_the_very_moment_of_a_veil_goes_as_something_that_waits(
    scene: Scene, *, answered_first: bool
) -> None:
    veils, answers = await scene.say(Veil()), scene.answers()
    await beside(scene.store, *((answers, veils) if answered_first else (veils, answers)))
    parcel = await scene.taken()
    assert parcel.report == scene.file.report
    assert parcel.hidden
    assert (await making.rows(scene.store, tables.reports))[0].reachable == "nudge"


async def test_an_answer_of_the_very_moment_of_a_veil_is_veiled_where_only_its_link_was_asked(scene: Scene) -> None:
    """Whoever puts it without holding the report."""
    put = {"report": scene.file.report, "reply": making.reply(), "once": "answer:x"}
    answers: Work = lambda c: outbox.put_answer(c, scene.keyring, **put, due_at=scene.now, now=scene.now)  # type: ignore[arg-type]  # noqa: E731
    await beside(scene.store, answers, await scene.say(Veil()))
    assert (await scene.taken()).hidden


@pytest.mark.parametrize("answered_first", [True, False])
async def test_an_answer_of_the_very_moment_of_privacy_leads_from_its_report_to_nobody(
    scene: Scene, *, answered_first: bool
) -> None:
    becomes, answers = await scene.say(mode=Mode.PRIVATE), scene.answers()
    await beside(scene.store, *((answers, becomes) if answered_first else (becomes, answers)))
    assert {row.report for row in await making.rows(scene.store, tables.outbox)} <= {None}
    assert not await making.rows(scene.store, tables.report_contacts)


async def test_an_answer_that_was_taken_to_be_sent_is_looked_at_again_as_it_is_handed_over(scene: Scene) -> None:
    await scene.store.write(scene.answers())
    parcel = await scene.taken()
    hidden: Work = lambda c: delivery.is_hidden(c, scene.keyring, parcel)  # noqa: E731
    assert (parcel.hidden, await scene.store.read(hidden)) == (False, False)
    await scene.does(Veil())
    assert await scene.store.read(hidden)


# ── No ring ──────────────────────────────────────────────────────────────────────────────────────────────────
async def _on_its_way(scene: Scene, ends: str) -> Work:
    """An answer is being sent, or was; what is then told of it."""
    await scene.store.write(scene.answers())
    parcel, ring, now = await scene.taken(), scene.keyring, scene.now
    match ends:
        case "sent":
            return lambda c: delivery.sent(c, ring, parcel, Sent(("SM1",)), carrier="twilio", now=now)
        case "failed":
            return lambda c: delivery.failed(c, ring, parcel, STOPPED, now=now, jitter=0.0)
        case "left":
            return lambda c: delivery.left(c, ring, parcel, now=now)
        case _:
            await scene.store.write(lambda c: delivery.sent(c, ring, parcel, Sent(("SM1",)), carrier="twilio", now=now))
            receipt = Receipt("twilio", "SM1", Delivery.FAILED, STOPPED)
            return lambda c: receipts.arrive(c, ring, receipt, now=now)


@on_postgresql
@pytest.mark.parametrize(
    ("ends", "wish"), [each if each in QUICK else pytest.param(*each, marks=pytest.mark.slow) for each in PAIRS]
)
async def test_what_becomes_of_an_answer_and_a_wish_never_wait_for_each_other(
    scene: Scene, ends: str, wish: str
) -> None:
    """Each stands still where it first holds what is queued; a ring would end one of the two as Unavailable."""
    effects: dict[str, tuple[Effect, ...]] = {
        "veil": (Append(scene.file.report), Veil()),
        "hide": (Append(scene.file.report), Hide(scene.file.report, ("وردة",))),
        "mute": (Append(scene.file.report), Mute()),
        "leave": (Append(scene.file.report), Leave()),
        "private": (),
    }
    told = await _on_its_way(scene, ends)
    wishes = await scene.say(*effects[wish], mode=Mode.PRIVATE if wish == "private" else Mode.NORMAL)
    await beside(scene.store, told, wishes, at="outbox")


@on_postgresql
@pytest.mark.parametrize("ends", ["sent", "failed", pytest.param("lost", marks=pytest.mark.slow)])
async def test_nor_do_they_where_the_wish_comes_first(scene: Scene, ends: str) -> None:
    told = await _on_its_way(scene, ends)
    await beside(scene.store, await scene.say(Append(scene.file.report), Veil()), told, at="report_contacts")
    assert (await scene.store.read(lambda c: reach.told(c, scene.keyring, scene.file.report))) == ties.Told(
        hidden=True, veiled=True, silent=ends != "sent"
    )


@on_postgresql
@pytest.mark.parametrize("ends", ["failed", "sent", pytest.param("lost", marks=pytest.mark.slow)])
async def test_nor_do_they_where_the_report_that_hid_another_is_erased(scene: Scene, ends: str) -> None:
    """What is left without a word is veiled then, and it is that which was answered."""
    hides = making.filing(code="300000")
    await scene.does(hides, Hide(hides.report, ("300000",)))
    told = await _on_its_way(scene, ends)
    await beside(scene.store, await scene.say(Erase(hides.report)), told, at="report_contacts")
    assert (await scene.store.read(lambda c: reach.told(c, scene.keyring, scene.file.report))) == ties.Told(
        hidden=True, veiled=True, silent=ends != "sent"
    )


@on_postgresql
async def test_staff_who_answer_wait_for_no_wish_that_waits_for_them(scene: Scene) -> None:
    wishes = await scene.say(Veil())
    await beside(scene.store, wishes, scene.answers(), at="report_contacts")
    assert (await scene.taken()).hidden
