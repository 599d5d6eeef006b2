"""Our Twilio carrier against Twilio's own description of its API: Prism refuses whatever that does not know.

Not its lists: in the description's example every page names itself as the next.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from bot.handlers.twilio import Account, TwilioCarrier
from bot.vocabulary import Rendered, SendFailed
from tests import ports
from tests.peers.sms.programs import Npm, running

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]

SID, TOKEN = "AC" + "0" * 31 + "1", "made-up-auth-token-for-tests-0000"
MESSAGE = "SM" + "0" * 31 + "2"
TO = "+9647700000012"
_DESCRIPTION = "@twilio-alpha/mcp/twilio-oai/spec/json/twilio_api_v2010.json"


def _account(url: str, number: str = "+9647700000099") -> Account:
    return Account(SID, TOKEN, number, url, "https://forum.example/hooks/sms/twilio/status", discard=True)


@pytest.fixture(scope="module")
def prism(npm: Npm, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An API that answers with the description's examples and refuses, with 4xx, what it does not describe."""
    port, log = ports.free(), tmp_path_factory.mktemp("prism") / "log"
    description = str(npm.modules / _DESCRIPTION)
    command = [npm.program("prism"), "mock", "-h", "127.0.0.1", "-p", str(port), description]
    with running(command, log, ready=port, environment=npm.environment):
        yield f"http://127.0.0.1:{port}"
    said = log.read_text(errors="replace")
    assert "Violation: request" not in said, said[-4000:]


@pytest.fixture
async def carrier(prism: str) -> AsyncIterator[TwilioCarrier]:
    """Our carrier, pointed at it."""
    carrier = TwilioCarrier(_account(prism), timeout_s=30)
    yield carrier
    await carrier.close()


@pytest.mark.parametrize("to", [TO, f"whatsapp:{TO}"])
async def test_a_message_is_made_as_described(carrier: TwilioCarrier, to: str) -> None:
    sent = await carrier.send(to, Rendered("وصل بلاغك 482913"))
    assert len(sent.ids) == 1


async def test_a_messaging_service_is_described_too(prism: str) -> None:
    carrier = TwilioCarrier(_account(prism, "MG" + "0" * 32), timeout_s=30)
    assert (await carrier.send(TO, Rendered("مرحبا"))).ids
    await carrier.close()


async def test_a_message_is_forgotten_as_described(carrier: TwilioCarrier) -> None:
    await carrier.redact(MESSAGE)


async def test_it_would_have_noticed(npm: Npm, tmp_path: Path) -> None:
    # With --errors a wrong request is refused; so the silence above means something.
    port = ports.free()
    description = str(npm.modules / _DESCRIPTION)
    command = [npm.program("prism"), "mock", "-h", "127.0.0.1", "-p", str(port), "--errors", description]
    with running(command, tmp_path / "log", ready=port, environment=npm.environment):
        url = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=url, auth=(SID, TOKEN), timeout=30) as http:
            path = f"/2010-04-01/Accounts/{SID}/Messages.json"
            refused = await http.post(path, data={"Body": "x", "From": "+9647700000099"})
            assert refused.status_code == 422
        carrier = TwilioCarrier(_account(url), timeout_s=30)
        assert (await carrier.send(TO, Rendered("مرحبا"))).ids
        await carrier.redact(MESSAGE)
        await carrier.close()
        wrong = TwilioCarrier(Account("AC-not-a-sid", TOKEN, "+9647700000099", url), timeout_s=30)
        with pytest.raises(SendFailed):
            await wrong.send(TO, Rendered("مرحبا"))
        await wrong.close()
