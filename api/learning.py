"""The verbs of learning: training a model, measuring it, and a deployment's own words as files."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from api import verbs

words = typer.Typer(
    no_args_is_help=True, help="Danger phrases, words of categories and names of places of a deployment's own."
)


def train(
    *,
    back: Annotated[bool, typer.Option("--back", help="Return to the model that comes with the software.")] = False,
) -> None:
    """Trains on the shipped corpus and what corrections taught; a model that is worse is refused, and ends with 1."""
    from api import training
    from api.models import Busy, Unwritable, folder
    from api.training import Lacking, Worse

    settings = verbs.settings()
    try:
        typer.echo(verbs.run(training.back if back else training.train, settings))
    except Lacking as lacking:
        verbs.fail(str(lacking))
    except Busy:
        verbs.fail("another process is training now: let it end, and try again")
    except Unwritable as error:
        verbs.fail(f"{folder(settings.data_dir)} cannot be written: {error}")
    except Worse as worse:
        typer.echo(str(worse), err=True)
        sys.exit(1)


def evaluate(
    file: Annotated[
        Path | None, typer.Argument(help="A labelled TSV; without it, the test that the software is measured on.")
    ] = None,
) -> None:
    """Prints how well messages are understood: the figures, each category, and what is taken for what."""
    from api import measuring
    from api.people import Mistake

    try:
        typer.echo(measuring.evaluate(verbs.settings(), file))
    except Mistake as mistake:
        verbs.fail(str(mistake))


@words.command("export")
def words_export() -> None:
    """Prints the deployment's own words as TSV, for another deployment's `words import`."""
    from api import wordlists

    verbs.say(wordlists.export)


@words.command("import")
def words_import(file: Path) -> None:
    """Adds the words of a TSV file that are not there yet; all of them or, where a row is wrong, none."""
    from api import wordlists

    verbs.say(lambda settings: wordlists.load(settings, file))
