"""A deployment's own words, on top of the shipped data: danger phrases that raise, and terms that speak for a category.

Both are plain phrases, matched as whole words of a key with their clitics taken off; never patterns.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from bot.nlp.normalise import key, tokens
from bot.nlp.stems import stem
from bot.vocabulary import Category, Urgency


@dataclass(frozen=True, slots=True)
class Danger:
    """A phrase that raises a message to at least this urgency, and makes it sensitive or not."""

    phrase: str
    urgency: Urgency
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A phrase that speaks for a category. weight: from 0 to 4, of which 1 outweighs a doubtful guess."""

    phrase: str
    category: Category
    weight: float = 1.0


@dataclass(frozen=True)
class Words:
    """All of a deployment's own words."""

    danger: tuple[Danger, ...] = ()
    terms: tuple[Term, ...] = ()

    @cached_property
    def _dangers(self) -> Mapping[tuple[str, ...], Danger]:
        found: dict[tuple[str, ...], Danger] = {}
        for danger in self.danger:
            phrase = _folded(danger.phrase)
            same = found.get(phrase, danger)
            gravest = max(same.urgency, danger.urgency)
            found[phrase] = Danger(danger.phrase, gravest, sensitive=same.sensitive or danger.sensitive)
        return MappingProxyType(found)

    @cached_property
    def _terms(self) -> Mapping[tuple[str, ...], tuple[Term, ...]]:
        found: dict[tuple[str, ...], tuple[Term, ...]] = {}
        for term in self.terms:
            phrase = _folded(term.phrase)
            found[phrase] = (*found.get(phrase, ()), term)
        return MappingProxyType(found)

    @cached_property
    def _longest(self) -> int:
        return max((len(phrase) for phrase in (*self._dangers, *self._terms)), default=0)

    def dangers_in(self, key: str) -> tuple[Danger, ...]:
        """The danger phrases of a key."""
        return tuple(self._dangers[phrase] for phrase in self._phrases(key) if phrase in self._dangers)

    def terms_in(self, key: str) -> tuple[Term, ...]:
        """The terms of a key."""
        return tuple(term for phrase in self._phrases(key) for term in self._terms.get(phrase, ()))

    def _phrases(self, key: str) -> Iterator[tuple[str, ...]]:
        words = tuple(stem(word) for word in tokens(key)) if self._longest else ()
        for start in range(len(words)):
            for size in range(1, min(self._longest, len(words) - start) + 1):
                yield words[start : start + size]


def _folded(phrase: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in tokens(key(phrase)))
