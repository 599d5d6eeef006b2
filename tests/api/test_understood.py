"""What administrators and training changed is used by a running process, and what does not hold is not."""

import io
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from api import models, understood
from api.models import SHIPPED
from api.settings import Settings
from api.wiring import Wiring, build, prepare
from bot.nlp import places
from bot.nlp.analyse import analyse
from bot.vocabulary import Category, Urgency
from storage import terms
from storage.database.engine import Connection
from storage.terms import By, NewPlace

PHRASE = "طگطگة غريبة بالسطح"


@pytest.fixture
async def wiring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_url: str) -> AsyncGenerator[Wiring]:
    """A process, wired over a fresh database."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MUNTADA_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("MUNTADA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MUNTADA_KEYS_DIR", str(tmp_path / "its-keys"))
    settings = Settings()
    prepare(settings)
    made = await build(settings)
    yield made
    await made.close()


def _never(_phrase: str) -> bool:
    return False


async def _say(wiring: Wiring) -> None:
    """An administrator's three kinds of words."""
    by = By(None, datetime.now(UTC))

    def write(conn: Connection) -> None:
        ring = wiring.keyring
        terms.add_danger(conn, ring, by, phrase=PHRASE, urgency=Urgency.EMERGENCY, sensitive=True, shipped=_never)
        terms.add_word(conn, ring, by, phrase="حبة وردية", category=Category.DRUGS, weight=3.0, shipped=_never)
        terms.add_place(conn, ring, by, NewPlace("حي الخزامى الجديد", "", "", "neighbourhood", "IQ-NI"))

    await wiring.store.write(write)


async def test_words_are_heard_once_a_process_looks_again(wiring: Wiring) -> None:
    before = wiring.understanding
    heard = analyse(before, f"سمعنا {PHRASE} من يومين")
    assert (heard.urgency is Urgency.EMERGENCY, heard.sensitive) == (False, False)
    await _say(wiring)
    assert await wiring.understand() is before  # it looked a moment ago
    wiring.words_changed()
    after = await wiring.understand()
    heard = analyse(after, f"سمعنا {PHRASE}")
    assert (heard.urgency, heard.sensitive) == (Urgency.EMERGENCY, True)
    said = "لكينا حبة وردية عند باب المدرسة"
    chance = {guess.category: guess.confidence for guess in analyse(after, said).guesses}
    was = {guess.category: guess.confidence for guess in analyse(before, said).guesses}
    assert chance[Category.DRUGS] > was.get(Category.DRUGS, 0.0)
    place = places.answer(after.gazetteer, "حي الخزامى الجديد").place
    assert place is not None
    assert place.governorate == "IQ-NI"


async def test_what_did_not_change_is_not_loaded_again(wiring: Wiring) -> None:
    before = wiring.understanding
    wiring.words_changed()
    assert await wiring.understand() is before
    assert wiring.understanding is before


async def test_a_model_of_ones_own_is_taken_up_and_given_up_again(wiring: Wiring) -> None:
    data, before = wiring.settings.data_dir, wiring.understanding
    models.adopt(data, models.draft(data, lambda path: path.write_bytes(SHIPPED.read_bytes())), {})
    wiring.words_changed()
    assert await wiring.understand() is not before
    models.back(data)
    wiring.words_changed()
    assert analyse(await wiring.understand(), "انباك ماطوري").category is Category.THEFT


def _shipped(**changed: object) -> bytes:
    """The shipped model with other arrays in it."""
    with np.load(SHIPPED, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    out = io.BytesIO()
    np.savez(out, **(arrays | changed))
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        lambda: _shipped(slopes=np.full(3, np.nan, np.float32)),
        *(
            pytest.param(content, marks=pytest.mark.slow)
            for content in (
                lambda: b"no arrays",
                lambda: b"",
                lambda: SHIPPED.read_bytes()[:5000],
                lambda: _shipped(weights=np.zeros((3, 38), np.float16)),
                lambda: b"PK\3\4" + bytes(100),
                lambda: SHIPPED.read_bytes().replace(b"PK\1\2", b"PK\1\3"),
                lambda: _shipped(bias=np.zeros(3, np.float32)),
                lambda: _shipped(temperature=np.float32(0)),
                lambda: _shipped(categories=np.frombuffer(b"other\ntheft", np.uint8)),
                lambda: _shipped(vocabulary=np.array([object()], dtype=object)),
            )
        ),
    ],
)
async def test_a_model_that_does_not_load_or_cannot_score_gives_way_to_the_shipped_one(
    wiring: Wiring, content: Callable[[], bytes]
) -> None:
    data = wiring.settings.data_dir
    models.adopt(data, models.draft(data, lambda path: path.write_bytes(content())), {})
    assert "its own is not used" in understood.in_use(data)[1]
    wiring.words_changed()
    assert analyse(await wiring.understand(), "انباك ماطوري").category is Category.THEFT
