"""A focal point's key: she makes it, opens it for half an hour, and with it looks after her desk's list.

api.console.keysteps holds what she does there.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api import access
from api.access import Base
from api.console.keysteps import STEPS, Asked, Desk, Says, Step, Wrong, ours
from api.console.lanes import Lane
from api.console.render import Renderer, holds_key
from storage.casework.acts import Unseen
from storage.database.engine import Connection
from storage.desks import granting, lists, offering
from storage.people import looks
from storage.people.sessions import SignedIn
from storage.sealed.recipients import Refused

_AT_ONCE: Final = 2  # pass phrases worked on at a time: each takes 64 MiB and a core
_WAITING: Final = 20
_DONE: Final = frozenset({"made", "anew", "unlocked", "locked", "signed", "taken_off", "replaced", "granted"})


def add(routes: APIRouter, base: Base, renderer: Renderer) -> None:
    """Adds the routes."""
    desk = Desk(base, Lane(at_once=_AT_ONCE, waiting=_WAITING))
    signed_in = access.signed_in(base)

    @routes.get("/key")
    async def key(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        return await _page(renderer, request, signed, Says(done=request.query_params.get("done", "")))

    for name, step in STEPS.items():
        _add_step(routes, desk, renderer, name=name, step=step)


def _add_step(routes: APIRouter, desk: Desk, renderer: Renderer, *, name: str, step: Step) -> None:
    signed_in = access.signed_in(desk.base)

    @routes.post(f"/key/{name}", name=f"key_{name}")
    async def take(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        access.from_our_pages(request)
        _let_in(signed)
        form = await access.read_form(request)
        access.checked_form(signed, form)
        opener = await access.opener(desk.base, request, signed)
        try:
            done = await step(desk, Asked(request, signed, form, opener))
        except Refused as refused:
            error = f"refused.{refused.key}"
        except Wrong as wrong:
            error = wrong.key
        else:
            return done if isinstance(done, Response) else await _page(renderer, request, signed, done)
        return await _page(renderer, request, signed, Says(step=name, error=error, back=form.get("back", "")))


def _let_in(signed: SignedIn) -> None:
    if not holds_key(signed.person):
        raise Unseen


async def _page(renderer: Renderer, request: Request, signed: SignedIn, says: Says) -> Response:
    _let_in(signed)
    base, person, now = renderer.base, signed.person.id, renderer.base.clock()

    def read(conn: Connection) -> tuple[offering.Own, tuple[lists.DeskList, ...], Mapping[str, int]]:
        looks.note(conn, base.keyring, person=person, page="key", now=now)
        listed = lists.of(conn, base.keyring, person=person, now=now)
        behind = {
            seat.id: granting.lacking(conn, by=each.mine.id, to=seat.id)
            for each in listed
            for seat in each.seats
            if each.mine and each.mine.stands and seat.stands and not seat.mine
        }
        return offering.own(conn, base.keyring, person=person, now=now), listed, behind

    own, listed, behind = await base.store.write(read)
    key = await access.opener(base, request, signed)
    return await renderer.page(
        request,
        "key.html",
        signed=signed,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if says.error else HTTPStatus.OK,
        own=own,
        listed=listed,
        behind=behind,
        until=signed.key_until if key else None,
        stands=any(each.mine and each.mine.stands for each in listed),
        step=says.step,
        error=says.error,
        letters=says.letters,
        back=ours(says.back or request.query_params.get("back", "")),
        done=says.done if says.done in _DONE else "",
    )
