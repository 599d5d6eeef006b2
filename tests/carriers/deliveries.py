"""How Telegram brings updates to a webhook: a queue for each chat, one delivery of it under way, repeated until taken.

Source: tdlib/telegram-bot-api, WebhookActor.cpp. Its limit of a day (150 s for taps) is not played.
"""

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

from tests.carriers.http import Server

_LONGEST_WAIT_S: Final = 60
_LONGEST_WISH_S: Final = 3600


@dataclass(frozen=True, slots=True)
class Hook:
    """What setWebhook was given."""

    url: str
    secret: str
    connections: int


class Deliveries:
    """Runs in the server's loop. waiting: updates by id, shared with polling; a delivered one is taken out of it."""

    def __init__(self, server: Server, waiting: MutableMapping[int, dict[str, Any]], speed: float) -> None:
        self.hook: Hook | None = None
        self.made: list[tuple[int, int]] = []
        self._server = server
        self._waiting = waiting
        self._speed = speed
        self._queues: defaultdict[str, list[int]] = defaultdict(list)
        self._room = asyncio.Semaphore(1)

    def begin(self, hook: Hook) -> None:
        """Delivers what waits, and from now on what comes."""
        self.end()
        self.hook = hook
        self._room = asyncio.Semaphore(hook.connections)
        for update in sorted(self._waiting):
            self.add(update)

    def end(self) -> None:
        """No webhook any more; what was not taken waits on."""
        self.hook = None
        self._queues = defaultdict(list)

    def add(self, update: int) -> None:
        """An update is there."""
        if self.hook is None:
            return
        queue = self._queues[_queue_of(self._waiting[update])]
        queue.append(update)
        if len(queue) == 1:
            self._server.spawn(self._empty(queue, self.hook))

    async def _empty(self, queue: list[int], hook: Hook) -> None:
        async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
            while queue and self.hook is hook:
                tries = 0
                while self.hook is hook and not await self._taken(http, hook, queue[0], tries):
                    tries += 1
                queue.pop(0)

    async def _taken(self, http: httpx.AsyncClient, hook: Hook, update: int, tries: int) -> bool:
        try:
            async with self._room:
                answer = await http.post(hook.url, **posted(self._waiting[update], hook.secret))
        except httpx.HTTPError:
            answer = httpx.Response(0)
        self.made.append((update, answer.status_code))
        if answer.is_success:
            self._waiting.pop(update, None)
            return True
        # The first repetition is at once, then after 2, 4, 8 … 60 seconds, or when the other side wished.
        wish = answer.headers.get("retry-after", "")
        wait = min(2**tries, _LONGEST_WAIT_S) if tries else 0
        await asyncio.sleep((min(int(wish), _LONGEST_WISH_S) if wish.isdigit() else wait) / self._speed)
        return False


def _queue_of(update: Mapping[str, Any]) -> str:
    """Messages and edits of a chat share a queue; taps have their own, so a tap may overtake a message."""
    if tap := update.get("callback_query"):
        return f"tap {tap['from']['id']}"
    said = update.get("message") or update.get("edited_message") or {}
    return f"chat {said.get('chat', {}).get('id')}"


def posted(update: Mapping[str, Any], secret: str) -> dict[str, Any]:
    """One delivery, as an HTTP client's arguments."""
    headers = {"content-type": "application/json"}
    if secret:
        headers["x-telegram-bot-api-secret-token"] = secret
    return {"content": json.dumps(update), "headers": headers}


async def storm(
    url: str, secret: str, updates: Sequence[Mapping[str, Any]], *, copies: int, seed: int, at_once: int = 20
) -> list[int]:
    """Delivers each update `copies` times in a shuffled order, which Telegram never does so badly; the statuses."""
    deck = [update for update in updates for _ in range(copies)]
    random.Random(seed).shuffle(deck)
    room = asyncio.Semaphore(at_once)

    async def deliver(http: httpx.AsyncClient, update: Mapping[str, Any]) -> int:
        async with room:
            return (await http.post(url, **posted(update, secret))).status_code

    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        return list(await asyncio.gather(*(deliver(http, update) for update in deck)))
