"""Hands a kept file to whoever may see its report: in parts where a player asks for parts, and never as a page.

Only what we drew ourselves, and sound, may be shown where it stands; all else is a download of no type that runs.
"""

import asyncio
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

import structlog
from fastapi import Request
from starlette.responses import Response, StreamingResponse

from api.access import Base
from bot.files import UNKNOWN, extension
from bot.vocabulary import MediumKind
from storage.casework import showing
from storage.casework.acts import Unseen
from storage.casework.showing import Medium
from storage.sealed.keypairs import Unlocked
from storage.sealing import Tampered
from storage.words import vault

log = structlog.get_logger()

_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_RANGE: Final = re.compile(r"bytes=(\d{0,12})-(\d{0,12})", re.ASCII)
_SHORT: Final = 8  # letters of an id in a download's name
_ALWAYS: Final = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "no-store",
    # Inline style alone is let through: with it a browser fits a picture that stands alone into its window.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


async def answer(
    base: Base,
    request: Request,
    *,
    staff: str,
    number: str,
    file: str,
    leaving: bool = False,
    opener: Unlocked | None = None,
) -> Response:
    """The file, or the part of it that the request asks for; each is audited. leaving: only what may leave the desk.

    opener: a focal point's open key, without which no file opens that is sealed to people.

    Raises Unseen, and Refused for what may not leave.
    """
    if not number.isascii() or not number.isprintable() or not _ID.fullmatch(file):
        raise Unseen
    now = base.clock()
    medium = await base.store.write(
        lambda c: showing.medium(
            c, base.keyring, staff=staff, number=number, file=file, now=now, leaving=leaving, opener=opener
        ),
        staff=staff,
    )
    if medium is None:
        raise Unseen
    try:
        size = await asyncio.to_thread(vault.size, base.media_dir, medium.path, medium.key)
        wanted = part(request.headers.get("range", ""), size)
        if wanted is None:
            headers = _ALWAYS | {"Content-Range": f"bytes */{size}"}
            return Response(status_code=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
        pieces = await asyncio.to_thread(
            vault.read, base.media_dir, medium.path, medium.key, start=wanted[0], end=wanted[1]
        )
    except (FileNotFoundError, Tampered) as error:
        log.warning("file_lost", reason=type(error).__name__)  # somebody was in the data folder, or a disk forgets
        raise Unseen from None
    return _streamed(medium, pieces, wanted, size)


def part(asked: str, size: int) -> tuple[int, int] | None:
    """The bytes [start, end) that a Range header asks for, None when there are none such (RFC 9110 §14).

    All of them without one, or for one that we do not serve: several parts at once, or other units.
    """
    found = _RANGE.fullmatch(asked.strip())
    first, last = found.groups() if found else ("", "")
    if not first and not last:
        return 0, size
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1 if last else size)
        if last and int(last) < start:
            return 0, size
    return (start, end) if start < end else None


def _streamed(medium: Medium, pieces: Iterator[bytes], wanted: tuple[int, int], size: int) -> Response:
    start, end = wanted
    shown = medium.kind is MediumKind.VOICE or (medium.kind is MediumKind.PHOTO and medium.stripped)
    name = f"file-{medium.id[:_SHORT]}{extension(medium.content_type)}"
    headers = _ALWAYS | {
        "Content-Disposition": f'{"inline" if shown else "attachment"}; filename="{name}"',
        "Content-Length": str(end - start),
    }
    whole = (start, end) == (0, size)
    if not whole:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return StreamingResponse(
        pieces,
        status_code=HTTPStatus.OK if whole else HTTPStatus.PARTIAL_CONTENT,
        media_type=medium.content_type if shown else UNKNOWN,
        headers=headers,
    )
