"""A restore brings no legal hold back that ended since, and forgets none that was confirmed since."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from storage import promises
from storage.backups import promised
from storage.promises import Kind
from storage.purging import bonds, erasing, holds
from storage.purging.holds import By
from storage.purging.schedule import DAY
from storage.tables import holds as table
from storage.tables import reports
from tests.storage.purging.test_holds import ORDER, People, people  # noqa: F401 - a fixture

NAME = "muntada-1"
_R = reports.c
_HELD = (_R.id, _R.held_until, _R.bound_until, _R.held_tie)


async def _backed_up(people: People) -> tuple[Any, Any]:  # noqa: F811
    """What a backup of now knows of holds."""
    promises.note(people.keyring, Kind.BACKUP, NAME, now=people.now)
    return await people.store.read(lambda c: (c.execute(select(table)).all(), c.execute(select(*_HELD)).all()))


async def _put_back(people: People, known: tuple[Any, Any], then: timedelta) -> dict[str, int]:  # noqa: F811
    def work(conn: Connection) -> dict[str, int]:
        rows, held = known
        conn.execute(delete(table))
        if rows:
            conn.execute(insert(table), [dict(row._mapping) for row in rows])
        for row in held:
            conn.execute(update(reports).where(_R.id == row.id).values(**row._mapping))
        done = promised.keep(conn, people.keyring, NAME, people.now, people.now + then)
        assert promised.keep(conn, people.keyring, NAME, people.now, people.now + then).done == {}
        return dict(done.done)

    return await people.store.write(work)


async def test_an_order_that_ended_keeps_nothing_and_her_wish_that_waited_is_due(people: People) -> None:  # noqa: F811
    order = await people.ask("one", days=90, order=ORDER)
    await people.confirm("watch", order)
    report = (await people.row()).id
    assert not await people.erase()
    known = await _backed_up(people)
    await people.end("watch", order, after=DAY)
    then = 2 * DAY
    assert await _put_back(people, known, then) == {"hold": 1}
    now = people.now + then
    assert await people.store.read(lambda c: bonds.until(c, people.keyring, report, now)) is None
    assert await people.store.write(lambda c: erasing.erase_when_free(c, people.keyring, report, now=now)) is None
    assert (await people.row()).erased_at is not None
    watch = By(people.id["watch"], now)
    assert [each.state for each in await people.store.read(lambda c: holds.listed(c, watch))] == ["over"]


@pytest.mark.parametrize("order", ["", ORDER], ids=["inquiry", "order"])
async def test_a_hold_that_was_confirmed_since_stands(people: People, order: str) -> None:  # noqa: F811
    known = await _backed_up(people)
    hold = await people.ask("one", days=90, order=order)
    await people.confirm("watch" if order else "two", hold, after=timedelta(hours=1))
    before, then = await people.row(), 2 * DAY
    assert await _put_back(people, known, then) == {"hold": 1}
    after = await people.row()
    assert (after.held_until, after.bound_until) == (before.held_until, before.bound_until)
    assert await people.erase(then) is not bool(order)
    (listed,) = await people.store.read(lambda c: holds.listed(c, By(people.id["one"], people.now + then)))
    assert (listed.state, listed.reference, listed.until_at) == ("holds", order, before.held_until)
    await people.end("one", hold, after=then)  # as any other
    assert (await people.row()).held_until is None


@pytest.mark.parametrize("unknown", [["asked_by"], ["confirmed_by"], ["asked_by", "confirmed_by"]])
@pytest.mark.parametrize("order_is", ["first", "second"])
async def test_of_one_who_was_hired_since_it_stands_for_as_long_beside_others(
    people: People,  # noqa: F811
    unknown: list[str],
    order_is: str,
) -> None:
    known = await _backed_up(people)

    async def other(days: int, after: timedelta) -> str:
        hold = await people.ask("two", days=days, after=after)
        await people.confirm("one", hold, after=after)
        return hold

    if order_is == "second":
        await other(30, timedelta())
    order = await people.ask("one", days=90, order=ORDER)
    await people.confirm("watch", order)
    until = (await people.row()).bound_until
    row = await people.store.read(lambda c: c.execute(select(table).where(table.c.id == order)).mappings().one())
    data = {**holds.promised(dict(row)), **dict.fromkeys(unknown, "f" * 32)}
    promises.note(people.keyring, Kind.HOLD, order, now=people.now, **data)
    if order_is == "first":
        await other(30, timedelta())
    assert await _put_back(people, known, DAY) == {"hold": 2}
    assert (await people.row()).bound_until == until
    await people.end("one", await other(10, DAY), after=2 * DAY)
    assert (await people.row()).bound_until == until
    assert not await people.erase(2 * DAY)
    watch = By(people.id["watch"], people.now + 2 * DAY)
    (listed,) = [each for each in await people.store.read(lambda c: holds.listed(c, watch)) if each.reference]
    assert (listed.state, listed.until_at) == ("holds", until)
    if "asked_by" not in unknown:
        await people.end("one", order, after=2 * DAY)
        assert (await people.row()).bound_until is None


async def test_what_was_asked_and_never_confirmed_is_not_done_again(people: People) -> None:  # noqa: F811
    known = await _backed_up(people)
    asked = await people.ask("one", days=90)
    await people.end("one", asked)
    assert await _put_back(people, known, DAY) == {}
    assert (await people.row()).held_until is None
