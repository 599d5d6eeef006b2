"""How Telegram brings updates to a webhook: a queue for each chat, one delivery of it under way, repeated until taken.

Source: tdlib/telegram-bot-api, WebhookActor.cpp and Client.cpp.
"""

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

from tests.carriers.http import Server

_LONGEST_WAIT_S: Final = 60
_LONGEST_WISH_S: Final = 3600
_KEPT_S: Final = 24 * 3600
_TAP_KEPT_S: Final = 150


@dataclass(frozen=True, slots=True)
class Hook:
    """What setWebhook was given."""

    url: str
    secret: str
    connections: int


class Waiting:
    """Updates by id until they are taken or too old: a day, or 150 seconds for a tap. clock: seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._updates: dict[int, tuple[float, dict[str, Any]]] = {}

    def add(self, update: dict[str, Any]) -> None:
        """An update happens now."""
        kept = _TAP_KEPT_S if "callback_query" in update else _KEPT_S
        self._updates[update["update_id"]] = (self._clock() + kept, update)

    def now(self) -> MutableMapping[int, dict[str, Any]]:
        """What waits, by id, in the order in which it happened; what is too old is forgotten."""
        now = self._clock()
        self._updates = {number: known for number, known in self._updates.items() if known[0] > now}
        return {number: update for number, (_, update) in self._updates.items()}

    def forget(self, number: int) -> None:
        """It was taken."""
        self._updates.pop(number, None)


class Deliveries:
    """Runs in the server's loop. waiting: shared with polling; a delivered update is taken out of it."""

    def __init__(self, server: Server, waiting: Waiting, speed: float) -> None:
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
        for update in list(self._waiting.now().values()):
            self.add(update)

    def end(self) -> None:
        """No webhook any more; what was not taken waits on."""
        self.hook = None
        self._queues = defaultdict(list)

    def add(self, update: Mapping[str, Any]) -> None:
        """An update is there."""
        if self.hook is None:
            return
        queue = self._queues[_queue_of(update)]
        queue.append(update["update_id"])
        if len(queue) == 1:
            self._server.spawn(self._empty(queue, self.hook))

    async def _empty(self, queue: list[int], hook: Hook) -> None:
        async with httpx.AsyncClient(timeout=60, trust_env=False, verify=False) as http:
            while queue and self.hook is hook:
                tries = 0
                while self.hook is hook and not await self._taken(http, hook, queue[0], tries):
                    tries += 1
                queue.pop(0)

    async def _taken(self, http: httpx.AsyncClient, hook: Hook, number: int, tries: int) -> bool:
        update = self._waiting.now().get(number)
        if update is None:
            return True  # too old by now
        try:
            async with self._room:
                answer = await http.post(hook.url, **posted(update, hook.secret))
        except httpx.HTTPError:
            answer = httpx.Response(0)
        self.made.append((number, answer.status_code))
        if answer.is_success:
            self._waiting.forget(number)
            return True
        # The first repetition is at once, then after 2, 4, 8 … 60 seconds, or when the other side wished.
        wish = answer.headers.get("retry-after", "")
        wait = min(2**tries, _LONGEST_WAIT_S) if tries else 0
        await asyncio.sleep((min(int(wish), _LONGEST_WISH_S) if wish.isdigit() else wait) / self._speed)
        return False


def _queue_of(update: Mapping[str, Any]) -> str:
    """Messages and edits of a chat share a queue; taps and news of a chat have their own, so they may overtake."""
    if tap := update.get("callback_query"):
        return f"tap {tap['from']['id']}"
    if change := update.get("my_chat_member"):
        return f"member {change['chat']['id']}"
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

    async with httpx.AsyncClient(timeout=60, trust_env=False, verify=False) as http:
        return list(await asyncio.gather(*(deliver(http, update) for update in deck)))
