"""Logging in as a browser does: the page first, then its form with the token that it carries."""

import re
from collections.abc import Mapping

import httpx

from api import access

STRANGER = "a-browser-that-nobody-knows"
AS_STRANGER = {"Cookie": f"__Host-visitor={STRANGER}"}


def visiting() -> dict[str, str]:
    """What a form carries that comes with AS_STRANGER."""
    return {"form_token": access.visitor_token(STRANGER)}


async def visitor_form(http: httpx.AsyncClient) -> str:
    """What the forms carry of a page that is shown to nobody in particular."""
    found = re.search(r'name="form_token" value="([^"]+)"', (await http.get("/login")).text)
    assert found
    return found[1]


async def enter(http: httpx.AsyncClient, fields: Mapping[str, str]) -> httpx.Response:
    """Sends the log-in form."""
    return await http.post("/login", data={"form_token": await visitor_form(http), **fields})
