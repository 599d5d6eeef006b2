"""The one place where a voice note becomes words: a program of this machine's own, when a deployment names one.

MUNTADA_TRANSCRIBE_COMMAND is that program and its arguments. It reads the sound on its standard input and writes what
is said, as UTF-8, on its standard output; MUNTADA_AUDIO_TYPE tells the content type. It is given nothing else of ours,
no settings and no tokens; what it says of itself on standard error is read by nobody. That it sends the sound nowhere
is for whoever chooses it to make sure.
"""

import asyncio
import contextlib
import os
import signal
from typing import Final

from api.given import transcriber
from api.settings import Settings
from bot.handlers.channel import legible

LONGEST: Final = 20_000  # letters kept of what is said
_PATIENCE_S: Final = 120.0
_FAREWELL_S: Final = 5.0
_MOST_BYTES: Final = 1_000_000  # of an answer


async def transcribe(
    audio: bytes, content_type: str, *, settings: Settings, patience_s: float = _PATIENCE_S
) -> str | None:
    """What is said in a recording, "" when nothing is; None when no program is set, or it gave no answer in time."""
    command = transcriber(settings.transcribe_command)
    if not command:
        return None
    given = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "MUNTADA_AUDIO_TYPE": content_type}
    try:
        program = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=given,
            start_new_session=True,  # so that whatever it starts ends with it
        )
    except OSError:
        return None
    try:
        async with asyncio.timeout(patience_s):
            words = await _answer(program, audio)
    except (TimeoutError, UnicodeDecodeError):
        return None
    finally:
        await _end(program)
    return None if words is None else legible(words).strip()[:LONGEST]


async def _answer(program: asyncio.subprocess.Process, audio: bytes) -> str | None:
    """What it wrote, None when it failed or would not stop writing."""
    telling = asyncio.create_task(_tell(program, audio))
    try:
        said = bytearray()
        while program.stdout is not None and (piece := await program.stdout.read(65_536)):
            said += piece
            if len(said) > _MOST_BYTES:
                return None
        return bytes(said).decode() if await program.wait() == 0 else None
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)


async def _tell(program: asyncio.subprocess.Process, audio: bytes) -> None:
    if program.stdin is None:
        return
    with contextlib.suppress(ConnectionError):  # it may know enough before it has read all
        program.stdin.write(audio)
        await program.stdin.drain()
    program.stdin.close()


async def _end(program: asyncio.subprocess.Process) -> None:
    """Ends it with all it started, and reads what it still had to say: until then its pipe keeps us waiting."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGKILL)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_FAREWELL_S):
            while program.stdout is not None and await program.stdout.read(65_536):
                pass
            await program.wait()
