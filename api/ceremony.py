"""What is done at the terminal with sealed desks: the recovery key, switching a desk on, how far each is, recovering.

A ceremony is held by people in one room: two officers with their halves on paper, and the focal points, who read the
letters of their keys from paper, in their own voices. Nothing secret is an argument of a command; no history keeps it.
"""

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

import typer

from api import people
from api.people import Mistake
from api.settings import Settings
from bot.vocabulary import SEALED_DESKS, Desk
from storage import audit
from storage.database.engine import Connection
from storage.desks import ceremonies, granting, lists, membership, offering, states
from storage.desks.lists import DeskList, Waiting
from storage.desks.offering import Place
from storage.desks.states import State
from storage.keys import Keyring
from storage.people import services
from storage.sealed import paper
from storage.sealed.keypairs import Unlocked, WrongHalf
from storage.sealed.recipients import Refused

T = TypeVar("T")
_BY: Final = "machine:ceremony"
NO_RECOVERY: Final = "sensitive reports are protected only by grants until `muntada desks recovery` has made one"
_CLEAR: Final = "\x1b[3J\x1b[H\x1b[2J"  # the screen, and what was scrolled away from it

_WHY: Final = {
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


# ── The recovery key ─────────────────────────────────────────────────────────────────────────────────────────
async def recovery(settings: Settings) -> str:
    """Makes the recovery key: each half is shown once, to its own officer, who reads it back."""
    existing = await _step(settings, lambda c, k, _now: ceremonies.recovery(c, k))
    if existing is not None:
        raise Mistake(_WHY["recovery.made"])
    if not _at_a_terminal():
        raise Mistake("a recovery key is made at a terminal, with two officers beside it")
    key, halves = ceremonies.new_recovery()
    for number, half in enumerate(halves, start=1):
        _show(number, half)
        _read_back(number, half)
    # Only now that both halves are known to be on paper: a key of which one is missing would be on every list for ever.
    await _step(settings, lambda c, k, now: ceremonies.keep_recovery(c, k, key=key, by=_BY, now=now))
    return (
        "the recovery key is made. Keep both halves on paper, in two places, and both folders of keys backed up:"
        " nobody can print them again"
    )


def _show(number: int, half: str) -> None:
    typer.echo(f"{_CLEAR}Half {number} of 2. Only officer {number} looks at this screen now.\n")
    groups = half.split()
    for line in range(0, len(groups), 5):
        typer.echo("    " + "  ".join(groups[line : line + 5]))
    _typed("\nWrite it down. Press Enter when it is on paper; it is not shown again", hidden=False, empty=True)
    typer.echo(_CLEAR)


def _read_back(number: int, half: str) -> None:
    """Until what stands on paper is the half: otherwise nobody would know before it is needed."""
    while True:
        try:
            if paper.read(_typed(f"Half {number}, as it stands on the paper")) == paper.read(half):
                typer.echo(f"half {number} is right")
                return
            typer.echo("this is another half")
        except paper.Typo as typo:
            typer.echo(_typo(typo))
        with _interruptible():
            again = typer.confirm("Show the half again?", default=False)
        if again:
            _show(number, half)


# ── Services ─────────────────────────────────────────────────────────────────────────────────────────────────
async def import_services(settings: Settings, file: Path) -> str:
    """The service directory becomes what the file says."""
    rows = people.parsed(services.parse, file)
    count = await _step(settings, lambda c, k, now: services.replace(c, k, rows, now=now))
    return f"{count} services"


# ── Switching a desk on ──────────────────────────────────────────────────────────────────────────────────────
async def open_desk(settings: Settings, office: str, desk: str) -> str:
    """Switches a desk on with the keys that its focal points made, once each has read out her letters."""
    place = _place(office, desk)

    def look(conn: Connection, keyring: Keyring, now: datetime) -> tuple[str, DeskList]:
        return offering.missing(conn, keyring, place, now=now), lists.listed(conn, keyring, place, now=now)

    missing, listed = await _step(settings, look)
    if missing:
        raise Mistake(f"{office} {desk} stays off: {_WHY[missing]}")
    read_out = {each.id: each.fingerprint for each in listed.waiting if _is_hers(each)}
    chosen = list(read_out)

    def found(conn: Connection, keyring: Keyring, now: datetime) -> int:
        waits = {each.id: each.fingerprint for each in lists.listed(conn, keyring, place, now=now).waiting}
        if any(waits.get(id) != letters for id, letters in read_out.items()):  # changed while the others read theirs
            raise Refused("recipient.fingerprint")
        offering.found(conn, keyring, place, ids=chosen, by=_BY, now=now)
        key = ceremonies.recovery(conn, keyring)
        return 0 if key is None else max(granting.lacking(conn, by=key.id, to=id) for id in chosen)

    behind = await _step(settings, found)
    typer.echo(f"{office} {desk} is on: sealed to {len(chosen)} focal points and the recovery key")
    if behind:
        typer.echo(
            f"{behind} parts waited, sealed to the recovery key: both officers type their halves to hand them on"
        )
        await _hand_on(settings, await _recovered(settings), chosen)
    return "done"


def _is_hers(waits: Waiting) -> bool:
    """Whether the letters that she reads from paper are those of the key that waits under her name."""
    made = f"her key was made {_when(waits.added_at)}; Enter: leave her out"
    given = _typed(f"The letters that {waits.name} reads from her paper ({made})", hidden=False, empty=True)
    if not given:
        return False
    if "".join(given.split()).upper() != waits.fingerprint.replace(" ", ""):
        raise Mistake(_WHY["recipient.fingerprint"])
    return True


# ── Recovering ───────────────────────────────────────────────────────────────────────────────────────────────
async def recover(settings: Settings, office: str, desk: str, name: str) -> str:
    """With both halves: signs a new focal point onto a list, and once her 72 hours are over hands the old parts on."""
    place = _place(office, desk)
    listed = await _step(settings, lambda c, k, now: lists.listed(c, k, place, now=now))
    seat = next((each for each in listed.seats if each.name == name), None)
    if seat is None:
        return await _sign(settings, listed, name)
    if not seat.stands:
        raise Mistake(f"{name} is signed; her key takes effect at {_when(seat.since)}: come back then")
    await _hand_on(settings, await _recovered(settings), [seat.id])
    return f"{name} can read what {office} {desk} holds"


async def _sign(settings: Settings, listed: DeskList, name: str) -> str:
    waits = _waiting(listed, name)
    key = await _recovered(settings)

    def invite(conn: Connection, keyring: Keyring, now: datetime) -> datetime:
        letters = waits.fingerprint
        return membership.invite(conn, keyring, by=key, recipient=waits.id, fingerprint=letters, now=now)

    at = await _step(settings, invite)
    return f"{name} is signed. {_hand_on_after(at)}"


async def replace_one(settings: Settings, office: str, desk: str, who: tuple[str, str]) -> str:
    """With both halves: takes the first of two off a list, and signs the second in her place, in one act."""
    place, (lost, name) = _place(office, desk), who
    listed = await _step(settings, lambda c, k, now: lists.listed(c, k, place, now=now))
    seat = next((each for each in listed.seats if each.name == lost), None)
    if seat is None:
        raise Mistake(f"{lost} is not on the list")
    if any(each.name == name and each.replaces == lost for each in listed.seats):
        key = await _recovered(settings)
        await _step(settings, lambda c, k, now: membership.revoke(c, k, by=key, recipient=seat.id, now=now))
        return f"{lost} is off the list at once; {name} was named in her place already"
    waits = _waiting(listed, name)
    key = await _recovered(settings)

    def both(conn: Connection, keyring: Keyring, now: datetime) -> datetime:
        who = {"lost": seat.id, "recipient": waits.id, "fingerprint": waits.fingerprint}
        return membership.replace_one(conn, keyring, by=key, now=now, **who)

    at = await _step(settings, both)
    return f"{lost} is off the list, {name} takes her place. {_hand_on_after(at)}"


def _waiting(listed: DeskList, name: str) -> Waiting:
    """The key that waits under this name, once its letters were read from paper."""
    waits = next((each for each in listed.waiting if each.name == name), None)
    if waits is None:
        raise Mistake(f"{name} has made no key for this desk: she does so in the console, page /key")
    if not _is_hers(waits):
        raise Mistake("nobody was signed")
    return waits


def _hand_on_after(at: datetime) -> str:
    return f"Run `muntada desks recover` after {_when(at)} to hand the old parts on to her"


async def _recovered(settings: Settings) -> Unlocked:
    halves = [_half(number) for number in (1, 2)]
    try:
        return await _step(settings, lambda c, k, now: ceremonies.recovered(c, k, halves, by=_BY, now=now))
    except WrongHalf:
        raise Mistake("these are not the two halves of this deployment's recovery key") from None


def _half(number: int) -> str:
    """As typed, once it is free of typos."""
    while True:
        typed = _typed(f"Officer {number}: your half")
        try:
            paper.read(typed)
        except paper.Typo as typo:
            typer.echo(_typo(typo))
        else:
            return typed


async def _hand_on(settings: Settings, key: Unlocked, to: Sequence[str]) -> None:
    """Lot by lot, so that it can be stopped and begun again."""
    for recipient in to:
        done = 0
        place: granting.Place | None = granting.Place()
        while place is not None:
            handed, place = await _lot(settings, key, recipient, place)
            done += handed
        typer.echo(f"{done} parts and files handed on")


async def _lot(
    settings: Settings, key: Unlocked, recipient: str, place: granting.Place
) -> tuple[int, granting.Place | None]:
    return await _step(settings, lambda c, k, now: granting.grant(c, k, by=key, to=recipient, now=now, place=place))


# ── How far each is ──────────────────────────────────────────────────────────────────────────────────────────
async def status(settings: Settings) -> str:
    """Each sealed desk: who is on its list since when, who waits, what is missing, how many reports have no reader."""

    def look(conn: Connection, keyring: Keyring, now: datetime) -> tuple[bool, list[tuple[State, DeskList]]]:
        audit.write(conn, keyring, at=now, actor=_BY, action="desk.view")
        found = [
            (each, lists.listed(conn, keyring, (each.office, each.desk), now=now))
            for each in states.states(conn, keyring, now=now)
        ]
        return states.is_recoverable(conn, keyring), found

    recoverable, found = await _step(settings, look)
    made = "recovery key: made" if recoverable else f"recovery key: none. {NO_RECOVERY}"
    return "\n".join([made, *(line for state, listed in found for line in _lines(state, listed))])


def _lines(state: State, listed: DeskList) -> Iterator[str]:
    name = f"{state.office} {state.desk.value}"
    if state.broken:
        yield f"{name}: ITS LIST DOES NOT VERIFY. Nothing can be filed there; the keys' folder or the table was changed"
    elif state.people and state.sealed_at:
        yield f"{name}: on since {_when(state.sealed_at)}"
    else:
        yield f"{name}: off: {_WHY[state.missing] if state.missing else 'nothing is missing, run `muntada desks open`'}"
    if state.few:
        yield "    FEWER THAN TWO WHO WORK THERE: name another in the console, or with `muntada desks replace`"
    for seat in listed.seats:
        since = f"since {_when(seat.since)}" if seat.stands else f"from {_when(seat.since)} on"
        signed = f", signed by {seat.by}" if seat.by else ""
        signed += f", in place of {seat.replaces}" if seat.replaces else ""
        signed += f", until {_when(seat.until)}: another takes her place" if seat.until else ""
        gone = "" if seat.works else ": NOT A FOCAL POINT THERE ANY MORE, to be taken off by a colleague"
        yield f"    {seat.name}, {since}{signed}{gone}"
    for waits in listed.waiting:
        yield f"    {waits.name}: her key waits since {_when(waits.added_at)}"
    if state.reports:
        yield f"    {state.reports} open reports have nobody who could read them"


# ── What they share ──────────────────────────────────────────────────────────────────────────────────────────
async def _step(settings: Settings, work: Callable[[Connection, Keyring, datetime], T]) -> T:
    try:
        return await people.with_store(settings, work)
    except Refused as refused:
        raise Mistake(_WHY.get(refused.key, refused.key)) from None


def _place(office: str, desk: str) -> Place:
    if desk not in SEALED_DESKS:
        raise Mistake(_WHY["desk.kind"])
    return office, Desk(desk)


def _typed(asks: str, *, hidden: bool = True, empty: bool = False) -> str:
    """What somebody types, unseen where it is a secret; from standard input where there is no terminal."""
    if not _at_a_terminal():
        return sys.stdin.readline().strip()
    default = "" if empty else None
    with _interruptible():
        return str(typer.prompt(asks, hide_input=hidden, default=default, show_default=False))


@contextmanager
def _interruptible() -> Iterator[None]:
    """While somebody types, Ctrl-C ends it at once; the event loop would only take note of it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _at_a_terminal() -> bool:
    return sys.stdin.isatty()


def _typo(typo: paper.Typo) -> str:
    return f"group {typo.group} is not right" if typo.group else "this is not a half: look at each group again"


def _when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
