"""A coordinator's phone: the console in Chromium with scripts switched off, as small as phones come."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import uvicorn
from playwright.async_api import Page

from bot.vocabulary import Desk, Role, Urgency
from storage import keys
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import logins
from tests.api.house import HASHED, PASSWORD, House, build
from tests.authenticator import digits
from tests.browser.handset import BY_BROWSER, fits, handset, press
from tests.ceremony import PHRASE, held, offered
from tests.staffing import Filed

pytestmark = BY_BROWSER
N = "BG-4F7K2"


@pytest.fixture
async def house(sqlite_store: Store, keyring: Keyring) -> AsyncIterator[House]:
    """The console served on a free port, on today's date: a browser's cookies follow its own clock."""
    now = datetime.now(UTC)
    await sqlite_store.write(lambda c: keys.register(c, keyring, now))
    made = await build(sqlite_store, keyring, now)
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    served = replace(made, public_url=url, production=False)
    config = uvicorn.Config(served.app, interface="asgi3", log_config=None, access_log=False, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield served
    finally:
        server.should_exit = True
        await task
        listening.close()


@asynccontextmanager
async def phone(house: House, *, width: int = 390, dark: bool = False) -> AsyncIterator[tuple[Page, list[str]]]:
    """A coordinator's phone, and what went wrong on it."""
    async with handset(house.public_url, width=width, height=844, dark=dark, locale="ar-IQ") as (page, _, wrong):
        yield page, wrong


async def _enter(house: House, page: Page) -> None:
    await page.goto(f"{house.public_url}/login")
    await page.fill("input[name=name]", "زينب")
    await page.fill("input[name=password]", PASSWORD)
    await press(page, "button.go")
    assert await page.locator(".tabs").count()


async def _people(house: House) -> None:
    person = await house.hire("زينب", Role.COORDINATOR)
    await house.store.write(
        lambda c: logins.set_password(c, house.keyring, person=person, password_hash=HASHED, now=house.now)
    )
    await house.file(
        Filed(N, said=("انباك ماطوري بالكرادة",)),
        Filed("BG-00002", desk=Desk.MEDIATION, urgency=Urgency.EMERGENCY, category="tribal_dispute"),
    )


async def test_a_report_is_taken_and_answered_by_thumb_without_any_script(house: House) -> None:
    await _people(house)
    async with phone(house) as (page, wrong):
        await _enter(house, page)
        assert await page.locator(".rows li").first.get_attribute("class") == "emergency"
        await press(page, f"a[href='/reports/{N}']")
        await press(page, ".bar button.go")
        assert await page.locator(".flash").count()
        await page.fill("#reply textarea", "وصلنا بلاغك، شكراً.")
        await press(page, "#reply button")
        assert await page.locator(".bubble").count()
        assert "رسالة SMS واحدة" in await page.inner_text("#reply output")
        await press(page, "#reply button[value=send]")
        assert await page.locator(".said.reply").count()
        assert "وصلنا بلاغك" in await page.inner_text(".said.reply .text")
        await press(page, "button:has-text('خروج')")
        assert await page.locator("input[name=password]").count()
        assert wrong == []


@pytest.mark.parametrize("width", [320, 390, 768])
async def test_nothing_hangs_over_the_edge_and_every_target_fits_a_thumb(house: House, width: int) -> None:
    await _people(house)
    async with phone(house, width=width) as (page, wrong):
        await _enter(house, page)
        for path in ("/", f"/reports/{N}", "/enter", "/reports/absent"):
            await page.goto(house.public_url + path)
            if path == f"/reports/{N}":
                await page.click("#consent summary")
            await fits(page)
        assert [text for text in wrong if "404" not in text] == []


@pytest.mark.parametrize("width", [320, 390])
async def test_a_focal_point_opens_her_key_reads_and_locks_it_by_thumb(house: House, width: int) -> None:
    person = await house.hire("زينب", Role.FOCAL_POINT)
    other = await house.hire("هدى", Role.FOCAL_POINT)
    newcomer = await house.hire("منى", Role.FOCAL_POINT)
    await house.store.write(
        lambda c: logins.set_password(c, house.keyring, person=person, password_hash=HASHED, now=house.now)
    )
    before = house.now - timedelta(hours=1)
    await house.store.write(lambda c: held(c, house.keyring, [person, other], now=before))
    await house.store.write(lambda c: offered(c, house.keyring, newcomer, now=before))
    await house.file(Filed(N, desk=Desk.WOMEN, said=("زوجي يحبسني",)))
    async with phone(house, width=width) as (page, wrong):
        await _enter(house, page)
        await press(page, f"a[href='/reports/{N}']")
        assert "زوجي يحبسني" not in await page.content()
        await press(page, "#locked a")
        for _ in range(2):
            await fits(page)
            if await page.locator("#open input[name=phrase]").count():
                await page.fill("#open input[name=phrase]", PHRASE)
                await press(page, "#open button")
                assert "زوجي يحبسني" in await page.inner_text(".said .text")
                await page.goto(f"{house.public_url}/key")
        await press(page, "#open button")
        assert await page.locator("#open input[name=phrase]").count()
        await page.goto(f"{house.public_url}/reports/{N}")
        assert "زوجي يحبسني" not in await page.content()
        assert wrong == []


@pytest.mark.parametrize("width", [320, 390])
async def test_a_log_in_code_is_set_up_and_asked_for_by_thumb(house: House, width: int) -> None:
    await _people(house)
    async with phone(house, width=width) as (page, wrong):
        await _enter(house, page)
        await press(page, "a[href='/second-factor']")
        await page.fill("input[name=password]", PASSWORD)
        await fits(page)
        await press(page, "main button.go")
        drawn = await page.locator(".qr svg").bounding_box()
        assert drawn is not None
        assert 200 < drawn["width"] < width
        letters = await page.inner_text(".link bdi")
        await page.fill("input[name=code]", digits(letters, house.now))
        await fits(page)
        await press(page, "main button.go")
        codes = await page.locator("ul.code li").all_inner_texts()
        assert len(codes) == 10
        await fits(page)
        await press(page, "main a.go")
        await page.goto(f"{house.public_url}/second-factor")
        await page.click("details >> nth=0")
        await fits(page)
        await press(page, "button:has-text('خروج')")
        await page.fill("input[name=name]", "زينب")
        await page.fill("input[name=password]", PASSWORD)
        await page.fill("input[name=code]", codes[3])
        await fits(page)
        await press(page, "button.go")
        assert await page.locator(".tabs").count()
        assert wrong == []


async def test_the_page_runs_from_right_to_left_also_in_the_dark(house: House) -> None:
    await _people(house)
    async with phone(house, dark=True) as (page, _):
        await _enter(house, page)
        badge = await page.locator(".rows .badge").first.bounding_box()
        status = await page.locator(".rows .status").first.bounding_box()
        assert badge is not None
        assert status is not None
        assert badge["x"] > status["x"]
        ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert sum(int(part) for part in ground[4:-1].split(",")) < 3 * 64
