"""The page of legal holds: for supervisors and auditors, one asks and another confirms."""

import re
from collections.abc import Mapping

import httpx
import pytest
from sqlalchemy import select

from bot.vocabulary import Desk, Role
from storage import tables
from storage.database.engine import Store
from storage.keys import Keyring
from tests.api.house import House, build
from tests.databases import sqlite_mostly
from tests.staffing import WATCH, Filed

pytestmark = sqlite_mostly

N, SEALED = "BG-00001", "BG-00002"


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: object) -> House:
    house = await build(store, keyring, now)  # type: ignore[arg-type]
    await house.file(Filed(N), Filed(SEALED, desk=Desk.WOMEN))
    return house


async def _post(house: House, token: str, step: str, fields: Mapping[str, str]) -> httpx.Response:
    form = {"form_token": await house.form_token(token), **fields}
    async with house.client(token) as http:
        return await http.post(f"/holds/{step}", data=form)


async def _page(house: House, token: str) -> httpx.Response:
    async with house.client(token) as http:
        return await http.get("/holds")


async def test_one_asks_another_confirms_and_either_ends(house: House) -> None:
    one = await house.session(await house.hire("سعاد", Role.SUPERVISOR))
    two = await house.session(await house.hire("كريم", Role.SUPERVISOR))
    asked = await _post(house, one, "ask", {"number": N, "reason": "inquiry", "days": "60"})
    assert (asked.status_code, asked.headers["location"]) == (303, "/holds?done=asked#main")
    mine, theirs = (await _page(house, one)).text, (await _page(house, two)).text
    assert "تحقيق في عمل الموظفين" in mine
    assert "/holds/confirm" not in mine
    found = re.search(r'/holds/confirm">.*?name="id" value="([0-9a-f]{32})"', theirs, re.DOTALL)
    assert found
    hold = {"id": found[1]}
    own = await _post(house, one, "confirm", hold)
    assert (own.status_code, "شخص آخر غير من طلب" in own.text) == (422, True)
    assert (await _post(house, two, "confirm", hold)).status_code == 303
    assert "محفوظ" in (await _page(house, one)).text
    until = select(tables.reports.c.held_until).where(tables.reports.c.number == N)
    assert await house.store.read(lambda c: c.execute(until).scalar()) is not None
    assert (await _post(house, one, "end", hold)).status_code == 303
    assert await house.store.read(lambda c: c.execute(until).scalar()) is None


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SUPERVISOR, Role.AUDITOR)])
async def test_for_everybody_else_there_is_no_such_page(house: House, role: Role) -> None:
    desks = (Desk.WOMEN,) if role is Role.FOCAL_POINT else ()
    token = await house.session(await house.hire("أحد", role, desks=desks))
    async with house.client(token) as http:
        assert "/holds" not in (await http.get("/")).text
    assert (await _page(house, token)).status_code == 404
    for step in ("ask", "confirm", "end"):
        number = SEALED if role is Role.FOCAL_POINT else N
        given = await _post(house, token, step, {"number": number, "reason": "court", "days": "60", "id": "0" * 32})
        assert given.status_code == 404
    assert await house.store.read(lambda c: c.execute(select(tables.holds)).first()) is None


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"days": "181"}, "1 إلى 180"),
        ({"reference": ""}, "رقم أمر المحكمة"),
        ({"days": "٩x"}, "1 إلى 180"),
        ({"reason": "because"}, "1 إلى 180"),
        ({"number": SEALED}, "لا يوجد بلاغ"),
        ({"number": "BG-99999"}, "لا يوجد بلاغ"),
        ({"number": "<b>"}, "&lt;b&gt;"),
    ],
)
async def test_what_cannot_be_held_is_said_and_absent_looks_like_invisible(
    house: House, fields: Mapping[str, str], says: str
) -> None:
    token = await house.session(await house.hire("سعاد", Role.SUPERVISOR))
    given = await _post(house, token, "ask", {"number": N, "reason": "court", "reference": "7", "days": "60", **fields})
    assert given.status_code == 422
    assert says in given.text


async def test_oversight_may_hold_a_sealed_report_of_which_it_sees_nothing(house: House) -> None:
    token = await house.session(await house.hire("رقيب", Role.AUDITOR, office=WATCH, desks=(Desk.OVERSIGHT,)))
    assert (await _post(house, token, "ask", {"number": SEALED, "reason": "inquiry", "days": "1"})).status_code == 303
    page = (await _page(house, token)).text
    assert SEALED in page
    assert "سرقوا" not in page
    async with house.client(token) as http:
        assert (await http.get(f"/reports/{SEALED}")).status_code == 404
