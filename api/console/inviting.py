"""Invitations on paper: one page an office, with the link to its bot as a QR code, to print from any browser.

Whoever sees the paper sees only what anybody may: no kind of concern. For administrators, every forum's; for
coordinators, their own offices'.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from markupsafe import Markup
from starlette.responses import Response

from api import access, invitations
from api.access import Base
from api.console.render import Renderer
from api.console.words import Words
from api.invitations import NoInvitation
from bot.vocabulary import Locale, Office, Role
from storage.casework.acts import Unseen
from storage.people.sessions import SignedIn
from storage.people.staff import Person

_MAY: Final = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR})
_LONGEST: Final = 40


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What is printed. code: the QR code as inline SVG. spoken: the languages, in the order in which they stand."""

    office: Office
    bot: str
    link: str
    number: str
    code: Markup
    spoken: tuple[Words, ...]


def add(routes: APIRouter, base: Base, renderer: Renderer) -> None:
    """Adds the routes. They tell of no case and no person, and leave no row in the audit."""
    signed_in = access.signed_in(base)

    @routes.get("/invitations")
    async def index(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        return await renderer.page(
            request,
            "invitations.html",
            signed=signed,
            offices=_offices(signed.person, (await base.directory()).offices),
            bot=_bot(base, request),
            known=bool(base.reached_by[0]),
        )

    @routes.get("/invitations/{office}")
    async def sheet(request: Request, office: str, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        found = _offices(signed.person, (await base.directory()).offices).get(office)
        if found is None:
            raise Unseen
        made = _sheet(renderer.words, found, _bot(base, request), base.reached_by[1])
        return await renderer.page(request, "invitation.html", signed=signed, sheet=made, office=found)


def _offices(person: Person, offices: Mapping[str, Office]) -> Mapping[str, Office]:
    """Those whose invitation this person may print, by code. Raises Unseen for other roles."""
    if not person.roles & _MAY:
        raise Unseen
    own = {grant.office for grant in person.grants if grant.role is Role.COORDINATOR}
    everywhere = Role.ADMINISTRATOR in person.roles
    return {
        code: office
        for code, office in sorted(offices.items())
        if invitations.may_invite(office) and (everywhere or code in own)
    }


def _bot(base: Base, request: Request) -> str:
    """The bot's username: the settings', else as it was typed on the page."""
    return base.reached_by[0] or request.query_params.get("bot", "").strip()[:_LONGEST]


def _sheet(words: Mapping[Locale, Words], office: Office, bot: str, number: str) -> _Sheet | None:
    """None where there can be no such link: the bot's username is not known, or is none."""
    try:
        invited = invitations.invitation(office, bot, number=number)
    except NoInvitation:
        return None
    code = Markup(invitations.inline(invited.link))  # noqa: S704 - drawn by us from a link that was checked
    return _Sheet(office, invited.bot, invited.link, number, code, tuple(words[locale] for locale in Locale))
