"""The JSON API for staff's own programs: the same reports, steps and refusals as the console, by bearer token.

A report's ETag is its version: a step needs it in If-Match (428 without, 412 when somebody was first).
"""

from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from api import access, problems
from api.access import Base
from api.console import LOCALES, words
from api.console.words import Words
from api.v1 import files, reading, refusals, steps
from bot.vocabulary import Locale


def router(base: Base, *, locales: Path = LOCALES) -> APIRouter:
    """Every door of /v1, over what runs it. locales: the folder of the words in which it says why not."""
    routes = APIRouter(
        prefix="/v1",
        route_class=_door(base, words.load(locales)),
        tags=["reports"],
        responses=problems.responses(401, 422, 503),
    )
    holder = access.bearer(base)
    reading.add(routes, base, holder)
    steps.add(routes, base, holder)
    files.add(routes, base, holder)
    return routes


def _door(base: Base, spoken: Mapping[Locale, Words]) -> type[APIRoute]:
    class Door(APIRoute):
        """Asks who it is before it reads a byte of a body, and turns our exceptions into problems."""

        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            """The handler, behind the question of who asks and with our exceptions caught."""
            plain = super().get_route_handler()

            async def handler(request: Request) -> Response:
                try:
                    await access.holder(base, request)
                    return await plain(request)
                except refusals.OURS as error:
                    return refusals.told(base, request, spoken, error)

            return handler

    return Door
