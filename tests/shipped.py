"""What the software ships to understand texts with, loaded once for all tests of a process: that takes two seconds."""

import functools

from bot.nlp.analyse import Understanding


@functools.cache
def shipped() -> Understanding:
    """The shipped model, rules and gazetteer. It is never changed, so tests may share it."""
    return Understanding.load()
