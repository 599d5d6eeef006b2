"""What the software ships to understand texts with, loaded once for all tests of a process: that takes two seconds."""

import functools
from dataclasses import replace

from bot.nlp import gist
from bot.nlp.analyse import DATA, Understanding


@functools.cache
def shipped() -> Understanding:
    """The shipped model, rules and gazetteer, without what reads whole texts. Tests share it, for it never changes."""
    return Understanding.load(reads=False)


@functools.cache
def whole() -> Understanding:
    """With what reads whole texts, as a server has it: a text takes ten times as long."""
    return replace(shipped(), reader=gist.load(DATA / "encoder.npz"))
