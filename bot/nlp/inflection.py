"""The stems of an Iraqi verb: which letters it has before each set of endings, and what is derived from it by rule.

A verb is written as two words, he did and he does, with a shadda where Arabic doubles a letter ("علّم يعلّم", "ردّ يردّ"):
that one mark tells a teacher from a learner and a doubled root from a hollow one. Everything else follows.
"""

from collections.abc import Iterator
from typing import Final

from bot.nlp.normalise import key

SHADDA: Final = "\u0651"
Stem = tuple[str, str]  # folded letters, class of stem in clitics.tsv

_ROOT: Final = 3  # letters of an ordinary verb without its marks
_DOUBLED_ROOT: Final = 2  # those of "ردّ": the shadda is the third
_DERIVED: Final = 4
_WEAK: Final = frozenset("ىاي")


def verb(past: str, present: str) -> Iterator[Stem]:
    """Every stem of one verb: perfect, imperfect, imperative, its participles, nouns and passive.

    past, present: third person masculine, present with its ي; shadda only where it tells. Repeats are possible.
    Raises ValueError when the present does not begin with ي, or there are too few letters to be a verb.
    """
    did, does = key(past), key(present)[1:]
    marked = past.endswith(SHADDA) or past[-1:] in _WEAK
    if not present.startswith("ي") or len(did) < (_DOUBLED_ROOT if marked else _ROOT) or not does:
        raise ValueError("no verb: a present begins with ي, and a past has three letters or a mark")
    if past.endswith(SHADDA):
        yield from _doubled(did, does)
    elif past[-1] in _WEAK:
        yield from _weak(did, does, doubled=SHADDA in past)
    elif did[-2] == "ا" and len(did) != _DERIVED:
        yield from _hollow(did, does)
    else:
        yield from _sound(did, does, doubled=SHADDA in past)


def _doubled(did: str, does: str) -> Iterator[Stem]:
    yield from ((did, "PV3"), (did + "ي", "PV12"), (does, "IV"), (does, "CV"))
    if len(did) == _DOUBLED_ROOT:
        first, last = did[0], did[1]
        yield from ((f"{first}ا{last}", "D"), (f"م{did}و{last}", "D"), (did, "D"))
        yield from (("ان" + did, "PV3"), (f"ان{did}ي", "PV12"), ("ن" + does, "IV"))
    else:
        yield from (("م" + does, "D"), (f"{did[:-1]}{did[-1]}ا{did[-1]}", "DN"))


def _weak(did: str, does: str, *, doubled: bool) -> Iterator[Stem]:
    base, stem = did[:-1], does[:-1]
    yield from ((base, "PVW"), (base + "ي", "PVL"), (base + "ا", "PVO"))
    yield from ((stem + "ي", "IVO"), (stem + "ا", "IVO"), (stem, "IVW"))
    if len(did) == _ROOT and not doubled:
        first, second = base[0], base[1]
        yield from ((f"{first}ا{second}ي", "D"), (f"{first}ا{second}", "DW"), (f"م{base}ي", "D"), (f"م{base}", "DW"))
        yield from ((f"ان{base}", "PVW"), (f"ان{base}ي", "PVL"), (f"ن{base}ي", "IVO"), (f"ن{base}ا", "IVO"))
        yield (f"ن{base}", "IVW")
        return
    yield from ((stem + "ي", "CVO"), (stem, "CVW"), (f"م{stem}ي", "D"), ("م" + stem, "DW"), (f"م{stem}ا", "DN"))
    if doubled:
        yield from ((f"ت{base}ي", "DF"), ("ت" + base, "PVW"), (f"ت{base}ي", "PVL"), (f"ت{base}ا", "IVO"))
        yield (f"ت{base}", "IVW")


def _hollow(did: str, does: str) -> Iterator[Stem]:
    short = did[:-2] + did[-1]
    yield from ((did, "PV3"), (short, "PV12"), (does, "IV"), (does, "CV"))
    if len(did) == _ROOT:
        yield from ((f"{did[0]}اي{did[2]}", "D"), ("ان" + did, "PV3"), ("ان" + short, "PV12"))
        yield ("ن" + did, "IV")
    else:
        yield ("م" + does, "D")


def _sound(did: str, does: str, *, doubled: bool) -> Iterator[Stem]:
    yield from ((did, "PVT" if doubled and did[0] == "ت" else "PV"), (does, "IV"))
    if doubled or len(did) > _ROOT:
        yield from ((does, "CV"), ("م" + does, "D"))
        yield from _nouns(did, doubled=doubled)
        return
    first, second, third = did[0], did[1], did[2]
    if first == "ا":  # "اكل": the hamza is gone, and its participle is "ماكل"
        yield from ((f"م{did}", "D"), (f"ما{second}و{third}", "D"), (did, "D"))
        return
    yield from ((f"{first}ا{second}{third}", "D"), (f"م{first}{second}و{third}", "D"), (did, "D"))
    yield from (("ان" + did, "PV"), ("ن" + did, "IV"))


def _nouns(did: str, *, doubled: bool) -> Iterator[Stem]:
    if doubled and len(did) == _ROOT:
        yield from ((f"ت{did[:2]}ي{did[2]}", "D"), ("ت" + did, "PVT"), ("ت" + did, "IV"))
    elif did[0] == "ا":
        yield (f"{did[:-1]}ا{did[-1]}", "D")
    elif did[0] == "ت":
        yield (did, "DN")
