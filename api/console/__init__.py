"""The staff's console: server-rendered pages that work without any script.

`router(base)` holds its routes, `too_large(base)` the page for a request that api.limits refuses.
"""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.access import Base
from api.console import (
    audit,
    colleagues,
    doors,
    entry,
    files,
    holds,
    inviting,
    keys,
    leaving,
    pages,
    password,
    sealed,
    secondfactor,
    static,
    steps,
    terms,
)
from api.console.proving import Gate
from api.console.render import Renderer

LOCALES: Final = Path(__file__).resolve().parents[2] / "locales"


def router(base: entry.Base, *, locales: Path = LOCALES) -> APIRouter:
    """Every page and form of the console, over what runs it."""
    assets = static.read()
    renderer = _renderer(base, locales, assets)
    routes = APIRouter(route_class=doors.route_class(renderer), include_in_schema=False)
    static.add(routes, assets)
    gate = Gate.new(base)
    doors.add(routes, base, renderer, gate)
    secondfactor.add(routes, base, renderer, gate)
    colleagues.add(routes, base, renderer, gate)
    leaving.add(routes, base, renderer, gate)
    password.add(routes, base, renderer, gate)
    pages.add(routes, base, renderer)
    steps.add(routes, base, renderer)
    files.add(routes, base)
    audit.add(routes, base, renderer)
    terms.add(routes, base, renderer)
    holds.add(routes, base, renderer)
    keys.add(routes, base, renderer)
    sealed.add(routes, base, renderer)
    inviting.add(routes, base, renderer)
    entry.add(routes, base, renderer, locales=locales)
    return routes


def too_large(base: Base, *, locales: Path = LOCALES) -> Callable[[Request], Awaitable[Response]]:
    """The page that says, in the person's language, that what they sent is too long."""
    renderer = _renderer(base, locales, static.read())

    async def page(request: Request) -> Response:
        return await renderer.message(request, "large", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    return page


def _renderer(base: Base, locales: Path, files: Mapping[str, static.Asset]) -> Renderer:
    return Renderer.load(base, locales=locales, versions={name: file.version for name, file in files.items()})
