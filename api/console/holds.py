"""Legal holds: where supervisors and auditors ask for one, confirm another's, and end their own."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api import access
from api.access import Base
from api.console.doors import see
from api.console.render import Renderer
from storage.casework.acts import Refused, Unseen
from storage.database.engine import Connection
from storage.keys import Keyring
from storage.people import looks
from storage.people.sessions import SignedIn
from storage.purging import holds
from storage.purging.holds import By, Hold, Reason

Form = Mapping[str, str]
Step = Callable[[Connection, Keyring, By, Form], Any]
_DONE: Final = {"ask": "asked", "confirm": "confirmed", "end": "ended"}


def add(routes: APIRouter, base: Base, renderer: Renderer) -> None:
    """Adds the routes. All as the worker: the second wall shows holds to nobody, storage asks who this is."""
    signed_in = access.signed_in(base)

    async def show(request: Request, signed: SignedIn, error: str = "", number: str = "") -> Response:
        by = By(signed.person.id, base.clock())

        def look(conn: Connection) -> tuple[Hold, ...]:
            found = holds.listed(conn, by)
            looks.note(conn, base.keyring, person=by.staff, page="hold", now=by.now)
            return found

        listed = await base.store.write(look)
        done = request.query_params.get("done", "")
        return await renderer.page(
            request,
            "holds.html",
            signed=signed,
            status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
            listed=listed,
            reasons=tuple(Reason),
            longest=holds.LONGEST.days,
            error=error,
            number=number,
            done=done if done in _DONE.values() else "",
        )

    @routes.get("/holds")
    async def page(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        return await show(request, signed)

    async def take(request: Request, signed: SignedIn, name: str) -> Response:
        access.from_our_pages(request)
        form = await access.read_form(request)
        access.checked_form(signed, form)
        by, step = By(signed.person.id, base.clock()), _STEPS[name]
        try:
            await base.store.write(lambda conn: step(conn, base.keyring, by, form))
        except (Refused, Unseen) as error:
            # Told on the page, to whoever may see the page at all: a number mistyped is no reason to lose it.
            key = error.key if isinstance(error, Refused) else "hold.none"
            return await show(request, signed, key, form.get("number", "")[:20])
        return see(f"/holds?done={_DONE[name]}#main")

    for name in _STEPS:
        _add_step(routes, base, name, take)


def _add_step(routes: APIRouter, base: Base, name: str, take: Callable[..., Any]) -> None:
    signed_in = access.signed_in(base)

    @routes.post(f"/holds/{name}", name=f"holds_{name}")
    async def step(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        response: Response = await take(request, signed, name)
        return response


def _ask(conn: Connection, keyring: Keyring, by: By, form: Form) -> None:
    try:
        reason, days = Reason(form.get("reason", "")), int(form.get("days", "")[:4])
    except ValueError:
        raise Refused("hold.days") from None
    holds.ask(
        conn, keyring, by, number=form.get("number", ""), reason=reason, days=days, reference=form.get("reference", "")
    )


def _confirm(conn: Connection, keyring: Keyring, by: By, form: Form) -> None:
    holds.confirm(conn, keyring, by, form.get("id", ""))


def _end(conn: Connection, keyring: Keyring, by: By, form: Form) -> None:
    holds.end(conn, keyring, by, form.get("id", ""))


_STEPS: Final[Mapping[str, Step]] = {"ask": _ask, "confirm": _confirm, "end": _end}
