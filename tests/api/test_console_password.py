"""A member of staff changes their own password: with the present one and a code, and every other session ends."""

from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy import select

from bot.vocabulary import Role
from storage.database.engine import Store
from storage.keys import Keyring
from storage.tables import audit
from tests.api.entering import enter
from tests.api.house import PASSWORD, House, build
from tests.api.second import enrol, hire
from tests.authenticator import digits
from tests.ceremony import PHRASE, offered
from tests.databases import on_sqlite_mostly

NEW = "كلمة أخرى لا يعرفها أحد"


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    return await build(store, keyring, now)


async def _change(http: httpx.AsyncClient, house: House, token: str, **fields: str) -> httpx.Response:
    sent = {"password": PASSWORD, "new": NEW, "again": NEW, "form_token": await house.form_token(token)}
    return await http.post("/password", data={**sent, **fields})


async def test_it_is_changed_with_the_present_one_and_every_other_session_ends(house: House) -> None:
    person = await hire(house)
    token, other = await house.session(person), await house.session(person)
    async with house.client(token) as http:
        assert (await http.get("/password")).status_code == 200
        done = await _change(http, house, token)
        assert (done.status_code, done.headers["location"]) == (303, "/password?done=1#main")
        assert (await http.get("/")).status_code == 200
    for ended in (token, other):
        async with house.client(ended) as http:
            assert (await http.get("/")).headers["location"] == "/login"
    later = house.later(timedelta(minutes=1))
    for password, status in ((PASSWORD, 401), (NEW, 303)):
        later = later.later(timedelta(minutes=1))
        async with later.client() as http:
            assert (await enter(http, {"name": "زينب", "password": password})).status_code == status
    rows = select(audit.c.actor).where(audit.c.action == "staff.password", audit.c.actor == person)
    assert len(await house.store.read(lambda c: c.execute(rows).all())) == 1


@on_sqlite_mostly
async def test_without_what_is_asked_for_it_stays(house: House) -> None:
    person = await hire(house)
    secret = await enrol(house, person)
    token = await house.session(person)
    now = digits(secret, house.now)
    for fields in (
        {"code": ""},
        {"code": now, "password": "another one"},
        {"code": now, "again": "not the same"},
        {"code": now, "new": "short", "again": "short"},
        {"code": now, "new": PASSWORD, "again": PASSWORD},
    ):
        house = house.later(timedelta(minutes=1))
        now = digits(secret, house.now)
        async with house.client(token) as http:
            refused = await _change(http, house, token, **(fields | ({"code": now} if fields["code"] else {})))
            assert refused.status_code == 422, fields
            assert (await http.get("/")).status_code == 200
    house = house.later(timedelta(minutes=1))
    async with house.client(token) as http:
        assert (await _change(http, house, token, code=digits(secret, house.now))).status_code == 303


async def test_the_pass_phrase_of_her_key_is_no_password(house: House) -> None:
    person = await hire(house, role=Role.FOCAL_POINT)
    await house.store.write(lambda c: offered(c, house.keyring, person, now=house.now))
    token = await house.session(person)
    async with house.client(token) as http:
        refused = await _change(http, house, token, new=f"{PHRASE} ", again=f"{PHRASE} ")
        assert refused.status_code == 422
        assert "هذه عبارة مفتاحك. اختر كلمة مرور غيرها." in refused.text
        assert "انتظر دقيقة" in (await _change(http, house, token)).text  # a try to open it, and slowed as one
    house = house.later(timedelta(minutes=1))
    async with house.client(token) as http:
        assert (await _change(http, house, token)).status_code == 303
