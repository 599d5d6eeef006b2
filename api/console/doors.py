"""Coming in and going out: log in, log out, one-time links, the language; and what every page answers when it may not.

A route of the console never lets an exception of ours out: SignedOut leads to the log-in page, Unseen and Forged to
a page in the person's language that says what to do.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute
from starlette.responses import RedirectResponse, Response

from api import access
from api.access import BadForm, Base, Forged, SignedOut
from api.console.render import LANGUAGE_COOKIE, Renderer
from bot.vocabulary import Locale
from storage import staff
from storage.acts import Unseen
from storage.engine import Unavailable
from storage.staff import SignedIn

_AT_ONCE: Final = 2  # passwords checked at a time: each takes 46 MiB and a core
_REFUSAL_S: Final = 0.35  # every refusal takes as long, so that time does not tell which names exist
_ONE_YEAR_S: Final = 365 * 24 * 3600


def route_class(renderer: Renderer) -> type[APIRoute]:
    """The routes' class: turns our exceptions into pages."""

    class Door(APIRoute):
        """A route that answers our exceptions in the person's language."""

        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            """The handler, with our exceptions caught."""
            plain = super().get_route_handler()

            async def handler(request: Request) -> Response:
                try:
                    return await plain(request)
                except SignedOut:
                    return see("/login")
                except Unseen:
                    return await renderer.message(request, "unseen", status=HTTPStatus.NOT_FOUND)
                except Forged:
                    return await renderer.message(request, "forged", status=HTTPStatus.FORBIDDEN)
                except Unavailable:
                    return await renderer.message(request, "busy", status=HTTPStatus.SERVICE_UNAVAILABLE)
                except BadForm:
                    return await renderer.message(request, "form", status=HTTPStatus.BAD_REQUEST)

            return handler

    return Door


def see(path: str) -> RedirectResponse:
    """After a form: look there."""
    return RedirectResponse(path, status_code=HTTPStatus.SEE_OTHER)


def add(routes: APIRouter, base: Base, renderer: Renderer) -> None:
    """Adds the routes."""
    _add_login(routes, base, renderer)
    _add_links(routes, base, renderer)
    signed_in = access.signed_in(base)

    @routes.post("/logout")
    async def logout(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        access.from_our_pages(request)
        access.checked_form(signed, await access.read_form(request))
        token, now = access.session_token(base, request), base.clock()
        await base.store.write(lambda conn: staff.log_out(conn, base.keyring, token=token, now=now))
        response = see("/login")
        access.clear_cookie(base, response)
        return response

    @routes.post("/language")
    async def language(request: Request) -> Response:
        access.from_our_pages(request)
        form = await access.read_form(request)
        back = form.get("back", "")
        response = see(back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/")
        if form.get("language") in {locale.value for locale in Locale}:
            response.set_cookie(
                LANGUAGE_COOKIE,
                form["language"],
                max_age=_ONE_YEAR_S,
                secure=base.production,
                httponly=True,
                samesite="lax",
            )
        return response


def _add_login(routes: APIRouter, base: Base, renderer: Renderer) -> None:
    checking = asyncio.Semaphore(_AT_ONCE)

    @routes.get("/login")
    async def login_page(request: Request) -> Response:
        return await renderer.page(request, "login.html", wrong=False, name="")

    @routes.post("/login")
    async def login(request: Request) -> Response:
        begun = time.monotonic()
        access.from_our_pages(request)
        form = await access.read_form(request)
        name, now = " ".join(form.get("name", "").split()), base.clock()
        async with checking:
            tried = await base.store.write(lambda conn: staff.attempt(conn, base.keyring, name=name, now=now))
            right = await asyncio.to_thread(staff.fits, tried, form.get("password", ""))
        if not right:
            await asyncio.sleep(max(0.0, begun + _REFUSAL_S - time.monotonic()))
            return await renderer.page(request, "login.html", status=HTTPStatus.UNAUTHORIZED, wrong=True, name=name)
        entropy = access.session_entropy()
        token = await base.store.write(
            lambda conn: staff.log_in(conn, base.keyring, tried=tried, now=now, entropy=entropy)
        )
        response = see("/")
        access.set_cookie(base, response, token)
        return response


def _add_links(routes: APIRouter, base: Base, renderer: Renderer) -> None:
    @routes.get("/login/{link}")
    async def follow(request: Request, link: str) -> Response:
        if base.production:
            return await renderer.message(request, "unseen", status=HTTPStatus.NOT_FOUND)
        now, entropy = base.clock(), secrets.token_bytes(64)
        token = await base.store.write(
            lambda conn: staff.follow_link(conn, base.keyring, token=link, now=now, entropy=entropy)
        )
        if token is None:
            return await renderer.message(request, "login.spent", status=HTTPStatus.NOT_FOUND)
        response = see("/")
        access.set_cookie(base, response, token)
        return response
