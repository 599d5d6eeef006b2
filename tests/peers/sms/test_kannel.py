"""An SMS from a mobile network through Kannel to a report, our answer back to the telephone, and its receipt."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from urllib.parse import unquote_plus

import pytest

from bot.handlers.kannel import KannelCarrier
from bot.handlers.segments import count, fragment
from bot.vocabulary import Delivery, Rendered, SendFailed
from tests import ports
from tests.carriers.kannel import PASSWORD, SECRET, USER
from tests.peers.sms.network import Network, network
from tests.peers.sms.programs import Npm
from tests.peers.sms.town import NUMBER, Proxy, Town, serving

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]

ANN, BOB, EVE, KIM, ZED = (f"+964770000006{n}" for n in range(5))
SAID = "صار إطلاق نار قرب مدرسة الزهور في الموصل"
UCS2 = 8


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    """What Kannel knows as our address."""
    with Proxy() as proxy:
        yield proxy


@pytest.fixture(scope="module")
def mobile(npm: Npm, proxy: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    """The mobile network and Kannel, started once."""
    folder = tmp_path_factory.mktemp("kannel")
    with network(npm, folder, proxy.url) as running:
        yield running
    for name in ("bearerbox.log", "smsbox.log"):
        log = (folder / name).read_text(errors="replace")
        assert not [word for word in ("PANIC", "96477000", "إطلاق", SECRET, PASSWORD) if word in log]


@pytest.fixture
async def town(mobile: Network, proxy: Proxy, tmp_path: Path, sqlite_url: str) -> AsyncGenerator[Town]:
    """The application behind them, with an empty database."""
    proxy.asked.clear()
    proxy.addresses.clear()
    async with serving(proxy, mobile.sendsms, ports.free(), tmp_path, sqlite_url) as town:
        yield town
        await proxy.quiet()
        addresses = unquote_plus(" ".join(proxy.addresses))
        assert not [secret for secret in (SECRET, PASSWORD, "+964770", "إطلاق") if secret in addresses]


async def _said(mobile: Network, sender: str, text: str, *, udh: str = "") -> None:
    await asyncio.to_thread(mobile.smsc.say, sender, text, udh=udh)


async def test_an_sms_in_arabic_becomes_a_report_and_its_answer_arrives(mobile: Network, town: Town) -> None:
    await _said(mobile, ANN, SAID)
    answer = await asyncio.to_thread(mobile.smsc.submitted, ANN)
    assert (answer["from"], answer["coding"]) == (NUMBER, UCS2)
    assert any("\u0600" <= letter <= "\u06ff" for letter in answer["text"])
    assert "?" not in answer["text"]
    found = await town.until_kept(1)
    assert (found["kept"], found["reports"]) == (1, 1)


async def test_what_the_network_reports_moves_our_message_forward(mobile: Network, town: Town) -> None:
    await _said(mobile, BOB, SAID)
    answer = await asyncio.to_thread(mobile.smsc.submitted, BOB)
    assert answer["wants_report"]
    await town.until_kept(1)
    await town.until_delivered(Delivery.SENT)  # Kannel's own word: the network took it
    await asyncio.to_thread(mobile.smsc.report, answer["id"])
    await town.until_delivered(Delivery.DELIVERED)


async def test_what_the_network_gives_up_is_known_to_have_failed(mobile: Network, town: Town) -> None:
    await _said(mobile, KIM, SAID)
    answer = await asyncio.to_thread(mobile.smsc.submitted, KIM)
    await town.until_kept(1)
    await asyncio.to_thread(mobile.smsc.report, answer["id"], "UNDELIV")
    await town.until_delivered(Delivery.FAILED)


async def test_while_we_are_away_kannel_tries_again_under_the_same_name(mobile: Network, town: Town) -> None:
    town.proxy.away = 3
    await _said(mobile, EVE, SAID)
    found = await town.until_kept(1)
    assert (found["kept"], found["reports"]) == (1, 1)
    assert len(town.proxy.asked) == 4
    assert len(set(town.proxy.asked)) == 1


async def test_what_we_kept_and_could_not_say_so_is_not_kept_twice(mobile: Network, town: Town) -> None:
    town.proxy.deaf = 2
    await _said(mobile, ZED, SAID)
    for _ in range(2500):
        if len(town.proxy.asked) == 3:
            break
        await asyncio.sleep(0.02)
    assert len(town.proxy.asked) == 3
    assert len(set(town.proxy.asked)) == 1
    found = await town.until_kept(1)
    assert (found["kept"], found["reports"]) == (1, 1)


async def test_a_long_message_in_parts_out_of_order_is_one_report(mobile: Network, town: Town) -> None:
    # Group 36: Kannel joins them.
    first, second = SAID + " " + "ن" * 20, " والناس خايفة"
    await _said(mobile, "+9647700000065", second, udh="050003a70202")
    await _said(mobile, "+9647700000065", first, udh="050003a70201")
    found = await town.until_kept(1)
    assert (found["kept"], found["reports"]) == (1, 1)


async def test_a_part_whose_rest_never_comes_is_a_report_all_the_same(mobile: Network, town: Town) -> None:
    # Group 36: after its time Kannel hands it on alone, and it says which part it is.
    await _said(mobile, "+9647700000066", SAID, udh="050003a80201")
    for _ in range(2500):
        if (await town.figures())["reports"]:
            break
        await asyncio.sleep(0.02)
    found = await town.figures()
    assert (found["kept"], found["reports"]) == (1, 1)
    assert any("udh=%05%00%03%a8%02%01" in address.lower() for address in town.proxy.addresses)


@pytest.mark.parametrize(
    ("n", "said", "coding"),
    [
        (1, "وصلت رسالتك. رمزها 482913 ✓ @ {€} ١٢٣", UCS2),
        (2, "Code {482913} @ [home] ~ 5 € ^ | \\ ñ Δ\nend", 0),
        (3, "أهلاً وسهلاً بكم، كلمة طويلة جداً " * 9 + "👮", UCS2),
        (4, "A long one, with {braces}. " * 12, 0),
    ],
)
async def test_what_we_send_arrives_letter_by_letter(mobile: Network, n: int, said: str, coding: int) -> None:
    to, url = f"+964770000007{n}", f"http://127.0.0.1:{mobile.sendsms}"
    carrier = KannelCarrier(url, (USER, PASSWORD), NUMBER, secret=SECRET, status_url="", fresh=lambda: "piece1")
    await carrier.send(to, Rendered(said))
    await carrier.close()
    first = await asyncio.to_thread(mobile.smsc.submitted, to)
    parts = [first] + [await asyncio.to_thread(mobile.smsc.submitted, to) for _ in range(count(said).parts - 1)]
    assert {part["coding"] for part in parts} == {coding}
    assert "".join(part["text"] for part in sorted(parts, key=lambda part: str(part["udh"]))) == said
    headers = [bytes.fromhex(part["udh"]) for part in parts]  # npm's smpp takes the length off
    numbered = [fragment(bytes([len(header)]) + header) for header in headers]
    assert {part.total if part else 1 for part in numbered} == {len(parts)}


async def test_a_wrong_password_is_a_wrong_setting(mobile: Network) -> None:
    url, said = f"http://127.0.0.1:{mobile.sendsms}", Rendered(SAID)
    carrier = KannelCarrier(url, (USER, "wrong"), NUMBER, secret=SECRET, status_url="", fresh=lambda: "piece1")
    with pytest.raises(SendFailed, match="misconfigured"):
        await carrier.send(ANN, said)
    await carrier.close()


async def test_a_forged_request_is_refused_by_the_same_door(town: Town) -> None:
    import httpx  # noqa: PLC0415 - only here

    async with httpx.AsyncClient(base_url=town.proxy.door, trust_env=False) as http:
        answer = await http.post("/hooks/sms/kannel?id=1", content=b"x", headers={"content-type": "text/plain"})
        assert answer.status_code == 403
    assert (await town.figures())["kept"] == 0
