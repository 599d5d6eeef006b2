"""An analysis as a terminal shows it."""

from collections.abc import Mapping
from typing import Any

from bot.nlp import personal
from bot.vocabulary import Analysis, Guess, Place


def as_understood(analysis: Analysis) -> dict[str, Any]:
    """An analysis as `muntada understand` prints it, without the id: JSON values only, personal data masked."""
    return {
        "category": analysis.category.value,
        "confidence": round(analysis.confidence, 4),
        "alternatives": [_guess(guess) for guess in analysis.guesses[1:]],
        "also": analysis.also.value if analysis.also else None,
        "why": list(analysis.why),
        "urgency": analysis.urgency.name.lower(),
        "sensitive": analysis.sensitive,
        "language": analysis.language.value,
        "place": _place(analysis.place) if analysis.place else None,
        "redacted": personal.redact(analysis.clean, analysis.spans),
    }


def _guess(guess: Guess) -> Mapping[str, object]:
    return {"category": guess.category.value, "confidence": round(guess.confidence, 4)}


def _place(place: Place) -> Mapping[str, object]:
    return {
        "governorate": place.governorate,
        "name": place.name_ar,
        "level": place.level,
        "id": place.id,
        "name_ar": place.name_ar,
        "name_ckb": place.name_ckb,
        "name_en": place.name_en,
        "written": place.written,
    }
