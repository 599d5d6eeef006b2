"""The recovery key: made of two halves on paper, and put together again from them to hand old parts on."""

from collections.abc import Sequence
from typing import Final

import typer

from api.ceremony.steps import BY, WHY, at_a_terminal, interruptible, step, typed, typo_told
from api.people import Mistake
from api.settings import Settings
from storage.desks import ceremonies, granting
from storage.sealed import paper
from storage.sealed.keypairs import Unlocked, WrongHalf

NO_RECOVERY: Final = "sensitive reports are protected only by grants until `muntada desks recovery` has made one"
_CLEAR: Final = "\x1b[3J\x1b[H\x1b[2J"  # the screen, and what was scrolled away from it


async def recovery(settings: Settings) -> str:
    """Makes the recovery key: each half is shown once, to its own officer, who reads it back."""
    existing = await step(settings, lambda c, k, _now: ceremonies.recovery(c, k))
    if existing is not None:
        raise Mistake(WHY["recovery.made"])
    if not at_a_terminal():
        raise Mistake("a recovery key is made at a terminal, with two officers beside it")
    key, halves = ceremonies.new_recovery()
    for number, half in enumerate(halves, start=1):
        _show(number, half)
        _read_back(number, half)
    # Only now that both halves are known to be on paper: a key of which one is missing would be on every list for ever.
    await step(settings, lambda c, k, now: ceremonies.keep_recovery(c, k, key=key, by=BY, now=now))
    return (
        "the recovery key is made. Keep both halves on paper, in two places, and both folders of keys backed up:"
        " nobody can print them again"
    )


def _show(number: int, half: str) -> None:
    typer.echo(f"{_CLEAR}Half {number} of 2. Only officer {number} looks at this screen now.\n")
    groups = half.split()
    for line in range(0, len(groups), 5):
        typer.echo("    " + "  ".join(groups[line : line + 5]))
    typed("\nWrite it down. Press Enter when it is on paper; it is not shown again", hidden=False, empty=True)
    typer.echo(_CLEAR)


def _read_back(number: int, half: str) -> None:
    """Until what stands on paper is the half: otherwise nobody would know before it is needed."""
    while True:
        try:
            if paper.read(typed(f"Half {number}, as it stands on the paper")) == paper.read(half):
                typer.echo(f"half {number} is right")
                return
            typer.echo("this is another half")
        except paper.Typo as typo:
            typer.echo(typo_told(typo))
        with interruptible():
            again = typer.confirm("Show the half again?", default=False)
        if again:
            _show(number, half)


async def recovered(settings: Settings) -> Unlocked:
    """The recovery key, once both officers typed their halves; Mistake for halves that are not its own."""
    halves = [_half(number) for number in (1, 2)]
    try:
        return await step(settings, lambda c, k, now: ceremonies.recovered(c, k, halves, by=BY, now=now))
    except WrongHalf:
        raise Mistake("these are not the two halves of this deployment's recovery key") from None


def _half(number: int) -> str:
    """As typed, once it is free of typos."""
    while True:
        half = typed(f"Officer {number}: your half")
        try:
            paper.read(half)
        except paper.Typo as typo:
            typer.echo(typo_told(typo))
        else:
            return half


async def hand_on(settings: Settings, key: Unlocked, to: Sequence[str]) -> None:
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
    return await step(settings, lambda c, k, now: granting.grant(c, k, by=key, to=recipient, now=now, place=place))
