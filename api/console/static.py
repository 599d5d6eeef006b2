"""The console's own files, read once at start and kept by browsers for a year under a name that holds their hash."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

FOLDER: Final = Path(__file__).resolve().parent / "static"
_TYPES: Final = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file. version: the beginning of its hash."""

    body: bytes
    media_type: str
    version: str


@cache
def read(folder: Path = FOLDER) -> Mapping[str, Asset]:
    """Every file of a known type, by name; read once a process."""
    return {
        path.name: Asset(
            body=(body := path.read_bytes()),
            media_type=_TYPES[path.suffix],
            version=hashlib.sha256(body).hexdigest()[:12],
        )
        for path in sorted(folder.iterdir())
        if path.suffix in _TYPES
    }


def add(routes: APIRouter, files: Mapping[str, Asset]) -> None:
    """Adds the one route that gives them out."""

    @routes.get("/static/{name}")
    async def asset(name: str, v: str = "") -> Response:
        found = files.get(name)
        if found is None:
            raise HTTPException(404)
        kept = "public, max-age=31536000, immutable" if v == found.version else "public, max-age=300"
        return Response(found.body, media_type=found.media_type, headers={"Cache-Control": kept})
