"""`muntada demo`: console and simulated phone on this machine, with invented forums, people and reports."""

import asyncio

import typer

from api import logs, serving
from api.demo import ceremony, folk
from api.settings import Settings, without_carriers
from api.wiring import Wiring, build, prepare
from storage import migrations


async def run(given: Settings, port: int) -> None:
    """Serves until it is told to stop; data and keys stay in folders of their own for the next start.

    No carrier that is set up here is used: whoever wrote to a real bot would be answered by invented people.
    """
    logs.configure()
    settings = Settings.model_validate(
        {
            **without_carriers(),
            "data_dir": given.data_dir / "demo",
            "keys_dir": given.keys_dir / "demo",
            "host": "127.0.0.1",
            "port": port,
            "public_url": f"http://127.0.0.1:{port}",
        }
    )
    prepare(settings)
    migrations.upgrade(settings.database)
    wiring = await build(settings, demo=True)
    await folk.move_in(wiring)
    await ceremony.hold(wiring)
    server = serving.server(wiring, settings.host, port)
    serving_task = asyncio.create_task(server.serve())
    while not server.started and not serving_task.done():  # noqa: ASYNC110 - uvicorn tells by this flag only
        await asyncio.sleep(0.05)
    if server.started:
        await folk.talk(wiring)
        await _say_where(wiring)
    await serving_task


async def _say_where(wiring: Wiring) -> None:
    url = wiring.public_url
    typer.echo(f"\nMuntada · منتدى\n\n  a phone to report from   {url}/sim\n  the web form             {url}/r")
    typer.echo("  the console, as:")
    for person, link in await folk.links(wiring):
        typer.echo(f"    {link}   {person.name} ({person.role.value}, {person.offices[0]})")
        if person.phrase:
            typer.echo(f"        opens what is sealed at {url}/key with: {person.phrase}")
    typer.echo("\n  Each link works once. Everyone and everything here is invented. Ctrl-C ends it.\n")
