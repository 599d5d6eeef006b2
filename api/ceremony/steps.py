"""What the steps of a ceremony share: one transaction, what is typed, and why something is refused."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final, TypeVar

import typer

from api import people
from api.people import Mistake
from api.settings import Settings
from bot.vocabulary import SEALED_DESKS, Desk
from storage.database.engine import Connection
from storage.desks.offering import Place
from storage.keys import Keyring
from storage.sealed import paper
from storage.sealed.recipients import Refused

T = TypeVar("T")
BY: Final = "machine:ceremony"

WHY: Final = {
    "desk.kind": "only desks women and child are sealed to people",
    "desk.founded": "this desk is on already; a focal point who stands there signs further ones in the console",
    "desk.recovery": "there is no recovery key yet: run `muntada desks recovery` with two officers",
    "desk.services": "no body of the service directory serves this desk: run `muntada desks services FILE` with bodies"
    " of its governorate that somebody asked within a year",
    "desk.two": "fewer than two of its focal points have made a key in the console (page /key)",
    "desk.grant": "this person is not a focal point of the desk: grant it first",
    "desk.few": "fewer than two focal points would be left on the list: name another in her place, with"
    " `muntada desks replace`",
    "recovery.made": "there is a recovery key already",
    "recipient.gone": "this key is not there any more",
    "recipient.stands": "this person has a key on the list already, or it was signed",
    "recipient.fingerprint": "these are not the letters of her key: ask her to read them again, from her paper. If they"
    " still differ, somebody has changed the key in the database: stop, and find out who",
    "recipient.not_standing": "this key is not in effect on the list",
    "recipient.pending": "one of those concerned is being replaced: wait, or take the newcomer off the list first",
}


async def step(settings: Settings, work: Callable[[Connection, Keyring, datetime], T]) -> T:
    """One transaction of a ceremony; what is refused is a sentence for those in the room."""
    try:
        return await people.with_store(settings, work)
    except Refused as refused:
        raise Mistake(WHY.get(refused.key, refused.key)) from None


def place_of(office: str, desk: str) -> Place:
    """The desk that is named; Mistake where no such desk is sealed to people."""
    if desk not in SEALED_DESKS:
        raise Mistake(WHY["desk.kind"])
    return office, Desk(desk)


def typed(asks: str, *, hidden: bool = True, empty: bool = False) -> str:
    """What somebody types, unseen where it is a secret; from standard input where there is no terminal."""
    if not at_a_terminal():
        return sys.stdin.readline().strip()
    default = "" if empty else None
    with interruptible():
        return str(typer.prompt(asks, hide_input=hidden, default=default, show_default=False))


@contextmanager
def interruptible() -> Iterator[None]:
    """While somebody types, Ctrl-C ends it at once; the event loop would only take note of it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def at_a_terminal() -> bool:
    """Whether somebody types at a screen."""
    return sys.stdin.isatty()


def typo_told(typo: paper.Typo) -> str:
    """Which group of a half is not right."""
    return f"group {typo.group} is not right" if typo.group else "this is not a half: look at each group again"


def shown_at(at: datetime) -> str:
    """An instant as it is told at a terminal."""
    return f"{at:%Y-%m-%d %H:%M} UTC"
