"""The product's own command line. Every verb imports what it needs only when it runs, so that --help is quick."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from api import hiring, keyring, learning, verbs
from api.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Muntada: منتدى")
offices = typer.Typer(no_args_is_help=True, help="A deployment's own offices.")
places = typer.Typer(no_args_is_help=True, help="A deployment's own places.")
desks = typer.Typer(no_args_is_help=True, help="Women's and children's desks, sealed to those who work there.")
audit = typer.Typer(no_args_is_help=True, help="The audit log.")
app.add_typer(keyring.keys, name="keys")
app.add_typer(hiring.staff, name="staff")
app.add_typer(offices, name="offices")
app.add_typer(places, name="places")
app.add_typer(desks, name="desks")
app.add_typer(audit, name="audit")
app.command("train")(learning.train)
app.command("eval")(learning.evaluate)
app.add_typer(learning.words, name="words")


def main() -> None:
    """The entry point."""
    app()


@app.command()
def serve() -> None:
    """Serves web, carriers and workers in one process, from the settings."""
    from api import serving

    verbs.run(serving.serve, verbs.settings())


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Where the console and the simulated phone are served.")] = 8000,
    *,
    check: Annotated[bool, typer.Option("--check", help="Try the whole journey without a browser, and end.")] = False,
) -> None:
    """A demonstration with invented forums, people and reports, on this machine only."""
    from api.demo import check as checking
    from api.demo import show

    if check:
        sys.exit(verbs.loop()(checking.run()))
    verbs.run(lambda settings: show.run(settings, port), verbs.settings())


@app.command()
def migrate() -> None:
    """Brings the database's schema up to date (as its owner, MUNTADA_MIGRATE_URL, where that is set)."""
    from api import serving

    serving.migrate(verbs.settings())
    typer.echo("schema is up to date")


@app.command()
def secret() -> None:
    """Prints a new random secret, for a setting that ends in _SECRET and for the other end of it."""
    from secrets import token_urlsafe

    typer.echo(token_urlsafe(24))


@app.command()
def simulate(
    channel: Annotated[str, typer.Option(help="telegram or sms")] = "sms",
) -> None:
    """A phone in the terminal: type, see the replies, the SMS parts and where the report went."""
    from api.demo import terminal

    verbs.run(lambda settings: terminal.run(settings, channel), verbs.settings())


@app.command()
def understand() -> None:
    """JSON lines {"id", "text"} in, what was understood out, in the same order."""
    from bot.nlp.analyse import Understanding, analyse
    from bot.nlp.shown import as_understood

    understanding = Understanding.load(reads=False)
    for line in sys.stdin.buffer:
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8", "replace"))
            text = row["text"] if isinstance(row["text"], str) else ""
            name = row.get("id")
        except (ValueError, TypeError, KeyError, AttributeError):
            verbs.fail('each line must be a JSON object {"id": …, "text": …}')
        understood = {"id": name, **as_understood(analyse(understanding, text))}
        sys.stdout.buffer.write(json.dumps(understood, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


@app.command()
def status(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """How many messages were kept, settled and answered, and which model understands them: without any key."""
    from api import models
    from storage.backups import drills
    from storage.database.engine import Store
    from storage.purging import figures

    async def read(settings: Settings) -> dict[str, Any]:
        store = Store.open(settings.database, there=True)
        try:
            copies = await store.read(lambda conn: drills.standing(conn, datetime.now(UTC)))
            return {**await store.read(figures.read), "model": models.line(settings.data_dir), "backups": copies}
        finally:
            store.close()

    found = verbs.run(read, verbs.settings())
    typer.echo(json.dumps(found) if as_json else "\n".join(f"{name}: {value}" for name, value in found.items()))


@app.command()
def health() -> None:
    """Asks the process on this machine whether it can keep a message now (for a container's health check)."""
    import httpx

    settings = verbs.settings()
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - compared, not bound
    try:
        ready = httpx.get(f"http://{host}:{settings.port}/readyz", timeout=5).is_success
    except httpx.HTTPError:
        ready = False
    typer.echo("ready" if ready else "not ready")
    sys.exit(0 if ready else 1)


@offices.command("import")
def offices_import(file: Path) -> None:
    """Loads offices from a CSV file (docs/offices.md); all of it or, where a row is wrong, nothing."""
    from api import people

    verbs.say(lambda settings: people.import_offices(settings, file))


@offices.command("invite")
def offices_invite(
    code: Annotated[str, typer.Argument(help="The office's code.")],
    bot: Annotated[str, typer.Option(help="The bot's username, such as example_bot.")],
    sms: Annotated[str, typer.Option(help="The number to print; by default the settings' own.")] = "",
    out: Annotated[Path | None, typer.Option(help="Where to write the QR code: a .svg or .png file.")] = None,
    poster: Annotated[Path | None, typer.Option(help="Where to write a page of A5 to print: an .html file.")] = None,
) -> None:
    """Prints the link by which people write to an office's bot, and writes its QR code and a poster."""
    from api import inviting

    wanted = inviting.Wanted(code, bot, sms, out, poster)
    verbs.say(lambda settings: inviting.invite(settings, wanted))


@places.command("import")
def places_import(file: Path) -> None:
    """Loads places from a TSV file (docs/places.md); all of it or, where a row is wrong, nothing."""
    from api import people

    verbs.say(lambda settings: people.import_places(settings, file))


@desks.command("recovery")
def desks_recovery() -> None:
    """Makes the recovery key: shows each of its halves once, to an officer each, and has it read back from paper."""
    from api import ceremony

    verbs.say(ceremony.recovery)


@desks.command("services")
def desks_services(file: Path) -> None:
    """Loads the service directory from a CSV file (docs/sealed-desks.md); what it leaves out is offered no more."""
    from api import ceremony

    verbs.say(lambda settings: ceremony.import_services(settings, file))


@desks.command("open")
def desks_open(office: str, desk: Annotated[str, typer.Argument(help="women or child")]) -> None:
    """Switches a desk on: seals it to the focal points who made their keys and read out their letters."""
    from api import ceremony

    verbs.say(lambda settings: ceremony.open_desk(settings, office, desk))


@desks.command("status")
def desks_status() -> None:
    """Who is on each desk's list and since when, who waits, and what is missing."""
    from api import ceremony

    verbs.say(ceremony.status)


@desks.command("recover")
def desks_recover(office: str, desk: Annotated[str, typer.Argument(help="women or child")], name: str) -> None:
    """With both officers' halves: signs a new focal point on, and 72 hours later hands the old parts on to her."""
    from api import ceremony

    verbs.say(lambda settings: ceremony.recover(settings, office, desk, name))


@desks.command("replace")
def desks_replace(
    office: str,
    desk: Annotated[str, typer.Argument(help="women or child")],
    lost: Annotated[str, typer.Argument(help="Who goes off the list now.")],
    name: Annotated[str, typer.Argument(help="Who takes her place in 72 hours.")],
) -> None:
    """With both officers' halves: takes one who is lost off a list, and signs another in her place, in one act."""
    from api import ceremony

    verbs.say(lambda settings: ceremony.replace_one(settings, office, desk, (lost, name)))


@desks.command("off")
def desks_off(
    office: str,
    desk: Annotated[str, typer.Argument(help="women or child")],
    lost: Annotated[str, typer.Argument(help="Who goes off the list now: a name, or what `desks status` shows.")],
) -> None:
    """With both officers' halves: takes one off a list at once, where two who work there stay."""
    from api import ceremony

    verbs.say(lambda settings: ceremony.off(settings, office, desk, lost))


@app.command()
def retry() -> None:
    """Lets messages that could not be settled be tried again, after whatever stood in their way was mended."""
    from api import people

    verbs.say(people.letters)


@app.command()
def backup(to: Annotated[Path, typer.Option(help="The folder for backups, best on another disk.")]) -> None:
    """Copies database and files to a folder, whatever is written meanwhile; never a key."""
    from api import copies

    verbs.whole(lambda settings: copies.back_up(settings, to))


@app.command()
def restore(
    at: Annotated[Path, typer.Option("--from", help="A backup's folder, or a folder of backups: then its newest.")],
) -> None:
    """Puts a backup back, into an empty database and folder; what was erased since is erased again."""
    from api import copies

    verbs.whole(lambda settings: copies.put_back(settings, at))


@app.command()
def drill(
    at: Annotated[Path, typer.Option("--from", help="A backup's folder, or a folder of backups: then its newest.")],
) -> None:
    """Tries a backup beside the living database: restores it, opens a hundred cases, and takes it all away again."""
    from api import copies

    verbs.whole(lambda settings: copies.try_out(settings, at))


@audit.command("verify")
def audit_verify(
    anchors: Annotated[Path | None, typer.Option(help="Anchors kept elsewhere: a file or a folder.")] = None,
) -> None:
    """Checks every audit row, the chain and its anchors; ends with 1 and names the first place that does not fit."""
    from api import auditing

    whole, words = verbs.outcome(lambda settings: auditing.verify(settings, anchors))
    typer.echo(words)
    sys.exit(0 if whole else 1)


@audit.command("anchor")
def audit_anchor() -> None:
    """Prints where the audit chain ends now: on paper, out of reach, it shows later whether rows were cut off."""
    from api import auditing

    verbs.say(auditing.end)


if __name__ == "__main__":
    main()
