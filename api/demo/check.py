"""`muntada demo --check`: the whole journey over HTTP, by the real doors and the real carriers' code, a line a step."""

import asyncio
import importlib.util
import re
import secrets
import tempfile
import time
from http import HTTPStatus
from pathlib import Path
from typing import Final

import httpx
import typer

from api import logs, sim
from api.demo import folk, loopback
from api.demo.world import ACCOUNT, HOOK_SECRET, LOOK_S, NUMBER, TWILIO_SECRET, WAIT_S, Failed, World, opened, until
from bot.handlers import console, segments
from bot.handlers.console import Shown
from bot.vocabulary import Channel, Role
from storage.casework import cases
from storage.database.engine import Connection
from storage.people import sessions, staff
from storage.purging import figures

_SMS_FROM: Final = "+9647700000001"
_CHAT: Final = 7_700_000_001
_TOLD: Final = "رجلي حابسني بالبيت ويضربني بالكرادة"


async def run() -> int:
    """0 when every step was seen to work, else 1."""
    logs.configure()
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder)) as world:
            try:
                await _journey(world)
            except Failed as failed:
                typer.echo(f"  ✗ {failed}")
                return 1
    typer.echo("everything travelled there and back")
    return 0


async def _journey(world: World) -> None:
    _step("torch is not installed", importlib.util.find_spec("torch") is None)
    await _telegram(world)
    await _sms(world)
    await _console(world)
    await _sealed(world)
    await _web(world)


async def _telegram(world: World) -> None:
    update = {
        "update_id": 1,
        "message": {
            "message_id": 1,
            "date": 1_700_000_000,
            "chat": {"id": _CHAT, "type": "private", "first_name": "never kept"},
            "from": {"id": _CHAT, "is_bot": False, "first_name": "never kept", "username": "never_kept"},
            "text": "الكهرباء مكشوفة يم باب المدرسة بالكرادة والجهال يلعبون يمها",
        },
    }
    forged = await world.http.post("/hooks/telegram", json=update, headers=_secret("wrong"))
    _step("a forged Telegram delivery is refused (403)", forged.status_code == HTTPStatus.FORBIDDEN)
    for _ in range(2):
        kept = await world.http.post("/hooks/telegram", json=update, headers=_secret(HOOK_SECRET))
    _step("a report by Telegram is kept, and its repeated delivery too (200)", kept.status_code == HTTPStatus.OK)
    await until(lambda: bool(world.taken.telegram))
    _step("its reporter is answered on Telegram", world.taken.telegram[0][0] == str(_CHAT))
    number = await _landed(world, reports=1)
    await _answer(world, number)
    await until(lambda: any("فريق" in text for _, text in world.taken.telegram))
    _step("the coordinator's answer reaches Telegram", 1)
    _step("and nothing was doubled", (await world.wiring.store.read(figures.read))["reports"] == 1)


async def _sms(world: World) -> None:
    params = [
        ("MessageSid", "SM" + "1" * 32),
        ("AccountSid", ACCOUNT),
        ("From", _SMS_FROM),
        ("To", NUMBER),
        ("Body", "انباك ماطوري بالشعلة"),
        ("NumMedia", "0"),
    ]
    url = f"{world.wiring.public_url}/hooks/sms/twilio"
    forged = await world.http.post("/hooks/sms/twilio", data=dict(params), headers={"X-Twilio-Signature": "AAAA"})
    _step("a forged Twilio delivery is refused (403)", forged.status_code == HTTPStatus.FORBIDDEN)
    signed = {"X-Twilio-Signature": loopback.twilio_signature(TWILIO_SECRET, url, params)}
    kept = await world.http.post("/hooks/sms/twilio", data=dict(params), headers=signed)
    _step("a report by SMS through Twilio is kept (200)", kept.status_code == HTTPStatus.OK)
    await until(lambda: bool(world.taken.twilio))
    to, text = world.taken.twilio[0]
    _step("its reporter is answered in one SMS part", to == _SMS_FROM and segments.count(text).parts == 1)
    number = await _landed(world, reports=2)
    await _answer(world, number)
    await until(lambda: len(world.taken.twilio) > 1)
    _step("the coordinator's answer reaches SMS", "فريق" in world.taken.twilio[1][1])


async def _console(world: World) -> None:
    shown = await _say(world, "هسه رمي قوي بحي العامل", Channel.SMS)
    words = shown[0].rendered.text if shown else ""
    _step("an emergency from the simulated phone gets the hotline in its first reply", "911" in words)
    rows = await world.wiring.store.read(lambda c: figures.newest(c, limit=1))
    _step(f"and goes to an urgent desk ({rows[0][1]})", rows[0][2] == "urgent")


async def _sealed(world: World) -> None:
    await _say(world, _TOLD, Channel.TELEGRAM)
    await _until_async(world, reports=4)
    number, office, desk, category = (await world.wiring.store.read(lambda c: figures.newest(c, limit=1)))[0]
    _step(
        f"a woman's report goes to a women's desk ({office}), in clear nothing of it", desk == "women" and not category
    )
    for role in (Role.COORDINATOR, Role.SUPERVISOR, Role.ADMINISTRATOR):
        hidden = await world.http.get(f"/v1/reports/{number}", headers=await _token(world, role, office))
        _step(f"no {role.value} of the same office sees it (404)", hidden.status_code == HTTPStatus.NOT_FOUND)
    seen = await world.http.get(f"/v1/reports/{number}", headers=await _token(world, Role.FOCAL_POINT, office))
    _step("whoever is granted the desk and has no key sees that it waits, not a word", _is_locked(seen))
    await _unlock(world, number, office)


def _is_locked(seen: httpx.Response) -> bool:
    return seen.status_code == HTTPStatus.OK and seen.json()["report"]["locked"] and _TOLD not in seen.text


async def _unlock(world: World, number: str, office: str) -> None:
    """As its focal point does it in her browser."""
    found = ((who, link) for who, link in await folk.links(world.wiring) if who.phrase and office in who.offices)
    person, link = next(found, (None, ""))
    if person is None:
        raise Failed("the desk has no focal point with a key")
    ours = {"Sec-Fetch-Site": "same-origin"}
    base = world.wiring.public_url
    async with httpx.AsyncClient(base_url=base, timeout=WAIT_S, follow_redirects=True, headers=ours) as browser:
        await browser.get(link)
        shut = await browser.get(f"/reports/{number}")
        _step("its focal point finds it locked", shut.status_code == HTTPStatus.OK and _TOLD not in shut.text)
        token = _found(r'name="form_token" value="([^"]+)"', shut)
        await browser.post("/key/unlock", data={"form_token": token, "phrase": person.phrase})
        read = await browser.get(f"/reports/{number}")
        _step("and reads it once her pass phrase has opened her key", _TOLD in read.text)
        await browser.post("/key/lock", data={"form_token": token})
        again = await browser.get(f"/reports/{number}")
        _step("until she locks it again", _TOLD not in again.text)


async def _web(world: World) -> None:
    form = {"token": _found(r'name="token" value="([^"]+)"', await world.http.get("/r")), "lang": "ar"}
    told = {**form, "text": "محل الغاز يم البيت يبيع قناني مخربة", "governorate": "IQ-BG", "place": "الكرادة"}
    pages = [await world.http.post("/r", data=told) for _ in range(2)]
    codes = {_found(r'class="code"><bdi dir="ltr">([0-9 ]{19})<', page) for page in pages}
    _step("the web form shows a code of 16 digits, the same when it is sent twice", len(codes) == 1)
    quiet = "set-cookie" not in pages[0].headers and "<script" not in pages[0].text
    _step("without a cookie and without a script", quiet)
    await _answer(world, await _landed(world, reports=5))
    read = await world.http.post("/r/case", data={"code": codes.pop(), "lang": "ar"})
    _step("whoever comes back with the code reads the coordinator's answer", "وصل الفريق" in read.text)
    wrong = await world.http.post("/r/case", data={"code": "1" * 16, "lang": "ar"})
    _step("another code finds nothing (404)", wrong.status_code == HTTPStatus.NOT_FOUND)


def _found(pattern: str, page: httpx.Response) -> str:
    match = re.search(pattern, page.text)
    if match is None:
        raise Failed("a page did not answer as it should")
    return match[1]


async def _say(world: World, text: str, channel: Channel) -> tuple[Shown, ...]:
    """Types on the simulated phone; what it shows in answer."""
    carrier, name = world.wiring.simulated, secrets.token_hex(4)
    if carrier is None:
        raise Failed("the simulated phone is off")
    address = sim.address(channel, name)
    await world.wiring.intake.keep(
        console.read(text, address=address, channel=channel, external_id=name, sequence=time.time_ns() // 1000)
    )
    return await carrier.wait(address, timeout_s=WAIT_S)


async def _landed(world: World, *, reports: int) -> str:
    """The number of the newest report, once it is seen by its own coordinator and by no other."""
    await _until_async(world, reports=reports)
    number, office, desk, _ = (await world.wiring.store.read(lambda c: figures.newest(c, limit=1)))[0]
    _step(f"report {number} is at {office}, desk {desk}", 1)
    offices = (await world.wiring.directory()).offices
    other = next(code for code in sorted(offices) if code != office and offices[code].kind == offices[office].kind)
    seen = await world.http.get(f"/v1/reports/{number}", headers=await _token(world, Role.COORDINATOR, office))
    _step("its coordinator sees it", seen.status_code == HTTPStatus.OK)
    foreign = await world.http.get(f"/v1/reports/{number}", headers=await _token(world, Role.COORDINATOR, other))
    absent = await world.http.get("/v1/reports/IQ-00000", headers=await _token(world, Role.COORDINATOR, other))
    same = foreign.status_code == absent.status_code == HTTPStatus.NOT_FOUND and foreign.content == absent.content
    _step("another office's coordinator is told the same as of a report that does not exist (404)", same)
    return number


async def _answer(world: World, number: str) -> None:
    _, office, _, _ = (await world.wiring.store.read(lambda c: figures.newest(c, limit=1)))[0]
    token = await _token(world, Role.COORDINATOR, office)
    etag = (await world.http.get(f"/v1/reports/{number}", headers=token)).headers["ETag"]
    answered = await world.http.post(
        f"/v1/reports/{number}/reply", json={"text": "وصل الفريق، شكرا"}, headers={**token, "If-Match": etag}
    )
    _step("the coordinator answers", answered.is_success)
    world.clock.ahead += cases.UNDO


async def _token(world: World, role: Role, office: str) -> dict[str, str]:
    now = world.wiring.clock()
    name = f"check {role.value} {office} {secrets.token_hex(3)}"

    def make(connection: Connection) -> str:
        keyring = world.wiring.keyring
        person = staff.add(connection, keyring, name=name, role=role, office=office, now=now)
        return sessions.make_token(connection, keyring, person=person, now=now, entropy=secrets.token_bytes(32))

    return {"Authorization": f"Bearer {await world.wiring.store.write(make)}"}


def _secret(value: str) -> dict[str, str]:
    return {"X-Telegram-Bot-Api-Secret-Token": value}


def _step(words: str, seen: object) -> None:
    if not seen:
        raise Failed(words)
    typer.echo(f"  ✓ {words}")


async def _until_async(world: World, *, reports: int) -> None:
    for _ in range(int(WAIT_S / LOOK_S)):
        if (await world.wiring.store.read(figures.read))["reports"] >= reports:
            return
        await asyncio.sleep(LOOK_S)
    raise Failed("a report was not filed in time")
