"""The policy, what follows from one message: `policy` orders, `wishes` obeys commands, `filing` hears concerns."""

from bot.decide.policy import decide
from bot.decide.turn import Heard, World

__all__ = ["Heard", "World", "decide"]
