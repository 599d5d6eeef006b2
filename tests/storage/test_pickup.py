"""A case by its sixteen digits: what was answered, how it stands, and nothing of whoever works on it."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from bot.vocabulary import Desk, Role, Status
from storage import keys, pickup, ties
from storage.casework import cases
from storage.casework.acts import Act
from storage.database.engine import Connection, Store
from storage.intake import coding
from storage.keys import Domain, Keyring
from storage.reporting.reporters import Who
from storage.tables import codes, parts, reports
from storage.words import content
from tests.staffing import Filed, file, hire, town
from tests.storage import holding

CODE = "4821930000000017"
N = "BG-4F7K2"
NOBODY = Who(b"", (b"", b"", b""), b"somebody", hidden=True)


def _filed(conn: Connection, keyring: Keyring, now: datetime, *, code: str = CODE, desk: Desk = Desk.GENERAL) -> str:
    town(conn)
    report = file(conn, keyring, Filed(N, desk=desk, reachable="pull"), now=now)
    conn.execute(insert(codes).values(**coding.row(keyring, NOBODY, code, report)))
    return report


async def _found(store: Store, keyring: Keyring, code: str = CODE) -> pickup.Pickup | None:
    return await store.read(lambda c: pickup.find(c, keyring, code))


async def test_the_answers_are_read_in_their_order_and_nothing_else(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    def live(conn: Connection) -> None:
        _filed(conn, keyring, now)
        person = hire(conn, keyring, "زينب", Role.COORDINATOR, now=now)
        for step, (do, text) in enumerate(((cases.note, "سر"), (cases.reply, "الأول"), (cases.reply, "الثاني"))):
            do(conn, keyring, Act(person, N, step + 1, now + timedelta(minutes=step)), text)

    await store.write(live)
    found = await _found(store, keyring)
    assert found is not None
    assert [answer.text for answer in found.answers] == ["الأول", "الثاني"]
    assert found.answers[0].at == now + timedelta(minutes=1)
    assert found.status is Status.IN_PROGRESS
    assert "زينب" not in repr(found)
    assert N not in repr(found)


async def test_no_other_digits_find_it_and_six_never_do(store: Store, keyring: Keyring, now: datetime) -> None:
    await store.write(lambda c: _filed(c, keyring, now, code="482193"))
    for code in ("482193", CODE, "", "٤" * 16):
        assert await _found(store, keyring, code) is None


async def test_what_was_erased_is_found_no_more(store: Store, keyring: Keyring, now: datetime) -> None:
    await store.write(lambda c: _filed(c, keyring, now))
    assert await _found(store, keyring) is not None
    await store.write(lambda c: c.execute(update(reports).values(erased_at=now)))
    assert await _found(store, keyring) is None


async def test_an_order_on_a_part_is_said_of_the_whole_and_of_the_part(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    until, other = now + timedelta(days=90), "4821930000000018"

    def live(conn: Connection) -> None:
        elder = _filed(conn, keyring, now)
        part = file(conn, keyring, Filed("BG-00002"), now=now)
        conn.execute(insert(codes).values(**coding.row(keyring, NOBODY, other, part)))
        holding.hold(conn, keyring, until, report=part)
        tie = ties.made(keyring, ties.Tie.JOINED, part, elder)
        conn.execute(update(reports).where(reports.c.id == part).values(joined=elder, joined_tie=tie))

    await store.write(live)
    for code in (CODE, other):
        found = await _found(store, keyring, code)
        assert found is not None
        assert found.bound_until == until


async def test_an_answer_whose_key_is_gone_is_said_to_be_lost(store: Store, keyring: Keyring, now: datetime) -> None:
    def live(conn: Connection) -> None:
        report = _filed(conn, keyring, now)
        content.add_part(conn, keyring, report=report, kind="reply", body={"text": "جواب"}, at=now)
        epoch = conn.execute(select(parts.c.epoch)).scalars().first()
        keyring.destroy(Domain.CONTENT, str(epoch))
        keys.mark_destroyed(conn, Domain.CONTENT, str(epoch), now)

    await store.write(live)
    found = await _found(store, keyring)
    assert found is not None
    assert [answer.text for answer in found.answers] == [None]
