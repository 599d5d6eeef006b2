"""The first answer by SMS is one part: what a screen is told in several messages is said there in one, in fewer words.

In this order it has room for: in danger the number, and where it holds; the code and how to erase; that a man may read
what a woman was wished for; one question, with its answers where they are two. What finds none is asked later.
"""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from bot.vocabulary import Reply

# What stands beside the code, and the answer that says both.
_BESIDE: Final = MappingProxyType(
    {
        "danger": "private.filed.emergency",
        "danger.unplaced": "private.filed.emergency.unplaced",
        "officer.ask": "filed.officer",
        "pin.ask": "filed.pin",
    }
)
# The same, to whom has a code already.
_ALSO: Final = ".also"
_BELONGS: Final = "belongs.ask"
_NO_WOMAN: Final = "woman.none"
# Beside a question there is no room to say besides that nobody is on duty: the words name who helps at once.
_ASKING: Final = MappingProxyType(
    {
        "filed.emergency.unplaced.away": "filed.emergency.unplaced",
        "filed.emergency.none.away": "filed.emergency.none",
    }
)
# Beside that a man may read it there is no room for these: that the office is closed, where it is, other languages.
_SHORTER: Final = MappingProxyType(
    {
        "filed.away": "filed",
        "speaker.wanted.place": "speaker.wanted",
        "speaker.wanted.all": "speaker.wanted",
        "speaker.wanted.all.emergency": "filed.emergency",
        "speaker.wanted.all.unplaced": "filed.emergency.unplaced",
        "private.filed.asked": "private.filed.also",
        "private.filed.emergency.also": "private.filed.emergency",
        "private.filed.emergency.unplaced.also": "private.filed.emergency.unplaced",
    }
)


def first(replies: Sequence[Reply]) -> list[Reply]:
    """The replies to a new report as one, whose key says what it tells; unchanged where none of them has a code."""
    coded = next((reply for reply in replies if "code" in reply.values), None)
    if coded is None:
        return list(replies)
    told = coded
    for reply in replies:
        key = f"{_ASKING.get(coded.key, coded.key)}.belongs" if reply.key == _BELONGS else _BESIDE.get(reply.key)
        if key is not None:
            key += _ALSO if coded.key.endswith(_ALSO) else ""
            told = Reply(key, {**coded.values, **reply.values}, reply.options, coded.locale)
    if any(reply.key == _NO_WOMAN for reply in replies):
        told = replace(told, key=f"{_SHORTER.get(told.key, told.key)}.man")
    return [told]
