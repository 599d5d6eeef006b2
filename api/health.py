"""Whether the process is up, and whether it can keep a message now, told within the time that a probe waits."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from fastapi import FastAPI, Response

from api.wiring import Wiring
from bot.nlp import camel
from storage.database import cursors
from storage.database.engine import Connection
from storage.keys import Domain

# Probes wait 5 s at most, some 3; what waits for a lock waits longer, and says the same in the end.
ANSWER_S: Final = 2.0
_NEEDED: Final = (Domain.DOOR, Domain.INTAKE, Domain.PEPPER, Domain.DEDUP)


def add(app: FastAPI, wiring: Wiring) -> None:
    """Adds /healthz and /readyz."""
    capabilities = {**camel.capabilities(), "transcription": bool(wiring.settings.transcribe_command)}
    ready = _asked(lambda: _keeps(wiring))

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> dict[str, Any]:
        """The process is up; and which parts that are not needed are here."""
        return {"status": "ok", "capabilities": capabilities}

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> Response:
        """A message can be kept now: the keys are there and the database commits."""
        if not await ready():
            return Response(status_code=503, headers={"Retry-After": "5"})
        return Response('{"status": "ready"}', media_type="application/json")


def _asked(attempt: Callable[[], Awaitable[bool]]) -> Callable[[], Awaitable[bool]]:
    """Asks with an answer in ANSWER_S. While an attempt hangs all wait for that one: probes must not pile up writes."""
    running: set[asyncio.Task[bool]] = set()

    async def begun() -> bool:
        return await attempt()

    async def ask() -> bool:
        if not running:
            task = asyncio.create_task(begun())
            running.add(task)
            task.add_done_callback(running.discard)
        done, _ = await asyncio.wait(set(running), timeout=ANSWER_S)
        return any(task.result() for task in done)

    return ask


async def _keeps(wiring: Wiring) -> bool:
    now = wiring.clock()

    def try_it(connection: Connection) -> None:
        for domain in _NEEDED:
            wiring.keyring.current(domain, now)
        cursors.briefly(connection, seconds=ANSWER_S)  # its thread is free again as soon as nobody waits for it
        cursors.put(connection, "ready", int(now.timestamp()))

    try:
        await wiring.store.write(try_it)
    except Exception:  # noqa: BLE001 - whatever the reason, the answer is "not now"
        return False
    return True
