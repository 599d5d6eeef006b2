"""The staff's console: server-rendered pages that work without any script. `router(base)` is all there is to use."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter

from api.access import Base
from api.console import doors, pages, static, steps
from api.console.render import Renderer

LOCALES: Final = Path(__file__).resolve().parents[2] / "locales"


def router(base: Base, *, locales: Path = LOCALES) -> APIRouter:
    """Every page and form of the console, over what runs it."""
    files = static.read()
    renderer = Renderer.load(base, locales=locales, versions={name: file.version for name, file in files.items()})
    routes = APIRouter(route_class=doors.route_class(renderer), include_in_schema=False)
    static.add(routes, files)
    doors.add(routes, base, renderer)
    pages.add(routes, base, renderer)
    steps.add(routes, base, renderer)
    return routes
