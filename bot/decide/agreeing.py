"""Whether what somebody said is a yes to the question for consent, and whether it counts: the one place that judges it.

A yes counts only as the answer to the last thing that we said: the question was put to them and has arrived, nothing of
ours came after it, and it is exact, of one's own and alone. What asked to read does not agree when it comes once more.
Of a report at a sealed desk it counts only from whoever gave the code just now. A no is heard in more words, at once.
"""

import unicodedata
from datetime import timedelta
from enum import Enum
from typing import Final

from bot import commands
from bot.commands.folding import INVISIBLE, comparable, folded
from bot.decide.turn import Turn
from bot.vocabulary import Asked, Channel, Explained, Stage

_YES: Final = folded("نعم|بەڵێ|yes")
_NO: Final = folded(
    "لا|كلا|لأ|لالا|لا لا|لا شكرا|لا ما اريد|ما اريد|ما اوافق|لا اوافق|مو موافق|مو موافقة|ارفض|رفض|"
    "نەخێر|نەخیر|نخیر|نا|ڕازی نیم|no|nope|no thanks|no thank you"
)
# What many say instead: none of it is a yes, all of it may be meant for one.
_LEANING: Final = folded(
    "نعم|بەڵێ|yes|yeah|yep|y|ok|okay|sure|agree|agreed|please|موافق|موافقة|موافقه|اوافق|اقبل|قبول|اي|ايه|ايوه|اوكي|تمام|"
    "طيب|ماشي|زين|بلي|بلێ|ئا|ئەرێ|باشە|ڕازیم|قبووڵە"
)
_DIGITS: Final = folded("1|2|3|١|٢|٣|۱|۲|۳")
_SIGNS: Final = frozenset("👍👌✅✔☑")
_BESIDE: Final = frozenset(" \t\n\r.,،؛;:!\"'«»()…")  # what may stand beside an exact yes; a sign of a face may not
_KEYCAP: Final = "\u20e3"
_MOST_WORDS: Final = 3
_AGREES: Final = 1  # on a screen, as bot.consent.answers orders them
_YES_BY_SMS: Final = 3  # as bot.consent.explained does
_READS: Final = 1
_REFUSES: Final = 2
_OPEN: Final = timedelta(minutes=30)  # so long a talk stays open that a code opened

OPENED: Final = "v1:consent:open:"  # then when a code opened this talk
READ_BY: Final = "v1:consent:by:"  # then what asked to read: a word or a digit that agrees, once the question is put


class Said(Enum):
    """What a message is to a question for consent. LEANS: it sounds like a yes, and is none."""

    YES = "yes"
    NO = "no"
    LEANS = "leans"
    ASKS_BACK = "asks"
    OTHER = "other"


def by_sms(turn: Turn) -> bool:
    """Whether it came by SMS, where a line goes before the question and its yes is another digit."""
    return turn.message.channel is Channel.SMS


def said(turn: Turn, asked: Asked) -> Said:
    """What they said, in words of their own alone; with a code only that of the report which it is about."""
    by_code = turn.known.by_code
    coded = by_code is not None and by_code.report == asked.report
    if turn.attached or turn.message.forwarded or turn.message.edit or (turn.heard.codes and not coded):
        return Said.OTHER
    words, digit = comparable(turn.words), commands.digit(turn.words)
    if commands.asks_back(turn.words):
        return Said.ASKS_BACK if words in _YES | _NO | _DIGITS else Said.OTHER
    if refuses(turn.words):
        return Said.NO
    agrees = words in _YES or digit == (_YES_BY_SMS if by_sms(turn) else _AGREES)
    if agrees and _is_exact(turn.words):
        return Said.YES
    return Said.LEANS if agrees or _leans(turn.words, digit) else Said.OTHER


def refuses(words: str) -> bool:
    """Whether words are a bare no, or its digit."""
    return comparable(words) in _NO or commands.digit(words) == _REFUSES


def wants_to_read(turn: Turn) -> bool:
    """Whether it is the digit of the line."""
    return by_sms(turn) and commands.digit(turn.words) == _READS


def is_put(turn: Turn, choice: str) -> bool:
    """Whether a question with this choice is what the talk is at."""
    talk = turn.conversation
    return talk.stage is Stage.CONSENT and choice in talk.options


def counts(turn: Turn, asked: Asked) -> bool:
    """Whether an exact yes, said now, is one."""
    return asked.explained is Explained.YES and is_opened(turn, asked) and kind(turn) != _marked(turn, READ_BY)


def is_opened(turn: Turn, asked: Asked) -> bool:
    """Whether they may be told of the question and agree: at a sealed desk only with the code, or just after it."""
    if not asked.coded or _gives_code(turn, asked):
        return True
    hidden = turn.known.discretion
    if hidden is not None and hidden.open and hidden.report == asked.report:
        return True
    since = _marked(turn, OPENED)
    return since.isdecimal() and turn.world.now.timestamp() - int(since) < _OPEN.total_seconds()


def marks(turn: Turn, asked: Asked, *, read_by: str = "") -> tuple[str, ...]:
    """What a talk remembers beside the choices of the question that is put in it."""
    since = str(int(turn.world.now.timestamp())) if _gives_code(turn, asked) else _marked(turn, OPENED)
    opened: tuple[str, ...] = (f"{OPENED}{since}",) if asked.coded and since else ()
    return (*opened, f"{READ_BY}{read_by}") if read_by else opened


def kind(turn: Turn) -> str:
    """Whether it is a word or a digit."""
    return "word" if commands.digit(turn.words) is None else "digit"


def _gives_code(turn: Turn, asked: Asked) -> bool:
    by_code = turn.known.by_code
    return by_code is not None and by_code.report == asked.report


def _marked(turn: Turn, mark: str) -> str:
    return next((one.removeprefix(mark) for one in turn.conversation.options if one.startswith(mark)), "")


def _is_exact(words: str) -> bool:
    """Whether nothing stands beside it but points and marks: "نعم ❌" is no yes, nor is "-3"."""
    shown = INVISIBLE.sub("", words).replace(_KEYCAP, "")
    return all(sign.isalnum() or sign in _BESIDE or unicodedata.combining(sign) for sign in shown)


def _leans(words: str, digit: int | None) -> bool:
    """Whether it is short and agrees in other words, or by a digit that stands for nothing."""
    if digit is not None or set(words) & _SIGNS:
        return True
    tokens = comparable(words).split()
    return 0 < len(tokens) <= _MOST_WORDS and any(token in _LEANING for token in tokens)
