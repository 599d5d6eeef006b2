"""A staff member's own program: takes alerts, and checks each signature with the standard's library."""

from dataclasses import dataclass
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from tests.carriers.http import Answer, Listening, Request, Server

SECRET = "whsec_bWFkZS11cC1mb3ItdGVzdHMtMDAwMDAwMDAwMDAw"


@dataclass(frozen=True, slots=True)
class Alert:
    """What came. genuine: its signature held."""

    name: str
    payload: Any
    headers: dict[str, str]
    genuine: bool


class FakeReceiver(Listening):
    """Answers every alert with `status` and `headers`, which a test may change."""

    def __init__(self) -> None:
        self.alerts: list[Alert] = []
        self.status = 204
        self.headers: dict[str, str] = {}
        self._server = Server(self._handle)

    @property
    def url(self) -> str:
        """Where to send alerts."""
        return f"{self._server.url}/alerts"

    async def _handle(self, request: Request) -> Answer:
        headers = dict(request.headers)
        try:
            payload, genuine = Webhook(SECRET).verify(request.body, headers), True
        except WebhookVerificationError:
            payload, genuine = None, False
        self.alerts.append(Alert(headers.get("webhook-id", ""), payload, headers, genuine))
        return Answer(self.status, b"", self.headers)
