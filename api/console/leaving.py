"""Who works here, for administrators, and how somebody who leaves is let in no more."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api import access
from api.access import Base
from api.console.doors import see
from api.console.proving import Gate, Refused
from api.console.render import Renderer
from bot.vocabulary import Role
from storage.casework import leaving
from storage.casework.acts import Unseen
from storage.casework.leaving import Colleague, Stays
from storage.database.engine import Connection
from storage.people import looks
from storage.people.sessions import SignedIn


def add(routes: APIRouter, base: Base, renderer: Renderer, gate: Gate) -> None:
    """Adds the routes."""
    signed_in = access.signed_in(base)

    @routes.get("/leaving")
    async def page(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        _let_in(signed)
        return await _page(renderer, request, signed)

    @routes.post("/leaving")
    async def leave(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        access.from_our_pages(request)
        _let_in(signed)
        form = await access.read_form(request)
        access.checked_form(signed, form)
        whose, now, sure = form.get("person", ""), base.clock(), form.get("sure") == "1"

        def end(conn: Connection) -> None:
            leaving.leave(conn, base.keyring, person=whose, by=signed.person.id, now=now, sure=sure)

        try:
            await gate.confirmed(request, signed, form, end)
        except Refused:
            return await _page(renderer, request, signed, error="second.wrong", about=whose)
        except Stays as stays:
            place = stays.place or ("", "")
            return await _page(renderer, request, signed, error=f"leaving.{stays.key}", about=whose, place=place)
        return see("/leaving?done=1#main")


def _let_in(signed: SignedIn) -> None:
    if Role.ADMINISTRATOR not in signed.person.roles:
        raise Unseen


async def _page(
    renderer: Renderer,
    request: Request,
    signed: SignedIn,
    *,
    error: str = "",
    about: str = "",
    place: tuple[str, str] = ("", ""),
) -> Response:
    base, now = renderer.base, renderer.base.clock()

    def read(conn: Connection) -> tuple[Colleague, ...]:
        looks.note(conn, base.keyring, person=signed.person.id, page="staff", now=now)
        return leaving.colleagues(conn, now)

    return await renderer.page(
        request,
        "leaving.html",
        signed=signed,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        colleagues=await base.store.write(read),
        error=error,
        about=about,
        place=place,
        done=request.query_params.get("done") == "1",
    )
