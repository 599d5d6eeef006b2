"""How a worker runs: again and again, woken early when there is something, never ended by one failure."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from api.logs import fault

log = structlog.get_logger()

_AFTER_FAULT_S = 2.0


async def forever(name: str, once: Callable[[], Awaitable[bool]], *, idle_s: float, woken: asyncio.Event) -> None:
    """Calls `once` until cancelled; it says whether there was work. Without work, waits for `woken` or idle_s."""
    while True:
        woken.clear()
        try:
            if await once():
                continue
        except Exception as error:  # noqa: BLE001 - a database that is gone comes back; the loop must still be here
            log.warning("worker_stumbled", name=name, **fault(error))
            await asyncio.sleep(_AFTER_FAULT_S)
            continue
        try:
            async with asyncio.timeout(idle_s):
                await woken.wait()
        except TimeoutError:
            pass
