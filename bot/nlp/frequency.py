"""How often people say a phrase, as the model's own corpus tells: for whoever is about to search for it everywhere."""

import math

from bot.nlp import features, normalise
from bot.nlp.categories import Model


def share(model: Model, phrase: str) -> float:
    """The share of messages, from 0 to 1, that hold the rarest word of a phrase in any of its forms.

    No less than the share that the phrase is found in. 0 for a word that the model does not know. Total on any str.
    """
    lemmas = [features.lemma_of(model.morphology, word) for word in features.words_of(normalise.key(phrase))]
    return min((_share(model, lemma) for lemma in lemmas), default=0.0)


def _share(model: Model, lemma: str) -> float:
    row = model.index.get(features.LEMMA + lemma)
    # idf is 1 + ln(messages / messages with it).
    return 0.0 if row is None else min(1.0, math.exp(1.0 - float(model.idf[row])))
