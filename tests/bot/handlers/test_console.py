"""The simulated telephone."""

import asyncio

import pytest

from bot.handlers.console import CARRIER, ConsoleCarrier, Shown, read
from bot.vocabulary import Channel, Rendered, SendFailed


def test_what_is_typed_is_a_message_of_the_channel_it_looks_like() -> None:
    message = read("a\0", address="phone-1", channel=Channel.SMS, external_id="1", sequence=3, choice="v1:cmd:new")
    assert (message.channel, message.carrier, message.account) == (Channel.SMS, CARRIER, CARRIER)
    assert (message.text, message.choice, message.address, message.sequence) == ("a\ufffd", "v1:cmd:new", "phone-1", 3)


async def test_each_telephone_shows_its_own_words_and_what_they_cost() -> None:
    carrier = ConsoleCarrier()
    await carrier.send("a", Rendered("وصل"))
    await carrier.send("b", Rendered("ا" * 71))
    assert carrier.shown("a") == (Shown(1, Rendered("وصل"), 1),)
    assert carrier.shown("b")[0].parts == 2
    assert carrier.shown("a", after=1) == ()
    assert carrier.shown("c") == ()


async def test_a_reader_is_woken_by_its_own_news_only() -> None:
    carrier = ConsoleCarrier()
    waiting = asyncio.create_task(carrier.wait("a", timeout_s=5))
    await carrier.send("b", Rendered("not for a"))
    await carrier.send("a", Rendered("for a"))
    assert [one.rendered.text for one in await waiting] == ["for a"]
    assert await carrier.wait("a", after=2, timeout_s=0) == ()


async def test_memory_is_bounded_and_the_oldest_goes_first() -> None:
    carrier = ConsoleCarrier()
    for n in range(510):
        await carrier.send(str(n), Rendered("x"))
    for _ in range(210):
        await carrier.send("509", Rendered("y"))
    assert carrier.shown("0") == ()
    assert carrier.shown("10")
    assert len(carrier.shown("509")) == 200
    carrier.forget("509")
    carrier.forget("nobody")
    assert carrier.shown("509") == ()


async def test_nobody_is_told_nothing() -> None:
    carrier = ConsoleCarrier()
    with pytest.raises(SendFailed, match="no_address"):
        await carrier.send("", Rendered("x"))
    await carrier.close()
