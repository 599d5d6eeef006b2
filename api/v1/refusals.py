"""What the JSON API answers instead: stable problems; of a refusal also why and what to do, in the person's language.

A token lies in a program's files and is used while nobody is there, so it opens nothing that is sealed to people and is
not half of anybody's key: steps on such a report are refused, and the refusal says where they are taken.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from fastapi import Request
from starlette.responses import Response

from api import access, problems
from api.access import Base, SignedOut
from api.console.words import Words
from bot.vocabulary import Locale
from storage.casework.acts import Conflict, Refused, Unseen
from storage.casework.paging import BadCursor
from storage.database.engine import Unavailable
from storage.sealed.recipients import Unverified

_LOCKED: Final = "case.locked"
_FORBIDDEN: Final = {"case.role": "Your role may not do this.", "file.stays": "This file may not leave the desk."}
_UNFIT: Final = {"reply.long": "The answer is too long for the way it goes out."}


class Unconditional(Exception):
    """A step without the version it was decided on."""


OURS: Final = (SignedOut, Unseen, Conflict, Refused, BadCursor, Unavailable, Unconditional, Unverified)


def told(base: Base, request: Request, spoken: Mapping[Locale, Words], error: Exception) -> Response:
    """The problem that one of OURS is. A refusal's `detail` is in the language of whoever holds the token."""
    match error:
        case SignedOut():
            headers = {"WWW-Authenticate": "Bearer"}
            return problems.problem(401, "signed-out", "A valid token is needed.", headers=headers)
        case Unseen():
            return problems.unseen()
        case Conflict():
            return problems.problem(412, "changed", "Somebody changed it first.", version=error.version)
        case Refused():
            return _refused(base, request, spoken, error.key)
        case BadCursor():
            return problems.problem(400, "cursor", "This cursor is not one of ours.")
        case Unconditional():
            return problems.problem(428, "unconditional", "Send the report's ETag in If-Match.")
        case _:
            return problems.problem(503, "busy", "Not possible right now.", headers={"Retry-After": "5"})


def _refused(base: Base, request: Request, spoken: Mapping[Locale, Words], key: str) -> Response:
    person = access.known(request)
    words = spoken[person.locale if person else Locale.EN]
    headers = {"Content-Language": words.locale.value}
    if key == _LOCKED:
        url = f"{base.public_url}/key?back=/reports/{request.path_params['number']}"
        detail, title = words.text("api.locked") % {"url": url}, "Sealed to its desk's people, who use the console."
        return problems.problem(HTTPStatus.CONFLICT, key, title, headers=headers, detail=detail)
    if key in _UNFIT:
        detail = words.text(key)
        return problems.problem(HTTPStatus.UNPROCESSABLE_ENTITY, key, _UNFIT[key], headers=headers, detail=detail)
    status = HTTPStatus.FORBIDDEN if key in _FORBIDDEN else HTTPStatus.CONFLICT
    title = _FORBIDDEN.get(key, "The report's state does not allow this.")
    return problems.problem(status, key, title, headers=headers, detail=words.text(key))
