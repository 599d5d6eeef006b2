"""Telling something: the form, and what becomes of it. Every refusal gives the words back on the form."""

import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from fastapi import Request
from starlette.responses import Response

from api import promise
from api.told import governorates, sentences
from api.web import forms
from api.web.door import RETRY_S, Door, address
from api.web.forms import Told
from api.web.pages import spoken_in
from bot import hotlines
from bot.vocabulary import Category, Locale

_UNFIT: Final = HTTPStatus.UNPROCESSABLE_ENTITY
_REGION: Final = "IQ-AR"  # any governorate of the Kurdistan Region


async def tell(door: Door, request: Request, fields: Mapping[str, str]) -> Response:
    """Keeps what is told and shows its code, or gives the form back with what was on it."""
    locale, told = spoken_in(fields.get("lang")), forms.told(fields)
    token = fields.get("token", "")
    wait = door.telling.take(address(request), time.monotonic())
    if wait:
        return _later(door, request, locale, wait, told=told, token=token)
    if told.empty or told.long:
        key = "empty" if told.empty else "long"
        status = _UNFIT if told.empty else HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return form(door, request, locale, told, problem=refusal(door, locale, key, told), status=status, token=token)
    if not promise.holds(door.wiring.keyring, token, now=door.wiring.clock()):
        return form(door, request, locale, told, problem=door.say(locale, "stale"), status=_UNFIT)
    message = forms.message(door.wiring.keyring, token, _words(door, locale, told), behalf=told.behalf, locale=locale)
    if await door.erased(message):  # a fresh token makes it a report of its own, if its writer wants that
        return form(door, request, locale, told, problem=door.say(locale, "gone"), status=_UNFIT)
    if not await door.keep(message):
        return _away(door, request, locale, told=told, token=token)
    return door.pages.page(request, "kept.html", locale, code=message.code, token=token, danger=_danger(door, locale))


def refusal(door: Door, locale: Locale, key: str, told: Told) -> str:
    """Why it is not taken; some of these sentences say how much may be told and how much it was."""
    return door.say(locale, key, most=f"{forms.LONGEST:,}", has=f"{len(told.text):,}")


def _danger(door: Door, locale: Locale) -> str:
    """Whom to call at once: on every page, whatever is told, for it is understood only after its code was shown."""
    known = door.wiring.hotlines
    iraq = hotlines.pick(known, governorate="", category=Category.OTHER)
    region = hotlines.pick(known, governorate=_REGION, category=Category.DOMESTIC_VIOLENCE)
    return door.say(locale, "form.danger", iraq=iraq, region=region)


def _words(door: Door, locale: Locale, told: Told) -> str:
    names = dict(_governorates(door, locale))
    governorate, say = names.get(told.governorate, ""), door.pages.words[locale].text
    return sentences(say, told.text, place=told.place, governorate=governorate, woman=told.woman)


def form(
    door: Door,
    request: Request,
    locale: Locale,
    told: Told,
    *,
    problem: str = "",
    status: int = HTTPStatus.OK,
    token: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The form, with what stands on it already. token: its own, kept while it holds."""
    return door.pages.page(
        request,
        "form.html",
        locale,
        status=status,
        headers=headers,
        problem=problem,
        told=told,
        token=door.token(token),
        governorates=_governorates(door, locale),
        danger=_danger(door, locale),
    )


def _governorates(door: Door, locale: Locale) -> list[tuple[str, str]]:
    return governorates(door.wiring.understanding.gazetteer, locale)


def _later(door: Door, request: Request, locale: Locale, wait_s: float, *, told: Told, token: str) -> Response:
    seconds = max(1, int(wait_s) + 1)
    problem = door.say(locale, "many", seconds=str(seconds))
    headers = {"Retry-After": str(seconds)}
    status = HTTPStatus.TOO_MANY_REQUESTS
    return form(door, request, locale, told, problem=problem, status=status, token=token, headers=headers)


def _away(door: Door, request: Request, locale: Locale, *, told: Told, token: str) -> Response:
    headers = {"Retry-After": str(RETRY_S)}
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return form(
        door, request, locale, told, problem=door.say(locale, "away"), status=status, token=token, headers=headers
    )
