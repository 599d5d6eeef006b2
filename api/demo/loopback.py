"""Telegram and Twilio as seen from us, on loopback: takes what the real carriers' code sends, for `demo --check`."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

# What a new bot says of itself; all else is simply done.
_NEW_BOT: Final[Mapping[str, object]] = {
    "getWebhookInfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
    "getMyCommands": [],
    "getMyDescription": {"description": ""},
    "getMyShortDescription": {"short_description": ""},
}


@dataclass(slots=True)
class Taken:
    """What each carrier was asked to send: (address, text), oldest first."""

    telegram: list[tuple[str, str]] = field(default_factory=list)
    twilio: list[tuple[str, str]] = field(default_factory=list)


def carriers(taken: Taken) -> FastAPI:
    """An application that takes words as they leave the house, and knows of none that came in unheard."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/{_bot}/{method}")
    async def telegram(_bot: str, method: str, request: Request) -> JSONResponse:
        form = dict(parse_qsl((await request.body()).decode()))
        if method != "sendMessage":
            return JSONResponse({"ok": True, "result": _NEW_BOT.get(method, True)})
        taken.telegram.append((form["chat_id"], form["text"]))
        chat = {"id": int(form["chat_id"]), "type": "private"}
        message = {"message_id": len(taken.telegram), "date": 1_700_000_000, "chat": chat, "text": form["text"]}
        return JSONResponse({"ok": True, "result": message})

    @app.post("/2010-04-01/Accounts/{account}/Messages.json")
    async def twilio(account: str, request: Request) -> JSONResponse:
        form = dict(parse_qsl((await request.body()).decode()))
        taken.twilio.append((form["To"], form["Body"]))
        sid = f"SM{len(taken.twilio):032x}"
        return JSONResponse({"sid": sid, "status": "queued", "account_sid": account, "to": form["To"]}, 201)

    @app.get("/2010-04-01/Accounts/{_account}/Messages.json")
    async def listed(_account: str) -> JSONResponse:
        return JSONResponse({"messages": [], "page": 0, "page_size": 50, "next_page_uri": None})

    return app


def twilio_signature(token: str, url: str, params: Sequence[tuple[str, str]]) -> str:
    """X-Twilio-Signature for a form: base64 of HMAC-SHA1 over the URL and the sorted names and values (Twilio docs)."""
    signed = url + "".join(name + value for name, value in sorted(params))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
