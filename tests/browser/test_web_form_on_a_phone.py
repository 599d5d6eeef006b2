"""The web form in a real browser with scripts off, as in Tor Browser's safest level: by thumb, there and back."""

import asyncio
import re
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Page
from pydantic import SecretStr

from api import app
from api.demo import folk
from api.settings import Settings
from api.wiring import Wiring, build, prepare
from bot.vocabulary import Channel, Locale, Reply
from storage.people import directory, importing
from tests.browser.handset import BY_BROWSER, fits, handset, press

pytestmark = BY_BROWSER


@pytest.fixture
async def wiring(sqlite_url: str, tmp_path: Path) -> AsyncGenerator[Wiring]:
    """The whole application on loopback, without carriers."""
    listening = socket.create_server(("127.0.0.1", 0))  # held from now on: one that is looked up another may take
    port = int(listening.getsockname()[1])
    settings = Settings(
        data_dir=tmp_path / "data",
        keys_dir=tmp_path / "its-keys",
        database_url=SecretStr(sqlite_url),
        public_url=f"http://127.0.0.1:{port}",
        port=port,
    )
    prepare(settings)
    built = await build(settings)
    offices = importing.parse_offices((folk.DATA / "offices.csv").read_text(encoding="utf-8"))
    await built.store.write(lambda c: directory.import_offices(c, offices))
    server = uvicorn.Server(uvicorn.Config(app.create(built), access_log=False, log_config=None))
    task = asyncio.create_task(server._serve(sockets=[listening]))
    while not server.started:
        assert not task.done(), "the application did not start"
        await asyncio.sleep(0.01)
    yield built
    server.should_exit = True
    await task


@asynccontextmanager
async def phone(wiring: Wiring, *, width: int = 360, dark: bool = False) -> AsyncIterator[tuple[Page, list[str]]]:
    """A reporter's phone, which keeps nothing, and what went wrong on it."""
    async with handset(wiring.public_url, width=width, dark=dark) as (page, context, wrong):
        yield page, wrong
        assert await context.cookies() == []


async def test_a_report_goes_out_by_thumb_and_its_case_opens_with_the_code(wiring: Wiring) -> None:
    async with phone(wiring) as (page, wrong):
        await page.goto(f"{wiring.public_url}/r")
        assert await page.title() == "رسالة"
        await page.fill("textarea", "انباك ماطوري البارحة")
        await page.select_option("select", "IQ-BG")
        await page.fill("#place", "الشعلة")
        await page.check("input[name=behalf]")
        await press(page, "main button")
        code = re.sub(r"\D", "", await page.inner_text(".code"))
        assert re.fullmatch(r"[1-9]\d{15}", code)
        await page.reload()  # asks a person first; the same form again is the same report
        assert re.sub(r"\D", "", await page.inner_text(".code")) == code
        await press(page, "main a.other")
        await page.fill("#code", code)
        for _ in range(5):
            await press(page, "main button")
            if await page.locator("h2").count():
                break
        assert "وصلت رسالتك ولم تقرأ بعد" in await page.inner_text("main")
        await press(page, "button.quiet")
        assert await page.locator("button.danger").count() == 1
        assert wrong == []


@pytest.mark.parametrize("width", [320, 768])
async def test_nothing_hangs_over_the_edge_and_every_target_fits_a_thumb(wiring: Wiring, width: int) -> None:
    async with phone(wiring, width=width, dark=width == 768) as (page, wrong):
        for path in ("/r", "/r?lang=ckb", "/r?lang=en", "/r/case", "/r/case?lang=en"):
            await page.goto(wiring.public_url + path)
            await fits(page)
        assert wrong == []


@pytest.mark.parametrize(("lang", "width", "dark"), [("ar", 320, False), ("ckb", 360, True), ("en", 768, False)])
async def test_advice_and_the_question_for_a_blackmailed_man_fit_a_phone_and_a_reload_shows_no_advice(
    wiring: Wiring, lang: str, width: int, *, dark: bool
) -> None:
    def said(key: str) -> str:
        return wiring.catalogue.render(Reply(key), channel=Channel.WEB, locale=Locale(lang)).text

    advice = said("advice.electronic_blackmail")
    async with phone(wiring, width=width, dark=dark) as (page, wrong):
        await page.goto(f"{wiring.public_url}/r?lang={lang}")
        await page.fill("textarea", "اني شاب ويبتزوني بصوري")
        await press(page, "main button")
        assert advice not in await page.inner_text("main")
        await press(page, "button[value=advise]")  # settled or not
        for _ in range(2):
            assert page.url == f"{wiring.public_url}/r/case"
            assert advice in await page.inner_text("main")
            await fits(page)
            await page.reload()  # asks a person first
            assert advice not in await page.inner_text("main")
            await press(page, "button[value=advise]")
        assert said("officer.ask") in await page.inner_text("main")
        await press(page, "button[value=any]")
        assert said("noted") in await page.inner_text("main")
        assert await page.locator("button[value=any]").count() == 0
        assert advice not in await page.inner_text("main")
        assert wrong == []


async def test_leaving_quickly_opens_an_encyclopaedia_in_the_same_tab_without_saying_from_where(wiring: Wiring) -> None:
    async with phone(wiring) as (page, _):
        await page.goto(f"{wiring.public_url}/r?lang=ckb")
        asked: list[dict[str, str]] = []
        page.on("request", lambda sent: asked.append(sent.headers) if "wikipedia" in sent.url else None)
        await page.route("**/*wikipedia*/**", lambda route: route.fulfill(body="نان"))
        await press(page, "a.exit")
        assert page.url == "https://ckb.wikipedia.org/"
        assert len(page.context.pages) == 1
        assert asked
        assert "referer" not in asked[0]
