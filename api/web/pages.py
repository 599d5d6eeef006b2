"""Puts the form's pages into words; a page fetches nothing but one small stylesheet of ours."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from api import promise
from api.console import words
from api.console.words import Words
from bot.vocabulary import Locale

_HERE: Final = Path(__file__).resolve().parent
_LOCALES: Final = _HERE.parents[1] / "locales"
# No script, no picture, no font, nowhere else to send to: also Tor Browser's safest level shows these pages whole.
_POLICY: Final = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_ONION: Final = ".onion"


@dataclass(frozen=True, slots=True)
class Pages:
    """Renders a template in a language. onion: the same form's address over Tor, "" when it has none."""

    environments: Mapping[Locale, Environment]
    words: Mapping[Locale, Words]
    style: bytes
    onion: str = ""

    @classmethod
    def load(cls, *, onion: str = "") -> "Pages":
        """Reads catalogues, templates and the stylesheet."""
        style = (_HERE / "static" / "form.css").read_bytes()
        made = _environments(hashlib.sha256(style).hexdigest()[:12])
        return cls(made, words.load(_LOCALES, domains=("console", "web")), style, onion.rstrip("/"))

    def page(
        self,
        request: Request,
        template: str,
        locale: Locale,
        *,
        status: int = HTTPStatus.OK,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> HTMLResponse:
        """A page. It is never kept by a browser (api.headers), nor does it name itself in a history."""
        over_tor = (request.url.hostname or "").endswith(_ONION)
        context = {"over_tor": over_tor, "onion": self.onion, "path": request.url.path, **values}
        body = self.environments[locale].get_template(template).render(context)
        own = {"Content-Language": locale.value, "Content-Security-Policy": _POLICY, **(headers or {})}
        if self.onion and not over_tor:
            own["Onion-Location"] = f"{self.onion}{request.url.path}"
        return HTMLResponse(body, status_code=status, headers=own)


def spoken_in(asked: str | None) -> Locale:
    """The language that a page is asked in; Arabic when it is none of ours."""
    return Locale(asked) if asked in {locale.value for locale in Locale} else Locale.AR


@cache
def _environments(version: str) -> Mapping[Locale, Environment]:
    """One a language, each template compiled once a process. version: of the stylesheet."""
    spoken = words.load(_LOCALES, domains=("console", "web"))
    return {locale: _environment(spoken[locale], version) for locale in Locale}


def _environment(spoken: Words, version: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.install_gettext_callables(spoken.text, spoken.count, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(
        words=spoken, locale=spoken.locale, style=f"/r/form.css?v={version}", grouped=promise.grouped
    )
    environment.filters.update(shown=words.shown)
    return environment
