"""The demo's own check is what a newcomer runs first: it must see every step."""

import pytest

from api.demo import check


@pytest.mark.slow  # .ci/run also does it in a fresh clone
async def test_the_whole_journey_is_seen_step_by_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert await check.run() == 0
    said = capsys.readouterr().out
    assert said.count("✓") >= 24
    assert "✗" not in said
