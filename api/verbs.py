"""What the verbs of the command line share: settings, the event loop, and faults told in a sentence."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

import typer

from api.settings import Settings, SettingsWrong, load
from storage.backups.ending import Told, told


def loop() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """The event loop: uvloop where there is one, because it halves what a message at the door costs."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run
    return uvloop.run


def settings() -> Settings:
    """The settings, or the end with a line for each that cannot be used."""
    try:
        return load()
    except SettingsWrong as wrong:
        fail("\n".join(wrong.lines))


def run(work: Callable[[Settings], Coroutine[Any, Any, Any]], settings: Settings) -> Any:
    """Runs it to its end; what stands in its way outside of us is told in a sentence, and ends with 2."""
    try:
        return loop()(work(settings))
    except Told:  # who listens says it (whole)
        raise
    except KeyboardInterrupt:
        sys.exit(130)
    except asyncio.CancelledError:  # told to end, and ended in order
        sys.exit(143)
    except SettingsWrong as wrong:
        fail("\n".join(wrong.lines))
    except Exception as error:
        words = _sentence(error)
        if words is None:
            raise
        fail(words)


def _sentence(error: Exception) -> str | None:
    """What stands in the way, and what to do; None where it is a bug of ours."""
    from storage.database.engine import Unavailable
    from storage.database.unfinished import Unfinished
    from storage.keys import DemoKeys, KeyMismatch, KeyMissing

    match error:
        case Unfinished():
            return (
                "a restore was begun in this database, and is at work or did not end: what is there is not whole, and"
                " nothing opens it. Run `muntada restore` again: it takes that away first"
            )
        case Unavailable():
            return (
                "the database cannot be reached, or has no schema yet: check MUNTADA_DATABASE_URL, run"
                " `muntada migrate`"
            )
        case DemoKeys():
            return (
                "MUNTADA_KEYS_DIR holds a demonstration's keys, and real people could write to us: a real bot or a"
                " carrier of SMS is set up, or MUNTADA_PUBLIC_URL is no address of this machine. Give"
                " MUNTADA_KEYS_DIR a folder of its own and run `muntada keys create`"
            )
        case KeyMissing():
            return "a key that the database names is not in MUNTADA_KEYS_DIR: bring the keys back before starting"
        case KeyMismatch():
            return (
                "a key in MUNTADA_KEYS_DIR is not the one that the database knows: these are another deployment's keys"
            )
        case _:
            return None


def say(work: Callable[[Settings], Coroutine[Any, Any, str]]) -> None:
    """Runs it and prints what it says; a mistake is explained and ends with 2."""
    typer.echo(outcome(work))


def whole(work: Callable[[Settings], Coroutine[Any, Any, str]]) -> None:
    """As `say`, of what is whole or not there: told to end, it tidies up and says so, or is done and says it."""
    try:
        with told():
            say(work)
    except Told as one:
        typer.echo("told to end: nothing stays of what was begun, and it can be run again", err=True)
        sys.exit(one.code)


def outcome(work: Callable[[Settings], Coroutine[Any, Any, Any]]) -> Any:
    """Runs it and returns what came of it; a mistake is explained and ends with 2."""
    from api.people import Mistake

    try:
        return run(work, settings())
    except Mistake as mistake:
        fail(str(mistake))


def fail(words: str) -> NoReturn:
    """The end, with 2."""
    typer.echo(words, err=True)
    sys.exit(2)
