"""Trains a deployment's own model from the shipped corpus and what people corrected; uses it when it is no worse."""

import importlib
from collections.abc import Sequence
from datetime import UTC, datetime
from types import ModuleType
from typing import Any, Final

from api import models, understood
from api.settings import Settings
from bot.nlp import corpus, score
from bot.nlp.analyse import DATA, Understanding
from bot.nlp.corpus import Example
from bot.nlp.score import Scores
from storage import examples, keys
from storage.engine import Connection, Store
from storage.keys import Keyring

CORPUS: Final = DATA / "corpus"
_F1_MAY_FALL: Final = 0.01
_ROUNDING: Final = 1e-9
_SHOWN: Final = ("accuracy", "macro_f1", "top3", "keyword_free", "sensitive_recall", "sensitive_false")
_NEEDED: Final = frozenset({"sklearn", "scipy", "joblib", "threadpoolctl"})


class Lacking(Exception):
    """Training needs a package that is not installed; the words say which and how."""


class Worse(Exception):
    """The new model would be worse than the one in use; the words say by how much. Nothing was changed."""


async def train(settings: Settings) -> str:
    """Trains, measures beside the model in use, and takes the new one into use. Raises Lacking or Worse."""
    trainer = _trainer()
    live = await learnt(settings)
    shipped = corpus.read(CORPUS / "train")
    path = models.draft(settings.data_dir, lambda path: trainer.write(trainer.train(shipped, live), path))
    try:
        own = understood.usable(settings.data_dir)
        test = corpus.read(CORPUS / "test")
        before = score.measure(Understanding.load(model=own.path if own else None), test)
        after = score.measure(Understanding.load(model=path), test)
        if faults := worse(before, after):
            raise Worse("\n".join((compared(before, after), "refused, nothing changed:", *faults)))
        models.adopt(settings.data_dir, path, _facts(shipped, live, after))
    finally:
        path.unlink(missing_ok=True)
    counts = f"trained on {len(shipped)} messages of the corpus and {len(live)} corrected reports"
    return "\n".join((counts, compared(before, after), f"model in use: {models.line(settings.data_dir)}"))


def back(settings: Settings) -> str:
    """Returns to the shipped model."""
    was_own = models.back(settings.data_dir)
    line = f"model in use: {models.line(settings.data_dir)}"
    return line if was_own else f"there was no model of its own; {line}"


async def learnt(settings: Settings) -> tuple[Example, ...]:
    """What people's corrections taught: masked texts (bot.nlp.masked), each with the case it came from."""
    store, keyring, now = Store.open(settings.database), Keyring.open(settings.keys_dir), datetime.now(UTC)

    def read(conn: Connection) -> tuple[examples.Example, ...]:
        keys.register(conn, keyring, now)
        return examples.read(conn, keyring)

    try:
        return tuple(_example(one) for one in await store.write(read))
    finally:
        store.close()


def _example(one: examples.Example) -> Example:
    return Example(
        text=one.text,
        category=one.category,
        urgency=one.urgency,
        language=one.language,
        sensitive=False,  # what is private is never learnt from
        case=one.report,
    )


def worse(before: Scores, after: Scores) -> tuple[str, ...]:
    """In what a model is too much worse than another, a sentence each; () when it may take its place.

    Macro-F1 may fall by a point; the recall of what is sensitive not at all.
    """
    faults: list[str] = []
    if before.macro_f1 - after.macro_f1 > _F1_MAY_FALL + _ROUNDING:
        faults.append(_fell("macro-F1", before.macro_f1, after.macro_f1))
    if before.sensitive_recall - after.sensitive_recall > _ROUNDING:
        faults.append(_fell("the recall of sensitive matters", before.sensitive_recall, after.sensitive_recall))
    return tuple(faults)


def _fell(what: str, before: float, after: float) -> str:
    return f"{what} would fall by {100 * (before - after):.1f} points, from {before:.3f} to {after:.3f}"


def compared(before: Scores, after: Scores) -> str:
    """The figures of two models beside each other."""
    lines = (f"{name:<18} {getattr(before, name):.3f} -> {getattr(after, name):.3f}" for name in _SHOWN)
    return "\n".join((f"on the frozen test of {after.messages} messages, in use -> new:", *lines))


def _facts(shipped: Sequence[Example], live: Sequence[Example], scores: Scores) -> dict[str, Any]:
    figures = {name: round(getattr(scores, name), 4) for name in _SHOWN}
    return {
        "trained_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "corpus": len(shipped),
        "live": len(live),
        "test": scores.messages,
        "scores": figures,
    }


def _trainer() -> ModuleType:
    """The module that trains; Lacking when a package that only training needs is not installed."""
    try:
        return importlib.import_module("bot.nlp.train")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _NEEDED:
            raise
        raise Lacking(
            f"training needs {error.name}, which is not installed: run `.venv/bin/python -m pip install scikit-learn`"
            " (it brings scipy) beside Muntada, and train again. Messages are understood without it as before."
        ) from None
