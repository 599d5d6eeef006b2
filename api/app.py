"""The web application: doors first, then console and API; its life is the workers' life."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from api import console, headers, health, limits, problems, sim, v1, web
from api.hooks import Doors, Hooks
from api.wire import App
from api.wiring import Wiring
from api.workers import ahead, anchor, announce, backups, deliver, media, poll, reconcile, rewrap, settle, timers
from api.workers.pace import forever
from bot.vocabulary import Channel, Receipt
from storage import timers as storage_timers
from storage.database import leases
from storage.intake import ledger
from storage.outgoing import outbox, receipts
from storage.words import media as storage_media

_SWEEP_S = 1.0  # how soon a crash's leftovers, or another replica's, are noticed


def create(wiring: Wiring) -> App:
    """The ASGI application over what was wired."""

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncGenerator[None]:
        running = [asyncio.create_task(work) for work in await _workers(wiring)]
        try:
            yield
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await wiring.close()

    # FastAPI's own telemetry records message bodies and error texts by default.
    quiet: TelemetryConfig = {"tracing": False, "logs": False, "metrics": False, "auto_configure": False}
    app = FastAPI(title="Muntada", version="0.1.0", lifespan=life, docs_url=None, redoc_url=None, telemetry=quiet)
    problems.install(app)
    app.include_router(console.router(wiring))
    app.include_router(v1.router(wiring))
    if wiring.simulated:
        app.include_router(sim.router(wiring, wiring.simulated))
    rooms = {}
    if wiring.settings.web_form_on:
        app.include_router(web.router(wiring))
        rooms["/r"] = limits.Room(web.LARGEST, web.too_large(wiring))
    health.add(app, wiring)
    app.add_middleware(limits.BodyLimit, page=console.too_large(wiring), rooms=rooms)
    app.add_middleware(headers.SecurityHeaders, https=wiring.public_url.startswith("https://"))
    return Hooks(_doors(wiring), app)


async def _workers(wiring: Wiring) -> list[Any]:
    if wiring.store.dialect == "sqlite":
        # The only process: whoever held a lease before is dead. With replicas, leases run out by themselves.
        now = wiring.clock()
        await wiring.store.write(lambda c: (outbox.release(c, now=now), storage_timers.release(c)))
        await wiring.store.write(storage_media.release)
        await wiring.store.write(leases.free)
    await timers.start(wiring)
    told, late = anchor.Told(), ahead.Told()
    works = [
        forever("settle", lambda: settle.settle_waiting(wiring), idle_s=_SWEEP_S, woken=wiring.intake.arrived),
        forever("deliver", lambda: deliver.deliver_due(wiring), idle_s=_SWEEP_S, woken=wiring.to_deliver),
        forever("timers", lambda: timers.ring_due(wiring), idle_s=_SWEEP_S, woken=asyncio.Event()),
        forever("keys", lambda: rewrap.forget(wiring), idle_s=rewrap.FORGET_EVERY_S, woken=asyncio.Event()),
        forever("audit", lambda: timers.chain_audit(wiring), idle_s=_SWEEP_S, woken=asyncio.Event()),
        forever("backups", lambda: backups.keep(wiring), idle_s=backups.EVERY_S, woken=asyncio.Event()),
        forever("anchor", lambda: anchor.write_down(wiring, told), idle_s=_SWEEP_S, woken=asyncio.Event()),
        forever("ahead", lambda: ahead.look(wiring, late), idle_s=ahead.EVERY_S, woken=asyncio.Event()),
    ]
    if wiring.sms:
        every = reconcile.EVERY_S
        works.append(forever("reconcile", lambda: reconcile.reconcile(wiring), idle_s=every, woken=asyncio.Event()))
    works += media.workers(wiring)
    carrier = wiring.telegram
    if carrier:
        works.append(announce.announce(wiring, carrier))
    if carrier and wiring.settings.telegram_mode == "polling":
        works.append(forever("poll", lambda: poll.poll_once(wiring, carrier), idle_s=_SWEEP_S, woken=asyncio.Event()))
    return works


def _doors(wiring: Wiring) -> Doors:
    settings = wiring.settings

    async def bury(channel: Channel, raw: bytes, reason: str) -> None:
        now = wiring.clock()
        await wiring.store.write(
            lambda c: ledger.keep_dead(c, wiring.keyring, channel=channel, raw=raw, reason=reason, now=now)
        )

    async def arrive(receipt: Receipt) -> None:
        now = wiring.clock()
        await wiring.store.write(lambda c: receipts.arrive(c, wiring.keyring, receipt, now=now))

    webhook = wiring.telegram and settings.telegram_mode == "webhook"
    return Doors(
        intake=wiring.intake,
        bury=bury,
        arrive=arrive,
        clock=wiring.clock,
        public_url=wiring.public_url,
        telegram_account=wiring.telegram.account() if wiring.telegram else "",
        telegram_secret=settings.telegram_secret.get_secret_value() if webhook else "",
        providers=tuple(wiring.sms.values()),
    )
