"""A member of staff's own password: changed with the one they have and, of whoever has a second factor, a code.

The pass phrase of a focal point's key is another thing, stays as it is (api.console.keys), and is no password.
"""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api import access, cookies
from api.access import Base
from api.console.doors import see
from api.console.proving import Gate, Refused
from api.console.render import Renderer
from storage.database.engine import Connection
from storage.desks import offering, unlocking
from storage.people import devices, logins, sessions
from storage.people.sessions import SignedIn
from storage.people.staff import Invalid
from storage.sealed.keypairs import typed


def add(routes: APIRouter, base: Base, renderer: Renderer, gate: Gate) -> None:
    """Adds the routes."""
    signed_in = access.signed_in(base)

    @routes.get("/password")
    async def page(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        return await _page(renderer, request, signed)

    @routes.post("/password")
    async def change(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        access.from_our_pages(request)
        form = await access.read_form(request)
        access.checked_form(signed, form)
        if form.get("new", "") != form.get("again", ""):
            return await _page(renderer, request, signed, error="password.differ")
        try:
            session, device = await _changed(gate, request, signed, form)
        except Invalid:
            return await _page(renderer, request, signed, error="password.short")
        except Refused:
            return await _page(renderer, request, signed, error="second.wrong")
        except _NotTaken as why:
            return await _page(renderer, request, signed, error=why.key)
        response = see("/password?done=1#main")
        cookies.give(base, response, cookies.SESSION, session)
        cookies.give(base, response, cookies.DEVICE, device)
        return response


class _NotTaken(Exception):
    """A new password that is not taken. key: why, of the catalogue."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


async def _no_phrase(gate: Gate, signed: SignedIn, new: str) -> None:
    """Raises _NotTaken where these words open a key of hers: each try counts and is slowed as one to open it."""
    base, person, now = gate.base, signed.person.id, gate.base.clock()
    own = await base.store.read(lambda conn: offering.own(conn, base.keyring, person=person, now=now))
    if not own.standing and not own.waiting:
        return
    async with gate.known.turn():
        if not await base.store.write(lambda conn: unlocking.may_try(conn, base.keyring, person=person, now=now)):
            raise _NotTaken("key.wait")
        if await asyncio.to_thread(offering.opens, own, new):
            raise _NotTaken("password.opens")


async def _changed(gate: Gate, request: Request, signed: SignedIn, form: Mapping[str, str]) -> tuple[str, str]:
    """A new session's token and this browser's own: all others have ended. Raises Invalid, Refused, _NotTaken."""
    base, person, now = gate.base, signed.person.id, gate.base.clock()
    entropy, browsers = access.session_entropy(), access.device_entropy()
    if typed(form.get("new", "")) == typed(form.get("password", "")):
        raise Invalid("staff.password", "a new password is another one")
    await _no_phrase(gate, signed, form.get("new", ""))
    async with gate.known.turn():
        hashed = await asyncio.to_thread(logins.hash_password, form.get("new", ""))

    def keep(conn: Connection) -> tuple[str, str]:
        logins.set_password(conn, base.keyring, person=person, password_hash=hashed, now=now, by=person)
        token = sessions.begin(conn, base.keyring, person=person, how="login.anew", now=now, entropy=entropy)
        return token, devices.remember(conn, token="", person=person, now=now, entropy=browsers)

    return await gate.confirmed(request, signed, form, keep)


async def _page(renderer: Renderer, request: Request, signed: SignedIn, *, error: str = "") -> Response:
    return await renderer.page(
        request,
        "password.html",
        signed=signed,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        error=error,
        done=request.query_params.get("done") == "1",
    )
