"""Over every route there is: who looks leaves a row, and nothing changes without the token of a form of ours."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import select

from api import console, v1
from api.settings import SecondFactor
from bot.vocabulary import Desk, Role
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import looks
from storage.tables import audit
from tests.api.entering import AS_STRANGER, visiting
from tests.api.house import ORIGIN, House, build
from tests.databases import sqlite_mostly
from tests.staffing import WATCH, Filed

pytestmark = sqlite_mostly


OWN = "BG-00001"


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    return await build(store, keyring, now)


@pytest.fixture
async def small_house(sqlite_store: Store, keyring: Keyring, now: datetime) -> House:
    """For what no database changes."""
    return await build(sqlite_store, keyring, now)


def _paths(house: House, method: str) -> Iterator[str]:
    app = FastAPI()
    app.include_router(console.router(house))
    app.include_router(v1.router(house))
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute) and method in (context.methods or ()):
            yield context.path or ""


# ── Who looks ────────────────────────────────────────────────────────────────────────────────────────────────
# The row that a look leaves, and who may look.
LOOKS: Final[Mapping[str, tuple[str, Role]]] = {
    "/": ("list.view", Role.COORDINATOR),  # an empty list; one with reports on it: below
    "/reports/{number}": ("report.view", Role.COORDINATOR),
    "/dead-letters": ("letters.list", Role.SUPERVISOR),
    "/holds": ("hold.view", Role.AUDITOR),
    "/audit": ("audit.view", Role.AUDITOR),
    "/terms": ("term.view", Role.ADMINISTRATOR),
    "/desks": ("desk.view", Role.ADMINISTRATOR),
    "/colleagues": ("factor.view", Role.ADMINISTRATOR),
    "/leaving": ("staff.view", Role.ADMINISTRATOR),
    "/key": ("key.view", Role.FOCAL_POINT),
    "/v1/reports": ("list.view", Role.COORDINATOR),
    "/v1/reports/{number}": ("report.view", Role.COORDINATOR),
}
# These leave none, because:
NONE: Final[Mapping[str, str]] = {
    "/login": "a form for anybody",
    "/login/{link}": "it logs in, which leaves a row of its own, and shows nothing",
    "/static/{name}": "the same for anybody",
    "/second-factor": "what somebody has of their own",
    "/password": "an empty form; a new one leaves a row",
    "/enter": "an empty form; what is typed in leaves a row",
    "/invitations": "what is printed for walls; of no case and no person",
    "/invitations/{office}": "as above",
    "/v1/me": "one's own name and grants",
    "/reports/{number}/files/{file}": "file.view, in test_console_files.py",
    "/v1/reports/{number}/files/{file}": "file.view, in test_console_files.py",
}
OFTEN: Final = frozenset(
    {"/", "/holds", "/terms", "/desks", "/colleagues", "/leaving", "/key", "/v1/reports"}
)  # one row in five minutes


def test_every_page_leaves_a_row_or_there_is_a_reason_why_not(small_house: House) -> None:
    assert set(_paths(small_house, "GET")) == set(LOOKS) | set(NONE)
    assert all(NONE.values())


async def _rows(house: House, person: str) -> list[str]:
    query = select(audit.c.action).where(audit.c.actor == person).order_by(audit.c.at, audit.c.id)
    return list(await house.store.read(lambda c: c.execute(query).scalars().all()))


async def _look(house: House, token: str, bearer: Mapping[str, str], path: str) -> None:
    async with house.client(token) as http:
        given = await http.get(path.replace("{number}", OWN), headers=bearer if path.startswith("/v1") else {})
    assert given.status_code == 200, path


@pytest.mark.parametrize("path", sorted(LOOKS))
async def test_who_merely_looks_leaves_a_row_and_a_page_that_loads_itself_leaves_it_once(
    house: House, path: str
) -> None:
    action, role = LOOKS[path]
    desks: dict[str, Any] = {"desks": (Desk.WOMEN,)} if role is Role.FOCAL_POINT else {}
    person = await house.hire("زينب", role, office=WATCH if role is Role.AUDITOR else "forum-karrada", **desks)
    token, bearer = await house.session(person), await house.bearer(person)
    if "{number}" in path:
        await house.file(Filed(OWN))
    await _look(house, token, bearer, path)
    assert (await _rows(house, person)).count(action) == 1
    for after in (timedelta(seconds=60), looks.AGAIN - timedelta(seconds=1)):
        await _look(house.later(after), token, bearer, path)
    assert (await _rows(house, person)).count(action) == (1 if path in OFTEN else 3)
    await _look(house.later(looks.AGAIN), token, bearer, path)
    assert (await _rows(house, person)).count(action) == (2 if path in OFTEN else 4)


@pytest.mark.parametrize("path", ["/", "/v1/reports"])
async def test_a_list_with_reports_on_it_says_which(house: House, path: str) -> None:
    person = await house.hire("زينب", Role.COORDINATOR)
    await house.file(Filed(OWN))
    await _look(house, await house.session(person), await house.bearer(person), path)
    rows = await _rows(house, person)
    assert "report.list" in rows
    assert "list.view" not in rows


async def test_each_of_two_people_leaves_their_own(house: House) -> None:
    for name in ("زينب", "هدى"):
        person = await house.hire(name, Role.ADMINISTRATOR)
        await _look(house, await house.session(person), {}, "/desks")
        assert "desk.view" in await _rows(house, person)


# ── What changes something ───────────────────────────────────────────────────────────────────────────────────
# Before anybody has logged in there is no session whose token a form could carry: it carries its browser's.
BEFORE_A_SESSION: Final = frozenset({"/login", "/language"})


def _url(path: str) -> str:
    return path.replace("{number}", OWN).replace("{consent}", "0" * 32)


async def test_nothing_changes_by_a_session_whose_form_lacks_its_token(small_house: House) -> None:
    """Over every POST: each of the console answers 403 before it asks anything else, but who it is."""
    await small_house.file(Filed(OWN))
    changing = [path for path in _paths(small_house, "POST") if not path.startswith("/v1")]
    assert set(changing) > BEFORE_A_SESSION
    answers: dict[str, set[int]] = {path: set() for path in changing}
    for role, wrong in zip(Role, itertools.cycle(({}, {"form_token": ""}, {"form_token": "A" * 43})), strict=False):
        token = await small_house.session(await small_house.hire(f"أحد {role}", role))
        async with small_house.client(token) as http:
            for path in changing:
                given = await http.post(_url(path), data={"version": "1", "language": "ckb", **wrong})
                answers[path].add(given.status_code)
                assert "lang=" not in given.headers.get("set-cookie", "")
    for path, found in answers.items():
        assert found <= {403, 404}, path  # 404: not for that role
        assert 403 in found, path


async def test_no_cookie_changes_anything_through_the_api(small_house: House) -> None:
    await small_house.file(Filed(OWN))
    token = await small_house.session(await small_house.hire("زينب", Role.COORDINATOR))
    async with small_house.client(token) as http:
        for path in _paths(small_house, "POST"):
            if path.startswith("/v1"):
                given = await http.post(_url(path), json={"text": "x"}, headers={"If-Match": '"1"'})
                assert given.status_code == 401, path


async def test_every_route_that_changes_something_is_a_post(small_house: House) -> None:
    for method in ("PUT", "PATCH", "DELETE"):
        assert list(_paths(small_house, method)) == []


@pytest.mark.parametrize("path", sorted(BEFORE_A_SESSION))
async def test_before_a_session_a_form_carries_the_token_of_its_browser(small_house: House, path: str) -> None:
    fields = {"name": "x", "password": "y", "language": "ckb"}
    foreign = {**visiting(), "form_token": "B" * 64}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(_app(small_house)), base_url=ORIGIN, headers={"Sec-Fetch-Site": "same-origin"}
    ) as http:
        for headers, form in (({}, visiting()), (AS_STRANGER, {}), (AS_STRANGER, foreign)):
            given = await http.post(path, data=fields | form, headers=headers)
            assert given.status_code == 403
            assert "lang=" not in given.headers.get("set-cookie", "")
        given = await http.post(path, data=fields | visiting(), headers=AS_STRANGER)
        assert given.status_code in {303, 401}


async def test_the_switch_of_languages_works_on_every_kind_of_page(small_house: House) -> None:
    """Signed in, on a page of an error, and before logging in; also with a session that is over."""
    token = await small_house.session(await small_house.hire("زينب", Role.COORDINATOR))
    async with small_house.client(token) as http:
        for path in ("/", "/reports/absent", "/login"):
            page = (await http.get(path)).text
            form = page.rpartition('action="/language"')[2]
            carried = form.partition('name="form_token" value="')[2].partition('"')[0]
            given = await http.post("/language", data={"form_token": carried, "language": "en", "back": path})
            assert (given.status_code, given.headers["location"]) == (303, path)


# ── Where a second factor is required ────────────────────────────────────────────────────────────────────────
# What opens to a password alone: the way in and out, and the page on which a second factor is set up.
WITHOUT_ONE: Final = frozenset({"/login", "/login/{link}", "/logout", "/language", "/static/{name}"})


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.FOCAL_POINT])
async def test_a_password_alone_opens_no_page_where_more_is_required(small_house: House, role: Role) -> None:
    strict = replace(small_house, second_factor=SecondFactor.REQUIRED)
    await small_house.file(Filed(OWN))
    token = await small_house.session(await small_house.hire("زينب", role))
    form_token = await small_house.form_token(token)
    tried = 0
    async with strict.client(token) as http:
        for method in ("GET", "POST"):
            for path in _paths(small_house, method):
                if path in WITHOUT_ONE or path.startswith(("/v1", "/second-factor")):
                    continue
                data = {"form_token": form_token, "version": "1"} if method == "POST" else None
                given = await http.request(method, _url(path), data=data)
                assert (given.status_code, given.headers["location"]) == (303, "/second-factor"), (method, path)
                tried += 1
        page = (await http.get("/second-factor")).text
    assert tried > 30
    leads = set(re.findall(r'(?:href|action)="(/[^"?#]*)', page))
    assert leads <= {"/", "/second-factor", "/second-factor/begin", "/logout", "/language"} | {
        link for link in leads if link.startswith("/static/")
    }


def _app(house: House) -> FastAPI:
    app = FastAPI()
    app.include_router(console.router(house))
    return app


async def test_a_list_that_loads_itself_is_one_view_for_ten_minutes_in_each_session(house: House) -> None:
    person = await house.hire("زينب", Role.COORDINATOR)
    await house.file(Filed(OWN))
    for _ in range(2):
        token = await house.session(person)
        for minute in range(12):
            async with house.later(timedelta(minutes=minute)).client(token) as browser:
                assert OWN in (await browser.get("/")).text
    assert (await _rows(house, person)).count("report.list") == 4
