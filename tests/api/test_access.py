"""Sessions, forms and who may do what: the whole matrix, from the routes themselves."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import httpx
import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import select

from bot.vocabulary import Desk, Role
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import logins, sessions
from storage.tables import audit
from tests.api.entering import AS_STRANGER, enter, visiting, visitor_form
from tests.api.house import HASHED, ORIGIN, PASSWORD, House, application, build
from tests.databases import sqlite_mostly
from tests.staffing import ADHAMIYA, BAGHDAD, Filed

pytestmark = sqlite_mostly


OWN, FOREIGN, SEALED = "BG-00001", "BG-00002", "BG-00003"


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    return await build(store, keyring, now)


@pytest.fixture
async def small_house(sqlite_store: Store, keyring: Keyring, now: datetime) -> House:
    """For what no database changes."""
    return await build(sqlite_store, keyring, now)


# ── Sessions and forms ───────────────────────────────────────────────────────────────────────────────────────
async def test_logging_in_gives_a_cookie_that_only_this_host_gets_and_logging_out_ends_it(house: House) -> None:
    person = await house.hire("زينب", Role.COORDINATOR)
    hashed = logins.hash_password(PASSWORD)
    await house.store.write(
        lambda c: logins.set_password(c, house.keyring, person=person, password_hash=hashed, now=house.now)
    )
    async with house.client() as http:
        wrong = await enter(http, {"name": "زينب", "password": "wrong"})
        assert wrong.status_code == 401
        assert "غير صحيحة" in wrong.text
    async with house.later(timedelta(seconds=2)).client() as http:
        entered = await enter(http, {"name": " زينب ", "password": PASSWORD})
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
        cookie = entered.headers["set-cookie"]
        assert cookie.startswith("__Host-sid=")
        for word in ("HttpOnly", "Path=/", "SameSite=strict", "Secure"):
            assert word in cookie
        assert "Domain" not in cookie
        page = await http.get("/")
        assert page.status_code == 200
        token = page.text.split('name="form_token" value="')[1].split('"')[0]
        out = await http.post("/logout", data={"form_token": token})
        assert out.headers["location"] == "/login"
        assert out.headers["clear-site-data"]
        assert (await http.get("/")).headers["location"] == "/login"


async def _with_password(house: House, name: str = "زينب") -> str:
    person = await house.hire(name, Role.COORDINATOR)
    await house.store.write(
        lambda c: logins.set_password(c, house.keyring, person=person, password_hash=HASHED, now=house.now)
    )
    return person


async def test_ones_own_browser_gets_in_while_a_stranger_guesses(house: House) -> None:
    await _with_password(house)
    right = {"name": "زينب", "password": PASSWORD}
    async with house.client() as http:
        entered = await enter(http, right)
        device = next(c for c in entered.headers.get_list("set-cookie") if c.startswith("__Host-device="))
        for word in ("HttpOnly", "Path=/", "SameSite=strict", "Secure", "Max-Age=7776000"):
            assert word in device
        assert "Domain" not in device
        async with house.client() as stranger:
            for _ in range(3):
                assert (await enter(stranger, {**right, "password": "guess"})).status_code == 401
            assert (await enter(stranger, right)).status_code == 401
        assert (await enter(http, right)).status_code == 303


async def test_a_flood_of_guesses_is_turned_away_and_leaves_a_lane_to_known_browsers(small_house: House) -> None:
    await _with_password(small_house)
    right = {"name": "زينب", "password": PASSWORD}
    async with small_house.apart().client() as http:
        await enter(http, right)
        guesses = [
            asyncio.create_task(
                http.post("/login", data={"name": f"x{n}", "password": "x", **visiting()}, headers=AS_STRANGER)
            )
            for n in range(60)
        ]
        await asyncio.wait(guesses, return_when=asyncio.FIRST_COMPLETED)  # the first to be turned away
        entered = await enter(http, right)
        assert entered.status_code == 303
        answers = [await guess for guess in guesses]
    busy = [given for given in answers if given.status_code == 503]
    assert {given.status_code for given in answers} == {401, 503}
    assert len(busy) == 60 - 22
    assert all(given.headers["retry-after"] == "5" and "لا نستطيع ذلك الآن" in given.text for given in busy)


async def test_an_unknown_name_is_answered_like_a_wrong_password(small_house: House) -> None:
    async with small_house.client() as http:
        given = await enter(http, {"name": "nobody", "password": "x"})
    assert given.status_code == 401
    assert "غير صحيحة" in given.text


async def test_on_loopback_the_cookie_is_plain_and_links_work_once(house: House) -> None:
    demo = House(house.store, house.keyring, house.catalogue, house.now, "http://127.0.0.1:8000", production=False)
    person = await house.hire("زينب", Role.COORDINATOR)
    link = await house.store.write(
        lambda c: sessions.make_link(c, person=person, now=house.now, entropy=bytes(range(32)))
    )
    async with demo.client() as http:
        entered = await http.get(f"/login/{link}")
        assert entered.headers["set-cookie"].startswith("sid=")
        assert "Secure" not in entered.headers["set-cookie"]
        assert (await http.get(f"/login/{link}")).status_code == 404


async def test_in_production_no_link_works(small_house: House) -> None:
    person = await small_house.hire("زينب", Role.COORDINATOR)
    link = await small_house.store.write(
        lambda c: sessions.make_link(c, person=person, now=small_house.now, entropy=bytes(range(32)))
    )
    async with small_house.client() as http:
        given = await http.get(f"/login/{link}")
    assert given.status_code == 404
    assert "__Host-sid=" not in given.headers.get("set-cookie", "")


@pytest.mark.parametrize(
    ("headers", "let_in"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Origin": ORIGIN}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "https://evil.test"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
    ],
)
async def test_a_form_must_come_from_our_own_page(small_house: House, headers: dict[str, str], let_in: bool) -> None:  # noqa: FBT001
    token = await small_house.session(await small_house.hire("زينب", Role.COORDINATOR))
    await small_house.file(Filed(OWN))
    form = {"form_token": await small_house.form_token(token), "version": "1"}
    transport = httpx.ASGITransport(small_house.app)
    async with httpx.AsyncClient(
        transport=transport, base_url=ORIGIN, cookies={"__Host-sid": token}, headers=headers
    ) as http:
        given = await http.post(f"/reports/{OWN}/claim", data=form)
    assert given.status_code == (303 if let_in else 403)


@pytest.mark.parametrize("form_token", ["", "x", "A" * 43])
async def test_a_form_without_its_sessions_token_changes_nothing(small_house: House, form_token: str) -> None:
    token = await small_house.session(await small_house.hire("زينب", Role.COORDINATOR))
    await small_house.file(Filed(OWN))
    async with small_house.client(token) as http:
        given = await http.post(f"/reports/{OWN}/claim", data={"form_token": form_token, "version": "1"})
    assert given.status_code == 403


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"text=%00", "application/x-www-form-urlencoded"),
        (b"text=%ff", "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % n for n in range(60)), "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
    ],
)
async def test_what_is_no_form_of_ours_is_refused_in_words(small_house: House, body: bytes, kind: str) -> None:
    token = await small_house.session(await small_house.hire("زينب", Role.COORDINATOR))
    async with small_house.client(token) as http:
        given = await http.post("/logout", content=body, headers={"Content-Type": kind})
    assert given.status_code == 400
    assert "لم نفهم" in given.text


async def test_the_language_cookie_leads_back_to_our_own_pages_only(small_house: House) -> None:
    async with small_house.client() as http:
        for back, leads in (("/reports/X?a=1", "/reports/X?a=1"), ("//evil.test", "/"), ("https://evil.test", "/")):
            form = {"form_token": await visitor_form(http), "language": "ckb", "back": back}
            given = await http.post("/language", data=form)
            assert given.headers["location"] == leads
        page = await http.get("/login")
    assert 'lang="ckb" dir="rtl"' in page.text


# ── The matrix ───────────────────────────────────────────────────────────────────────────────────────────────
# What each role may do to a report of its own desk; everybody gets 404 for what is another's, or nobody's.
ALL: Final = frozenset(Role)
WORKERS: Final = frozenset({Role.COORDINATOR, Role.FOCAL_POINT, Role.DUTY_OFFICER, Role.MEDIATOR, Role.POLICE_LIAISON})
LIKE_A_COORDINATOR: Final = (Role.DUTY_OFFICER, Role.MEDIATOR, Role.POLICE_LIAISON)
MOVERS: Final = WORKERS | {Role.SUPERVISOR}
READERS: Final = MOVERS | {Role.AUDITOR}
ADMINISTRATORS: Final = frozenset({Role.ADMINISTRATOR})
ABOUT_A_REPORT: Final[Mapping[tuple[str, str], frozenset[Role]]] = {
    ("GET", "/reports/{number}"): READERS,
    ("POST", "/reports/{number}/claim"): WORKERS,
    ("POST", "/reports/{number}/reply"): WORKERS,
    ("POST", "/reports/{number}/undo"): WORKERS,
    ("POST", "/reports/{number}/note"): WORKERS,
    ("POST", "/reports/{number}/status"): WORKERS,
    ("POST", "/reports/{number}/correct"): WORKERS,
    ("POST", "/reports/{number}/assign"): MOVERS,
    ("POST", "/reports/{number}/refer"): WORKERS,
    ("POST", "/reports/{number}/close"): MOVERS,
    ("POST", "/reports/{number}/reopen"): MOVERS,
    ("POST", "/reports/{number}/consent"): WORKERS,
    ("POST", "/reports/{number}/share"): WORKERS,
    ("GET", "/v1/reports/{number}"): READERS,
    ("POST", "/v1/reports/{number}/claim"): WORKERS,
    ("POST", "/v1/reports/{number}/reply"): WORKERS,
    ("POST", "/v1/reports/{number}/undo"): WORKERS,
    ("POST", "/v1/reports/{number}/notes"): WORKERS,
    ("POST", "/v1/reports/{number}/status"): WORKERS,
    ("POST", "/v1/reports/{number}/correct"): WORKERS,
    ("POST", "/v1/reports/{number}/assign"): MOVERS,
    ("POST", "/v1/reports/{number}/refer"): WORKERS,
    ("POST", "/v1/reports/{number}/close"): MOVERS,
    ("POST", "/v1/reports/{number}/reopen"): MOVERS,
    ("POST", "/v1/reports/{number}/consents"): WORKERS,
    ("POST", "/v1/reports/{number}/consents/{consent}/share"): WORKERS,
}
# Who gets an answer (200 or 303) from the others; None: anyone, signed in or not.
OTHERS: Final[Mapping[tuple[str, str], frozenset[Role] | None]] = {
    ("GET", "/"): ALL,
    ("GET", "/dead-letters"): frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR}),
    ("GET", "/holds"): frozenset({Role.SUPERVISOR, Role.AUDITOR}),
    ("GET", "/terms"): ADMINISTRATORS,
    ("GET", "/audit"): frozenset({Role.AUDITOR}),
    ("GET", "/desks"): ADMINISTRATORS,
    ("GET", "/colleagues"): ADMINISTRATORS,
    ("POST", "/colleagues/reset"): ADMINISTRATORS,
    ("POST", "/colleagues/code"): ADMINISTRATORS,
    ("GET", "/password"): ALL,
    ("POST", "/password"): ALL,
    ("GET", "/leaving"): ADMINISTRATORS,
    ("POST", "/leaving"): ADMINISTRATORS,
    ("GET", "/second-factor"): ALL,
    **{("POST", f"/second-factor/{step}"): ALL for step in ("begin", "confirm", "codes", "remove", "seen")},
    ("GET", "/invitations"): frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}),
    **{("POST", f"/terms/{step}"): ADMINISTRATORS for step in ("danger", "word", "alias", "place", "remove")},
    ("POST", "/logout"): ALL,
    ("GET", "/login"): None,
    ("POST", "/login"): None,
    ("GET", "/login/{link}"): None,
    ("POST", "/language"): None,
    ("GET", "/static/{name}"): None,
    ("GET", "/v1/me"): ALL,
    ("GET", "/v1/reports"): ALL,
}
# These need more than a report to be asked for; who may is tried in test_console_{files,entry,holds,keys}.py.
ELSEWHERE: Final = frozenset(
    {
        ("GET", "/reports/{number}/files/{file}"),
        ("GET", "/v1/reports/{number}/files/{file}"),
        *(("POST", f"/holds/{step}") for step in ("ask", "confirm", "end")),
        ("GET", "/enter"),
        ("POST", "/enter"),
        ("GET", "/key"),
        ("GET", "/invitations/{office}"),
        *(
            ("POST", f"/key/{step}")
            for step in ("make", "letters", "anew", "unlock", "lock", "sign", "remove", "replace", "grant")
        ),
    }
)
HOME: Final[Mapping[Role, Desk]] = {
    Role.FOCAL_POINT: Desk.WOMEN,
    Role.DUTY_OFFICER: Desk.URGENT,
    Role.MEDIATOR: Desk.MEDIATION,
    Role.POLICE_LIAISON: Desk.SECURITY,
}
_BODIES: Final[Mapping[str, Mapping[str, str]]] = {
    "reply": {"text": "جواب"},
    "note": {"text": "ملاحظة"},
    "notes": {"text": "ملاحظة"},
    "status": {"status": "in_progress"},
    "correct": {"category": "drugs", "urgency": "high"},
    "refer": {"body": "الكهرباء"},
    "close": {"reason": "resolved"},
    "consent": {"to": f"{ADHAMIYA}/mediation", "scope": "words", "days": "30"},
    "consents": {"office": ADHAMIYA, "desk": "mediation", "scope": "words"},
    "share": {"summary": "ملخص"},
}


def _routes(house: House) -> set[tuple[str, str]]:
    found = iter_route_contexts(application(house).routes)
    return {
        (method, context.path or "")
        for context in found
        if isinstance(context.original_route, APIRoute)
        for method in context.methods or ()
    }


async def test_every_route_has_a_row_in_the_matrix(small_house: House) -> None:
    assert _routes(small_house) == set(ABOUT_A_REPORT) | set(OTHERS) | ELSEWHERE


@pytest.mark.parametrize(
    ("database_url", "role"),
    [
        *(("sqlite", role) for role in Role if role not in LIKE_A_COORDINATOR),
        ("postgresql", Role.FOCAL_POINT),
        *(pytest.param("sqlite", role, marks=pytest.mark.slow) for role in LIKE_A_COORDINATOR),
        *(pytest.param("postgresql", role, marks=pytest.mark.slow) for role in Role if role is not Role.FOCAL_POINT),
    ],
    indirect=["database_url"],
)
async def test_each_role_does_what_it_may_and_nothing_else(house: House, role: Role) -> None:
    person = await house.hire("أحد", role)
    token = await house.session(person)
    bearer = await house.bearer(person)
    form_token = await house.form_token(token)
    own = HOME.get(role, Desk.GENERAL)
    sealed = Desk.WOMEN if role is not Role.FOCAL_POINT else Desk.CHILD
    await house.file(
        *(Filed(f"BG-1{n:04}", desk=own) for n in range(len(ABOUT_A_REPORT))),
        Filed(FOREIGN, office=ADHAMIYA, desk=Desk.WOMEN if own is Desk.WOMEN else Desk.GENERAL),
        Filed(SEALED, office=BAGHDAD if sealed is Desk.CHILD else ADHAMIYA, desk=sealed),
    )
    absent = set()
    async with house.client(token) as http:
        for n, ((method, path), may) in enumerate(ABOUT_A_REPORT.items()):
            baseless = path.endswith(("/reopen", "/undo", "/share"))
            baseless |= path.endswith("/refer") and own is Desk.WOMEN
            for number in (f"BG-1{n:04}", FOREIGN, SEALED, "BG-99999"):
                given = await _ask(http, method, path, number=number, form_token=form_token, bearer=bearer)
                mine = number.startswith("BG-1")
                if mine and role in may:
                    # A case that is open cannot be reopened, where nobody answered nothing can be taken back, and
                    # where nobody agreed nothing is shared, and from a sealed desk nothing is referred:
                    # refused for its state, after its role was let in.
                    expected = {409, 422} if baseless else {200, 303}
                elif mine and role in READERS:
                    expected = {403, 422}
                else:
                    expected = {404}
                    absent.add((path.startswith("/v1"), given.content))
                assert given.status_code in expected, (role, method, path, number, given.status_code)
        for (method, path), allowed in OTHERS.items():
            if path == "/logout" or allowed is None:
                continue
            given = await http.request(method, path, headers=bearer)
            let_in = 400 if method == "POST" else 200  # a form of nothing: refused for that, after the role was let in
            assert given.status_code == (let_in if role in allowed else 404), (role, method, path)
    assert len(absent) == 2  # one page and one problem, whatever was not theirs


async def test_who_is_nobody_is_sent_to_log_in_and_gets_no_data(house: House) -> None:
    await house.file(Filed(OWN))
    async with house.client() as http:
        for method, path in [*ABOUT_A_REPORT, *(key for key, who in OTHERS.items() if who is not None)]:
            given = await _ask(http, method, path, number=OWN, form_token="x", bearer={})
            if path.startswith("/v1"):
                assert given.status_code == 401, path
            elif given.status_code == 401:  # with what was typed on it, and nothing else
                assert path.rpartition("/")[2] in {"reply", "note", "refer", "share"}
                assert OWN not in given.text
            else:
                assert (given.status_code, given.headers["location"]) == (303, "/login"), path


async def _ask(
    http: httpx.AsyncClient,
    method: str,
    path: str,
    *,
    number: str,
    form_token: str,
    bearer: Mapping[str, str],
) -> httpx.Response:
    """The request that a rightful person would make at this route."""
    step = path.rpartition("/")[2]
    body = dict(_BODIES.get(step, {}))
    url = path.replace("{number}", number).replace("{consent}", "0" * 32)
    if path.startswith("/v1"):
        if step == "assign":
            body = {"office": "women-baghdad", "desk": "women"}
        headers = {**bearer, "If-Match": '"1"'}
        return await http.request(method, url, json=body or None, headers=headers)
    if step == "assign":
        body = {"target": "women-baghdad/women"}
    if method == "GET":
        return await http.get(url)
    return await http.post(url, data={**body, "stage": "send", "version": "1", "form_token": form_token})


async def test_asking_for_what_is_not_theirs_leaves_a_row_whatever_door_is_tried(house: House) -> None:
    person = await house.hire("زينب", Role.COORDINATOR)
    token, bearer = await house.session(person), await house.bearer(person)
    form_token = await house.form_token(token)
    await house.file(Filed(FOREIGN, office=ADHAMIYA))
    tries = 0
    async with house.client(token) as http:
        for method, path in ABOUT_A_REPORT:
            for number in (FOREIGN, "BG-99999"):
                given = await _ask(http, method, path, number=number, form_token=form_token, bearer=bearer)
                assert given.status_code == 404
                tries += 1
    denied = select(audit.c.actor, audit.c.subject, audit.c.data).where(audit.c.action == "report.denied")
    rows = await house.store.read(lambda c: [tuple(row) for row in c.execute(denied)])
    assert rows == [(person, "", {})] * tries
