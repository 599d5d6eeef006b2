"""A phone in the terminal: what is typed goes through the real doors; replies are shown with their SMS parts."""

import asyncio
import secrets
import time

import typer

from api import sim
from api.demo import folk
from api.settings import Settings
from api.wiring import Wiring, build, prepare
from api.workers.deliver import deliver_due
from api.workers.settle import settle_waiting
from bot.handlers import console
from bot.vocabulary import Channel
from storage import migrations


async def run(settings: Settings, channel: str) -> None:
    """Reads lines until the end of input."""
    if settings.production:
        typer.echo("the simulated phone is refused in production (MUNTADA_PUBLIC_URL is not loopback)", err=True)
        raise typer.Exit(2)
    if settings.reaches_people:
        typer.echo("the simulated phone is refused where a real bot or a carrier of SMS is set up", err=True)
        raise typer.Exit(2)
    prepare(settings)
    migrations.upgrade(settings.database)
    wiring = await build(settings, demo=True)
    try:
        await folk.move_in(wiring)
        await _talk(wiring, Channel.TELEGRAM if channel == "telegram" else Channel.SMS)
    finally:
        await wiring.close()


async def _talk(wiring: Wiring, channel: Channel) -> None:
    address, seen = sim.address(channel, secrets.token_hex(8)), 0
    while True:
        try:
            text = await asyncio.to_thread(input, f"[{channel.value}] > ")
        except EOFError:
            return
        await wiring.intake.keep(
            console.read(
                text,
                address=address,
                channel=channel,
                external_id=secrets.token_hex(8),
                sequence=time.time_ns() // 1000,
            )
        )
        await work_through(wiring)
        for shown in wiring.simulated.shown(address, after=seen) if wiring.simulated else ():
            parts = f"  ({shown.parts} SMS)" if channel is Channel.SMS else ""
            typer.echo(f"< {shown.rendered.text}{parts}")
            seen = shown.serial
        for line in await folk.whereabouts(wiring, limit=1):
            typer.echo(f"  → {line}")


async def work_through(wiring: Wiring) -> None:
    """Settles and delivers until nothing waits."""
    while await settle_waiting(wiring):
        pass
    while await deliver_due(wiring):
        pass
