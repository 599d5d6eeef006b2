"""The files of a report, for its page: pictures and sound where they stand, all else to be taken down."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api import access, showing
from api.access import Base
from storage.people.sessions import SignedIn


def add(routes: APIRouter, base: Base) -> None:
    """Adds the route."""
    signed_in = access.signed_in(base)

    @routes.get("/reports/{number}/files/{file}")
    async def file(
        request: Request, number: str, file: str, signed: Annotated[SignedIn, Depends(signed_in)]
    ) -> Response:
        opener = await access.opener(base, request, signed)
        return await showing.answer(base, request, staff=signed.person.id, number=number, file=file, opener=opener)
