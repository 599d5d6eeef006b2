"""Measures an Understanding on labelled messages: the figures of `muntada eval`, docs/model.md and the frozen test.

The same definitions as the product's scorer: a governorate counts when the predicted place lies in it, a place when one
of its names is the one written, a false place when a message names none and one is found.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.nlp.analyse import Understanding, analyse
from bot.nlp.corpus import Example
from bot.nlp.normalise import key
from bot.vocabulary import Analysis, Category, Place, Urgency

_TOP: Final = 3
_HALABJA: Final = frozenset({"IQ-HA", "IQ-SU"})  # one lay inside the other until 2025


@dataclass(frozen=True, slots=True)
class Judged:
    """One example and what was understood of it."""

    example: Example
    analysis: Analysis

    @property
    def hit(self) -> bool:
        return self.analysis.guesses[0].category is self.example.category


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares from 0 to 1 of `messages` examples. keyword_free: accuracy where the obvious words are avoided.

    by_class: precision, recall and F1 of each category that occurs. confusions: (said, understood) to how often.
    """

    messages: int
    accuracy: float
    macro_f1: float
    top3: float
    keyword_free: float
    sensitive_recall: float
    sensitive_false: float
    emergency_recall: float
    emergency_false: float
    urgency: float
    governorate: float
    place: float
    false_place: float
    by_class: Mapping[Category, tuple[float, float, float]]
    confusions: Mapping[tuple[Category, Category], int]


def judge(understanding: Understanding, examples: Iterable[Example]) -> tuple[Judged, ...]:
    """What is understood of each example."""
    return tuple(Judged(example, analyse(understanding, example.text)) for example in examples)


def measure(understanding: Understanding, examples: Sequence[Example]) -> Scores:
    """The scores on examples. Raises ValueError when there are none."""
    if not examples:
        raise ValueError("nothing to measure on")
    return scores(judge(understanding, examples))


def scores(judged: Sequence[Judged]) -> Scores:
    """The scores of what was understood."""
    placed = [one for one in judged if one.example.governorate]
    by_class = _by_class(judged)
    return Scores(
        messages=len(judged),
        accuracy=_share(one.hit for one in judged),
        macro_f1=sum(f1 for _, _, f1 in by_class.values()) / len(by_class),
        top3=_share(one.example.category in {g.category for g in one.analysis.guesses[:_TOP]} for one in judged),
        keyword_free=_share(one.hit for one in judged if not one.example.plain),
        sensitive_recall=_share(one.analysis.sensitive for one in judged if one.example.sensitive),
        sensitive_false=_share(one.analysis.sensitive for one in judged if not one.example.sensitive),
        emergency_recall=_share(_emergency(one) for one in judged if one.example.urgency is Urgency.EMERGENCY),
        emergency_false=_share(_emergency(one) for one in judged if one.example.urgency is not Urgency.EMERGENCY),
        urgency=_share(one.analysis.urgency is one.example.urgency for one in judged),
        governorate=_share(_in_governorate(one) for one in placed),
        place=_share(_in_governorate(one) and _named(one) for one in placed),
        false_place=_share(one.analysis.place is not None for one in judged if not one.example.governorate),
        by_class=by_class,
        confusions=Counter((one.example.category, one.analysis.guesses[0].category) for one in judged if not one.hit),
    )


def table(found: Scores) -> str:
    """The scores as lines of text, one figure a line, then each category and the commonest confusions."""
    figures = (
        ("messages", f"{found.messages}"),
        ("category_accuracy", f"{found.accuracy:.3f}"),
        ("category_macro_f1", f"{found.macro_f1:.3f}"),
        ("category_top3", f"{found.top3:.3f}"),
        ("keyword_free_accuracy", f"{found.keyword_free:.3f}"),
        ("sensitive_recall", f"{found.sensitive_recall:.3f}"),
        ("sensitive_false_rate", f"{found.sensitive_false:.3f}"),
        ("emergency_recall", f"{found.emergency_recall:.3f}"),
        ("false_emergency_rate", f"{found.emergency_false:.3f}"),
        ("urgency_accuracy", f"{found.urgency:.3f}"),
        ("governorate_accuracy", f"{found.governorate:.3f}"),
        ("place_accuracy", f"{found.place:.3f}"),
        ("false_place_rate", f"{found.false_place:.3f}"),
    )
    lines = [f"{name} {value}" for name, value in figures]
    lines += [
        f"class {category.value}: precision {precision:.2f} recall {recall:.2f} f1 {f1:.2f}"
        for category, (precision, recall, f1) in sorted(found.by_class.items())
    ]
    commonest = sorted(found.confusions.items(), key=lambda item: (-item[1], item[0]))[:25]
    lines += [f"confused {said.value} -> {understood.value}: {n}" for (said, understood), n in commonest]
    return "\n".join(lines)


def _share(hits: Iterable[bool]) -> float:
    """The share of hits; 0 of none."""
    counted = Counter(hits)
    return counted[True] / counted.total() if counted else 0.0


def _emergency(one: Judged) -> bool:
    return one.analysis.urgency is Urgency.EMERGENCY


def _in_governorate(one: Judged) -> bool:
    if one.analysis.place is None:
        return False
    said, found = one.example.governorate, one.analysis.place.governorate
    return said == found or {said, found} == _HALABJA


def _named(one: Judged) -> bool:
    place = one.analysis.place
    return place is not None and _folded(one.example.place) in {_folded(name) for name in _names(place)}


def _names(place: Place) -> tuple[str, ...]:
    return (place.name_ar, place.name_ckb, place.name_en, place.written)


def _folded(name: str) -> str:
    """The name in folded letters, without the article of any of its words."""
    return " ".join(word.removeprefix("ال") for word in key(name).split())


def _by_class(judged: Sequence[Judged]) -> dict[Category, tuple[float, float, float]]:
    said = Counter(one.example.category for one in judged)
    understood = Counter(one.analysis.guesses[0].category for one in judged)
    right = Counter(one.example.category for one in judged if one.hit)
    out: dict[Category, tuple[float, float, float]] = {}
    for category, n in said.items():
        precision = right[category] / understood[category] if understood[category] else 0.0
        recall = right[category] / n
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        out[category] = (precision, recall, f1)
    return out
