"""The routes of /r: tell something, and come back with the code. No cookie, and no redirect that would carry a code."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.web import forms, returning, telling
from api.web.door import Door
from api.web.pages import Pages, spoken_in
from api.web.throttle import Rate, Throttle
from api.wiring import Wiring

_EVERYBODY: Final = Rate(per_minute=30, burst=60)
_EACH: Final = Rate(per_minute=15, burst=30)  # a whole quarter may share one address of its telephone company
# Only so that looking up fills no machine: storage.guessing says how many wrong codes are looked up at all.
_WRONG_EVERYBODY: Final = Rate(per_minute=300, burst=100)
_WRONG_EACH: Final = Rate(per_minute=10, burst=10)


def router(wiring: Wiring) -> APIRouter:
    """Every page and form of /r."""
    routes = APIRouter(include_in_schema=False)
    door = Door(
        wiring,
        Pages.load(onion=wiring.settings.onion_url),
        telling=Throttle(everybody=_EVERYBODY, each=_EACH),
        guessing=Throttle(everybody=_WRONG_EVERYBODY, each=_WRONG_EACH),
    )

    @routes.get("/r/form.css")
    async def style() -> Response:
        # Not kept either: that this form was ever open is no browser's business.
        return Response(door.pages.style, media_type="text/css; charset=utf-8")

    @routes.get("/r")
    async def form(request: Request, lang: str = "") -> Response:
        return telling.form(door, request, spoken_in(lang), forms.Told())

    @routes.post("/r")
    async def tell(request: Request) -> Response:
        return await telling.tell(door, request, await forms.read(request))

    @routes.get("/r/case")
    async def ask(request: Request, lang: str = "") -> Response:
        return returning.page(door, request, spoken_in(lang))

    @routes.post("/r/case")
    async def come_back(request: Request) -> Response:
        return await returning.come_back(door, request, await forms.read(request))

    return routes


def too_large(wiring: Wiring) -> Callable[[Request], Awaitable[Response]]:
    """The page for a form so large that it was not read."""
    pages = Pages.load(onion=wiring.settings.onion_url)

    async def page(request: Request) -> Response:
        locale = spoken_in(request.query_params.get("lang"))
        problem = pages.words[locale].text("large")
        return pages.page(request, "says.html", locale, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, problem=problem)

    return page
