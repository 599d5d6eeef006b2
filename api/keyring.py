"""The verbs `muntada keys …`."""

from pathlib import Path
from typing import Annotated

import typer

from api import verbs

keys = typer.Typer(no_args_is_help=True, help="The keys of KEYS_DIR: made, wrapped anew, looked after, copied.")


@keys.command("create")
def create() -> None:
    """Makes the keys that are missing; never one in place of a key that the database knows and that was lost."""
    from api import keycare

    verbs.say(keycare.create)


@keys.command("rotate")
def rotate(
    *,
    give_up: Annotated[
        bool, typer.Option("--give-up", help="End keys also where rows are left that they do not open.")
    ] = False,
) -> None:
    """Wraps anew what lives under earlier months' keys and ends those keys: what the server does each month itself."""
    from api import keycare

    verbs.say(lambda settings: keycare.rotate(settings, give_up=give_up))


@keys.command("verify")
def verify() -> None:
    """Checks the key folder against the database, and who may read it; ends with 2 and names what is wrong."""
    from api import keycare

    verbs.say(keycare.verify)


@keys.command("backup")
def backup(
    to: Annotated[Path, typer.Option(help="keys.age makes keys.1.age and keys.2.age, one for each officer.")],
    officer: Annotated[list[str], typer.Option(help="An age recipient, age1…; give two.")],
) -> None:
    """Copies every key but those of hours and days into a file for each officer, which only they can open."""
    from api import keycare

    verbs.say(lambda settings: keycare.backup(settings, to, officer))


@keys.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(help="An officer's copy.")],
    identity: Annotated[Path, typer.Option(help="The file with that officer's age identity.")],
    *,
    although_expired: Annotated[
        bool,
        typer.Option("--although-expired", help="A copy that was to be deleted by now: only if nothing else is left."),
    ] = False,
    without_database: Annotated[
        bool, typer.Option("--without-database", help="There is no database yet: it is restored next.")
    ] = False,
) -> None:
    """Puts back the keys that the database names and that are not here; nothing is overwritten."""
    from api import keycare

    verbs.say(
        lambda settings: keycare.restore(
            settings, file, identity, although_expired=although_expired, without_database=without_database
        )
    )
