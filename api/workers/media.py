"""Brings the files that people sent: fetched from their carrier, cleaned, sealed into the vault; voice written down.

It opens carriers' handles, which are like addresses. What a file is called, where it lies and what is in it reach no
log line.
"""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from datetime import timedelta
from typing import Any, Final

import structlog

from api import transcribing
from api.logs import fault
from api.wiring import Wiring
from api.workers.pace import forever
from bot import files
from bot.handlers.channel import MAX_MEDIUM_BYTES, Fetcher
from bot.nlp.analyse import analyse
from bot.vocabulary import MediumKind, SendFailed
from storage.database.engine import Connection
from storage.intake import transcripts
from storage.intake.transcripts import Recording, Words
from storage.sealing import Tampered
from storage.words import media, vault
from storage.words.media import Fetch, Known
from storage.words.vault import Stored

log = structlog.get_logger()

_AT_ONCE: Final = 2
_IDLE_S: Final = 1.0
_PATIENCE_S: Final = 180.0  # of one file, with cleaning and sealing
_LEASE: Final = timedelta(seconds=300)
_FORGOTTEN_AFTER: Final = timedelta(hours=2)  # a file that no row names by then was left by a crash


def workers(wiring: Wiring) -> list[Coroutine[Any, Any, None]]:
    """What runs for files: two fetchers, and one that has voice written down where a program for it is set."""
    cleaning = asyncio.Lock()  # one picture at a time is unfolded in memory

    def another(name: str, work: Any) -> Coroutine[Any, Any, None]:
        return forever(name, work, idle_s=_IDLE_S, woken=asyncio.Event())

    running = [another("media", lambda: fetch_next(wiring, cleaning)) for _ in range(_AT_ONCE)]
    if wiring.settings.transcribe_command:
        running.append(another("transcribe", lambda: write_down_next(wiring)))
    return running


# ── Fetching ─────────────────────────────────────────────────────────────────────────────────────────────────
async def fetch_next(wiring: Wiring, cleaning: asyncio.Lock) -> bool:
    """Fetches the file that has waited longest. True when there was one."""
    now, owner = wiring.clock(), wiring.owner
    if not await wiring.store.read(lambda c: media.is_due(c, "waiting", now=now)):
        return False
    claimed = await wiring.store.write(
        lambda c: media.claim(c, wiring.keyring, owner=owner, now=now, limit=1, lease=_LEASE)
    )
    for fetch in claimed:
        await _fetch(wiring, fetch, cleaning)
    return bool(claimed)


async def _fetch(wiring: Wiring, fetch: Fetch, cleaning: asyncio.Lock) -> None:
    try:
        stored, known = await _brought(wiring, fetch, cleaning)
    except SendFailed as refused:
        failure, jitter = refused, random.random()  # noqa: S311 - spreads retries, keeps no secret
        log.info("not_fetched", carrier=fetch.carrier, reason=failure.reason, attempt=fetch.attempts)
        await wiring.store.write(lambda c: media.failed(c, fetch, failure, now=wiring.clock(), jitter=jitter))
        return
    unheard = bool(wiring.settings.transcribe_command) and known.kind is MediumKind.VOICE
    ours = await wiring.store.write(
        lambda c: media.kept(c, wiring.keyring, fetch, stored, known, now=wiring.clock(), unheard=unheard)
    )
    if not ours:  # its report was erased meanwhile, or another fetched it
        await asyncio.to_thread(vault.shred, wiring.media_dir, stored.path)


async def _brought(wiring: Wiring, fetch: Fetch, cleaning: asyncio.Lock) -> tuple[Stored, Known]:
    """The file, in the vault. Raises SendFailed and nothing else."""
    carrier = wiring.carriers.get(fetch.carrier)
    if carrier is None:
        raise SendFailed("carrier_off", retryable=True)
    if not isinstance(carrier, Fetcher):
        raise SendFailed("unfetchable", retryable=False)
    source = carrier.stream(fetch.ref)
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return await _into_the_vault(wiring, fetch.kind, _limited(source), cleaning)
    except SendFailed:
        raise
    except TimeoutError:
        raise SendFailed("timeout", retryable=True) from None
    except Exception as error:  # noqa: BLE001 - a file that we cannot handle must not stop the others
        log.warning("fetch_stumbled", carrier=fetch.carrier, **fault(error))
        raise SendFailed("stumbled", retryable=True) from None
    finally:
        if isinstance(source, AsyncGenerator):
            await source.aclose()


async def _into_the_vault(
    wiring: Wiring, claimed: MediumKind, source: AsyncIterator[bytes], cleaning: asyncio.Lock
) -> tuple[Stored, Known]:
    head = await _head(source)
    if not head:
        raise SendFailed("empty", retryable=True)
    kind, content_type = files.settled(claimed, files.sniff(head))
    if not files.in_memory(content_type):
        stored = await vault.write(wiring.media_dir, _after(head, source), now=wiring.clock())
        return stored, Known(kind, content_type, stripped=False)
    whole = head + b"".join([piece async for piece in source])
    async with cleaning:
        cleaned = await asyncio.to_thread(files.clean, claimed, whole)
    stored = await vault.write(wiring.media_dir, _after(cleaned.content), now=wiring.clock())
    return stored, Known(cleaned.kind, cleaned.content_type, stripped=cleaned.stripped)


async def _limited(source: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same, whatever the carrier's own care: nothing over 20 MB comes in."""
    size = 0
    async for piece in source:
        size += len(piece)
        if size > MAX_MEDIUM_BYTES:
            raise SendFailed("too_large", retryable=False)
        yield piece


async def _head(source: AsyncIterator[bytes]) -> bytes:
    """The first pieces, enough to tell what it is."""
    head = bytearray()
    async for piece in source:
        head += piece
        if len(head) >= files.HEAD_BYTES:
            break
    return bytes(head)


async def _after(head: bytes, rest: AsyncIterator[bytes] | None = None) -> AsyncIterator[bytes]:
    yield head
    if rest is not None:
        async for piece in rest:
            yield piece


# ── Writing down ─────────────────────────────────────────────────────────────────────────────────────────────
async def write_down_next(wiring: Wiring) -> bool:
    """Has the voice note written down that has waited longest. True when there was one."""
    now, owner = wiring.clock(), wiring.owner
    if not await wiring.store.read(lambda c: media.is_due(c, "kept", now=now)):
        return False
    recording = await wiring.store.write(
        lambda c: transcripts.claim(c, wiring.keyring, owner=owner, now=now, lease=_LEASE)
    )
    if recording is not None:
        await _write_down(wiring, recording)
    return recording is not None


async def _write_down(wiring: Wiring, recording: Recording) -> None:
    try:
        audio = await asyncio.to_thread(_sound, wiring, recording)
        text = await transcribing.transcribe(audio, recording.content_type, settings=wiring.settings)
    except (FileNotFoundError, Tampered):
        text = None
    if text is None:
        log.info("not_written_down", attempt=recording.attempts)
        await wiring.store.write(lambda c: transcripts.failed(c, recording, now=wiring.clock()))
        return
    words = await asyncio.to_thread(_understood, wiring, text)
    gazetteer = wiring.understanding.gazetteer

    def work(conn: Connection) -> bool:
        return transcripts.written(conn, wiring.keyring, recording, words, gazetteer=gazetteer, now=wiring.clock())

    if await wiring.store.write(work):
        wiring.to_deliver.set()


def _sound(wiring: Wiring, recording: Recording) -> bytes:
    return b"".join(vault.read(wiring.media_dir, recording.path, recording.key))


def _understood(wiring: Wiring, text: str) -> Words:
    if not text:
        return Words("")
    heard = analyse(wiring.understanding, text)
    return Words(text, heard.urgency, heard.why, heard)


# ── What a crash left ────────────────────────────────────────────────────────────────────────────────────────
async def sweep(wiring: Wiring) -> None:
    """Takes away files that no row names: a crash came between a file's name and its row, or cut its writing short."""
    before = wiring.clock() - _FORGOTTEN_AFTER
    paths = await asyncio.to_thread(lambda: list(vault.names(wiring.media_dir, before=before)))
    if not paths:
        return
    left = await wiring.store.read(lambda c: media.unknown(c, paths))
    for path in left:
        await asyncio.to_thread(vault.discard, wiring.media_dir, path)
    if left:
        log.info("files_swept", count=len(left))
