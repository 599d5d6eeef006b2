"""Who has a second factor, for administrators, and how a colleague whose phone is lost is let in again.

A secret is shown to nobody but its owner. An administrator can only take it away: then the colleague's sessions end,
their password alone leads to setting up another, and they are told that it was taken away.
"""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api import access
from api.access import Base
from api.console.doors import see
from api.console.proving import Gate, Refused
from api.console.render import Renderer
from api.console.secondfactor import let_in
from bot.vocabulary import Role
from storage.casework.acts import Unseen
from storage.database.engine import Connection
from storage.people import enrolling, looks, unproven
from storage.people.enrolling import Colleague, Stale
from storage.people.sessions import SignedIn

_DONE: Final = frozenset({"reset"})


def add(routes: APIRouter, base: Base, renderer: Renderer, gate: Gate) -> None:
    """Adds the routes."""
    _add_code(routes, base, renderer, gate)
    signed_in = access.signed_in(base)

    @routes.get("/colleagues")
    async def page(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        _let_in(base, signed)
        return await _page(renderer, request, signed)

    @routes.post("/colleagues/reset")
    async def reset(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        access.from_our_pages(request)
        _let_in(base, signed)
        form = await access.read_form(request)
        access.checked_form(signed, form)
        me, whose, now = signed.person, form.get("person", ""), base.clock()
        if whose == me.id:  # one's own goes by one's own code
            return await _page(renderer, request, signed, error="second.own", about=whose)

        def take(conn: Connection) -> None:
            enrolling.reset(conn, base.keyring, person=whose, by=me.id, now=now)

        try:
            await gate.confirmed(request, signed, form, take)
        except Refused:
            return await _page(renderer, request, signed, error="second.wrong", about=whose)
        except Stale:
            return await _page(renderer, request, signed, error="second.none", about=whose)
        return see("/colleagues?done=reset#main")


def _add_code(routes: APIRouter, base: Base, renderer: Renderer, gate: Gate) -> None:
    signed_in = access.signed_in(base)

    @routes.post("/colleagues/code")
    async def make(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        """After a restore: the code with which a colleague sets a second factor up, shown once."""
        access.from_our_pages(request)
        _let_in(base, signed)
        form = await access.read_form(request)
        access.checked_form(signed, form)
        whose, now = form.get("person", ""), base.clock()

        def code(conn: Connection) -> str:
            return unproven.make_code(conn, base.keyring, person=whose, by=signed.person.id, now=now)

        try:
            made = await gate.confirmed(request, signed, form, code)
        except Refused:
            return await _page(renderer, request, signed, error="second.wrong", about=whose)
        except unproven.NotWanted:
            return await _page(renderer, request, signed, error="colleagues.code.none", about=whose)
        return await _page(renderer, request, signed, about=whose, code=made)


def _let_in(base: Base, signed: SignedIn) -> None:
    let_in(base)
    if Role.ADMINISTRATOR not in signed.person.roles:
        raise Unseen


async def _page(
    renderer: Renderer, request: Request, signed: SignedIn, *, error: str = "", about: str = "", code: str = ""
) -> Response:
    base, now = renderer.base, renderer.base.clock()

    def read(conn: Connection) -> tuple[Colleague, ...]:
        looks.note(conn, base.keyring, person=signed.person.id, page="factor", now=now)
        return enrolling.colleagues(conn)

    done = request.query_params.get("done", "")
    return await renderer.page(
        request,
        "colleagues.html",
        signed=signed,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        colleagues=await base.store.write(read),
        error=error,
        about=about,
        code=code,
        done=done if done in _DONE else "",
    )
