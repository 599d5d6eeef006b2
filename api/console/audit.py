"""The auditor's page: who did what and when, by case, person, action and time; and whether the log is whole."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import QueryParams
from starlette.responses import Response

from api import access
from api.access import Base
from api.console.render import Renderer
from api.console.words import BAGHDAD
from storage import trail
from storage.people.sessions import SignedIn
from storage.trail import Wanted

_LONGEST = 80


def add(routes: APIRouter, base: Base, renderer: Renderer) -> None:
    """Adds the route."""
    signed_in = access.signed_in(base)

    @routes.get("/audit")
    async def page(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        asked, person, now = request.query_params, signed.person.id, base.clock()
        wanted = _wanted(asked)
        # As the worker: the second wall shows these rows to nobody; storage.trail asks for an auditor.
        found = await base.store.write(
            lambda conn: trail.lines(conn, base.keyring, person=person, now=now, wanted=wanted)
        )
        return await renderer.page(request, "audit.html", signed=signed, found=found, query=dict(asked))


def _wanted(asked: QueryParams) -> Wanted:
    """The filters of an address; what it cannot mean is as if it were not there."""
    until = _day(asked.get("until", ""))
    return Wanted(
        number=_text(asked, "number").upper(),
        person=_text(asked, "person"),
        action=_text(asked, "action"),
        since=_day(asked.get("since", "")),
        until=until + timedelta(days=1) if until else None,
        cursor=_text(asked, "cursor"),
    )


def _text(asked: QueryParams, name: str) -> str:
    return " ".join(asked.get(name, "").replace("\0", "").split())[:_LONGEST]


def _day(given: str) -> datetime | None:
    """Midnight in Baghdad of a day as browsers write it: 2026-11-22."""
    try:
        return datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=BAGHDAD)
    except ValueError:
        return None
