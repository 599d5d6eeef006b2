"""Coming in and going out: log in, log out, one-time links, the language; and what every page answers when it may not.

A route of the console never lets an exception of ours out: SignedOut leads to the log-in page, Unseen and Forged to
a page in the person's language that says what to do.
"""

import secrets
from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute
from starlette.responses import RedirectResponse, Response

from api import access, cookies
from api.access import BadForm, Base, Forged, SignedOut, Unenrolled
from api.console.lanes import Full
from api.console.proving import Gate, Proven, Refused
from api.console.render import LANGUAGE_COOKIE, Renderer
from bot.vocabulary import Locale
from storage import audit
from storage.casework.acts import Unseen
from storage.database.engine import Connection, Unavailable
from storage.people import devices, logins, sessions
from storage.people.sessions import SignedIn
from storage.sealed.recipients import Unverified

_RETRY_S: Final = "5"
_PAGES: Final[Mapping[type[Exception], tuple[str, HTTPStatus]]] = {
    Unseen: ("unseen", HTTPStatus.NOT_FOUND),
    Forged: ("forged", HTTPStatus.FORBIDDEN),
    Unavailable: ("busy", HTTPStatus.SERVICE_UNAVAILABLE),
    Full: ("busy", HTTPStatus.SERVICE_UNAVAILABLE),
    BadForm: ("form", HTTPStatus.BAD_REQUEST),
    Unverified: ("unverified", HTTPStatus.SERVICE_UNAVAILABLE),
}
_TYPED: Final = ("text", "summary", "body", "place")  # fields of long words; a pass phrase is never among them
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
                except SignedOut as out:
                    if typed := await _typed(request):
                        status = HTTPStatus.UNAUTHORIZED
                        return await renderer.page(request, "typed.html", status=status, typed=typed)
                    return see("/second-factor" if isinstance(out, Unenrolled) else "/login")
                except tuple(_PAGES) as error:
                    if isinstance(error, Unseen) and "{" not in self.path:
                        await _denied(renderer.base, request, self.path)
                    key, status = _PAGES[type(error)]
                    headers = {"Retry-After": _RETRY_S} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
                    return await renderer.message(request, key, status=status, headers=headers)

            return handler

    return Door


async def _typed(request: Request) -> tuple[str, ...]:
    """What somebody typed whose session ended meanwhile: it is given back to them, for no page kept it."""
    if request.method != "POST":
        return ()
    try:
        access.from_our_pages(request)
        form = await access.read_form(request)
    except (Forged, BadForm):
        return ()
    return tuple(words for name in _TYPED if (words := form.get(name, "").strip()))


async def _denied(base: Base, request: Request, page: str) -> None:
    """Notes that somebody asked for a page that is not for their role; of a report's, storage.casework.opening does."""
    try:
        signed = await access.signed_in(base)(request)
        person, now, data = signed.person.id, base.clock(), {"page": page}
        await base.store.write(
            lambda conn: audit.write(conn, base.keyring, at=now, actor=person, action="page.denied", data=data)
        )
    except (SignedOut, Unavailable):
        return  # nobody's, or the answer would be another one than for a page that is not there


def see(path: str) -> RedirectResponse:
    """After a form: look there."""
    return RedirectResponse(path, status_code=HTTPStatus.SEE_OTHER)


def add(routes: APIRouter, base: Base, renderer: Renderer, gate: Gate) -> None:
    """Adds the routes. gate: where passwords are checked."""
    _add_login(routes, base, renderer, gate)
    _add_links(routes, base, renderer)
    signed_in = access.signed_in(base, unenrolled=True)

    @routes.post("/logout")
    async def logout(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        access.from_our_pages(request)
        access.checked_form(signed, await access.read_form(request))
        token, now = access.session_token(base, request), base.clock()
        await base.store.write(lambda conn: sessions.log_out(conn, base.keyring, token=token, now=now))
        response = see("/login")
        access.clear_session(base, response)
        return response

    @routes.post("/language")
    async def language(request: Request) -> Response:
        access.from_our_pages(request)
        form = await access.read_form(request)
        await _checked(base, request, form)
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


async def _checked(base: Base, request: Request, form: Mapping[str, str]) -> None:
    """A form that stands on every page: it carries its session's token, or a visitor's. Raises Forged."""
    try:
        access.checked_form(await access.signed_in(base, unenrolled=True)(request), form)
    except (SignedOut, Forged):
        access.checked_visitor(base, request, form)


def _add_login(routes: APIRouter, base: Base, renderer: Renderer, gate: Gate) -> None:
    @routes.get("/login")
    async def login_page(request: Request) -> Response:
        return await renderer.page(request, "login.html", wrong=False, name="")

    @routes.post("/login")
    async def login(request: Request) -> Response:
        access.from_our_pages(request)
        form = await access.read_form(request)
        access.checked_visitor(base, request, form)
        name = " ".join(form.get("name", "").split())
        typed, before = gate.typed(request, form, name=name), access.session_token(base, request)
        now, entropy, browsers = base.clock(), access.session_entropy(), access.device_entropy()

        def enter(conn: Connection, proven: Proven) -> tuple[str, str]:
            tried, ring, device = proven.tried, base.keyring, typed.device
            session = logins.log_in(
                conn, ring, tried=tried, proof=proven.proof, now=now, entropy=entropy, instead=before
            )
            return session, devices.remember(conn, token=device, person=str(tried.staff), now=now, entropy=browsers)

        try:
            session, kept = await gate.prove(typed, enter)
        except Refused:
            return await renderer.page(request, "login.html", status=HTTPStatus.UNAUTHORIZED, wrong=True, name=name)
        response = see("/")
        cookies.give(base, response, cookies.SESSION, session)
        cookies.give(base, response, cookies.DEVICE, kept)
        return response


def _add_links(routes: APIRouter, base: Base, renderer: Renderer) -> None:
    @routes.get("/login/{link}")
    async def follow(request: Request, link: str) -> Response:
        if base.production:
            return await renderer.message(request, "unseen", status=HTTPStatus.NOT_FOUND)
        now, entropy = base.clock(), secrets.token_bytes(64)
        token = await base.store.write(
            lambda conn: sessions.follow_link(conn, base.keyring, token=link, now=now, entropy=entropy)
        )
        if token is None:
            return await renderer.message(request, "login.spent", status=HTTPStatus.NOT_FOUND)
        response = see("/")
        cookies.give(base, response, cookies.SESSION, token)
        return response
