"""The files of a report in the JSON API: only those that may leave the desk, for a program may carry them anywhere."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from api import access, problems, showing
from api.access import Base
from storage.people.staff import Person

_CONTENT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The file", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
    206: {"description": "The part that Range asked for"},
    416: {"description": "There is no such part"},
}


def add(routes: APIRouter, base: Base, holder: access.Bearer) -> None:
    """Adds the route."""

    @routes.get(
        "/reports/{number}/files/{file}",
        response_class=Response,
        responses=problems.responses(403, 404) | _CONTENT,
    )
    async def file(
        request: Request,
        number: Annotated[str, Path(description="As staff see it: NI-4F7K2.")],
        file: Annotated[str, Path(description="As the report's thread names it.")],
        person: Annotated[Person, Depends(holder)],
    ) -> Response:
        """One file of a report, or a part of it; each time audited. What may not leave the desk is 403."""
        return await showing.answer(base, request, staff=person.id, number=number, file=file, leaving=True)
