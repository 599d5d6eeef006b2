"""The field map of a gateway that we do not know: which of its fields mean what, from TOML or JSON.

Ready ones lie in bot/data/gateways/; `simple.toml` there explains every key.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from importlib import resources
from typing import Any, Final, TypeVar, cast

from bot.handlers.mojibake import is_known

T = TypeVar("T")

PLACEHOLDER: Final = re.compile(r"\{(to|to_digits|text|text_hex|from|id|secret|status_url)\}")
_BRACED: Final = re.compile(r"\{[^{}]*\}")
_NAMED: Final = re.compile(r"[a-z0-9_-]{1,32}")


class FieldMapWrong(Exception):
    """A field map cannot be used. `lines` name each key and what is wrong with it, never its value."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = tuple(lines)


def _one_of(*choices: str) -> Mapping[str, Any]:
    return {"one_of": choices}


@dataclass(frozen=True, slots=True)
class Door:
    """How requests come. kind: where their fields stand."""

    method: str = field(default="POST", metadata=_one_of("GET", "POST"))
    kind: str = field(default="form", metadata=_one_of("form", "json", "query"))


@dataclass(frozen=True, slots=True)
class Proof:
    """How a request shows our secret: as a header's value, as a password, or by signing its body (or query) with it."""

    header: str
    how: str = field(default="equal", metadata=_one_of("equal", "basic", "hmac-sha256"))
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """Names of the fields of a message, "" for one that is not sent; in JSON paths, such as "data.0.from".

    each: path to a list of messages. carried: how the text's bytes are written. charset: their alphabet, unless the
    field `coding` says 8 (UTF-16BE) or 3 (Latin-1), as SMPP does.
    """

    text: str
    from_: str
    id: str = ""
    time: str = ""
    to: str = ""
    part_ref: str = ""
    part_index: str = ""
    part_total: str = ""
    each: str = ""
    carried: str = field(default="text", metadata=_one_of("text", "hex", "base64"))
    charset: str = "utf-8"
    coding: str = ""


@dataclass(frozen=True, slots=True)
class Reports:
    """Names of the fields of a delivery report, and which of its words mean what."""

    id: str
    status: str
    each: str = ""
    queued: tuple[str, ...] = ()
    sent: tuple[str, ...] = ()
    delivered: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """What the gateway wants to hear when a message is kept."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """How a message is handed over. fields, headers: names and templates, with placeholders as PLACEHOLDER has them.

    ok_text: stands in the answer when it was taken. ok_path, ok_values: or this of its JSON is one of these. id_path,
    id_pattern: where the answer names the message, as a path of JSON or as the first group of a regular expression.
    """

    fields: Mapping[str, Any]
    method: str = field(default="POST", metadata=_one_of("GET", "POST"))
    kind: str = field(default="form", metadata=_one_of("form", "json", "query"))
    headers: Mapping[str, Any] = field(default_factory=dict)
    ok_text: str = ""
    ok_path: str = ""
    ok_values: tuple[str, ...] = ()
    id_path: str = ""
    id_pattern: str = ""
    max_chars: int = 1000


@dataclass(frozen=True, slots=True)
class FieldMap:
    """All that we know of a gateway. report: None when it tells nothing of what became of a message."""

    door: Door
    proof: Proof
    message: Incoming
    ack: Taken
    send: Outgoing
    report: Reports | None


def ready(name: str) -> str:
    """The text of a ready field map, such as "jasmin"; "" when there is none of this name."""
    if not _NAMED.fullmatch(name):
        return ""
    file = resources.files("bot") / "data" / "gateways" / f"{name}.toml"
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def load(text: str) -> FieldMap:
    """The field map in a text of TOML or JSON. Raises FieldMapWrong."""
    wrong: list[str] = []
    parts = _parsed(text)
    known = {"door": Door, "proof": Proof, "message": Incoming, "ack": Taken, "send": Outgoing, "report": Reports}
    wrong += [f"{name} is no part of a field map" for name in parts if name not in known]
    made = {name: _made(kind, parts.get(name), name, wrong) for name, kind in known.items()}
    if wrong:
        raise FieldMapWrong(wrong)
    found = FieldMap(**cast("dict[str, Any]", made))
    wrong += _contradictions(found)
    if wrong:
        raise FieldMapWrong(wrong)
    return found


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        parsed = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (RecursionError, ValueError):
        parsed = None
    if not isinstance(parsed, dict):
        raise FieldMapWrong(["the field map is neither TOML nor JSON"])
    return parsed


def _made(kind: type[T], table: object, at: str, wrong: list[str]) -> T | None:
    if table is None and kind is Reports:
        return None
    if not isinstance(table, dict | None):
        wrong.append(f"{at} must be a table")
        return None
    table = dict(table or {})
    before = len(wrong)
    values = {}
    for key in fields(kind):  # type: ignore[arg-type]  # every one of them is a dataclass
        name = key.name.rstrip("_")
        if name in table:
            values[key.name] = _value(key, table.pop(name), f"{at}.{name}", wrong)
        elif key.default is MISSING and key.default_factory is MISSING:
            wrong.append(f"{at}.{name} is missing")
    wrong += [f"{at}.{name} is not known" for name in table]
    return kind(**values) if len(wrong) == before else None


def _value(key: Field[Any], value: object, at: str, wrong: list[str]) -> object:
    choices = key.metadata.get("one_of")
    if choices:
        if value not in choices:
            wrong.append(f"{at} must be one of {', '.join(choices)}")
        return value
    if key.type == tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            wrong.append(f"{at} must be a list of texts")
            return value
        return tuple(value)
    called = {str: "a text", int: "a number"}.get(cast("type", key.type), "a table")
    if type(value) is not {"a text": str, "a number": int, "a table": dict}[called]:
        wrong.append(f"{at} must be {called}")
    return value


def _contradictions(found: FieldMap) -> list[str]:
    message, send = found.message, found.send
    part = {bool(name) for name in (message.part_ref, message.part_index, message.part_total)}
    holds: dict[str, object] = {
        "message.id or message.time is needed to tell a repeated delivery": message.id or message.time,
        "message.from and message.text need a name": message.from_ and message.text,
        "message.part_ref, part_index and part_total belong together": len(part) == 1,
        "proof.header needs a name": found.proof.header,
        "door.kind form and json come by POST": found.door.kind == "query" or found.door.method == "POST",
        "send.kind form and json go by POST": send.kind == "query" or send.method == "POST",
        "send.ok_path and send.ok_values belong together": bool(send.ok_path) == bool(send.ok_values),
        "send.id_pattern is no regular expression with a group": _has_group(send.id_pattern),
        "send.max_chars must be between 70 and 10000": 70 <= send.max_chars <= 10_000,  # noqa: PLR2004
        "ack.status must be between 200 and 299": 200 <= found.ack.status <= 299,  # noqa: PLR2004
    }
    put = " ".join([*_texts(send.fields), *_texts(send.headers)])
    holds |= {
        "message.charset is not known": is_known(message.charset),
        "send needs a field with {to} or {to_digits}": "{to}" in put or "{to_digits}" in put,
        "send needs a field with {text} or {text_hex}": "{text}" in put or "{text_hex}" in put,
        "send has a placeholder that is not known": not _is_unknown(put),
    }
    return [text for text, holding in holds.items() if not holding]


def _has_group(pattern: str) -> bool:
    try:
        return not pattern or re.compile(pattern).groups > 0
    except re.error:
        return False


def _is_unknown(text: str) -> bool:
    return any(not PLACEHOLDER.fullmatch(found) for found in _BRACED.findall(text))


def _texts(value: object) -> list[str]:
    match value:
        case str():
            return [value]
        case dict():
            return [text for item in value.values() for text in _texts(item)]
        case list():
            return [text for item in value for text in _texts(item)]
        case _:
            return []
