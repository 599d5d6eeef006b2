"""The cookies of the staff's pages. All are for our own pages only and out of reach of any script."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol
from urllib.parse import urlsplit

from fastapi import Request
from starlette.responses import Response

from storage.desks import unlocking
from storage.people import devices

_LONGEST: Final = 128  # signs of a secret of ours


class Host(Protocol):
    """What a cookie must know of where it is given."""

    @property
    def public_url(self) -> str:
        """Where the world reaches us, without a slash at its end."""
        ...

    @property
    def production(self) -> bool:
        """It is not a demonstration on loopback."""
        ...


@dataclass(frozen=True, slots=True)
class Cookie:
    """One of ours. life: for how long a browser keeps it; None, until it is closed."""

    name: str
    life: timedelta | None = None


SESSION: Final = Cookie("sid")
DEVICE: Final = Cookie("device", devices.LIFE)  # of somebody who has logged in before; it opens nothing
KEY: Final = Cookie("key", unlocking.OPEN_FOR)  # the other half of a focal point's open key
VISITOR: Final = Cookie("visitor")  # what the forms of somebody who is not logged in are tied to


def name(host: Host, cookie: Cookie) -> str:
    """`__Host-sid` binds it to this host and https; plain `sid` only for http on loopback."""
    return f"__Host-{cookie.name}" if _secure(host) else cookie.name


def give(host: Host, response: Response, cookie: Cookie, token: str) -> None:
    """Has a browser keep it."""
    response.set_cookie(
        name(host, cookie),
        token,
        max_age=None if cookie.life is None else int(cookie.life.total_seconds()),
        path="/",
        secure=_secure(host),
        httponly=True,
        samesite="strict",
    )


def take(host: Host, response: Response, cookie: Cookie) -> None:
    """Has a browser forget it."""
    response.delete_cookie(name(host, cookie), path="/", secure=_secure(host), httponly=True, samesite="strict")


def given(host: Host, request: Request, cookie: Cookie) -> str:
    """What a browser brings of it; "" for nothing, and for what cannot be ours."""
    return secret(request.cookies.get(name(host, cookie), ""))


def secret(brought: str) -> str:
    """A secret as it was brought; "" where it cannot be one of ours."""
    return brought if len(brought) <= _LONGEST and brought.isascii() else ""


def _secure(host: Host) -> bool:
    return host.production or urlsplit(host.public_url).scheme == "https"
