"""No page that any member of staff can open holds an address, and none shows words to whom they are not for."""

import asyncio
import json
import re
import secrets
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import make_url

from api import console, v1
from bot.vocabulary import Desk, Role
from storage.database.engine import Connection
from storage.people import logins, sessions, staff
from storage.people.logins import Attempt
from storage.purging import figures
from tests.carriers import updates
from tests.journeys.conftest import Town

CHAT, NUMBER = 7_700_041_441, "+9647700000041"
TEXT = "زرزور الجيران باگ ماطوري بالشعلة"
SEALED = "زوجي يضربني كل يوم وزرزور الدار يشهد بالشعلة"
SECRETLY = "زرزور البستان انباك منه سياج بالشعلة محد يدري"
BIRD, WIFE = "زرزور", "زوجي"
WOMENS = ("IQ-women-centre", "IQ-women-north")
GOVERNORATE = "IQ-BG"  # its security desk is where the police's liaison works
ADDRESSES = (str(CHAT), NUMBER, NUMBER[1:], NUMBER[4:], *updates.CANARIES)


async def _live(town: Town) -> tuple[str, str]:
    """An ordinary report by Telegram, a sealed one and a discreet one by SMS; the offices of the first two."""
    await town.tell(CHAT, TEXT)
    await town.told(CHAT)
    _, office, _ = await town.newest()
    await town.sms(NUMBER, SEALED)
    await town.texted(NUMBER)
    _, hers, desk = await town.newest()
    assert desk == Desk.WOMEN
    await town.sms(NUMBER, SECRETLY)
    await town.settled()
    return office, hers


def _pages(town: Town, numbers: list[str], method: str = "GET") -> list[str]:
    """Every address of ours that answers GET, or another method, with each report's number in its place."""
    routes = FastAPI()
    routes.include_router(console.router(town.wiring))
    routes.include_router(v1.router(town.wiring))
    found = set()
    for context in iter_route_contexts(routes.routes):
        if isinstance(context.original_route, APIRoute) and method in (context.methods or ()):
            path = context.path or ""
            found |= {path.replace("{number}", number) for number in numbers}
    return sorted(path for path in found if "{" not in path)


async def _signed_in(town: Town, role: Role, office: str) -> httpx.AsyncClient:
    hashed, now, keyring = logins.hash_password("correct horse battery"), town.clock(), town.wiring.keyring
    name, entropy = f"{role} {secrets.token_hex(3)}", secrets.token_bytes(64)

    def work(conn: Connection) -> tuple[str, str]:
        person = staff.add(conn, keyring, name=name, role=role, office=office, desks=(), now=now)
        token = sessions.make_token(conn, keyring, person=person, now=now, entropy=entropy[:32])
        return logins.log_in(conn, keyring, tried=Attempt(person, hashed), now=now, entropy=entropy), token

    session, token = await town.wiring.store.write(work)
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(
        base_url=town.wiring.public_url, cookies={"sid": session}, headers=headers, timeout=20, verify=False
    )


async def _numbers(town: Town) -> list[str]:
    return [row[0] for row in await town.wiring.store.read(lambda c: figures.newest(c, limit=10))]


async def test_no_page_of_any_role_holds_an_address_or_shows_a_sealed_word(town: Town) -> None:
    office, hers = await _live(town)
    pages = _pages(town, await _numbers(town))
    assert {"/", "/audit", "/holds", "/desks", "/key", "/v1/reports"} <= set(pages)
    where = dict.fromkeys(Role, office) | {Role.FOCAL_POINT: hers, Role.POLICE_LIAISON: GOVERNORATE}
    seen: dict[Role, int] = {}
    for role, place in where.items():
        async with await _signed_in(town, role, place) as browser:
            answers = await asyncio.gather(*(browser.get(path) for path in pages))
            for path, answer in zip(pages, answers, strict=True):
                assert answer.status_code < 500, path
                found = [address for address in ADDRESSES if address in answer.text]
                assert not found, (role, path)
                assert role is Role.FOCAL_POINT or WIFE not in answer.text, (role, path)
                seen[role] = seen.get(role, 0) + (BIRD in answer.text)
    # Words are for those who work there: were they nowhere, this test could not fail.
    assert seen[Role.COORDINATOR] > 0
    assert seen[Role.FOCAL_POINT] > 0
    assert seen[Role.ADMINISTRATOR] == seen[Role.AUDITOR] == seen[Role.POLICE_LIAISON] == 0


async def _sends(browser: httpx.AsyncClient, paths: list[str], url: str) -> list[httpx.Response]:
    """Forms of this person's with nothing in them, or bodies with nothing in them: most are refused, in a page."""
    token = re.search(r'name="form_token" value="([^"]+)"', (await browser.get("/password")).text)
    assert token
    form: dict[str, Any] = {"data": {"form_token": token[1]}, "headers": {"Origin": url}}
    sent = [browser.post(path, **({"json": {}} if path.startswith("/v1/") else form)) for path in paths]
    return list(await asyncio.gather(*sent))


async def test_no_answer_to_a_form_of_any_role_holds_an_address_or_shows_a_sealed_word(town: Town) -> None:
    office, hers = await _live(town)
    forms = [path for path in _pages(town, await _numbers(town), "POST") if path not in {"/logout", "/login"}]
    assert sum("/reply" in path for path in forms) >= 4
    refused = 0
    for role, place in ((Role.COORDINATOR, office), (Role.FOCAL_POINT, hers), (Role.AUDITOR, office)):
        async with await _signed_in(town, role, place) as browser:
            for path, answer in zip(forms, await _sends(browser, forms, town.wiring.public_url), strict=True):
                assert answer.status_code < 500, path
                assert [address for address in ADDRESSES if address in answer.text] == [], (role, path)
                assert role is Role.FOCAL_POINT or WIFE not in answer.text, (role, path)
                refused += answer.status_code >= 400
    assert refused > len(forms)


async def test_what_is_counted_and_told_of_our_health_names_nobody(town: Town) -> None:
    await _live(town)
    told = str(await town.wiring.store.read(figures.read))
    told += "".join([(await town.http.get(path)).text for path in ("/healthz", "/readyz")])
    assert "kept" in told
    assert [word for word in (*ADDRESSES, BIRD, WIFE) if word in told] == []


async def test_a_focal_point_elsewhere_sees_no_word_of_it_and_she_herself_does(town: Town) -> None:
    _, hers = await _live(town)
    pages = _pages(town, await _numbers(town))
    elsewhere = next(code for code in WOMENS if code != hers)
    for place, sees in ((elsewhere, False), (hers, True)):
        async with await _signed_in(town, Role.FOCAL_POINT, place) as browser:
            answers = await asyncio.gather(*(browser.get(path) for path in pages))
        assert any(WIFE in answer.text for answer in answers) is sees


def _found(folder: Path, needles: list[bytes]) -> list[str]:
    """The names of files that hold any of these."""
    places = [path for path in folder.rglob("*") if path.is_file()]
    assert any("pg_wal" in str(path) for path in places)
    return [path.name for path in places for needle in needles if needle in path.read_bytes()]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_the_database_servers_own_files_hold_no_word_and_no_address(town: Town) -> None:
    await _live(town)
    database = town.wiring.settings.database
    with psycopg.connect(database.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    words = (*ADDRESSES, BIRD, WIFE)
    needles = [form for word in words for form in (word.encode(), json.dumps(word)[1:-1].encode())]
    needles += [word.encode("utf-16-le") for word in words] + [form.hex().encode() for form in needles]
    needles += [number.to_bytes(8, order) for number in (int(NUMBER), CHAT) for order in ("big", "little")]
    assert _found(Path(str(make_url(database).query["host"])), needles) == []
