"""Where a member of staff types in what a caller or a visitor tells, who gets the code by voice.

There is no field for the caller's number, and a number among the words is masked before anything is kept. Whoever typed
it in is shown the code once and no way to the report: that is opened by grant alone, like every other.
"""

import asyncio
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Final, Protocol

import structlog
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api import access, promise
from api.console import words
from api.console.render import Renderer
from api.console.words import Words
from api.logs import fault
from api.told import governorates, sentences
from bot.decide import understood
from bot.nlp import normalise, personal
from bot.nlp.analyse import analyse
from bot.routing import route
from bot.vocabulary import SEALED_DESKS, Channel, Locale, Message
from storage import audit
from storage.casework import acts, entered
from storage.casework.acts import Refused, Unseen
from storage.people import directory
from storage.people.sessions import SignedIn

log = structlog.get_logger()

CARRIER: Final = "entry"
LONGEST: Final = 4000  # letters; percent-encoded they fit into a form of ours
_LONGEST_PLACE: Final = 120


class Base(access.Base, Protocol):
    """What runs the console, and can keep a message."""

    async def keep(self, message: Message) -> None:
        """Returns once it is on disk; raises what the database raised if it is not."""
        ...


@dataclass(frozen=True, slots=True)
class _Draft:
    """What stood on the form when it could not be taken. error: why, a key of the catalogue."""

    fields: Mapping[str, str] = field(default_factory=dict)
    error: str = ""

    def of(self, name: str) -> str:
        """What stood in a field."""
        return self.fields.get(name, "")


@dataclass(frozen=True, slots=True)
class _Desk:
    base: Base
    renderer: Renderer
    spoken: Mapping[Locale, Words]  # the sentences that a form adds, in the caller's language


def add(routes: APIRouter, base: Base, renderer: Renderer, *, locales: Path) -> None:
    """Adds the routes."""
    desk = _Desk(base, renderer, words.load(locales, domains=("web",)))
    signed_in = access.signed_in(base)

    @routes.get("/enter")
    async def form(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        _let_in(signed)
        return await _form(desk, request, signed, _Draft())

    @routes.post("/enter")
    async def take(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        access.from_our_pages(request)
        _let_in(signed)
        fields = await access.read_form(request)
        access.checked_form(signed, fields)
        try:
            message, masked = _message(desk, signed, fields)
        except Refused as refused:
            return await _form(desk, request, signed, _Draft(fields, refused.key), HTTPStatus.UNPROCESSABLE_ENTITY)
        if await _is_for_nobody_else(desk, signed, message.text):
            return await _form(desk, request, signed, _Draft(fields, "enter.alone"), HTTPStatus.CONFLICT)
        try:
            await _keep(desk, signed, message)
        except Exception as error:  # noqa: BLE001 - whatever stood in the way, what was typed is not lost
            log.warning("not_kept", **fault(error))
            return await _form(desk, request, signed, _Draft(fields, "enter.away"), HTTPStatus.SERVICE_UNAVAILABLE)
        code = promise.grouped(message.code)
        return await renderer.page(request, "entered.html", signed=signed, code=code, masked=masked)


def _let_in(signed: SignedIn) -> None:
    if not acts.may_enter(signed.person.roles):
        raise Unseen


async def _form(
    desk: _Desk, request: Request, signed: SignedIn, draft: _Draft, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    keyring, now = desk.base.keyring, desk.base.clock()
    held = draft.of("token")
    if not promise.holds(keyring, held, now=now):
        held = promise.token(keyring, now=now, entropy=secrets.token_bytes(promise.ENTROPY_BYTES))
    shown_in = desk.renderer.locale(request, signed)
    return await desk.renderer.page(
        request,
        "enter.html",
        signed=signed,
        status=status,
        headers={"Retry-After": "5"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None,
        draft=draft,
        token=held,
        longest=LONGEST,
        longest_place=_LONGEST_PLACE,
        consents={locale: spoken.text("enter.consent") for locale, spoken in desk.renderer.words.items()},
        governorates=governorates(desk.base.understanding.gazetteer, shown_in),
    )


def _message(desk: _Desk, signed: SignedIn, fields: Mapping[str, str]) -> tuple[Message, bool]:
    """The message, and whether a telephone number was taken out of it. Raises Refused."""
    keyring, token = desk.base.keyring, fields.get("token", "")
    said, place = _typed(fields)
    if fields.get("consent") != "1":
        raise Refused("enter.unasked")
    if fields.get("language") not in {locale.value for locale in Locale}:
        raise Refused("enter.language")
    if not promise.holds(keyring, token, now=desk.base.clock()):
        raise Refused("enter.stale")
    locale = Locale(fields["language"])
    names = dict(governorates(desk.base.understanding.gazetteer, locale))
    whole = sentences(
        desk.spoken[locale].text,
        said,
        place=place,
        governorate=names.get(fields.get("governorate", ""), ""),
        woman=fields.get("woman") == "1",
    )
    text = without_numbers(whole)
    behalf = fields.get("behalf") == "1"
    name = promise.name(token, f"{signed.person.id}\0{int(behalf)}\0{text}")
    message = Message(
        channel=Channel.CONSOLE,
        carrier=CARRIER,
        account=CARRIER,
        external_id=name,
        address="",
        sequence=time.time_ns() // 1000,
        text=text,
        code=promise.code(keyring, name),
        entered_by=signed.person.id,
        behalf=behalf,
        locale=locale,
    )
    return message, text != whole


def _typed(fields: Mapping[str, str]) -> tuple[str, str]:
    """The words and the place, fit to keep. Raises Refused, which tells the limit of this form, not of a reply."""
    said, place = (fields.get(name, "").replace("\r\n", "\n").strip() for name in ("text", "place"))
    if len(said) > LONGEST:
        raise Refused("enter.long")
    if len(place) > _LONGEST_PLACE:
        raise Refused("enter.long.place")
    return acts.checked(said, longest=LONGEST), acts.checked(place, longest=_LONGEST_PLACE, empty=True)


async def _is_for_nobody_else(desk: _Desk, signed: SignedIn, text: str) -> bool:
    """Whether a sealed desk would hear it, and no sealed desk has anybody but who typed it in, who may not open it."""
    base, person, now = desk.base, signed.person.id, desk.base.clock()
    if not await base.store.read(lambda conn: entered.is_only(conn, person, now), staff=person):
        return False
    offices = await base.store.read(lambda conn: directory.read(conn, now), staff=person)
    found = await asyncio.to_thread(analyse, base.understanding, text)
    return bool(offices.offices) and route(offices, understood.first(found, found.place)).desk in SEALED_DESKS


def without_numbers(text: str) -> str:
    """The text with [PHONE] for every telephone number in it; as it was when there is none."""
    clean = normalise.clean(text)
    found = [span for span in personal.spans(clean) if span.token == personal.PHONE]
    for span in reversed(found):
        clean = f"{clean[: span.start]}{span.token}{clean[span.end :]}"
    return clean if found else text


async def _keep(desk: _Desk, signed: SignedIn, message: Message) -> None:
    """On disk, with an audit row that says who typed something in, and not what became of it."""
    base, person = desk.base, signed.person.id
    await base.keep(message)
    now = base.clock()
    await base.store.write(
        lambda conn: audit.write(conn, base.keyring, at=now, actor=person, action="report.enter"), staff=person
    )
