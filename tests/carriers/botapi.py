"""Whether a call is one the Bot API knows: by our own table, or by the whole machine-readable API where it is at hand.

MUNTADA_REFERENCE_DIR may hold data/telegram_bot_api.json (PaulSonOfLars/telegram-bot-api-spec, MIT).
"""

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

Api = Mapping[str, Any]


def _fields(table: str) -> list[dict[str, Any]]:
    """Rows of "name Type|Type" with a star where the field is required."""
    rows = (row.strip().split(" ", 1) for row in table.split(","))
    return [
        {"name": name.rstrip("*"), "types": types.split("|"), "required": name.endswith("*")} for name, types in rows
    ]


# https://core.telegram.org/bots/api, as far as we or our tests call it.
_METHODS: Final = {
    "getMe": "",
    "getUpdates": "offset Integer, limit Integer, timeout Integer, allowed_updates Array of String",
    "setWebhook": "url* String, ip_address String, max_connections Integer, allowed_updates Array of String, "
    "drop_pending_updates Boolean, secret_token String",
    "deleteWebhook": "drop_pending_updates Boolean",
    "getWebhookInfo": "",
    "sendMessage": "chat_id* Integer|String, message_thread_id Integer, text* String, parse_mode String, "
    "entities Array of MessageEntity, "
    "link_preview_options LinkPreviewOptions, disable_notification Boolean, protect_content Boolean, "
    "reply_markup InlineKeyboardMarkup",
    "answerCallbackQuery": "callback_query_id* String, text String, show_alert Boolean, url String, cache_time Integer",
    "deleteMessage": "chat_id* Integer|String, message_id* Integer",
    "deleteMessages": "chat_id* Integer|String, message_ids* Array of Integer",
    "getFile": "file_id* String",
    "sendVoice": "chat_id* Integer|String, voice* InputFile|String, duration Integer, protect_content Boolean, "
    "disable_notification Boolean",
    "leaveChat": "chat_id* Integer|String",
    "setMyCommands": "commands* Array of BotCommand, language_code String",
    "getMyCommands": "language_code String",
    "setMyDescription": "description String, language_code String",
    "getMyDescription": "language_code String",
    "setMyShortDescription": "short_description String, language_code String",
    "getMyShortDescription": "language_code String",
}
_TYPES: Final = {
    "LinkPreviewOptions": "is_disabled Boolean, url String, prefer_small_media Boolean, prefer_large_media Boolean, "
    "show_above_text Boolean",
    "InlineKeyboardMarkup": "inline_keyboard* Array of Array of InlineKeyboardButton",
    "InlineKeyboardButton": "text* String, url String, callback_data String",
    "MessageEntity": "type* String, offset* Integer, length* Integer, url String, language String",
    "BotCommand": "command* String, description* String",
}


def own_table() -> Api:
    """The little we need, in the reference's shape."""
    return {
        "methods": {name: {"fields": _fields(table) if table else []} for name, table in _METHODS.items()},
        "types": {name: {"fields": _fields(table)} for name, table in _TYPES.items()},
    }


def reference() -> Api | None:
    """The whole API; None without MUNTADA_REFERENCE_DIR."""
    folder = os.environ.get("MUNTADA_REFERENCE_DIR", "")
    path = Path(folder, "data", "telegram_bot_api.json")
    if not folder or not path.is_file():
        return None
    known: Api = json.loads(path.read_text("utf-8"))
    return known


def problems(api: Api, method: str, params: Mapping[str, str]) -> list[str]:
    """What is wrong with a call whose parameters came as form fields; [] when nothing is."""
    fields = {field["name"]: field for field in api["methods"][method].get("fields", [])}
    found = [f"unknown parameter {name}" for name in params if name not in fields]
    found += [f"{name} is missing" for name, field in fields.items() if field["required"] and name not in params]
    for name, value in params.items():
        if name in fields and not any(_fits_text(api, value, kind) for kind in fields[name]["types"]):
            found.append(f"{name} is of another type")
    return found


_PLAIN: Final[Mapping[str, Callable[[str], bool]]] = {
    "String": lambda _: True,
    "Integer": lambda value: bool(re.fullmatch(r"-?\d{1,19}", value)),
    "Float": lambda value: bool(re.fullmatch(r"-?\d+(\.\d+)?", value)),
    "Boolean": lambda value: value in {"true", "false"},
}


def _fits_text(api: Api, value: str, kind: str) -> bool:
    if kind in _PLAIN:
        return _PLAIN[kind](value)
    try:
        return _fits(api, json.loads(value), kind)
    except ValueError:
        return False


def _fits(api: Api, value: object, kind: str) -> bool:
    match kind:
        case "String":
            return isinstance(value, str)
        case "Integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "Float":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "Boolean":
            return isinstance(value, bool)
        case _ if kind.startswith("Array of "):
            return isinstance(value, list) and all(_fits(api, one, kind.removeprefix("Array of ")) for one in value)
        case _:
            return isinstance(value, dict) and _fits_object(api, value, kind)


def _fits_object(api: Api, value: Mapping[str, object], kind: str) -> bool:
    described = api["types"].get(kind, {})
    if described.get("subtypes"):
        return any(_fits(api, value, one) for one in described["subtypes"])
    fields = {field["name"]: field for field in described.get("fields", [])}
    missing = [name for name, field in fields.items() if field["required"] and name not in value]
    return not missing and all(
        name in fields and any(_fits(api, one, kind) for kind in fields[name]["types"]) for name, one in value.items()
    )
