"""Reads the place out of a message: a pin, an answer to our question, a correction, or a mention in passing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot import commands, conversation
from bot.commands import Intent
from bot.decide.turn import Turn
from bot.nlp import cries, places
from bot.vocabulary import Analysis, Place, Stage

_PLACE: Final = "v1:place:"
_WIDE: Final = frozenset({"governorate", "district"})

# What people write around a name when asked where: level words and "in", "near"; folded.
_AROUND: Final = frozenset(
    commands.fold(
        "محافظة قضاء ناحية مدينة منطقة حي محلة قرية شارع مركز في ب من يم قرب بمنطقة بحي بمدينة بمحافظة اني احنا "
        "پارێزگای قەزای ناحیەی شاری گەڕەکی گوندی لە نزیک in at near the city of district governorate area"
    ).split()
)
_PROCLITICS: Final = tuple("وبلف")
# "Beside the mosque": who writes one of these tries to say where, even if no name of ours is in it.
_CUES: Final = frozenset(
    commands.fold(
        "محافظة قضاء ناحية مدينة منطقة حي محلة قرية شارع زقاق يم قرب قريب ورا وره كدام قدام مقابل قبال جوار بصف هنا "
        "بمنطقة بحي بمدينة بمحافظة بقرية بشارع بالقرب نزیک لێرە گەڕەک گەڕەکی گوند گوندی شار شاری "
        "near behind opposite street village district area here hay hai 7ay hey mantaqa qarya"
    ).split()
)
_SHORT: Final = 5  # words; a longer text tells more than where

_NOT_HERE: Final = frozenset(commands.fold("لا كلا مو موش مش غلط خطا not no wrong نا نەخێر نییە هەڵەیە").split())
# What an answer to "is it here?" is made of, and no place's name.
_ANSWERING: Final = _NOT_HERE | frozenset(
    commands.fold(
        "نعم اي ايه بلي هنا هناك هناه هنانه هذا هاي هو المكان مكان الموقع صح صحيح صحيحة بالضبط تمام مضبوط yes "
        "yeah it is "
        "the here place location right correct exactly thats not this بەڵێ ئا لێرە لێرەیە شوێنەکە ڕاستە وایە ئەوە"
    ).split()
)
_NOT: Final = frozenset(commands.fold("مو موش مش ليس not نەک").split())
_RATHER: Final = frozenset(
    commands.fold("لا قصدي اقصد اعني عفوا عفوًا بل انما غلط correction sorry mean i it its is نا").split()
)
# What stands before the name of a governorate or district that something happened in; "we are from" says it too.
_WHERE: Final = frozenset(
    commands.fold(
        "في محافظة قضاء ناحية مدينة منطقة اهل مال in at near of پارێزگای قەزای ناحیەی شاری لە نزیک governorate district"
    ).split()
)
_WE: Final = frozenset(commands.fold("اني انا احنا نحن ئێمە من im we are am").split())
_FROM: Final = frozenset(commands.fold("من from لە").split())
_IN: Final = frozenset(commands.fold("في حي منطقة قصدي اقصد بل انما in it its but لە").split())


@dataclass(frozen=True, slots=True)
class Told:
    """place: when sure. candidates: best first. said: it was said in order to be believed, so it replaces another.

    bare: the text is nothing but the name: understood as a text it may sound like anything ("الحرية", Freedom).
    pinned: it is a point on the map, whose place is a guess to be confirmed.
    """

    place: Place | None = None
    candidates: Sequence[Place] = ()
    said: bool = False
    bare: bool = False
    pinned: bool = False


def told(turn: Turn) -> Told:
    """What a message says of where, seen from what was asked and said before."""
    pinned = places.at(turn.world.gazetteer, turn.message.point) if turn.message.point else None
    if pinned is not None:
        return Told(pinned, said=True, pinned=True)
    if not turn.words or cries.is_bare(turn.words):
        return Told()  # "هاوار" cries, and is no village
    asked = _asked(turn)
    if asked or corrects(turn):
        answer = _answered(turn)
        if answer.candidates and (asked or answer.bare):
            return answer if answer.bare or _locates(turn, answer.place) else Told()
    return _mentioned(turn, asked=asked)


def confirms(turn: Turn) -> bool | None:
    """At "is it here?": True for yes, False for "لا مو هنا", None for anything else, as where they name a place."""
    words = commands.fold(turn.words).split()
    if turn.attached or not words or len(words) > _SHORT:
        return None
    if turn.intent in {Intent.YES, Intent.NO} and not commands.asks_back(turn.words):
        return turn.intent is Intent.YES
    return _NOT_HERE.isdisjoint(words) if _ANSWERING.issuperset(words) else None


def abroad(turn: Turn) -> bool:
    """Whether it is a pin that lies in no governorate."""
    return turn.message.point is not None and places.at(turn.world.gazetteer, turn.message.point) is None


def answers(turn: Turn) -> bool:
    """Whether it names the place that we asked for, however late, or corrects one: then it is no concern of its own."""
    if turn.ongoing is None or not turn.words or cries.is_bare(turn.words):
        return False
    if not _asked(turn) and not corrects(turn):
        return False
    answer = _answered(turn)
    return answer.bare and answer.place is not None


def pieced(turn: Turn, joined: Analysis) -> Place | None:
    """The place that the pieces of a young report name only together; None when it says what one of them did not.

    What was named before, and was several places, stays as open as it was: other words do not choose among them.
    """
    found, understand = joined.place, turn.world.understand
    if found is None or understand is None or (turn.message.fragment is None and _offered(turn)):
        return None
    before = understand(turn.conversation.words)
    return None if any(found.id in each.lineage for each in before.places) else found


def corrects(turn: Turn) -> bool:
    """Whether it takes another word back: "لا مو الشعلة بالحرية", "قصدي تلكيف"."""
    words = commands.fold(turn.words).split()
    return turn.ongoing is not None and len(words) > 1 and (bool(_NOT & set(words)) or words[0] in _RATHER)


def tries(turn: Turn, found: Told) -> bool:
    """Whether words at the open question were meant to say where, though we do not know the place."""
    words = commands.fold(turn.words).split()
    analysis = turn.heard.analysis
    about = bool(found.candidates) or bool(_CUES & set(words)) or (analysis is not None and bool(analysis.landmark))
    return about and len(words) <= _SHORT


def _asked(turn: Turn) -> bool:
    return turn.conversation.stage is Stage.PLACE and turn.ongoing is not None


def _answered(turn: Turn) -> Told:
    """The place in a reply or a correction, what it takes back left out."""
    text = _kept(turn.words) if corrects(turn) else turn.words
    # Who corrects a quarter most likely means another of the same governorate.
    found = places.answer(turn.world.gazetteer, text, home=_home(turn))
    place = found.place
    bare = _is_bare(turn, text, place, found.candidates)
    offered = _within(turn, place)
    if bare and offered is not None:
        return Told(offered, (offered,), said=True, bare=True)
    return Told(_chosen(turn, place, found.candidates), found.candidates, said=True, bare=bare)


def _locates(turn: Turn, place: Place | None) -> bool:
    """Whether a sentence with a governorate's or a district's name says where: "Salah al-Din saw them" is a neighbour.

    Smaller places are hardly anybody's name.
    """
    if place is None or place.level not in _WIDE:
        return True
    names, words = frozenset(_names(turn, place)), commands.fold(turn.words).split()
    for at, word in enumerate(words):
        if word.startswith("ب") and word[1:] in names:
            return True
        before = words[at - 1] if at else ""
        ours = before in _FROM and not _WE.isdisjoint(words[: at - 1])
        if word in names and (before in _WHERE or ours or not at):
            return True
    return False


def _home(turn: Turn) -> str:
    """The governorate that ambiguous names lean to: that of the report, else of the office they came from."""
    if turn.ongoing is not None and turn.ongoing.facts.lineage:
        return turn.ongoing.facts.lineage[-1]
    origin = turn.ongoing.facts.origin if turn.ongoing is not None else turn.conversation.origin
    office = turn.world.directory.offices.get(origin)
    return office.governorate if office else ""


def _within(turn: Turn, outer: Place | None) -> Place | None:
    """The one place among those that we offered which lies in what was named: "الموصل" chooses its quarter."""
    if outer is None:
        return None
    offered = _offered(turn)
    inner = [place for place in offered if outer.id in place.lineage[1:]]
    if not inner and outer.level in _WIDE:
        # A city and its governorate share their name; what is offered may lie beside the city.
        inner = [place for place in offered if place.governorate == outer.governorate]
    return inner[0] if len(inner) == 1 else None


def _offered(turn: Turn) -> Sequence[Place]:
    """The places whose choice is still open."""
    either = (_PLACE, conversation.NEAR)
    chosen = [choice for choice in turn.conversation.options if choice.startswith(either)]
    ids = [choice.removeprefix(_PLACE).removeprefix(conversation.NEAR) for choice in chosen]
    return [place for place in (places.by_id(turn.world.gazetteer, each) for each in ids) if place is not None]


def _chosen(turn: Turn, place: Place | None, candidates: Sequence[Place]) -> Place | None:
    """The place in words after a question that offered several; none where they only repeat what all share."""
    offered = {each.id for each in _offered(turn)}
    if place is None or place.id not in offered:
        return place
    rivals = any(each.id in offered and each.id != place.id for each in candidates)
    narrowed = any(each.id in place.lineage[1:] for each in candidates)
    return None if rivals and not narrowed else place


def _mentioned(turn: Turn, *, asked: bool) -> Told:
    """What understanding found. An edit replaces what was said before, and so does a name that stands alone."""
    analysis = turn.heard.analysis
    if analysis is None:
        return Told()
    if turn.ongoing is None and not (analysis.flagged or analysis.places):
        answer = _answered(turn)
        if answer.bare and answer.place is None:
            return Told(candidates=answer.candidates, bare=True)
    bare = _is_bare(turn, turn.words, None, (analysis.place,) if analysis.place else analysis.places)
    later = bare and turn.ongoing is not None
    place = _chosen(turn, analysis.place, analysis.places)
    return Told(place, analysis.places, said=asked or later or turn.message.edit, bare=bare)


def _kept(text: str) -> str:
    """A correction without the name that it takes back and the words that do so."""
    words = commands.fold(text).split()
    greedy, sparing = _dropping(words, greedy=True), _dropping(words, greedy=False)
    return " ".join(greedy or sparing)


def _dropping(words: Sequence[str], *, greedy: bool) -> list[str]:
    """After "not" at least one word falls, and `greedy` all those up to the next "in"."""
    kept: list[str] = []
    dropping = fallen = 0
    for word in words:
        if word in _NOT:
            dropping, fallen = 1, 0
            continue
        opens = word in _IN or word.startswith("ب")
        if dropping and (not fallen or (greedy and not opens)):
            fallen += word not in _IN
            continue
        dropping = 0
        if word not in _RATHER:
            kept.append(word)
    return kept


def _is_bare(turn: Turn, text: str, place: Place | None, candidates: Sequence[Place]) -> bool:
    """Whether a text is nothing but the name of a candidate and of what it lies in.

    One word that is surely a place is, by whatever name; but not one that is only spelt like it: "حريق" is a fire.
    """
    words = commands.fold(text).split()
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
