"""The simulated phone at /sim: a Telegram-like and an SMS-like pane that drive the same doors (demo only)."""

import hashlib
import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.console import LOCALES, static
from api.console.render import Renderer
from api.wiring import Wiring
from bot.handlers import console
from bot.handlers.console import ConsoleCarrier, Shown
from bot.vocabulary import Channel, Message

_CHANNELS: Final = (Channel.TELEGRAM, Channel.SMS)
_ANSWER_WITHIN_S: Final = 3.0
_KEPT: Final = 60


@dataclass(slots=True)
class _Phone:
    """One browser's two threads: what was typed and what came back, oldest first; `seen`: the last serial shown."""

    lines: dict[Channel, deque[str | Shown]] = field(
        default_factory=lambda: {channel: deque(maxlen=_KEPT) for channel in _CHANNELS}
    )
    seen: dict[Channel, int] = field(default_factory=lambda: dict.fromkeys(_CHANNELS, 0))


def router(wiring: Wiring, carrier: ConsoleCarrier) -> APIRouter:
    """Pages without JavaScript. A phone is a cookie; its address is made up and reaches nobody."""
    pages = APIRouter(include_in_schema=False)
    versions = {asset: file.version for asset, file in static.read().items()}
    renderer = Renderer.load(wiring, locales=LOCALES, versions=versions)
    phones: dict[str, _Phone] = {}

    def phone_of(request: Request) -> tuple[str, _Phone]:
        name = request.cookies.get("sim", "")
        if name not in phones:
            name = secrets.token_hex(8)
            phones[name] = _Phone()
        return name, phones[name]

    @pages.get("/sim")
    async def show(request: Request) -> Response:
        """Both panes."""
        name, phone = phone_of(request)
        _collect(carrier, name, phone)
        page = await renderer.page(request, "sim.html", threads=phone.lines)
        page.set_cookie("sim", name, httponly=True, samesite="strict")
        return page

    @pages.post("/sim")
    async def say(request: Request) -> Response:
        """Something typed or tapped goes in by the door; the page comes back when an answer has."""
        name, phone = phone_of(request)
        form = {key: values[0] for key, values in parse_qs((await request.body()).decode("utf-8", "replace")).items()}
        channel = Channel.SMS if form.get("channel") == "sms" else Channel.TELEGRAM
        text, choice = form.get("text", "")[:4000], form.get("choice", "")[:64]
        if text or choice:
            phone.lines[channel].append(text or form.get("label", "•")[:80])
            own = address(channel, name)
            await wiring.intake.keep(_typed(text, choice, own, channel))
            await carrier.wait(own, after=phone.seen[channel], timeout_s=_ANSWER_WITHIN_S)
        back = RedirectResponse("/sim", status_code=303)
        back.set_cookie("sim", name, httponly=True, samesite="strict")
        return back

    return pages


def _collect(carrier: ConsoleCarrier, name: str, phone: _Phone) -> None:
    for channel in _CHANNELS:
        for shown in carrier.shown(address(channel, name), after=phone.seen[channel]):
            phone.lines[channel].append(shown)
            phone.seen[channel] = shown.serial


def _typed(text: str, choice: str, own: str, channel: Channel) -> Message:
    return console.read(
        text,
        address=own,
        channel=channel,
        external_id=secrets.token_hex(8),
        sequence=time.time_ns() // 1000,
        choice=choice,
    )


def address(channel: Channel, name: str) -> str:
    """The address of a simulated phone: for SMS under +999, a country code that ITU-T E.164 assigns to nobody."""
    digits = int.from_bytes(hashlib.sha256(name.encode()).digest()[:5]) % 10**10
    return f"+999{digits:010d}" if channel is Channel.SMS else f"sim:{name}"
