"""How a message is worded towards what was said before it: announcing, continuing, pointing back, or introducing.

Only the first words count: further on, "he" and "the car" may stand for somebody whom the same message named.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from bot import commands
from bot.decide import leanings, openings

_FIRST: Final = 3  # words in which a message shows what it leans on
_MINE_WITHIN: Final = 5  # and in which it names those whom it is about
_STRONGLY: Final = 6  # words in which it may announce another matter
_LETTERS_READ: Final = 400
_SAID_AGAIN: Final = 3  # words
_NEARLY_ALL: Final = 0.75
_TOPIC: Final = 40  # words of a report that are remembered, as hashes
_SHORTEST: Final = 3


@dataclass(frozen=True, slots=True)
class Wording:
    """announces: another matter. another: one more of something. surely: it goes on, by its own word; also: perhaps.

    back: it points at who is not named in it; does: perhaps. introduces: somebody or something new; mine: one's own.
    trails: it ends on "her", "of it". words: how many it has. proves: it offers proof. describes: it begins with a
    number, a colour, a size. begins: with a verb of harm. reports: it says that it reports. locates: it says where.
    lately: it begins with "now", "last night". addresses: it speaks to us. leans: some word of it leans on another.
    known: it begins with "the …", told of by nobody. joins: it says "and … and". recent: it says when, of these days.
    explains: it says why. quotes: it tells what somebody answered.
    """

    announces: bool = False
    another: bool = False
    surely: bool = False
    also: bool = False
    back: bool = False
    does: bool = False
    introduces: bool = False
    mine: bool = False
    trails: bool = False
    words: int = 0
    proves: bool = False
    describes: bool = False
    begins: bool = False
    reports: bool = False
    locates: bool = False
    lately: bool = False
    addresses: bool = False
    leans: bool = False
    known: bool = False
    joins: bool = False
    recent: bool = False
    explains: bool = False
    quotes: bool = False


def read(text: str) -> Wording:
    """How a text is worded; total, for any text."""
    lean, opening = leanings.load(), openings.load()
    words = commands.fold(text[:_LETTERS_READ]).split()
    if not words:
        return Wording()
    said = [word for word in words if word not in lean.aside] or words
    whole, told, head = " ".join(said), " ".join(words), " ".join(words[:_STRONGLY])
    mine = said[0] not in lean.does and _is_mine(said)
    new = _is_new(said[:_FIRST]) or any(each.match(whole) for each in (openings.WANTS, opening.somebodys))
    another = opening.second.match(whole) is not None
    back = not another and _points_back(said, head, fresh=mine or new)
    leaning = _leaning(words, said, fresh=mine or new)
    return replace(
        leaning,
        announces=opening.announces.search(head) is not None and not lean.is_same.search(head),
        another=another,
        back=back,
        introduces=new and not (back or said[0] in lean.does),
        mine=mine and not back,
        words=len(words),
        begins=said[0] in opening.begins,
        reports=opening.reports.match(told) is not None,
        locates=opening.locates.search(told) is not None,
        leans=back or leaning.leans,
    )


def _leaning(words: list[str], said: list[str], *, fresh: bool) -> Wording:
    """What in a text leans on another, apart from pointing back. fresh: it names whom "him" and "her" may mean."""
    lean = leanings.load()
    first, whole, told = said[:_FIRST], " ".join(said), " ".join(words)
    joined = _is_joined(said[0])
    acts = said[0] in lean.does or lean.they_do.fullmatch(said[0]) is not None
    surely = lean.goes_on.search(" ".join(first)) or lean.goes_on_from.match(told)
    also = lean.goes_on_perhaps.match(whole) is not None or joined
    does = acts or any(leanings.THEIRS.fullmatch(word) and word not in lean.trailing for word in first)
    trails = not lean.trailing.isdisjoint((*said[:2], *words[-2:]))
    known = leanings.is_known(said[0][1:] if joined else said[0]) or said[0] == "the"
    weakly = does or trails or lean.pronoun.search(told) is not None
    leans = known or lean.is_same.search(told) is not None or (weakly and not fresh)
    return Wording(
        surely=surely is not None,
        also=also,
        does=does,
        trails=trails,
        proves=lean.proof.match(told) is not None,
        describes=lean.describes.match(whole) is not None,
        lately=lean.lately.match(told) is not None,
        addresses=lean.addresses.search(told) is not None,
        leans=surely is not None or also or leans,
        known=known,
        joins=any(_is_joined(word) for word in words[1:]),
        recent=lean.recently.search(told) is not None,
        explains=lean.because.search(told) is not None,
        quotes=lean.quotes.search(told) is not None,
    )


def _is_joined(word: str) -> bool:
    """Whether a word begins with "and", and not only to the eye."""
    return word.startswith("و") and word not in leanings.load().waw and len(word) > _SHORTEST


def _is_mine(said: list[str]) -> bool:
    mine = openings.load().mine
    theirs = any(mine.fullmatch(word) for word in said[:_MINE_WITHIN])
    return theirs or any(openings.KURDISH_MINE.fullmatch(word) for word in said[:_FIRST])


def _points_back(said: list[str], head: str, *, fresh: bool) -> bool:
    """Whether it points at who is not named in it. fresh: it names somebody of its own."""
    lean, opening = leanings.load(), openings.load()
    if lean.points_to_same.search(head) is not None or leanings.SELF.search(head) is not None:
        return True
    if said[0] in lean.does_again and not fresh:
        return True
    glued = leanings.THEIRS.fullmatch(said[0]) or leanings.DID_IT.fullmatch(said[0])
    points = said[0] in lean.back or lean.of_them.match(" ".join(said[:_FIRST])) is not None or glued is not None
    return points and opening.offers.match(" ".join(said)) is None


def _is_new(first: list[str]) -> bool:
    opening = openings.load()
    return not opening.somebody.isdisjoint(first[:2]) or any(
        word in opening.there or openings.INDEFINITE.fullmatch(word) for word in first
    )


def topic(text: str, *, without: str = "") -> tuple[str, ...]:
    """Hashes of a text's words, four hex digits each: enough to know one again, too few to read it back."""
    left_out = leanings.load().anywhere.union(commands.fold(without).split())
    return _told(word for word in commands.fold(text[:_LETTERS_READ]).split() if word not in left_out)


def takes_up(text: str, remembered: Iterable[str], *, without: str = "") -> bool:
    """Whether a text says "the car" where a car was told of: a definite word, or one's own, that was said before."""
    anywhere = leanings.load().anywhere
    left_out = anywhere.union(commands.fold(without).split())
    words = commands.fold(text[:_LETTERS_READ]).split()
    definite = [word for word in words if word not in left_out and _is_definite(word)]
    after_the = [after for before, after in pairwise(words) if before == "the" and after not in anywhere]
    return not set(remembered).isdisjoint(_hashes(_stem(word) for word in (*definite, *after_the)))


def shares(text: str, remembered: Iterable[str], *, without: str = "") -> bool:
    """Whether any word of a text was said before that is not said in every matter."""
    return not set(remembered).isdisjoint(topic(text, without=without))


def repeats(text: str, remembered: Iterable[str], *, without: str = "") -> bool:
    """Whether a text says hardly more than was said before: who is not answered sends it again, and changes a word."""
    said = set(topic(text, without=without)) - UNTELLING
    return len(said) >= _SAID_AGAIN and len(said & set(remembered)) >= _NEARLY_ALL * len(said)


def _is_definite(word: str) -> bool:
    return (
        openings.load().mine.fullmatch(word) is not None
        or leanings.ARTICLE.fullmatch(word) is not None
        or leanings.KURDISH_THE.search(word) is not None
    )


def _stem(word: str) -> str:
    kurdish = leanings.KURDISH_THE.fullmatch(word)
    if kurdish is not None:
        return kurdish[1]
    article = leanings.ARTICLE.fullmatch(word)
    bare = article[1] if article is not None else word
    shorter = leanings.ENDING.sub("", bare)
    return shorter if len(shorter) >= _SHORTEST else bare


def _told(words: Iterable[str]) -> tuple[str, ...]:
    """Hashes of words, and of those again without the letter that may be glued to them."""
    told = [word for word in words if len(word) >= _SHORTEST]
    glued = (word[1:] for word in told if word[0] in leanings.GLUED and len(word) > _SHORTEST)
    return _hashes(_stem(word) for word in (*told, *glued))


def _hashes(words: Iterable[str]) -> tuple[str, ...]:
    found = (f"{zlib.crc32(word.encode('utf-8', 'surrogatepass')) & 0xFFFF:04x}" for word in words)
    return tuple(dict.fromkeys(found))[:_TOPIC]


# Hashes of what opens a talk and tells nothing of a matter: "اكو مشكلة", "اريد اشتكي", "الله كريم".
UNTELLING: Final = frozenset(
    mark
    for phrase in (
        "اكو عندي عندنا عدنا عدي مشكلة شغلة موضوع قضية سالفة شي شكوى بلاغ حالة الو هلو مرحبا السلام عليكم اريد",
        "اشتكي ابلغ احجي صار احد هنا ممكن",
        "الله كريم الحمد لله ان شاء يا رب اللهم صل محمد وال على توكلنا حسبي ونعم الوكيل",
        "help please problem report there want hello complaint issue مشکلە کێشە کێشەیەک هەیە دەمەوێت سڵاو",
    )
    for mark in _told(commands.fold(phrase).split())
)
