"""How much a text sounds of those in power, where no word names them: "the one with the star takes five thousand".

Who complains of police, soldiers, guards, clerks or of us often names nobody: "the lads at the bridge", "they made him
sign", "his uncle is with them". No list holds such words. A linear model over what bot.nlp.categories sees of a text
was taught which of them speak of people who would read it, or whose colleagues would: tools/doubts.py made the weights,
docs/model.md says from what and how well. It only adds doubt: what it hears is kept from the local offices.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.nlp import categories, wordlists
from bot.nlp.categories import Model
from bot.nlp.normalise import letters

# Chosen on authors and texts that the weights were not made from (docs/model.md): a message too many at oversight costs
# a day, one too few at the desk of whom it is about costs more.
FROM: Final = -0.25
SURELY_FROM: Final = 0.0  # an emergency waits for nobody
NAMED_FROM: Final = 1.0  # where a word names police, rules have read what is told of them, and let it pass
NONE: Final = float("-inf")
LEAST_WORDS: Final = 4  # fewer tell too little to doubt by


@dataclass(frozen=True, slots=True)
class Suspicion:
    """weights: (rows of the model,), bias: added to every sum. What comes out is a distance, above 0 for "theirs".

    idle: a wish for secrecy, which tells nothing of whom, and things whose letters only look like those in power.
    """

    weights: NDArray[np.float32]
    bias: float
    idle: re.Pattern[str]


def load(path: Path, model: Model) -> Suspicion:
    """Read doubt.npz for the rows of a model: features that the model does not know are left out.

    Raises OSError, KeyError or ValueError when it is not so.
    """
    with np.load(path, allow_pickle=False) as stored:
        names = stored["vocabulary"].tobytes().decode("utf-8").split("\n")
        told = zip(names, stored["weights"].astype(np.float32).tolist(), strict=True)
        weights = np.zeros(len(model.index), dtype=np.float32)
        for name, weight in told:
            row = model.index.get(name)
            if row is not None:
                weights[row] = weight
        lists = wordlists.read(wordlists.FOLDER / "secrecy.tsv", frozenset({"secretly", "things"})).values()
        return Suspicion(weights, float(stored["bias"]), re.compile(rf"(?<!\w)(?:{letters('|'.join(lists))})(?!\w)"))


def hear(suspicion: Suspicion, model: Model, key: str) -> float:
    """How much a key (as the model reads it, without places) sounds of those in power, from about -2 to 3.

    NONE of one that is too short to tell.
    """
    told = suspicion.idle.sub(" ", key)
    if len(told.split()) < LEAST_WORDS:
        return NONE
    rows, values = categories.vector(model, told)
    return float(values @ suspicion.weights[rows]) + suspicion.bias


def counts(heard: float, *, emergency: bool, named: bool) -> bool:
    """Whether a text that sounds so much of them is to be kept from those whom it may be about.

    named: a word of it names police, a station or a checkpoint.
    """
    return heard >= (NAMED_FROM if named else SURELY_FROM if emergency else FROM)
