"""Coming back with the code: how the case stands, what was answered; adding words, and having it erased."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import Request
from starlette.responses import Response

from api import promise
from api.logs import fault
from api.web import consenting, forms, helping
from api.web.door import RETRY_S, Door, TooMany, address
from api.web.forms import Told
from api.web.pages import spoken_in
from api.web.telling import refusal
from api.web.throttle import network
from bot.vocabulary import Channel, Locale, Reply, Status
from storage import pickup
from storage.pickup import Consented, Pickup

log = structlog.get_logger()

_LOOKED_UP_S: Final = 0.4  # every look-up takes as long, found or not
_LATER_S: Final = 600.0  # to come again after too many wrong codes: what was counted goes bit by bit within the hour


@dataclass(frozen=True, slots=True)
class _Back:
    """Somebody who came back with a code that fits. text: words that are not added yet.

    stands: what others may receive. named: the consent whose question they answer. fresh: the code was shown to them
    only now, and they may not have written it down yet.
    """

    locale: Locale
    code: str
    case: Pickup
    text: str = ""
    token: str = ""
    stands: Consented = consenting.NOTHING
    named: str = ""
    fresh: bool = False


async def come_back(door: Door, request: Request, fields: Mapping[str, str]) -> Response:
    """What somebody with a code wants: to look, to add words, to have it erased."""
    locale, code = spoken_in(fields.get("lang")), promise.typed(fields.get("code", ""))
    text = fields.get("text", "").replace("\r\n", "\n").strip()
    typed: dict[str, Any] = {"typed": fields.get("code", "")[:60], "text": text}
    wait = door.guessing.take(address(request), time.monotonic())
    if wait:
        problem, status = door.say(locale, "case.many", seconds=str(int(wait) + 1)), HTTPStatus.TOO_MANY_REQUESTS
        return page(door, request, locale, problem=problem, status=status, headers=_again(wait), **typed)
    begun = time.monotonic()
    try:
        found = await door.find(code, network(address(request)))
    except TooMany:
        await asyncio.sleep(max(0.0, begun + _LOOKED_UP_S - time.monotonic()))
        problem, status = door.say(locale, "case.later"), HTTPStatus.TOO_MANY_REQUESTS
        return page(door, request, locale, problem=problem, status=status, headers=_again(_LATER_S), **typed)
    except Exception as error:  # noqa: BLE001 - whatever stands in the way, they are told to come again
        log.warning("not_read", **fault(error))
        problem, status = door.say(locale, "case.away"), HTTPStatus.SERVICE_UNAVAILABLE
        return page(door, request, locale, problem=problem, status=status, headers=_again(RETRY_S), **typed)
    await asyncio.sleep(max(0.0, begun + _LOOKED_UP_S - time.monotonic()))
    if found is None and fields.get("do") == "advise":  # perhaps it was sent only now
        found = await helping.found_soon(door, code, fields.get("token", ""))
    if found is None:
        problem = door.say(locale, "case.none")
        return page(door, request, locale, problem=problem, status=HTTPStatus.NOT_FOUND, **typed)
    door.guessing.give_back(address(request), time.monotonic())  # only wrong codes count
    stands, named = await consenting.standing(door, code), fields.get("consent", "")
    back = _Back(locale, code, found, text, fields.get("token", ""), stands, named, fields.get("fresh") == "1")
    return await _do(door, request, back, wish=fields.get("do", ""))


async def _do(door: Door, request: Request, back: _Back, *, wish: str) -> Response:
    pressed = consenting.choice(wish, back.named, back.stands) or helping.choice(wish)
    if pressed:
        return await _answer(door, request, back, pressed)
    match wish:
        case "advise":
            return await _advise(door, request, back)
        case "add":
            return await _add(door, request, back)
        case "ask":
            return _shown(door, request, back, asking=True)
        case "erase":
            return await _erase(door, request, back)
        case _:
            return _shown(door, request, back)


async def _add(door: Door, request: Request, back: _Back) -> Response:
    """Words for the case; where they must become a report of their own, its code is shown."""
    locale, wiring = back.locale, door.wiring
    ends = consenting.in_words(back.text, back.stands)
    if ends:
        return await _answer(door, request, back, ends)
    unfit = _unfit(door, back)
    if unfit:
        key, status = unfit
        return _shown(door, request, back, problem=refusal(door, locale, key, Told(text=back.text)), status=status)
    wait = door.telling.take(address(request), time.monotonic())
    if wait:
        problem = door.say(locale, "many", seconds=str(int(wait) + 1))
        return _shown(door, request, back, problem=problem, status=HTTPStatus.TOO_MANY_REQUESTS, headers=_again(wait))
    message = forms.message(wiring.keyring, back.token, back.text, behalf=False, locale=locale, about=back.code)
    if not await door.keep(message):
        return _away(door, request, back, "away")
    done = replace(back, text="", token="")
    if not await door.settled(message):
        return _shown(door, request, done, news=door.say(locale, "case.added.perhaps"), other=message.code)
    apart = await wiring.store.read(lambda conn: pickup.find(conn, wiring.keyring, message.code))
    if apart is not None:
        return _shown(door, request, done, news=door.say(locale, "case.added.apart"), other=message.code)
    return _shown(door, request, done, news=door.say(locale, "case.added"))


def _unfit(door: Door, back: _Back) -> tuple[str, HTTPStatus] | None:
    """Why these words cannot be added as they are: a key and a status."""
    if not any(sign.isalnum() for sign in back.text):
        return "empty", HTTPStatus.UNPROCESSABLE_ENTITY
    if len(back.text) > forms.LONGEST:
        return "long", HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if not promise.holds(door.wiring.keyring, back.token, now=door.wiring.clock()):
        return "stale", HTTPStatus.UNPROCESSABLE_ENTITY
    return None


async def _answer(door: Door, request: Request, back: _Back, pressed: str) -> Response:
    """Their answer to a question of the page, or what they agreed to taken back."""
    locale = back.locale
    if not promise.holds(door.wiring.keyring, back.token, now=door.wiring.clock()):
        stale = HTTPStatus.UNPROCESSABLE_ENTITY
        return _shown(door, request, back, problem=door.say(locale, "stale"), status=stale)
    message = forms.answering(back.token, pressed, locale=locale, about=back.code)
    if not await door.keep(message):
        return _away(door, request, back, "case.away")
    done = await door.settled(message)
    after = replace(back, text="", token="", stands=await consenting.standing(door, back.code))
    if not done:
        return _shown(door, request, after, news=door.say(locale, "case.consent.later"))
    if pressed in helping.PRESSED:
        after = replace(after, case=await helping.again(door, back.code) or back.case)
        return _shown(door, request, after, news=helping.news(door, back.case, after.case, locale))
    return _shown(door, request, after, news=door.say(locale, consenting.news(pressed, after.stands)))


async def _advise(door: Door, request: Request, back: _Back) -> Response:
    """Advice, on this page alone: the very same page asked for again, by a reload, shows it no more."""
    locale = back.locale
    if not promise.holds(door.wiring.keyring, back.token, now=door.wiring.clock()):
        stale = HTTPStatus.UNPROCESSABLE_ENTITY
        return _shown(door, request, back, problem=door.say(locale, "stale"), status=stale)
    message, after = forms.advising(back.token, locale=locale, about=back.code), replace(back, token="")
    if await door.came(message):
        return _shown(door, request, after, news=door.say(locale, "case.advice.gone"))
    if not await door.keep(message):
        return _away(door, request, back, "case.away")
    news = door.say(locale, "kept.once") if back.fresh else ""
    return _shown(door, request, after, advice=helping.advice(door, back.case, locale), news=news)


async def _erase(door: Door, request: Request, back: _Back) -> Response:
    locale = back.locale
    if not promise.holds(door.wiring.keyring, back.token, now=door.wiring.clock()):
        stale = HTTPStatus.UNPROCESSABLE_ENTITY
        return _shown(door, request, back, problem=door.say(locale, "stale"), asking=True, status=stale)
    message = forms.erasing(back.token, locale=locale, about=back.code)
    if not await door.keep(message):
        return _away(door, request, back, "case.away")
    done, until = await door.settled(message), back.case.bound_until
    held = until is not None and until > door.wiring.clock()
    news = "case.erasing" if not done else "case.held" if held else "case.erased"
    return page(door, request, locale, news=door.say(locale, news))


def _again(wait_s: float) -> dict[str, str]:
    return {"Retry-After": str(int(wait_s) + 1)}


def _away(door: Door, request: Request, back: _Back, key: str) -> Response:
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return _shown(door, request, back, problem=door.say(back.locale, key), status=status, headers=_again(RETRY_S))


def _shown(door: Door, request: Request, back: _Back, **values: Any) -> Response:
    told = "case.new.silent" if back.case.status is Status.NEW else f"case.{back.case.status}"
    status = door.wiring.catalogue.render(Reply(told), channel=Channel.WEB, locale=back.locale).text
    own = {"case": back.case, "token": back.token, "code": back.code, "text": back.text}
    return page(
        door,
        request,
        back.locale,
        **{**own, "stands": status, "other": back.code if back.fresh else "", **values},
        question=consenting.words(door, back.stands, back.locale),
        officer=helping.question(door, back.case, back.locale),
        asked=back.stands.asked,
        agreed=bool(back.stands.agreed),
    )


def page(
    door: Door,
    request: Request,
    locale: Locale,
    *,
    status: int = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
    stands: str = "",
    token: str = "",
    **values: Any,
) -> Response:
    """The page that asks for a code; with `case` that case, with `asking` whether it shall be erased."""
    blank: dict[str, Any] = {
        "case": None,
        "code": "",
        "typed": "",
        "text": "",
        "problem": "",
        "news": "",
        "other": "",
        "asking": False,
    }
    blank |= {"question": "", "asked": None, "agreed": False, "officer": None, "advice": ()}
    return door.pages.page(
        request,
        "case.html",
        locale,
        status=status,
        headers=headers,
        **{**blank, **values, "stands": stands, "token": door.token(token), "now": door.wiring.clock()},
    )
