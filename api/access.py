"""Who asks: session cookies and form tokens for the console, bearer tokens for the JSON API.

A cookie alone changes nothing: an unsafe request must come from our own pages (Sec-Fetch-Site or Origin) and carry its
session's form token.
"""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, Protocol
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.responses import Response

from api import cookies
from api.settings import SecondFactor
from bot.nlp.analyse import Understanding
from bot.vocabulary import Channel, Directory, Locale, Rendered, Reply
from storage.database.engine import Store
from storage.desks import unlocking
from storage.keys import Keyring
from storage.people import devices, sessions
from storage.people.sessions import SignedIn
from storage.people.staff import Person
from storage.sealed.keypairs import Unlocked

LARGEST_FORM: Final = 64 * 1024  # bytes; a reply of 2,000 Arabic letters is 12 kB when percent-encoded
_MOST_FIELDS: Final = 40
_HOLDER: Final = "muntada_holder"


class Wording(Protocol):
    """What puts a reply into words."""

    def render(self, reply: Reply, *, channel: Channel, locale: Locale) -> Rendered:
        """The words as this channel carries them."""
        ...


class Base(Protocol):
    """What the staff side needs of whatever runs it."""

    @property
    def store(self) -> Store: ...

    @property
    def keyring(self) -> Keyring: ...

    @property
    def catalogue(self) -> Wording: ...

    @property
    def understanding(self) -> Understanding:
        """What texts are understood with now."""
        ...

    @property
    def public_url(self) -> str:
        """Where the world reaches us, without a slash at its end."""
        ...

    @property
    def media_dir(self) -> Path:
        """Where sealed files lie."""
        ...

    @property
    def reached_by(self) -> tuple[str, str]:
        """The bot's username and the number for SMS, as an invitation prints them; "" for each that is not known."""
        ...

    @property
    def production(self) -> bool:
        """One-time login links are refused."""
        ...

    @property
    def second_factor(self) -> SecondFactor:
        """Whether staff show a code beside their password."""
        ...

    def words_changed(self) -> None:
        """An administrator changed the deployment's own words: this process looks at them anew at once."""
        ...

    def clock(self) -> datetime:
        """Now, in UTC."""
        ...

    async def directory(self) -> Directory:
        """The offices."""
        ...


class SignedOut(Exception):
    """Nobody is signed in here: a page sends them to log in, the API answers 401."""


class Unenrolled(SignedOut):
    """Signed in by a password alone where a second factor is required: nothing opens before there is one."""


class Forged(Exception):
    """An unsafe request that did not come from our own page, or without its form token."""


class BadForm(Exception):
    """A form that no page of ours makes: too large, not UTF-8, or not a form."""


Signed = Callable[[Request], Awaitable[SignedIn]]
Bearer = Callable[..., Awaitable[Person]]


# ── Cookies ──────────────────────────────────────────────────────────────────────────────────────────────────
def session_token(base: Base, request: Request) -> str:
    """The session's token from the cookie, or ""."""
    return cookies.given(base, request, cookies.SESSION)


def clear_session(base: Base, response: Response) -> None:
    """Takes the session back and tells the browser to forget all it kept of us."""
    cookies.take(base, response, cookies.SESSION)
    cookies.take(base, response, cookies.KEY)
    response.headers["clear-site-data"] = '"cache", "storage"'


async def opener(base: Base, request: Request, signed: SignedIn) -> Unlocked | None:
    """The focal point's key that this request's cookie and this session's row yield together; None when locked."""
    half, cookie = signed.key_half, cookies.given(base, request, cookies.KEY)
    if half is None or not cookie:
        return None
    person, now = signed.person.id, base.clock()
    return await base.store.read(
        lambda conn: unlocking.opened(conn, base.keyring, person=person, half=half, cookie=cookie, now=now)
    )


# ── Sessions ─────────────────────────────────────────────────────────────────────────────────────────────────
def signed_in(base: Base, *, unenrolled: bool = False) -> Signed:
    """A dependency: who is signed in by the session cookie; raises SignedOut.

    unenrolled: also whoever must have a second factor and has none. All other pages raise Unenrolled then.
    """

    async def dependency(request: Request) -> SignedIn:
        token = session_token(base, request)
        now = base.clock()
        found = await base.store.read(lambda conn: sessions.signed_in(conn, token=token, now=now)) if token else None
        if found is None:
            raise SignedOut
        if not unenrolled and must_enrol(base, found):
            raise Unenrolled
        if found.to_touch:
            await base.store.write(lambda conn: sessions.touch(conn, token=token, now=now))
        return found

    return dependency


def must_enrol(base: Base, signed: SignedIn) -> bool:
    """Whether this person must set a second factor up before anything else."""
    return base.second_factor is SecondFactor.REQUIRED and not signed.enrolled


def from_our_pages(request: Request) -> None:
    """Raises Forged unless the browser says that a page of this very host sends this.

    Browsers without Sec-Fetch-Site (old ones, and any over plain http to another machine) send Origin.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site in ("same-origin", "none"):
            return
        raise Forged
    origin = urlsplit(request.headers.get("origin", ""))
    if not origin.netloc or origin.netloc != request.headers.get("host", ""):
        raise Forged


def checked_form(signed: SignedIn, form: Mapping[str, str]) -> None:
    """Raises Forged unless the form carries its session's token."""
    if not hmac.compare_digest(form.get("form_token", "").encode(), signed.form_token.encode()):
        raise Forged


def visitor_token(cookie: str) -> str:
    """What the forms carry of somebody who is not logged in, whose browser holds this cookie of ours."""
    return hashlib.sha256(f"muntada form\0{cookie}".encode()).hexdigest()


def new_visitor() -> str:
    """The randomness of a browser that comes without a cookie."""
    return secrets.token_urlsafe(32)


def checked_visitor(base: Base, request: Request, form: Mapping[str, str]) -> None:
    """As checked_form, of a page that was shown to nobody in particular: raises Forged."""
    cookie = cookies.given(base, request, cookies.VISITOR)
    if not cookie or not hmac.compare_digest(form.get("form_token", "").encode(), visitor_token(cookie).encode()):
        raise Forged


async def read_form(request: Request) -> Mapping[str, str]:
    """The fields of a urlencoded form of ours, each once; raises BadForm."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise BadForm
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise BadForm
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        raise BadForm from None
    if any("\0" in value for _, value in pairs):
        raise BadForm
    return dict(pairs)


# ── Bearer tokens ────────────────────────────────────────────────────────────────────────────────────────────
def bearer(base: Base) -> Bearer:
    """A dependency: who holds the bearer token of this request; raises SignedOut. Cookies do not count here."""
    scheme = HTTPBearer(auto_error=False, description="An API token: `muntada staff token NAME` prints one.")

    async def dependency(
        request: Request, _given: Annotated[HTTPAuthorizationCredentials | None, Depends(scheme)]
    ) -> Person:
        return await holder(base, request)

    return dependency


async def holder(base: Base, request: Request) -> Person:
    """Who holds the bearer token of this request, looked up once a request; raises SignedOut."""
    found = known(request)
    if found is not None:
        return found
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    token = cookies.secret(given.strip())
    now = base.clock()
    if kind.lower() == "bearer" and token:
        found = await base.store.read(lambda conn: sessions.by_token(conn, token=token, now=now))
    if found is None:
        raise SignedOut
    setattr(request.state, _HOLDER, found)
    return found


def known(request: Request) -> Person | None:
    """Who was found to hold this request's bearer token; None before anybody asked, and where nobody does."""
    found: Person | None = getattr(request.state, _HOLDER, None)
    return found


def session_entropy() -> bytes:
    """The randomness of one session."""
    return secrets.token_bytes(64)


def device_entropy() -> bytes:
    """The randomness of one browser's token."""
    return secrets.token_bytes(devices.ENTROPY_BYTES)
