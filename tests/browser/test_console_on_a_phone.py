"""A coordinator's phone: the console in Chromium with scripts switched off, as small as phones come."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from bot.vocabulary import Desk, Role, Urgency
from storage import keys
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import logins
from tests.api.house import HASHED, PASSWORD, House, build
from tests.authenticator import digits
from tests.ceremony import PHRASE, held, offered
from tests.staffing import Filed

CHROMIUM = "/usr/bin/chromium"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="no browser here: Debian package chromium"),
]
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_TARGETS = """() => [...document.querySelectorAll('a, button, select, summary, input')]
  .filter(e => e.type !== 'hidden' && e.type !== 'checkbox')
  .filter(e => e.offsetParent && !e.closest('.skip'))
  .map(e => [e.getBoundingClientRect().height, e.textContent.trim().slice(0, 20)])
  .filter(([height]) => height > 0 && height < 44)"""
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
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
    """A phone without scripts, and what went wrong on it: errors, and requests that left our own address."""
    async with async_playwright() as playwright:
        browser: Browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIET)
        context: BrowserContext = await browser.new_context(
            viewport={"width": width, "height": 844},
            is_mobile=True,
            has_touch=True,
            locale="ar-IQ",
            color_scheme="dark" if dark else "light",
            java_script_enabled=False,
        )
        page = await context.new_page()
        wrong: list[str] = []
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("request", lambda sent: None if sent.url.startswith(house.public_url) else wrong.append(sent.url))
        try:
            yield page, wrong
        finally:
            await browser.close()


async def _enter(house: House, page: Page) -> None:
    await page.goto(f"{house.public_url}/login")
    await page.fill("input[name=name]", "زينب")
    await page.fill("input[name=password]", PASSWORD)
    await page.click("button.go")
    await page.wait_for_selector(".tabs")


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
        await page.click(f"a[href='/reports/{N}']")
        await page.click(".bar button.go")
        await page.wait_for_selector(".flash")
        await page.fill("#reply textarea", "وصلنا بلاغك، شكراً.")
        await page.click("#reply button")
        await page.wait_for_selector(".bubble")
        assert "رسالة SMS واحدة" in await page.inner_text("#reply output")
        await page.click("#reply button[value=send]")
        await page.wait_for_selector(".said.reply")
        assert "وصلنا بلاغك" in await page.inner_text(".said.reply .text")
        await page.click("button:has-text('خروج')")
        await page.wait_for_selector("input[name=password]")
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
            assert await page.evaluate(_OVERFLOW) <= 0, path
            assert await page.evaluate(_TARGETS) == [], path
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
        await page.click(f"a[href='/reports/{N}']")
        assert "زوجي يحبسني" not in await page.content()
        await page.click("#locked a")
        for _ in range(2):
            assert await page.evaluate(_OVERFLOW) <= 0
            assert await page.evaluate(_TARGETS) == []
            if await page.locator("#open input[name=phrase]").count():
                await page.fill("#open input[name=phrase]", PHRASE)
                await page.click("#open button")
                assert "زوجي يحبسني" in await page.inner_text(".said .text")
                await page.goto(f"{house.public_url}/key")
        await page.click("#open button")
        await page.wait_for_selector("#open input[name=phrase]")
        await page.goto(f"{house.public_url}/reports/{N}")
        assert "زوجي يحبسني" not in await page.content()
        assert wrong == []


@pytest.mark.parametrize("width", [320, 390])
async def test_a_log_in_code_is_set_up_and_asked_for_by_thumb(house: House, width: int) -> None:
    await _people(house)
    async with phone(house, width=width) as (page, wrong):
        await _enter(house, page)
        await page.click("a[href='/second-factor']")
        await page.fill("input[name=password]", PASSWORD)
        await _fits(page)
        await page.click("main button.go")
        drawn = await page.locator(".qr svg").bounding_box()
        assert drawn is not None
        assert 200 < drawn["width"] < width
        letters = await page.inner_text(".link bdi")
        await page.fill("input[name=code]", digits(letters, house.now))
        await _fits(page)
        await page.click("main button.go")
        codes = await page.locator("ul.code li").all_inner_texts()
        assert len(codes) == 10
        await _fits(page)
        await page.click("main a.go")
        await page.goto(f"{house.public_url}/second-factor")
        await page.click("details >> nth=0")
        await _fits(page)
        await page.click("button:has-text('خروج')")
        await page.fill("input[name=name]", "زينب")
        await page.fill("input[name=password]", PASSWORD)
        await page.fill("input[name=code]", codes[3])
        await _fits(page)
        await page.click("button.go")
        await page.wait_for_selector(".tabs")
        assert wrong == []


async def _fits(page: Page) -> None:
    assert await page.evaluate(_OVERFLOW) <= 0
    assert await page.evaluate(_TARGETS) == []


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
