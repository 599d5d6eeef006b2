"""A gateway of SMS that takes words over HTTP: it writes down what it was asked and answers as it was told to."""

from tests.carriers.http import Answer, Listening, Request, Server


class FakeGateway(Listening):
    """It answers each request with the next of `answers`, the last one again and again."""

    def __init__(self, *answers: Answer) -> None:
        self.asked: list[Request] = []
        self.answers = list(answers) or [Answer()]
        self._server = Server(self._handle)

    @property
    def url(self) -> str:
        """What MUNTADA_GENERIC_SEND_URL is set to."""
        return f"{self._server.url}/send"

    async def _handle(self, request: Request) -> Answer:
        self.asked.append(request)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def jasmin(answer: str = 'Success "07033084-5cfd-4812-90a4-e4d24ffb6e3d"', status: int = 200) -> FakeGateway:
    """Jasmin's own words, as its HTTP API documents them."""
    return FakeGateway(Answer(status, answer.encode(), {"content-type": "text/html"}))
