"""The library's Bot and a Bot API server: how we present ourselves there."""

from bot.handlers.telegram import Profile, TelegramCarrier
from tests.carriers.telegram import FakeTelegram, Fault


async def test_a_profile_is_set_in_its_language_and_only_where_it_differs(
    telegram: FakeTelegram, carrier: TelegramCarrier
) -> None:
    shown = [Profile(each, [("start", f"ابدأ{each}"), ("wipe", "مسح")], f"وصف{each}", "قصير") for each in ("", "ku")]
    for _ in range(2):
        for profile in shown:
            assert await carrier.present(profile) == ()
    assert telegram.profiles["commands", "ku"][0] == {"command": "start", "description": "ابدأku"}
    assert telegram.profiles["description", ""] == "وصف"
    assert telegram.profiles["short_description", "ku"] == "قصير"
    assert sum(call.method.startswith("set") for call in telegram.calls) == 6


async def test_each_part_of_a_profile_is_tried_though_another_failed(
    telegram: FakeTelegram, carrier: TelegramCarrier
) -> None:
    telegram.fault(Fault("setMyCommands", 429, parameters={"retry_after": 86_400}))
    telegram.fault(Fault("getMyDescription", 404))
    assert await carrier.present(Profile("", [("start", "ابدأ")], "وصف", "قصير")) == ("throttled", "unsupported")
    assert telegram.profiles == {("short_description", ""): "قصير"}
