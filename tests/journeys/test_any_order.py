"""Whatever order things come in, whoever told something gets what they are owed (tests/journeys/owed.py).

MUNTADA_ORDERS: how many sequences the slow test tries, 60 unless told.
"""

import asyncio
import os
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.databases import SQLITE_MOSTLY
from tests.journeys.acts import KINDS, Act, Answers, Asks, Closes, Passes, Play, Says, Tells, does
from tests.journeys.conftest import Clock, built
from tests.journeys.owed import HIDE, PRIVATE, RESUME, SHOW, STOP, Model, Owed
from tests.journeys.routes import Routes

_BEGINS: Final = datetime(2027, 1, 5, 9, tzinfo=UTC)  # a Tuesday noon, and the month ends in 26 days
_DANGER: Final = "هسه رمي قوي وجرحى بحي العامل الحقونا"
_BARE: Final = ("نعم", "لا", "1", "3", "حذف", "حذف الكل", "احذفوا كل رسائلي", "سحب", "حالة", "شكرا", "جديد", "قفل")
_CODED: Final = ("", "حذف", "احذفوا كل رسائلي", SHOW, PRIVATE, "كتمان", "سحب")
_nth = st.integers(0, 2)
_acts: st.SearchStrategy[Act] = st.one_of(
    st.builds(Tells, st.sampled_from(KINDS)),
    st.builds(Says, st.sampled_from([*HIDE, SHOW, PRIVATE, STOP, RESUME])),
    st.builds(Says, st.sampled_from(_BARE)),
    st.builds(Says, st.sampled_from(_CODED), _nth),
    st.builds(Answers, _nth),
    st.builds(Asks, _nth),
    st.builds(Closes, _nth),
    st.builds(Passes, st.sampled_from([1, 24, 4 * 24, 12 * 24, 40 * 24])),
)
# What audits began with: it was told days or months ago, in the open, in fear or in private, and then wished otherwise.
_BEFORE: Final[tuple[tuple[Act, ...], ...]] = (
    (),
    (Passes(4 * 24), Says(HIDE[0])),
    (Answers(0), Passes(40 * 24), Says(HIDE[0]), Tells("hole")),
    (Tells("secret"), Tells("hole"), Passes(24)),
    (Passes(24), Says(PRIVATE), Tells("theft")),
    (Says("جديد"), Tells("hole"), Passes(4 * 24), Says(PRIVATE, 0), Says(HIDE[1])),
    (Passes(4 * 24), Says(HIDE[0]), Tells("hole"), Asks(0), Says("", 0)),
)
_any_order = settings(suppress_health_check=list(HealthCheck), max_examples=int(os.environ.get("MUNTADA_ORDERS", "60")))


@pytest.fixture
def plays(
    database: str,
    another: Callable[[str], AbstractContextManager[str]],
    presented: dict[tuple[str, str], Any],
    _routes: dict[ModuleType, Routes],
) -> Callable[[list[Act]], None]:
    """Plays a sequence in a town of its own."""

    def plays(acts: list[Act]) -> None:
        with another(database) as url, tempfile.TemporaryDirectory() as folder:
            asyncio.run(_played(url, Path(folder), presented, acts))
        for routes in _routes.values():
            routes.give_back()

    return plays


@pytest.mark.parametrize("database", SQLITE_MOSTLY)
@settings(_any_order, max_examples=2)
@given(acts=st.lists(_acts, min_size=3, max_size=5))
def test_in_whatever_order_things_come_all_promises_hold(plays: Callable[[list[Act]], None], acts: list[Act]) -> None:
    plays(acts)


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@_any_order
@given(before=st.sampled_from(_BEFORE), acts=st.lists(_acts, min_size=8, max_size=20))
def test_so_they_do_when_much_has_happened(
    plays: Callable[[list[Act]], None], before: tuple[Act, ...], acts: list[Act]
) -> None:
    plays([*before, *acts])


async def _played(url: str, folder: Path, presented: dict[tuple[str, str], Any], acts: list[Act]) -> None:
    async with built(url, folder, presented, Clock(_BEGINS - datetime.now(UTC))) as town:
        play, model = Play(town), Model()
        try:
            for act in (Tells("beaten"), *acts):
                await _done(play, model, act)
            await _what_is_left(play, model)
        except AssertionError as broken:
            raise AssertionError("\n".join([str(broken), *play.log])) from None


async def _done(play: Play, model: Model, act: Act) -> list[str]:
    """Does it, and holds it against the model; what the phone showed."""
    done = await does(play, act)
    if done is not None:
        model.holds(done)
    return done.said if done is not None else []


async def _what_is_left(play: Play, model: Model) -> None:
    """Whatever was answered is to be had by its code, and who is in danger is heard."""
    await _done(play, model, Passes(2))
    await _done(play, model, Says(RESUME))
    for report, owed in list(model.reports.items()):
        if owed.answers and owed.codes:
            await _read(play, model, report, owed)
    before = await does(play, Passes(2))
    after = await does(play, Says(_DANGER))
    assert before is not None
    assert after is not None
    model.holds(after)
    had = before.after.reports
    heard = (r for r in after.after.reports.values() if r.parts > (had[r.id].parts if r.id in had else 0))
    assert any(r.urgency == 2 and not r.erased for r in heard), "who is in danger was not heard"


async def _read(play: Play, model: Model, report: str, owed: Owed) -> None:
    """By its code alone, or where another word locks the phone after that."""
    mine = [nth for nth, code in enumerate(play.codes) if code in owed.codes]
    words = [[], *([nth] for nth in reversed(range(len(play.codes))))]
    for word in words:
        after = await does(play, Passes(2))
        assert after is not None
        stands = after.after.reports[report]
        if stands.erased or (stands.closed and not stands.parts):
            return
        for nth in [*word, *mine]:
            if any(owed.answers[-1] in text for text in await _done(play, model, Says("", nth))):
                return
    raise AssertionError("an answer is not to be had by its code")
