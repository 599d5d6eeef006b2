"""What understanding makes of words: place, kind of concern, urgency, spans, each with its confidence."""

from dataclasses import dataclass
from typing import Final

from bot.vocabulary.words import Category, Flight, Language, Urgency

UNNAMED: Final = ""  # the insider of a text that sounds of those in power, where no word of it names them


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the gazetteer. `lineage` runs from itself up to its governorate, ids only.

    written: the words of the message that name it, without prepositions glued to them; "" when none does.
    """

    id: str
    level: str
    name_ar: str
    name_ckb: str
    name_en: str
    governorate: str
    lineage: tuple[str, ...]
    written: str = ""


@dataclass(frozen=True, slots=True)
class Guess:
    """A category and how sure we are, a probability in [0, 1]."""

    category: Category
    confidence: float


@dataclass(frozen=True, slots=True)
class Span:
    """Personal data in a text: [start, end) in code points, and its token, such as "[PHONE]"."""

    start: int
    end: int
    token: str


@dataclass(frozen=True, slots=True)
class Sequel:
    """How a text sounds after something was told, in log odds (0: even): as another matter, and as a wait for us.

    gist: what it is about, in numbers from -1 to 1 that outlive it; leans: what those of an earlier text are multiplied
    with, to say how surely this is another matter. Both are () where the text was not read as a whole.
    """

    apart: float = 0.0
    waits: float = 0.0
    gist: tuple[float, ...] = ()
    leans: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the software understood of one text.

    clean: for a person to read (invisible and spoofing characters gone). key: for matching only.
    guesses: best first, never empty. places: candidates best first; `place` is set only when one is sure.
    why: the words that decided. about_police: it complains about the forum or its police.
    woman_officer: she asks for a woman. fear: words of fear ("nobody must know"). no_reply: they ask not to be written
    to. minor: a person under 18 speaks or is harmed. flagged: a red-flag rule spoke, not only the model. also: a second
    concern that is nearly as likely, so that a person looks whether there are two. insiders: the words, folded like
    `key`, that name an officer, a rank, a police station or an office: whoever works there may be a party; UNNAMED
    alone where it only sounds as if it spoke of such. flight: see Flight; of a small child, or of who was taken, NONE.
    sequel: see Sequel. yours: it speaks of a person, place or work of those to whom it is written, though perhaps of
    nobody who is of them: beside what few may see it says so of whom that told of.
    """

    clean: str
    key: str
    language: Language
    guesses: tuple[Guess, ...]
    urgency: Urgency
    sensitive: bool
    place: Place | None = None
    places: tuple[Place, ...] = ()
    spans: tuple[Span, ...] = ()
    why: tuple[str, ...] = ()
    landmark: str = ""
    about_police: bool = False
    woman_officer: bool = False
    fear: bool = False
    no_reply: bool = False
    minor: bool = False
    flagged: bool = False
    also: Category | None = None
    insiders: tuple[str, ...] = ()
    flight: Flight = Flight.NONE
    sequel: Sequel = Sequel()
    yours: bool = False

    @property
    def category(self) -> Category:
        """The best guess."""
        return self.guesses[0].category

    @property
    def confidence(self) -> float:
        """How sure the best guess is."""
        return self.guesses[0].confidence
