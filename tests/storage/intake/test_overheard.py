"""A voice that is written down is kept from those whom it names, and sealed where its words are for few."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.nlp import places
from bot.nlp.analyse import analyse
from bot.vocabulary import Category, Desk, Facts, File, Place, Status, Urgency
from storage import keys, tables
from storage.database.engine import Store
from storage.intake import transcripts
from storage.intake.transcripts import Recording, Words
from storage.keys import Keyring
from storage.words import content
from tests import offices
from tests.shipped import shipped
from tests.storage import making

MINUTE = timedelta(minutes=1)
OFFICER = "الحرامي ضابط بمركز شرطة الشعلة"


def _shula() -> Place:
    found = places.by_id(shipped().gazetteer, "IQ-BG-shula")
    assert found is not None
    return found


async def _theft(store: Store, keyring: Keyring, now: datetime, *, urgency: Urgency = Urgency.NORMAL) -> File:
    """A theft at the forum of Shula."""

    def work(conn: Connection) -> None:
        keys.register(conn, keyring, now)
        offices.put_in(conn)

    await store.write(work)
    facts = Facts(Category.THEFT, urgency, sensitive=False, lineage=_shula().lineage)
    file = making.filing(facts=facts, office="BG-shula", place=_shula())
    await making.say(store, keyring, making.message(1), making.decision(file), now=now)
    return file


async def _written(store: Store, keyring: Keyring, now: datetime, file: File, text: str) -> None:
    """The voice that came with it is written down so."""
    heard = analyse(shipped(), text)

    def work(conn: Connection) -> bool:
        said = (tables.parts.c.report == file.report, tables.parts.c.kind == "utterance")
        part = conn.execute(select(tables.parts.c.id).where(*said)).scalar_one()
        voice = {"id": "m", "part": part, "kind": "voice", "content_type": "audio/ogg", "size": 1, "state": "kept"}
        conn.execute(insert(tables.media), {**voice, "attempts": 1, "owner": "me"})
        recording = Recording("m", part, file.report, "audio/ogg", "00/x", 1, "me", bytes(32))
        words = Words(text, heard.urgency, heard.why, heard)
        return transcripts.written(conn, keyring, recording, words, gazetteer=shipped().gazetteer, now=now + MINUTE)

    assert await store.write(work)


@pytest.mark.parametrize("status", [Status.NEW, Status.IN_PROGRESS, Status.CLOSED])
async def test_whom_a_voice_names_does_not_see_what_it_says(
    store: Store, keyring: Keyring, now: datetime, status: Status
) -> None:
    file = await _theft(store, keyring, now)
    closed = {"closed_at": now} if status is Status.CLOSED else {}
    stands = update(tables.reports).values(status=status.value, **closed)
    await store.write(lambda c: c.execute(stands) and None)
    await _written(store, keyring, now, file, OFFICER)
    (row,) = await making.rows(store, tables.reports)
    assert (row.office, row.desk) == ("IQ-oversight-centre", Desk.OVERSIGHT.value)
    assert "BG-shula" in row.apart
    assert row.status == (Status.CLOSED if status is Status.CLOSED else Status.NEW).value
    card = await store.read(lambda c: content.card(c, keyring, file.report))
    assert "BG-shula" in card["apart"]
    assert card["category"] == Category.THEFT


async def test_an_emergency_in_which_a_voice_names_an_officer_comes_to_who_can_come(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    file = await _theft(store, keyring, now, urgency=Urgency.EMERGENCY)
    await _written(store, keyring, now, file, OFFICER)
    (row,) = await making.rows(store, tables.reports)
    assert (row.office, row.desk) == ("IQ-BG", Desk.URGENT.value)


async def test_what_a_voice_tells_that_is_for_few_is_sealed(store: Store, keyring: Keyring, now: datetime) -> None:
    file = await _theft(store, keyring, now)
    await _written(store, keyring, now, file, "زوجي يضربني كل يوم وما اريد احد يدري")
    (row,) = await making.rows(store, tables.reports)
    assert row.desk in {Desk.WOMEN.value, Desk.CHILD.value}
    assert (row.sealed_once, row.category, row.place) == (True, None, None)


async def test_a_voice_that_names_nobody_moves_nothing(store: Store, keyring: Keyring, now: datetime) -> None:
    file = await _theft(store, keyring, now)
    (before,) = await making.rows(store, tables.reports)
    await _written(store, keyring, now, file, "لونه احمر وبي خدش من الجهة اليمنى")
    (row,) = await making.rows(store, tables.reports)
    assert (row.office, row.desk, row.apart, row.version) == (before.office, before.desk, before.apart, before.version)
