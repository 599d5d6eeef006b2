"""The few words that command rather than tell.

`intents` names what may be commanded, `phrases` holds the words, a file for each language, `patterns` says how they may
be strung together, `folding` which spellings are alike, `recognising` what a text commands.
"""

from bot.commands.folding import alternatives, fold, letters, loose
from bot.commands.intents import Intent
from bot.commands.recognising import (
    agrees_to_erase,
    asks_back,
    asks_how_far,
    asks_to_erase,
    declines,
    digit,
    intent,
    means_all,
    more_in,
    only_erases,
    opens_new,
    opens_private,
    origin,
    own_word,
    said_digit,
    speaks_of_a_woman,
    starts_with_answer,
    wishes_in_english,
    withdraws,
)

__all__ = [
    "Intent",
    "agrees_to_erase",
    "alternatives",
    "asks_back",
    "asks_how_far",
    "asks_to_erase",
    "declines",
    "digit",
    "fold",
    "intent",
    "letters",
    "loose",
    "means_all",
    "more_in",
    "only_erases",
    "opens_new",
    "opens_private",
    "origin",
    "own_word",
    "said_digit",
    "speaks_of_a_woman",
    "starts_with_answer",
    "wishes_in_english",
    "withdraws",
]
