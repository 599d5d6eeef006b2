"""A desk that is sealed to people: who has every key of the server reads nothing of it, and its people read it all."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from bot.vocabulary import Append, Desk, Known, MediumKind, Point, Urgency
from storage import pickup, tables, waits
from storage.casework import cases, paging
from storage.casework.acts import Act
from storage.database.engine import Store
from storage.intake import coding, transcripts, understanding
from storage.keys import Keyring
from storage.reporting.reporters import Who
from storage.sealed import keypairs, recipients
from storage.sealed.seals import Kind, opened
from storage.words import content
from storage.words.content import Shut
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.house import ANSWER, CODE, FILE_KEY, NOTE, PLACE, SECRETS, WORDS, House, copy_of, stolen
from tests.storage.making import message

pytestmark = sqlite_mostly


LATER = timedelta(hours=1)
_TABLES = {"part_seals": tables.part_seals, "medium_seals": tables.medium_seals}


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    """A desk that is on, with two focal points and the recovery key."""
    house = House(store, keyring, now)
    await house.begin()
    await house.recovery()
    await house.found("هدى", "سلمى")
    return house


async def test_its_people_read_everything_and_so_does_the_recovery_key(house: House) -> None:
    file = await house.tell()
    await house.work_on(file)
    for name in ("هدى", "سلمى"):
        assert await house.texts(file, house.keys[name], name) == [WORDS, NOTE, ANSWER]
        seen = await house.open(file, name, house.keys[name])
        assert (seen.locked, seen.card is not None) == (False, True)
        assert [each.state for entry in seen.thread for each in entry.files] == ["kept"]
    copy = await copy_of(house.store)
    everything = stolen(copy, house.keyring, [house.keys["recovery"].private])
    assert all(text in everything for text in (*SECRETS, FILE_KEY.decode(), "domestic_violence"))


async def test_every_key_of_the_server_and_a_copy_of_the_database_open_nothing(house: House) -> None:
    file = await house.tell()
    await house.work_on(file)
    copy = await copy_of(house.store)
    assert len(copy.rows["parts"]) == 4
    assert len(copy.rows["part_seals"]) == 3 * 4
    assert len(copy.rows["medium_seals"]) == 3
    assert stolen(copy, house.keyring, [keypairs.new("x").private]) == ""
    one = stolen(copy, house.keyring, [house.keys["سلمى"].private])  # the same thief with one person's key
    assert all(text in one for text in (*SECRETS, FILE_KEY.decode()))


async def test_without_her_key_a_report_shows_where_and_how_urgent_and_no_words(house: House) -> None:
    file = await house.tell()
    await house.work_on(file)
    for opener in (None, keypairs.new("x")):
        seen = await house.open(file, "هدى", opener)
        assert seen.locked
        assert seen.report.locked
        assert (seen.card, seen.report.excerpt, seen.report.category) == (None, None, None)
        assert (seen.report.urgency, seen.report.desk) == (Urgency.HIGH, Desk.WOMEN)
        assert seen.report.due_at is not None
        assert not any(text in repr(seen) for text in SECRETS)
        assert [entry.locked for entry in seen.thread if entry.said] == [True] * 3
    person = house.people["هدى"]
    for opener, locked in ((None, True), (house.keys["هدى"], False)):
        page = await house.store.write(
            lambda c, o=opener: paging.listing(c, house.keyring, staff=person, now=house.now, opener=o),  # type: ignore[misc]
            staff=person,
        )
        assert [(row.locked, row.category) for row in page.rows] == [(locked, None if locked else "domestic_violence")]


async def test_a_recipient_put_in_by_sql_gets_nothing(house: House) -> None:
    thief = keypairs.new("e" * 32)
    row: dict[str, Any] = {
        "id": thief.recipient,
        "office": PLACE[0],
        "desk": PLACE[1],
        "staff": house.people["زينب"],
        "public_key": thief.public,
        "signing_key": thief.signing_public,
        "added_at": house.now,
        "effective_at": house.now,
    }
    signer = house.keys["هدى"].recipient
    own = recipients.Row(**row, signed_by=signer)
    forged = keypairs.sign(thief, recipients.invitation(own))

    def put_in(conn: Any) -> None:
        conn.execute(insert(tables.recipients).values(**row, signed_by=signer, signature=forged))
        conn.execute(update(tables.desks).values(sealed_at=None))

    await house.store.write(put_in)
    assert thief.recipient not in await house.standing()
    file = await house.tell()
    await house.work_on(file)
    assert stolen(await copy_of(house.store), house.keyring, [thief.private]) == ""
    assert await house.texts(file, house.keys["هدى"]) == [WORDS, NOTE, ANSWER]


@pytest.mark.parametrize("column", ["public_key", "signing_key", "staff", "office", "added_at", "effective_at"])
async def test_a_row_changed_by_sql_counts_no_more(house: House, column: str) -> None:
    thief = keypairs.new("e" * 32)
    new: dict[str, Any] = {
        "public_key": thief.public,
        "signing_key": thief.signing_public,
        "staff": house.people["نور"],
    }
    new |= {"office": "", "added_at": house.now - LATER, "effective_at": house.now - LATER}
    mine = tables.recipients.c.id == house.keys["هدى"].recipient
    await house.store.write(
        lambda c: c.execute(update(tables.recipients).where(mine).values({column: new[column]})) and None
    )
    listed = await house.store.read(lambda c: recipients.people(c, house.keyring, *PLACE, house.now))
    assert [each.id for each in listed] == [house.keys["سلمى"].recipient]
    with pytest.raises(recipients.Unverified):  # a founder's row is gone, as far as anybody can tell
        await house.tell()
    assert await making.count(house.store, tables.parts) == 0


async def test_where_nobody_on_a_list_verifies_a_message_waits(house: House) -> None:
    await house.store.write(lambda c: c.execute(delete(tables.recipients)) and None)
    file = making.filing(desk=Desk.WOMEN, office=PLACE[0], place=None)
    with pytest.raises(recipients.Unverified):
        await making.say(house.store, house.keyring, message(1, text=WORDS), making.decision(file), now=house.now)
    assert await making.count(house.store, tables.parts) == 0
    (held,) = await making.waiting(house.store, house.keyring, now=house.now)
    for _ in range(20):
        await house.store.write(lambda c: waits.hold(c, house.keyring, held.id, now=house.now))
    assert await making.count(house.store, tables.dead_letters) == 0
    assert await making.waiting(house.store, house.keyring, now=house.now) == []
    (held,) = await making.waiting(house.store, house.keyring, now=house.now + timedelta(minutes=1))
    assert held.attempts == 0  # or else it would be filed one day without being understood, at another desk


async def test_of_what_is_sealed_to_people_a_message_learns_no_facts(house: House) -> None:
    file = await house.tell()
    facts = await house.store.read(lambda c: understanding.facts(c, house.keyring, file.report))
    assert facts is None


async def test_one_who_was_lost_leaves_the_others_reading(house: House) -> None:
    before = await house.tell(1)
    lost, by = house.keys["هدى"], house.keys["سلمى"]
    await house.replace("هدى", "نور", by="recovery")
    after = await house.tell(2)
    assert await house.texts(before, by, "سلمى") == [WORDS]
    assert await house.texts(after, by, "سلمى") == [WORDS]
    assert await house.texts(after, lost, "هدى") == []
    assert WORDS not in stolen(_only(await copy_of(house.store), after.report), house.keyring, [lost.private])


async def test_what_was_revoked_stays_so_when_sql_takes_the_revocation_away(house: House) -> None:
    lost, by = house.keys["هدى"], house.keys["سلمى"]
    nobody = {"revoked_at": None, "revoked_by": None, "revocation": None}

    await house.replace("هدى", "نور", by="recovery")
    assert lost.recipient not in await house.standing()
    await house.store.write(lambda c: c.execute(update(tables.recipients).values(**nobody)) and None)
    assert await house.standing() == {by.recipient, house.keys["recovery"].recipient}


async def test_a_revocation_that_nobody_signed_takes_nobody_off(house: House) -> None:
    all_of = {"revoked_at": house.now, "revoked_by": house.keys["سلمى"].recipient, "revocation": b"0" * 64}
    await house.store.write(lambda c: c.execute(update(tables.recipients).values(**all_of)) and None)
    assert len(await house.standing()) == 3


def _only(copy: Any, report: str) -> Any:
    rows = dict(copy.rows)
    rows["parts"] = [row for row in rows["parts"] if row.report == report]
    return type(copy)(rows)


# ── Tampering ────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("table", ["part_seals", "medium_seals"])
async def test_a_seal_that_was_changed_or_swapped_opens_nothing(house: House, table: str) -> None:
    await house.tell(1)
    await house.tell(2)
    which = _TABLES[table]
    kind = Kind.PART if table == "part_seals" else Kind.MEDIUM
    her = house.keys["هدى"]
    rows = [row for row in await making.rows(house.store, which) if row.recipient == her.recipient]
    ids = [getattr(row, kind.column) for row in rows]

    async def opens(row: Any, **values: Any) -> bool:
        here = (which.c[kind.column] == getattr(row, kind.column), which.c.recipient == row.recipient)
        await house.store.write(lambda c: c.execute(update(which).where(*here).values(**values)) and None)
        found = await house.store.read(lambda c: opened(c, house.keyring, kind, ids, her))
        await house.store.write(lambda c: c.execute(update(which).where(*here).values(sealed=row.sealed)) and None)
        return getattr(row, kind.column) in found

    first, second = rows[0], rows[1]
    blob = bytes(first.sealed)
    assert await opens(first, sealed=blob)
    assert not await opens(first, sealed=bytes(second.sealed))
    others = [row for row in await making.rows(house.store, which) if row.recipient != her.recipient]
    same = next(row for row in others if getattr(row, kind.column) == getattr(first, kind.column))
    assert not await opens(first, sealed=bytes(same.sealed))
    for at in range(0, len(blob), 9):
        assert not await opens(first, sealed=blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :])
    for cut in (b"", blob[:40], blob[:-1]):
        assert not await opens(first, sealed=cut)


async def test_a_part_whose_seal_is_broken_is_lost_and_hides_no_other(house: House) -> None:
    file = await house.tell()
    await house.work_on(file)
    her = house.keys["هدى"]
    (note,) = [row for row in await making.rows(house.store, tables.parts) if row.kind == "note"]
    mine = tables.parts.c.id == note.id
    broken = bytes(note.sealed[:-1]) + bytes([note.sealed[-1] ^ 1])
    await house.store.write(lambda c: c.execute(update(tables.parts).where(mine).values(sealed=broken)) and None)
    seen = await house.open(file, "هدى", her)
    assert [entry.lost for entry in seen.thread if entry.said] == [False, True, False]
    row = await house.store.read(lambda c: c.execute(select(tables.parts).where(mine)).one())
    found = await house.store.read(lambda c: content.bodies(c, house.keyring, [row], her))
    assert found == {note.id: Shut.LOST}


# ── Answers ──────────────────────────────────────────────────────────────────────────────────────────────────
async def test_an_answer_opens_to_whoever_gives_the_code_and_to_no_key_of_the_server(house: House) -> None:
    file = await house.tell()
    await house.work_on(file)
    found = await house.store.read(lambda c: pickup.find(c, house.keyring, file.code))
    assert found is not None
    assert [answer.text for answer in found.answers] == [ANSWER]
    wrong = await house.store.read(lambda c: pickup.find(c, house.keyring, CODE[:-2] + "99"))
    assert wrong is None
    key = keypairs.from_code(b"another pepper".ljust(32), file.code, b"")
    assert stolen(await copy_of(house.store), house.keyring, [key.private]) == ""


async def test_a_conversation_without_the_code_tells_that_there_is_an_answer_and_not_which(house: House) -> None:
    file = await house.tell()
    await house.work_on(file)
    heard: list[Known] = []

    def decide(what: Known) -> Any:
        heard.append(what)
        return making.decision(conversation=making.ongoing(file, house.now))

    for number, codes in ((7, ()), (8, ()), (9, (file.code,))):
        await making.say(house.store, house.keyring, message(number), decide, now=house.now, codes=codes)
    assert heard[1].latest is not None
    assert (heard[1].latest.answers, heard[1].latest.last_answer) == (1, "")
    assert heard[2].by_code is not None
    assert heard[2].by_code.last_answer == ANSWER


async def test_six_digits_open_an_answer_for_their_sender_only(house: House) -> None:
    hers, other = Who(b"", (b"", b"", b""), b"her", hidden=False), Who(b"", (b"", b"", b""), b"other", hidden=False)
    rows = [coding.row(house.keyring, who, "482913", "r") for who in (hers, other)]
    assert rows[0]["hash"] != rows[1]["hash"]
    assert rows[0]["public_key"] != rows[1]["public_key"]
    assert rows[0]["scope"] == "sender"


async def test_an_answer_that_was_taken_back_leaves_no_seal(house: House) -> None:
    file = await house.tell()
    await house.work_on(file)
    (reply,) = [row for row in await making.rows(house.store, tables.parts) if row.kind == "reply"]
    here = tables.part_seals.c.part == reply.id
    seals = select(tables.part_seals).where(here)
    assert len(await house.store.read(lambda c: c.execute(seals).all())) == 3
    act = Act(house.people["هدى"], file.number, 3, house.now + timedelta(seconds=5), house.keys["هدى"])
    await house.store.write(lambda c: cases.undo(c, house.keyring, act), staff=act.staff)
    assert await house.store.read(lambda c: c.execute(seals).all()) == []
    assert await making.count(house.store, tables.code_seals) == 0
    assert await house.texts(file, house.keys["هدى"]) == [WORDS, NOTE]


async def test_what_is_erased_leaves_no_seal(house: House) -> None:
    file = await house.tell()
    await house.work_on(file)
    await house.store.write(lambda c: content.erase(c, file.report))
    assert await making.count(house.store, tables.part_seals) == 0
    assert await making.count(house.store, tables.code_seals) == 0
    assert await house.texts(file, house.keys["هدى"]) == []


# ── Later words and files ────────────────────────────────────────────────────────────────────────────────────
async def test_what_comes_later_is_sealed_too_edits_and_pins_and_photos(house: House) -> None:
    file = await house.tell(photo=False)
    her = house.keys["هدى"]
    steps: list[Any] = [
        message(2, text="مرحبا", own_id="m2"),
        message(3, text="مرحبا", own_id="m2", edit=True),
        message(4, text="مرحبا بيك", own_id="m2", edit=True),
        message(5, text="", own_id="m5", point=Point(33.3, 44.4), live=True),
        message(6, text="", own_id="m5", point=Point(33.4, 44.5), live=True, edit=True),
        message(7, text="صورة", media=(making.medium(),)),
    ]
    for one in steps:
        await making.say(house.store, house.keyring, one, making.decision(Append(file.report)), now=house.now)
    await house.fetch()
    assert stolen(await copy_of(house.store), house.keyring) == ""
    seen = await house.open(file, "هدى", her)
    said = [entry for entry in seen.thread if entry.said]
    assert [entry.text for entry in said] == [WORDS, "مرحبا بيك", "", "صورة"]
    assert [entry.text for entry in said[1].earlier] == ["مرحبا"]
    assert (said[2].point, said[2].earlier) == (Point(33.4, 44.5), ())
    assert len(said[3].files) == 1


async def test_a_photo_that_was_put_in_the_place_of_another_hides_neither(house: House) -> None:
    """Group 9: the same edit told once more is no version, though here nobody can compare before she opens it."""
    file = await house.tell(photo=False)
    for at, unique in enumerate(("a", "b", "b")):
        photo = replace(making.medium(), ref=f"h{at}", unique=unique)
        one = message(2 + at, text="هذا", own_id="m2", edit=at > 0, media=(photo,))
        await making.say(house.store, house.keyring, one, making.decision(Append(file.report)), now=house.now)
        await house.fetch()
    assert stolen(await copy_of(house.store), house.keyring) == ""
    seen = await house.open(file, "هدى", house.keys["هدى"])
    _, shown = [entry for entry in seen.thread if entry.said]
    ids = {picture.id for line in (shown, *shown.earlier) for picture in line.files}
    assert (len(shown.files), [len(old.files) for old in shown.earlier], len(ids)) == (1, [1], 2)
    assert all(entry.text is None and not entry.files for entry in (await house.open(file, "هدى")).thread if entry.said)


async def test_a_voice_is_written_down_before_only_people_can_open_it(house: House) -> None:
    await house.tell(photo=False)
    voice = message(2, media=(making.medium(),))
    (report,) = [row.id for row in await making.rows(house.store, tables.reports)]
    await making.say(house.store, house.keyring, voice, making.decision(Append(report)), now=house.now)
    await house.fetch(unheard=True, kind=MediumKind.VOICE)
    lease = timedelta(minutes=5)
    recording = await house.store.write(
        lambda c: transcripts.claim(c, house.keyring, owner="t", now=house.now, lease=lease)
    )
    assert recording is not None
    assert recording.key == FILE_KEY
    words = transcripts.Words("الحگوني", Urgency.EMERGENCY, ("الحگوني",))
    assert await house.store.write(lambda c: transcripts.written(c, house.keyring, recording, words, now=house.now))
    assert stolen(await copy_of(house.store), house.keyring) == ""
    (report_row,) = await making.rows(house.store, tables.reports)
    assert report_row.urgency == Urgency.EMERGENCY.value
    card = await house.store.read(lambda c: content.card(c, house.keyring, report, house.keys["هدى"]))
    assert (card["urgency"], card["why"], card["category"]) == (2, ["الحگوني"], "domestic_violence")
