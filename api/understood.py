"""What texts are understood with: the shipped data, a deployment's own words and places, and its own model."""

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import structlog

from api import models
from api.models import ModelWrong, Own
from bot.nlp import places
from bot.nlp.analyse import DATA, Understanding
from bot.nlp.categories import HEADS, Model
from bot.nlp.gazetteer import Gazetteer, PlaceRow
from bot.nlp.words import Words
from bot.vocabulary import Category
from storage import terms
from storage.database.engine import Connection, Store

log = structlog.get_logger()

# What numpy and zipfile raise over a file that is no model.
_NO_MODEL: Final = (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile, zlib.error)
_NO_WORDS: Final = Words()


@dataclass(frozen=True, slots=True)
class Basis:
    """All that makes one deployment's understanding another than the next one's. model None: the shipped one."""

    places: tuple[PlaceRow, ...]
    words: Words
    model: Own | None


async def basis(store: Store, data_dir: Path) -> Basis:
    """What stands now, in the database and in DATA_DIR; a model that does not hold is named in the log and not used."""

    def read(conn: Connection) -> tuple[tuple[PlaceRow, ...], Words]:
        return terms.place_rows(conn), terms.words(conn)

    rows, words = await store.read(read)
    return Basis(rows, words, usable(data_dir))


def usable(data_dir: Path) -> Own | None:
    """The deployment's own model when it holds; None, and a line in the log when it does not."""
    try:
        return models.own(data_dir)
    except ModelWrong as wrong:
        _unused(wrong)
        return None


def in_use(data_dir: Path) -> tuple[Understanding, str]:
    """What is measured: without a deployment's own words and places, or what reads whole texts; its model's line."""
    own = usable(data_dir)
    if own is None:
        return Understanding.load(reads=False), models.line(data_dir)
    try:
        return with_own(own.path, reads=False), models.line(data_dir)
    except ModelWrong as wrong:
        _unused(wrong)
        return Understanding.load(reads=False), models.unused(wrong)


def with_own(
    path: Path, gazetteer: Gazetteer | None = None, *, words: Words = _NO_WORDS, reads: bool = True
) -> Understanding:
    """With the model in this file instead of the shipped one. Raises ModelWrong when it is none that can score."""
    try:
        with zipfile.ZipFile(path):  # numpy leaves the file of a broken archive open
            found = Understanding.load(gazetteer, model=path, words=words, reads=reads)
    except _NO_MODEL:
        raise ModelWrong("its file does not load") from None
    if not _scores(found.model):
        raise ModelWrong("its numbers do not fit together")
    return found


def _scores(model: Model) -> bool:
    """Whether a model's arrays fit each other, are numbers, and speak of our categories."""
    rows, (heads, columns) = len(model.index), (len(HEADS), model.bias.size)
    shapes = (
        (model.weights, (rows, columns)),
        (model.idf, (rows,)),
        (model.bias, (columns,)),
        (model.slopes, (heads,)),
        (model.offsets, (heads,)),
    )
    return (
        model.categories == tuple(Category)
        and columns >= len(model.categories) + heads
        and all(array.shape == shape and bool(np.isfinite(array).all()) for array, shape in shapes)
        and 0.0 < model.temperature < float("inf")
    )


def _unused(wrong: ModelWrong) -> None:
    log.warning("own_model_not_used", reason=str(wrong))


def load(on: Basis) -> Understanding:
    """Loads all of it: about a second, so call it in a thread. A model that does not load gives way to the shipped."""
    gazetteer = places.load(DATA / "places.tsv", on.places)
    if on.model is not None:
        try:
            return with_own(on.model.path, gazetteer, words=on.words)
        except ModelWrong as wrong:
            _unused(wrong)
    return Understanding.load(gazetteer, words=on.words)


def loaded(on: Basis) -> Understanding | None:
    """As `load`; None, and a line in the log, when it does not load: what was understood before goes on."""
    try:
        return load(on)
    except (OSError, KeyError, ValueError) as error:
        log.warning("not_understood_anew", reason=type(error).__name__)
        return None
