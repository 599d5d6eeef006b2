"""T32: whatever whoever holds the database does to the audit log is found, and its place is named."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from storage import audit
from storage.audit import Anchor, Verdict
from storage.database.engine import Store
from storage.keys import Keyring
from storage.tables import audit as rows
from storage.tables import checkpoints
from tests.databases import on_sqlite_mostly

DAY = timedelta(days=1)
TWO_YEARS = timedelta(days=730)
SHORT, LONG = 24, 300
Tamper = Callable[[Connection, int], Any]
Expected = tuple[str, int]


def _as_owner(conn: Connection) -> None:
    if conn.dialect.name == "postgresql":
        conn.execute(text("RESET ROLE"))


def _fill(conn: Connection, keyring: Keyring, count: int, now: datetime) -> None:
    for place in range(1, count + 1):
        data = {"n": place, "why": "قاعدة"}
        audit.write(conn, keyring, at=now + place * DAY, actor="a", action="view", subject=f"s{place}", data=data)
    while audit.chain(conn, keyring, now):
        pass


async def _chain_of(store: Store, keyring: Keyring, count: int, now: datetime) -> Anchor:
    await store.write(lambda conn: _fill(conn, keyring, count, now))
    return await store.read(audit.anchor)


def _after(conn: Connection, keyring: Keyring, tamper: Callable[[Connection], Any], *kept: Anchor) -> Verdict:
    """The verdict on the log as it would be then; nothing of it stays."""
    tried = conn.begin_nested()
    try:
        tamper(conn)
        return audit.verify(conn, keyring, kept)
    finally:
        tried.rollback()


async def _told(store: Store, keyring: Keyring, tamper: Callable[[Connection], Any], *kept: Anchor) -> Verdict:
    def work(conn: Connection) -> Verdict:
        _as_owner(conn)
        return _after(conn, keyring, tamper, *kept)

    return await store.write(work)


# ── Edits: each column of each row ───────────────────────────────────────────────────────────────────────────
_EDITS: Mapping[str, Mapping[str, Any]] = {
    "id": {"id": "f" * 32},
    "at": {"at": datetime.fromisoformat("2026-01-01T00:00:00+00:00")},
    "actor": {"actor": "b"},
    "action": {"action": "x"},
    "subject": {"subject": "x"},
    "data": {"data": {"n": 0}},
    "mac": {"mac": bytes(32)},
    "chain": {"chain": bytes(32)},
    "no chain": {"chain": None},
    "seq": {"seq": 10**6},
    "no seq": {"seq": None},
}
_SHOWS_AS = {"chain": "moved", "no chain": "moved", "seq": "missing", "no seq": "missing"}


def _at(place: int, values: Mapping[str, Any]) -> Any:
    return update(rows).where(rows.c.seq == place).values(**values)


def _expected(column: str, place: int, length: int) -> Expected:
    # Without its place the last row is as one not chained yet; the anchor knows better.
    if column == "no seq" and place == length:
        return ("cut", place)
    return (_SHOWS_AS.get(column, "changed"), place)


@pytest.mark.parametrize("column", sorted(_EDITS))
async def test_an_edit_of_any_column_is_found_at_every_place(
    store: Store, keyring: Keyring, now: datetime, column: str
) -> None:
    end = await _chain_of(store, keyring, SHORT, now)

    def work(conn: Connection) -> list[Expected]:
        _as_owner(conn)
        told = []
        for place in range(1, SHORT + 1):
            verdict = _after(conn, keyring, lambda c, at=place: c.execute(_at(at, _EDITS[column])), end)  # type: ignore[misc]
            assert not verdict.whole
            told.append((verdict.reason, verdict.at))
        return told

    assert await store.write(work) == [_expected(column, place, SHORT) for place in range(1, SHORT + 1)]


@pytest.mark.parametrize("statement", ["at = 'x'", "data = 'no json'", "mac = 7", "actor = x'00ff'", "chain = 'x'"])
async def test_what_no_column_of_its_type_could_hold_is_found_and_stops_nothing(
    sqlite_store: Store, keyring: Keyring, now: datetime, statement: str
) -> None:
    await _chain_of(sqlite_store, keyring, 5, now)
    edit = text(f"UPDATE audit SET {statement} WHERE seq = 3")
    verdict = await _told(sqlite_store, keyring, lambda c: c.execute(edit))
    assert (verdict.whole, verdict.at, verdict.reason in {"changed", "moved"}) == (False, 3, True)


# ── Rows taken away, added, swapped ──────────────────────────────────────────────────────────────────────────
def _close_gap(conn: Connection, place: int, length: int) -> None:
    conn.execute(delete(rows).where(rows.c.seq == place))
    for later in range(place + 1, length + 1):
        conn.execute(_at(later, {"seq": later - 1}))


def _swap(conn: Connection, one: int, other: int, *, chains: bool) -> None:
    """Two rows change places; with `chains`, each takes over the chain's value of its new place."""
    kept = {row.seq: row.chain for row in conn.execute(select(rows.c.seq, rows.c.chain))}
    moves = ((one, 10**6, other), (other, one, one), (10**6, other, other))
    for old, new, value in moves:
        conn.execute(_at(old, {"seq": new} | ({"chain": kept[value]} if chains else {})))


def _insert(conn: Connection, place: int, length: int, **values: Any) -> None:
    """A row put in between: those after it move up."""
    for later in range(length, place - 1, -1):
        conn.execute(_at(later, {"seq": later + 1}))
    copied = conn.execute(select(rows).where(rows.c.seq == place + 1)).mappings().one()
    conn.execute(insert(rows), {**copied, "id": secrets.token_hex(16), "seq": place, **values})


def _replay(conn: Connection, place: int, **values: Any) -> None:
    """A row said again at the end, in the chain or as if it were new."""
    copied = conn.execute(select(rows).where(rows.c.seq == place)).mappings().one()
    conn.execute(insert(rows), {**copied, "id": secrets.token_hex(16), **values})


def _without(conn: Connection, *, first: int, last: int) -> None:
    conn.execute(delete(rows).where(rows.c.seq >= first, rows.c.seq <= last))


def _cases(length: int) -> Iterator[tuple[str, Callable[[Connection], Any], Expected]]:
    for at in range(1, length + 1):
        last = at == length
        yield f"delete {at}", partial(_without, first=at, last=at), ("cut" if last else "missing", at)
        yield f"close {at}", partial(_close_gap, place=at, length=length), ("cut" if last else "moved", at)
        yield f"cut from {at}", partial(_without, first=at, last=length), ("cut", at)
        yield f"head up to {at}", partial(_without, first=1, last=at), ("cut" if last else "missing", 1)
        yield f"insert {at}", partial(_insert, place=at, length=length), ("changed", at)
        yield f"replay {at} in the chain", partial(_replay, place=at, seq=length + 1), ("changed", length + 1)
        yield f"replay {at} as new", partial(_replay, place=at, seq=None, chain=None), ("changed", 0)
        for chains in (True, False):
            other = at % length + 1
            yield (
                f"swap {at} {chains}",
                partial(_swap, one=at, other=other, chains=chains),
                ("moved", min(at, other)),
            )


async def test_every_deletion_swap_insertion_replay_and_truncation_is_found_at_every_place(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    length = 12
    end = await _chain_of(store, keyring, length, now)

    def work(conn: Connection) -> list[tuple[str, Expected]]:
        _as_owner(conn)
        told = []
        for name, tamper, _ in _cases(length):
            verdict = _after(conn, keyring, tamper, end)
            assert not verdict.whole, name
            told.append((name, (verdict.reason, verdict.at)))
        return told

    assert await store.write(work) == [(name, expected) for name, _, expected in _cases(length)]


@on_sqlite_mostly
async def test_the_order_of_any_rows_of_a_long_chain_is_held(store: Store, keyring: Keyring, now: datetime) -> None:
    end = await _chain_of(store, keyring, LONG, now)
    places = st.integers(1, LONG)
    verdicts: list[tuple[int, int, Verdict]] = []

    def work(conn: Connection) -> None:
        _as_owner(conn)

        @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(st.tuples(places, places).filter(lambda pair: pair[0] != pair[1]), st.booleans())
        def swapped(pair: tuple[int, int], chains: bool) -> None:  # noqa: FBT001 - hypothesis gives it by place
            verdict = _after(conn, keyring, lambda c: _swap(c, *pair, chains=chains), end)
            assert (verdict.whole, verdict.reason, verdict.at) == (False, "moved", min(pair))
            verdicts.append((*pair, verdict))

        swapped()

        @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(places, st.sampled_from(sorted(_EDITS)))
        def edited(place: int, column: str) -> None:
            verdict = _after(conn, keyring, lambda c: c.execute(_at(place, _EDITS[column])), end)
            assert (verdict.reason, verdict.at) == _expected(column, place, LONG)

        edited()
        assert audit.verify(conn, keyring, [end]) == Verdict(whole=True, rows=LONG)

    await store.write(work)
    assert len(verdicts) >= 25


async def test_a_chain_written_anew_by_whoever_has_the_key_too_still_breaks_on_the_anchors(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await _chain_of(store, keyring, 5, now)
    early = await store.read(audit.anchor)
    await store.write(lambda conn: _fill(conn, keyring, 5, now))
    late = await store.read(audit.anchor)

    def anew(conn: Connection) -> None:
        conn.execute(delete(rows).where(rows.c.seq > 3))
        _fill(conn, keyring, 9, now)

    verdict = await _told(store, keyring, anew, early, late)
    assert (verdict.reason, verdict.at) == ("rewritten", early.seq)
    verdict = await _told(store, keyring, anew, late)
    assert (verdict.reason, verdict.at) == ("rewritten", late.seq)


async def test_two_anchors_of_one_place_that_differ_are_found(store: Store, keyring: Keyring, now: datetime) -> None:
    end = await _chain_of(store, keyring, 5, now)
    other = Anchor(end.seq, bytes(32))
    verdict = await store.read(lambda conn: audit.verify(conn, keyring, [end, other]))
    assert (verdict.reason, verdict.at) == ("rewritten", 5)


# ── Purging ──────────────────────────────────────────────────────────────────────────────────────────────────
async def _old_chain(store: Store, keyring: Keyring, now: datetime, *, old: int = 6, young: int = 4) -> datetime:
    """Rows of more than two years ago and rows of since; returns the time between them."""
    between = now - TWO_YEARS - DAY
    await store.write(lambda conn: _fill(conn, keyring, old, between - (old + 1) * DAY))
    await store.write(lambda conn: _fill(conn, keyring, young, now - young * DAY))
    return between


async def _purge(store: Store, keyring: Keyring, before: datetime, now: datetime) -> int:
    return await store.write(lambda conn: audit.purge(conn, keyring, before=before, now=now))


async def test_after_a_purge_verifying_goes_on_from_the_checkpoint(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    before = await _old_chain(store, keyring, now)
    anchors = [await store.read(audit.anchor)]
    assert await _purge(store, keyring, before - 3 * DAY, now) == 3
    assert await _purge(store, keyring, before, now) == 3
    assert await _purge(store, keyring, before, now) == 0
    assert await store.read(lambda conn: audit.verify(conn, keyring, anchors)) == Verdict(whole=True, rows=4)
    await store.write(lambda conn: _fill(conn, keyring, 2, now))
    anchors.append(await store.read(audit.anchor))
    assert anchors[-1].seq == 12
    assert await store.read(lambda conn: audit.verify(conn, keyring, anchors)) == Verdict(whole=True, rows=6)


async def test_the_newest_row_always_stays(store: Store, keyring: Keyring, now: datetime) -> None:
    before = await _old_chain(store, keyring, now, young=0)
    assert await _purge(store, keyring, before, now) == 5
    assert (await store.read(audit.anchor)).seq == 6


async def test_a_row_dated_in_the_future_keeps_nothing_for_ever(store: Store, keyring: Keyring, now: datetime) -> None:
    await store.write(lambda conn: _fill(conn, keyring, 1, now + 9000 * DAY))
    before = await _old_chain(store, keyring, now)
    assert await _purge(store, keyring, before, now) == 7


_ON_CHECKPOINTS: Mapping[str, tuple[Any, Expected]] = {
    "seq": (update(checkpoints).where(checkpoints.c.seq == 6).values(seq=7), ("checkpoint", 7)),
    "chain": (update(checkpoints).where(checkpoints.c.seq == 6).values(chain=bytes(32)), ("checkpoint", 6)),
    "at": (
        update(checkpoints).where(checkpoints.c.seq == 6).values(at=datetime.fromisoformat("2020-01-01T00:00Z")),
        ("checkpoint", 6),
    ),
    "rows": (update(checkpoints).where(checkpoints.c.seq == 6).values(rows=9), ("checkpoint", 6)),
    "mac": (update(checkpoints).where(checkpoints.c.seq == 6).values(mac=bytes(32)), ("checkpoint", 6)),
    "first edited": (update(checkpoints).where(checkpoints.c.seq == 3).values(rows=4), ("checkpoint", 3)),
    "first gone": (delete(checkpoints).where(checkpoints.c.seq == 3), ("checkpoint", 6)),
    "last gone": (delete(checkpoints).where(checkpoints.c.seq == 6), ("missing", 4)),
    "all gone": (delete(checkpoints), ("missing", 1)),
    "more of the head gone": (delete(rows).where(rows.c.seq == 7), ("missing", 7)),
    "everything gone": (delete(rows), ("cut", 7)),
    "one invented": (
        insert(checkpoints).values(
            seq=8, chain=bytes(32), at=datetime.fromisoformat("2024-01-01T00:00Z"), rows=2, mac=bytes(32)
        ),
        ("checkpoint", 8),
    ),
}


@pytest.mark.parametrize("name", sorted(_ON_CHECKPOINTS))
async def test_nobody_takes_a_beginning_away_without_a_checkpoint_of_ours(
    store: Store, keyring: Keyring, now: datetime, name: str
) -> None:
    before = await _old_chain(store, keyring, now)
    end = await store.read(audit.anchor)
    assert await _purge(store, keyring, before - 3 * DAY, now) == 3
    assert await _purge(store, keyring, before, now) == 3
    statement, expected = _ON_CHECKPOINTS[name]
    verdict = await _told(store, keyring, lambda c: c.execute(statement), end)
    assert (verdict.whole, (verdict.reason, verdict.at)) == (False, expected)


async def test_a_row_that_was_purged_does_not_come_back(store: Store, keyring: Keyring, now: datetime) -> None:
    before = await _old_chain(store, keyring, now)
    old = await store.read(lambda c: c.execute(select(rows).where(rows.c.seq == 2)).mappings().one())
    assert await _purge(store, keyring, before, now) == 6
    verdict = await _told(store, keyring, lambda c: c.execute(insert(rows), dict(old)))
    assert (verdict.reason, verdict.at) == ("replayed", 2)
    loose = {**old, "seq": None, "chain": None}
    verdict = await _told(store, keyring, lambda c: c.execute(insert(rows), loose))
    assert (verdict.reason, verdict.at, verdict.row) == ("replayed", 0, old["id"])

    def chained(conn: Connection) -> None:
        conn.execute(insert(rows), loose)
        audit.chain(conn, keyring, now)

    verdict = await _told(store, keyring, chained)
    assert (verdict.reason, verdict.at) == ("replayed", 11)


async def test_what_was_tampered_with_is_not_hidden_by_its_age(store: Store, keyring: Keyring, now: datetime) -> None:
    before = await _old_chain(store, keyring, now)

    def work(conn: Connection) -> None:
        _as_owner(conn)
        conn.execute(_at(2, {"actor": "b"}))

    await store.write(work)
    assert await _purge(store, keyring, before, now) == 0
    verdict = await store.read(lambda conn: audit.verify(conn, keyring))
    assert (verdict.reason, verdict.at) == ("changed", 2)


async def test_from_a_checkpoint_that_is_not_ours_nothing_more_is_taken(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    before = await _old_chain(store, keyring, now)
    assert await _purge(store, keyring, before - 3 * DAY, now) == 3

    def work(conn: Connection) -> None:
        _as_owner(conn)
        conn.execute(update(checkpoints).values(mac=bytes(32)))

    await store.write(work)
    assert await _purge(store, keyring, before, now) == 0


# ── PostgreSQL: not even the worker ──────────────────────────────────────────────────────────────────────────
_OF = "(SELECT chain FROM audit WHERE seq = :upto)"


@pytest.mark.parametrize(
    "asked",
    [
        (9, 731, 9, _OF),  # a young row among them
        (6, 1, 6, _OF),  # not before its time
        (6, 731, 5, _OF),
        (6, 731, 6, "'\\x00'::bytea"),
        (10, 731, 10, _OF),  # the newest
        (0, 731, 0, _OF),
        (99, 731, 99, _OF),
    ],
)
async def test_the_worker_takes_whole_old_beginnings_and_nothing_else(
    postgresql_store: Store, keyring: Keyring, now: datetime, asked: tuple[int, int, int, str]
) -> None:
    upto, days, taken, chain = asked
    await _old_chain(postgresql_store, keyring, now)
    before = now - timedelta(days=days)
    micros = int(before.timestamp() * 1_000_000)
    ask = text(f"SELECT muntada_purge_audit(:upto, {chain}, :before, :taken, '\\x00'::bytea)")
    given = {"upto": upto, "before": micros, "taken": taken}
    assert not await postgresql_store.write(lambda c: c.execute(ask, given).scalar_one())
    right = {"upto": 6, "before": int((now - timedelta(days=731)).timestamp() * 1_000_000), "taken": 6}
    assert await postgresql_store.write(lambda c: c.execute(text(str(ask).replace(chain, _OF)), right).scalar_one())


async def test_not_even_the_worker_takes_all(postgresql_store: Store, keyring: Keyring, now: datetime) -> None:
    await _old_chain(postgresql_store, keyring, now, young=0)
    micros = int((now - timedelta(days=731)).timestamp() * 1_000_000)
    for upto, taken in ((6, False), (5, True)):
        ask = text(f"SELECT muntada_purge_audit(:upto, {_OF}, :before, :upto, '\\x00'::bytea)")
        given = {"upto": upto, "before": micros}
        assert await postgresql_store.write(lambda c, a=ask, g=given: c.execute(a, g).scalar_one()) is taken  # type: ignore[misc]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit",
        "DELETE FROM checkpoints",
        "UPDATE checkpoints SET rows = 1",
        "INSERT INTO checkpoints (seq, chain, at, rows, mac) VALUES (1, '', 1, 1, '')",
        "SET LOCAL ROLE muntada_purger",
    ],
)
async def test_the_worker_has_no_other_way(postgresql_store: Store, statement: str) -> None:
    def work(conn: Connection) -> None:
        conn.execute(text("SET LOCAL SESSION AUTHORIZATION muntada_worker"))
        conn.execute(text(statement))

    with pytest.raises(DBAPIError, match=r"InsufficientPrivilege|permission denied"):
        await postgresql_store.write(work)


async def test_the_console_may_not_purge(postgresql_store: Store) -> None:
    ask = text("SELECT muntada_purge_audit(1, ''::bytea, 1, 1, ''::bytea)")
    with pytest.raises(DBAPIError, match="InsufficientPrivilege"):
        await postgresql_store.write(lambda c: c.execute(ask), staff="somebody")
