"""What texts are understood with: the shipped data, a deployment's own words and places, and its own model."""

from dataclasses import dataclass
from pathlib import Path

import structlog

from api import models
from api.models import ModelWrong, Own
from bot.nlp import places
from bot.nlp.analyse import DATA, Understanding
from bot.nlp.gazetteer import PlaceRow
from bot.nlp.words import Words
from storage import terms
from storage.engine import Connection, Store

log = structlog.get_logger()


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
        log.warning("own_model_not_used", reason=str(wrong))
        return None


def load(on: Basis) -> Understanding:
    """Loads all of it: about a second, so call it in a thread. A model that does not load gives way to the shipped."""
    gazetteer = places.load(DATA / "places.tsv", on.places)
    if on.model is not None:
        try:
            return Understanding.load(gazetteer, model=on.model.path, words=on.words)
        except (OSError, KeyError, ValueError) as error:
            log.warning("own_model_not_used", reason=type(error).__name__)
    return Understanding.load(gazetteer, words=on.words)


def loaded(on: Basis) -> Understanding | None:
    """As `load`; None, and a line in the log, when it does not load: what was understood before goes on."""
    try:
        return load(on)
    except (OSError, KeyError, ValueError) as error:
        log.warning("not_understood_anew", reason=type(error).__name__)
        return None
