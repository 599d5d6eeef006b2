"""Whoever cannot read hears the answer, where somebody recorded it, after the words."""

from pathlib import Path

import pytest

from bot.vocabulary import Locale
from tests.bot.story import catalogue
from tests.journeys.conftest import Town

CHAT = 7_700_061
NUMBER = "+9647700000061"
THEFT = "انباك ماطوري بالشعلة"
OPUS = b"OggS" + bytes([0, 2]) + bytes(20) + bytes([1, 19]) + b"OpusHead" + bytes([1, 1]) + bytes(9)


@pytest.fixture
def recorded(tmp_path: Path) -> None:
    """Every first answer in Arabic, before the application starts: which of them is said depends on the hour."""
    folder = tmp_path / "data" / "prompts" / "ar"
    folder.mkdir(parents=True)
    for _, key in catalogue().wordings[Locale.AR].plural:
        if key.startswith("filed"):
            (folder / f"{key}.ogg").write_bytes(OPUS)


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_answer_is_spoken_on_telegram_after_its_words_and_written_on_sms(town: Town) -> None:
    assert await town.tell(CHAT, THEFT) == 200
    await town.told(CHAT)
    await town.until(lambda: town.telegram.uploads == [OPUS])
    assert await town.sms(NUMBER, THEFT) == [200]
    await town.texted(NUMBER)
    assert town.telegram.uploads == [OPUS]
