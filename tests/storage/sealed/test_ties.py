"""Whoever can write SQL, and has no key, leads nothing anywhere: no answer, no parcel, no question, no talk (H1).

The attacker is a reporter too: they have a report, a code and a phone of their own, whose rows are honest, and copy
from these whatever they like.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.vocabulary import (
    Append,
    Channel,
    Conversation,
    Desk,
    File,
    Hide,
    Join,
    Known,
    Mode,
    Mute,
    Reply,
    Sent,
    Show,
    Unmute,
)
from storage import contacts, pickup, tables
from storage.database.engine import Store
from storage.intake import coding
from storage.keys import Domain, Keyring
from storage.outgoing import outbox
from storage.reporting import traces
from storage.reporting.reporters import Who
from storage.sealed import keypairs, seals
from storage.sealing import Tampered
from storage.ties import Tie, holds, made
from tests.databases import sqlite_mostly
from tests.staffing import KARRADA
from tests.storage import making
from tests.storage.house import ANSWER, House
from tests.storage.making import OTHER_PHONE, PHONE, message

pytestmark = sqlite_mostly


HER_CODE, HIS_CODE = "4821930000000001", "7733930000000002"
LEASE = timedelta(minutes=5)
_C, _R, _L, _O, _S = (
    table.c for table in (tables.codes, tables.reports, tables.report_contacts, tables.outbox, tables.senders)
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A report of hers at a sealed desk, and one of his there. Both wrote from phones of their own."""

    house: House
    hers: File
    his: File

    @property
    def store(self) -> Store:
        """The database."""
        return self.house.store

    @property
    def keyring(self) -> Keyring:
        """Every key of the server."""
        return self.house.keyring

    async def sql(self, work: Callable[[Connection], Any]) -> None:
        """What the attacker does."""
        await self.store.write(lambda conn: work(conn) and None)

    async def contact(self, file: File) -> str:
        """Whom an answer to a report reaches."""
        link = select(_L.contact).where(_L.report == file.report)
        return str(await self.store.read(lambda conn: conn.execute(link).scalar_one()))

    async def hash(self, file: File) -> bytes:
        """By which a report's code is found."""
        code = select(_C.hash).where(_C.report == file.report)
        return bytes(await self.store.read(lambda conn: conn.execute(code).scalar_one()))

    async def answered(self) -> None:
        """A focal point answers her."""
        await self.house.work_on(self.hers)

    async def left(self) -> list[tuple[str, str]]:
        """What leaves the house when all is due: the phone, and the words or the reply's name."""
        at = self.house.now + timedelta(minutes=5)
        found: list[tuple[str, str]] = []
        for _ in range(5):
            parcels = await self.store.write(
                lambda c: outbox.claim(c, self.keyring, owner="t", now=at, limit=9, lease=LEASE)
            )
            for parcel in parcels:
                place = await self.store.read(lambda c, p=parcel: contacts.address(c, self.keyring, p.contact))  # type: ignore[misc]
                found.append((place.address, str(parcel.reply.values.get("text", parcel.reply.key))))
                await self.store.write(lambda c, p=parcel: outbox.sent(c, self.keyring, p, Sent(), now=at))  # type: ignore[misc]
        return found

    async def reads(self, code: str) -> list[str | None] | None:
        """The answers that whoever has this code reads; None where it finds no case."""
        found = await self.store.read(lambda c: pickup.find(c, self.keyring, code))
        return None if found is None else [each.text for each in found.answers]

    async def known(self, address: str, code: str = "", conversation: Conversation | None = None, **more: Any) -> Known:
        """What a message from this phone, with this code in it, is answered from."""
        seen: list[Known] = []

        def look(knows: Known) -> Any:
            seen.append(knows)
            return making.decision(conversation=conversation)

        number = 20 + await making.count(self.store, tables.inbound)
        said = message(number, address=address, text=code or "?", **more)
        await making.say(self.store, self.keyring, said, look, now=self.house.now, codes=(code,) if code else ())
        return seen[0]

    async def told(self, file: File) -> list[str]:
        """What staff of a report are told was changed; the audit says the same."""
        events = select(tables.events.c.data).where(
            tables.events.c.report == file.report, tables.events.c.kind == "tampered"
        )
        audit = select(tables.audit.c.data).where(
            tables.audit.c.subject == file.report, tables.audit.c.action == "report.tampered"
        )
        rows = await self.store.read(lambda c: (c.execute(events).scalars().all(), c.execute(audit).scalars().all()))
        assert rows[0] == rows[1]
        return [str(data["what"]) for data in rows[0]]


@pytest.fixture
async def scene(store: Store, keyring: Keyring, now: datetime) -> Scene:
    """Both have told, at a desk that is on; what they were told has left."""
    house = House(store, keyring, now)
    await house.begin()
    await house.recovery()
    await house.found("هدى", "سلمى")
    files = []
    for number, (address, code) in enumerate(((PHONE, HER_CODE), (OTHER_PHONE, HIS_CODE)), 1):
        file = making.filing(desk=Desk.WOMEN, office=KARRADA, code=code, place=None)
        said = message(number, address=address, text="كلام")
        await making.say(store, keyring, said, making.decision(file), now=now)
        files.append(file)
    return Scene(house, *files)


# ── Honest use ───────────────────────────────────────────────────────────────────────────────────────────────
async def test_untouched_her_answer_reaches_her_phone_and_opens_with_her_code_alone(scene: Scene) -> None:
    await scene.answered()
    assert await scene.left() == [(PHONE, ANSWER)]
    assert await scene.reads(HER_CODE) == [ANSWER]
    assert await scene.reads(HIS_CODE) == []
    assert await scene.told(scene.hers) == []


async def test_the_code_of_a_report_that_was_joined_to_hers_by_her_opens_it_too(scene: Scene) -> None:
    more = making.filing(desk=Desk.WOMEN, office=scene.hers.to.office, code="1000000000000003", place=None)
    join = making.decision(more, Join(more.report, scene.hers.report))
    await making.say(scene.store, scene.keyring, message(3, text="بعد"), join, now=scene.house.now)
    await scene.answered()
    row = await scene.store.read(lambda c: pickup.find(c, scene.keyring, more.code))
    assert row is not None
    sealed = select(tables.code_seals.c.code)
    codes = await scene.store.read(lambda c: {bytes(one) for one in c.execute(sealed).scalars()})
    assert codes == {await scene.hash(scene.hers), await scene.hash(more)}
    said = await scene.known(PHONE, more.code)
    assert said.by_code is not None
    assert (said.by_code.report, said.by_code.last_answer) == (scene.hers.report, ANSWER)


# ── Codes ────────────────────────────────────────────────────────────────────────────────────────────────────
async def _opens_to_him(scene: Scene, private: bytes = b"") -> bool:
    """Whether any answer of hers is sealed to something that he has."""
    his = coding.key(scene.keyring, _NOBODY, HIS_CODE)
    keys = [his.private, *([private] if private else ())]

    def work(conn: Connection) -> bool:
        parts = conn.execute(select(tables.parts.c.id).where(tables.parts.c.report == scene.hers.report)).scalars()
        ids = list(parts)
        hashes = conn.execute(select(_C.hash)).scalars().all()
        ways = (keypairs.CodeKey(bytes(one), key) for one in hashes for key in keys)
        return any(seals.opened_by_code(conn, scene.keyring, ids, way) for way in ways)

    return await scene.store.read(work)


_NOBODY = Who(current=b"", names=(b"", b"", b""), hash=b"", hidden=True)


@pytest.mark.parametrize("how", ["his moved", "hers copied over", "his put in once more", "his tie beside her report"])
async def test_a_code_led_to_her_report_gets_no_answer(scene: Scene, how: str) -> None:
    his, hers = await scene.hash(scene.his), await scene.hash(scene.hers)
    rows = {row.report: row._mapping for row in await making.rows(scene.store, tables.codes)}
    mine, theirs = dict(rows[scene.his.report]), dict(rows[scene.hers.report])
    forged = {"hash": his, "report": scene.hers.report}
    work: dict[str, Callable[[Connection], Any]] = {
        "his moved": lambda c: c.execute(update(tables.codes).where(_C.hash == his).values(report=scene.hers.report)),
        "hers copied over": lambda c: (
            c.execute(tables.codes.delete().where(_C.hash == his)),
            c.execute(insert(tables.codes).values({**theirs, "hash": his})),
        ),
        "his put in once more": lambda c: (
            c.execute(tables.codes.delete().where(_C.hash.in_((his, hers)))),
            c.execute(insert(tables.codes).values({**mine, **forged})),
        ),
        "his tie beside her report": lambda c: (
            c.execute(tables.codes.delete().where(_C.hash == his)),
            c.execute(insert(tables.codes).values({**mine, **forged, "tie": theirs["tie"]})),
        ),
    }
    await scene.sql(work[how])
    await scene.answered()
    assert not await _opens_to_him(scene)
    assert await scene.reads(HIS_CODE) is None
    assert (await scene.known(OTHER_PHONE, HIS_CODE)).by_code is None
    assert "code" in await scene.told(scene.hers)
    assert await scene.reads(HER_CODE) == (None if how == "his put in once more" else [ANSWER])


async def test_a_key_put_in_place_of_the_one_that_her_code_yields_opens_nothing(scene: Scene) -> None:
    thief = keypairs.from_seed("t" * 32, b"s" * 32)
    hers = _C.report == scene.hers.report
    await scene.sql(lambda c: c.execute(update(tables.codes).where(hers).values(public_key=thief.public)))
    await scene.answered()
    assert not await _opens_to_him(scene, thief.private)
    assert await scene.reads(HER_CODE) is None
    assert await scene.told(scene.hers) == ["code"]


async def test_a_code_of_six_digits_made_to_serve_from_anywhere_serves_nowhere(scene: Scene) -> None:
    await scene.sql(lambda c: c.execute(update(tables.codes).values(scope="sender")))
    assert await scene.reads(HER_CODE) is None
    await scene.answered()
    assert await making.count(scene.store, tables.code_seals) == 0


# ── Joined reports ───────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("tied", ["untied", "by another's tie"])
async def test_a_report_of_his_that_sql_joined_to_hers_gets_no_answer(scene: Scene, tied: str) -> None:
    third = making.filing(desk=Desk.WOMEN, office=scene.hers.to.office, code="1000000000000003", place=None)
    join = making.decision(third, Join(third.report, scene.hers.report))
    await making.say(scene.store, scene.keyring, message(3, text="بعد"), join, now=scene.house.now)
    tie = select(_R.joined_tie).where(_R.id == third.report)
    other = await scene.store.read(lambda c: c.execute(tie).scalar_one()) if tied != "untied" else None
    into = {"joined": scene.hers.report, "joined_tie": other}
    await scene.sql(lambda c: c.execute(update(tables.reports).where(_R.id == scene.his.report).values(**into)))
    await scene.answered()
    assert not await _opens_to_him(scene)
    case = (await scene.known(OTHER_PHONE, HIS_CODE)).by_code
    assert case is not None
    assert (case.report, case.answers) == (scene.his.report, 0)
    assert await scene.told(scene.hers) == ["code"]


async def test_what_she_says_next_does_not_go_to_a_report_that_sql_joined_hers_to(scene: Scene) -> None:
    into = {"joined": scene.his.report}
    await scene.sql(lambda c: c.execute(update(tables.reports).where(_R.id == scene.hers.report).values(**into)))
    added = making.decision(Append(scene.hers.report))
    await making.say(scene.store, scene.keyring, message(7, text="سر"), added, now=scene.house.now)
    counted = {row.report for row in await making.rows(scene.store, tables.parts) if row.inbound is not None}
    assert counted == {scene.hers.report, scene.his.report}
    his = [row for row in await making.rows(scene.store, tables.parts) if row.report == scene.his.report]
    assert len([row for row in his if row.kind == "utterance"]) == 1
    assert await scene.told(scene.hers) == ["joined"]


# ── Whom an answer reaches ───────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("tie", ["as it was", "his own", "none"])
async def test_a_report_led_to_his_phone_is_answered_to_nobody(scene: Scene, tie: str) -> None:
    his = await scene.contact(scene.his)
    his_tie = select(_L.tie).where(_L.report == scene.his.report).scalar_subquery()
    ties: dict[str, dict[str, Any]] = {"as it was": {}, "his own": {"tie": his_tie}, "none": {"tie": None}}
    values = ties[tie]
    hers = _L.report == scene.hers.report
    await scene.sql(lambda c: c.execute(update(tables.report_contacts).where(hers).values(contact=his, **values)))
    await scene.answered()
    assert await scene.left() == []
    assert await scene.told(scene.hers) == ["parcel"]
    (row,) = await making.rows(scene.store, tables.outbox)
    assert (row.state, row.reason, row.sealed) == ("dead", "tampered", None)


@pytest.mark.parametrize("column", ["contact", "report", "both", "with his ties", "as a reply", "as an alert"])
async def test_an_answer_that_waits_goes_to_no_other_phone(scene: Scene, column: str) -> None:
    await scene.answered()
    his = await scene.contact(scene.his)
    his_tie = select(_L.tie).where(_L.report == scene.his.report).scalar_subquery()
    values: dict[str, dict[str, Any]] = {
        "contact": {"contact": his},
        "report": {"report": scene.his.report},
        "both": {"contact": his, "report": scene.his.report},
        "with his ties": {"contact": his, "report": scene.his.report, "tie": his_tie},
        "as a reply": {"contact": his, "kind": "reply"},
        "as an alert": {"kind": "alert"},
    }
    await scene.sql(lambda c: c.execute(update(tables.outbox).values(**values[column])))
    assert await scene.left() == []


async def test_a_reply_that_waits_goes_to_no_other_phone(scene: Scene) -> None:
    his, hers = await scene.contact(scene.his), await scene.contact(scene.hers)
    for once, contact in (("a", hers), ("b", his)):
        put = {"kind": "reply", "contact": contact, "channel": Channel.SMS, "reply": Reply("hello")}
        times = {"due_at": scene.house.now, "now": scene.house.now}
        await scene.store.write(lambda c, o=once, p=put, t=times: outbox.put(c, scene.keyring, once=o, **p, **t))  # type: ignore[misc]
    rows = {row.once: row for row in await making.rows(scene.store, tables.outbox)}
    swap = {"contact": his, "tie": rows["b"].tie}
    await scene.sql(lambda c: c.execute(update(tables.outbox).where(_O.once == "a").values(**swap)))
    assert await scene.left() == [(OTHER_PHONE, "hello")]


async def test_a_phone_led_to_her_contact_does_not_take_it_over(scene: Scene) -> None:
    his, hers = await scene.contact(scene.his), await scene.contact(scene.hers)
    await scene.sql(lambda c: c.execute(update(tables.senders).where(_S.contact == his).values(contact=hers)))
    said = message(8, address=OTHER_PHONE, text="مرحبا")
    await making.say(scene.store, scene.keyring, said, making.decision(replies=["hello"]), now=scene.house.now)
    place = await scene.store.read(lambda c: contacts.address(c, scene.keyring, hers))
    assert place.address == PHONE
    await scene.answered()
    assert sorted(await scene.left()) == sorted([(PHONE, ANSWER), (OTHER_PHONE, "hello")])


@pytest.mark.parametrize("column", ["staff", "channel", "carrier"])
async def test_a_contact_made_another_kind_of_contact_does_not_open(scene: Scene, column: str) -> None:
    values = {"staff": scene.house.people["نور"], "channel": "telegram", "carrier": "console"}
    hers = await scene.contact(scene.hers)
    change = update(tables.contacts).where(tables.contacts.c.id == hers).values({column: values[column]})
    await scene.sql(lambda c: c.execute(change))
    with pytest.raises(Tampered):
        await scene.store.read(lambda c: contacts.address(c, scene.keyring, hers))
    await scene.known(PHONE)  # she writes again: it is hers as before
    place = await scene.store.read(lambda c: contacts.address(c, scene.keyring, hers))
    assert (place.address, place.channel, place.carrier) == (PHONE, Channel.SMS, "twilio")


# ── How she wishes to be told ────────────────────────────────────────────────────────────────────────────────
async def _wishes(scene: Scene, *effects: Any) -> None:
    number = 60 + await making.count(scene.store, tables.inbound)
    said, decided = message(number, text="?"), making.decision(*effects)
    await making.say(scene.store, scene.keyring, said, decided, now=scene.house.now)


async def _hidden(scene: Scene) -> list[bool]:
    """Of each parcel that leaves: whether she is told only that something waits."""
    at = scene.house.now + timedelta(minutes=5)

    def leave(conn: Connection) -> list[bool]:
        parcels = outbox.claim(conn, scene.keyring, owner="t", now=at, limit=9, lease=LEASE)
        assert all(outbox.sent(conn, scene.keyring, parcel, Sent(), now=at) for parcel in parcels)
        return [parcel.hidden or parcel.reply.key == "nudge.discreet" for parcel in parcels]

    return await scene.store.write(leave)


async def test_where_sql_takes_her_wish_for_discretion_away_her_phone_shows_nothing(scene: Scene) -> None:
    await _wishes(scene, Hide(scene.hers.report, ("وردة",)))
    hers = _R.id == scene.hers.report

    def forgotten(conn: Connection) -> None:
        conn.execute(tables.discreet.delete())
        conn.execute(update(tables.reports).where(hers).values(reachable="no"))
        conn.execute(update(tables.contacts).values(unreachable_at=scene.house.now))

    await scene.sql(forgotten)
    await _wishes(scene)  # she writes: she can be reached again
    await scene.sql(lambda c: c.execute(update(tables.reports).where(hers).values(reachable="yes")))
    await scene.answered()
    assert await _hidden(scene) == [True]
    await _wishes(scene, Hide(scene.hers.report, ("وردة",)), Show())
    await scene.answered()
    assert await _hidden(scene) == [False]


async def test_where_sql_takes_her_silence_away_nothing_is_sent(scene: Scene) -> None:
    await _wishes(scene, Mute())
    hers = _R.id == scene.hers.report

    def forgotten(conn: Connection) -> None:
        conn.execute(tables.muted.delete())
        conn.execute(update(tables.reports).where(hers).values(reachable="yes"))

    await scene.sql(forgotten)
    await scene.answered()
    assert await scene.left() == []
    await _wishes(scene, Mute(), Unmute())
    await scene.answered()
    assert await scene.left() == [(PHONE, ANSWER)]


# ── What a reply replies to, and private talks ───────────────────────────────────────────────────────────────
@pytest.mark.parametrize("tie", ["as it was", "none"])
async def test_a_message_of_his_led_to_her_report_is_no_reply_to_it(scene: Scene, tie: str) -> None:
    own: dict[str, Any] = {"own_id": "77"}
    said = message(8, address=OTHER_PHONE, text="مرحبا", **own)
    await making.say(scene.store, scene.keyring, said, making.decision(Append(scene.his.report)), now=scene.house.now)
    contact = await scene.contact(scene.his)
    about = lambda c: traces.about(c, scene.keyring, contact=contact, own_id="77")  # noqa: E731
    assert await scene.store.read(about) == scene.his.report
    values = {"report": scene.hers.report} | ({"tie": None} if tie == "none" else {})
    await scene.sql(lambda c: c.execute(update(tables.traces).values(**values)))
    assert await scene.store.read(about) is None
    assert (await scene.known(OTHER_PHONE, reply_to="77")).replied is None


@pytest.mark.parametrize("how", ["his leads to her contact", "hers is found by his phone", "hers is copied over his"])
async def test_a_private_talk_is_nobody_elses_and_leads_to_no_other_phone(scene: Scene, how: str) -> None:
    private = Conversation(mode=Mode.PRIVATE)
    for number, address in ((11, PHONE), (12, OTHER_PHONE)):
        decided = making.decision(conversation=replace(private, tries=7 if address == PHONE else 0))
        said = message(number, address=address, text="سري")
        await making.say(scene.store, scene.keyring, said, decided, now=scene.house.now)
    rows = await making.rows(scene.store, tables.talks)
    phones = {(await _address(scene, row.contact)).address: row for row in rows}
    hers, his, t = phones[PHONE], phones[OTHER_PHONE], tables.talks
    mine, theirs = update(t).where(t.c.id == his.id), update(t).where(t.c.id == hers.id)
    copied = {name: getattr(hers, name) for name in ("contact", "sealed", "epoch", "until_at")}
    work: dict[str, Callable[[Connection], Any]] = {
        "his leads to her contact": lambda c: c.execute(mine.values(contact=hers.contact)),
        "hers is found by his phone": lambda c: (
            c.execute(t.delete().where(t.c.id == his.id)),
            c.execute(theirs.values(found_by=his.found_by)),
        ),
        "hers is copied over his": lambda c: (
            c.execute(t.delete().where(t.c.id == hers.id)),
            c.execute(mine.values(**copied, id=hers.id)),
        ),
    }
    await scene.sql(work[how])
    seen = await scene.known(OTHER_PHONE, conversation=private)
    assert seen.conversation.tries == 0
    assert (await _address(scene, hers.contact)).address == PHONE


async def _address(scene: Scene, contact: str) -> contacts.Address:
    return await scene.store.read(lambda c: contacts.address(c, scene.keyring, contact))


# ── Ties themselves ──────────────────────────────────────────────────────────────────────────────────────────
def test_a_tie_is_of_its_fields_their_order_and_what_they_tie(keyring: Keyring, now: datetime) -> None:
    keyring.make(Domain.CODE, now)
    lists: list[tuple[Any, ...]] = [
        ("a", "b"), ("ab", ""), ("b", "a"), ("a", None), ("a", b"b"), ("a", True), ("a", False), ("a", now), ("a",),
        ("a", "b", None), ("a", "\x00b"),
    ]  # fmt: skip
    ties = {made(keyring, what, *fields) for what in Tie for fields in lists}
    assert len(ties) == len(Tie) * len(lists)
    tie = made(keyring, Tie.LINK, "a", "b")
    assert holds(keyring, tie, Tie.LINK, "a", "b")
    assert not any(holds(keyring, wrong, Tie.LINK, "a", "b") for wrong in (None, b"", tie[:-1], tie + b"0", bytes(32)))
