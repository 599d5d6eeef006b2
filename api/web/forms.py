"""What the form's fields mean: read whatever a browser sends, and make of it the message that is kept."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.requests import ClientDisconnect

from api import promise
from bot.decide import promised
from bot.handlers.channel import legible
from bot.vocabulary import Channel, Locale, Message
from storage.keys import Keyring

CARRIER: Final = "web"
LONGEST: Final = 10_000  # letters of what is told
LARGEST: Final = 512 * 1024  # bytes of a form: far beyond LONGEST, so that what is too long comes back to its writer
_LONGEST_PLACE: Final = 200
_MOST_FIELDS: Final = 20
_PATIENCE_S: Final = 60.0  # a long text over Tor from a poor line


@dataclass(frozen=True, slots=True)
class Told:
    """The fields of the form as they stand on it."""

    text: str = ""
    governorate: str = ""
    place: str = ""
    behalf: bool = False
    woman: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing is told: no letter and no digit, in the words or for the place."""
        return not any(sign.isalnum() for sign in self.text + self.place)

    @property
    def long(self) -> bool:
        """Whether it is more than is taken at once."""
        return len(self.text) > LONGEST or len(self.place) > _LONGEST_PLACE


async def read(request: Request) -> Mapping[str, str]:
    """The fields of a urlencoded form, the last of each name; {} for anything else, and for what comes too slowly."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            body = await request.body()
        pairs = parse_qsl(
            body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="replace"
        )
    except (ValueError, TimeoutError, ClientDisconnect):
        return {}
    return {name: legible(value) for name, value in pairs}


def told(form: Mapping[str, str]) -> Told:
    """What the form says."""
    return Told(
        text=form.get("text", "").replace("\r\n", "\n").strip(),
        governorate=form.get("governorate", "")[:8],
        place=" ".join(form.get("place", "").split()),
        behalf=form.get("behalf") == "1",
        woman=form.get("woman") == "1",
    )


def message(keyring: Keyring, token: str, text: str, *, behalf: bool, locale: Locale, about: str = "") -> Message:
    """A report, or with `about` (a code) words for a case; its own code is the promised one."""
    name = promise.name(token, f"{about}\0{int(behalf)}\0{text}")
    return _message(name, text, code=promise.code(keyring, name), behalf=behalf, locale=locale, about=about)


def erasing(token: str, *, locale: Locale, about: str) -> Message:
    """The wish to have the case of a code erased, after it was asked twice."""
    return _message(promise.name(token, f"erase\0{about}"), "", choice=promised.ERASE, locale=locale, about=about)


def answering(token: str, choice: str, *, locale: Locale, about: str) -> Message:
    """The answer to a question by a button, or a consent taken back. choice: of bot.consent, officer or promised."""
    return _message(promise.name(token, f"{choice}\0{about}"), "", choice=choice, locale=locale, about=about)


def advising(token: str, *, locale: Locale, about: str) -> Message:
    """That the advice was asked for on this page: kept so that the same page shows it once."""
    return _message(promise.name(token, f"advise\0{about}"), "", choice=promised.ADVISE, locale=locale, about=about)


def _message(
    name: str,
    text: str,
    *,
    locale: Locale,
    about: str,
    code: str = "",
    choice: str = "",
    behalf: bool = False,
) -> Message:
    return Message(
        channel=Channel.WEB,
        carrier=CARRIER,
        account=CARRIER,
        external_id=name,
        address="",
        sequence=time.time_ns() // 1000,
        text=text,
        choice=choice,
        code=code,
        behalf=behalf,
        locale=locale,
        about=about,
    )
