"""Turns what storage tells into pages: one Jinja environment a language, autoescaped, with our words and no others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from api import access, cookies
from api.access import Base
from api.console import words
from api.console.words import Words
from api.settings import SecondFactor
from bot.vocabulary import SEALED_DESKS, Desk, Locale, Role, Urgency
from storage import guessing
from storage.backups import drills
from storage.casework import acts
from storage.desks import states
from storage.people.sessions import SignedIn
from storage.people.staff import Person
from storage.purging import lateness

LANGUAGE_COOKIE: Final = "lang"
_TEMPLATES: Final = Path(__file__).resolve().parent / "templates"
# Events that a thread shows; a reply's or a note's own words stand there already.
_EVENTS: Final = frozenset(
    {
        *("entered", "claim", "left", "alarm", "undo", "status", "move", "close", "reopen", "correct"),
        *("erase", "joined"),
        *("heard", "sent", "unreachable", "undelivered", "hold", "unhold", "erase_held"),
        *("consent_asked", "consent_yes", "consent_no", "consent_withdrawn", "consent_ended"),
        *("share", "shared", "share_hidden", "code_changed", "told", "tampered"),
    }
)
# Who sees that messages could not be read: those who can have it mended, never what is in them.
_DEAD_LETTER_ROLES: Final = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
_INVITING_ROLES: Final = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
_HOLD_ROLES: Final = frozenset({Role.SUPERVISOR, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders a template in the language of whoever asks."""

    base: Base
    environments: Mapping[Locale, Environment]
    words: Mapping[Locale, Words]

    @classmethod
    def load(cls, base: Base, *, locales: Path, versions: Mapping[str, str]) -> "Renderer":
        """Reads the catalogues and makes the environments. versions: of the static files, by name."""
        return cls(base, _environments(locales, tuple(sorted(versions.items()))), words.load(locales))

    async def page(
        self,
        request: Request,
        template: str,
        *,
        signed: SignedIn | None = None,
        status: int = HTTPStatus.OK,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> HTMLResponse:
        """A page. Its context: `now`, `signed`, `form_token`, `here` (this address, for forms that come back)."""
        locale = self.locale(request, signed)
        now = self.base.clock()
        offices = (await self.base.directory()).offices if signed else {}

        def office_name(code: str) -> str:
            found = offices.get(code)
            return (found.names.get(locale) or found.names[Locale.AR]) if found else code

        # Whoever must set a second factor up first is shown nothing of what their roles would show.
        inside = None if signed and access.must_enrol(self.base, signed) else signed
        context = {
            "now": now,
            "office_name": office_name,
            "signed": signed,
            "form_token": signed.form_token if signed else "",
            # An error's page says nothing of its own address: absent and invisible look the same to the byte.
            "here": here(request) if status == HTTPStatus.OK else "/",
            "second_factor": self.base.second_factor is not SecondFactor.OFF,
            "limited": signed is not inside,
            "factor_reset": signed.factor_reset_at if signed else None,
            "may_enter": bool(inside and acts.may_enter(inside.person.roles)),
            "holds_key": bool(inside and holds_key(inside.person)),
            "sees_words": bool(inside and Role.ADMINISTRATOR in inside.person.roles),
            "may_invite": bool(inside and inside.person.roles & _INVITING_ROLES),
            "sees_holds": bool(inside and inside.person.roles & _HOLD_ROLES),
            "sees_audit": bool(inside and Role.AUDITOR in inside.person.roles),
            "drill_overdue": await self._drill_overdue(inside, now),
            "purge_late": await self._purge_late(inside, now),
            "desks_few": await self._desks_few(inside, now),
            "codes_guessed": await self._codes_guessed(inside, now),
            "sees_dead": bool(inside and inside.person.roles & _DEAD_LETTER_ROLES),
        }
        visitor = cookies.given(self.base, request, cookies.VISITOR) or access.new_visitor()
        if not signed:
            context["form_token"] = access.visitor_token(visitor)
        body = self.environments[locale].get_template(template).render(context | values)
        page = HTMLResponse(body, status_code=status, headers={"Content-Language": locale.value, **(headers or {})})
        if not signed:
            cookies.give(self.base, page, cookies.VISITOR, visitor)
        return page

    async def _drill_overdue(self, signed: SignedIn | None, now: datetime) -> bool:
        """Whether an administrator of a real deployment is to be warned that nobody tried the backups."""
        if not (self.base.production and signed and Role.ADMINISTRATOR in signed.person.roles):
            return False
        return await self.base.store.read(lambda conn: drills.is_overdue(conn, self.base.keyring, now))

    async def _purge_late(self, signed: SignedIn | None, now: datetime) -> bool:
        """Whether an administrator is to be told that what has served its time is not deleted."""
        if not (signed and Role.ADMINISTRATOR in signed.person.roles):
            return False
        return await self.base.store.read(lambda conn: lateness.is_late(conn, now))

    async def _codes_guessed(self, signed: SignedIn | None, now: datetime) -> bool:
        """Whether an administrator is to be told that somebody seems to guess receipt codes."""
        if not (signed and Role.ADMINISTRATOR in signed.person.roles):
            return False
        return await self.base.store.read(lambda conn: guessing.is_alarming(conn, now))

    async def _desks_few(self, signed: SignedIn | None, now: datetime) -> bool:
        """Whether it is to be told that a sealed desk has fewer than two who read it, or a list that does not verify.

        To administrators, and to oversight, for it may be an administrator who changed it.
        """
        grants = signed.person.grants if signed else ()
        if not any(each.role is Role.ADMINISTRATOR or each.desk is Desk.OVERSIGHT for each in grants):
            return False
        return await self.base.store.read(lambda conn: states.any_few(conn, self.base.keyring, now=now))

    async def message(
        self, request: Request, key: str, *, status: int, headers: Mapping[str, str] | None = None
    ) -> HTMLResponse:
        """A page that says one thing: what happened, and what to do (keys `<key>.title` and `<key>.text`)."""
        return await self.page(request, "message.html", status=status, headers=headers, key=key)

    def locale(self, request: Request, signed: SignedIn | None = None) -> Locale:
        """What the language cookie says, else this person's own language, else Arabic."""
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
        if chosen in {locale.value for locale in Locale}:
            return Locale(chosen)
        return signed.person.locale if signed else Locale.AR


def holds_key(person: Person) -> bool:
    """Whether this person works at a sealed desk, and so has a key to make or to open."""
    return any(grant.role is Role.FOCAL_POINT and grant.desk in SEALED_DESKS for grant in person.grants)


def here(request: Request) -> str:
    """The path and query of this page, or of the page a form was on when this is its answer."""
    if request.method != "GET":
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


@cache
def _environments(locales: Path, versions: tuple[tuple[str, str], ...]) -> Mapping[Locale, Environment]:
    """One a language. Shared by all that render, so that a template is compiled once a process and language."""
    spoken, by_name = words.load(locales), dict(versions)
    return {locale: _environment(spoken[locale], by_name) for locale in Locale}


def _environment(spoken: Words, versions: Mapping[str, str]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.install_gettext_callables(spoken.text, spoken.count, newstyle=True)  # type: ignore[attr-defined]

    def with_query(query: Mapping[str, str], **changes: str) -> str:
        kept = {name: value for name, value in (dict(query) | changes).items() if value and name != "done"}
        return f"/?{urlencode(kept)}" if kept else "/"

    def asset(name: str) -> str:
        return f"/static/{name}?v={versions[name]}"

    environment.globals.update(
        words=spoken,
        locale=spoken.locale,
        locales=tuple(Locale),
        asset=asset,
        with_query=with_query,
        Urgency=Urgency,
        shown_events=_EVENTS,
    )
    environment.filters.update(
        shown=words.shown,
        name=lambda names: names.in_(spoken.locale),
        percent=lambda share: f"{round(share * 100)}%",
    )
    return environment
