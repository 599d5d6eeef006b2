"""Reads a long text in passages, so that nothing of it goes unheard, and says of the whole the gravest that any tells.

Rules hear a sign however much stands around it, but the models weigh it against all else: among five hundred letters
about a market a beating is no longer heard. So a long text is read three times: as it stands, in passages as long as
a message may be; in short ones, about as long as what the models were taught with; and each sentence alone, which is
believed only where it is almost certain of what few may see or of a kidnapping. Who dictates sets no stops: what has
none is read in pieces of nine words, which are believed less, for half a sentence tells what nobody said.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.nlp import extremism, gone, insiders, mentioned
from bot.nlp.normalise import letters
from bot.taxonomy import RULES
from bot.vocabulary import UNNAMED, Analysis, Category, Flight

WHOLE: Final = 4_096  # code points read at once; no carrier's text message is longer
LONG: Final = 500  # from here on the models hear less than they should
_END: Final = 500  # what the first passage has of the end of a longer text, where forms add the place and a wish
_SHORT: Final = 200
_OVERLAP: Final = 300
_SHORT_OVERLAP: Final = 70  # most sentences are within one short passage or the next
_SENTENCE: Final = 90  # a passage ends with a sentence, if one ends so near: half of one tells what nobody said
_LONGEST_WORD: Final = 40  # and else at a space
# Of a sensitive kind, where no rule spoke: trials. As it stands a letter is heard well, a longer text is not.
_SURELY_FROM: Final = 0.75
_LETTER: Final = 1_200
_SURELY_FROM_IN_LONG: Final = 0.5
_POLICE_FROM: Final = 0.6
_HEARD_BY_WORDS: Final = frozenset({Category.EXTREMISM, Category.POLICE_MISCONDUCT, Category.OTHER})
_ENDS: Final = ".!?؟؛،\n"
# In 24 plain letters no sentence was this sure: the surest said .94 of what is hers.
_CERTAINLY_FROM: Final = 0.95
_CERTAIN: Final = frozenset(
    {Category.EXTREMISM, Category.KIDNAPPING, *(kind for kind in RULES if RULES[kind].sensitive)}
)
# Of these a man's word beside them makes sure, and a piece without one is believed of none of them.
_TOUCHED: Final = frozenset({Category.HARASSMENT, Category.CHILD_PROTECTION})
_BY_A_MAN_FROM: Final = 0.85
_MAN: Final = re.compile(
    letters(
        r"(?<!\w)(?:[وفبل]?(?:ال)?(?:معلم|استاذ|مدرس|ملا|شيخ|سايق|مدير|مدرب|حارس|خالي|عمي|جدي|اخوي|اخويه|نسيبي|حماي|عمو)|"
        r"[وف]?(?:ابن|ولد) (?:عمي|خالي|عمتي|خالتي|الجيران)|[وف]?(?:زوج|رجل) (?:امي|اختي|خالتي|عمتي)|"
        r"my (?:\w+ )?(?:teacher|uncle|brother|cousin|boss|coach|driver|stepfather)|"
        r"the (?:teacher|coach|driver|boss))(?!\w)"
    )
)
_NAMES_THEM: Final = re.compile(letters(r"داعش|دولة الاسلامية|دولة الخلافة|(?<!\w)(?:isis|daesh)(?!\w)"))
_WORDS: Final = 4  # fewer are hardly a sentence
_STEP: Final = 3  # words from where one piece begins to where the next does
_PIECE_OVERLAP: Final = 6
_MOST: Final = (
    300  # sentences and pieces read alone; no letter of 10,000 has so many, and each costs as much as a message
)
_SENTENCE_END: Final = re.compile(f"[{_ENDS}]+")


@dataclass(frozen=True, slots=True)
class Passages:
    """whole: passages as long as a message may be, the first with the end of the text. short: none of a short text.

    end: the last two lines of a long text, where forms and people write the address; "" where they are long themselves.
    sentences: of a long text, those of a few words and more that are short themselves, each once; of
    more than 300 neighbours are read together. pieces: of what has no stops, nine words each; more, where with the
    sentences there would be more than 300.
    """

    whole: tuple[str, ...]
    short: tuple[str, ...] = ()
    end: str = ""
    sentences: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()


def cut(text: str) -> Passages:
    """The passages of a text; every word is in one of each kind, and what stands beside it mostly too."""
    if len(text) <= LONG:
        return Passages((text,))
    short = tuple(_windows(text, _SHORT, _SHORT_OVERLAP))
    end = "\n".join(text.rsplit("\n", 2)[1:])
    end = end if len(end) <= _END else ""
    told = _few(tuple(dict.fromkeys(_sentences(text))))
    pieces = _pieces(text, _MOST - len(told))
    if len(text) <= WHOLE:
        return Passages((text,), short, end, told, pieces)
    begins = WHOLE - _END - 1
    first = f"{text[:begins]}\n{text[-_END:]}"
    return Passages((first, *_windows(text[begins - _OVERLAP :], WHOLE, _OVERLAP)), short, end, told, pieces)


def _windows(text: str, size: int, overlap: int) -> Iterator[str]:
    start = 0
    while True:
        end = start + size
        if end >= len(text):
            yield text[start:]
            return
        end = _at_end(text, end)
        yield text[start:end]
        again = _at_end(text, end - overlap)
        start = again if again > start + overlap else _at_space(text, end - overlap)


def _sentences(text: str) -> Iterator[str]:
    for each in _SENTENCE_END.split(text):
        if len(each) <= _SHORT and len(each.split()) >= _WORDS:
            yield each.strip()


def _few(sentences: Sequence[str]) -> tuple[str, ...]:
    """At most 300: where there are more, neighbours are joined, so that none goes unread."""
    each = -(-len(sentences) // _MOST) or 1
    return tuple(". ".join(sentences[at : at + each]) for at in range(0, len(sentences), each))


def _pieces(text: str, most: int) -> tuple[str, ...]:
    """At most so many, of a few words each, of what has no stops; none if none may be read."""
    runs = [each.split() for each in _SENTENCE_END.split(text) if len(each) > _SHORT]
    room = most - len(runs)
    if room <= 0:
        return ()
    step = max(_STEP, -(-sum(map(len, runs)) // room))
    return tuple(
        dict.fromkeys(
            " ".join(run[at : at + step + _PIECE_OVERLAP])
            for run in runs
            for at in range(0, max(1, len(run) - _PIECE_OVERLAP), step)
        )
    )


def _at_end(text: str, at: int) -> int:
    found = max(text.rfind(sign, at - _SENTENCE, at) for sign in _ENDS)
    return _at_space(text, at) if found < 0 else found + 1


def _at_space(text: str, at: int) -> int:
    found = max(text.rfind(sign, at - _LONGEST_WORD, at) for sign in " \n")
    return at if found < 0 else found


def together(
    whole: Sequence[Analysis],
    short: Sequence[Analysis],
    end: Analysis | None = None,
    sentences: Sequence[Analysis] = (),
    pieces: Sequence[Analysis] = (),
) -> Analysis:
    """What a text says of which these are the passages. Its clean, spans and key are of the first alone.

    Of later passages only what is surely said counts, and how urgent is what is surely of an open kind. What is told
    first stands for what can be only one (language, how it sounds as a second message), but the place is where the end
    says, if it says one.
    """
    first, placed = whole[0], (*([end] if end else []), *whole)
    is_letter = len(first.clean) <= _LETTER
    enough = _SURELY_FROM if is_letter else _SURELY_FROM_IN_LONG
    further = (*whole[1:], *short)
    surely = (each for each in further if _is_surely_said(each, enough))
    every = (first, *surely, *filter(_is_certain, sentences), *filter(_is_certain_of_a_piece, pieces))
    lead = min(every, key=_lightness)
    tips = any(each.category is Category.EXTREMISM for each in every) and lead.category is not Category.EXTREMISM
    named = [*first.insiders, *(name for each in further for name in _named_in(each, is_letter=is_letter))]
    return replace(
        first,
        guesses=lead.guesses,
        why=lead.why,
        also=lead.also or _second(lead, every),
        urgency=max(each.urgency for each in (*every, *filter(_is_surely_open, further))),
        sensitive=lead.sensitive or any(each.sensitive for each in every if each.category is not Category.EXTREMISM),
        place=next((each.place for each in placed if each.place), None),
        places=next((each.places for each in placed if each.places), ()),
        landmark=next((each.landmark for each in placed if each.landmark), ""),
        about_police=any(each.about_police or each.category is Category.POLICE_MISCONDUCT for each in every),
        woman_officer=any(each.woman_officer for each in every),
        fear=any(each.fear for each in every),
        no_reply=any(each.no_reply for each in every),
        minor=any(each.minor for each in whole),  # of her child's age alone she is none: who speaks is heard beside it
        flagged=any(each.flagged for each in every),
        insiders=tuple(dict.fromkeys((*named, UNNAMED) if tips else named)),
        yours=any(each.yours for each in (*every, *further)),
        flight=next((each.flight for each in every if each.flight is not Flight.NONE), Flight.NONE),
    )


def _named_in(one: Analysis, *, is_letter: bool) -> tuple[str, ...]:
    """Whom a later passage names. Kin in doubt too; others by a word of theirs, which rules hear in all of a letter."""
    if gone.speaks_of_kin(one.key):
        return one.insiders
    return () if is_letter else tuple(name for name in one.insiders if name is not UNNAMED)


def _is_surely_said(one: Analysis, enough: float) -> bool:
    """Whether what a later passage sounds of may be said of the whole. enough: how sure models must be of what is hers.

    Each has the false alarms of a message, and a letter has many: what only the models hear must be surer in one.
    """
    if one.flight is not Flight.NONE or one.fear or one.woman_officer or one.no_reply:
        return True
    if one.category is Category.EXTREMISM:
        return extremism.find(one.key) is True
    if one.category is Category.POLICE_MISCONDUCT:
        said = mentioned.named(one.key) and bool(insiders.mentions(one.key))
        return said and one.confidence >= max(enough, _POLICE_FROM)
    hers = sum(guess.confidence for guess in one.guesses if RULES[guess.category].sensitive)
    return one.flagged or hers >= enough


def _is_certain(one: Analysis) -> bool:
    """Whether a sentence alone is almost certain of what the passage around it may drown."""
    return (one.category in _CERTAIN and one.confidence >= _CERTAINLY_FROM) or _is_by_a_man(one)


def _is_certain_of_a_piece(one: Analysis) -> bool:
    """The same of a piece: "a beard and a dialect" is half of a tip, and "we took pictures" half of a threat."""
    if one.category is Category.EXTREMISM and not _NAMES_THEM.search(one.key):
        return False
    return _is_by_a_man(one) if one.category in _TOUCHED else _is_certain(one)


def _is_by_a_man(one: Analysis) -> bool:
    """Whether a teacher, a driver or one of kin is named where it sounds of touching, or of a child."""
    if one.category not in _TOUCHED or _MAN.search(one.key) is None:
        return False
    hers = sum(guess.confidence for guess in one.guesses if RULES[guess.category].sensitive)
    return hers >= _BY_A_MAN_FROM


def _is_surely_open(one: Analysis) -> bool:
    """Whether a later passage is surely of a kind that is not sensitive: a crash is as urgent there as in a message."""
    kept = one.category in _HEARD_BY_WORDS or RULES[one.category].sensitive
    return not kept and one.confidence >= _SURELY_FROM


def _lightness(one: Analysis) -> tuple[int, int, bool, float]:
    """The less, the more it says what the whole is about: sealed first, then what a person must hear at once."""
    best = one.category
    match best:
        case Category.SELF_HARM:
            order = 2
        case Category.EXTREMISM:
            order = 3
        case Category.POLICE_MISCONDUCT:
            order = 4
        case _ if RULES[best].sensitive:
            order = 0
        case _:
            order = 1 if one.sensitive else 5
    return order, -one.urgency, best is Category.OTHER, -one.confidence


def _second(lead: Analysis, every: Sequence[Analysis]) -> Category | None:
    others = (each for each in every if each.category not in {lead.category, Category.OTHER})
    found = min(others, key=_lightness, default=None)
    return None if found is None else found.category
