"""Trains a deployment's own model from the shipped corpus and what people corrected; uses it when it is no worse."""

import importlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from api import models, understood
from api.settings import Settings
from bot.nlp import corpus, score
from bot.nlp.analyse import DATA, Understanding
from bot.nlp.corpus import Example
from bot.nlp.score import Scores
from storage import audit, keys
from storage.database.engine import Connection, Store
from storage.keys import Keyring
from storage.words import examples

CORPUS: Final = DATA / "corpus"
# In a new model: a figure for people, its name in Scores, and how much worse it may be.
_MAY_FALL: Final = (
    ("macro-F1", "macro_f1", 0.01),
    ("the recall of sensitive matters", "sensitive_recall", 0.0),
    ("the recall of emergencies", "emergency_recall", 0.01),
)
_MAY_RISE: Final = (
    ("the share of false emergencies", "emergency_false", 0.01),
    ("the share of what is wrongly taken for sensitive", "sensitive_false", 0.01),
)
_ROUNDING: Final = 1e-9
_SHOWN: Final = (
    *("accuracy", "macro_f1", "top3", "keyword_free"),
    *("sensitive_recall", "sensitive_false", "emergency_recall", "emergency_false"),
)
_ACTOR: Final = "machine:training"
_AUDITED: Final = 16  # digits of a model's SHA-256, as in its file's name
_NEEDED: Final = frozenset({"sklearn", "scipy", "joblib", "threadpoolctl"})


class Lacking(Exception):
    """Training needs a package that is not installed; the words say which and how."""


class Worse(Exception):
    """The new model would be worse than the one in use; the words say by how much. Nothing was changed."""


async def train(settings: Settings) -> str:
    """Trains, measures beside the model in use, and takes the new one into use.

    Raises Lacking, Worse, models.Busy and models.Unwritable.
    """
    trainer = _trainer()
    with models.alone(settings.data_dir):
        live = await learnt(settings)
        shipped = corpus.read(CORPUS / "train")
        model = trainer.train(shipped, live)
        path = models.draft(settings.data_dir, lambda path: trainer.write(model, path))
        try:
            before, after, faults = _compare(settings.data_dir, path)
            if faults:
                raise Worse("\n".join((compared(before, after), "refused, nothing changed:", *faults)))
            data = {"corpus": len(shipped), "live": len(live)}
            await _audit(settings, "model.train", models.digest(path)[:_AUDITED], data)
            models.adopt(settings.data_dir, path, _facts(shipped, live, after))
        finally:
            path.unlink(missing_ok=True)
    counts = f"trained on {len(shipped)} messages of the corpus and {len(live)} corrected reports"
    return "\n".join((counts, compared(before, after), f"model in use: {models.line(settings.data_dir)}"))


def _compare(data_dir: Path, path: Path) -> tuple[Scores, Scores, Sequence[str]]:
    """The scores of the model in use and of the new one, and in what the new one is too much worse.

    It is held against the shipped model too: a point lost at each of many trainings would be many points.
    """
    test = corpus.read(CORPUS / "test")
    after = score.measure(understood.with_own(path, reads=False), test)
    before = score.measure(understood.in_use(data_dir)[0], test)
    faults = worse(before, after)
    if not faults and understood.usable(data_dir) is not None:
        faults = tuple(f"beside the shipped model: {fault}" for fault in worse(_shipped(test), after))
    return before, after, faults


def _shipped(test: Sequence[Example]) -> Scores:
    return score.measure(Understanding.load(reads=False), test)


async def back(settings: Settings) -> str:
    """Returns to the shipped model."""
    with models.alone(settings.data_dir):
        was_own = models.back(settings.data_dir)
    if was_own:
        await _audit(settings, "model.back")
    line = f"model in use: {models.line(settings.data_dir)}"
    return line if was_own else f"there was no model of its own; {line}"


async def learnt(settings: Settings) -> tuple[Example, ...]:
    """What people's corrections taught: masked texts (bot.nlp.masked), each with the case it came from."""
    store, keyring, now = Store.open(settings.database), Keyring.open(settings.keys_dir), datetime.now(UTC)

    def read(conn: Connection) -> tuple[examples.Example, ...]:
        keys.register(conn, keyring, now)
        examples.purge(conn, now)  # also where no server runs that would
        return examples.read(conn, keyring)

    try:
        return tuple(_example(one) for one in await store.write(read))
    finally:
        store.close()


async def _audit(settings: Settings, action: str, subject: str = "", data: Mapping[str, Any] | None = None) -> None:
    store, keyring, now = Store.open(settings.database), Keyring.open(settings.keys_dir), datetime.now(UTC)

    def write(conn: Connection) -> None:
        keys.register(conn, keyring, now)
        audit.write(conn, keyring, at=now, actor=_ACTOR, action=action, subject=subject, data=data)

    try:
        await store.write(write)
    finally:
        store.close()


def _example(one: examples.Example) -> Example:
    return Example(
        text=one.text,
        category=one.category,
        urgency=one.urgency,
        language=one.language,
        sensitive=False,  # what is private is never learnt from
        case=one.who or one.report,  # three cases of one person are one: what is theirs alone is not learnt
    )


def worse(before: Scores, after: Scores) -> tuple[str, ...]:
    """In what a model is too much worse than another, a sentence each; () when it may take its place.

    The recall of what is sensitive may not fall at all; macro-F1 and the recall of emergencies may by a point, and
    by no more may false alarms of either kind rise.
    """
    faults = [_told(what, before, after, name) for what, name, most in _MAY_FALL if _lost(before, after, name) > most]
    faults += [_told(what, before, after, name) for what, name, most in _MAY_RISE if _lost(after, before, name) > most]
    return tuple(faults)


def _lost(before: Scores, after: Scores, name: str) -> float:
    return float(getattr(before, name) - getattr(after, name)) - _ROUNDING


def _told(what: str, before: Scores, after: Scores, name: str) -> str:
    was, now = getattr(before, name), getattr(after, name)
    way = "fall" if now < was else "rise"
    return f"{what} would {way} by {100 * abs(was - now):.1f} points, from {was:.3f} to {now:.3f}"


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
