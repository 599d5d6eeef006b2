"""The JSON API: its shapes, its conditions, its refusals."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy import update

from api.v1.outgoing import Row
from bot.vocabulary import Desk, Locale, Role, Status, Urgency
from storage.database.engine import Store
from storage.keys import Keyring
from storage.tables import staff
from tests.api.house import House, build
from tests.ceremony import held
from tests.staffing import ADHAMIYA, BAGHDAD, Filed

N = "BG-00001"
PROBLEM = "application/problem+json"


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    return await build(store, keyring, now)


@pytest.fixture
async def small_house(sqlite_store: Store, keyring: Keyring, now: datetime) -> House:
    """For what no database changes."""
    return await build(sqlite_store, keyring, now)


async def test_a_report_is_read_claimed_answered_and_closed(house: House) -> None:
    headers = await house.bearer(await house.hire("زينب", Role.COORDINATOR))
    await house.file(Filed(N))
    async with house.client() as http:
        listed = (await http.get("/v1/reports", headers=headers)).json()
        assert [row["number"] for row in listed["reports"]] == [N]
        assert listed["next"] is None
        opened = await http.get(f"/v1/reports/{N}", headers=headers)
        tag = opened.headers["ETag"]
        assert tag == '"1"'
        steps = (
            ("claim", None),
            ("reply", {"text": "وصلنا بلاغك"}),
            ("notes", {"text": "راجعنا"}),
            ("status", {"status": "in_progress"}),
            ("refer", {"body": "الكهرباء"}),
            ("close", {"reason": "resolved"}),
            ("reopen", None),
        )
        for step, body in steps:
            done = await http.post(f"/v1/reports/{N}/{step}", json=body, headers={**headers, "If-Match": tag})
            assert done.status_code == 200, (step, done.text)
            tag = done.headers["ETag"]
        whole = (await http.get(f"/v1/reports/{N}", headers=headers)).json()
    assert [line["text"] for line in whole["thread"] if line["kind"] in ("utterance", "reply")] == [
        "سرقوا دراجتي من باب الدار",
        "وصلنا بلاغك",
    ]
    assert whole["understood"]["guesses"][0] == {"category": "theft", "confidence": 0.91}
    assert whole["report"]["status"] == "in_progress"
    assert whole["report"]["claimed_by"] == "زينب"


async def test_a_step_needs_the_version_it_was_decided_on(house: House) -> None:
    headers = await house.bearer(await house.hire("زينب", Role.COORDINATOR))
    await house.file(Filed(N))
    async with house.client() as http:
        for tag in (None, "*", "1", '"x"', 'W/"1"'):
            sent = headers if tag is None else {**headers, "If-Match": tag}
            without = await http.post(f"/v1/reports/{N}/claim", headers=sent)
            assert (without.status_code, without.headers["content-type"]) == (428, PROBLEM)
        await http.post(f"/v1/reports/{N}/claim", headers={**headers, "If-Match": '"1"'})
        stale = await http.post(f"/v1/reports/{N}/notes", json={"text": "x"}, headers={**headers, "If-Match": '"1"'})
    assert stale.status_code == 412
    assert stale.json()["version"] == 2


async def test_unchanged_since_then_is_304(house: House) -> None:
    headers = await house.bearer(await house.hire("زينب", Role.COORDINATOR))
    await house.file(Filed(N))
    async with house.client() as http:
        again = await http.get(f"/v1/reports/{N}", headers={**headers, "If-None-Match": '"1"'})
    assert (again.status_code, again.content) == (304, b"")


async def test_absent_and_invisible_answer_the_same_bytes(house: House) -> None:
    headers = await house.bearer(await house.hire("زينب", Role.COORDINATOR))
    await house.file(Filed("BG-00002", office=ADHAMIYA), Filed("BG-00004", desk=Desk.WOMEN))
    answers = set()
    async with house.client() as http:
        for number in ("BG-00002", "BG-00004", "BG-99999"):
            for method, path, body in (
                ("GET", "", None),
                ("POST", "/claim", None),
                ("POST", "/notes", {"text": "x"}),
            ):
                given = await http.request(
                    method, f"/v1/reports/{number}{path}", json=body, headers={**headers, "If-Match": '"1"'}
                )
                answers.add((given.status_code, given.content))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer x", "Bearer mun_" + "A" * 43, "Basic x", "Bearer " + "x" * 999]
)
async def test_without_a_valid_token_nothing_opens(small_house: House, header: str | None) -> None:
    async with small_house.client() as http:
        given = await http.get("/v1/reports", headers={} if header is None else {"Authorization": header})
    assert given.status_code == 401
    assert given.headers["www-authenticate"] == "Bearer"
    assert given.headers["content-type"] == PROBLEM


@pytest.mark.parametrize("path", ["/v1/reports/BG-4F7K2/notes", "/v1/reports/not-a-number/notes"])
async def test_a_stranger_is_refused_before_a_byte_of_the_body_is_read(small_house: House, path: str) -> None:
    read: list[bytes] = []

    async def body() -> AsyncIterator[bytes]:
        read.append(b"{")
        yield b"{ not json"

    async with small_house.client() as http:
        given = await http.post(path, content=body(), headers={"Content-Type": "application/json"})
    assert (given.status_code, read) == (401, [])


async def test_a_session_cookie_opens_no_api(house: House) -> None:
    token = await house.session(await house.hire("زينب", Role.COORDINATOR))
    async with house.client(token) as http:
        assert (await http.get("/v1/me")).status_code == 401


async def test_a_token_past_its_end_opens_nothing(house: House) -> None:
    headers = await house.bearer(await house.hire("زينب", Role.COORDINATOR))
    async with house.later(timedelta(days=90)).client() as http:
        assert (await http.get("/v1/me", headers=headers)).status_code == 401


async def test_me_tells_whose_token_it_is(house: House) -> None:
    headers = await house.bearer(await house.hire("هدى", Role.FOCAL_POINT))
    async with house.client() as http:
        told = (await http.get("/v1/me", headers=headers)).json()
    assert told["name"] == "هدى"
    assert [(grant["desk"], grant["role"]) for grant in told["grants"]] == [("women", "focal_point")]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("notes", {"text": ""}),
        ("notes", {"text": "canary\0"}),
        ("notes", {"text": "canary", "canary": 1}),
        ("notes", {"text": "canary" * 999}),
        ("notes", {"txt": "canary"}),
        ("close", {"reason": "canary"}),
        ("status", {"status": "new"}),
        ("assign", {"office": "canary\0", "desk": "general"}),
        ("assign", {"office": "x", "desk": "canary"}),
    ],
)
async def test_what_cannot_be_taken_is_named_and_never_echoed(
    small_house: House, path: str, body: dict[str, object]
) -> None:
    headers = await small_house.bearer(await small_house.hire("زينب", Role.COORDINATOR))
    await small_house.file(Filed(N))
    async with small_house.client() as http:
        given = await http.post(f"/v1/reports/{N}/{path}", json=body, headers={**headers, "If-Match": '"1"'})
    assert (given.status_code, given.headers["content-type"]) == (422, PROBLEM)
    assert "canary" not in given.text
    assert given.json()["errors"]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=51", "status=x", "desk=x", "urgency=1", "canary=1", "office=%00", "mine=x"]
)
async def test_filters_that_mean_nothing_are_refused(small_house: House, query: str) -> None:
    headers = await small_house.bearer(await small_house.hire("زينب", Role.COORDINATOR))
    async with small_house.client() as http:
        given = await http.get(f"/v1/reports?{query}", headers=headers)
    assert given.status_code == 422
    assert "canary" not in given.text


async def test_a_list_is_filtered_and_paged(house: House) -> None:
    headers = await house.bearer(await house.hire("زينب", Role.COORDINATOR))
    await house.file(
        *(Filed(f"BG-0000{n}") for n in range(3)),
        Filed("BG-00009", urgency=Urgency.EMERGENCY),
        Filed("BG-00008", status=Status.CLOSED),
    )
    async with house.client() as http:

        async def numbers(query: str) -> tuple[list[str], str | None]:
            page = (await http.get(f"/v1/reports?{query}", headers=headers)).json()
            return [row["number"] for row in page["reports"]], page["next"]

        assert (await numbers("urgency=emergency"))[0] == ["BG-00009"]
        assert (await numbers("status=closed"))[0] == ["BG-00008"]
        first, cursor = await numbers("limit=3")
        second, end = await numbers(f"limit=3&cursor={cursor}")
        assert (len(first), len(second), end) == (3, 1, None)
        bad = await http.get("/v1/reports?cursor=x", headers=headers)
    assert bad.status_code == 400


async def test_a_role_that_may_not_is_told_so(house: House) -> None:
    headers = await house.bearer(await house.hire("مدقق", Role.AUDITOR))
    await house.file(Filed(N))
    async with house.client() as http:
        given = await http.post(f"/v1/reports/{N}/claim", headers={**headers, "If-Match": '"1"'})
        opened = (await http.get(f"/v1/reports/{N}", headers=headers)).json()
    assert given.status_code == 403
    assert opened["understood"] is None
    assert opened["report"]["excerpt"] is None
    assert all(line["text"] is None for line in opened["thread"])


async def test_a_moved_report_is_gone_for_who_moved_it(house: House) -> None:
    headers = await house.bearer(await house.hire("زينب", Role.COORDINATOR))
    await house.file(Filed(N))
    async with house.client() as http:
        body = {"office": BAGHDAD, "desk": "general"}
        moved = await http.post(f"/v1/reports/{N}/assign", json=body, headers={**headers, "If-Match": '"1"'})
        after = await http.get(f"/v1/reports/{N}", headers=headers)
    assert (moved.status_code, after.status_code) == (200, 404)


async def test_openapi_names_every_door_and_the_problem(small_house: House) -> None:
    async with small_house.client() as http:
        described = (await http.get("/openapi.json")).json()
    assert {path for path in described["paths"] if not path.startswith("/v1")} == set()
    assert "Problem" in described["components"]["schemas"]
    assert set(Row.model_fields) == set(described["components"]["schemas"]["Row"]["properties"])
    claim = described["paths"]["/v1/reports/{number}/claim"]["post"]["responses"]
    assert {"200", "401", "403", "404", "409", "412", "422", "428", "503"} <= set(claim)
    assert PROBLEM in claim["428"]["content"]


async def test_every_answer_carries_the_safety_headers(small_house: House) -> None:
    async with small_house.client() as http:
        answers: list[httpx.Response] = [await http.get(path) for path in ("/v1/me", "/login", "/absent")]
    for given in answers:
        assert given.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in given.headers["content-security-policy"]
        assert given.headers["strict-transport-security"]
        assert given.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("locale", "says"),
    [(Locale.AR, "افتح مفتاحك"), (Locale.CKB, "کلیلەکەت"), (Locale.EN, "Open your key")],
)
async def test_a_step_on_what_is_sealed_says_where_it_is_taken_in_the_persons_language(
    house: House, locale: Locale, says: str
) -> None:
    """No token opens it: a coordinator's program is told what its person is to do."""
    seats = [await house.hire(name, Role.FOCAL_POINT) for name in ("هدى", "سعاد")]
    before = house.now - timedelta(hours=1)
    await house.store.write(lambda c: held(c, house.keyring, seats, now=before))
    await house.file(Filed("BG-4F7K2", desk=Desk.WOMEN))
    await house.store.write(lambda c: c.execute(update(staff).where(staff.c.id == seats[0]).values(locale=locale)))
    headers = {**await house.bearer(seats[0]), "If-Match": '"1"'}
    async with house.client() as http:
        for step, body in (("claim", None), ("reply", {"text": "x"}), ("close", {"reason": "resolved"})):
            given = await http.post(f"/v1/reports/BG-4F7K2/{step}", json=body, headers=headers)
            problem = given.json()
            assert (given.status_code, problem["type"]) == (409, "urn:muntada:problem:case.locked")
            assert says in problem["detail"]
            assert f"{house.public_url}/key?back=/reports/BG-4F7K2" in problem["detail"]
            assert given.headers["content-language"] == locale.value
