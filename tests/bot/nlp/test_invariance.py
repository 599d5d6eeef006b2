"""However a message is spelt, its key and what is understood of it stay the same."""

import csv
import random
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlp.analyse import Understanding, analyse
from bot.nlp.language import language
from bot.nlp.normalise import alike, clean, key
from bot.nlp.personal import mask, spans
from bot.vocabulary import Analysis
from tests.bot.nlp.noise import noise
from tests.bot.nlp.planted import load
from tests.examples import examples

SAMPLE = 300


@cache
def _messages() -> tuple[str, ...]:
    """Messages of residents in every language, written for other tests; none is trained on."""
    texts = [message.text for half in "AB" for message in load(half)]
    for name in ("residents.tsv", "held_out.tsv"):
        with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as lines:
            texts += [row["text"] for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]
    return tuple(texts)


def _sample(seed: int, size: int = SAMPLE) -> list[tuple[str, str]]:
    rng = random.Random(seed)
    return [(text, noise(text, rng)) for text in rng.sample(_messages(), size)]


def _masked_key(text: str) -> str:
    read = clean(text)
    return key(mask(read, spans(read)), language(read))


@given(st.sampled_from(range(10**6)), st.sampled_from(range(10**9)))
@settings(max_examples=examples(SAMPLE))
def test_a_key_does_not_hear_how_a_message_was_typed(which: int, seed: int) -> None:
    text = _messages()[which % len(_messages())]
    assert key(noise(text, random.Random(seed))) == key(text)


def test_the_masked_key_does_not_hear_it_either() -> None:
    other = [(text, noisy) for text, noisy in _sample(1) if _masked_key(text) != _masked_key(noisy)]
    assert len(other) <= SAMPLE // 50, other


def _understood(analysis: Analysis) -> tuple[object, ...]:
    place = analysis.place.id if analysis.place else ""
    return analysis.category, analysis.urgency, analysis.sensitive, place


@pytest.mark.parametrize("size", [100, pytest.param(SAMPLE, marks=pytest.mark.slow)])
def test_what_is_understood_stays_the_same(understanding: Understanding, size: int) -> None:
    other = [
        (text, noisy)
        for text, noisy in _sample(2, size)
        if _understood(analyse(understanding, text)) != _understood(analyse(understanding, noisy))
    ]
    assert len(other) <= size // 50, other


@given(st.text(max_size=60))
def test_folding_letters_one_for_one_moves_none(text: str) -> None:
    assert len(alike(text)) == len(text)
