"""A text that a machine may learn from: no personal data and no name of a place; the rest as it was said."""

import re
from typing import Final

from bot.nlp import normalise, personal, places
from bot.nlp.gazetteer import Gazetteer
from bot.nlp.language import language

PLACE: Final = "[PLACE]"
_TOKEN: Final = re.compile(r"\[([A-Z]+)\]")
_WORD: Final = re.compile(r"\[[A-Z]+\]|[^\W_]+(?:['’‘`´][^\W_]+)*")
_RUN: Final = re.compile(r"\[PLACE\](?:[\s،,]*\[PLACE\])+")
_SPACES: Final = re.compile(r"[^\S\n]+")


def masked(text: str, gazetteer: Gazetteer) -> str:
    """The clean text with personal data as in `personal.redact`, and PLACE for each name of a place or landmark.

    A word that names a place once is masked wherever it stands: a common word lost costs little, a street shown may
    lead to a door. Total on any str; what nobody recognises as a name stays.
    """
    clean = normalise.clean(text)
    spoken = language(clean)
    spans = personal.spans(clean)
    hidden = personal.mask(clean, spans)
    key = normalise.key(hidden, spoken)
    found = places.find(gazetteer, key, hidden)
    words = key.split()
    named = {word for start, end in found.named for word in words[start:end]}
    shown = personal.redact(clean, spans)
    if found.landmark and found.landmark in shown:
        shown = shown.replace(found.landmark, PLACE)
    elif found.landmark:  # personal data is part of it
        named.update(normalise.key(found.landmark, spoken).split())

    def hide(word: re.Match[str]) -> str:
        if word[0].startswith("["):
            return word[0]
        return PLACE if named.intersection(normalise.key(word[0], spoken).split()) else word[0]

    return _SPACES.sub(" ", _RUN.sub(PLACE, _WORD.sub(hide, shown))).strip()


def seen(shown: str) -> str:
    """What `masked` gave as a classifier reads it: the made-up words of `personal.mask`, nothing where a place was."""
    return _TOKEN.sub(lambda token: " " if token[0] == PLACE else f" pii{token[1].lower()} ", shown)
