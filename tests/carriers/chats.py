"""What stands in the chats of the Bot API server: messages that can be deleted for two days, groups, who blocked us."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

HOUR: Final = 3600
_DELETABLE_S: Final = 48 * HOUR


class Refusal(Exception):
    """The API's own refusal."""

    def __init__(self, status: int, description: str, parameters: Mapping[str, Any] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters or {}


class Chats:
    """Both sides' messages by chat and id. clock: seconds since the epoch, as the server sees it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.blocked: set[str] = set()
        self.groups: set[str] = set()
        self.moved: dict[str, str] = {}
        self._clock = clock
        self._standing: dict[tuple[str, int], float] = {}
        self._next = 100

    def arrived(self, update: Mapping[str, Any]) -> None:
        """A person's message is seen in their chat; being put into a group makes us stand in it."""
        said = update.get("message")
        if isinstance(said, dict) and isinstance(said.get("chat"), dict) and isinstance(said.get("message_id"), int):
            self._standing[str(said["chat"].get("id")), said["message_id"]] = self._clock()
        change = update.get("my_chat_member")
        if isinstance(change, dict) and "new_chat_member" in change:
            self._changed(str(change["chat"]["id"]), change["new_chat_member"]["status"])

    def _changed(self, chat: str, status: str) -> None:
        if chat.startswith("-"):
            (self.groups.discard if status in {"left", "kicked"} else self.groups.add)(chat)
        else:
            (self.blocked.add if status == "kicked" else self.blocked.discard)(chat)

    def standing(self, chat: int | str) -> list[int]:
        """Ids of the messages, theirs and ours, that a chat still shows."""
        return sorted(number for where, number in self._standing if where == str(chat))

    def say(self, chat: str, **content: Any) -> dict[str, Any]:
        """A message of ours. Raises Refusal."""
        self.reach(chat)
        self._next += 1
        self._standing[chat, self._next] = self._clock()
        kind = "supergroup" if chat.startswith("-") else "private"
        who = {"id": int(chat), "type": kind, "first_name": "Kanarienvogel"}
        return {"message_id": self._next, "date": int(self._clock()), "chat": who, **content}

    def reach(self, chat: str) -> None:
        """Raises the Refusal that a call to this chat meets."""
        if chat in self.moved:
            parameters = {"migrate_to_chat_id": int(self.moved[chat])}
            raise Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", parameters)
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")

    def delete_one(self, chat: str, number: int) -> bool:
        """Takes a message out. Raises Refusal for one that is gone or older than two days."""
        self.reach(chat)
        if (chat, number) not in self._standing:
            raise Refusal(400, "Bad Request: message to delete not found")
        self._allow(chat, number)
        del self._standing[chat, number]
        return True

    def delete_many(self, chat: str, numbers: str) -> bool:
        """Takes messages out; those that are gone are skipped, and one that is too old spoils it for all."""
        self.reach(chat)
        wanted = json.loads(numbers)
        if not 1 <= len(wanted) <= 100:
            raise Refusal(400, "Bad Request: wrong number of messages")
        there = [number for number in wanted if (chat, number) in self._standing]
        for number in there:
            self._allow(chat, number)
        for number in there:
            del self._standing[chat, number]
        return True

    def _allow(self, chat: str, number: int) -> None:
        if self._clock() - self._standing[chat, number] >= _DELETABLE_S:
            raise Refusal(400, "Bad Request: message can't be deleted")

    def leave(self, chat: str) -> bool:
        """Goes out of a group. Raises Refusal where we do not stand in one."""
        self.reach(chat)
        if not chat.startswith("-"):
            raise Refusal(400, "Bad Request: chat not found")
        if chat not in self.groups:
            raise Refusal(403, "Forbidden: bot is not a member of the supergroup chat")
        self.groups.discard(chat)
        return True
