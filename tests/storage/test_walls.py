"""PostgreSQL's second wall, asked in plain SQL without any filter of ours: foreign rows are not there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import DBAPIError

from bot.vocabulary import Desk
from storage import audit, tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.outgoing import fates, outbox
from storage.words import content
from tests.storage import making
from tests.storage.making import OFFICE, message

_WALLED = ("reports", "parts", "events", "media", "alerts")
_HIDDEN = (
    "contacts",
    "senders",
    "muted",
    "veils",
    "inbound",
    "conversations",
    "report_contacts",
    "codes",
    "outbox",
    "receipts",
    "traces",
    "effaced",
    "budgets",
    "cursors",
    "leases",
    "sessions",
    "devices",
    "tokens",
    "login_links",
    "keys",
    "audit",
    "timers",
    "code_seals",
    "examples",
    "terms",
)


@pytest.fixture
async def store(postgresql_store: Store, keyring: Keyring, now: datetime) -> Store:
    """Three reports at three desks, each with parts, an event, a medium and an alert."""
    store = postgresql_store
    await making.prepare(store, keyring, now)
    for number, (office, desk) in enumerate(_QUEUES):
        file = making.filing(office=office, desk=desk, code=f"{number:06d}")
        said = message(number, media=(making.medium(),))
        await making.say(store, keyring, said, making.decision(file), now=now)
        person = await making.add_staff(store, f"p{number}", office=office, desk=desk, now=now, **_ROLE.get(desk, {}))
        alert = {"id": f"a{number}", "report": file.report, "staff": person, "rung": 0, "at": now}
        await store.write(lambda conn, alert=alert: conn.execute(insert(tables.alerts), alert) and None)  # type: ignore[misc]
    return store


_QUEUES = ((OFFICE, Desk.GENERAL), ("women-baghdad", Desk.WOMEN), ("other-office", Desk.GENERAL))
_ROLE = {Desk.WOMEN: {"role": "focal_point"}}


def _count(table: str) -> Callable[[Connection], int]:
    return lambda conn: int(conn.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one())


def _do(statement: str, **values: Any) -> Callable[[Connection], int]:
    return lambda conn: int(conn.execute(text(statement), values).rowcount)


async def test_each_sees_their_own_desks_rows_and_no_other(store: Store) -> None:
    for table in _WALLED:
        everything = await store.read(_count(table))
        seen = [await store.read(_count(table), staff=making.staff_id(f"p{n}")) for n in range(3)]
        assert sum(seen) == everything, table
        assert all(count == everything // 3 for count in seen), table


@pytest.mark.parametrize("staff", ["", "nobody"])
async def test_nobody_sees_nothing(store: Store, staff: str) -> None:
    for table in _WALLED:
        assert await store.read(_count(table), staff=staff) == 0, table


async def test_the_console_cannot_even_ask_for_what_names_reporters(store: Store) -> None:
    seen = []
    for table in _HIDDEN:
        try:
            await store.read(_count(table), staff=making.staff_id("p0"))
            seen.append(table)
        except DBAPIError as refused:
            assert "InsufficientPrivilege" in str(refused), table  # noqa: PT017 - of each table
    assert seen == []


@pytest.mark.parametrize("column", ["password_hash", "failed_logins"])
async def test_the_console_reads_no_password(store: Store, column: str) -> None:
    with pytest.raises(DBAPIError, match="InsufficientPrivilege"):
        await store.read(_do(f"SELECT {column} FROM staff"), staff=making.staff_id("p0"))


async def test_the_console_reads_no_private_key_even_where_it_is_locked(store: Store) -> None:
    with pytest.raises(DBAPIError, match="InsufficientPrivilege"):
        await store.read(_do("SELECT private_sealed FROM recipients"), staff=making.staff_id("p1"))
    await store.read(_do("SELECT id, public_key, signature FROM recipients"), staff=making.staff_id("p1"))


async def test_the_console_changes_no_list(store: Store) -> None:
    for statement in ("DELETE FROM recipients", "UPDATE recipients SET revoked_at = 1", "DELETE FROM part_seals"):
        with pytest.raises(DBAPIError, match="InsufficientPrivilege"):
            await store.write(_do(statement), staff=making.staff_id("p1"))


async def test_the_console_reads_no_dead_letters_bytes(store: Store) -> None:
    with pytest.raises(DBAPIError, match="InsufficientPrivilege"):
        await store.read(_do("SELECT sealed FROM dead_letters"), staff=making.staff_id("p0"))
    await store.read(_do("SELECT id, channel, received_at, reason FROM dead_letters"), staff=making.staff_id("p0"))


async def test_after_a_connection_is_used_again_nothing_is_left_over(store: Store) -> None:
    mine, nobody = making.staff_id("p0"), ""
    own = await store.read(_count("reports"), staff=mine)
    assert own == 1
    for _ in range(100):
        assert await store.read(_count("reports"), staff=nobody) == 0
        assert await store.read(_count("reports"), staff=mine) == 1
        assert await store.read(_count("reports")) == 3
    who = text("SELECT current_setting('muntada.staff', true)")
    assert not await store.read(lambda conn: conn.execute(who).scalar_one())


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE grants SET until_at = 1",
        "UPDATE staff SET active = false",
        "UPDATE grants SET role = 'administrator' WHERE desk = 'general'",
    ],
)
async def test_a_grant_that_ended_shows_nothing(store: Store, change: str) -> None:
    await store.write(_do(change))
    assert await store.read(_count("reports"), staff=making.staff_id("p0")) == 0


async def test_a_grant_that_still_runs_shows(store: Store) -> None:
    tomorrow = int((datetime.now(UTC) + timedelta(days=1)).timestamp() * 1_000_000)
    await store.write(_do("UPDATE grants SET until_at = :at", at=tomorrow))
    assert await store.read(_count("reports"), staff=making.staff_id("p0")) == 1


async def test_nobody_changes_a_foreign_report_or_pushes_one_out_of_sight(store: Store) -> None:
    mine = making.staff_id("p0")
    touched = await store.write(_do("UPDATE reports SET version = version + 1"), staff=mine)
    assert touched == 1
    with pytest.raises(DBAPIError, match="InsufficientPrivilege"):
        await store.write(_do("UPDATE reports SET office = 'other-office'"), staff=mine)
    for statement in ("DELETE FROM reports", "DELETE FROM parts", "UPDATE parts SET kind = 'x'", "DELETE FROM events"):
        with pytest.raises(DBAPIError, match="InsufficientPrivilege"):
            await store.write(_do(statement), staff=mine)


async def test_words_go_only_into_ones_own_reports(store: Store, keyring: Keyring, now: datetime) -> None:
    mine = making.staff_id("p0")
    reports = {row.office: row.id for row in await making.rows(store, tables.reports)}

    def note(report: str) -> Callable[[Connection], str]:
        return lambda conn: content.add_part(
            conn, keyring, report=report, kind="note", body={"text": "x"}, at=now, author=mine
        )

    assert await store.write(note(reports[OFFICE]), staff=mine)
    with pytest.raises(DBAPIError, match="InsufficientPrivilege"):
        await store.write(note(reports["other-office"]), staff=mine)


async def test_an_answer_leaves_for_ones_own_reporter_only(store: Store, keyring: Keyring, now: datetime) -> None:
    mine = making.staff_id("p0")
    reports = {row.office: row.id for row in await making.rows(store, tables.reports)}

    def answer(report: str) -> Callable[[Connection], bool]:
        return lambda conn: outbox.put_answer(
            conn, keyring, report=report, reply=making.reply(), once=f"answer:{report}", due_at=now, now=now
        )

    assert await store.write(answer(reports[OFFICE]), staff=mine)
    assert not await store.write(answer(reports["other-office"]), staff=mine)
    rows = [row for row in await making.rows(store, tables.outbox) if row.kind == "answer"]
    assert [row.report for row in rows] == [reports[OFFICE]]


async def test_the_console_writes_audit_rows_of_its_own_without_reading_them(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    def write(actor: str) -> Callable[[Connection], str]:
        return lambda conn: audit.write(conn, keyring, at=now, actor=actor, action="report.view")

    mine = making.staff_id("p0")
    before = await making.count(store, tables.audit)
    await store.write(write(mine), staff=mine)
    for other in (making.staff_id("p1"), "machine:settle", ""):
        with pytest.raises(DBAPIError, match="InsufficientPrivilege"):
            await store.write(write(other), staff=mine)
    assert await making.count(store, tables.audit) == before + 1
    hour_over = now + timedelta(hours=1)  # the machine's own rows wait for it
    assert await store.write(lambda conn: audit.chain(conn, keyring, hour_over)) == before + 1


_NO_STEP_OF_OURS = (
    "UPDATE reports SET number = 'IQ-00000'",
    "UPDATE reports SET erased_at = 1",
    "UPDATE reports SET opened_at = 1",
    "UPDATE reports SET due_at = NULL",
    "UPDATE reports SET desk = desk",
    "UPDATE reports SET category = 'theft'",
    (
        "INSERT INTO timers (id, once, kind, report, data, due_at, attempts)"
        " SELECT 'x', 'x', 'alert', id, '{}', 1, 0 FROM reports"
    ),
    "INSERT INTO timers (id, once, kind, data, due_at, attempts) VALUES ('x', 'x', 'hourly', '{}', 1, 0)",
    "INSERT INTO parts (id, report, kind, at) SELECT 'x', id, 'utterance', 1 FROM reports",
    "INSERT INTO parts (id, report, kind, at, author) SELECT 'x', id, 'utterance', 1, :me FROM reports",
    "INSERT INTO parts (id, report, kind, at, author) SELECT 'x', id, 'card', 1, :me FROM reports",
    "INSERT INTO parts (id, report, kind, at) SELECT 'x', id, 'reply', 1 FROM reports",
    "INSERT INTO parts (id, report, kind, at, author) SELECT 'x', id, 'reply', 1, :other FROM reports",
    "INSERT INTO parts (id, report, kind, at, author, inbound) SELECT 'x', id, 'note', 1, :me, 9 FROM reports",
    "INSERT INTO events (id, report, at, kind, data) SELECT 'x', id, 1, 'sent', '{}' FROM reports",
    "INSERT INTO events (id, report, at, kind, actor, data) SELECT 'x', id, 1, 'claim', :other, '{}' FROM reports",
    (
        "INSERT INTO audit (id, at, actor, action, subject, data, mac, seq, chain)"
        " VALUES ('x', 1, :me, 'x', '', '{}', '', 1, '')"
    ),
)


async def test_what_no_step_of_ours_does_the_console_cannot_do_in_sql_either(store: Store) -> None:
    mine = making.staff_id("p0")
    values = {"me": mine, "other": making.staff_id("p1")}
    done = []
    for statement in _NO_STEP_OF_OURS:
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        try:
            await store.write(_do(statement, **used), staff=mine)
            done.append(statement)
        except DBAPIError as refused:
            assert "InsufficientPrivilege" in str(refused), statement  # noqa: PT017 - of each statement
    assert done == []


async def test_even_the_schemas_owner_is_walled_unless_a_superuser(store: Store) -> None:
    forced = text(
        "SELECT count(*) FROM pg_class WHERE relname = ANY(:names) AND relrowsecurity AND relforcerowsecurity"
    )
    names = [*_WALLED, "audit"]
    assert await store.read(lambda conn: conn.execute(forced, {"names": names}).scalar_one()) == len(names)


async def test_a_function_that_sees_more_than_its_caller_runs_as_the_worker_and_only_on_our_tables(
    store: Store,
) -> None:
    ask = text(
        "SELECT proname, proconfig, pg_get_userbyid(proowner), prosecdef FROM pg_proc WHERE proname LIKE 'muntada%'"
    )
    found = {row[0]: row for row in await store.read(lambda conn: conn.execute(ask).all())}
    assert set(found) == {
        *(
            "muntada_reach",
            "muntada_apart",
            "muntada_entered",
            "muntada_sees",
            "muntada_answer",
            "muntada_withdraw",
            "muntada_deliveries",
            "muntada_code_keys",
            "muntada_waiting",
        ),
        "muntada_purge_audit",
    }
    for name, row in found.items():
        assert row[1] == ["search_path=pg_catalog, pg_temp"]
        assert (row[2], row[3]) == ("muntada_purger" if name == "muntada_purge_audit" else "muntada_worker", True)


async def test_how_far_an_answer_has_come_is_told_to_its_own_desk_alone(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    reports = await store.read(lambda conn: conn.execute(text("SELECT id, desk, office FROM reports")).all())
    (mine,) = [row.id for row in reports if (row.office, row.desk) == (OFFICE, "general")]
    put = {"report": mine, "reply": making.reply(), "once": "answer:part1", "due_at": now, "now": now}
    assert await store.write(lambda conn: outbox.put_answer(conn, keyring, **put))
    seen = [await store.read(lambda conn: fates.of(conn, mine), staff=making.staff_id(f"p{n}")) for n in range(3)]
    assert seen == [{"part1": fates.Fate(fates.Arrival.WAITING)}, {}, {}]
    assert await store.read(lambda conn: fates.of(conn, mine)) == seen[0]


async def test_a_copy_is_there_until_its_days_are_over_and_not_a_second_longer(store: Store) -> None:
    """By the server's own clock: until a purge takes it an hour may pass."""
    person = making.staff_id("p0")
    for offset, seen in ((60, 1), (-1, 0)):
        ends = int((datetime.now(UTC) + timedelta(seconds=offset)).timestamp() * 1_000_000)
        await store.write(_do("UPDATE reports SET shown_until = :ends WHERE office = :at", ends=ends, at=OFFICE))
        for table in _WALLED:
            assert (await store.read(_count(table), staff=person) > 0) is bool(seen), table
        assert await store.read(_sees, staff=person) == seen


def _sees(conn: Connection) -> int:
    return int(conn.execute(text("SELECT count(*) FROM reports r WHERE muntada_sees(r.id)")).scalar_one())
