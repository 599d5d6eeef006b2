"""A member of staff's own second factor: the page on which it is set up, replaced, and taken away.

Whoever must have one and has none sees this page after the password, and no other. api.console.secondsteps holds what
is done there.
"""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from markupsafe import Markup
from starlette.responses import Response

from api import access, cookies, invitations
from api.access import Base, SignedOut
from api.console.proving import Gate
from api.console.render import Renderer
from api.console.secondsteps import STEPS, Asked, Says, Step, Wrong
from api.settings import SecondFactor
from storage.casework.acts import Unseen
from storage.people import enrolling, second_factor, sessions, unproven
from storage.people.sessions import SignedIn

_DONE: Final = frozenset({"removed"})  # what an address may say


def add(routes: APIRouter, base: Base, renderer: Renderer, gate: Gate) -> None:
    """Adds the routes."""
    signed_in = access.signed_in(base, unenrolled=True)

    @routes.get("/second-factor")
    async def page(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        let_in(base)
        done = request.query_params.get("done", "")
        return await _page(renderer, request, signed, Says(done=done if done in _DONE else ""))

    for name, step in STEPS.items():
        _add_step(routes, renderer, gate, name=name, step=step)


def _add_step(routes: APIRouter, renderer: Renderer, gate: Gate, *, name: str, step: Step) -> None:
    base = renderer.base
    signed_in = access.signed_in(base, unenrolled=True)

    @routes.post(f"/second-factor/{name}", name=f"second_{name}")
    async def take(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        access.from_our_pages(request)
        let_in(base)
        form = await access.read_form(request)
        access.checked_form(signed, form)
        try:
            done = await step(gate, Asked(request, signed, form))
        except Wrong as wrong:
            done = Says(step=name, error=wrong.key)
        return done if isinstance(done, Response) else await _page(renderer, request, signed, done)


def let_in(base: Base) -> None:
    """Raises Unseen where nobody is asked for a second factor."""
    if base.second_factor is SecondFactor.OFF:
        raise Unseen


async def _page(renderer: Renderer, request: Request, signed: SignedIn, says: Says) -> Response:
    base = renderer.base
    if says.session:
        signed = await _anew(base, says.session)
    person = signed.person
    standing, needs = await base.store.read(
        lambda conn: (enrolling.standing(conn, person=person.id), unproven.is_marked(conn, person.id))
    )
    code = Markup(invitations.inline(second_factor.link(says.secret, person.name))) if says.secret else ""  # noqa: S704 - drawn here
    answer = await renderer.page(
        request,
        "second_factor.html",
        signed=signed,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if says.error else HTTPStatus.OK,
        standing=standing,
        unproven=needs,
        required=base.second_factor is SecondFactor.REQUIRED,
        step=says.step,
        error=says.error,
        done=says.done,
        offer=says.offer,
        code=code,
        spelled=second_factor.spelled(says.secret) if says.secret else "",
        codes=says.codes,
    )
    if says.session:
        cookies.give(base, answer, cookies.SESSION, says.session)
    return answer


async def _anew(base: Base, token: str) -> SignedIn:
    now = base.clock()
    signed = await base.store.read(lambda conn: sessions.signed_in(conn, token=token, now=now))
    if signed is None:
        raise SignedOut
    return signed
