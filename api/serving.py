"""Starts the one process: prepares folders, schema and keys, wires, and serves until it is told to stop."""

import gc

import structlog
import uvicorn

from api import app, ceremony, crashes, logs, models
from api.settings import SMS_CARRIERS, Settings
from api.wire import App
from api.wiring import Wiring, build, prepare
from bot.routing import has_oversight
from storage import migrations
from storage.desks import states

log = structlog.get_logger()

_MOST_AT_ONCE = 1_000  # connections; beyond, 503: a carrier comes again, a stranger may not fill the memory


def migrate(settings: Settings) -> None:
    """Brings the schema up to date, as its owner where MIGRATE_URL names one."""
    prepare(settings)
    migrations.upgrade(settings.database, settings.migrate_url.get_secret_value() or None)


async def serve(settings: Settings) -> None:
    """Runs until SIGTERM or SIGINT."""
    logs.configure()
    crashes.leave_nothing()
    prepare(settings)
    if settings.database.startswith("sqlite"):
        # The embedded default makes what is missing itself; a server's schema belongs to its owner (`migrate`).
        migrations.upgrade(settings.database)
    wiring = await build(settings)
    logs.configure([*settings.secrets, *(secret for provider in wiring.sms.values() for secret in provider.secrets)])
    log.info("understanding", model=models.line(settings.data_dir))
    await warn_unprotected(wiring)
    on = {*settings.sms, *(("telegram",) if settings.telegram_on else ())}
    for name in ("telegram", *SMS_CARRIERS):
        log.info("channel", channel=name, state="on" if name in on else "off: no settings")
    offices = await wiring.directory()
    if offices.offices and not has_oversight(offices):
        log.warning("no_oversight_office")  # what names an officer is heard by the national one
    await listen(wiring, settings.host, settings.port)


async def warn_unprotected(wiring: Wiring) -> None:
    """Says so where people are already served and sensitive reports are sealed to nobody yet."""
    if wiring.production and not await wiring.store.read(lambda conn: states.is_recoverable(conn, wiring.keyring)):
        log.warning("no_recovery_key", reason=ceremony.NO_RECOVERY)


async def listen(wiring: Wiring, host: str, port: int) -> None:
    """Serves what was wired until it is told to stop."""
    await server(wiring, host, port).serve()


def server(wiring: Wiring, host: str, port: int) -> uvicorn.Server:
    """The web server, without access log (addresses of people) and without its name in headers."""
    _calm_collector()
    return uvicorn.Server(configured(app.create(wiring), host, port))


def configured(application: App, host: str, port: int) -> uvicorn.Config:
    """How the application is served: told to stop, it first answers for five seconds what is under way."""
    return uvicorn.Config(
        application,
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # nobody's address is wanted, so no header that claims one is read
        timeout_graceful_shutdown=5,
        limit_concurrency=_MOST_AT_ONCE,
    )


def _calm_collector() -> None:
    # What start-up made stays for ever: keeping the collector from walking it again took a fifth off each message.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
