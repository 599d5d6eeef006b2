"""Reads the place out of a message: a pin, an answer to our question, or a mention in passing."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot import commands
from bot.decide.turn import Turn
from bot.nlp import places
from bot.vocabulary import Place, Stage

# What people write around a name when asked where: level words and "in", "near"; folded.
_AROUND: Final = frozenset(
    commands.fold(
        "محافظة قضاء ناحية مدينة منطقة حي محلة قرية شارع مركز في ب من يم قرب بمنطقة بحي بمدينة بمحافظة "
        "پارێزگای قەزای ناحیەی شاری گەڕەکی گوندی لە نزیک in at near the city of district governorate area"
    ).split()
)
_PROCLITICS: Final = tuple("وبلف")


def told(turn: Turn, *, answering: bool) -> tuple[Place | None, Sequence[Place]]:
    """The place, when sure, and the candidates, best first. answering: a bare name counts, for we asked."""
    world, analysis = turn.world, turn.heard.analysis
    pinned = places.at(world.gazetteer, turn.message.point) if turn.message.point else None
    if pinned is not None:
        return pinned, ()
    if answering and turn.words:
        found = places.answer(world.gazetteer, turn.words)
        if found.candidates:
            return found.place, found.candidates
    return (analysis.place, analysis.places) if analysis else (None, ())


def answers(turn: Turn) -> bool:
    """Whether it names the place that we asked for, however late: then it is no concern of its own."""
    asked = turn.conversation.stage is Stage.PLACE and turn.ongoing is not None and bool(turn.words)
    return asked and places.answer(turn.world.gazetteer, turn.words).place is not None


def is_bare(turn: Turn, place: Place | None, candidates: Sequence[Place]) -> bool:
    """Whether a text is nothing but the name of a candidate and of what it lies in.

    One word that is surely a place is, by whatever name; but not one that is only spelt like it: "حريق" is a fire.
    """
    words = commands.fold(turn.words).split()
    if len(words) == 1 and place is not None:
        return True
    return bool(words) and any(_made_of(words, frozenset(_names(turn, each))) for each in candidates)


def _made_of(words: Sequence[str], names: frozenset[str]) -> bool:
    known = names | _AROUND
    return all(word in known or (word.startswith(_PROCLITICS) and word[1:] in known) for word in words)


def _names(turn: Turn, place: Place) -> Iterator[str]:
    for place_id in place.lineage:
        each = places.by_id(turn.world.gazetteer, place_id)
        if each is not None:
            yield from commands.fold(f"{each.name_ar} {each.name_ckb} {each.name_en}").split()
