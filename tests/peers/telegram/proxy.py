"""What telemelya lacks of a delivery: the header with the secret. Stands before our door and passes everything on."""

from typing import Final, Self

import httpx

from tests.carriers.http import Answer, Request, Server

_PASSED: Final = ("content-type", "retry-after")


class Proxy:
    """Passes requests to `target` with the secret, while `secret` is set."""

    def __init__(self, secret: str) -> None:
        self.target = ""
        self.secret = secret
        self.statuses: list[int] = []
        self._server = Server(self._handle)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()

    @property
    def url(self) -> str:
        """Its root; PUBLIC_URL of the application behind it."""
        return self._server.url

    async def _handle(self, request: Request) -> Answer:
        headers = {"content-type": request.headers.get("content-type", "")}
        if self.secret:
            headers["x-telegram-bot-api-secret-token"] = self.secret
        async with httpx.AsyncClient(base_url=self.target, timeout=30, trust_env=False, verify=False) as http:
            answer = await http.request(request.method, request.path, content=request.body, headers=headers)
        self.statuses.append(answer.status_code)
        return Answer(
            answer.status_code, answer.content, {n: answer.headers[n] for n in _PASSED if n in answer.headers}
        )
