"""Errors as RFC 9457 problems: a stable `type`, a title, never what was sent."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

MEDIA_TYPE: Final = "application/problem+json"


class Wrong(BaseModel):
    """One field that cannot be taken: where it stands and why, not what it held."""

    where: list[str]
    why: str


class Problem(BaseModel):
    """What a client gets instead of what it asked for. `type` stays the same across versions: branch on it."""

    type: str
    title: str
    status: int
    detail: str | None = None
    version: int | None = None
    errors: list[Wrong] | None = None


def problem(
    status: int, kind: str, title: str, *, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """A problem as a response. kind: a word of ours, kept as `urn:muntada:problem:<kind>`."""
    body = Problem(type=f"urn:muntada:problem:{kind}", title=title, status=status, **more)
    return JSONResponse(
        body.model_dump(exclude_none=True), status_code=status, headers=dict(headers or {}), media_type=MEDIA_TYPE
    )


def unseen() -> JSONResponse:
    """The one answer for a report that is absent and for one that is another's."""
    return problem(HTTPStatus.NOT_FOUND, "not-found", "There is no such report.")


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For OpenAPI: these statuses answer with a Problem."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": content, "model": Problem} for status in statuses
    }


def install(app: FastAPI) -> None:
    """Every error that leaves this app is a problem, and none of them echoes its input."""
    app.add_exception_handler(HTTPException, _from_http)
    app.add_exception_handler(RequestValidationError, _from_validation)
    app.add_exception_handler(Exception, _from_bug)


async def _from_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - the registration says so; this tells mypy
    phrase = HTTPStatus(error.status_code).phrase
    return problem(error.status_code, phrase.lower().replace(" ", "-"), phrase, headers=error.headers)


async def _from_validation(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", "Some fields cannot be taken.", errors=wrongs(error.errors())
    )


async def _from_bug(_request: Request, _error: Exception) -> Response:
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "This went wrong on our side.")


def wrongs(errors: Sequence[Any]) -> list[Wrong]:
    """Pydantic's errors without the input, and without messages that quote it."""
    return [Wrong(where=_where(row), why=str(row["type"])) for row in errors]


def _where(row: Mapping[str, Any]) -> list[str]:
    # A forbidden extra field's own name is input too; its place is enough.
    path = [str(step) for step in row["loc"]]
    return path[:-1] if row["type"] == "extra_forbidden" else path
