"""The administrators' page of sealed desks: what each lacks to be switched on, and how many reports wait there."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api import access
from api.access import Base
from api.console.render import Renderer
from bot.vocabulary import Role
from storage.casework.acts import Unseen
from storage.database.engine import Connection
from storage.desks import states
from storage.desks.states import State
from storage.people import looks
from storage.people.sessions import SignedIn


def add(routes: APIRouter, base: Base, renderer: Renderer) -> None:
    """Adds the route."""
    signed_in = access.signed_in(base)

    @routes.get("/desks")
    async def desks(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        if Role.ADMINISTRATOR not in signed.person.roles:
            raise Unseen
        person, now = signed.person.id, base.clock()

        def read(conn: Connection) -> tuple[tuple[State, ...], bool]:
            looks.note(conn, base.keyring, person=person, page="desk", now=now)
            return states.states(conn, base.keyring, now=now), states.is_recoverable(conn, base.keyring)

        found, recoverable = await base.store.write(read)
        return await renderer.page(request, "desks.html", signed=signed, states=found, recoverable=recoverable)
