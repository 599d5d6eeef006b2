"""A cheap phone: Chromium with scripts switched off, as small as phones come, and a thumb."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, async_playwright

_CHROMIUM = "/usr/bin/chromium"
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_TOO_SMALL = """() => [...document.querySelectorAll('a, button, select, summary, input')]
  .filter(e => e.type !== 'hidden' && e.type !== 'checkbox')
  .filter(e => e.offsetParent && !e.closest('.skip'))
  .map(e => [e.getBoundingClientRect().height, e.textContent.trim().slice(0, 20)])
  .filter(([height]) => height > 0 && height < 44)"""
_HANGS_OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

BY_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(_CHROMIUM).exists(), reason="no browser here: Debian package chromium"),
]


@asynccontextmanager
async def handset(
    url: str, *, width: int, height: int = 740, dark: bool = False, locale: str | None = None
) -> AsyncIterator[tuple[Page, BrowserContext, list[str]]]:
    """Its page, its browser's memory, and what went wrong on it: errors, and requests that left the address `url`."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_CHROMIUM, args=_QUIET)
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            is_mobile=True,
            has_touch=True,
            locale=locale,
            color_scheme="dark" if dark else "light",
            java_script_enabled=False,
        )
        page = await context.new_page()
        wrong: list[str] = []
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("request", lambda sent: None if sent.url.startswith(url) else wrong.append(sent.url))
        try:
            yield page, context, wrong
        finally:
            await browser.close()


async def press(page: Page, selector: str) -> None:
    """Presses what leads to another page, and waits until that one stands there with its styles.

    A click alone returns when the next page has begun: on a busy machine it is read, or measured, too early.
    """
    async with page.expect_navigation(wait_until="load"):
        await page.click(selector)


async def fits(page: Page) -> None:
    """Fails where something hangs over the edge or is too small for a thumb (44 px: WCAG 2.2, 2.5.5)."""
    assert await page.evaluate(_HANGS_OVER) <= 0, page.url
    assert await page.evaluate(_TOO_SMALL) == [], page.url
