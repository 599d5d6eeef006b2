"""A text that a machine may learn from: no personal data and no name of a place; the rest as it was said."""

import re
from typing import Final

from bot.nlp import normalise, personal, places
from bot.nlp.gazetteer import Gazetteer
from bot.nlp.given_names import FAMILIES
from bot.nlp.language import language

PLACE: Final = "[PLACE]"
_TOKEN: Final = re.compile(r"\[([A-Z]+)\]")
_WORD: Final = re.compile(r"\[[A-Z]+\]|[^\W_]+(?:['’‘`´][^\W_]+)*")
_RUN: Final = re.compile(r"\[PLACE\](?:[\s،,]*\[PLACE\])+")
# "the street of al-…": what follows is its name, also when no list knows it.
_SITE: Final = re.compile(
    r"(?<!\w)([وبلف]?(?:شارع|جامع|مسجد|حسيني[ةه]|مدرس[ةه]|روض[ةه]|كلي[ةه]|سوق|سوك|حي|زقاق|دربون[ةه]|محل[ةه]|مستشفى|"
    r"مستشفي|مستوصف|صيدلي[ةه]|عياد[ةه]|فلك[ةه]|تقاطع|جسر|عمار[ةه]|مجمع|قري[ةه]|ناحي[ةه]|معمل|كراج|مول|مطعم|فندق|ساح[ةه]))"
    r"(?:\s+ال\w+){1,2}"
)
_FAMILY: Final = re.compile(
    rf"(?<!\w)(?:\w+\s+)?(?:{'|'.join(name for name in FAMILIES.split() if name.startswith('ال'))})(?!\w)"
)
_SPACES: Final = re.compile(r"[^\S\n]+")


def masked(text: str, gazetteer: Gazetteer) -> str:
    """The clean text with personal data as in `personal.redact`, and PLACE for each name of a place or landmark.

    A word that names a place once is masked wherever it stands, and so is whatever follows "street", "mosque" and the
    like, and a family's name with the word before it: a common word lost costs little, a street shown may lead to a
    door. Total on any str; what nobody recognises as a name stays.
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

    shown = _SITE.sub(rf"\1 {PLACE}", _FAMILY.sub(personal.NAME, _WORD.sub(hide, shown)))
    return _SPACES.sub(" ", _RUN.sub(PLACE, shown)).strip()


def seen(shown: str) -> str:
    """What `masked` gave as a classifier reads it: the made-up words of `personal.mask`, nothing where a place was."""
    return _TOKEN.sub(lambda token: " " if token[0] == PLACE else f" pii{token[1].lower()} ", shown)
