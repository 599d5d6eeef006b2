"""What texts are understood with: the shipped data, and a deployment's own places."""

from dataclasses import dataclass

from bot.nlp import places
from bot.nlp.analyse import DATA, Understanding
from bot.nlp.gazetteer import PlaceRow
from storage import terms
from storage.engine import Store


@dataclass(frozen=True, slots=True)
class Basis:
    """All that makes one deployment's understanding another than the next one's."""

    places: tuple[PlaceRow, ...]


async def basis(store: Store) -> Basis:
    """What stands now in the database."""
    return Basis(await store.read(terms.place_rows))


def load(on: Basis) -> Understanding:
    """Loads all of it: about a second, so call it in a thread."""
    return Understanding.load(places.load(DATA / "places.tsv", on.places))
